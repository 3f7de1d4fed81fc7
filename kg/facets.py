"""Conditions by what is stated of them: kinds of X, at a body site, with a symptom, rare by Y."""

from __future__ import annotations

from collections.abc import Sequence

from .arrays import FACETS
from .errors import UnknownThing
from .identifiers import short
from .store import Store

ANIMALS = "http://purl.obolibrary.org/obo/MONDO_0005583"
"""Non-human animal disease: below it is what Mondo says of animals; all else is of people."""


def of_animals(store: Store) -> frozenset[str]:
    """Return the IRIs of the conditions of animals."""
    conditions = store.whole.arrays.taxonomy("condition")
    if ANIMALS not in conditions.numbers:
        return frozenset()
    below = conditions.below[conditions.numbers[ANIMALS]]
    return frozenset((ANIMALS, *(conditions.iris[number] for number in below)))


def conditions(store: Store, among: str | None = None, **facets: str) -> list[tuple[str, str]]:
    """Return the conditions that meet every demand: IRI and name, in the order of names.

    `among` is the condition that they are kinds of; `facets` are the names of `arrays.FACETS`:
    `symptom`, `site` (a kind or part of it counts as well), `specialist`, `authority` (which
    lists it as rare) and `cause`; all are IRIs. Raises UnknownThing for a thing of another kind.

    >>> conditions(Store.in_memory(""))
    []
    """
    store = store.whole
    taxonomy = store.arrays.taxonomy("condition")
    demands: list[Sequence[int]] = []
    if among is not None:
        demands.append(taxonomy.below[_number(taxonomy.numbers, among, "condition")])
    for name, thing in facets.items():
        facet = store.arrays.facet(name)
        demands.append(facet.found[_number(facet.things.numbers, thing, FACETS[name])])
    demands.sort(key=len)
    numbers: Sequence[int] = demands[0] if demands else range(len(taxonomy.iris))
    for others in demands[1:]:
        wanted = set(others)
        numbers = [number for number in numbers if number in wanted]
    return [taxonomy.named(number) for number in numbers]


def _number(numbers: dict[str, int], iri: str, kind: str) -> int:
    if iri not in numbers:
        raise UnknownThing(short(iri), kind=kind)
    return numbers[iri]
