"""The conditions as an OBO Graph, https://github.com/geneontology/obographs.

Names, definitions, mappings, what is broader, and who says rare, as subsets.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from .. import __version__
from ..vocabulary import DCTERMS, DKG, MAPPED, OBOINOWL, RDFS, SKOS
from .conditions import SYNONYMS, Conditions, Said, xrefs

TOLD = (
    *(SKOS.prefLabel, SKOS.definition, SKOS.broader, DCTERMS.isReplacedBy, RDFS.seeAlso),
    *(DKG.rareAccordingTo, *SYNONYMS, *MAPPED),
)
"""What an ontology tells of a condition."""

_SCOPES = {way: f"has{scope.title()}Synonym" for way, scope in SYNONYMS.items()}
_REPLACED_BY = "http://purl.obolibrary.org/obo/IAO_0100001"
_CONSIDER = OBOINOWL.base + "consider"
_ID = "https://w3id.org/disease-kg/conditions"


def write(conditions: Conditions, stream: BinaryIO) -> None:
    """Write the conditions as one graph, a node or an edge on each line."""
    meta = json.dumps({"version": f"{_ID}/{__version__}"})
    stream.write(f'{{"graphs": [{{\n"id": "{_ID}",\n"meta": {meta},\n"nodes": ['.encode())
    edges: list[dict[str, str]] = []

    def nodes() -> Iterator[dict[str, Any]]:
        for said in conditions.told(*TOLD):
            for value in conditions.broader(said):
                edges.append({"sub": said.iri, "pred": "is_a", "obj": value.text})
            yield _node(said)

    _write_lines(nodes(), stream)
    stream.write(b'],\n"edges": [')
    _write_lines(iter(edges), stream)
    stream.write(b"]\n}]}\n")


def _write_lines(objects: Iterator[dict[str, Any]], stream: BinaryIO) -> None:
    between = "\n"
    for one in objects:
        stream.write((between + json.dumps(one, ensure_ascii=False)).encode())
        between = ",\n"


def _node(said: Said) -> dict[str, Any]:
    """Return one condition as OBO Graphs tells a class."""
    properties = [
        (way, value) for way in MAPPED if way != SKOS.mappingRelation for value in said.all(way)
    ]
    properties += [(_REPLACED_BY, value) for value in said.all(DCTERMS.isReplacedBy)]
    if said.withdrawn:
        properties += [(_CONSIDER, value) for value in said.all(RDFS.seeAlso)]
    definition = said.english(SKOS.definition)
    meta = {
        "definition": {"val": definition} if definition else None,
        "subsets": said.all(DKG.rareAccordingTo),
        "xrefs": [{"val": xref} for xref in xrefs(said)],
        "synonyms": [{"pred": _SCOPES[way], "val": name} for way, name in synonyms(said)],
        "basicPropertyValues": [{"pred": pred, "val": val} for pred, val in properties],
        "deprecated": said.withdrawn,
    }
    node: dict[str, Any] = {"id": said.iri, "type": "CLASS"}
    if label := said.english(SKOS.prefLabel):
        node["lbl"] = label
    return {**node, "meta": {key: value for key, value in meta.items() if value}}


def synonyms(said: Said) -> list[tuple[str, str]]:
    """Return the other names in English, each with the property that it is by."""
    return [
        (way, name)
        for way in SYNONYMS
        for name in dict.fromkeys(v.text for v in said[way] if v.language in ("en", ""))
    ]
