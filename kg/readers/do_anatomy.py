"""The Disease Ontology's report of the body sites of neoplasms, by UBERON identifier."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..records import Location, Record, Release, Skipped
from .tables import identifier, rows


def read(path: Path) -> Iterator[Record]:
    """Yield the Release, then one Location per row; Skipped for a row without a site.

    Raises SourceError.
    """
    yield Release()
    for number, (id, sites) in rows(path, ("id", "anatomy_id"), quoted=True):
        record = identifier(path, number, id.replace("DOID_", "DOID:"))
        found = [identifier(path, number, site) for site in filter(None, sites.split("|"))]
        if record is None or None in found:
            yield Skipped(f"line {number}", "refers to an identifier of no registry")
        elif not found:
            yield Skipped(f"line {number}", "names no body site")
        for site in found:
            if record and site:
                yield Location(record, site)
