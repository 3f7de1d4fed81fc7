"""What a person says, in plain words, as phenotypes: several are offered, none is guessed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import log

from .alarms import Alarms
from .errors import UnknownThing
from .identifiers import expand
from .lay_words import lay_words
from .names import Match
from .resolve import resolve
from .store import Store

ABNORMALITY = expand("HP:0000118")
"""Phenotypic abnormality: what is not below it is no finding, such as an age of onset."""

_COMMON = 0.3
"""So much likelier it is that what every condition has is meant than what none has."""


def find(store: Store, text: str, limit: int = 10) -> list[Match]:
    """Return the phenotypes that plain words may mean, the likeliest first, [] for none.

    Words that name a danger find that before anything else. Of others the names have most, in any
    form of them, or other words for the same thing (`data/lay-words.txt`); what many conditions
    have is likelier to be meant. Nothing leaves the machine.
    """
    lay = lay_words()
    findings = store.arrays.taxonomy("phenotype")
    below = set(findings.below[findings.numbers[ABNORMALITY]]) if is_known(store) else set()
    dangers = [
        Match(alarm.finding.iri, "Phenotype", alarm.finding.label, alarm.finding.label, 100)
        for alarm in store.once(Alarms).said(text)
    ]
    others: dict[str, Match] = {}
    for words, less, sure in lay.readings(text, store.names.knows):
        for match in store.names.phenotypes(words, 8 * limit, less):
            match = replace(match, score=round(match.score * sure, 1))
            others[match.iri] = max(match, others.get(match.iri, match), key=lambda one: one.score)
    had = _had(store, others)
    ranked = sorted(others.values(), key=lambda one: -one.score * (1 + _COMMON * had[one.iri]))
    found = {match.iri: match for match in (*dangers, *ranked)}
    return [found[iri] for iri in found if findings.numbers.get(iri) in below][:limit]


def _had(store: Store, phenotypes: Iterable[str]) -> dict[str, float]:
    """Return how many conditions have each phenotype or a kind of it, as a part of 1, by size."""
    facet = store.whole.arrays.facet("symptom")
    most = log(len(facet.of) + 2)
    numbers = facet.things.numbers
    counted = {iri: facet.found.count(numbers[iri]) if iri in numbers else 0 for iri in phenotypes}
    return {iri: log(count + 1) / most for iri, count in counted.items()}


def resolved(store: Store, text: str) -> str:
    """Return the IRI of the phenotype of a name or an identifier.

    Raises UnknownThing with what the words may mean, and InvalidIdentifier.
    """
    try:
        return str(resolve(store, text, "phenotype").value)
    except UnknownThing as error:
        meant = [match.label for match in find(store, text, 5)]
        raise UnknownThing(text, meant or error.did_you_mean, "phenotype") from None


def is_known(store: Store) -> bool:
    """Return whether the graph has the phenotypes at all."""
    return ABNORMALITY in store.arrays.taxonomy("phenotype").numbers


def body_system(store: Store, phenotype: str) -> str:
    """Return the body system of a phenotype (an IRI): the first that HPO has it below, "" for none.

    >>> body_system(Store.in_memory(""), ABNORMALITY)
    ''
    """
    phenotypes = store.arrays.taxonomy("phenotype")
    number, top = (phenotypes.numbers.get(iri) for iri in (phenotype, ABNORMALITY))
    if number is None or top is None:
        return ""
    kinds = (number, *phenotypes.above[number])
    found = min((n for n in kinds if top in phenotypes.parents[n]), default=None)
    name = "" if found is None else phenotypes.labels[found]
    return name.removeprefix("Abnormality of ").removeprefix("the ")
