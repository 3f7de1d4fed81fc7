"""The Disease Ontology's report of symptoms, by identifiers of its Symptom Ontology (SYMP)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..records import PhenotypeAnnotation, Record, Release, Skipped
from .tables import identifier, rows


def read(path: Path) -> Iterator[Record]:
    """Yield the Release, then one PhenotypeAnnotation per row, without a frequency.

    Raises SourceError.
    """
    yield Release()
    for number, (disease, symptom) in rows(path, ("disease_id", "symptom_id"), quoted=True):
        record, phenotype = (identifier(path, number, each) for each in (disease, symptom))
        if record and phenotype:
            yield PhenotypeAnnotation(record, phenotype, "P", key="do")
        else:
            yield Skipped(f"line {number}", "refers to an identifier of no registry")
