"""Other nomenclatures' hierarchies: Orphanet's classifications, the Disease Ontology's.

Each is a scheme (`skos:inScheme`) of records that stand below each other. A link between two
records counts in every scheme that has both: the graph says it once, whichever scheme it is of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from .errors import UnknownScheme
from .hierarchy import Row
from .identifiers import short
from .store import Store
from .vocabulary import DCTERMS, DKG, GRAPH, JOINING, RDF, SCHEME, SKOS

_NEARLY_ALL = 0.95
"""A scheme with several heads is a hierarchy if so many of its records stand below another."""
_LESS = (SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)
_IN_SCHEME, _BROADER, _A = map(ox.NamedNode, (SKOS.inScheme, SKOS.broader, RDF.type))
_CONDITION, _RECORD = map(ox.NamedNode, (DKG.Condition, DKG.Record))


@dataclass(frozen=True, slots=True)
class Scheme:
    """A hierarchy of records: `heads` are the records at its top."""

    id: str
    label: str
    publisher: str
    size: int
    heads: tuple[str, ...]


def schemes(store: Store) -> list[Scheme]:
    """Return the hierarchies of records, the largest first."""
    members: dict[str, set[str]] = {}
    for quad in store.find(None, _IN_SCHEME):
        members.setdefault(quad.object.value, set()).add(quad.subject.value)
    parents: dict[str, list[str]] = {}
    for quad in store.find(None, _BROADER):
        parents.setdefault(quad.subject.value, []).append(quad.object.value)
    found = []
    for iri, records in members.items():
        if not iri.startswith(SCHEME) or not _has(store, next(iter(records)), _RECORD):
            continue
        heads = sorted(r for r in records if records.isdisjoint(parents.get(r, ())))
        below = len(records) - len(heads)
        if below and (len(heads) == 1 or below >= _NEARLY_ALL * len(records)):
            found.append(_scheme(store, iri.removeprefix(SCHEME), len(records), tuple(heads)))
    return sorted(found, key=lambda one: (-one.size, one.id))


def _scheme(store: Store, id: str, size: int, heads: tuple[str, ...]) -> Scheme:
    """Return a scheme; it is called as its one head is, else as the source that it is of."""
    source, _, _ = id.partition("-ORPHA_")
    said = list(store.find(ox.NamedNode(GRAPH + source)))
    title, publisher = (
        next((q.object.value for q in said if q.predicate.value == predicate), source)
        for predicate in (DCTERMS.title, DCTERMS.publisher)
    )
    label = _name(store, heads[0]) if len(heads) == 1 else title
    return Scheme(id, label, publisher, size, heads)


def find(store: Store, text: str) -> Scheme:
    """Return the scheme that is called so, or whose head or id that is; raises UnknownScheme."""
    known = schemes(store)
    for one in known:
        names = [one.id, one.label, *(short(head) for head in one.heads)]
        if text.casefold() in [name.casefold() for name in names]:
            return one
    near = [one.label for one in known if text.casefold() in one.label.casefold()]
    raise UnknownScheme(text, near[:5], [one.label for one in known])


class Classification:
    """The records of one scheme, and how they stand; a record is an IRI."""

    def __init__(self, store: Store, scheme: Scheme) -> None:
        self.scheme = scheme
        self._store = store

    @cached_property
    def labels(self) -> dict[str, str]:
        """The name of each record, in the order of the names."""
        scheme = ox.NamedNode(SCHEME + self.scheme.id)
        records = (quad.subject.value for quad in self._store.find(None, _IN_SCHEME, scheme))
        named = {iri: _name(self._store, iri) for iri in records}
        return dict(sorted(named.items(), key=lambda pair: (pair[1].casefold(), pair[0])))

    @cached_property
    def parents(self) -> dict[str, list[str]]:
        """What stands directly above each record."""
        above = {}
        for iri in self.labels:
            found = {q.object.value for q in self._store.find(ox.NamedNode(iri), _BROADER)}
            above[iri] = sorted(found & self.labels.keys(), key=lambda one: self.labels[one])
        return above

    @cached_property
    def children(self) -> dict[str, list[str]]:
        """What stands directly below each record, in the order of the names."""
        below: dict[str, list[str]] = {iri: [] for iri in self.labels}
        for iri in self.labels:
            for parent in self.parents[iri]:
                below[parent].append(iri)
        return below

    def below(self, iri: str) -> int:
        """Return how many records stand below one, at any distance."""
        seen: set[str] = set()
        waiting = list(self.children[iri])
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                waiting += self.children[one]
        return len(seen - {iri})

    def ways(self, iri: str, most: int) -> list[list[str]]:
        """Return ways from the top down to a record, the shortest first."""
        found: list[list[str]] = []
        waiting = [[iri]]
        while waiting and len(found) < most:
            way = waiting.pop(0)
            further = [[parent, *way] for parent in self.parents[way[0]] if parent not in way]
            waiting += further
            if not further:
                found.append(way)
        return found

    def conditions(self, iri: str) -> list[str]:
        """Return the conditions that a record is about: itself, or those that are mapped to it.

        Exact matches count before bare cross-references.
        """
        record = ox.NamedNode(iri)
        if _has(self._store, iri, _CONDITION):
            return [iri]
        exact = self._mapped(SKOS.exactMatch, record)
        joined = {one for way in JOINING for one in self._mapped(way, record)}
        loose = {one for way in _LESS for one in self._mapped(way, record)}
        return sorted(exact or joined - loose)

    def _mapped(self, way: str, record: ox.NamedNode) -> set[str]:
        found = (q.subject.value for q in self._store.find(None, ox.NamedNode(way), record))
        return {iri for iri in found if _has(self._store, iri, _CONDITION)}

    def rows(self, iri: str, depth: int) -> Iterator[Row]:
        """Yield the tree from a record, to a depth; what was shown already is not opened again."""
        yield from self._rows(iri, 0, depth, set())

    def _rows(self, iri: str, level: int, depth: int, shown: set[str]) -> Iterator[Row]:
        count, seen = self.below(iri), iri in shown
        yield Row(level, iri, self.labels[iri], count, seen and count > 0)
        if level < depth and not seen:
            shown.add(iri)
            for child in self.children[iri]:
                yield from self._rows(child, level + 1, depth, shown)


def _has(store: Store, iri: str, kind: ox.NamedNode) -> bool:
    return any(store.find(ox.NamedNode(iri), _A, kind))


def _name(store: Store, iri: str) -> str:
    return store.label(iri) or short(iri)
