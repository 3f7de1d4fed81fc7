"""What has been said and answered, what it speaks for, and the next best question.

The best question is the one that, if its answer were known, would tell the likely conditions apart
best.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyoxigraph as ox

from .alarms import Alarm, come_first
from .asker import Asker
from .identifiers import expand
from .profiles import Floats
from .questions import ONSETS, Question, about_family, about_finding, about_onset
from .ranking import Ranking
from .things import Thing
from .vocabulary import DKG

_WORTHLESS = 0.01
"""What is expected to give less information than so many bits is not asked."""

ENOUGH = 20
"""After so many answers nothing more is asked: nobody answers for ever, and little is gained."""

_FEW = 2
"""With fewer findings nobody can say whom to see."""

_ANY_ACTION = expand("MAXO:0000001")
"""The head of the Medical Action Ontology: that something is done tells nothing."""


@dataclass(frozen=True)
class Interview:
    """What has been said and answered so far; every answer makes another interview.

    `said` are the findings that it begins with, which may be imprecise; `present`, `absent` and
    `unknown` those that were asked about: IRIs of phenotypes. `onset` is the IRI of one of ONSETS
    or "unknown", `family` says whether a relative is affected; both are "" before they are asked.
    `helped` says that help is there already, or no longer needed.
    """

    asker: Asker
    said: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    onset: str = ""
    family: str = ""
    helped: bool = False

    def answered(self, question: Question, answer: str) -> Interview:
        """Return the interview with one more answer, the first of a pair of its options.

        Raises ValueError for what is none of them.
        """
        if answer not in (key for key, _ in question.options):
            raise ValueError(f"{answer!r} is no answer to {question.text!r}")
        if question.about == "onset":
            return replace(self, onset=answer)
        if question.finding is None:
            return replace(self, family=answer)
        if answer == "yes":
            return replace(self, present=(*self.present, question.finding.iri))
        if answer == "no":
            return replace(self, absent=(*self.absent, question.finding.iri))
        return replace(self, unknown=(*self.unknown, question.finding.iri))

    @property
    def answers(self) -> int:
        """How many questions have been answered, those with "don't know" included."""
        findings = len(self.present) + len(self.absent) + len(self.unknown)
        return findings + bool(self.onset) + bool(self.family)

    @cached_property
    def scores(self) -> Floats:
        """The logarithm of each condition's likelihood, less a constant."""
        numbers = self.asker.profiles.phenotypes.numbers
        total = np.zeros(len(self.asker.profiles.conditions), np.float32)
        for iri in self.said:
            total += self.asker.differential.weight_of_presence(numbers[iri])
        for iri in self.present:
            total += np.log(self.asker.likely(numbers[iri]))
        for iri in self.absent:
            total += np.log1p(-self.asker.likely(numbers[iri]))
        if self.onset in ONSETS:
            total = total + np.log(self.asker.onsets[:, list(ONSETS).index(self.onset)])
        if self.family in ("yes", "no"):
            likely = self.asker.familial
            total = total + np.log(likely if self.family == "yes" else 1 - likely)
        return total

    @cached_property
    def weights(self) -> npt.NDArray[np.float64]:
        """The probability of each condition, each taken to be as frequent as any other."""
        likely = np.exp((self.scores - self.scores.max(initial=0)).astype(np.float64))
        return np.asarray(likely / max(likely.sum(), 1e-300))

    def candidates(self, limit: int = 10) -> Ranking:
        """Return the likeliest conditions, best first, with the reasons.

        The reasons weigh findings as the differential does, which forgives imprecise ones.
        """
        return self.asker.differential.ranked(self.scores, self.known, self.absent, limit)

    @property
    def known(self) -> tuple[str, ...]:
        """All that is present, said or answered."""
        return tuple(dict.fromkeys((*self.said, *self.present)))

    @property
    def alarms(self) -> list[Alarm]:
        """The alarms of what is present, or of what it is a kind of, the gravest first."""
        return self.asker.alarms.of(self.known)

    @property
    def urgent(self) -> bool:
        """Whether help comes first, in place of questions and conditions."""
        return not self.helped and come_first(self.alarms)

    def question(self) -> Question | None:
        """Return the question that is worth most, None if none is, or enough is answered."""
        asker = self.asker
        if not len(self.scores) or self.answers >= ENOUGH:
            return None
        gains = asker.gains(self.weights) * asker.answerable
        gains[self.settled] = 0
        best = int(np.argmax(gains))
        bits = float(gains[best])
        onset = asker.onset_gain(self.weights) if not self.onset else 0.0
        family = asker.family_gain(self.weights) if not self.family else 0.0
        if max(bits, onset, family) < _WORTHLESS:
            return None
        if onset >= max(bits, family):
            return about_onset(onset)
        if family >= bits:
            return about_family(family)
        return self.about(best, bits)

    @property
    def end(self) -> str:
        """Why no more is asked, when nothing is."""
        if self.answers >= ENOUGH:
            return (
                f"{self.answers} questions are answered, and more would tell little. "
                "What is below is all that can be said from here; a physician can say more."
            )
        return "No further question would tell the likely conditions apart."

    def without(self, finding: str = "", *, onset: bool = False, family: bool = False) -> Interview:
        """Return the interview as it is without an answer, or without a finding it began with."""

        def left(iris: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(iri for iri in iris if iri != finding)

        return replace(
            self,
            said=left(self.said),
            present=left(self.present),
            absent=left(self.absent),
            unknown=left(self.unknown),
            onset="" if onset else self.onset,
            family="" if family else self.family,
        )

    def about(self, phenotype: int, bits: float) -> Question:
        """Return the question about a phenotype, of which so much information is expected."""
        phenotypes = self.asker.profiles.phenotypes
        finding = Thing(phenotypes.iris[phenotype], phenotypes.labels[phenotype])
        over = set(phenotypes.above[phenotype])
        precise = any(phenotypes.numbers[iri] in over for iri in self.known)
        plain = self.asker.lay.get(finding.iri, "")
        return about_finding(finding, plain, precise, self._why(phenotype), bits)

    def _why(self, phenotype: int) -> str:
        """Return which of the likely conditions have a phenotype often, and which seldom."""
        differential = self.asker.differential
        likely = differential.likely(phenotype)
        first = np.argsort(-self.scores, kind="stable")[:10]
        often = [differential.name(int(place)) for place in first if likely[place] > 0]
        seldom = [differential.name(int(place)) for place in first if likely[place] == 0]
        if often and seldom:
            return f"It is stated of {_some(often)}, not of {_some(seldom)}."
        if often:
            return "The likely conditions have it with different frequency."
        return "It would point away from the conditions that are likely now."

    @property
    def settled(self) -> npt.NDArray[np.int64]:
        """The phenotypes that need no question: answered, or implied by an answer."""
        profiles = self.asker.profiles
        numbers = profiles.phenotypes.numbers
        known = [np.zeros(0, np.int64)]
        known += [profiles.over(numbers[iri]) for iri in self.known]
        known += [profiles.kinds(numbers[iri]) for iri in (*self.absent, *self.unknown)]
        return np.concatenate(known)

    def tests(self, limit: int = 5) -> list[Thing]:
        """Return what would settle it: actions through which telling findings are observed.

        The first are those through which findings with most bits are observed.
        """
        gains = self.asker.gains(self.weights)
        gains[self.settled] = 0
        iris = self.asker.profiles.phenotypes.iris
        through = ox.NamedNode(DKG.observedThrough)
        found: dict[str, float] = {}
        for phenotype in np.argsort(-gains, kind="stable")[:50]:
            for quad in self.asker.store.find(ox.NamedNode(iris[int(phenotype)]), through):
                if (action := quad.object.value) == _ANY_ACTION:
                    continue
                found[action] = found.get(action, 0.0) + float(gains[phenotype])
        best = sorted(found, key=lambda iri: (-found[iri], iri))[:limit]
        return [Thing(iri, self.asker.store.label(iri)) for iri in best]

    def specialists(self, limit: int = 3) -> list[Thing]:
        """Return whom to see: the specialists of the likely conditions, the likeliest first.

        None after a single finding, which any of them may have.
        """
        if len(self.known) + len(self.absent) < _FEW:
            return []
        facet = self.asker.store.arrays.facet("specialist")
        found: dict[int, float] = {}
        for place in np.argsort(-self.weights, kind="stable")[:50]:
            for number in facet.of[int(self.asker.profiles.conditions[place])]:
                found[number] = found.get(number, 0.0) + float(self.weights[place])
        best = sorted(found, key=lambda number: (-found[number], number))[:limit]
        return [Thing(facet.things.iris[n], facet.things.labels[n]) for n in best]


def _some(names: Sequence[str]) -> str:
    """Return the first two names, and how many more there are."""
    more = f" and {len(names) - 2} more" if len(names) > 2 else ""
    return (" and " if not more else ", ").join(names[:2]) + more
