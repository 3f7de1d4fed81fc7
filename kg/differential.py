"""Which conditions a patient's findings speak for, ranked, and what each finding weighs.

The weight of a finding is the logarithm of a likelihood ratio, as in LIRICAL (Robinson et al. 2020,
doi:10.1016/j.ajhg.2020.06.021): how much more likely it is in those with the condition than in
those with any. With `n` conditions, `f` the share of those with the condition who have the symptom,
and `p(x)` the mean share of all conditions that have `x` or a kind of it, a finding `q` that meets
a symptom `t` through their most telling common ancestor `a` is weighed as

    ln f - ln p(a)        where one is a kind of the other: what is less precise tells less
    ln f - ln p(a) - 1    where they are only alike

and the condition's best symptom counts. A finding that is absent weighs ln (1 - f) - ln (1 - p(q)).
A symptom of the condition that nothing was said of weighs ln (1 - r f), where `r` is how likely it
would have been mentioned: the more findings there are, the likelier. What is like a finding counts
as mentioned in part, by the similarity of Lin.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from . import similarity
from .arrays import UNSTATED
from .errors import UnknownMethod, UnknownThing
from .identifiers import short
from .profiles import KEPT, Floats, Profiles, floats
from .ranking import Candidate, Evidence, Ranking
from .store import Store
from .things import Thing

LEAST, MOST = 0.25, 0.75
"""A stated share is drawn half-way to a half: most are counted on few patients."""

_ALIKE = 1.0
"""What it costs to be neither the symptom, nor a kind of it, nor more general."""

_UNEXPLAINED = 0.01
"""So likely is any finding that no symptom of the condition explains, beside how common it is."""

_RULED_OUT = float(np.log(0.1))
"""The weight of a finding that the condition is stated not to have."""

_SPOKEN = 0.2
"""How far an absent finding is heeded: many are looked for and missed."""

_MENTIONED, _MOST_MENTIONED = 0.05, 0.3
"""So likely is a symptom of the patient's to be mentioned, for each finding, and at most."""

_SAID = 1e-6
"""A silence that weighs no more is of a symptom that something was said of."""

_EQUAL = 1e-4
"""Scores that differ by less are the same."""

_NAMED = 3
"""So many of the symptoms that are not mentioned are named."""

METHODS = ("likelihood", "phenomizer", *similarity.MEASURES, "simgic")
"""The ways to rank: the likelihood model, and the similarities of `similarity`."""


class Differential:
    """The conditions of a store, to be ranked by findings."""

    def __init__(self, store: Store, profiles: Profiles | None = None) -> None:
        store = store.whole
        self.profiles = store.profiles if profiles is None else profiles
        self._conditions = store.arrays.taxonomy("condition")
        self._shared: dict[int, Floats] = {}

    @property
    def scope(self) -> str:
        """In words, which conditions are ranked, and which are not."""
        return (
            f"Ranked are the {len(self.profiles.conditions):,} conditions whose symptoms are known "
            "here, most of them rare. Most common illnesses, such as a cold or a heart attack, are "
            "not among them, and are likelier than any that is."
        )

    @cached_property
    def expected(self) -> Floats:
        """The shares that are reckoned with, one for each symptom of each condition."""
        return expected(self.profiles.shares)

    @cached_property
    def _rarely(self) -> Floats:
        rarely: Floats = np.log(self.expected)
        return rarely

    @cached_property
    def background(self) -> Floats:
        """How likely each phenotype is in a condition, as the mean of all; more than 0."""
        profiles = self.profiles
        total = max(1, len(profiles.conditions))
        likely = LEAST * profiles.carriers / total + (MOST - LEAST) * profiles.frequencies
        return np.maximum(likely, LEAST / total).astype(np.float32)

    def rank(
        self,
        present: Sequence[str],
        absent: Sequence[str] = (),
        *,
        method: str = "likelihood",
        among: Collection[str] | None = None,
        limit: int | None = 20,
    ) -> Ranking:
        """Return the conditions that findings speak for most, best first, with the reasons.

        Findings are IRIs of phenotypes. `among` are the IRIs of the conditions that may be named,
        None for all with symptoms; a similarity counts what is present only. Nothing follows from
        nothing: without a finding that counts there is no candidate. Raises UnknownThing
        for a finding that the graph does not have, UnknownMethod for no name of METHODS.
        """
        scores = self.scores(self._numbered(present), self._numbered(absent), method)
        named = np.ones(len(scores), bool)
        if among is not None:
            numbers = self._conditions.numbers
            named = self.profiles.places([numbers[iri] for iri in among if iri in numbers])
        found = self._ranked(scores, np.flatnonzero(named), present, absent, limit)
        if method != "likelihood":
            return found
        yes, shares = self._numbered(present), _shares(scores)
        return Ranking(self._judged(candidate, yes, shares) for candidate in found)

    def _judged(self, candidate: Candidate, yes: Sequence[int], shares: Floats) -> Candidate:
        """Return a candidate with its share of the likelihood, and what its silences weigh."""
        numbers = self._conditions.numbers
        place = self.profiles.place(candidate.condition.iri, numbers)
        assert place is not None
        mine = self.profiles.of_condition(place)
        weights = self._silences(yes, mine) if yes else np.zeros(0, np.float32)
        unsaid = int(np.count_nonzero(weights < -_SAID))
        most = np.argsort(weights, kind="stable")[: min(unsaid, _NAMED)]
        return replace(
            candidate,
            share=float(shares[place]),
            unmentioned=tuple(self._phenotype(int(self.profiles.symptoms[mine][n])) for n in most),
            others=unsaid - len(most),
            silence=float(weights.sum()),
        )

    def ranked(
        self, scores: Floats, present: Sequence[str], absent: Sequence[str], limit: int | None
    ) -> Ranking:
        """Return the conditions of the highest of some log-likelihoods, one for each condition.

        Raises UnknownThing.
        """
        shares, numbers = _shares(scores), self._conditions.numbers
        found = self._ranked(scores, np.arange(len(scores)), present, absent, limit)
        places = (self.profiles.place(one.condition.iri, numbers) for one in found)
        return Ranking(
            replace(one, share=float(shares[place]))
            for one, place in zip(found, places, strict=True)
            if place is not None
        )

    def _ranked(
        self,
        scores: Floats,
        order: npt.NDArray[np.int64],
        present: Sequence[str],
        absent: Sequence[str],
        limit: int | None,
    ) -> Ranking:
        if not present and not scores.any():
            return Ranking()
        yes, no = self._numbered(present), self._numbered(absent)
        of_all = np.sort(scores[order])
        order = order[np.argsort(-scores[order], kind="stable")][:limit]
        return Ranking(
            Candidate(
                self._condition(int(place)),
                rank,
                float(scores[place]),
                None,
                self._evidence(int(place), yes, no),
                tied=_several(of_all, float(scores[place])),
            )
            for rank, place in enumerate(order, 1)
        )

    def likelihoods(self, present: Sequence[int], absent: Sequence[int]) -> Floats:
        """Return the sum of the weights of findings (numbers of phenotypes) for each condition."""
        total = np.zeros(len(self.profiles.conditions), np.float32)
        for phenotype in present:
            total += self.weight_of_presence(phenotype)
        for phenotype in absent:
            total += self.weight_of_absence(phenotype)
        profiles = self.profiles
        if present and len(profiles.starts):
            total += np.add.reduceat(self._silences(present, slice(None)), profiles.starts)
        return total

    def _silences(self, present: Sequence[int], of: slice) -> Floats:
        """Return what it weighs of symptoms, in their column, that nothing is said of them."""
        symptoms = self.profiles.symptoms[of]
        mentioned = np.zeros(len(symptoms), np.float32)
        own = self._information[symptoms]
        for phenotype in present:
            common = self._common(phenotype)[symptoms]
            alike = similarity.lin(common, self._information[phenotype], own)
            np.maximum(mentioned, alike, out=mentioned)
        likely = min(_MENTIONED * len(present), _MOST_MENTIONED)
        return floats(np.log1p(-likely * self.expected[of]) * (1 - mentioned))

    def weight_of_presence(self, phenotype: int) -> Floats:
        """Return what it says for each condition that a phenotype is present."""
        profiles = self.profiles
        met = self._telling(phenotype)[profiles.symptoms] + self._rarely
        weight = floats(_explained(profiles.best(met)))
        for place in self._ruled_out(phenotype):
            weight[place] += _RULED_OUT
        return weight

    def weight_of_absence(self, phenotype: int) -> Floats:
        """Return what it says for each condition that a phenotype is absent."""
        return floats(self._missing(self.likely(phenotype), phenotype))

    def _missing(self, likely: Any, phenotype: int) -> Any:
        """Return the weight of a phenotype's absence where it is so likely."""
        common = min(float(self.background[phenotype]), MOST)
        return _SPOKEN * (np.log1p(-np.maximum(likely, common)) - np.log1p(-common))

    def likely(self, phenotype: int) -> Floats:
        """Return the share of those with each condition who have a phenotype or a kind of it."""
        likely = np.zeros(len(self.profiles.conditions), np.float32)
        places, shares = self.profiles.having(phenotype)
        likely[places] = expected(shares)
        return likely

    def _telling(self, phenotype: int) -> Floats:
        """Return what a finding tells if it is explained by each phenotype."""
        profiles = self.profiles
        vector = self._common(phenotype) - np.float32(_ALIKE)
        vector[profiles.over(phenotype)] += _ALIKE
        vector[profiles.kinds(phenotype)[:-1]] += _ALIKE
        return vector

    def _common(self, phenotype: int) -> Floats:
        """Return what is told by the most telling ancestor that a phenotype shares with each."""
        if phenotype not in self._shared:
            if len(self._shared) >= KEPT:
                self._shared.clear()
            self._shared[phenotype] = self.profiles.common(phenotype, self._information)
        return self._shared[phenotype]

    @cached_property
    def _information(self) -> Floats:
        information: Floats = -np.log(self.background)
        return information

    def _ruled_out(self, phenotype: int) -> list[int]:
        """Return the places of the conditions that are stated not to have a phenotype."""
        return [p for over in self.profiles.over(phenotype) for p in self._lack.get(int(over), ())]

    @cached_property
    def _lack(self) -> dict[int, list[int]]:
        """The places of the conditions that are stated not to have each phenotype."""
        found: dict[int, list[int]] = defaultdict(list)
        for place, number in enumerate(self.profiles.conditions.tolist()):
            for phenotype in self.profiles.absent[number]:
                found[phenotype].append(place)
        return found

    def scores(self, yes: Sequence[int], no: Sequence[int], method: str) -> Floats:
        """Return the score of each condition by a method, from numbers of phenotypes.

        Raises UnknownMethod.
        """
        if method not in METHODS:
            raise UnknownMethod(method, METHODS)
        if method == "likelihood":
            return self.likelihoods(yes, no)
        if not yes:
            return np.zeros(len(self.profiles.conditions), np.float32)
        if method == "phenomizer":
            return similarity.by_phenomizer(self.profiles, yes)
        if method == "simgic":
            return similarity.by_sim_gic(self.profiles, yes)
        return similarity.by_best_match_average(self.profiles, yes, similarity.MEASURES[method])

    def _numbered(self, phenotypes: Sequence[str]) -> list[int]:
        numbers = self.profiles.phenotypes.numbers
        for iri in phenotypes:
            if iri not in numbers:
                raise UnknownThing(short(iri), kind="phenotype")
        return list(dict.fromkeys(numbers[iri] for iri in phenotypes))

    def _evidence(self, place: int, yes: Sequence[int], no: Sequence[int]) -> tuple[Evidence, ...]:
        found = [self._met(place, phenotype) for phenotype in yes]
        found += [self._missed(place, phenotype) for phenotype in no]
        return tuple(sorted(found, key=lambda evidence: (not evidence.present, -evidence.weight)))

    def _met(self, place: int, phenotype: int) -> Evidence:
        """Return which symptom of a condition a finding meets best, and what that weighs."""
        profiles = self.profiles
        mine = profiles.of_condition(place)
        met = self._telling(phenotype)[profiles.symptoms[mine]] + self._rarely[mine]
        best = int(np.argmax(met))
        symptom = int(profiles.symptoms[mine][best])
        common = profiles.nearest_common(phenotype, symptom)
        weight = float(_explained(met[best]))
        ruled_out = place in self._ruled_out(phenotype)
        if ruled_out or common is None or not met[best] > 0:
            weight += _RULED_OUT if ruled_out else 0
            return Evidence(self._phenotype(phenotype), True, None, None, None, weight)
        return Evidence(
            self._phenotype(phenotype),
            True,
            self._phenotype(symptom),
            self._phenotype(common),
            _stated(profiles.shares[mine][best]),
            weight,
        )

    def _missed(self, place: int, phenotype: int) -> Evidence:
        """Return which symptom of a condition is missing when a finding is absent."""
        profiles = self.profiles
        mine = profiles.of_condition(place)
        kinds = np.isin(profiles.symptoms[mine], profiles.kinds(phenotype))
        likely = np.where(kinds, self.expected[mine], 0)
        weight = float(self._missing(likely.max(), phenotype))
        finding = self._phenotype(phenotype)
        if not kinds.any():
            return Evidence(finding, False, None, None, None, weight)
        best = int(np.argmax(likely))
        symptom = self._phenotype(int(profiles.symptoms[mine][best]))
        share = _stated(profiles.shares[mine][best])
        return Evidence(finding, False, symptom, finding, share, weight)

    def name(self, place: int) -> str:
        """Return the name of the condition at a place of the profiles."""
        return self._condition(place).label

    def _condition(self, place: int) -> Thing:
        number = int(self.profiles.conditions[place])
        return Thing(self._conditions.iris[number], self._conditions.labels[number])

    def _phenotype(self, number: int) -> Thing:
        return Thing(self.profiles.phenotypes.iris[number], self.profiles.phenotypes.labels[number])


def expected(shares: Floats) -> Floats:
    """Return the shares that are reckoned with: drawn half-way to a half."""
    known = np.where(np.isnan(shares), np.float32(UNSTATED), shares)
    return (LEAST + (MOST - LEAST) * known).astype(np.float32)


def _several(of_all: Floats, score: float) -> bool:
    """Return whether several of the sorted scores are the same as one of them."""
    first, last = np.searchsorted(of_all, (score - _EQUAL, score + _EQUAL))
    return bool(last - first > 1)


def _stated(share: np.float32) -> float | None:
    return None if np.isnan(share) else round(float(share), 4)


def _explained(met: Any) -> Any:
    """Return the weight of findings that meet symptoms so well, and may have no explanation."""
    return np.log(_UNEXPLAINED + (1 - _UNEXPLAINED) * np.exp(met))


def _shares(scores: Floats) -> Floats:
    likely = np.exp(scores - scores.max(initial=0), dtype=np.float64)
    return (likely / likely.sum()).astype(np.float32) if len(scores) else scores
