"""Mondo's subset of each term, as one plain table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..records import Listing, Record, Release, Skipped
from .tables import identifier, rows


def read(path: Path) -> Iterator[Record]:
    """Yield the Release, then one Listing per term and subset. Raises SourceError."""
    yield Release()
    for number, (id, subset) in rows(path, ("id", "subset")):
        if condition := identifier(path, number, id):
            yield Listing(condition, subset)
        else:
            yield Skipped(f"line {number}", "refers to an identifier of no registry")
