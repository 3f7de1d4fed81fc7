"""The rows of the queries that a page asks, read from the graph without SPARQL.

For each named query in READERS a function gives the rows that `queries.run` gives, in their order,
from one reading of what is stated of the condition: a dozen queries would each look at every
statement again, and be parsed and planned anew for every page. A test holds the two to the same
rows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple, TypeAlias

import pyoxigraph as ox

from . import queries
from .queries import Value, to_python
from .store import Store
from .vocabulary import DCAT, DCTERMS, DKG, INFERRED, MAPPED, PROV, RDF, RDFS, SKOS

Row: TypeAlias = dict[str, Value]
Said: TypeAlias = dict[str, list[Value]]
"""What is said of a thing, by property, in whatever graph."""

_NOTHING: tuple[Value, ...] = (None,)


class Statement(NamedTuple):
    """A statement about the condition: its IRI, the graph that makes it, and what it says."""

    iri: str
    graph: str
    said: Said

    def one_of(self, predicate: str) -> Iterable[Value]:
        """Return the values of a property that may be missing: None where it is."""
        return self.said.get(predicate, _NOTHING)


class Reading:
    """What is stated of one condition, read from a store once."""

    def __init__(self, store: Store, condition: str) -> None:
        self.store = store
        self.condition = condition

    @cached_property
    def direct(self) -> list[tuple[str, Any]]:
        """The quads of the condition itself in named graphs, each with its property."""
        return [(q.predicate.value, q) for q in self._named(ox.NamedNode(self.condition))]

    @cached_property
    def statements(self) -> list[Statement]:
        """The statements about the condition."""
        about = ox.NamedNode(DKG.condition), ox.NamedNode(self.condition)
        found = list(self._named(None, *about))
        return [
            Statement(q.subject.value, q.graph_name.value, _said(self.store.find(q.subject)))
            for q in found
        ]

    def _named(self, *pattern: Any) -> Iterator[Any]:
        """Yield the quads of a pattern that have a graph, as GRAPH does in SPARQL."""
        default = ox.DefaultGraph()
        return (quad for quad in self.store.find(*pattern) if quad.graph_name != default)

    def saying(self, *predicates: str) -> Iterator[Statement]:
        """Yield the statements that have all of some properties."""
        for statement in self.statements:
            if all(predicate in statement.said for predicate in predicates):
                yield statement

    def of(self, thing: Value, predicate: str) -> Iterable[Value]:
        """Return the objects of a property of another thing."""
        return [to_python(term) for term, _ in self.store.told(str(thing), predicate)]

    def english(self, thing: Value, *others: str) -> Iterable[Value]:
        """Return the preferred names of another thing in English, or in others' languages."""
        names = self.store.told(str(thing), SKOS.prefLabel)
        languages = ("en", *others)
        return [name.value for name, _ in names if (name.language or "") in languages]

    def datasets(self, statement: Statement) -> Iterable[Value]:
        """Return the sources that a statement was derived from, else its graph."""
        derived = statement.said.get(PROV.wasDerivedFrom, ())
        found = [one for one in derived if DCAT.Dataset in self.of(one, RDF.type)]
        return found or [statement.graph]


def _said(quads: Iterable[Any]) -> Said:
    said: Said = {}
    for quad in quads:
        said.setdefault(quad.predicate.value, []).append(to_python(quad.object))
    return said


def _is_live(reading: Reading) -> bool:
    return any(p == RDF.type and q.object.value == DKG.Condition for p, q in reading.direct)


def _summary(reading: Reading) -> Iterator[tuple[Value, ...]]:
    notations = [quad.object.value for p, quad in reading.direct if p == SKOS.notation]
    labels, definitions = (
        [
            quad.object.value
            for p, quad in reading.direct
            if p == way and quad.object.language == "en"
        ]
        for way in (SKOS.prefLabel, SKOS.definition)
    )
    for predicate, quad in reading.direct:
        kind = quad.object.value
        if predicate == RDF.type and kind in (DKG.Condition, DKG.DeprecatedCondition):
            for told in product(labels or _NOTHING, notations or _NOTHING, definitions or _NOTHING):
                yield *told, kind == DKG.DeprecatedCondition, quad.graph_name.value


def _kinds(reading: Reading) -> Iterator[tuple[Value, ...]]:
    counts = Counter(kind for s in reading.statements for kind in s.said.get(RDF.type, ()))
    yield from counts.items()


def _synonyms(reading: Reading) -> Iterator[tuple[Value, ...]]:
    """Yield the names, looked up one kind at a time: pages ask for those of broader types too."""
    if DKG.Condition in reading.of(reading.condition, RDF.type):
        for predicate in (SKOS.prefLabel, SKOS.altLabel):
            for name, graph in reading.store.told(reading.condition, predicate):
                if graph:
                    yield name.value, name.language or "", predicate, graph


def _codes(reading: Reading) -> Iterator[tuple[Value, ...]]:
    if _is_live(reading):
        for predicate, quad in reading.direct:
            source = quad.graph_name.value
            if predicate in MAPPED and source != INFERRED:
                yield to_python(quad.object), predicate, source


def _aspects(reading: Reading) -> Iterator[tuple[Value, ...]]:
    for predicate, quad in reading.direct:
        if predicate in (DKG.inheritance, DKG.ageOfOnset, DKG.clinicalCourse):
            term = to_python(quad.object)
            for label in reading.english(term) or _NOTHING:
                yield predicate, term, label, quad.graph_name.value


def _rarity(reading: Reading) -> Iterator[tuple[Value, ...]]:
    for s in reading.saying(DKG.authority, DKG.verdict, DKG.basis):
        for authority in s.said[DKG.authority]:
            criteria = reading.of(authority, DKG.criterion)
            defined = [text for c in criteria for text in reading.of(c, SKOS.definition)]
            for label, verdict, basis, record, rests_on, source, reference, note, text in product(
                reading.english(authority),
                s.said[DKG.verdict],
                s.said[DKG.basis],
                s.one_of(DKG.record),
                s.one_of(DKG.basedOnRecordOf),
                reading.datasets(s),
                s.one_of(DCTERMS.source),
                s.one_of(RDFS.comment),
                defined or _NOTHING,
            ):
                yield (
                    authority, label, verdict, basis, record, rests_on, source, reference, note,
                    text, s.iri,
                )  # fmt: skip


def _specialists(reading: Reading) -> Iterator[tuple[Value, ...]]:
    for thing, label, basis, s, source, reference, (_, ancestor, name) in _recommended(
        reading, DKG.recommends
    ):
        yield thing, label, basis, s, source, reference, ancestor, name


def _sites(reading: Reading) -> Iterator[tuple[Value, ...]]:
    for thing, label, basis, s, source, reference, premise in _recommended(reading, DKG.locatedIn):
        yield thing, label, basis, s, source, reference, *premise


_Premise: TypeAlias = tuple[Value, Value, Value]


def _recommended(
    reading: Reading, says: str
) -> Iterator[tuple[Value, Value, Value, str, Value, Value, _Premise]]:
    """Yield what statements say by a property, on what basis, and what they were taken from."""
    for s in reading.saying(says, DKG.basis):
        premises: list[_Premise] = [
            (premise, ancestor, name)
            for premise in s.said.get(PROV.wasDerivedFrom, ())
            for ancestor in reading.of(premise, DKG.condition)
            for name in reading.english(ancestor) or _NOTHING
        ]
        for thing in s.said[says]:
            for label, basis, source, reference, premise in product(
                reading.english(thing),
                s.said[DKG.basis],
                reading.datasets(s),
                s.one_of(DCTERMS.source),
                premises or [(None, None, None)],
            ):
                yield thing, label, basis, s.iri, source, reference, premise


def _causes(reading: Reading) -> Iterator[tuple[Value, ...]]:
    for s in reading.saying(DKG.agent):
        for agent in s.said[DKG.agent]:
            for label, kind, assessed, record in product(
                reading.english(agent, "") or _NOTHING,
                s.one_of(DKG.associationType),
                s.said.get(DKG.assessed, (True,)),
                s.one_of(DKG.record),
            ):
                yield agent, label, kind, assessed, record, s.graph, s.iri


def _symptoms(reading: Reading) -> Iterator[tuple[Value, ...]]:
    for s in reading.saying(DKG.phenotype):
        stated = s.said.get(DKG.frequency, ())
        lower, upper = (
            [
                *s.said.get(bound, ()),
                *(value for term in stated for value in reading.of(term, bound)),
            ]
            for bound in (DKG.frequencyLower, DKG.frequencyUpper)
        )
        criterion = True in s.said.get(DKG.diagnosticCriterion, ())
        cited = " ".join(sorted(str(one) for one in {*s.said.get(DCTERMS.references, ())}))
        for phenotype in s.said[DKG.phenotype]:
            for label, excluded, low, high, onset, evidence, record in product(
                reading.english(phenotype) or _NOTHING,
                s.said.get(DKG.excluded, (False,)),
                lower or _NOTHING,
                upper or _NOTHING,
                s.one_of(DKG.onset),
                s.one_of(DKG.evidence),
                s.one_of(DKG.record),
            ):
                yield (
                    phenotype, label, excluded, low, high, onset, evidence, criterion, record,
                    cited, s.graph, s.iri,
                )  # fmt: skip


def _prevalence(reading: Reading) -> Iterator[tuple[Value, ...]]:
    for s in reading.saying(DKG.geography, DCTERMS.type):
        met, exceeded = (
            "; ".join(
                sorted(
                    {
                        str(name)
                        for criterion in s.said.get(way, ())
                        for name in reading.of(criterion, SKOS.prefLabel)
                    }
                )
            )
            for way in (DKG.meets, DKG.exceeds)
        )
        cited = "; ".join(sorted(str(one) for one in {*s.said.get(DCTERMS.references, ())}))
        kinds = [label for kind in s.said[DCTERMS.type] for label in reading.of(kind, RDFS.label)]
        for row in product(
            kinds,
            s.said[DKG.geography],
            s.one_of(DKG.prevalenceClass),
            s.one_of(DKG.prevalenceLower),
            s.one_of(DKG.prevalenceUpper),
            s.one_of(DKG.prevalenceValue),
            s.one_of(DKG.cases),
            s.one_of(DKG.families),
            s.one_of(DKG.validated),
        ):
            yield *row, met, exceeded, cited, s.graph, s.iri


def _tests(reading: Reading) -> Iterator[tuple[Value, ...]]:
    symptoms: dict[tuple[Value, Value, Value], set[str]] = defaultdict(set)
    for predicate, quad in reading.direct:
        if predicate == DKG.symptom:
            symptom = quad.object.value
            for term, graph in reading.store.told(symptom, DKG.observedThrough):
                for label in reading.english(term.value):
                    symptoms[term.value, label, graph].add(symptom)
    for (action, label, source), seen in symptoms.items():
        yield action, label, len(seen), source


def _actions(reading: Reading) -> Iterator[tuple[Value, ...]]:
    for s in reading.saying(DKG.action, DKG.relation):
        targets = [
            (target, name)
            for target in s.said.get(DKG.target, ())
            for name in reading.english(target) or _NOTHING
        ]
        substances = [
            name
            for substance in s.said.get(DKG.substance, ())
            for name in reading.of(substance, SKOS.prefLabel)
        ]
        relations = [label for how in s.said[DKG.relation] for label in reading.of(how, RDFS.label)]
        for action in s.said[DKG.action]:
            for relation, label, (target, symptom), substance, mined, evidence, cited in product(
                relations,
                reading.english(action) or _NOTHING,
                targets or [(None, None)],
                substances or _NOTHING,
                s.said.get(DKG.mined, (False,)),
                s.one_of(DKG.evidence),
                s.one_of(DCTERMS.references),
            ):
                yield (
                    relation, action, label, target, symptom, substance, mined, evidence, cited,
                    s.graph, s.iri,
                )  # fmt: skip


def _references(reading: Reading) -> Iterator[tuple[Value, ...]]:
    counts: Counter[Value] = Counter()
    for s in reading.statements:
        counts.update({*s.said.get(DCTERMS.references, ()), *s.said.get(DCTERMS.source, ())})
    yield from counts.items()


READERS: dict[str, Callable[[Reading], Iterator[tuple[Value, ...]]]] = {
    "condition-summary": _summary,
    "kinds-of-statements": _kinds,
    "synonyms": _synonyms,
    "codes-of-condition": _codes,
    "inheritance-and-onset": _aspects,
    "rarity-statements": _rarity,
    "specialists-of-condition": _specialists,
    "sites-of-condition": _sites,
    "causes-of-condition": _causes,
    "symptoms-of-condition": _symptoms,
    "prevalence-of-condition": _prevalence,
    "tests-of-condition": _tests,
    "actions-of-condition": _actions,
    "references-of-condition": _references,
}
"""Each yields the columns of its query after the condition."""


def read(reading: Reading, name: str) -> list[Row]:
    """Return the rows of a named query about the condition.

    By SPARQL where no reader is, and where the graph is far: each look at it is a journey there.
    """
    query = queries.load(name)
    if name not in READERS or not reading.store.near:
        return list(queries.run(reading.store, name, condition=ox.NamedNode(reading.condition)))
    columns = [column.name for column in query.columns]
    rows = [
        dict(zip(columns, (reading.condition, *values), strict=True))
        for values in READERS[name](reading)
    ]
    for column, descending in reversed(query.without_order[1]):
        rows.sort(key=lambda row, column=column: _rank(row[column]), reverse=descending)  # type: ignore[misc]
    return rows


def _rank(value: Value) -> tuple[int, float, str]:
    """Return what a value is sorted by: nothing, IRIs and texts, numbers, as `queries.sort`."""
    if value is None:
        return 0, 0.0, ""
    if isinstance(value, int | float):
        return 1, float(value), ""
    return 2, 0.0, str(value)
