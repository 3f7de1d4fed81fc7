"""What is a reason to seek help at once: findings, and words, that name a danger.

The one place that decides it, for pages, the API and commands alike. What is alarming, in which
words people say it and who says so is curated (`data/curated/alarm-symptoms.ttl`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import pyoxigraph as ox

from .identifiers import short
from .names import Match, fold
from .store import Store
from .things import Thing
from .vocabulary import DCTERMS, DKG, SKOS

CALL = (
    "Call the local emergency number, such as 112 in Europe, 911 in North America, "
    "999 in the United Kingdom or 000 in Australia."
)
"""The help where the graph names no other."""

_ALWAYS = "always"
"""That help is needed at once, whatever else there is to say."""

_APART = 2
"""So many other words may stand between two of those in which something alarming is said."""

_MEANT, _LIKELY, _NEARLY = 3, 50, 0.9
"""So many of the phenotypes that words may mean are heeded, if they have so much of the words, and
nearly as much as the best."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A finding with which help is sought at once, when, whom to call, and who says so."""

    finding: Thing
    when: str
    help: str
    sources: tuple[str, ...]

    @property
    def always(self) -> bool:
        """Whether help comes before anything else, whenever the finding is there."""
        return self.when == _ALWAYS

    def __str__(self) -> str:
        when = "" if self.always else f", {self.when}"
        return f"{self.finding}{when}: seek help at once. {self.help}"


def come_first(alarms: Iterable[Alarm]) -> bool:
    """Return whether help comes in place of a ranking or a question."""
    return any(alarm.always for alarm in alarms)


class Alarms:
    """What is alarming according to a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __len__(self) -> int:
        return len(self._known)

    def of(self, findings: Iterable[str]) -> list[Alarm]:
        """Return the alarms of findings (IRIs), or of what they are kinds of, the gravest first."""
        phenotypes = self._store.arrays.taxonomy("phenotype")
        found: set[str] = set()
        for iri in findings:
            found.add(iri)
            if iri in phenotypes.numbers:
                above = phenotypes.above[phenotypes.numbers[iri]]
                found.update(phenotypes.iris[number] for number in above)
        return self._ordered(found)

    def said(self, text: str) -> list[Alarm]:
        """Return the alarms of what is said in plain words, the gravest first."""
        words = fold(text)
        return self._ordered(iri for pattern, iri in self._words if pattern.search(words))

    def meant(self, text: str, found: Sequence[Match]) -> list[Alarm]:
        """Return the alarms of plain words, and of the likeliest phenotypes found by them."""
        least = max([_LIKELY, *(_NEARLY * match.score for match in found[:1])])
        likely = [match.iri for match in found[:_MEANT] if match.score >= least]
        named = (alarm.finding.iri for alarm in (*self.said(text), *self.of(likely)))
        return self._ordered(named)

    def _ordered(self, iris: Iterable[str]) -> list[Alarm]:
        found = [self._known[iri] for iri in set(iris) if iri in self._known]
        return sorted(found, key=lambda alarm: (not alarm.always, alarm.finding.label))

    @cached_property
    def _told(self) -> dict[str, dict[str, list[str]]]:
        """What is stated of each alarming thing, by its IRI and the property's."""
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for row in cast(ox.QuerySolutions, self._store.query(_TOLD)):
            found[row["finding"].value][row["property"].value].append(row["value"].value)
        return found

    @cached_property
    def _known(self) -> dict[str, Alarm]:
        return {
            iri: Alarm(
                Thing(iri, min(told[SKOS.prefLabel], default=short(iri))),
                min(told[DKG.alarming]),
                min(told[DKG.help], default=CALL),
                tuple(sorted(told[DCTERMS.source])),
            )
            for iri, told in self._told.items()
        }

    @cached_property
    def _words(self) -> list[tuple[re.Pattern[str], str]]:
        """What is looked for in folded words, and the IRI of what it names."""
        return [
            (_pattern(words), iri) for iri, told in self._told.items() for words in told[DKG.saidAs]
        ]


_TOLD = """
    SELECT DISTINCT ?finding ?property ?value {
        ?finding dkg:alarming ?when ; ?property ?value
        FILTER (?property IN (dkg:alarming, dkg:saidAs, dkg:help, dcterms:source, skos:prefLabel))
        FILTER (!ISLITERAL(?value) || LANG(?value) IN ("", "en"))
    }"""


def _pattern(words: str) -> re.Pattern[str]:
    """Return what finds words in their order, with few others between."""
    between = rf"(?: \w+){{0,{_APART}}} "
    return re.compile(rf"\b{between.join(fold(words).split())}\b")
