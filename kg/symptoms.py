"""What a person says, in plain words, as phenotypes: several are offered, none is guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import log

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

_COMMON = 0.3
"""So much likelier it is that what every condition has is meant than what none has."""

_LITERAL = 0.85
"""So sure are words taken one by one that may be an idiom together."""

_TOGETHER = 8
"""Of so many words in a row, those of an idiom are part."""

_ACHE = re.compile(r"\b(back|belly|ear|face|head|heart|stomach|tooth|tummy)ache")
"""A word that is an ache of what it begins with."""

_NO_SIGNS = str.maketrans("-~=+>,", "      ")

_STEM, _SPELLED = 3, 5
"""The fewest letters that an ending leaves, and those of a word that may be misspelt."""


def find(store: Store, text: str, limit: int = 10) -> list[Match]:
    """Return the phenotypes that plain words may mean, the likeliest first, [] for none.

    Words that name a danger find that before anything else. Of others the names have most, in any
    form of them, or other words for the same thing (`data/lay-words.txt`); what many conditions
    have is likelier to be meant. Nothing leaves the machine.
    """
    lay = _lay_words()
    findings = store.arrays.taxonomy("phenotype")
    below = set(findings.below[findings.numbers[ABNORMALITY]]) if is_known(store) else set()
    dangers = [
        Match(alarm.finding.iri, "Phenotype", alarm.finding.label, alarm.finding.label, 100)
        for alarm in Alarms(store).said(text)
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


@dataclass(frozen=True)
class LayWords:
    """What people say for what names of symptoms call otherwise.

    `alike` has the words that stand for each, `idioms` words that together mean something else
    than each of them, and the names of that, `idle` the words that say nothing; all by their stems.
    `manners` has the words that say how something is, `spelled` every word of these by its stem.
    """

    alike: Mapping[str, frozenset[str]]
    idioms: Sequence[tuple[tuple[frozenset[str], ...], tuple[str, ...]]]
    idle: frozenset[str]
    manners: frozenset[str]
    spelled: Mapping[str, str]

    def readings(
        self, text: str, known: Callable[[str], bool]
    ) -> list[tuple[dict[str, frozenset[str]], frozenset[str], float]]:
        """Return the words to look for, each with others for it, those that count less, how sure.

        Words that are an idiom together are one, and others beside it count less; then a second
        reading has them one by one. A word that nothing has, which is spelled like one of these,
        is that one.
        """
        stems: dict[str, str] = {}
        for word in dict.fromkeys(_ACHE.sub(r"\1 ache", fold(text)).split()):
            meant = word if stem(word) in self.spelled else self._mended(word, known)
            stems.setdefault(stem(meant), meant)
            if len(stems) == _MOST_WORDS:
                break
        places = {one: place for place, one in enumerate(stems)}
        singly = self._singly(stems)
        asked: dict[str, frozenset[str]] = {}
        for needed, names in self.idioms:
            if any(some.isdisjoint(stems) for some in needed):
                continue
            said: list[str] = []
            for some in needed:
                said += [one for one in stems if one in some and one not in said][:1]
            if len(said) == len(needed) and _span(places[one] for one in said) <= _TOGETHER:
                asked[" ".join(stems.pop(one) for one in said)] = frozenset(names)
        if not asked:
            return [(singly, self.manners, 1)]
        beside = self._singly(stems)
        return [(asked | beside, frozenset(beside), 1), (singly, self.manners, _LITERAL)]

    def _singly(self, stems: Mapping[str, str]) -> dict[str, frozenset[str]]:
        """Return the words of stems that say something, each with others that stand for it."""
        return {
            word: self.alike.get(one, frozenset()) - {word}
            for one, word in stems.items()
            if one not in self.idle
        }

    def _mended(self, word: str, known: Callable[[str], bool]) -> str:
        """Return the word of these that a word is a misspelling of, else the word."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        if len(word) < _SPELLED or known(word):
            return word
        near = process.extractOne(word, self.spelled.values(), scorer=OSA.distance, score_cutoff=1)
        return near[0] if near else word


def _span(places: Iterable[int]) -> int:
    """Return how many words there are from the first of some places to the last."""
    ordered = sorted(places)
    return ordered[-1] - ordered[0] + 1


def stem(word: str) -> str:
    """Return a word without its ending, not as a linguist would, but the same for all its forms.

    >>> [stem(word) for word in ("stopped", "stops", "breathing", "breathe", "eyes", "numbness")]
    ['stop', 'stop', 'breath', 'breath', 'eye', 'numb']
    """
    for ending in ("ness", "ing", "es", "ed", "ly", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            word = word.removesuffix(ending)
            break
    if len(word) > _STEM and word[-1] == word[-2]:
        word = word[:-1]
    return word.removesuffix("e") if len(word) > _STEM else word


@cache
def _lay_words() -> LayWords:
    """Return what `data/lay-words.txt` says."""
    alike: dict[str, frozenset[str]] = {}
    idioms: list[tuple[tuple[frozenset[str], ...], tuple[str, ...]]] = []
    kinds: dict[str, str] = {}
    idle: set[str] = set()
    manners: set[str] = set()
    words: set[str] = set()
    for line in resources.path("data", "lay-words.txt").read_text("utf-8").splitlines():
        if line.startswith("#") or not line:
            continue
        said, _, meant = line.lstrip("-~").rpartition(">")
        words.update(line.translate(_NO_SIGNS).split())
        if line.startswith("-"):
            idle.update(map(stem, meant.split()))
        elif "=" in line:
            name, _, kinds[name.strip()] = line.partition("=")
        elif "+" in said:
            needed = tuple(_stems(some, kinds) for some in said.split("+"))
            idioms.append((needed, tuple(name.strip() for name in meant.split(","))))
        else:
            if line.startswith("~"):
                manners.update(f"{said} {meant}".split())
            for word in _stems(f"{said} {meant}", {}):
                alike[word] = alike.get(word, frozenset()) | frozenset(meant.split())
    idioms.sort(key=lambda idiom: -len(idiom[0]))
    spelled = {stem(word): word for word in sorted(words)}
    return LayWords(alike, idioms, frozenset(idle), frozenset(manners), spelled)


def _stems(words: str, kinds: Mapping[str, str]) -> frozenset[str]:
    """Return the stems of words, and of those that are of a kind with one."""
    return frozenset(
        stem(each) for word in words.split() for each in (word, *kinds.get(word, "").split())
    )
