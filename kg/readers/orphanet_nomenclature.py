"""Orphadata product 1: Orphanet's nomenclature, its names, flags, definitions and alignments.

Format: https://www.orphadata.com/alignments/; the flags are those of the nomenclature pack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from xml.etree.ElementTree import Element

from ..records import Mapping, Name, Record, Skipped, Tag, Term
from ..vocabulary import SKOS
from .orphadata import code, disorders, text
from .terms import checked

_DEPRECATED = 256 | 16 | 1024
"""The bits of a flag that say withdrawn: deprecated (8449), or obsolete (8208, 9216)."""

_NOT_RARE = 32
"""The bit of 8225, not rare in Europe."""

_INACTIVE = 8192

_RELATIONS = {
    "E": SKOS.exactMatch,
    "NTBT": SKOS.broadMatch,
    "BTNT": SKOS.narrowMatch,
    "ND": SKOS.mappingRelation,
}
"""E exact; NTBT: the ORPHA record is the narrower one; BTNT: the broader one; ND not decided."""

_REGISTRIES = {
    "ICD-10": "ICD10",
    "ICD-11": "icd11.code",
    "OMIM": "OMIM",
    "UMLS": "UMLS",
    "MeSH": "MESH",
    "MedDRA": "MEDDRA",
    "GARD": "GARD",
    "SNOMED CT": "SCTID",
}
_TAG = re.compile(r"<[^<>]*>")
_MOVED = ("Moved to", "Referred to")


def read(path: Path) -> Iterator[Record]:
    """Yield the Release, then one Term per disorder, its alignments as mappings; Skipped for an
    alignment of an unknown relation or registry.

    Raises SourceError.
    """
    return disorders(path, "nomenclature (product 1)", "DisorderFlagList", _record)


def _record(element: Element, term: Term) -> Iterator[Record]:
    flags = 0
    for value in element.iterfind("DisorderFlagList/DisorderFlag/Value"):
        flags |= int(value.text or 0) if (value.text or "").strip().isdigit() else 0
    synonyms = (
        Name((name.text or "").strip(), "exact", name.get("lang", "en"))
        for name in element.iterfind("SynonymList/Synonym")
    )
    mappings: list[Mapping] = []
    for reference in element.iterfind("ExternalReferenceList/ExternalReference"):
        mapping = _mapping(term.id, reference)
        if isinstance(mapping, Skipped):
            yield mapping
        else:
            mappings.append(mapping)
    moved = dict(_moved(element, term.id))
    yield from checked(
        term._replace(
            names=(*term.names, *synonyms),
            definition=_definition(element),
            tags=tuple(dict.fromkeys((*term.tags, *_states(flags)))),
            mappings=tuple(mappings),
            deprecated=term.deprecated or bool(flags & _DEPRECATED),
            replaced_by=tuple(other for other, how in moved.items() if how == _MOVED[0]),
            consider=tuple(other for other, how in moved.items() if how == _MOVED[1]),
        )
    )


def _states(flags: int) -> Iterator[Tag]:
    if flags & _NOT_RARE:
        yield Tag("not_rare_in_europe")
    elif flags & _INACTIVE:
        yield Tag("inactive")


def _mapping(record: str, reference: Element) -> Mapping | Skipped:
    relation = text(reference, "DisorderMappingRelation/Name").partition(" ")[0]
    registry = _REGISTRIES.get(text(reference, "Source"))
    if relation not in _RELATIONS:
        return Skipped(record, "an alignment of an unknown relation")
    if registry is None:
        return Skipped(record, "an alignment to an unknown registry")
    return Mapping(record, _RELATIONS[relation], f"{registry}:{text(reference, 'Reference')}")


def _moved(element: Element, record: str) -> Iterator[tuple[str, str]]:
    """Yield (record, how) for each record that this one was moved or is referred to.

    The association has two sides, in either order; the one with `cycle` is the record itself.
    Only what stands in the other side's place as its target is a successor.
    """
    for association in element.iterfind(
        "DisorderDisorderAssociationList/DisorderDisorderAssociation"
    ):
        how = text(association, "DisorderDisorderAssociationType/Name")
        target = association.find("TargetDisorder")
        own = target is None or target.get("cycle") == "true"
        number = "" if own or target is None else code(target)
        if how in _MOVED and number.isdigit() and f"ORPHA:{number}" != record:
            yield f"ORPHA:{number}", how


def _definition(element: Element) -> str:
    """Return the definition as plain text; Orphanet's has escaped HTML in it."""
    for section in element.iterfind(
        "SummaryInformationList/SummaryInformation/TextSectionList/TextSection"
    ):
        if text(section, "TextSectionType/Name") == "Definition":
            return " ".join(unescape(_TAG.sub("", text(section, "Contents"))).split())
    return ""
