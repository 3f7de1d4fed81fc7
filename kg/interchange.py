"""The conditions in other people's formats: SSSOM, OBO Graphs JSON and GraphML.

- `sssom`: the mappings as a table, https://mapping-commons.github.io/sssom/
- `obographs`: the hierarchy as an ontology, https://github.com/geneontology/obographs
- `graphml`: the hierarchy as networkx and Cytoscape read it, http://graphml.graphdrawing.org
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

import pyoxigraph as ox

from . import __version__
from .errors import UnknownFormat
from .identifiers import compress
from .store import Store
from .vocabulary import DCTERMS, DKG, GRAPH, MATCHES, OBOINOWL, RDFS, SKOS

Writer = Callable[["Conditions", BinaryIO], None]

_SYNONYMS = {
    SKOS.altLabel: "hasExactSynonym",
    OBOINOWL.hasBroadSynonym: "hasBroadSynonym",
    OBOINOWL.hasNarrowSynonym: "hasNarrowSynonym",
    OBOINOWL.hasRelatedSynonym: "hasRelatedSynonym",
}
_REPLACED_BY = "http://purl.obolibrary.org/obo/IAO_0100001"
_CONSIDER = OBOINOWL.base + "consider"
_XREF = SKOS.mappingRelation
_MAPPED = (*MATCHES, _XREF)


class Conditions:
    """What is told of the conditions of a store, or of those of a branch (an IRI), in order."""

    def __init__(self, store: Store, branch: str | None = None) -> None:
        self.store = store
        taxonomy = store.arrays.taxonomy("condition")
        self.iris = sorted(taxonomy.iris)
        self.withdrawn: list[str] = []
        if branch is None:
            kind = ox.NamedNode(DKG.DeprecatedCondition)
            found = store.find(None, None, kind)
            self.withdrawn = sorted({quad.subject.value for quad in found})
        elif branch in taxonomy.numbers:
            number = taxonomy.numbers[branch]
            self.iris = sorted([branch, *(taxonomy.iris[n] for n in taxonomy.below[number])])
        else:
            self.iris = []

    def said(self, *predicates: str) -> dict[str, list[tuple[str, Any, str]]]:
        """Return (predicate, object, graph) of the conditions, sorted, for some predicates.

        The objects are terms of pyoxigraph.
        """
        known = {*self.iris, *self.withdrawn}
        found: dict[str, list[tuple[str, Any, str]]] = defaultdict(list)
        for predicate in predicates:
            for quad in self.store.find(None, ox.NamedNode(predicate)):
                if quad.subject.value in known:
                    graph = getattr(quad.graph_name, "value", "")
                    found[quad.subject.value].append((predicate, quad.object, graph))
        for told in found.values():
            told.sort(key=lambda one: (one[0], one[1].value, one[2]))
        return found

    def labels(self) -> dict[str, str]:
        """Return the preferred names in English."""
        return {
            iri: term.value
            for iri, told in self.said(SKOS.prefLabel).items()
            for _, term, _ in told
            if term.language == "en"
        }


def write(store: Store, stream: BinaryIO, format: str, branch: str | None = None) -> None:
    """Write the conditions, or those of a branch (an IRI), in one of FORMATS.

    The same graph gives the same bytes. Raises UnknownFormat.
    """
    if format not in FORMATS:
        raise UnknownFormat(format, list(FORMATS))
    FORMATS[format](Conditions(store, branch), stream)


def sssom(conditions: Conditions, stream: BinaryIO) -> None:
    """Write the mappings as SSSOM: a head in YAML, then a row a mapping.

    The justification is unspecified, because the publishers do not state one; `mapping_source` is
    the graph that says it, and what is concluded from others is left out.
    """
    labels = conditions.labels()
    rows: list[tuple[str, ...]] = []
    prefixes: dict[str, str] = {}
    for iri, told in conditions.said(*_MAPPED).items():
        for predicate, term, graph in told:
            subject, object = _curie(iri, prefixes), _curie(term.value, prefixes)
            if subject and object and graph != GRAPH + "inferred":
                relation = "skos:" + predicate.removeprefix(SKOS.base)
                source = "graph:" + graph.removeprefix(GRAPH)
                cells = (subject, labels.get(iri, ""), relation, object, _UNSPECIFIED, source)
                rows.append(tuple(" ".join(cell.split()) for cell in cells))
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
    for row in sorted(set(rows)):
        stream.write(("\t".join(row) + "\n").encode())


_COLUMNS = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "mapping_justification",
    "mapping_source",
)
_UNSPECIFIED = "semapv:UnspecifiedMatching"


def _curie(iri: str, prefixes: dict[str, str]) -> str:
    """Return a CURIE, "" for what has none, and note what its prefix stands for."""
    curie = compress(iri) or ""
    prefix, _, local = curie.partition(":")
    if local and iri.endswith(local):
        prefixes.setdefault(prefix, iri.removesuffix(local))
    return curie


def obographs(conditions: Conditions, stream: BinaryIO) -> None:
    """Write the conditions as an OBO Graph: names, definitions, mappings, what is broader."""
    said = conditions.said(
        SKOS.prefLabel,
        SKOS.definition,
        *_SYNONYMS,
        *_MAPPED,
        DCTERMS.isReplacedBy,
        RDFS.seeAlso,
        SKOS.broader,
    )
    withdrawn = set(conditions.withdrawn)
    known = {*conditions.iris, *withdrawn}
    ordered = [*conditions.iris, *conditions.withdrawn]
    edges = [
        {"sub": iri, "pred": "is_a", "obj": term.value}
        for iri in conditions.iris
        for predicate, term, _ in said.get(iri, ())
        if predicate == SKOS.broader and term.value in known
    ]
    graph = {
        "id": "https://w3id.org/disease-kg/conditions",
        "meta": {"version": f"https://w3id.org/disease-kg/conditions/{__version__}"},
        "nodes": [_node(iri, said.get(iri, []), iri in withdrawn) for iri in ordered],
        "edges": edges,
    }
    text = json.dumps({"graphs": [graph]}, indent=1, ensure_ascii=False)
    stream.write(text.encode() + b"\n")


def _node(iri: str, told: list[tuple[str, Any, str]], withdrawn: bool) -> dict[str, Any]:
    """Return one condition as OBO Graphs tells a class."""
    node: dict[str, Any] = {"id": iri, "type": "CLASS"}
    synonyms: dict[tuple[str, str], None] = {}
    xrefs: dict[str, None] = {}
    properties: dict[tuple[str, str], None] = {}
    meta: dict[str, Any] = {}
    for predicate, term, _ in told:
        value, english = term.value, getattr(term, "language", None) in (None, "en")
        if predicate == SKOS.prefLabel and english:
            node["lbl"] = value
        elif predicate == SKOS.definition and english:
            meta.setdefault("definition", {"val": value})
        elif predicate in _SYNONYMS and english:
            synonyms[_SYNONYMS[predicate], value] = None
        elif predicate in _MAPPED:
            xrefs[compress(value) or value] = None
            if predicate != _XREF:
                properties[predicate, value] = None
        elif predicate == DCTERMS.isReplacedBy:
            properties[_REPLACED_BY, value] = None
        elif predicate == RDFS.seeAlso and withdrawn:
            properties[_CONSIDER, value] = None
    if synonyms:
        meta["synonyms"] = [{"pred": pred, "val": val} for pred, val in synonyms]
    if xrefs:
        meta["xrefs"] = [{"val": val} for val in xrefs]
    if properties:
        meta["basicPropertyValues"] = [{"pred": pred, "val": val} for pred, val in properties]
    if withdrawn:
        meta["deprecated"] = True
    return {**node, "meta": meta} if meta else node


def graphml(conditions: Conditions, stream: BinaryIO) -> None:
    """Write the hierarchy as GraphML: edges from general to specific, as `DiseaseKG.networkx`.

    Each condition has its name, and the authorities that list it as rare, with spaces between.
    """
    labels = conditions.labels()
    rare = _values(conditions.said(DKG.rareAccordingTo))
    keys = {"label": "name", "rare": "listed as rare by"}
    stream.write(
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b'<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    )
    for id, name in keys.items():
        key = f'<key id="{id}" for="node" attr.name="{name}" attr.type="string"/>\n'
        stream.write(key.encode())
    stream.write(b'<graph id="conditions" edgedefault="directed">\n')
    for iri in conditions.iris:
        data = {"label": labels.get(iri, ""), "rare": " ".join(rare.get(iri, ()))}
        told = "".join(f'<data key="{k}">{_xml(v)}</data>' for k, v in data.items() if v)
        stream.write(f'<node id="{_xml(compress(iri) or iri)}">{told}</node>\n'.encode())
    known = set(conditions.iris)
    for iri, told_of in sorted(conditions.said(SKOS.broader).items()):
        for _, term, _ in told_of:
            if iri in known and term.value in known:
                ends = [_xml(compress(end) or end) for end in (term.value, iri)]
                stream.write(f'<edge source="{ends[0]}" target="{ends[1]}"/>\n'.encode())
    stream.write(b"</graph>\n</graphml>\n")


def _values(said: Mapping[str, Iterable[tuple[str, Any, str]]]) -> dict[str, list[str]]:
    return {
        iri: list(dict.fromkeys(compress(term.value) or term.value for _, term, _ in told))
        for iri, told in said.items()
    }


def _xml(text: str) -> str:
    """Return text as XML can have it: no control characters, nothing that is markup."""
    return escape("".join(_sayable(text)), {'"': "&quot;"})


def _sayable(text: str) -> Iterator[str]:
    return (c if c >= " " or c in "\t\n" else " " for c in text)


FORMATS: dict[str, Writer] = {"sssom": sssom, "obographs": obographs, "graphml": graphml}
"""What writes each format."""
