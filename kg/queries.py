"""Named questions: SPARQL in `queries/*.rq`, each with a head that says what it asks and answers.

    # summary: Conditions located at a body site, or at any kind or part of it
    # parameter: site (body site): the body site, by name or identifier
    # column: condition: the condition's IRI
    # example: site=larynx

A parameter is a variable of the query; its value is substituted as a term, never pasted as text.
Left free it means "every one", so that the same file asks about everything in any SPARQL tool;
a `?` after its name says that `run` allows this too. A substituted variable must be among those
selected (https://github.com/w3c/sparql-dev, SEP-0007), hence each parameter is a column as well.
"""

import datetime
import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, cached_property
from html import escape
from itertools import islice
from typing import IO, TypeAlias, cast, overload

import pyoxigraph as ox

from . import guard, resources
from .errors import MissingParameter, QueryError, QuerySyntaxError, UnknownParameter, UnknownQuery
from .identifiers import short
from .resolve import resolve
from .store import Answer, Store, Term
from .vocabulary import PREFIXES, XSD

Value: TypeAlias = str | int | float | bool | datetime.date | datetime.datetime | None
Given: TypeAlias = Term | str | int | float
Row: TypeAlias = tuple[Term | None, ...]
Order: TypeAlias = tuple[tuple[str, bool], ...]
"""The columns that rows are sorted by, and whether the greatest comes first."""

_SHOWN = 50
"""So many rows stand in a notebook."""

_ORDER_BY = re.compile(r"\nORDER BY((?:\s+(?:DESC\(\?\w+\)|\?\w+))+)\s*$")
_KEY = re.compile(r"(DESC\()?\?(\w+)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable that the asker gives a value: `kind` says what it names ("condition")."""

    name: str
    kind: str
    description: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A variable of the answer and what it holds."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Query:
    """A named query: its head, read, and its whole text."""

    name: str
    summary: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    example: Mapping[str, str] = field(hash=False)
    text: str = field(repr=False)

    @property
    def without_order(self) -> tuple[str, Order]:
        """The text without its last ORDER BY, and what that said.

        The engine reads each string from disk whenever it compares it: sorting the rows here, once
        they are read, is several times faster.
        """
        found = _ORDER_BY.search(self.text)
        if found is None:
            return self.text, ()
        keys = _KEY.findall(found[1])
        return self.text[: found.start()], tuple((name, bool(desc)) for desc, name in keys)

    def parameter(self, name: str) -> Parameter:
        """Return the parameter of that name; raises UnknownParameter."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        raise UnknownParameter(self.name, name, [p.name for p in self.parameters])


class Rows(Sequence[dict[str, Value]]):
    """The rows of an answer, computed as they are taken; the graph is asked again each time.

    A row is a dict of plain Python values: IRIs as strings, numbers as int or float, dates as
    dates, nothing as None. `len(rows)` and `rows[0]` read all of them, which are then kept.
    `pandas.DataFrame(rows, columns=rows.columns)` is a data frame. `given` are the columns that
    merely repeat what was asked.
    """

    def __init__(
        self,
        ask: Callable[[], ox.QuerySolutions],
        given: frozenset[str] = frozenset(),
        order: Order = (),
        in_order: Callable[[], ox.QuerySolutions] | None = None,
    ) -> None:
        self._ask = ask
        self._order = order
        self._in_order = in_order or ask
        self._begun: ox.QuerySolutions | None = ask()
        self.columns = [variable.value for variable in self._begun.variables]
        self.given = given

    def __iter__(self) -> Iterator[dict[str, Value]]:
        return map(self._row, self.terms())

    def __len__(self) -> int:
        return len(self._kept)

    @overload
    def __getitem__(self, place: int) -> dict[str, Value]: ...

    @overload
    def __getitem__(self, place: slice) -> list[dict[str, Value]]: ...

    def __getitem__(self, place: int | slice) -> dict[str, Value] | list[dict[str, Value]]:
        if isinstance(place, slice):
            return list(map(self._row, self._kept[place]))
        return self._row(self._kept[place])

    def _row(self, terms: Row) -> dict[str, Value]:
        return dict(zip(self.columns, map(to_python, terms), strict=True))

    @cached_property
    def _kept(self) -> list[Row]:
        return list(self.terms())

    def terms(self) -> Iterator[Row]:
        """Iterate over the rows as tuples of terms, in the order of the columns."""
        if "_kept" in vars(self):
            yield from self._kept
            return
        solutions, self._begun = self._begun or self._ask(), None
        try:
            rows = (tuple(solution) for solution in solutions)
            yield from sort(list(rows), self.columns, self._order) if self._order else rows
        except (RuntimeError, OSError) as error:  # OSError: of a service that the query asks
            raise QueryError(f"the query was given up: {error}") from error

    def serialize(self, output: IO[bytes], format: ox.QueryResultsFormat) -> None:
        """Write the rows in a standard format of SPARQL results."""
        self._in_order().serialize(output, format)

    def _repr_html_(self) -> str:
        """Return the first rows as a table, for a notebook."""
        first = list(islice(self.terms(), _SHOWN + 1))
        head = "".join(f"<th>{escape(column)}</th>" for column in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(_shown(term))}</td>" for term in row) + "</tr>"
            for row in first[:_SHOWN]
        )
        more = f"<p>The first {_SHOWN} rows.</p>" if len(first) > _SHOWN else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _shown(term: Term | None) -> str:
    if isinstance(term, ox.NamedNode):
        return short(term.value)
    return "" if term is None else str(to_python(term))


class Triples:
    """The triples of a CONSTRUCT or DESCRIBE, computed as they are taken, and taken once."""

    def __init__(self, triples: ox.QueryTriples) -> None:
        self._triples = triples

    def __iter__(self) -> Iterator[ox.Triple]:
        return iter(self._triples)

    def serialize(self, output: IO[bytes], format: ox.RdfFormat) -> None:
        """Write the remaining triples, with the project's prefixes where the format has them."""
        ox.serialize(self._triples, output, format, prefixes=PREFIXES)


def names() -> list[str]:
    """Return the names of the queries, sorted."""
    return sorted(file.stem for file in resources.path("queries").glob("*.rq"))


@cache
def load(name: str) -> Query:
    """Return a named query; raises UnknownQuery with the nearest names."""
    if name not in names():
        raise UnknownQuery.among(name, names())
    return parse(name, resources.path("queries", f"{name}.rq").read_text(encoding="utf-8"))


_HEAD = re.compile(r"# (summary|parameter|column|example): ?(.*)")
_PARAMETER = re.compile(r"(\w+)(\??) \(([^)]+)\): (.+)")


def parse(name: str, text: str) -> Query:
    """Return the query that a file's text describes; raises QueryError for a malformed head."""
    summary, parameters, columns, example = "", [], [], {}
    for line in text.partition("\n\n")[0].splitlines():
        entry = _HEAD.fullmatch(line)
        if entry is None:
            raise QueryError(f"query {name!r}: its head has a line that says nothing: {line!r}")
        key, value = entry.groups()
        if key == "summary":
            summary = value
        elif key == "example":
            example = dict(pair.split("=", 1) for pair in shlex.split(value))
        elif key == "column":
            columns.append(Column(*value.split(": ", 1)))
        elif found := _PARAMETER.fullmatch(value):
            parameters.append(Parameter(found[1], found[3], found[4], found[2] == "?"))
        else:
            raise QueryError(f"query {name!r}: not 'name (kind): description': {value!r}")
    return Query(name, summary, tuple(parameters), tuple(columns), example, text)


def run(store: Store, name: str, /, **parameters: Given | None) -> Rows:
    """Return the rows of a named query; a parameter that is None counts as left out.

    A string is looked up as what the parameter names ("larynx", "UBERON:0001737"); a term is
    taken as it is. Raises UnknownQuery, UnknownParameter, MissingParameter, and UnknownThing
    for a name that the graph does not have.
    """
    query = load(name)
    given = {key: value for key, value in parameters.items() if value is not None}
    kinds = {key: query.parameter(key).kind for key in given}
    for parameter in query.parameters:
        if not parameter.optional and parameter.name not in given:
            raise MissingParameter(name, parameter.name, [p.name for p in query.parameters])
    bindings = {key: _term(store, value, kinds[key]) for key, value in given.items()}

    def solutions(sparql: str) -> ox.QuerySolutions:
        answer = _evaluate(store, sparql, bindings, prefixes=None)  # it declares its own
        assert isinstance(answer, ox.QuerySolutions), f"{name} is not a SELECT query"
        return answer

    unsorted, order = query.without_order
    return Rows(
        lambda: solutions(unsorted), frozenset(bindings), order, lambda: solutions(query.text)
    )


def sort(rows: list[Row], columns: list[str], order: Order) -> list[Row]:
    """Return rows of terms in an order, as SPARQL 1.1 (section 15.1) compares terms."""
    for name, descending in reversed(order):
        place = columns.index(name)
        rows.sort(key=lambda row, place=place: _rank(row[place]), reverse=descending)  # type: ignore[misc]
    return rows


def _rank(term: Term | None) -> tuple[int, float, str, str]:
    """Return what a term is sorted by: nothing, blank nodes, IRIs, numbers, other literals."""
    if term is None:
        return 0, 0.0, "", ""
    if isinstance(term, ox.Literal):
        value = to_python(term)
        if isinstance(value, int | float):
            return 3, float(value), "", ""
        return 4, 0.0, term.value, term.language or ""
    return (2 if isinstance(term, ox.NamedNode) else 1), 0.0, term.value, ""


def execute(store: Store, sparql: str, remote: bool = False) -> Rows | Triples | bool:
    """Return the answer to any SPARQL query: rows, triples, or yes or no.

    Other hosts are asked only where `remote` allows it. Raises QuerySyntaxError with the place of
    the mistake, and QueryError for a query that asks another host or that the engine would not
    survive.
    """
    guard.check(sparql, remote)
    answer = _evaluate(store, sparql, {})
    if isinstance(answer, ox.QuerySolutions):
        begun = [answer]
        return Rows(
            lambda: begun.pop() if begun else cast(ox.QuerySolutions, _evaluate(store, sparql, {}))
        )
    return Triples(answer) if isinstance(answer, ox.QueryTriples) else bool(answer)


def _term(store: Store, value: Given, kind: str) -> Term:
    if isinstance(value, str):
        return resolve(store, value, kind)
    return ox.Literal(value) if isinstance(value, int | float) else value


def _evaluate(
    store: Store,
    sparql: str,
    bindings: Mapping[str, Term],
    prefixes: dict[str, str] | None = PREFIXES,
) -> Answer:
    try:
        return store.query(sparql, bindings, prefixes)
    except SyntaxError as error:
        raise located(str(error), sparql) from error
    except RuntimeError as error:
        raise QueryError(f"the query cannot be evaluated: {error}") from error


def located(message: str, sparql: str) -> QuerySyntaxError:
    """Return the error with the place that the engine's message gives: `error at 1:23: …`."""
    found = re.match(r"error at (\d+):(\d+): (?:expected (?:one of )?)?(.*)", message, re.DOTALL)
    if found is None:
        return QuerySyntaxError(message, 1, 1, sparql)
    wanted = [w for w in re.split(r",\s", found[3]) if re.fullmatch(r"[A-Za-z][^\[\]\\]*", w)]
    sentences = [w for w in wanted if re.match(r"[A-Z][a-z]+ ", w)]
    if sentences:
        problem = sentences[0]
    elif wanted:
        problem = "expected " + " or ".join(wanted)
    else:
        problem = "this is not expected here"
    return QuerySyntaxError(problem, int(found[1]), int(found[2]), sparql)


def _boolean(text: str) -> bool:
    return text in ("true", "1")


_PYTHON: dict[str, Callable[[str], Value]] = {
    XSD.base + datatype: convert
    for convert, datatypes in (
        (int, "integer int long short nonNegativeInteger positiveInteger gYear"),
        (float, "decimal double float"),
        (_boolean, "boolean"),
        (datetime.date.fromisoformat, "date"),
        (datetime.datetime.fromisoformat, "dateTime"),
    )
    for datatype in datatypes.split()
}


def to_python(term: Term | None) -> Value:
    """Return a term as a plain Python value; what Python has no value for stays text.

    >>> to_python(ox.Literal("0.5", datatype=ox.NamedNode(XSD.decimal)))
    0.5
    >>> to_python(ox.Literal("2025-13-01", datatype=ox.NamedNode(XSD.date)))
    '2025-13-01'
    """
    if term is None:
        return None
    if isinstance(term, ox.Literal):
        with suppress(ValueError):
            return _PYTHON.get(term.datatype.value, str)(term.value)
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)
