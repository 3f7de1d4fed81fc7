"""The graph in Python: `DiseaseKG.open()`, and conditions, rows, rdflib and networkx from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from . import queries, symptoms
from .arrays import FACETS
from .conditions import Condition
from .errors import QueryError, UnknownParameter
from .facets import conditions
from .hierarchy import Direction, Hierarchy, Tree
from .names import Match
from .queries import Given, Rows, Triples
from .releases import located
from .resolve import resolve
from .search import search
from .store import Store, default_directory

if TYPE_CHECKING:
    import networkx
    import rdflib

    from .asker import Asker
    from .interview import Interview
    from .ranking import Ranking


class DiseaseKG:
    """A graph of diseases, open for reading.

    >>> kg = DiseaseKG.open()  # doctest: +SKIP
    >>> kg.condition("focal dystonia").broader[0].label  # doctest: +SKIP
    'dystonic disorder'
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    @classmethod
    def open(cls, store: Path | str | None = None) -> DiseaseKG:
        """Open a store: the one given, DISEASE_KG_STORE, or the one in the user's data folder.

        A text may also name a release, such as "2026-05": `releases.located` says when it does.
        The default store is built first where there is none. Raises MissingStore for what is given
        and has none, and StoreError.
        """
        if store is None:
            directory = default_directory()
            if not (directory / "manifest.json").exists():
                from .build import build

                build(directory)
            return cls(Store.open(directory))
        return cls(Store.open(located(store) if isinstance(store, str) else store))

    @classmethod
    def connect(cls, url: str) -> DiseaseKG:
        """Return the graph at a SPARQL 1.1 endpoint.

        The environment says how it is asked: DISEASE_KG_ENDPOINT_USER, …_PASSWORD or …_TOKEN,
        …_TIMEOUT and …_RETRIES. Raises EndpointError, mostly when something is asked.
        """
        from .endpoint import Endpoint

        return cls(Endpoint(url))

    def condition(self, text: str) -> Condition:
        """Return the condition of a name, an identifier in any spelling, or an IRI.

        Raises UnknownThing with suggestions, and AmbiguousThing with the candidates.
        """
        return Condition.find(self.store, text)

    def conditions(self) -> Iterator[Condition]:
        """Iterate over every live condition, by identifier."""
        found = self.select("SELECT ?condition { ?condition a dkg:Condition } ORDER BY ?condition")
        return (Condition(self.store, str(row["condition"])) for row in found)

    def find(self, among: str | None = None, **facets: str) -> list[tuple[str, str]]:
        """Return the conditions that meet every demand: IRI and name, in the order of names.

        `find(among="dystonic disorder", symptom="tremor")`; the demands are `among` (kinds of a
        condition), `symptom`, `site`, `specialist`, `authority` and `cause`, each by name or
        identifier. Raises UnknownThing with suggestions, and UnknownParameter.
        """
        for name in facets:
            if name not in FACETS:
                raise UnknownParameter("find", name, ["among", *FACETS])
        iris = {name: self._iri(text, FACETS[name]) for name, text in facets.items()}
        return conditions(self.store, among and self._iri(among, "condition"), **iris)

    def _iri(self, text: str, kind: str) -> str:
        kind = "gene" if kind == "agent" else kind
        return str(resolve(self.store, text, kind).value)

    def search(self, text: str, limit: int = 20) -> list[Match]:
        """Return conditions whose names have the words, or are spelled like them, best first.

        An identifier or a code finds what has it, of any kind. People's conditions come before
        those of animals.
        """
        return search(self.store, text, "Condition", limit)

    def symptoms(self, text: str, limit: int = 10) -> list[Match]:
        """Return the phenotypes that plain words may mean, the likeliest first."""
        return symptoms.find(self.store, text, limit)

    def differential(
        self,
        present: Iterable[str],
        absent: Iterable[str] = (),
        method: str = "likelihood",
        limit: int | None = 20,
        among: str | None = None,
        **facets: str,
    ) -> Ranking:
        """Return the conditions that findings speak for, best first, with the reasons.

        Findings are names or HP identifiers; `among` and `facets` are the demands of `find`, such
        as `authority="orphanet"`. Raises UnknownThing with suggestions, and UnknownMethod.
        """
        wanted = None
        if among is not None or facets:
            wanted = frozenset(iri for iri, _ in self.find(among, **facets))
        return self._asker.differential.rank(
            [symptoms.resolved(self.store, text) for text in present],
            [symptoms.resolved(self.store, text) for text in absent],
            method=method,
            among=wanted,
            limit=limit,
        )

    def interview(self, *said: str) -> Interview:
        """Return an interview that begins with findings, by name or HP identifier.

        `question()` is the next best one, `answered(question, "yes")` the interview after it.
        Raises UnknownThing with suggestions.
        """
        from .interview import Interview

        return Interview(self._asker, tuple(symptoms.resolved(self.store, text) for text in said))

    @cached_property
    def _asker(self) -> Asker:
        from .asker import Asker  # which needs numpy

        return Asker(self.store)

    def query(self, sparql: str, remote: bool = False) -> Rows | Triples | bool:
        """Return the answer to SPARQL: rows, triples, or yes or no.

        A SERVICE asks another host only if the query may be `remote`. Raises QueryError,
        QuerySyntaxError.
        """
        return queries.execute(self.store, sparql, remote)

    def select(self, sparql: str, remote: bool = False) -> Rows:
        """Return the rows of a SELECT, as `query` does; raises QueryError for any other form."""
        answer = self.query(sparql, remote)
        if not isinstance(answer, Rows):
            raise QueryError("the query has no rows, as SELECT does; query() answers every form")
        return answer

    def construct(self, sparql: str, remote: bool = False) -> Triples:
        """Return the triples of a CONSTRUCT or DESCRIBE; raises QueryError for any other form."""
        answer = self.query(sparql, remote)
        if not isinstance(answer, Triples):
            raise QueryError(
                "the query makes no triples, as CONSTRUCT or DESCRIBE; query() answers every form"
            )
        return answer

    def ask(self, name: str, /, **parameters: Given) -> Rows:
        """Return the rows of a named query, such as `ask("conditions-at-site", site="larynx")`.

        `pandas.DataFrame(rows)` is a data frame of them. Raises UnknownQuery, MissingParameter,
        UnknownParameter, UnknownThing.
        """
        return queries.run(self.store, name, **parameters)

    def rdflib(self) -> rdflib.Dataset:
        """Return an rdflib view of the graph, through oxrdflib; nothing is copied."""
        return self.store.rdflib()

    @cached_property
    def hierarchy(self) -> Hierarchy:
        """The hierarchy of conditions: ancestors, descendants, paths, common types."""
        return Hierarchy.of(self.store)

    def tree(self, text: str, depth: int | None = 2, direction: Direction = "down") -> Tree:
        """Return the tree below a condition, or above it: a list of rows that prints as a tree.

        Raises UnknownThing with suggestions.
        """
        return Tree(self.hierarchy.tree(self._iri(text, "condition"), depth, direction))

    def networkx(self) -> networkx.DiGraph[str]:
        """Return the hierarchy as a networkx graph whose edges go from general to specific."""
        return self.hierarchy.graph
