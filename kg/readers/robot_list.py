"""The lists of rarity authorities as Mondo keeps them: ROBOT templates, one row a condition.

Format: https://robot.obolibrary.org/template (the second row is the template, and begins with ID).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..errors import SourceError
from ..identifiers import try_parse_curie
from ..records import Listing, Record, Release, Skipped
from .tables import identifier, rows

_CONDITION = ("mondo_id", "subject_id")
_RECORD = ("gard_id", "ncit_id", "ordo_id", "object_id", "report_ref")
_OTHERS = ("subset", "source_external")
_TEMPLATE = "ID"
_NANDO = {"1": "nando_intractable", "2": "nando_pediatric"}
"""What the first digit of a NANDO identifier says: designated intractable, pediatric chronic."""


def read(path: Path) -> Iterator[Record]:
    """Yield the Release, then one Listing per condition and record; Skipped for a row in no list.

    A list without subsets is NANDO's, whose records say which of its two lists they are in. Raises
    SourceError.
    """
    yield Release()
    columns = (*_CONDITION, *_RECORD, *_OTHERS)
    templates = 0
    for number, cells in rows(path, (), columns):
        row = dict(zip(columns, cells, strict=True))
        condition = row["mondo_id"] or row["subject_id"]
        if not templates:
            if condition != _TEMPLATE:
                problem = f"is no ROBOT template: its second row does not begin with {_TEMPLATE}"
                raise SourceError(path, problem, f"line {number}", "is it the right file?")
            templates = number
            continue
        about = identifier(path, number, condition)
        if about is None:
            yield Skipped(f"line {number}", "refers to an identifier of no registry")
            continue
        named = "|".join(filter(None, (row[column] for column in _RECORD)))
        records = [try_parse_curie(each) or "" for each in named.split("|")] if named else [""]
        for record in records:
            subset = row["subset"].rpartition("#")[2] or _nando(record)
            if subset:
                basis = try_parse_curie(row["source_external"]) or ""
                yield Listing(about, subset, record, basis)
            else:
                yield Skipped(f"line {number}", "in no list")


def _nando(record: str) -> str:
    prefix, _, number = record.partition(":")
    return _NANDO.get(number[:1], "") if prefix == "NANDO" else ""
