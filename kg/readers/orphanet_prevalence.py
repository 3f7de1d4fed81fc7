"""Orphadata product 9, epidemiology: how many have a disorder, where, and by whose count.

Format: https://www.orphadata.com/epidemiology/
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Literal
from xml.etree.ElementTree import Element

from ..records import Prevalence, Record, Skipped, Term
from .orphadata import disorders, references, text
from .tables import digest

Kind = Literal["point", "birth", "lifetime", "incidence", "cases"]
_KINDS: dict[str, Kind] = {
    "Point prevalence": "point",
    "Prevalence at birth": "birth",
    "Lifetime Prevalence": "lifetime",
    "Lifetime prevalence": "lifetime",
    "Annual incidence": "incidence",
    "Cases/families": "cases",
}
CLASSES: dict[str, tuple[str, str] | None] = {
    ">1 / 1000": ("100", ""),
    "6-9 / 10 000": ("60", "90"),
    "1-5 / 10 000": ("10", "50"),
    "1-9 / 100 000": ("1", "9"),
    "1-9 / 1 000 000": ("0.1", "0.9"),
    "<1 / 1 000 000": ("0", "0.1"),
    "Unknown": None,
    "Not yet documented": None,
}
"""Orphanet's classes as bounds in persons per 100,000; "" is open, None says no number."""


def read(path: Path) -> Iterator[Record]:
    """Yield the Release, then a Term per disorder followed by its Prevalence estimates.

    Values are persons per 100,000, except that Cases/families counts cases or families. A value of
    0 beside a class is no value. Raises SourceError.
    """
    return disorders(path, "epidemiology (product 9)", "PrevalenceList", _told)


def _told(element: Element, term: Term) -> Iterator[Record]:
    yield term
    for row in element.iterfind("PrevalenceList/Prevalence"):
        yield _estimate(term.id, row)


def _estimate(record: str, row: Element) -> Prevalence | Skipped:
    kind = _KINDS.get(text(row, "PrevalenceType/Name"))
    qualification = text(row, "PrevalenceQualification/Name")
    class_ = text(row, "PrevalenceClass/Name")
    if kind is None:
        return Skipped(record, "an estimate of an unknown type")
    if class_ and class_ not in CLASSES:
        return Skipped(record, "an estimate of an unknown class")
    try:
        number = Decimal(text(row, "ValMoy") or "0")
    except InvalidOperation:
        return Skipped(record, "an estimate whose value is no number")
    source = text(row, "Source")
    counts = kind == "cases"
    lower, upper = _bounds(class_)
    value = number if number and not counts and qualification != "Class only" else None
    if value is not None and not class_:
        lower = upper = value
    return Prevalence(
        record,
        _key(row),
        kind,
        text(row, "PrevalenceGeographic/Name"),
        text(row, "PrevalenceValidationStatus/Name") == "Validated",
        class_,
        lower,
        upper,
        value,
        cases=int(number) if counts and number else None,
        families=counts and qualification.startswith("Famil"),
        expert="[EXPERT]" in source,
        references=references(source),
    )


def _bounds(class_: str) -> tuple[Decimal | None, Decimal | None]:
    lower, upper = CLASSES.get(class_) or ("", "")
    return Decimal(lower) if lower else None, Decimal(upper) if upper else None


def _key(row: Element) -> str:
    """Return what tells an estimate from the disorder's others: what it says, by its digest."""
    return digest(["".join(part.itertext()).strip() for part in row])
