"""GARD's entries and the records that they rest on, as SSSOM with the entries' names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..identifiers import try_parse_curie
from ..records import Record, Term
from . import sssom
from .tables import rows


def read(path: Path) -> Iterator[Record]:
    """Yield what `sssom` reads, and after it a Term for each entry with its name.

    Raises SourceError.
    """
    yield from sssom.read(path)
    names: dict[str, str] = {}
    for _, (subject, label) in rows(path, ("subject_id", "subject_label")):
        if entry := try_parse_curie(subject):
            names.setdefault(entry, label)
    for entry, name in names.items():
        yield Term(entry, name)
