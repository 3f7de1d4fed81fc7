"""The words that people say for what names of symptoms call otherwise (`data/lay-words.txt`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from . import resources
from .names import fold

_MOST_WORDS = 40
"""Of what is said in more words, these are looked for."""

_LITERAL = 0.85
"""So sure are words taken one by one that may be an idiom together."""

_TOGETHER = 8
"""Of so many words in a row, those of an idiom are part."""

_ACHE = re.compile(r"\b(back|belly|ear|face|head|heart|stomach|tooth|tummy)ache")
"""A word that is an ache of what it begins with."""

_NO_SIGNS = str.maketrans("-~=+>,", "      ")

_STEM, _SPELLED = 3, 5
"""The fewest letters that an ending leaves, and those of a word that may be misspelt."""


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
def lay_words() -> LayWords:
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
