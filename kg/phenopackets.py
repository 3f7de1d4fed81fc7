"""GA4GH Phenopackets, version 2, as JSON: a patient's findings in, ranked conditions out.

Format: https://phenopacket-schema.readthedocs.io/en/2.0.0/
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import __version__
from .errors import SourceError
from .identifiers import short

if TYPE_CHECKING:
    from .ranking import Candidate

_MOST = 10_000
"""No patient has more findings."""


@dataclass(frozen=True, slots=True)
class Patient:
    """The findings of one phenopacket, as CURIEs in its order."""

    id: str = ""
    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


def read(path: Path) -> Patient:
    """Return the findings of a phenopacket; raises SourceError for a file that is none."""
    try:
        return parse(path.read_bytes(), path)
    except OSError as error:
        raise SourceError(path, f"cannot be read: {error.strerror}") from error


def parse(text: bytes | str, path: Path | str = "standard input") -> Patient:
    """Return the findings of a phenopacket's JSON; raises SourceError."""
    try:
        packet = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError(path, f"is not JSON ({error})") from error
    features = packet.get("phenotypicFeatures") if isinstance(packet, dict) else None
    if not isinstance(features, list) or len(features) > _MOST:
        problem = f'has no list "phenotypicFeatures" of at most {_MOST:,} findings'
        raise SourceError(path, problem, advice="a phenopacket of version 2 is needed")
    present: dict[str, None] = {}
    absent: dict[str, None] = {}
    for number, feature in enumerate(features):
        try:
            id = feature["type"]["id"]
            excluded = feature.get("excluded", False)
        except (KeyError, TypeError, AttributeError) as error:
            where = f"phenotypicFeatures[{number}]"
            raise SourceError(path, 'has no "type" with an "id"', where) from error
        (absent if excluded else present)[str(id)] = None
    return Patient(str(packet.get("id", "")), tuple(present), tuple(absent))


def written(
    patient: Patient, candidates: Sequence[Candidate], labels: dict[str, str], created: str
) -> str:
    """Return a phenopacket of the findings with the candidates as interpretations in progress.

    `labels` has the names of the findings by CURIE, `created` is a time in RFC 3339.
    """
    features: list[dict[str, Any]] = [{"type": _class(curie, labels)} for curie in patient.present]
    features += [{"type": _class(curie, labels), "excluded": True} for curie in patient.absent]
    packet = {
        "id": patient.id or "differential",
        "subject": {"id": patient.id or "patient"},
        "phenotypicFeatures": features,
        "interpretations": [
            {
                "id": f"{patient.id or 'differential'}-{candidate.rank}",
                "progressStatus": "IN_PROGRESS",
                "diagnosis": {
                    "disease": {
                        "id": candidate.condition.curie,
                        "label": candidate.condition.label,
                    }
                },
                "summary": f"rank {candidate.rank}, score {candidate.score:.3f}",
            }
            for candidate in candidates
        ],
        "metaData": {
            "created": created,
            "createdBy": f"disease-kg {__version__}",
            "resources": list(_resources([*patient.present, *patient.absent])),
            "phenopacketSchemaVersion": "2.0.0",
        },
    }
    return json.dumps(packet, indent=2, ensure_ascii=False) + "\n"


def _class(curie: str, labels: dict[str, str]) -> dict[str, str]:
    return {"id": curie, "label": labels.get(curie, "")}


def _resources(curies: Iterable[str]) -> Iterable[dict[str, str]]:
    """Yield what the identifiers are of."""
    known = {
        "HP": ("human phenotype ontology", "http://purl.obolibrary.org/obo/HP_"),
        "MONDO": ("Mondo Disease Ontology", "http://purl.obolibrary.org/obo/MONDO_"),
    }
    for prefix in dict.fromkeys([*(curie.partition(":")[0] for curie in curies), "MONDO"]):
        if prefix in known:
            name, base = known[prefix]
            yield {
                "id": prefix.lower(),
                "name": name,
                "url": f"http://purl.obolibrary.org/obo/{prefix.lower()}.owl",
                "namespacePrefix": prefix,
                "iriPrefix": base,
            }


def curies(iris: Iterable[str]) -> tuple[str, ...]:
    """Return the CURIEs of findings, as a phenopacket names them."""
    return tuple(short(iri) for iri in iris)
