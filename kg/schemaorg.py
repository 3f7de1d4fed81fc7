"""A condition as schema.org says it, for search engines: https://schema.org/MedicalCondition."""

from __future__ import annotations

from typing import Any

from .conditions import Condition
from .things import CONTRIBUTES, Code, Thing
from .words import distinct

_SYSTEMS = {
    "ICD9": "ICD-9",
    "ICD10": "ICD-10",
    "ICD10CM": "ICD-10-CM",
    "ICD11": "ICD-11",
    "MESH": "MeSH",
    "SCTID": "SNOMED CT",
}
"""The names of coding systems that are commonly written otherwise than here."""

_NO_CODES = ("HGNC", "PMID", "Wikipedia")
"""What cross-references also lead to, and is no code of a condition."""


def medical_condition(condition: Condition, page: str = "") -> dict[str, Any]:
    """Return the JSON-LD of a condition; `page` is the address of its page, if it has one.

    Only what is stated: an empty part is left out. What a machine read out of texts is, too, and
    so is a gene that no source says causes the condition or makes it likelier.
    """
    treatments = [action for action in condition.actions if not action.mined]
    symptoms = [symptom for symptom in condition.symptoms if not symptom.excluded]
    risks = [one for one in condition.associated if one.role == CONTRIBUTES]
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "MedicalCondition",
        "@id": condition.iri,
        "url": page,
        "name": condition.label,
        "alternateName": distinct(condition.names, condition.label),
        "description": condition.definition.text,
        "code": [_code(curie) for curie in _joined(condition.codes)],
        "associatedAnatomy": _things(condition.sites, "AnatomicalStructure"),
        "signOrSymptom": _things(symptoms, "MedicalSignOrSymptom"),
        "cause": _things(condition.causes, "MedicalCause"),
        "riskFactor": _things(risks, "MedicalRiskFactor"),
        "possibleTreatment": _things(treatments, "MedicalTherapy"),
        "relevantSpecialty": [
            {"@type": "MedicalSpecialty", "@id": iri} for iri in condition.specialties
        ],
        "epidemiology": "; ".join(condition.prevalence),
    }
    return {key: value for key, value in said.items() if value}


def _joined(codes: list[Code]) -> list[str]:
    """Return the records that are the condition's own: no broader, narrower or close ones."""
    own = (code.curie for code in codes if code.match in ("exactMatch", "mappingRelation"))
    return list(dict.fromkeys(curie for curie in own if curie.partition(":")[0] not in _NO_CODES))


def _code(curie: str) -> dict[str, str]:
    registry, _, value = curie.partition(":")
    return {
        "@type": "MedicalCode",
        "codingSystem": _SYSTEMS.get(registry, registry),
        "codeValue": value,
    }


def _things(things: list[Any], kind: str) -> list[dict[str, str]]:
    unique: dict[str, Thing] = {thing.iri: thing for thing in things}
    return [{"@type": kind, "@id": iri, "name": thing.label} for iri, thing in unique.items()]
