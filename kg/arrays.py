"""The hierarchies and the shortcuts as arrays: numbered things, and what each is related to.

Things are numbered in the order of their names, so that what is sorted by number is sorted by
name. A file of arrays is mapped into memory: opening it costs nothing, however large it is, and
every process that has it open shares it. Layout: a line that says what it is, a line of JSON with
the place of each section, the sections.
"""

from __future__ import annotations

import json
import mmap
import sys
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from math import nan
from pathlib import Path
from typing import Literal, TypeAlias

Pairs: TypeAlias = Iterable[tuple[str, str]]
Sections: TypeAlias = Mapping[str, memoryview]
Shares: TypeAlias = Mapping[tuple[str, str], float]
"""The share of those with a condition who have a symptom, 0 to 1, where it is stated."""

KINDS = ("condition", "body site", "phenotype")
"""The kinds of things that have a hierarchy."""

FACETS = {
    "symptom": "phenotype",
    "site": "body site",
    "specialist": "specialist",
    "authority": "authority",
    "cause": "agent",
    "onset": "phenotype",
    "inheritance": "phenotype",
}
"""What is stated of conditions in short, and the kind of thing that it is."""

UNSTATED = 0.5
"""What counts as the share of those who have a symptom where no source states it."""

_MAGIC = f"disease-kg arrays 2 {sys.byteorder}\n".encode()
_ALIGNED = 8


class Relation:
    """What each numbered thing is related to: sorted numbers (compressed sparse rows).

    >>> relation = Relation.of(Relation.packed([[1, 2], [], [0]]))
    >>> list(relation[0]), relation.count(1), len(relation)
    ([1, 2], 0, 3)
    """

    __slots__ = ("_members", "_starts")

    def __init__(self, starts: Sequence[int], members: Sequence[int]) -> None:
        self._starts = starts
        self._members = members

    @classmethod
    def of(cls, section: memoryview) -> Relation:
        """Return the relation that a section holds."""
        numbers = section.cast("I")
        first = 1 + numbers[0] + 1
        return cls(numbers[1:first], numbers[first:])

    @staticmethod
    def packed(rows: Sequence[Sequence[int]]) -> memoryview:
        """Return a section: how many rows there are, where each begins and ends, the members."""
        numbers = array("I", [len(rows), 0])
        end = 0
        for row in rows:
            end += len(row)
            numbers.append(end)
        for row in rows:
            numbers.extend(row)
        return memoryview(numbers.tobytes())

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> Sequence[int]:
        return self._members[self._starts[number] : self._starts[number + 1]]

    @property
    def rows(self) -> tuple[Sequence[int], Sequence[int]]:
        """Where each row begins, and the last one ends; and the members, row after row."""
        return self._starts, self._members

    def count(self, number: int) -> int:
        """Return to how many things a thing is related."""
        return self._starts[number + 1] - self._starts[number]


class Taxonomy:
    """The hierarchy of one kind of thing, by number: direct and indirect, in both directions.

    `parents` may have a thing itself, in a defective hierarchy; `above` and `below` never do.
    """

    def __init__(self, sections: Sections, kind: str) -> None:
        self._sections = sections
        self._kind = kind
        self.parents, self.children, self.above, self.below = (
            Relation.of(sections[f"{kind} {name}"])
            for name in ("parents", "children", "above", "below")
        )

    @cached_property
    def iris(self) -> list[str]:
        """The IRI of each thing."""
        return self._texts("iris")

    @cached_property
    def labels(self) -> list[str]:
        """The preferred name of each thing: in English before other languages, "" for none."""
        return self._texts("labels")

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each IRI."""
        return {iri: number for number, iri in enumerate(self.iris)}

    def expect(self, iris: Iterable[str]) -> None:
        """Hear of things that will be asked for one by one; they are all here already."""

    def _texts(self, name: str) -> list[str]:
        text = str(self._sections[f"{self._kind} {name}"], "utf-8")
        return text.split("\n")[:-1]


class Facet:
    """One sort of shortcut, by number: `things` are what it leads to.

    `of` has the things of each condition, `stated` the conditions of each thing, `found` the
    conditions of each thing or a kind or part of it.
    """

    def __init__(self, sections: Sections, name: str, things: Taxonomy) -> None:
        self.things = things
        self.of, self.stated, self.found = (
            Relation.of(sections[f"{name} {relation}"]) for relation in ("of", "stated", "found")
        )


class Arrays:
    """The taxonomy of each kind of thing, and the facets of the conditions."""

    def __init__(self, sections: Sections) -> None:
        self._sections = sections
        self._taxonomies: dict[str, Taxonomy] = {}
        self._facets: dict[str, Facet] = {}

    @classmethod
    def open(cls, path: Path) -> Arrays:
        """Map a file into memory; raises OSError for one that is no such file."""
        with path.open("rb") as file:
            mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
            if file.readline() != _MAGIC:
                raise OSError(f"{path} is no file of arrays that this machine reads")
            places = json.loads(file.readline())
            begin = _aligned(file.tell())
        return cls({name: mapped[begin + a : begin + b] for name, (a, b) in places.items()})

    def write(self, path: Path) -> None:
        """Write the file that `open` maps."""
        places, end = {}, 0
        for name, section in self._sections.items():
            places[name] = end, end + section.nbytes
            end = _aligned(end + section.nbytes)
        with path.open("wb") as file:
            file.write(_MAGIC + json.dumps(places).encode() + b"\n")
            for section in self._sections.values():
                file.write(b"\0" * (_aligned(file.tell()) - file.tell()))
                file.write(section)

    @classmethod
    def build(
        cls,
        kinds: Mapping[str, Iterable[str]],
        labels: Mapping[str, str],
        broader: Pairs,
        facets: Mapping[str, Pairs],
        shares: Shares,
    ) -> Arrays:
        """Return the arrays of things given by IRI.

        `kinds` has the things of each of KINDS; `broader` are (narrower, broader), of which those
        within a kind count; `facets` has (condition, thing) for each of FACETS; a share of 0 says
        that a symptom is absent.
        """
        kind_of = {iri: kind for kind in KINDS for iri in kinds[kind]}
        direct = _of_kinds(broader, kind_of)
        things = {kind: set(kinds[kind]) for kind in KINDS}
        pairs = {facet: list(facets[facet]) for facet in FACETS}
        for facet, kind in FACETS.items():
            if kind not in KINDS:
                things[kind] = {thing for _, thing in pairs[facet]}
        sections: dict[str, memoryview] = {}
        numbers: dict[str, dict[str, int]] = {}
        for kind, iris in things.items():
            order = sorted(iris, key=lambda iri: (labels.get(iri, iri).casefold(), iri))
            numbers[kind] = {iri: number for number, iri in enumerate(order)}
            sections[f"{kind} iris"] = _joined(order)
            sections[f"{kind} labels"] = _joined(labels.get(iri, "") for iri in order)
            parents = _rows(direct[kind], numbers[kind], numbers[kind])
            for up, down, rows in (
                ("parents", "children", parents),
                ("above", "below", [_above(number, parents) for number in range(len(order))]),
            ):
                sections[f"{kind} {up}"] = Relation.packed(rows)
                sections[f"{kind} {down}"] = Relation.packed(_inverse(rows, len(order)))
        for facet, kind in FACETS.items():
            own = _rows(pairs[facet], numbers["condition"], numbers[kind])
            above = Relation.of(sections[f"{kind} above"])
            wider = [sorted(set(row).union(*(above[n] for n in row))) for row in own]
            sections[f"{facet} of"] = Relation.packed(own)
            sections[f"{facet} stated"] = Relation.packed(_inverse(own, len(above)))
            sections[f"{facet} found"] = Relation.packed(_inverse(wider, len(above)))
        symptoms = Facet(sections, "symptom", Taxonomy(sections, "phenotype"))
        sections |= _profiles(Taxonomy(sections, "condition"), symptoms, shares)
        return cls(sections)

    @cached_property
    def absent(self) -> Relation:
        """The phenotypes that each condition is stated not to have."""
        return Relation.of(self._sections["absent"])

    def shares(self, relation: Literal["of", "found"]) -> memoryview[float]:
        """Return floats beside the members of a relation of the facet "symptom".

        They are the share of those with the condition who have the symptom, 0 to 1: "of" has NaN
        where none is stated, "found" the greatest of its kinds, UNSTATED where none is.
        """
        return self._sections[f"share {relation}"].cast("f")

    def taxonomy(self, kind: str) -> Taxonomy:
        """Return the things of one of KINDS with their hierarchy, or of a facet, without one."""
        if kind not in self._taxonomies:
            self._taxonomies[kind] = Taxonomy(self._sections, kind)
        return self._taxonomies[kind]

    def label(self, iri: str) -> str:
        """Return the preferred name of a thing of any kind, "" for none."""
        for kind in (*KINDS, *FACETS.values()):
            taxonomy = self.taxonomy(kind)
            if iri in taxonomy.numbers:
                return taxonomy.labels[taxonomy.numbers[iri]]
        return ""

    def facet(self, name: str) -> Facet:
        """Return one of FACETS."""
        if name not in self._facets:
            things = self.taxonomy(FACETS[name])
            self._facets[name] = Facet(self._sections, name, things)
        return self._facets[name]


def _aligned(place: int) -> int:
    return -(-place // _ALIGNED) * _ALIGNED


def _of_kinds(pairs: Pairs, kind_of: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """Return the pairs of things of the same kind, by that kind."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for pair in pairs:
        kind = kind_of.get(pair[0])
        if kind and kind == kind_of.get(pair[1]):
            found[kind].append(pair)
    return found


def _joined(texts: Iterable[str]) -> memoryview:
    return memoryview("".join(" ".join(text.split("\n")) + "\n" for text in texts).encode())


def _rows(pairs: Pairs, left: Mapping[str, int], right: Mapping[str, int]) -> list[list[int]]:
    """Return, for each number on the left, the sorted numbers on the right."""
    rows: list[set[int]] = [set() for _ in left]
    for one, other in pairs:
        if one in left and other in right:
            rows[left[one]].add(right[other])
    return [sorted(row) for row in rows]


def _above(start: int, parents: Sequence[Sequence[int]]) -> list[int]:
    """Return everything that steps up lead to, except to itself."""
    found: set[int] = set()
    waiting = list(parents[start])
    while waiting:
        number = waiting.pop()
        if number not in found:
            found.add(number)
            waiting += parents[number]
    return sorted(found - {start})


def _profiles(
    conditions: Taxonomy, symptoms: Facet, shares: Shares
) -> Iterator[tuple[str, memoryview]]:
    """Yield the sections that say how often each condition has each symptom, or has it not."""
    phenotypes = symptoms.things
    stated = array("f")
    found: list[list[float]] = [[] for _ in phenotypes.iris]
    for number, condition in enumerate(conditions.iris):
        greatest: dict[int, float] = {}
        for symptom in symptoms.of[number]:
            said = shares.get((condition, phenotypes.iris[symptom]))
            stated.append(nan if said is None else said)
            share = UNSTATED if said is None else said
            for kind in (symptom, *phenotypes.above[symptom]):
                greatest[kind] = max(share, greatest.get(kind, 0.0))
        for kind, share in greatest.items():
            found[kind].append(share)
    yield "share of", memoryview(stated.tobytes())
    yield "share found", memoryview(array("f", chain.from_iterable(found)).tobytes())
    absent = (pair for pair, share in shares.items() if share == 0)
    yield "absent", Relation.packed(_rows(absent, conditions.numbers, phenotypes.numbers))


def _inverse(rows: Sequence[Sequence[int]], size: int) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(size)]
    for number, row in enumerate(rows):
        for other in row:
            found[other].append(number)
    return found
