"""The arrays as they are made: each relation is a column of keys that sort as its pairs do.

A key holds two numbers, the left one in its upper half: sorting keys sorts pairs, and a pair that
is there twice is a key that is there twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from .arrays import FACETS, KINDS, UNSTATED, Arrays

Pairs: TypeAlias = Iterable[tuple[str, str]]
Shares: TypeAlias = Mapping[tuple[str, str], float]
"""The share of those with a condition who have a symptom, 0 to 1, where it is stated."""

Numbers: TypeAlias = Mapping[str, int]
Keys: TypeAlias = npt.NDArray[np.uint64]

_HALF = np.uint64(32)
_RIGHT = np.uint64((1 << 32) - 1)


def pack(
    kinds: Mapping[str, Iterable[str]],
    labels: Mapping[str, str],
    broader: Pairs,
    facets: Mapping[str, Pairs],
    shares: Shares,
) -> Arrays:
    """Return the arrays of things given by IRI.

    `kinds` has the things of each of KINDS; `broader` are (narrower, broader), of which those
    within a kind count; `facets` has (condition, thing) for each of FACETS; a share of 0 says
    that a symptom is absent.
    """
    kind_of = {iri: kind for kind in KINDS for iri in kinds[kind]}
    direct = _of_kinds(broader, kind_of)
    things = {kind: set(kinds[kind]) for kind in KINDS}
    pairs = {facet: list(facets[facet]) for facet in FACETS}
    for facet, kind in FACETS.items():
        if kind not in KINDS:
            things[kind] = {thing for _, thing in pairs[facet]}
    sections: dict[str, memoryview] = {}
    numbers: dict[str, Numbers] = {}
    above: dict[str, Keys] = {}
    for kind, iris in things.items():
        order = sorted(iris, key=lambda iri: (labels.get(iri, iri).casefold(), iri))
        size = len(order)
        numbers[kind] = {iri: number for number, iri in enumerate(order)}
        sections[f"{kind} iris"] = _joined(order)
        sections[f"{kind} labels"] = _joined(labels.get(iri, "") for iri in order)
        parents = _keys(direct[kind], numbers[kind], numbers[kind])
        above[kind] = _closure(parents, size)
        for up, down, keys in (("parents", "children", parents), ("above", "below", above[kind])):
            sections[f"{kind} {up}"] = _packed(keys, size)
            sections[f"{kind} {down}"] = _packed(np.sort(_turned(keys)), size)
    conditions = numbers["condition"]
    stated = {f: _keys(pairs[f], conditions, numbers[kind]) for f, kind in FACETS.items()}
    for facet, kind in FACETS.items():
        own = stated[facet]
        wider = np.concatenate([own, _steps(own, above[kind], len(numbers[kind]))[0]])
        sections[f"{facet} of"] = _packed(own, len(conditions))
        sections[f"{facet} stated"] = _packed(np.sort(_turned(own)), len(numbers[kind]))
        sections[f"{facet} found"] = _packed(_distinct(_turned(wider)), len(numbers[kind]))
    of_phenotypes = conditions, numbers["phenotype"]
    said = _column(stated["symptom"], shares, *of_phenotypes)
    greatest = _greatest(stated["symptom"], said, above["phenotype"])
    sections["share of"] = memoryview(said.tobytes())
    sections["share found"] = memoryview(greatest.tobytes())
    absent = (pair for pair, share in shares.items() if share == 0)
    sections["absent"] = _packed(_keys(absent, *of_phenotypes), len(conditions))
    return Arrays(sections)


def _of_kinds(pairs: Pairs, kind_of: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """Return the pairs of things of the same kind, by that kind."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for pair in pairs:
        kind = kind_of.get(pair[0])
        if kind and kind == kind_of.get(pair[1]):
            found[kind].append(pair)
    return found


def _joined(texts: Iterable[str]) -> memoryview:
    return memoryview("".join(" ".join(text.split("\n")) + "\n" for text in texts).encode())


def _keys(pairs: Pairs, left: Numbers, right: Numbers) -> Keys:
    """Return the pairs of things that have numbers, sorted, each once."""
    both = (pair for pair in pairs if pair[0] in left and pair[1] in right)
    return _distinct(np.fromiter((left[a] << 32 | right[b] for a, b in both), np.uint64))


def _distinct(keys: Keys) -> Keys:
    """Return keys sorted, each once; `numpy.unique` may hash them, which takes ten times longer."""
    keys = np.sort(keys)
    return keys[_is_first(keys)]


def _is_first(keys: Keys) -> npt.NDArray[np.bool_]:
    """Return for each of some sorted keys whether it is the first of its value."""
    first = np.ones(len(keys), np.bool_)
    first[1:] = keys[1:] != keys[:-1]
    return first


def _turned(keys: Keys) -> Keys:
    """Return each pair with its right side first, in the order of the keys."""
    return keys << _HALF | keys >> _HALF


def _ends(keys: Keys, size: int) -> npt.NDArray[np.int64]:
    """Return where each left side's keys begin, of so many left sides; and where the last ends."""
    return np.searchsorted(keys >> _HALF, np.arange(size + 1, dtype=np.uint64))


def _packed(keys: Keys, size: int) -> memoryview:
    """Return the section that `Relation.of` reads."""
    head = np.array([size], np.uint32)
    ends = _ends(keys, size).astype(np.uint32)
    return memoryview(np.concatenate([head, ends, keys.astype(np.uint32)]).tobytes())


def _steps(keys: Keys, up: Keys, size: int) -> tuple[Keys, npt.NDArray[np.int64]]:
    """Return where each pair leads by one more step, and which pair each of these comes from.

    `up` are sorted pairs of the things on the right side, of which there are so many.
    """
    ends = _ends(up, size)
    middle = (keys & _RIGHT).astype(np.int64)
    times = ends[middle + 1] - ends[middle]
    origins = np.repeat(np.arange(len(keys)), times)
    first = np.cumsum(times) - times
    places = np.arange(len(origins)) + (ends[middle] - first)[origins]
    return keys[origins] >> _HALF << _HALF | up[places] & _RIGHT, origins


def _closure(parents: Keys, size: int) -> Keys:
    """Return everything that steps up lead to from each thing, except to itself."""
    found = newest = parents
    while len(newest):
        further = _distinct(_steps(newest, parents, size)[0])
        newest = np.setdiff1d(further, found, assume_unique=True)
        found = np.sort(np.concatenate([found, newest]))
    apart: Keys = found[found >> _HALF != found & _RIGHT]
    return apart


def _column(keys: Keys, shares: Shares, left: Numbers, right: Numbers) -> npt.NDArray[np.float32]:
    """Return the share of each pair, NaN where none is stated."""
    known = [
        (left[one] << 32 | right[other], share)
        for (one, other), share in shares.items()
        if one in left and other in right
    ]
    stated = np.array([key for key, _ in known], np.uint64)
    places = np.searchsorted(keys, stated)
    found = np.append(keys, ~np.uint64(0))[places] == stated
    column = np.full(len(keys), np.nan, np.float32)
    column[places[found]] = np.array([share for _, share in known], np.float32)[found]
    return column


def _greatest(own: Keys, said: npt.NDArray[np.float32], above: Keys) -> npt.NDArray[np.float32]:
    """Return, phenotype by phenotype, the greatest share that is stated of each condition."""
    size = int(max(above.max(initial=0) >> _HALF, (own & _RIGHT).max(initial=0))) + 1
    wider, origins = _steps(own, above, size)
    shares = np.where(np.isnan(said), np.float32(UNSTATED), said)
    keys = _turned(np.concatenate([own, wider]))
    shares = np.concatenate([shares, shares[origins]])
    order = np.argsort(keys)
    first = np.flatnonzero(_is_first(keys[order]))
    return np.maximum.reduceat(shares[order], first) if len(first) else shares
