"""Orphadata product 6: the genes of disorders, and how each is associated.

Format: https://www.orphadata.com/genes/
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from ..identifiers import try_parse_curie
from ..records import GeneAssociation, Record, Skipped, Term
from .orphadata import disorders, references, text

_ASSOCIATION = "DisorderGeneAssociationList/DisorderGeneAssociation"


def read(path: Path) -> Iterator[Record]:
    """Yield the Release, then a Term per disorder followed by its GeneAssociations.

    A gene has an HGNC identifier where the file gives one. Raises SourceError.
    """
    return disorders(path, "genes (product 6)", "DisorderGeneAssociationList", _told)


def _told(element: Element, term: Term) -> Iterator[Record]:
    yield term
    for association in element.iterfind(_ASSOCIATION):
        symbol = text(association, "Gene/Symbol")
        if not try_parse_curie(f"hgnc.symbol:{symbol}"):
            yield Skipped(f"{term.id} {symbol}", "a gene without a symbol")
            continue
        yield GeneAssociation(
            term.id,
            _hgnc(association),
            symbol,
            text(association, "DisorderGeneAssociationType/Name"),
            text(association, "DisorderGeneAssociationStatus/Name") == "Assessed",
            references(text(association, "SourceOfValidation")),
        )


def _hgnc(association: Element) -> str:
    for reference in association.iterfind("Gene/ExternalReferenceList/ExternalReference"):
        if text(reference, "Source") == "HGNC":
            return try_parse_curie(f"HGNC:{text(reference, 'Reference')}") or ""
    return ""
