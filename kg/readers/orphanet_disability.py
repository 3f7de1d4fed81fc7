"""Orphadata's functional consequences: what disorders make hard to do.

Format: https://www.orphadata.com/functional-consequences/
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from ..records import Disability, Record, Skipped, Term
from .orphadata import disorders, text

_ASSOCIATION = "DisabilityDisorderAssociationList/DisabilityDisorderAssociation"


def read(path: Path) -> Iterator[Record]:
    """Yield the Release, then a Term per disorder followed by its Disabilities.

    Raises SourceError.
    """
    return disorders(path, "functional consequences", "DisabilityDisorderAssociationList", _told)


def _told(element: Element, term: Term) -> Iterator[Record]:
    yield term
    for association in element.iterfind(_ASSOCIATION):
        activity = text(association, "Disability/Name")
        if not activity:
            yield Skipped(term.id, "a limitation without an activity")
            continue
        yield Disability(
            term.id,
            association.get("id", ""),
            activity,
            text(association, "FrequenceDisability/Name"),
            text(association, "TemporalityDisability/Name"),
            text(association, "SeverityDisability/Name"),
            text(association, "LossOfAbility") == "y",
        )
