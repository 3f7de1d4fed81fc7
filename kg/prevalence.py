"""Published numbers of those affected, in words, and what they come to by the limits of rarity."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from .identifiers import short
from .rows import Row
from .thresholds import PLACES, Criterion

_EVERYWHERE = [Criterion("", Decimal(0), False, place) for place in PLACES]
"""A criterion of each place that has one."""


def published(rows: Iterable[Row]) -> list[str]:
    """Return published numbers in words, first those that a limit of rarity decides on."""
    return list(map(_in_words, sorted(rows, key=lambda row: not (row["meets"] or row["exceeds"]))))


def _in_words(row: Row) -> str:
    """Return a published number in words, and what it comes to by each criterion."""
    said = _number(row)
    words = [f"{row['type']}, {row['geography']}: {said}"]
    if not row["validated"]:
        words.append("not validated")
    for way, verb in (("meets", "within the limit for"), ("exceeds", "above the limit for")):
        if row[way]:
            limits = " and ".join(f"“{limit}”" for limit in str(row[way]).split("; "))
            words.append(f"{verb} {limits}")
    if not row["meets"] and not row["exceeds"]:
        words.append(_undetermined(row))
    if row["references"]:
        words.append(
            "cites " + ", ".join(short(each) for each in str(row["references"]).split("; "))
        )
    return "; ".join(words)


def _number(row: Row) -> str:
    """Return how many, as the source counts: persons in 100,000, or cases, or families."""
    if row["cases"] or row["families"]:
        return f"{row['cases'] or row['families']} {'cases' if row['cases'] else 'families'}"
    words = []
    if row["value"] is not None:
        words.append(f"{row['value']} in 100,000")
    if row["class"]:
        words.append(f"class {row['class']}")
    return ", ".join(words) or "no number"


def _undetermined(row: Row) -> str:
    """Return why no criterion decides what an estimate comes to."""
    if row["type"] != "point prevalence":
        return "not a prevalence at one time, so that no limit of rarity applies"
    if row["lower"] is None and row["value"] is None:
        return "no number to compare"
    if not any(c.applies_in(str(row["geography"])) for c in _EVERYWHERE):
        return "of a place that no criterion is for"
    return "undetermined: the limits lie within the class"
