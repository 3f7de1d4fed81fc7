"""A graph at a SPARQL 1.1 endpoint: a store that is asked over HTTP.

Whatever engine holds the graph, the answers are those of the embedded one: values go in as terms,
rows are sorted here, a boolean that the engine keeps as a number is one again, and an answer that
the server cuts at so many rows is asked for page by page.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pyoxigraph as ox

from . import downloads, remote, sparql
from .arrays import Arrays
from .client import TRIPLES, Client, Reply, Settings
from .errors import EndpointError
from .names import Names
from .queries import sort
from .store import Answer, Store, Term
from .vocabulary import DKG, GRAPH, PREFIXES, XSD

if TYPE_CHECKING:
    import rdflib

_ROUND = 1000
"""An answer of a whole number of thousands of rows is taken to be cut, until the next row is no."""

_UNION = (
    "start it so that the default graph is the union of all, as 'oxigraph serve "
    "--union-default-graph' does (docs/SCALING.md has it for others)"
)
_TRUTH = {"1": "true", "0": "false"}


class Endpoint(Store):
    """A graph that answers SPARQL over HTTP; the default graph must be the union of all graphs.

    `whole` is the same graph with all of its hierarchies and shortcuts at hand, which are
    downloaded when they are first needed. Raises EndpointError from the first question on.
    """

    near = False

    def __init__(self, url: str, settings: Settings | None = None) -> None:
        super().__init__(ox.Store())
        self.client = Client(url, settings)

    @property
    def url(self) -> str:
        """Its address."""
        return self.client.url

    def query(
        self,
        sparql: str,
        bindings: Mapping[str, Term] | None = None,
        prefixes: dict[str, str] | None = PREFIXES,
    ) -> Answer:
        """Evaluate SPARQL 1.1, the project's prefixes declared; see Store.query.

        Raises SyntaxError as a store does, before anything is sent, and EndpointError.
        """
        empty = self._engine.query(sparql, prefixes=prefixes)
        self._checked  # noqa: B018 - once
        text = _text(sparql, bindings or {}, prefixes)
        if isinstance(empty, ox.QueryTriples):
            return self._triples(self.client.ask(text, TRIPLES))
        if isinstance(empty, ox.QueryBoolean):
            return self._parsed(self.client.ask(text))
        columns = [variable.value for variable in empty.variables]
        written = Reply(_written(columns, self._selected(text, columns)))
        return cast(ox.QuerySolutions, self._parsed(written))

    def find(
        self,
        subject: ox.NamedNode | ox.BlankNode | ox.Triple | None = None,
        predicate: ox.NamedNode | None = None,
        object: Term | ox.Triple | None = None,
        graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph | None = None,
    ) -> Iterator[Any]:
        """Iterate over the quads that match; what is None matches everything."""
        pattern = {"subject": subject, "predicate": predicate, "object": object, "graph": graph}
        given = {name: cast(Term, term) for name, term in pattern.items() if term is not None}
        free = [name for name in pattern if name not in given]
        columns = " ".join(f"?{name}" for name in free) or "(1 AS ?found)"
        rows = self.query(
            f"SELECT {columns} {{ GRAPH ?graph {{ ?subject ?predicate ?object }} }}", given, None
        )
        for row in cast(ox.QuerySolutions, rows):
            found = {**given, **{name: row[name] for name in free}}
            yield ox.Quad(*(found[name] for name in pattern))

    def graphs(self) -> list[str]:
        """Return the IRIs of the named graphs, sorted."""
        rows = self._cells("SELECT DISTINCT ?graph { GRAPH ?graph { ?thing ?property ?value } }")
        return sorted(row["graph"] for row in rows)

    def dump(self, path: Path) -> None:
        """Raise EndpointError: an endpoint has no file of its statements."""
        raise EndpointError(self.url, "gives no file of all its statements", "export from a store")

    def rdflib(self) -> rdflib.Dataset:
        """Raise EndpointError: rdflib has a client of its own."""
        raise EndpointError(
            self.url, "is no graph on this disk", "rdflib's SPARQLStore is a view of an endpoint"
        )

    def __len__(self) -> int:
        [row] = self._cells("SELECT (COUNT(*) AS ?count) { GRAPH ?graph { ?s ?p ?o } }")
        return int(row["count"])

    @cached_property
    def names(self) -> Names:
        """The names, looked for by queries, and downloaded to find what is misspelt."""
        return remote.RemoteNames(self._cells, self._all_names)

    @cached_property
    def arrays(self) -> Arrays:
        """The hierarchies and shortcuts, fetched around what is asked for."""
        return remote.RemoteArrays(self._cells)

    @cached_property
    def whole(self) -> Store:
        """The same graph with all of its arrays, downloaded once for each release."""
        return _Whole(self)

    def _all_names(self) -> Names:
        def write(path: Path) -> None:
            Names.build(path, downloads.entries_of(self._cells))

        return Names.open(downloads.kept(self._release, "names.sqlite", write))

    def all_arrays(self) -> Arrays:
        """Return the whole of the arrays, from the cache or else from the endpoint."""

        def write(path: Path) -> None:
            downloads.arrays(self._cells).write(path)

        return Arrays.open(downloads.kept(self._release, "arrays.bin", write))

    @cached_property
    def _release(self) -> str:
        """What tells this graph from others, and from itself after another build."""
        rows = self._cells(
            f"SELECT ?subject ?property ?value {{ GRAPH <{GRAPH}sources> "
            "{ ?subject ?property ?value } }"
        )
        described = sorted(tuple(row.values()) for row in rows)
        [row] = self._cells(
            f"SELECT (COUNT(?statement) AS ?count) {{ ?statement <{DKG.condition}> ?condition }}"
        )
        return json.dumps([self.url, row["count"], described])

    @cached_property
    def _checked(self) -> None:
        """Nothing; raises EndpointError for an endpoint that does not hold the graph as needed."""
        condition = f"?condition a <{DKG.Condition}>"
        named = f"GRAPH ?graph {{ {condition} }}"
        if self._yes(f"ASK {{ {condition} . {named} }}"):
            return
        if self._yes(f"ASK {{ {named} }}"):
            raise EndpointError(self.url, "does not see its named graphs by default", _UNION)
        if self._yes(f"ASK {{ {condition} }}"):
            raise EndpointError(
                self.url, "has the graph without its named graphs", "load it as N-Quads or TriG"
            )
        raise EndpointError(
            self.url,
            "holds no graph of this package: it has no dkg:Condition",
            "load what 'disease-kg export --format nquads' writes",
        )

    def _yes(self, ask: str) -> bool:
        return bool(self._parsed(self.client.ask(ask)))

    def _cells(self, select: str) -> Iterator[downloads.Cells]:
        """Yield the rows of a SELECT of ours as texts by column, what is unbound left out."""
        empty = cast(ox.QuerySolutions, self._engine.query(select, prefixes=PREFIXES))
        columns = [variable.value for variable in empty.variables]
        self._checked  # noqa: B018 - once
        for row in self._selected(_text(select, {}, PREFIXES), columns):
            yield {
                name: term.value
                for name, term in zip(columns, row, strict=True)
                if term is not None
            }

    def _selected(self, text: str, columns: list[str]) -> list[tuple[Term | None, ...]]:
        """Return all rows of a SELECT, in the order that it asks for."""
        text, order = sparql.unordered(text)
        reply = self.client.ask(text)
        rows = self._rows(reply, columns)
        size = len(rows)
        if reply.cut_at or (size and size % _ROUND == 0):
            rows = self._all_rows(text, columns, rows, bool(reply.cut_at))
        return sort(rows, columns, order)

    def _all_rows(
        self, text: str, columns: list[str], rows: list[tuple[Term | None, ...]], cut: bool
    ) -> list[tuple[Term | None, ...]]:
        """Return the rows of an answer that the server cuts, page by page; the first is given."""
        size = len(rows)
        if not sparql.can_be_paged(text):
            if cut:
                raise EndpointError(
                    self.url,
                    f"cuts the answer at {size:,} rows",
                    "leave ORDER BY and LIMIT out, or ask for parts with LIMIT and OFFSET",
                )
            return rows
        if not cut and not self._rows(
            self.client.ask(sparql.page(text, columns, 1, size)), columns
        ):
            return rows
        found: list[tuple[Term | None, ...]] = []
        while True:
            asked = sparql.page(text, columns, size, len(found))
            part = self._rows(self.client.ask(asked), columns)
            found += part
            if len(part) < size:
                return found

    def _rows(self, reply: Reply, columns: list[str]) -> list[tuple[Term | None, ...]]:
        solutions = self._parsed(reply)
        try:
            names = [variable.value for variable in cast(ox.QuerySolutions, solutions).variables]
            places = [names.index(name) if name in names else None for name in columns]
            return [
                tuple(None if p is None else _normal(row[p]) for p in places)
                for row in cast(ox.QuerySolutions, solutions)
            ]
        except (SyntaxError, AttributeError, ValueError) as error:
            raise self._malformed(error) from error

    def _parsed(self, reply: Reply) -> ox.QuerySolutions | ox.QueryBoolean:
        try:
            return ox.parse_query_results(reply.content, ox.QueryResultsFormat.JSON)
        except (SyntaxError, ValueError) as error:
            raise self._malformed(error) from error

    def _triples(self, reply: Reply) -> ox.QueryTriples:
        found = ox.Store()
        try:
            found.extend(
                ox.Quad(*quad.triple) for quad in ox.parse(reply.content, ox.RdfFormat.N_TRIPLES)
            )
        except (SyntaxError, ValueError) as error:
            raise self._malformed(error) from error
        if reply.cut_at:
            raise EndpointError(
                self.url, f"cuts the answer at {reply.cut_at:,}", "ask for less at a time"
            )
        return cast(ox.QueryTriples, found.query("CONSTRUCT WHERE { ?s ?p ?o }"))

    def _malformed(self, error: Exception) -> EndpointError:
        return EndpointError(
            self.url,
            f"answers with what is no whole SPARQL result: {error}",
            "is it the endpoint itself, and did a proxy cut the answer?",
        )


class _Whole(Endpoint):
    """An endpoint whose arrays are all here."""

    def __init__(self, endpoint: Endpoint) -> None:
        Store.__init__(self, ox.Store())
        self.client = endpoint.client
        self._endpoint = endpoint

    @cached_property
    def arrays(self) -> Arrays:
        """The hierarchies and shortcuts, all of them."""
        return self._endpoint.all_arrays()

    @cached_property
    def whole(self) -> Store:
        """Itself."""
        return self


def _text(text: str, bindings: Mapping[str, Term], prefixes: Mapping[str, str] | None) -> str:
    given = {name: str(term) for name, term in bindings.items()}
    return sparql.declared(sparql.bound(text, given), prefixes or {})


def _normal(term: Any) -> Term | None:
    """Return a term as the graph has it: Virtuoso keeps true as 1."""
    if isinstance(term, ox.Literal) and term.datatype.value == XSD.boolean:
        return ox.Literal(_TRUTH.get(term.value, term.value), datatype=term.datatype)
    return cast(Term | None, term)


def _written(columns: list[str], rows: list[tuple[Term | None, ...]]) -> bytes:
    """Return rows in the JSON format of SPARQL results."""
    bindings = [
        {name: _cell(term) for name, term in zip(columns, row, strict=True) if term is not None}
        for row in rows
    ]
    return json.dumps({"head": {"vars": columns}, "results": {"bindings": bindings}}).encode()


def _cell(term: Term) -> dict[str, str]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value}
