"""Orphadata product 9, natural history: ages of onset and modes of inheritance.

Format: https://www.orphadata.com/natural-history/
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from ..records import NaturalHistory, Record, Skipped, Term
from .orphadata import disorders

ONSETS = {
    "Antenatal": "HP:0030674",
    "Neonatal": "HP:0003623",
    "Infancy": "HP:0003593",
    "Childhood": "HP:0011463",
    "Adolescent": "HP:0003621",
    "Adult": "HP:0003581",
    "Elderly": "HP:0003584",
    "All ages": "",
    "No data available": "",
}
"""Orphanet's ages of onset as terms of the Human Phenotype Ontology; "" where it has none."""

INHERITANCES = {
    "Autosomal recessive": "HP:0000007",
    "Autosomal dominant": "HP:0000006",
    "X-linked recessive": "HP:0001419",
    "X-linked dominant": "HP:0001423",
    "Y-linked": "HP:0001450",
    "Mitochondrial inheritance": "HP:0001427",
    "Multigenic/multifactorial": "HP:0001426",
    "Oligogenic": "HP:0010983",
    "Semi-dominant": "HP:0032113",
    "Not applicable": "",
    "Unknown": "",
    "No data available": "",
    "Not yet documented": "",
}
"""Orphanet's types of inheritance as terms of the Human Phenotype Ontology."""


def read(path: Path) -> Iterator[Record]:
    """Yield the Release, then a Term per disorder followed by its NaturalHistory.

    Raises SourceError.
    """
    return disorders(path, "natural history (product 9)", "AverageAgeOfOnsetList", _told)


def _told(element: Element, term: Term) -> Iterator[Record]:
    yield term
    onsets = _words(element, "AverageAgeOfOnsetList/AverageAgeOfOnset/Name")
    inheritances = _words(element, "TypeOfInheritanceList/TypeOfInheritance/Name")
    for word in onsets:
        if word not in ONSETS:
            yield Skipped(f"{term.id} {word}", "an unknown age of onset")
    for word in inheritances:
        if word not in INHERITANCES:
            yield Skipped(f"{term.id} {word}", "an unknown type of inheritance")
    yield NaturalHistory(
        term.id,
        tuple(filter(None, (ONSETS.get(word) for word in onsets))),
        tuple(filter(None, (INHERITANCES.get(word) for word in inheritances))),
    )


def _words(disorder: Element, path: str) -> list[str]:
    return list(dict.fromkeys((name.text or "").strip() for name in disorder.iterfind(path)))
