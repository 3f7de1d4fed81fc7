"""The next best question: what, if it were known, would tell the likely conditions apart best.

A question's worth is the information that its answer is expected to give about which condition it
is (the mutual information of the two, in bits), times how easily a person can answer it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Literal, cast

import numpy as np
import numpy.typing as npt
import pyoxigraph as ox

from . import resources
from .alarms import Alarm, Alarms, come_first
from .differential import Differential, Ranking
from .identifiers import expand
from .profiles import Floats
from .store import Store
from .symptoms import ABNORMALITY
from .things import Thing
from .vocabulary import DKG

Answer = Literal["yes", "no", "unknown"]

ONSETS = {
    expand(curie): words
    for curie, words in {
        "HP:0030674": "before birth",
        "HP:0003577": "at birth",
        "HP:0003623": "in the first four weeks",
        "HP:0003593": "in the first year",
        "HP:0011463": "between one and five years",
        "HP:0003621": "between five and fifteen years",
        "HP:0003581": "later, as an adult",
    }.items()
}
"""HPO's ages of onset that can be answered, in words."""

_FAMILIAL = {
    expand(curie): likely
    for curie, likely in {
        "HP:0000006": 0.6,
        "HP:0000007": 0.3,
        "HP:0001417": 0.5,
        "HP:0001427": 0.5,
        "HP:0001426": 0.3,
        "HP:0003745": 0.05,
    }.items()
}
"""How likely a relative is affected, roughly, by HPO's modes of inheritance: autosomal dominant
and recessive, X-linked, mitochondrial, multifactorial, sporadic."""

_SOME_FAMILIAL = 0.2
"""How likely that is where no mode of inheritance is stated."""

_MISREMEMBERED = 0.2
"""So often an age of onset is another than the ones that are stated."""

_UNFELT = tuple(map(expand, ("HP:0001939", "HP:0025354", "HP:0001871", "HP:0010987")))
"""Metabolism, cells, blood: what is below these is found by a test, not felt."""

_EASY, _HARD, _TESTED = 1.0, 0.8, 0.3
"""How far a question counts: one with a name in plain words, another, one that needs a test."""

_BY_TEST = ("found by", "seen in", "test of")
"""The words to ask about what only a test shows."""

_MISTAKEN = 0.02
"""So often an answer is yes or no where it should be the other."""

_VAGUE = 0.6
"""What so many conditions have is no question."""

_WORTHLESS = 0.01
"""What is expected to give less information than so many bits is not asked."""

ENOUGH = 20
"""After so many answers nothing more is asked: nobody answers for ever, and little is gained."""

_FEW = 2
"""With fewer findings nobody can say whom to see."""

_ANY_ACTION = expand("MAXO:0000001")
"""The head of the Medical Action Ontology: that something is done tells nothing."""

_NOBODY_SAYS = re.compile(
    r"retard|intelligen|slowness|harelip|deform|dwarf|lazy|/|^(tired|sleepy|dead)$|"
    r"^(lacks?|has|have|is|are|does|do|cannot|cant|can|unable|not)\b",
    re.IGNORECASE,
)
"""Lay terms that offend, or that are no words for a thing: the name of the phenotype is used."""

_ONE = ("diabetes", "rickets", "ascites", "herpes", "measles", "mumps", "shingles", "caries")
"""Words that end like several, and are one."""

_ASPECTS = {
    "side": ("unilateral", "bilateral", "asymmetric", "symmetric"),
    "place": ("proximal", "distal", "limb", "facial", "cervical", "axial", "upper", "lower"),
    "spreading": ("generalized", "diffuse", "focal", "segmental", "multifocal", "spreading"),
    "course": ("progressive", "episodic", "recurrent", "intermittent", "chronic", "acute"),
    "what brings it on": ("induced", "triggered", "exertional", "nocturnal", "postural", "action"),
}
"""What a more precise finding is more precise in, by the words of its name."""


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask next: about a finding, the age of onset, or the family.

    `about` says which of them, or in what a finding is more precise than one that is known;
    `finding` is the phenotype, None for the others; `options` are the answers, each with what
    stands for it; `why` says what the answer is good for; `bits` is the information expected.
    """

    about: str
    finding: Thing | None
    text: str
    why: str
    options: tuple[tuple[str, str], ...]
    bits: float


_YES_NO = (("yes", "yes"), ("no", "no"), ("unknown", "don't know"))


class Asker:
    """Asks about the conditions of a store; one serves any number of interviews."""

    def __init__(self, store: Store, differential: Differential | None = None) -> None:
        self.store = store.whole
        self.differential = Differential(store) if differential is None else differential
        self.profiles = self.differential.profiles

    @cached_property
    def answerable(self) -> Floats:
        """How far each phenotype can be asked about, 0 for those that cannot."""
        phenotypes = self.profiles.phenotypes
        ease = np.zeros(len(phenotypes.iris), np.float32)
        if ABNORMALITY not in phenotypes.numbers:
            return ease
        ease[np.asarray(phenotypes.below[phenotypes.numbers[ABNORMALITY]], np.int64)] = _HARD
        ease[[n for iri, n in phenotypes.numbers.items() if iri in self.lay and ease[n]]] = _EASY
        for iri in _UNFELT:
            if iri in phenotypes.numbers:
                ease[self.profiles.kinds(phenotypes.numbers[iri])] *= _TESTED
        tested = (n for iri, n in phenotypes.numbers.items() if _needs_test(self.lay.get(iri, "")))
        ease[list(tested)] = _HARD * _TESTED
        ease[self.profiles.frequencies > _VAGUE] = 0
        return ease

    @cached_property
    def lay(self) -> dict[str, str]:
        """A name in plain words for each phenotype that has one that can be said to anybody.

        It is the one of `data/asked-as.txt`, or else HPO's shortest.
        """
        found: dict[str, str] = {}
        for quad in self.store.find(None, ox.NamedNode(DKG.layTerm)):
            iri, name = quad.subject.value, quad.object.value
            known = found.get(iri)
            shorter = known is None or (len(name), name) < (len(known), known)
            if shorter and not _NOBODY_SAYS.search(name):
                found[iri] = name
        return found | _asked_as()

    @cached_property
    def alarms(self) -> Alarms:
        """What is a reason to seek help at once."""
        return Alarms(self.store)

    @cached_property
    def onsets(self) -> Floats:
        """How likely each of ONSETS is in each condition: a column for each, rows sum to 1."""
        facet = self.store.arrays.facet("onset")
        numbers = facet.things.numbers
        likely = np.zeros((len(self.profiles.conditions), len(ONSETS)), np.float32)
        for column, iri in enumerate(ONSETS):
            if iri in numbers:
                kinds = {numbers[iri], *facet.things.below[numbers[iri]]}
                wider = kinds | set(facet.things.above[numbers[iri]])
                for place, number in enumerate(self.profiles.conditions.tolist()):
                    own = facet.of[number]
                    likely[place, column] = any(n in wider for n in own) if len(own) else 0
        sums = likely.sum(axis=1, keepdims=True)
        known = np.divide(likely, sums, out=np.zeros_like(likely), where=sums > 0)
        mean = known[sums[:, 0] > 0].mean(axis=0) if sums.any() else 1 / len(ONSETS)
        known = np.where(sums > 0, known, mean)
        return ((1 - _MISREMEMBERED) * known + _MISREMEMBERED / len(ONSETS)).astype(np.float32)

    @cached_property
    def familial(self) -> Floats:
        """How likely a relative is affected, for each condition."""
        facet = self.store.arrays.facet("inheritance")
        likely = np.full(len(self.profiles.conditions), -1, np.float32)
        for iri, chance in _FAMILIAL.items():
            if iri in facet.things.numbers:
                having = facet.found[facet.things.numbers[iri]]
                places = self.profiles.places(having)
                likely[places] = np.maximum(likely[places], chance)
        likely[likely < 0] = _SOME_FAMILIAL
        return likely

    def likely(self, phenotype: int) -> Floats:
        """Return how likely each condition is to bring the answer that a phenotype is there."""
        places, shares = self.profiles.having(phenotype)
        likely = np.full(len(self.profiles.conditions), self._background[phenotype], np.float32)
        likely[places] = np.maximum(shares, self._background[phenotype])
        return _answered(likely)

    @cached_property
    def _background(self) -> Floats:
        """How likely each phenotype is where a condition is not stated to have it."""
        return np.maximum(self.profiles.frequencies, 0.25 / max(1, len(self.profiles.conditions)))

    @cached_property
    def _uncertain(self) -> tuple[Floats, Floats]:
        """How likely each phenotype of each condition is affirmed, and how uncertain that is."""
        phenotypes, _, shares = self.profiles.closed
        likely = _answered(np.maximum(shares, self._background[phenotypes]))
        return likely, _entropy(likely)

    def gains(self, weights: npt.NDArray[np.float64]) -> Floats:
        """Return the bits that an answer about each phenotype is expected to give.

        `weights` are the probabilities of the conditions. What a condition is not stated to have,
        it has as often as conditions have it in general.
        """
        phenotypes, places, _ = self.profiles.closed
        likely, uncertain = self._uncertain
        size = len(self.answerable)
        background = _answered(self._background)
        mine = weights[places]
        stated = np.bincount(phenotypes, mine, minlength=size)
        rest = np.maximum(1 - stated, 0)
        yes = np.bincount(phenotypes, mine * likely, minlength=size) + rest * background
        left = np.bincount(phenotypes, mine * uncertain, minlength=size)
        gained = _entropy(yes) - left - rest * _entropy(background)
        return np.maximum(gained, 0).astype(np.float32)


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
        onset = self._onset_gain() if not self.onset else 0.0
        family = self._family_gain() if not self.family else 0.0
        if max(bits, onset, family) < _WORTHLESS:
            return None
        if onset >= max(bits, family):
            options = (*ONSETS.items(), ("unknown", "don't know"))
            why = "The likely conditions begin at different ages."
            return Question("onset", None, "When in life did it begin?", why, options, onset)
        if family >= bits:
            why = "Some of the likely conditions run in families more often than others."
            text = "Does anyone in the family have the same?"
            return Question("family", None, text, why, _YES_NO, family)
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
        lay = self.asker.lay.get(finding.iri, "")
        name = finding.label.lower() if finding.label[1:].islower() else finding.label
        plain = lay.lower() if lay[1:].islower() else lay
        named = f"{plain} ({name})" if plain and plain.lower() != name.lower() else name
        over = set(phenotypes.above[phenotype])
        about, text = "finding", f"{_verb(plain or name)} there {named}?"
        if any(phenotypes.numbers[iri] in over for iri in self.known):
            words = finding.label.lower().replace("-", " ").split()
            said = (a for a, markers in _ASPECTS.items() if any(m in words for m in markers))
            about = next(said, "kind")
            text = f"More precisely, is it {named}?"
        return Question(about, finding, text, self._why(phenotype), _YES_NO, bits)

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

    def _onset_gain(self) -> float:
        onsets = self.asker.onsets
        return _mutual(self.weights, onsets)

    def _family_gain(self) -> float:
        likely = self.asker.familial
        return _mutual(self.weights, np.stack([likely, 1 - likely], axis=1))

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


def _verb(words: str) -> str:
    """Return whether what is asked about is one thing or several, as the verb of the question.

    >>> _verb("frequent infections of the lungs"), _verb("weakness"), _verb("a change of muscles")
    ('Are', 'Is', 'Is')
    """
    thing = re.split(r"[,(]| (?:of|in|about|that|with|or|and|when|after|found|seen|since) ", words)[
        0
    ]
    last = thing.split()[-1]
    several = re.search(r"[^siu]s$", last) and last not in _ONE
    return "Are" if several and not words.startswith(("a ", "an ")) else "Is"


def _needs_test(words: str) -> bool:
    return any(some in words for some in _BY_TEST)


@cache
def _asked_as() -> dict[str, str]:
    """Return the curated words to ask about findings, by the IRI of each."""
    lines = resources.path("data", "asked-as.txt").read_text("utf-8").splitlines()
    rows = (line.split(maxsplit=1) for line in lines if line.startswith("HP:"))
    return {expand(curie): words for curie, words in rows}


def _some(names: Sequence[str]) -> str:
    """Return the first two names, and how many more there are."""
    more = f" and {len(names) - 2} more" if len(names) > 2 else ""
    return (" and " if not more else ", ").join(names[:2]) + more


def _answered(likely: Floats) -> Floats:
    """Return how likely the answer yes is, given how likely it is true."""
    return np.float32(_MISTAKEN) + np.float32(1 - 2 * _MISTAKEN) * likely


def _entropy(likely: npt.NDArray[np.floating]) -> Floats:
    """Return the uncertainty of yes and no, in bits."""
    safe = np.clip(likely, 1e-9, 1 - 1e-9)
    return cast(Floats, -(safe * np.log2(safe) + (1 - safe) * np.log2(1 - safe)))


def _mutual(weights: npt.NDArray[np.float64], likely: Floats) -> float:
    """Return the information between conditions and answers, of likely[condition, answer]."""
    safe = np.clip(likely, 1e-9, 1)
    overall = weights @ safe
    within = weights @ -(safe * np.log2(safe)).sum(axis=1)
    return float(max(0.0, -(overall * np.log2(overall)).sum() - within))
