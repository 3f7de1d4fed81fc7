"""Orphadata product 7, linearisation: the one medical specialty that each disorder is filed under.

Format: https://www.orphadata.com/linearisation/
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from ..errors import SourceError
from ..records import PreferentialParent, Record, Skipped, Term
from .files import head
from .orphadata import code, disorders

_ASSOCIATION = "DisorderDisorderAssociationList/DisorderDisorderAssociation"


def read(path: Path) -> Iterator[Record]:
    """Yield the Release, then a Term per disorder followed by its PreferentialParent.

    Raises SourceError.
    """
    if "<DisorderFlagList" in head(path, 4000):
        raise SourceError(path, "is the nomenclature (product 1), not the linearisation")
    return disorders(path, "linearisation (product 7)", "DisorderDisorderAssociationList", _told)


def _told(element: Element, term: Term) -> Iterator[Record]:
    yield term
    for association in element.iterfind(_ASSOCIATION):
        target = association.find("TargetDisorder")
        head = code(target) if target is not None else ""
        if head.isdigit():
            yield PreferentialParent(term.id, f"ORPHA:{head}")
        else:
            yield Skipped(term.id, "its preferential parent has no code")
