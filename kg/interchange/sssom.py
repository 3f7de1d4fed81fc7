"""The mappings as a table, https://mapping-commons.github.io/sssom/: a head in YAML, then rows.

The justification is unspecified, because the publishers do not state one; `mapping_source` is the
graph that says it, and what is concluded from others is left out.
"""

from __future__ import annotations

from typing import BinaryIO

from .. import __version__
from ..identifiers import compress
from ..vocabulary import GRAPH, INFERRED, MAPPED, SKOS
from .conditions import Conditions

_COLUMNS = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "mapping_justification",
    "mapping_source",
)
_UNSPECIFIED = "semapv:UnspecifiedMatching"


def write(conditions: Conditions, stream: BinaryIO) -> None:
    """Write the mappings of the conditions, a row each."""
    rows: set[tuple[str, ...]] = set()
    prefixes: dict[str, str] = {}
    for said in conditions.told(SKOS.prefLabel, *MAPPED):
        subject = _curie(said.iri, prefixes)
        for predicate in MAPPED:
            relation = "skos:" + predicate.removeprefix(SKOS.base)
            for value in said[predicate]:
                object = _curie(value.text, prefixes)
                if subject and object and value.graph != INFERRED:
                    label = " ".join(said.english(SKOS.prefLabel).split())
                    source = "graph:" + value.source
                    rows.add((subject, label, relation, object, _UNSPECIFIED, source))
    prefixes |= {"skos": SKOS.base, "semapv": "https://w3id.org/semapv/vocab/", "graph": GRAPH}
    head = ["#curie_map:"]
    head += [f'#  {prefix}: "{base}"' for prefix, base in sorted(prefixes.items())]
    head += [
        '#license: "https://w3id.org/sssom/license/unspecified"',
        '#mapping_set_id: "https://w3id.org/disease-kg/mappings"',
        '#mapping_set_title: "disease-kg mappings"',
        f'#mapping_tool: "disease-kg"\n#mapping_tool_version: "{__version__}"',
        "\t".join(_COLUMNS),
    ]
    stream.write(("\n".join(head) + "\n").encode())
    for row in sorted(rows):
        stream.write(("\t".join(row) + "\n").encode())


def _curie(iri: str, prefixes: dict[str, str]) -> str:
    """Return a CURIE, "" for what has none, and note what its prefix stands for."""
    curie = compress(iri) or ""
    prefix, _, local = curie.partition(":")
    if local and iri.endswith(local):
        prefixes.setdefault(prefix, iri.removesuffix(local))
    return curie
