"""HPOA: which phenotypes a disease record has, how often, and on whose word.

Format: https://obophenotype.github.io/human-phenotype-ontology/annotations/phenotype_hpoa/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import cast

from ..errors import SourceError
from ..records import Aspect, PhenotypeAnnotation, Record, Release, Skipped
from .tables import comment, digest, identifier, rows
from .terms import FREQUENCIES

_COLUMNS = (
    "database_id",
    "qualifier",
    "hpo_id",
    "reference",
    "evidence",
    "onset",
    "frequency",
    "aspect",
)
_ASPECTS = frozenset("PICMH")
_HP = re.compile(r"HP:[0-9]{7}")
_RATIO = re.compile(r"([0-9]+)/([0-9]+)")
_PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*%")


def read(path: Path) -> Iterator[Record]:
    """Yield the Release, then one PhenotypeAnnotation per row; Skipped for one of no registry.

    "NOT", a count of 0 and the term Excluded all say that the phenotype is absent. Raises
    SourceError.
    """
    yield Release(comment(path, "version"))
    for number, cells in rows(path, _COLUMNS):
        record, qualifier, phenotype, reference, evidence, onset, frequency, aspect = cells
        about = identifier(path, number, record)
        if aspect not in _ASPECTS or not all(map(_HP.fullmatch, (phenotype, onset or phenotype))):
            raise SourceError(
                path,
                f"has hpo_id {phenotype!r}, onset {onset!r} and aspect {aspect!r}",
                f"line {number}",
                "are the columns in their order?",
            )
        try:
            lower, upper = _share(frequency)
        except ValueError as error:
            raise SourceError(path, str(error), f"line {number}") from None
        if about is None:
            yield Skipped(f"line {number}", "refers to an identifier of no registry")
            continue
        yield PhenotypeAnnotation(
            about,
            phenotype,
            cast(Aspect, aspect),
            key=digest(cells),
            excluded=qualifier == "NOT" or upper == 0,
            frequency=frequency if frequency in FREQUENCIES else "",
            lower=lower,
            upper=upper,
            onset=onset,
            evidence=evidence,
            references=tuple(dict.fromkeys(filter(None, reference.split(";")))),
        )


@lru_cache(maxsize=4096)
def _share(text: str) -> tuple[Decimal | None, Decimal | None]:
    """Return the bounds of the share of patients, 0 to 1; raises ValueError."""
    if not text:
        return None, None
    if text in FREQUENCIES:
        lower, upper = FREQUENCIES[text]
        return Decimal(lower), Decimal(upper)
    if (match := _RATIO.fullmatch(text)) and int(match[1]) <= int(match[2]) > 0:
        share = Decimal(match[1]) / Decimal(match[2])
    elif (match := _PERCENT.fullmatch(text)) and Decimal(match[1]) <= 100:
        share = Decimal(match[1]) / 100
    else:
        raise ValueError(f"has the frequency {text!r}, which is no share, percentage or HP term")
    share = round(share, 4)
    return share, share
