"""The Medical Action Ontology's annotations: which action treats which disease or symptom of it.

Format: https://github.com/monarch-initiative/maxo-annotations (curated by people in
maxo-annotations.tsv, mined from abstracts by machine in automaxo-annotations.tsv).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..records import MedicalAction, Record, Release, Skipped
from .tables import comment, digest, identifier, rows

_COLUMNS = (
    "disease_id",
    "source_id",
    "maxo_id",
    "hpo_id",
    "relation",
    "evidence",
    "extension_id",
    "extension_name",
)
_DISEASE_ITSELF = "HP:0000118"
"""Phenotypic abnormality: the root, which stands where an action aims at no symptom of its own."""


def read(path: Path) -> Iterator[Record]:
    """Yield the Release, then one MedicalAction per row; relations are in one spelling.

    Raises SourceError.
    """
    yield Release(comment(path, "version"))
    for number, cells in rows(path, _COLUMNS):
        disease, source, action, phenotype, relation, evidence, extension, label = cells
        about, does = identifier(path, number, disease), identifier(path, number, action)
        aim = identifier(path, number, phenotype)
        if not about or not does or (phenotype and not aim):
            yield Skipped(f"line {number}", "refers to an identifier of no registry")
            continue
        yield MedicalAction(
            about,
            does,
            relation.strip().lower().replace(" ", "_"),
            digest(cells),
            "" if not aim or aim == _DISEASE_ITSELF else aim,
            identifier(path, number, extension) or "",
            label,
            evidence,
            tuple(filter(None, source.split(";"))),
        )
