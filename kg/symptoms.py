"""What a person says, in plain words, as phenotypes: several are offered, none is guessed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from . import resources
from .alarms import Alarms
from .errors import UnknownThing
from .identifiers import expand
from .names import Match, fold
from .resolve import resolve
from .store import Store

ABNORMALITY = expand("HP:0000118")
"""Phenotypic abnormality: what is not below it is no finding, such as an age of onset."""

_MOST_WORDS = 40
"""Of what is said in more words, these are looked for."""


def find(store: Store, text: str, limit: int = 10) -> list[Match]:
    """Return the phenotypes that plain words may mean, the likeliest first, [] for none.

    Words that name a danger find that before anything else. Of others the names have most, in any
    form of them, or other words for the same thing (`data/lay-words.txt`). Nothing leaves the
    machine.
    """
    alike, idle, manners = _lay_words()
    said = dict.fromkeys(word for word in fold(text).split() if word not in idle)
    words = {word: _others(word, alike) - {word} for word in list(said)[:_MOST_WORDS]}
    findings = store.arrays.taxonomy("phenotype")
    below = set(findings.below[findings.numbers[ABNORMALITY]]) if is_known(store) else set()
    dangers = [
        Match(alarm.finding.iri, "Phenotype", alarm.finding.label, alarm.finding.label, 100)
        for alarm in Alarms(store).said(text)
    ]
    others = store.names.phenotypes(words, 4 * limit, manners)
    found = {match.iri: match for match in (*dangers, *others)}
    return [found[iri] for iri in found if findings.numbers.get(iri) in below][:limit]


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


def _others(word: str, alike: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return the words that a word, or the one that it is a form of, stands for."""
    stems = [word.removesuffix(ending) for ending in ("", "s", "es", "ing", "ed")]
    forms = (form for stem in stems for form in (stem, stem + "e"))
    return next((alike[form] for form in forms if form in alike), frozenset())


@cache
def _lay_words() -> tuple[dict[str, frozenset[str]], frozenset[str], frozenset[str]]:
    """Return the words that mean the same as each, those that say nothing, those that say how."""
    alike: dict[str, frozenset[str]] = {}
    idle: set[str] = set()
    manners: set[str] = set()
    for line in resources.path("data", "lay-words.txt").read_text("utf-8").splitlines():
        if line.startswith("-"):
            idle.update(line[1:].split())
        elif not line.startswith("#"):
            if line.startswith("~"):
                line = line[1:]
                manners.update(line.replace(">", " ").split())
            said, _, meant = line.rpartition(">")
            for word in f"{said} {meant}".split():
                alike[word] = alike.get(word, frozenset()) | frozenset(meant.split())
    return alike, frozenset(idle), frozenset(manners)
