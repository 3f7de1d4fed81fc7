"""How alike phenotypes and sets of them are, by what their common ancestors tell.

Every measure works on one taxonomy and one vector of information contents, those of the graph or
any other's. The names and definitions are those of the papers that the docstrings cite.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from .profiles import Floats, Profiles, floats
from .store import Store
from .things import Alike

_RARE = 5.0
"""Information, in nats: a symptom that tells more than that is too rare to tell two apart."""

_TELLING = 2.0
"""A symptom speaks for the one of two that has it so many times as often as the other, or more."""

Measure = Callable[[Floats, np.float32, Floats], Floats]
"""From what is common, what one phenotype tells, and what the others tell: their similarity."""


def resnik(common: Floats, one: np.float32, others: Floats) -> Floats:
    """Return the information of the nearest common ancestor.

    Resnik (1995), https://arxiv.org/abs/cmp-lg/9511007.
    """
    return common


def lin(common: Floats, one: np.float32, others: Floats) -> Floats:
    """Return what is common as a share of what both tell, 0 to 1.

    Lin (1998), An information-theoretic definition of similarity, ICML. Two that tell nothing
    are not alike.
    """
    told = one + others
    return floats(np.divide(2 * common, told, out=np.zeros_like(common), where=told > 0))


def jiang_conrath(common: Floats, one: np.float32, others: Floats) -> Floats:
    """Return 1 / (1 + d), where d is what both tell that is not common.

    Jiang and Conrath (1997), https://arxiv.org/abs/cmp-lg/9709008; as a similarity after Couto
    and Silva (2011), doi:10.1186/2041-1480-2-5.
    """
    return floats(1 / (1 + one + others - 2 * common))


MEASURES: dict[str, Measure] = {"resnik": resnik, "lin": lin, "jiang-conrath": jiang_conrath}
"""The similarities of two phenotypes."""


def between(
    profiles: Profiles,
    ones: Sequence[int],
    others: Sequence[int],
    measure: Measure = resnik,
    information: Floats | None = None,
) -> Floats:
    """Return the similarity of each pair of phenotypes, a matrix of len(ones) × len(others)."""
    told = profiles.information if information is None else information
    columns = np.asarray(others, np.int64)
    rows = [
        measure(profiles.common(one, information)[columns], told[one], told[columns])
        for one in ones
    ]
    return np.array(rows, np.float32).reshape(len(ones), len(columns))


def best_match_average(matrix: Floats) -> float:
    """Return the mean of two means: of each row's best, and of each column's.

    Pesquita et al. (2008), doi:10.1186/1471-2105-9-S5-S4.
    """
    return float((matrix.max(axis=1).mean() + matrix.max(axis=0).mean()) / 2)


def sim_gic(
    profiles: Profiles,
    ones: Sequence[int],
    others: Sequence[int],
    information: Floats | None = None,
) -> float:
    """Return the information that two sets share with their ancestors, of all that they have.

    Pesquita et al. (2008), doi:10.1186/1471-2105-9-S5-S4.
    """
    told = profiles.information if information is None else information
    left, right = _closed(profiles, ones), _closed(profiles, others)
    both = float(told[left | right].sum())
    return float(told[left & right].sum()) / both if both else 0.0


def _closed(profiles: Profiles, phenotypes: Sequence[int]) -> npt.NDArray[np.bool_]:
    found = np.zeros(len(profiles.phenotypes.iris), bool)
    for phenotype in phenotypes:
        found[profiles.over(phenotype)] = True
    return found


def by_best_match_average(
    profiles: Profiles, phenotypes: Sequence[int], measure: Measure = resnik
) -> Floats:
    """Return the best-match average of some phenotypes with every condition's."""
    forward = np.zeros(len(profiles.conditions), np.float32)
    backward = np.zeros(len(profiles.symptoms), np.float32)
    told = profiles.information
    for phenotype in phenotypes:
        vector = measure(profiles.common(phenotype), told[phenotype], told)[profiles.symptoms]
        forward += profiles.best(vector)
        np.maximum(backward, vector, out=backward)
    return floats((forward / len(phenotypes) + _sums(profiles, backward) / profiles.sizes) / 2)


def by_phenomizer(profiles: Profiles, phenotypes: Sequence[int]) -> Floats:
    """Return how well every condition meets some phenotypes: the mean of their best matches.

    The one-sided score of Köhler et al. (2009), doi:10.1016/j.ajhg.2009.09.003: what a condition
    has beside them does not count.
    """
    score = np.zeros(len(profiles.conditions), np.float32)
    for phenotype in phenotypes:
        score += profiles.best(profiles.common(phenotype)[profiles.symptoms])
    return floats(score / len(phenotypes))


def by_sim_gic(profiles: Profiles, phenotypes: Sequence[int]) -> Floats:
    """Return simGIC of some phenotypes with every condition's."""
    told = profiles.information
    asked = _closed(profiles, phenotypes)
    shared = np.zeros(len(profiles.conditions), np.float32)
    for phenotype in np.flatnonzero(asked):
        mine = np.zeros(len(told), np.float32)
        mine[profiles.kinds(int(phenotype))] = 1
        shared += told[phenotype] * profiles.best(mine[profiles.symptoms])
    return floats(shared / (told[asked].sum() + profiles.weights - shared))


def _sums(profiles: Profiles, values: Floats) -> Floats:
    return np.add.reduceat(values, profiles.starts) if len(profiles.starts) else values[:0]


def alike(profiles: Profiles, place: int) -> Floats:
    """Return how alike every condition's profile is to that of the one at a place, 0 to 1.

    simGIC with the share of those who have it as the weight of each phenotype: what both have as
    often as each other counts whole, the rest in part (the weighted Jaccard index).
    """
    told = profiles.information
    shared = np.zeros(len(profiles.conditions), np.float32)
    own = profiles.closure(place)
    for phenotype in np.flatnonzero(own).tolist():
        places, others = profiles.having(phenotype)
        shared[places] += told[phenotype] * np.minimum(others, np.float32(own[phenotype]))
    whole = profiles.told
    return floats(shared / np.maximum(whole[place] + whole - shared, 1e-6))


def telling_apart(
    profiles: Profiles,
    place: int,
    own: npt.NDArray[np.float64],
    there: npt.NDArray[np.float64],
    limit: int = 3,
) -> list[int]:
    """Return the symptoms that the condition at a place has _TELLING times as often as another.

    `own` and `there` are the closures of the two. The first tell the most: the difference of the
    shares, times the information of the symptom. Of a symptom and its kinds, one is named.
    """
    symptoms = profiles.symptoms[profiles.of_condition(place)]
    symptoms = symptoms[own[symptoms] >= _TELLING * there[symptoms]]
    told = np.minimum(_RARE, profiles.information[symptoms]) * (own[symptoms] - there[symptoms])
    order = np.lexsort((symptoms, -told))
    chosen: list[int] = []
    related: set[int] = set()
    for symptom in symptoms[order[told[order] > 0]].tolist():
        if len(chosen) == limit:
            break
        if symptom not in related:
            chosen.append(symptom)
            related |= {*profiles.over(symptom).tolist(), *profiles.kinds(symptom).tolist()}
    return chosen


def look_alikes(store: Store, condition: str, limit: int = 10) -> list[Alike]:
    """Return the conditions whose profiles are most like that of one (an IRI), best first.

    [] for one of which no symptom is stated.
    """
    whole = store.whole
    profiles, conditions = whole.profiles, whole.arrays.taxonomy("condition")
    place = profiles.place(condition, conditions.numbers)
    if place is None:
        return []
    likeness = alike(profiles, place)
    likeness[place] = 0
    order = _greatest(likeness, limit)
    labels = profiles.phenotypes.labels
    own = profiles.closure(place)
    others = {other: profiles.closure(other) for other in order if likeness[other] > 0}

    def named(symptoms: list[int]) -> tuple[str, ...]:
        return tuple(labels[symptom] for symptom in symptoms)

    return [
        Alike(
            conditions.iris[number],
            conditions.labels[number],
            round(float(likeness[other]), 4),
            named(telling_apart(profiles, place, own, there)),
            named(telling_apart(profiles, other, there, own)),
        )
        for other, there in others.items()
        for number in [int(profiles.conditions[other])]
    ]


def _greatest(values: Floats, limit: int) -> list[int]:
    """Return the places of the greatest values, the first of equals first."""
    if limit < len(values):
        least = np.partition(values, len(values) - limit)[len(values) - limit]
        likely = np.flatnonzero(values >= least)
    else:
        likely = np.arange(len(values))
    found: list[int] = likely[np.argsort(-values[likely], kind="stable")][:limit].tolist()
    return found
