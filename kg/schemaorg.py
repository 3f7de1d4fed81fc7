"""A condition as schema.org says it, for search engines: https://schema.org/MedicalCondition."""

from __future__ import annotations

from typing import Any

from .conditions import Condition
from .pages import DISCLAIMER
from .things import CONTRIBUTES, Thing


def medical_condition(condition: Condition, page: str = "") -> dict[str, Any]:
    """Return the JSON-LD of a condition; `page` is the address of the page that carries it.

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
        "alternateName": condition.names,
        "description": condition.definition.text,
        "disambiguatingDescription": DISCLAIMER,
        "code": [_code(code.curie) for code in condition.codes if code.match == "exactMatch"],
        "associatedAnatomy": _things(condition.sites, "AnatomicalStructure"),
        "signOrSymptom": _things(symptoms, "MedicalSignOrSymptom"),
        "cause": _things(condition.causes, "MedicalCause"),
        "riskFactor": _things(risks, "MedicalRiskFactor"),
        "possibleTreatment": _things(treatments, "MedicalTherapy"),
        "relevantSpecialty": [
            one.label for one in {s.iri: s for s in condition.specialists}.values()
        ],
        "epidemiology": "; ".join(condition.prevalence),
    }
    return {key: value for key, value in said.items() if value}


def _code(curie: str) -> dict[str, str]:
    system, _, value = curie.partition(":")
    return {"@type": "MedicalCode", "codingSystem": system, "codeValue": value}


def _things(things: list[Any], kind: str) -> list[dict[str, str]]:
    unique: dict[str, Thing] = {thing.iri: thing for thing in things}
    return [{"@type": kind, "@id": iri, "name": thing.label} for iri, thing in unique.items()]
