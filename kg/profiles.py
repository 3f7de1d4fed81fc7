"""The symptoms of the conditions as columns of numbers, and how telling each symptom is.

A condition that has a symptom has all that the symptom is a kind of (the true-path rule).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from .arrays import UNSTATED, Arrays, Relation, Taxonomy

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.uint32]

KEPT = 512
"""So many phenotypes' vectors are kept; one of them takes 80 kB."""


def floats(values: Any) -> Floats:
    """Return numbers as Floats."""
    return np.asarray(values, np.float32)


@dataclass(frozen=True, eq=False)
class Profiles:
    """The conditions that have symptoms, each with its symptoms and how often they occur.

    `conditions` are numbers in the taxonomy of conditions, in order; the symptoms of the n-th
    stand in `symptoms` (numbers in the taxonomy `phenotypes`) from `starts[n]` on, and `shares`
    beside them, 0 to 1 or NaN where none is stated. `closed` has all that they have, what their
    symptoms are kinds of included, as (phenotypes, places in `conditions`, shares), in the order
    of phenotypes: those of the n-th stand from `bounds[n]` to `bounds[n + 1]`. `absent` says, by
    a condition's number, what it is stated not to have.
    """

    phenotypes: Taxonomy
    conditions: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    symptoms: Integers
    shares: Floats
    bounds: npt.NDArray[np.int64]
    closed: tuple[npt.NDArray[np.integer], npt.NDArray[np.integer], Floats]
    absent: Relation
    _vectors: dict[int, Floats] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, arrays: Arrays) -> Profiles:
        """Return the profiles that a store's arrays hold."""
        facet = arrays.facet("symptom")
        bounds, symptoms = (np.asarray(column) for column in facet.of.rows)
        conditions = np.flatnonzero(np.diff(bounds.astype(np.int64)))
        found, having = (np.asarray(column) for column in facet.found.rows)
        places = np.zeros(len(bounds), np.int32)
        places[conditions] = np.arange(len(conditions))
        return cls(
            facet.things,
            conditions,
            bounds[conditions].astype(np.int64),
            symptoms,
            floats(arrays.shares("of")),
            found.astype(np.int64),
            (
                np.repeat(np.arange(len(found) - 1, dtype=np.int32), np.diff(found)),
                places[having],
                floats(arrays.shares("found")),
            ),
            arrays.absent,
        )

    @cached_property
    def carriers(self) -> npt.NDArray[np.int64]:
        """How many conditions have each phenotype or a kind of it."""
        return np.diff(self.bounds)

    @cached_property
    def frequencies(self) -> Floats:
        """The mean share of all conditions for each phenotype, 0 for those that have it not."""
        phenotypes, _, shares = self.closed
        sums = np.bincount(phenotypes, shares, minlength=len(self.phenotypes.iris))
        return (sums / max(1, len(self.conditions))).astype(np.float32)

    @cached_property
    def information(self) -> Floats:
        """The information content of each phenotype: -ln of the share of conditions that have it.

        Resnik (1995), https://arxiv.org/abs/cmp-lg/9511007. What no condition has counts as if
        half a condition had it.
        """
        total = max(1, len(self.conditions))
        return (-np.log(np.maximum(self.carriers, 0.5) / total)).astype(np.float32)

    def kinds(self, phenotype: int) -> npt.NDArray[np.int64]:
        """Return the numbers of a phenotype and all its kinds."""
        return np.append(np.asarray(self.phenotypes.below[phenotype], np.int64), phenotype)

    def over(self, phenotype: int) -> npt.NDArray[np.int64]:
        """Return the numbers of a phenotype and all that it is a kind of."""
        return np.append(np.asarray(self.phenotypes.above[phenotype], np.int64), phenotype)

    def common(self, phenotype: int, information: Floats | None = None) -> Floats:
        """Return, for every phenotype, the most information in a common ancestor with one.

        A vector over the taxonomy of phenotypes: the similarity of Resnik.
        """
        told = self.information if information is None else information
        if (kept := self._vectors.get(phenotype)) is not None and information is None:
            return kept
        vector = np.zeros(len(self.phenotypes.iris), np.float32)
        over = self.over(phenotype)
        for ancestor in over[np.argsort(told[over], kind="stable")]:
            kinds = self.kinds(int(ancestor))
            vector[kinds] = np.maximum(vector[kinds], told[ancestor])
        if information is None:
            if len(self._vectors) >= KEPT:
                self._vectors.clear()
            self._vectors[phenotype] = vector
        return vector

    def best(self, values: Floats) -> Floats:
        """Return the greatest value of each condition's symptoms, from one for each symptom."""
        return np.maximum.reduceat(values, self.starts) if len(self.starts) else values[:0]

    @cached_property
    def sizes(self) -> npt.NDArray[np.int64]:
        """How many symptoms each condition has."""
        return np.diff(np.append(self.starts, len(self.symptoms)))

    @cached_property
    def weights(self) -> Floats:
        """The information in all that each condition has, its symptoms' ancestors included."""
        phenotypes, places, _ = self.closed
        told = np.bincount(places, self.information[phenotypes], minlength=len(self.conditions))
        return told.astype(np.float32)

    @cached_property
    def told(self) -> Floats:
        """The information in all that each condition has, times how often it has it."""
        phenotypes, places, shares = self.closed
        told = self.information[phenotypes] * shares
        return floats(np.bincount(places, told, len(self.conditions)))

    def closure(self, place: int) -> npt.NDArray[np.float64]:
        """Return, for every phenotype, the greatest share of its kinds in a condition, else 0."""
        mine = self.of_condition(place)
        shares = np.nan_to_num(self.shares[mine], nan=UNSTATED)
        symptoms = self.symptoms[mine]
        starts, members = self._over
        above = [members[starts[symptom] : starts[symptom + 1]] for symptom in symptoms.tolist()]
        found = np.zeros(len(self.phenotypes.iris))
        found[symptoms] = shares
        np.maximum.at(found, np.concatenate(above), np.repeat(shares, [len(all) for all in above]))
        return found

    @cached_property
    def _over(self) -> tuple[npt.NDArray[np.integer], npt.NDArray[np.integer]]:
        """What phenotypes are kinds of, row after row: where each begins, and all of them."""
        starts, members = self.phenotypes.above.rows
        return np.asarray(starts), np.asarray(members)

    def place(self, condition: str, numbers: Mapping[str, int]) -> int | None:
        """Return where a condition (an IRI) stands, None for one without symptoms."""
        number = numbers.get(condition)
        place = int(np.searchsorted(self.conditions, -1 if number is None else number))
        known = place < len(self.conditions) and self.conditions[place] == number
        return place if known else None

    def having(self, phenotype: int) -> tuple[npt.NDArray[np.integer], Floats]:
        """Return the places of the conditions that have a phenotype or a kind, and the shares."""
        mine = slice(int(self.bounds[phenotype]), int(self.bounds[phenotype + 1]))
        return self.closed[1][mine], self.closed[2][mine]

    def of_condition(self, place: int) -> slice:
        """Return where the symptoms of the condition at a place stand."""
        begin = int(self.starts[place])
        return slice(begin, begin + int(self.sizes[place]))

    def nearest_common(self, one: int, other: int) -> int | None:
        """Return the phenotype with the most information that two have in common."""
        shared = np.intersect1d(self.over(one), self.over(other))
        if not len(shared):
            return None
        return int(shared[np.argmax(self.information[shared])])

    def places(self, conditions: Sequence[int]) -> npt.NDArray[np.bool_]:
        """Return which of the conditions are among some that are given by number."""
        return np.isin(self.conditions, np.asarray(conditions, np.int64))
