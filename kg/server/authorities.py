"""What the authorities on rarity say in all, asked of the graph once: how much, by which limits."""

from __future__ import annotations

from functools import cached_property
from typing import cast

import pyoxigraph as ox

from .. import queries, rarity
from ..rarity import Authority, Rated
from ..store import Store
from ..thresholds import Criterion
from . import charts

_ENTRIES = """
    SELECT ?authority (COUNT(DISTINCT ?condition) AS ?entries) {
        ?entry dkg:basis dkg:Entry ; dkg:authority ?authority ; dkg:condition ?condition .
    } GROUP BY ?authority"""


class Authorities:
    """The authorities of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @cached_property
    def all(self) -> list[Authority]:
        """Every authority, with the number of conditions that it rates."""
        return rarity.authorities(self._store)

    @cached_property
    def rating(self) -> list[Authority]:
        """The authorities that rate any condition."""
        return [authority for authority in self.all if authority.rates]

    @cached_property
    def entries(self) -> dict[str, int]:
        """Of how many conditions each authority, by IRI, has an entry."""
        rows = cast(ox.QuerySolutions, self._store.query(_ENTRIES))
        return {row["authority"].value: int(row["entries"].value) for row in rows}

    @cached_property
    def limits(self) -> list[charts.Limit]:
        """The limits of rarity, for charts."""
        found = []
        for row in queries.run(self._store, "criteria"):
            criterion = Criterion.of(
                str(row["criterion"]),
                str(row["jurisdiction"] or ""),
                bool(row["inclusive"]),
                *(str(row[key] or "") for key in ("max_prevalence", "max_persons", "population")),
            )
            if criterion:
                found.append(charts.Limit(str(row["label"]), float(criterion.limit)))
        return found

    @cached_property
    def disagreements(self) -> list[Rated]:
        """The conditions of which one authority says rare, and another not rare."""
        return list(rarity.disagreements(self._store))

    @cached_property
    def alone(self) -> dict[tuple[str, str], int]:
        """Of how many conditions one authority says that they are rare, and another does not."""
        facet = self._store.arrays.facet("authority")
        listed = {
            one.iri: set(facet.stated[facet.things.numbers[one.iri]])
            for one in self.rating
            if one.iri in facet.things.numbers
        }
        return {
            (one, other): len(listed[one] - listed[other])
            for one in listed
            for other in listed
            if one != other
        }
