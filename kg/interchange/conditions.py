"""What is told of the chosen conditions, one thing after another: what every format is made from.

A few conditions are looked up in the store one by one; for many, the graph is read once as lines,
and the lines that are needed are sorted, so that what is told of a thing comes together without
anything being held in memory. Both give the same.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

import pyoxigraph as ox

from ..identifiers import short
from ..sorting import sorted_lines
from ..store import Store
from ..vocabulary import DCTERMS, DKG, GRAPH, INFERRED, MAPPED, OBOINOWL, PROV, RDF, SKOS

FEW = 1000
"""So many conditions are looked up one by one."""

SYNONYMS = {
    SKOS.altLabel: "exact",
    OBOINOWL.hasBroadSynonym: "broad",
    OBOINOWL.hasNarrowSynonym: "narrow",
    OBOINOWL.hasRelatedSynonym: "related",
}
"""The properties of other names, and the scope of each."""

_OF_STATEMENTS = (
    *(DKG.condition, DKG.basis, DKG.record, DKG.authority, DKG.verdict, DKG.basedOnRecordOf),
    *(DKG.recommends, DKG.locatedIn, DKG.phenotype, DKG.excluded, DKG.frequency, DKG.onset),
    *(DKG.frequencyLower, DKG.frequencyUpper, DKG.evidence, DKG.diagnosticCriterion, DKG.agent),
    *(DKG.associationType, DKG.assessed, DKG.prevalenceLower, DKG.prevalenceUpper),
    *(DKG.prevalenceValue, DKG.prevalenceClass, DKG.cases, DKG.families, DKG.geography),
    *(DKG.validated, DKG.byExperts, DKG.action, DKG.relation, DKG.target, DKG.substance),
    *(DKG.mined, DCTERMS.references, DCTERMS.source, DCTERMS.type, PROV.wasDerivedFrom),
)
_LITERAL = re.compile(rb'"(.*)"(?:@([A-Za-z0-9-]+)|\^\^<[^>]*>)?(?: <([^>]*)>)? \.\n?', re.DOTALL)


class Value(NamedTuple):
    """An object of a statement: an IRI or a text with its language, and the graph that says it."""

    text: str
    language: str
    graph: str

    @property
    def source(self) -> str:
        """The short name of the graph: "mondo"."""
        return self.graph.removeprefix(GRAPH)


class Said:
    """What is said of one thing: the values of its properties, sorted."""

    __slots__ = ("_values", "iri")

    def __init__(self, iri: str, values: Mapping[str, list[Value]]) -> None:
        self.iri = iri
        self._values = {predicate: sorted(found) for predicate, found in values.items()}

    def __getitem__(self, predicate: str) -> list[Value]:
        return self._values.get(predicate, [])

    def __contains__(self, predicate: object) -> bool:
        return predicate in self._values

    def one(self, predicate: str) -> str:
        """Return the first value of a property, "" for none."""
        return self[predicate][0].text if predicate in self else ""

    def all(self, predicate: str) -> list[str]:
        """Return the values of a property, each once."""
        return list(dict.fromkeys(value.text for value in self[predicate]))

    def curies(self, predicate: str) -> list[str]:
        """Return the values of a property as CURIEs, each once."""
        return list(dict.fromkeys(map(short, self.all(predicate))))

    def english(self, predicate: str) -> str:
        """Return the first value of a property in English, "" for none."""
        texts = (value.text for value in self[predicate] if value.language in ("en", ""))
        return next(texts, "")

    @property
    def withdrawn(self) -> bool:
        """Whether it is a condition that its source has withdrawn."""
        return any(value.text == DKG.DeprecatedCondition for value in self[RDF.type])


def xrefs(said: Said) -> dict[str, list[str]]:
    """Return the records of other registries, as CURIEs, each with the sources that say it.

    What is concluded from other mappings is left out.
    """
    found: dict[str, dict[str, None]] = {}
    for way in MAPPED:
        for value in said[way]:
            if value.graph != INFERRED:
                found.setdefault(short(value.text), {})[value.source] = None
    return {record: list(sources) for record, sources in sorted(found.items())}


class Conditions:
    """The chosen conditions of a store, or all of them, the withdrawn ones among them.

    `iris` are those in force and `withdrawn` the others, both sorted.
    """

    def __init__(self, store: Store, chosen: Collection[str] | None = None) -> None:
        self.store = store
        self.types = store.arrays.taxonomy("condition")
        self.is_part = chosen is not None
        withdrawn = {
            quad.subject.value
            for quad in store.find(None, _RDF_TYPE, ox.NamedNode(DKG.DeprecatedCondition))
        }
        wanted = self.types.numbers.keys() | withdrawn if chosen is None else set(chosen)
        self.iris = sorted(wanted & self.types.numbers.keys())
        self.withdrawn = sorted(wanted & withdrawn - self.types.numbers.keys())

    def told(self, *predicates: str) -> Iterator[Said]:
        """Yield what some properties tell of each condition, in the order of their IRIs."""
        wanted = {RDF.type, *predicates}
        chosen = sorted((*self.iris, *self.withdrawn), key=_as_line)
        if len(chosen) <= FEW:
            for iri in chosen:
                yield self._looked_up(iri, wanted)
        else:
            subjects = {f"<{iri}>".encode() for iri in chosen}
            yield from self._read(wanted, lambda subject: subject in subjects)

    def statements(self) -> Iterator[Said]:
        """Yield the statements about the conditions in force, in the order of their lines.

        They are symptoms, causes, sites, specialists, rarity, prevalence and medical actions.
        """
        wanted = frozenset(_OF_STATEMENTS)
        if len(self.iris) <= FEW:
            about = ox.NamedNode(DKG.condition)
            found = {
                quad.subject.value
                for condition in self.iris
                for quad in self.store.find(None, about, ox.NamedNode(condition))
            }
            for iri in sorted(found, key=_as_line):
                yield self._looked_up(iri, wanted)
        else:
            chosen = set(self.iris)
            told = self._read(wanted, lambda subject: True)
            yield from (said for said in told if said.one(DKG.condition) in chosen)

    def _looked_up(self, iri: str, predicates: Collection[str]) -> Said:
        values: dict[str, list[Value]] = defaultdict(list)
        for quad in self.store.find(ox.NamedNode(iri)):
            if (predicate := quad.predicate.value) in predicates:
                values[predicate].append(_of_quad(quad))
        return Said(iri, values)

    def _read(self, predicates: Collection[str], wanted: Callable[[bytes], bool]) -> Iterator[Said]:
        known = {f"<{predicate}>".encode(): predicate for predicate in predicates}
        lines = _of(self.store.lines(), known.keys(), wanted)
        for subject, group in groupby(sorted_lines(lines), key=lambda line: line.split(b" ", 1)[0]):
            values: dict[str, list[Value]] = defaultdict(list)
            for line in group:
                _, predicate, rest = line.split(b" ", 2)
                values[known[predicate]].append(_value(line, rest))
            yield Said(subject[1:-1].decode(), values)

    def broader(self, said: Said) -> list[Value]:
        """Return the chosen conditions that one is directly a kind of, each once.

        Where conditions between two chosen ones are left out, the one is directly a kind of the
        other, which the graph of conclusions says.
        """
        number = self.types.numbers.get(said.iri)
        if number is None:
            return []
        parents = set(self.types.parents[number]) - {number}
        if self.is_part:
            parents &= self._numbers
        graphs = {value.text: value.graph for value in reversed(said[SKOS.broader])}
        above = self._nearest(number) | parents if self.is_part else parents
        iris = sorted(self.types.iris[n] for n in above)
        return [Value(iri, "", graphs.get(iri, INFERRED)) for iri in iris]

    @cached_property
    def _numbers(self) -> set[int]:
        return {self.types.numbers[iri] for iri in self.iris}

    def _nearest(self, number: int) -> set[int]:
        """Return the chosen conditions above one that are not above another of them."""
        above = self._numbers.intersection(self.types.above[number])
        further = {up for one in above for up in self.types.above[one] if up in above}
        return above - further

    def label(self, iri: str) -> str:
        """Return the name of a thing of any kind, "" for none."""
        if iri not in self._labels:
            self._labels[iri] = self.store.arrays.label(iri) or self.store.label(iri)
        return self._labels[iri]

    def bounds(self, term: str) -> tuple[float | None, float | None]:
        """Return the least and the greatest share that a term for a frequency stands for."""
        if term not in self._bounds:
            said = self._looked_up(term, (DKG.frequencyLower, DKG.frequencyUpper))
            least, most = said.one(DKG.frequencyLower), said.one(DKG.frequencyUpper)
            self._bounds[term] = (float(least) if least else None, float(most) if most else None)
        return self._bounds[term]

    @cached_property
    def _bounds(self) -> dict[str, tuple[float | None, float | None]]:
        return {}

    @cached_property
    def _labels(self) -> dict[str, str]:
        return {}


def _as_line(iri: str) -> str:
    """Return what an IRI is sorted by among lines of N-Quads."""
    return f"<{iri}> "


_RDF_TYPE = ox.NamedNode(RDF.type)


def _of(
    lines: Iterable[bytes], predicates: Collection[bytes], wanted: Callable[[bytes], bool]
) -> Iterator[bytes]:
    for line in lines:
        subject, predicate, _ = line.split(b" ", 2)
        if predicate in predicates and wanted(subject):
            yield line


def _value(line: bytes, rest: bytes) -> Value:
    """Return the object and the graph of a line of N-Quads; `rest` follows the property."""
    if rest.startswith(b"<"):
        iri, graph = rest.split(b" ", 2)[:2]
        return Value(iri[1:-1].decode(), "", graph[1:-1].decode())
    plain = None if b"\\" in rest else _LITERAL.fullmatch(rest)
    if plain is not None:
        return Value(*(part.decode() if part else "" for part in plain.groups()))
    (quad,) = ox.parse(line, ox.RdfFormat.N_QUADS, lenient=True)
    return _of_quad(quad)


def _of_quad(quad: Any) -> Value:
    graph = getattr(quad.graph_name, "value", "")
    return Value(quad.object.value, getattr(quad.object, "language", None) or "", graph)
