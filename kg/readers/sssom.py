"""SSSOM/TSV: mappings between records of two registries.

Format: https://mapping-commons.github.io/sssom/tsv/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ..records import Mapping, Record, Release, Skipped
from ..vocabulary import SKOS
from .files import lines
from .tables import identifier, rows

_COLUMNS = ("subject_id", "predicate_id", "object_id")
_MODIFIER = "predicate_modifier"
_PREDICATES = {
    "skos:exactMatch": SKOS.exactMatch,
    "skos:closeMatch": SKOS.closeMatch,
    "skos:broadMatch": SKOS.broadMatch,
    "skos:narrowMatch": SKOS.narrowMatch,
    "skos:relatedMatch": SKOS.relatedMatch,
    "skos:mappingRelation": SKOS.mappingRelation,
    "oboInOwl:hasDbXref": SKOS.mappingRelation,
}
_HEAD = re.compile(r"#\s*(\w+):\s*(\S.*)$")
_CURIE_MAP = re.compile(r"#\s+([\w.-]+):\s*['\"]?([^\s'\"]+)['\"]?$")


def read(path: Path) -> Iterator[Record]:
    """Yield the Release, then one Mapping per row; Skipped for a predicate that is no match
    or that is denied.

    Identifiers are read through the file's own curie map. Raises SourceError.
    """
    said, prefixes = _head(path)
    yield Release(said.get("mapping_set_version", ""), said.get("license", ""))
    for number, (left, relation, right, modifier) in rows(path, _COLUMNS, (_MODIFIER,)):
        predicate = _PREDICATES.get(relation)
        subject, object = (
            identifier(path, number, _expanded(each, prefixes)) for each in (left, right)
        )
        if modifier:
            yield Skipped(f"line {number}", f"the predicate is denied ({modifier})")
        elif predicate is None:
            yield Skipped(f"line {number}", f"the predicate {relation} is no match")
        elif subject and object:
            yield Mapping(subject, predicate, object)
        else:
            yield Skipped(f"line {number}", "refers to an identifier of no registry")


def _head(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return the single values of the commented head, and its curie map."""
    said: dict[str, str] = {}
    prefixes: dict[str, str] = {}
    for _, line in lines(path):
        if not line.startswith("#"):
            break
        indented = line.startswith(("#  ", "#\t"))
        if indented and (match := _CURIE_MAP.match(line)):
            prefixes[match[1]] = match[2]
        elif match := _HEAD.match(line):
            said[match[1]] = match[2].strip("'\"")
    return said, prefixes


def _expanded(curie: str, prefixes: dict[str, str]) -> str:
    """Return an identifier as the file's own curie map means it."""
    prefix, _, local = curie.partition(":")
    return prefixes[prefix] + local if prefix in prefixes else curie
