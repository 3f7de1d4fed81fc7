"""Orphadata product 4: the phenotypes of disorders, how frequent, and which are diagnostic.

Format: https://www.orphadata.com/phenotypes/
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from xml.etree.ElementTree import Element

from ..identifiers import try_parse_curie
from ..records import PhenotypeAnnotation, Record, Skipped, Term
from .orphadata import disorders, text
from .terms import FREQUENCIES

_FREQUENCIES = {
    "Obligate (100%)": "HP:0040280",
    "Very frequent (99-80%)": "HP:0040281",
    "Frequent (79-30%)": "HP:0040282",
    "Occasional (29-5%)": "HP:0040283",
    "Very rare (<4-1%)": "HP:0040284",
    "Excluded (0%)": "HP:0040285",
}
_ASSOCIATION = "HPODisorderAssociationList/HPODisorderAssociation"


def read(path: Path) -> Iterator[Record]:
    """Yield the Release, then a Term per disorder followed by its PhenotypeAnnotations.

    Raises SourceError.
    """
    return disorders(path, "phenotypes (product 4)", "HPODisorderAssociationList", _told)


def _told(element: Element, term: Term) -> Iterator[Record]:
    yield term
    for association in element.iterfind(_ASSOCIATION):
        yield _annotation(term.id, association)


def _annotation(record: str, association: Element) -> PhenotypeAnnotation | Skipped:
    phenotype = try_parse_curie(text(association, "HPO/HPOId"))
    words = text(association, "HPOFrequency/Name")
    if phenotype is None:
        return Skipped(record, "refers to an identifier of no registry")
    if words and words not in _FREQUENCIES:
        return Skipped(f"{record} {phenotype}", "an unknown frequency")
    frequency = _FREQUENCIES.get(words, "")
    lower, upper = FREQUENCIES.get(frequency, (None, None))
    return PhenotypeAnnotation(
        record,
        phenotype,
        "P",
        key=f"orphanet{association.get('id', '')}",
        excluded=upper == "0",
        frequency=frequency,
        lower=Decimal(lower) if lower else None,
        upper=Decimal(upper) if upper else None,
        diagnostic_criterion=bool(_criterion(association)),
    )


def _criterion(association: Element) -> str:
    return text(association, "DiagnosticCriteria/Name")
