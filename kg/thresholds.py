"""Published numbers against published limits: is this few enough to be rare?

An estimate is compared with a criterion only where the two are about the same thing: a prevalence
at a point in time, of the criterion's own jurisdiction or worldwide. How many fall ill in a year,
how many are born with it, or how many cases were ever published, is no such number.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Answer = Literal["meets", "exceeds", "undetermined"]

PLACES = {"EU": ("Europe",), "US": ("United States",), "JP": ("Japan",)}
"""The places, as Orphanet names them, for which a jurisdiction's criterion is meant."""

WORLDWIDE = "Worldwide"


@dataclass(frozen=True, slots=True)
class Criterion:
    """A limit of rarity; `limit` is in persons per 100,000, and `inclusive` if it is still rare."""

    iri: str
    limit: Decimal
    inclusive: bool
    jurisdiction: str

    @classmethod
    def of(
        cls,
        iri: str,
        jurisdiction: str,
        inclusive: bool,
        max_prevalence: str = "",
        max_persons: str = "",
        population: str = "",
    ) -> Criterion | None:
        """Return the criterion of a prevalence, or of persons in a population; None without both.

        >>> us = Criterion.of("us", "US", False, max_persons="200000", population="331449281")
        >>> round(us.limit, 2)
        Decimal('60.34')
        """
        if max_prevalence:
            share = Decimal(max_prevalence)
        elif max_persons and population:
            share = Decimal(max_persons) / Decimal(population)
        else:
            return None
        return cls(iri, share * 100_000, inclusive, jurisdiction)

    def applies_in(self, geography: str) -> bool:
        """Return whether a number from a place says something about the jurisdiction."""
        return geography == WORLDWIDE or geography in PLACES.get(self.jurisdiction, ())

    def judge(self, lower: Decimal | None, upper: Decimal | None, geography: str) -> Answer:
        """Return whether an interval in persons per 100,000 lies within the limit or above it.

        `upper` is None where the interval is open above.

        >>> eu = Criterion("eu", Decimal(50), True, "EU")
        >>> eu.judge(Decimal(10), Decimal(50), "Europe")
        'meets'
        >>> eu.judge(Decimal(100), None, "Worldwide")
        'exceeds'
        >>> eu.judge(Decimal(1), Decimal(9), "Japan")
        'undetermined'
        """
        if lower is None or not self.applies_in(geography):
            return "undetermined"
        if upper is not None and (upper < self.limit or (self.inclusive and upper == self.limit)):
            return "meets"
        if lower > self.limit or (not self.inclusive and lower == self.limit):
            return "exceeds"
        return "undetermined"
