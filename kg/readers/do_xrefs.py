"""The Disease Ontology's reports of cross-references, which do not say what kind of match."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ..errors import SourceError
from ..records import Mapping, Record, Release, Skipped
from ..vocabulary import SKOS
from .tables import identifier, rows

_BETWEEN = re.compile(r"[,|]\s*")


def read(path: Path) -> Iterator[Record]:
    """Yield the Release, then one Mapping per cross-reference; a cell may have several.

    Raises SourceError.
    """
    yield Release()
    for number, (id, _, one, many) in rows(path, ("id", "label"), ("xref", "xrefs"), quoted=True):
        if not one and not many:
            problem = "has no cross-reference in a column named xref or xrefs"
            raise SourceError(path, problem, f"line {number}", "is it the right file?")
        for target in filter(None, _BETWEEN.split(one or many)):
            subject, object = (identifier(path, number, each) for each in (id, target))
            if subject and object:
                yield Mapping(subject, SKOS.mappingRelation, object)
            else:
                yield Skipped(f"line {number}", "refers to an identifier of no registry")
