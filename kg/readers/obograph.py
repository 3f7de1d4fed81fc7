"""OBO Graphs JSON: the same ontologies as `obo`, as a graph of nodes and edges.

Format: https://github.com/geneontology/obographs
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import SourceError
from ..records import Mapping, Name, Record, Release, Skipped, Tag, Term
from ..vocabulary import MATCHES, SKOS
from .files import content
from .terms import PART_OF, SITES, checked, is_lay, scope_of

_REPLACED_BY = "http://purl.obolibrary.org/obo/IAO_0100001"
_CONSIDER = "http://www.geneontology.org/formats/oboInOwl#consider"
_ALTERNATIVE = "http://www.geneontology.org/formats/oboInOwl#hasAlternativeId"
_LICENSE = "http://purl.org/dc/terms/license"


def read(path: Path) -> Iterator[Record]:
    """Yield the Release, then one Term per class node, in the file's order.

    Cross-references have no sources in this format: those that the node also states as a SKOS
    match have its meaning, the others are bare. Raises SourceError.
    """
    graph = _graph(path)
    where = "meta"
    try:
        meta = graph.get("meta") or {}
        yield Release(_text(meta.get("version")), _value(meta, _LICENSE))
        where = "edges"
        edges = _edges(graph)
        for position, node in enumerate(graph["nodes"]):
            where = f"node {position}"
            if "id" not in node:
                yield Skipped(where, "no identifier")
            elif node.get("type", "CLASS") == "CLASS":
                yield from _term(node, edges.get(node["id"], []))
    except (KeyError, TypeError, AttributeError, UnicodeEncodeError) as error:
        raise SourceError(path, f"is no OBO Graph there ({error!r})", where) from error


def _graph(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(content(path))
    except (ValueError, RecursionError) as error:
        raise SourceError(path, f"is not JSON ({error})", advice="download it again") from error
    graphs = document.get("graphs") if isinstance(document, dict) else None
    graph = graphs[0] if isinstance(graphs, list) and graphs else None
    if not isinstance(graph, dict) or not isinstance(graph.get("nodes"), list):
        raise SourceError(path, 'is JSON but no OBO Graph: it has no "graphs" with "nodes"')
    return graph


def _edges(graph: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """Return (predicate, object) pairs by subject, those of logical definitions included."""
    edges: dict[str, list[tuple[str, str]]] = {}
    for edge in graph.get("edges") or []:
        edges.setdefault(edge["sub"], []).append((edge["pred"], edge["obj"]))
    for axiom in graph.get("logicalDefinitionAxioms") or []:
        for restriction in axiom.get("restrictions") or []:
            if restriction:
                pair = (restriction["propertyId"], restriction["fillerId"])
                edges.setdefault(axiom["definedClassId"], []).append(pair)
    return edges


def _term(node: dict[str, Any], edges: list[tuple[str, str]]) -> Iterator[Term | Skipped]:
    meta = node.get("meta") or {}
    id = str(node["id"])
    properties = [(p["pred"], p["val"]) for p in meta.get("basicPropertyValues") or []]
    mappings = [Mapping(id, p, v) for p, v in properties if p in MATCHES]
    mappings += [Mapping(id, SKOS.mappingRelation, x["val"]) for x in meta.get("xrefs") or []]
    term = Term(
        id,
        name=_text(node.get("lbl")),
        definition=_text((meta.get("definition") or {}).get("val")),
        names=tuple(map(_name, meta.get("synonyms") or [])),
        parents=_objects(edges, frozenset({"is_a"})),
        part_of=_objects(edges, PART_OF),
        sites=_objects(edges, SITES),
        mappings=tuple(mappings),
        tags=tuple(Tag(iri.rpartition("#")[2]) for iri in meta.get("subsets") or []),
        deprecated=bool(meta.get("deprecated")),
        replaced_by=tuple(v for p, v in properties if p == _REPLACED_BY),
        consider=tuple(v for p, v in properties if p == _CONSIDER),
        alternatives=tuple(v for p, v in properties if p == _ALTERNATIVE),
        comment=_text("\n".join(meta.get("comments") or [])),
    )
    yield from checked(term)


def _name(synonym: dict[str, Any]) -> Name:
    type = _text(synonym.get("synonymType"))
    return Name(_text(synonym["val"]), scope_of(synonym["pred"]), lay=is_lay(type))


def _text(value: object) -> str:
    """Return a text that may be missing; raises TypeError, UnicodeEncodeError for what is none."""
    if not isinstance(value, str | None):
        raise TypeError(f"{value!r} is no text")
    (value or "").encode()  # JSON can escape half a character
    return value or ""


def _objects(edges: list[tuple[str, str]], predicates: frozenset[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(o for predicate, o in edges if predicate in predicates))


def _value(meta: dict[str, Any], predicate: str) -> str:
    values = meta.get("basicPropertyValues") or []
    return next((_text(p["val"]) for p in values if p.get("pred") == predicate), "")
