"""Conditions with the name of a finding, of which no symptoms are known.

A ranking compares symptoms and cannot have them, though they may be just what somebody has.
"""

from __future__ import annotations

from collections.abc import Iterable

from . import facets
from .names import fold
from .store import Store
from .things import Thing
from .vocabulary import SKOS

WHY = "Of the name of a finding, and not ranked, as their symptoms are not known here"
"""What is said of them to people."""


def namesakes(store: Store, findings: Iterable[str]) -> list[Thing]:
    """Return the conditions of people with a name of one of the findings (IRIs), by their names.

    Those of which symptoms are known are left out: they can be ranked.
    """
    conditions = store.arrays.taxonomy("condition").numbers
    symptoms = store.arrays.facet("symptom").of
    animals = facets.of_animals(store)
    found = {}
    for name in _names(store, findings):
        for match in store.names.exact(name, "Condition"):
            number = conditions.get(match.iri)
            if number is not None and not symptoms.count(number) and match.iri not in animals:
                found[match.iri] = Thing(match.iri, match.label)
    return sorted(found.values(), key=lambda thing: (fold(thing.label), thing.iri))


def _names(store: Store, findings: Iterable[str]) -> set[str]:
    """Return what the findings are called: their names and exact synonyms."""
    return {
        name.value
        for finding in findings
        for property in (SKOS.prefLabel, SKOS.altLabel)
        for name, _ in store.told(finding, property)
    }
