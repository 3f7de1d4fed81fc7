"""What there is to ask, and what an answer is worth.

A question's worth is the information that its answer is expected to give about which condition it
is (the mutual information of the two, in bits), times how easily a person can answer it.
"""

from __future__ import annotations

from functools import cached_property
from typing import cast

import numpy as np
import numpy.typing as npt

from .alarms import Alarms
from .differential import Differential
from .identifiers import expand
from .profiles import Floats
from .questions import ONSETS, needs_test, plain_names
from .store import Store
from .symptoms import ABNORMALITY

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

_MISTAKEN = 0.02
"""So often an answer is yes or no where it should be the other."""

_VAGUE = 0.6
"""What so many conditions have is no question."""


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
        tested = (n for iri, n in phenotypes.numbers.items() if needs_test(self.lay.get(iri, "")))
        ease[list(tested)] = _HARD * _TESTED
        ease[self.profiles.frequencies > _VAGUE] = 0
        return ease

    @cached_property
    def lay(self) -> dict[str, str]:
        """A name in plain words for each phenotype that has one."""
        return plain_names(self.store)

    @cached_property
    def alarms(self) -> Alarms:
        """What is a reason to seek help at once."""
        return self.store.once(Alarms)

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

    def onset_gain(self, weights: npt.NDArray[np.float64]) -> float:
        """Return the bits that an answer about the age of onset is expected to give."""
        return _mutual(weights, self.onsets)

    def family_gain(self, weights: npt.NDArray[np.float64]) -> float:
        """Return the bits that an answer about the family is expected to give."""
        return _mutual(weights, np.stack([self.familial, 1 - self.familial], axis=1))


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
