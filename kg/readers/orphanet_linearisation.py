"""Orphadata product 7, linearisation: the one medical specialty that each disorder is filed under.

Format: https://www.orphadata.com/linearisation/
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..errors import SourceError
from ..records import PreferentialParent, Record, Skipped
from .orphadata import code, disorders

_ASSOCIATION = "DisorderDisorderAssociationList/DisorderDisorderAssociation"


def read(path: Path) -> Iterator[Record]:
    """Yield the Release, then a Term per disorder followed by its PreferentialParent.

    Raises SourceError.
    """
    for found in disorders(path, "linearisation (product 7)", "DisorderDisorderAssociationList"):
        if not isinstance(found, tuple):
            yield found
            continue
        element, term = found
        if element.find("DisorderFlagList") is not None:
            raise SourceError(path, "is the nomenclature (product 1), not the linearisation")
        yield term
        for association in element.iterfind(_ASSOCIATION):
            target = association.find("TargetDisorder")
            head = code(target) if target is not None else ""
            if head.isdigit():
                yield PreferentialParent(term.id, f"ORPHA:{head}")
            else:
                yield Skipped(term.id, "its preferential parent has no code")
