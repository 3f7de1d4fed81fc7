"""The conditions of people, apart from those of animals: which they are, and how many have what."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import NamedTuple

from .. import facets, queries
from ..arrays import Facet
from ..store import Store

Named = tuple[str, str]
"""IRI and name of a condition."""


class Specialist(NamedTuple):
    """A specialist by IRI and name, and for how many conditions of people."""

    specialist: str
    label: str
    conditions: int


class People:
    """The conditions of people in a store, each number of them counted once."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @cached_property
    def animals(self) -> frozenset[str]:
        """The IRIs of the conditions of animals, which lists leave out unless they are wanted."""
        return facets.of_animals(self._store)

    @cached_property
    def _animals(self) -> frozenset[int]:
        numbers = self._store.arrays.taxonomy("condition").numbers
        return frozenset(numbers[iri] for iri in self.animals)

    def among(self, found: list[Named], animals: bool = False) -> tuple[list[Named], int]:
        """Return the conditions to list of those found, and how many of animals are left out.

        None is left out if there are no others, or if `animals` says so.
        """
        shown = [pair for pair in found if pair[0] not in self.animals]
        return (found, 0) if animals or not shown else (shown, len(found) - len(shown))

    @cached_property
    def specialists(self) -> list[Specialist]:
        """All specialists, also those whom no person sees."""
        facet = self._store.arrays.facet("specialist")
        found = []
        for row in queries.run(self._store, "specialists"):
            iri = str(row["specialist"])
            number = facet.things.numbers.get(iri)
            count = 0 if number is None else self._count(facet, number)
            found.append(Specialist(iri, str(row["label"]), count))
        return found

    @lru_cache(8)  # noqa: B019 - as long as the site is there
    def top(self, facet: str, most: int) -> list[tuple[str, str, int]]:
        """Return the things of a facet that most conditions have: IRI, name, number of people's."""
        found = self._store.arrays.facet(facet)
        counts = [(found.stated.count(n), n) for n in range(len(found.things.iris))]
        largest = sorted(counts, key=lambda pair: (-pair[0], pair[1]))[:most]
        things = sorted(number for count, number in largest if count)
        return [
            (found.things.iris[n], found.things.labels[n], self._count(found, n)) for n in things
        ]

    def _count(self, facet: Facet, number: int) -> int:
        """Return how many conditions of people have a thing of a facet."""
        return sum(1 for condition in facet.found[number] if condition not in self._animals)
