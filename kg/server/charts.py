"""Pictures as SVG: published numbers beside the limits of rarity, a branch of the hierarchy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from ..arrays import Arrays
from .links import path

_WIDTH, _LEFT, _ROW = 640, 190, 22
_DECADES = (-4, 4)
"""The axis of prevalence: from 0.0001 to 10,000 in 100,000 persons."""

_LEVELS, _LEVEL_WIDTH, _ICICLE, _LEAST = 4, 210, 520, 9
"""The picture of a branch: levels, their width, its height, the least height of a condition."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A number of persons in 100,000, or an interval; `most` is None where it is open above."""

    label: str
    least: float
    most: float | None
    firm: bool = True


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of rarity, in persons in 100,000."""

    label: str
    persons: float


def prevalence(bars: Sequence[Bar], limits: Sequence[Limit]) -> Markup:
    """Return a chart of published numbers, each against every limit; the axis is logarithmic."""
    height = _ROW * (len(bars) + len(limits)) + 40
    parts = [
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {height}" role="img" '
        'aria-label="Published numbers of those affected, beside the limits of rarity">'
    ]
    for number, bar in enumerate(bars):
        y = _ROW * number + 8
        start, end = _x(bar.least), _x(bar.most or 10 ** _DECADES[1])
        kind = "firm" if bar.firm else "unsure"
        parts.append(
            f'<text x="0" y="{y + 10}">{escape(bar.label)}</text><rect class="{kind}" '
            f'x="{start:.1f}" y="{y}" width="{max(end - start, 5):.1f}" height="12"/>'
        )
    foot = _ROW * len(bars) + 8
    for number, limit in enumerate(limits):
        x, y = _x(limit.persons), foot + _ROW * number + 14
        side = f'x="{x - 4:.1f}" text-anchor="end"' if x > _WIDTH / 2 else f'x="{x + 4:.1f}"'
        parts.append(
            f'<line class="limit" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{y}"/>'
            f'<text class="limit" {side} y="{y}">{escape(limit.label)}</text>'
        )
    for decade in range(_DECADES[0], _DECADES[1] + 1, 2):
        parts.append(
            f'<text class="axis" x="{_x(10.0**decade):.1f}" y="{height - 4}" '
            f'text-anchor="middle">{10.0**decade:,.6g}</text>'
        )
    return Markup("".join(parts) + "</svg>")


def _x(persons: float) -> float:
    low, high = _DECADES
    decade = min(max(math.log10(persons) if persons > 0 else low, low), high)
    return _LEFT + (_WIDTH - _LEFT - 20) * (decade - low) / (high - low)


def icicle(arrays: Arrays, iri: str) -> Markup:
    """Return a branch as a picture: a condition's height is the number of its types.

    The color says how many of them some authority lists as rare, itself counted.
    """
    picture = _Icicle(arrays)
    number = arrays.taxonomy("condition").numbers[iri]
    picture.draw(number, 0, 0.0, float(_ICICLE))
    return Markup(
        f'<svg class="icicle" viewBox="0 0 {_LEVELS * _LEVEL_WIDTH} {_ICICLE}" role="group" '
        'aria-label="The types of this condition, and the types of those, by their number">'
        + "".join(picture.parts)
        + "</svg>"
    )


class _Icicle:
    def __init__(self, arrays: Arrays) -> None:
        self._taxonomy = arrays.taxonomy("condition")
        self._rare = arrays.facet("authority").of
        self.parts: list[str] = []

    def draw(self, number: int, level: int, top: float, height: float) -> None:
        below = self._taxonomy.below
        of = [number, *below[number]]
        share = sum(1 for n in of if self._rare.count(n)) / len(of)
        iri, label = self._taxonomy.iris[number], self._taxonomy.labels[number]
        x, count = level * _LEVEL_WIDTH, below.count(number)
        title = f"{label}: {count:,} types, {share:.0%} said to be rare"
        shown = label if len(label) < 29 else label[:27] + "…"
        text = f'<text x="{x + 5}" y="{top + height / 2 + 4:.1f}">{escape(shown)}</text>'
        self.parts.append(
            f'<a href="{escape(path(iri, "tree" if count else "condition"))}">'
            f"<title>{escape(title)}</title>"
            f'<rect class="rare{round(share * 5)}" x="{x}" y="{top:.1f}" '
            f'width="{_LEVEL_WIDTH - 2}" height="{max(height - 1, 1):.1f}"/>'
            f"{text if height >= _LEAST + 3 else ''}</a>"
        )
        if level + 1 == _LEVELS:
            return
        children = sorted(self._taxonomy.children[number], key=lambda n: -below.count(n))
        sizes = [below.count(child) + 1 for child in children]
        for child, size in zip(children, sizes, strict=True):
            part = height * size / sum(sizes)
            if part >= _LEAST:
                self.draw(child, level + 1, top, part)
                top += part
