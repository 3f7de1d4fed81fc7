"""The conditions in JSON-LD as schema.org says them, https://schema.org/MedicalCondition."""

from __future__ import annotations

import json
from typing import BinaryIO

from ..conditions import Condition
from ..schemaorg import medical_condition
from .conditions import Conditions


def write(conditions: Conditions, stream: BinaryIO) -> None:
    """Write the conditions in force, one on each line of one document."""
    stream.write(b'{"@context": "https://schema.org", "@graph": [')
    between = "\n"
    for iri in conditions.iris:
        said = medical_condition(Condition(conditions.store, iri))
        del said["@context"]
        stream.write((between + json.dumps(said, ensure_ascii=False)).encode())
        between = ",\n"
    stream.write(b"\n]}\n")
