"""The conditions in FHIR R4: a CodeSystem, and a ConceptMap for each registry of other records.

https://hl7.org/fhir/R4/codesystem.html, https://hl7.org/fhir/R4/conceptmap.html. They come in one
Bundle, with the ValueSet of all. A concept may have several parents, so the concepts are a flat
list, each with its parents as properties. What the system of a registry's codes is called is as HL7
has it (https://terminology.hl7.org), where HL7 has it.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from .. import __version__
from ..identifiers import converter, short
from ..licensing import licensed
from ..vocabulary import AUTHORITY, DCTERMS, DKG, INFERRED, MAPPED, SKOS, SPECIALIST
from .conditions import SYNONYMS, Conditions, Said

_BASE = "https://w3id.org/disease-kg/fhir/"
_SYSTEM = _BASE + "CodeSystem/conditions"
_VALUE_SET = _BASE + "ValueSet/conditions"
_DESCRIPTION = (
    "Conditions of a knowledge graph of diseases. Information, not medical advice; where nothing "
    "is stated, there may still be something to know."
)
_HL7 = "http://hl7.org/fhir/concept-properties#"

SYSTEMS = {
    "SCTID": "http://snomed.info/sct",
    "ICD9": "http://hl7.org/fhir/sid/icd-9-cm",
    "ICD10": "http://hl7.org/fhir/sid/icd-10",
    "ICD10CM": "http://hl7.org/fhir/sid/icd-10-cm",
    "ICD11": "http://id.who.int/icd/entity",
    "icd11.code": "http://id.who.int/icd/release/11/mms",
    "ICDO": "http://terminology.hl7.org/CodeSystem/icd-o-3",
    "ORPHA": "http://www.orpha.net",
    "OMIM": "http://www.omim.org",
    "OMIMPS": "http://www.omim.org",
    "MESH": "https://www.nlm.nih.gov/mesh",
    "MEDDRA": "https://www.meddra.org",
    "NCIT": "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl",
    "UMLS": "http://terminology.hl7.org/CodeSystem/umls",
    "MEDGEN": "https://www.ncbi.nlm.nih.gov/medgen",
    "HP": "http://human-phenotype-ontology.org",
    "DOID": "http://purl.obolibrary.org/obo/doid.owl",
    "MONDO": "http://purl.obolibrary.org/obo/mondo.owl",
    "EFO": "http://www.ebi.ac.uk/efo/efo.owl",
}
"""The URI of the code system of each registry; of others the base of their IRIs is taken."""

_WHOLE = ("HP", "DOID", "MONDO", "EFO")
"""Registries whose codes have the prefix: DOID:0050836."""

_NO_REGISTRIES = ("PMID", "Wikipedia", "http", "https")
"""What cross-references lead to and has no codes: publications and pages."""

_EQUIVALENCE = {
    SKOS.exactMatch: "equivalent",
    SKOS.broadMatch: "wider",
    SKOS.narrowMatch: "narrower",
    SKOS.closeMatch: "relatedto",
    SKOS.relatedMatch: "relatedto",
    SKOS.mappingRelation: "relatedto",
}
"""What a target is to a condition; the surest first."""

_COMMENTS = {
    SKOS.narrowMatch: "The target is narrower than the condition.",
    SKOS.closeMatch: "A close match.",
    SKOS.mappingRelation: "A cross-reference; its source does not say how close the match is.",
}
_PROPERTIES = (
    ("parent", _HL7 + "parent", "A condition that it is directly a kind of", "code"),
    ("status", _HL7 + "status", "active, or retired for what its source has withdrawn", "code"),
    ("inactive", _HL7 + "inactive", "Whether its source has withdrawn it", "boolean"),
    ("replaced-by", "", "The condition that replaces a withdrawn one", "code"),
    ("rare-according-to", DKG.rareAccordingTo, "An authority that lists it as rare", "Coding"),
    ("specialist", DKG.specialist, "A specialist to see", "Coding"),
)
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_SYNONYM = {"system": "http://snomed.info/sct", "code": "900000000000013009", "display": "Synonym"}


def write(conditions: Conditions, stream: BinaryIO) -> None:
    """Write the Bundle: the CodeSystem, a concept a line, then the ConceptMaps."""
    mapped: dict[str, list[tuple[str, str, str, str]]] = defaultdict(list)
    stream.write(b'{"resourceType": "Bundle", "type": "collection", "entry": [\n')
    _write(_code_system(conditions), "}}", "concept", _concepts(conditions, mapped), stream)
    stream.write(b",\n")
    _write(_value_set(), "}}", "", (), stream)
    for registry in sorted(mapped):
        stream.write(b",\n")
        group = {"source": _SYSTEM, "target": _system(registry)}
        resource = {**_concept_map(registry), "group": [group]}
        _write(resource, "}]}}", "element", _elements(registry, mapped[registry]), stream)
    stream.write(b"\n]}\n")


def _write(
    resource: dict[str, Any],
    closing: str,
    key: str,
    items: Iterable[dict[str, Any]],
    stream: BinaryIO,
) -> None:
    """Write a resource as an entry, with items, a line each, as a last key before `closing`."""
    entry = {"fullUrl": resource["url"], "resource": resource}
    stream.write(json.dumps(entry, ensure_ascii=False).removesuffix(closing).encode())
    between = f', "{key}": [\n'
    for item in items:
        stream.write((between + json.dumps(item, ensure_ascii=False)).encode())
        between = ",\n"
    stream.write((f"]{closing}" if between == ",\n" else closing).encode())


def _about(kind: str, id: str, name: str, title: str) -> dict[str, Any]:
    return {
        "resourceType": kind,
        "id": id,
        "url": f"{_BASE}{kind}/{id}",
        "version": __version__,
        "name": name,
        "title": title,
        "status": "active",
        "experimental": False,
        "publisher": "disease-kg",
        "description": _DESCRIPTION,
    }


def _code_system(conditions: Conditions) -> dict[str, Any]:
    owners = (f"{one.title} ({', '.join(one.licenses)})" for one in licensed(conditions.store))
    properties = [
        {"code": code, **({"uri": uri} if uri else {}), "description": text, "type": type}
        for code, uri, text, type in _PROPERTIES
    ]
    return {
        **_about("CodeSystem", "conditions", "DiseaseKGConditions", "disease-kg conditions"),
        "copyright": f"Made from: {'; '.join(owners)}.",
        "caseSensitive": True,
        "valueSet": _VALUE_SET,
        "hierarchyMeaning": "is-a",
        "compositional": False,
        "versionNeeded": False,
        "content": "complete",
        "count": len(conditions.iris) + len(conditions.withdrawn),
        "property": properties,
    }


def _value_set() -> dict[str, Any]:
    about = _about(
        "ValueSet", "conditions", "DiseaseKGAllConditions", "All conditions of disease-kg"
    )
    return {**about, "compose": {"include": [{"system": _SYSTEM}]}}


def _concepts(
    conditions: Conditions, mapped: dict[str, list[tuple[str, str, str, str]]]
) -> Iterator[dict[str, Any]]:
    """Yield the concepts, and gather the mappings of each registry on the way."""
    for said in conditions.told(
        *(SKOS.prefLabel, SKOS.definition, SKOS.broader, DCTERMS.isReplacedBy),
        *(DKG.rareAccordingTo, DKG.specialist, *SYNONYMS, *MAPPED),
    ):
        code, label = short(said.iri), said.english(SKOS.prefLabel)
        for way in _EQUIVALENCE:
            for value in said[way]:
                registry, _, local = short(value.text).partition(":")
                if value.graph != INFERRED and local and registry not in _NO_REGISTRIES:
                    mapped[registry].append((code, label, local, way))
        yield _concept(conditions, said, code, label)


def _concept(conditions: Conditions, said: Said, code: str, label: str) -> dict[str, Any]:
    concept: dict[str, Any] = {"code": code}
    if label:
        concept["display"] = _text(label)
    if definition := said.english(SKOS.definition):
        concept["definition"] = _text(definition)
    if designations := list(_designations(said, label)):
        concept["designation"] = designations
    told: list[tuple[str, str, str | bool]] = [
        ("parent", "valueCode", short(one.text)) for one in conditions.broader(said)
    ]
    told.append(("status", "valueCode", "retired" if said.withdrawn else "active"))
    if said.withdrawn:
        told.append(("inactive", "valueBoolean", True))
    told += [("replaced-by", "valueCode", other) for other in said.curies(DCTERMS.isReplacedBy)]
    properties: list[dict[str, Any]] = [{"code": name, kind: value} for name, kind, value in told]
    for name, way, base in (
        ("rare-according-to", DKG.rareAccordingTo, AUTHORITY),
        ("specialist", DKG.specialist, SPECIALIST),
    ):
        for iri in said.all(way):
            coding = {"system": base.rstrip("/"), "code": iri.removeprefix(base)}
            if display := conditions.label(iri):
                coding["display"] = display
            properties.append({"code": name, "valueCoding": coding})
    return {**concept, "property": properties}


def _designations(said: Said, label: str) -> Iterator[dict[str, Any]]:
    """Yield the other names, with what language they are in."""
    seen = {("en", label)}
    for way in (SKOS.prefLabel, *SYNONYMS):
        for value in said[way]:
            name = value.language or "en", value.text
            if name not in seen and _text(value.text):
                seen.add(name)
                use = {} if way == SKOS.prefLabel else {"use": _SYNONYM}
                yield {"language": name[0], **use, "value": _text(value.text)}


def _concept_map(registry: str) -> dict[str, Any]:
    name = re.sub(r"\W", "", registry)
    return {
        **_about(
            "ConceptMap",
            f"conditions-to-{re.sub(r'[^A-Za-z0-9.-]', '-', registry).lower()}",
            f"DiseaseKGTo{name[:1].upper()}{name[1:]}",
            f"disease-kg conditions to {registry}",
        ),
        "sourceUri": _VALUE_SET,
    }


def _elements(registry: str, mapped: list[tuple[str, str, str, str]]) -> Iterator[dict[str, Any]]:
    """Yield the conditions, each with its targets, of which each has its surest match."""
    targets: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for code, label, local, way in mapped:
        targets[code, label].setdefault(local, way)
    for (code, label), ways in targets.items():
        yield {
            "code": code,
            **({"display": _text(label)} if label else {}),
            "target": [
                {
                    "code": _code(registry, local),
                    "equivalence": _EQUIVALENCE[way],
                    **({"comment": _COMMENTS[way]} if way in _COMMENTS else {}),
                }
                for local, way in sorted(ways.items())
            ],
        }


def _code(registry: str, local: str) -> str:
    if registry == "OMIMPS":
        return f"PS{local}"
    return f"{registry}:{local}" if registry in _WHOLE else local


def _system(registry: str) -> str:
    known = SYSTEMS.get(registry)
    return known or converter().registry(registry).uri_prefix.rstrip("/#:_")


def _text(text: str) -> str:
    """Return text as FHIR allows it: no control characters, nothing blank at its ends."""
    return " ".join(_CONTROL.sub(" ", text).split())
