"""The hierarchies and the shortcuts as arrays: numbered things, and what each is related to.

Things are numbered in the order of their names, so that what is sorted by number is sorted by
name. A file of arrays is mapped into memory: opening it costs nothing, however large it is, and
every process that has it open shares it. Layout: a line that says what it is, a line of JSON with
the place of each section, the sections. `packing` makes them.
"""

from __future__ import annotations

import json
import mmap
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias

from .identifiers import short

Sections: TypeAlias = Mapping[str, memoryview]

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

    >>> relation = Relation([0, 2, 2, 3], [1, 2, 0])
    >>> relation[0], relation.count(1), len(relation)
    ([1, 2], 0, 3)
    """

    __slots__ = ("_members", "_starts")

    def __init__(self, starts: Sequence[int], members: Sequence[int]) -> None:
        self._starts = starts
        self._members = members

    @classmethod
    def of(cls, section: memoryview) -> Relation:
        """Return the relation that a section holds.

        It says how many rows there are, where each begins and ends, and the members.
        """
        numbers = section.cast("I")
        first = 1 + numbers[0] + 1
        return cls(numbers[1:first], numbers[first:])

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

    def named(self, number: int) -> tuple[str, str]:
        """Return a thing's IRI and its name, or the identifier of what has none."""
        iri = self.iris[number]
        return iri, self.labels[number] or short(iri)

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
