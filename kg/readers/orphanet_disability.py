"""Orphadata's functional consequences: what disorders make hard to do.

Format: https://www.orphadata.com/functional-consequences/
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..records import Disability, Record, Skipped
from .orphadata import disorders, text

_ASSOCIATION = "DisabilityDisorderAssociationList/DisabilityDisorderAssociation"


def read(path: Path) -> Iterator[Record]:
    """Yield the Release, then a Term per disorder followed by its Disabilities.

    Raises SourceError.
    """
    product = "functional consequences"
    for found in disorders(path, product, "DisabilityDisorderAssociationList"):
        if not isinstance(found, tuple):
            yield found
            continue
        element, term = found
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
