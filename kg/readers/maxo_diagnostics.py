"""The Medical Action Ontology's diagnostic annotations: through what a phenotype is observed.

Format: https://github.com/monarch-initiative/maxo-annotations
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..records import Observation, Record, Release, Skipped
from .tables import comment, identifier, rows

_COLUMNS = ("hpo_id", "predicate_id", "maxo_id")
_PRENATAL = {"is_observable_through": False, "is_prenatally_observable_through": True}


def read(path: Path) -> Iterator[Record]:
    """Yield the Release, then one Observation per row; Skipped for another predicate.

    Raises SourceError.
    """
    yield Release(comment(path, "version"))
    for number, (phenotype, predicate, action) in rows(path, _COLUMNS):
        pair = identifier(path, number, phenotype), identifier(path, number, action)
        if predicate not in _PRENATAL:
            yield Skipped(f"line {number}", "the predicate says nothing of observation")
        elif pair[0] and pair[1]:
            yield Observation(pair[0], pair[1], _PRENATAL[predicate])
        else:
            yield Skipped(f"line {number}", "refers to an identifier of no registry")
