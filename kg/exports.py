"""The graph as files: Turtle, JSON-LD, TriG, N-Quads, N-Triples and RDF/XML.

The same graph gives the same bytes, whatever order it was built in: statements are sorted by
subject, predicate and object, so that two exports can be compared line by line. Turtle, TriG,
RDF/XML and JSON-LD say the classes of a thing first; N-Triples and N-Quads are in plain order of
their lines. (Blank nodes are sorted by label; the builds make none, every name of theirs an IRI.)

TriG and N-Quads keep the graph that each statement is in. The other formats are the union of the
graphs, what is said in several of them written once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeAlias, cast

import pyoxigraph as ox

from . import resources
from .errors import DiseaseKGError, UnknownFormat, UnknownThing
from .output import replacing
from .store import Store, Term
from .vocabulary import DCTERMS, DKG, GRAPH, PREFIXES, PROV, RDF, SKOS, SPDX

Progress: TypeAlias = Callable[[str], None]
Subject: TypeAlias = ox.NamedNode | ox.BlankNode
_Graph: TypeAlias = ox.NamedNode | ox.DefaultGraph


class Format(NamedTuple):
    """A format that the graph can be written in."""

    media_type: str
    suffix: str
    keeps_graphs: bool = False


FORMATS = {
    "turtle": Format("text/turtle", ".ttl"),
    "jsonld": Format("application/ld+json", ".jsonld"),
    "trig": Format("application/trig", ".trig", keeps_graphs=True),
    "nquads": Format("application/n-quads", ".nq", keeps_graphs=True),
    "ntriples": Format("application/n-triples", ".nt"),
    "rdfxml": Format("application/rdf+xml", ".rdf"),
}
"""The formats by their names."""

_ENGINE = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
_STEP = 100_000
"""After so many subjects an export says how far it has come."""

_EXPLAINING = {
    DKG.authority,
    DKG.rareAccordingTo,
    DKG.notRareAccordingTo,
    DKG.criterion,
    DKG.frequency,
    PROV.wasDerivedFrom,
    DCTERMS.source,
    SPDX.checksum,
}
"""Properties whose objects are described whole: what a reader needs to judge a statement."""

_NAMING = {RDF.type, SKOS.prefLabel, SKOS.notation, DCTERMS.title}
"""What is said of everything else that is referred to."""

_SUBJECTS = "SELECT DISTINCT ?subject WHERE { ?subject ?predicate ?object }"
_NARROWER = "SELECT ?narrower ?branch WHERE { ?narrower skos:broaderTransitive ?branch }"


def export(
    store: Store,
    stream: BinaryIO,
    format: str,
    *,
    condition: str | None = None,
    branch: str | None = None,
    progress: Progress = lambda message: None,
) -> None:
    """Write the whole graph, or what belongs to one condition or to a branch, both given by IRI.

    To a condition belong its own triples and every statement about it, with what explains them:
    whole descriptions of the authorities, their criteria, the premises and the sources' datasets;
    name, identifier and class of all else that is referred to. A branch is a condition with
    everything below it. JSON-LD is compact, its context embedded. Raises UnknownFormat, and
    UnknownThing for a condition that the graph does not have.
    """
    if format not in FORMATS:
        raise UnknownFormat(format, list(FORMATS))
    progress("selecting what is written")
    selection = _select(store, condition, branch, progress)
    progress(f"writing {format}")
    if format == "trig":
        _serialize(_by_graph(store, selection), stream, format)
    elif format == "nquads":
        _serialize(_quads(store, selection, str), stream, format)
    elif format == "jsonld":
        _write_jsonld(_described(store, selection, str), stream)
    else:
        order = str if format == "ntriples" else _classes_first
        triples = chain.from_iterable(_described(store, selection, order))
        if format == "rdfxml":
            _serialize(map(_sayable_in_xml, triples), _EscapingCr(stream), format)
        else:
            _serialize(triples, stream, format)


def export_to(
    store: Store,
    path: Path,
    format: str,
    *,
    condition: str | None = None,
    branch: str | None = None,
    progress: Progress = lambda message: None,
) -> None:
    """Export to a file, which is put in place when it is complete; `.gz` names are compressed.

    The compressed bytes are the same at any time, too. Raises DiseaseKGError for a file that
    cannot be written.
    """
    try:
        with replacing(path) as stream:
            export(store, stream, format, condition=condition, branch=branch, progress=progress)
    except OSError as error:
        raise DiseaseKGError(f"{path} cannot be written: {error.strerror or error}") from error


# What is written


@dataclass(frozen=True, slots=True)
class _Selection:
    """The subjects to write, sorted; those in `named` are only named, the others described."""

    sorted: list[Subject]
    progress: Progress
    named: frozenset[Subject] = frozenset()

    def subjects(self) -> Iterator[Subject]:
        """Iterate over the subjects, and say now and then how far it has come."""
        for number, subject in enumerate(self.sorted):
            if number and number % _STEP == 0:
                self.progress(f"{number:,} of {len(self.sorted):,} subjects")
            yield subject

    def has(self, quad: ox.Quad) -> bool:
        return quad.subject not in self.named or quad.predicate.value in _NAMING


def _select(
    store: Store, condition: str | None, branch: str | None, progress: Progress
) -> _Selection:
    if condition is None and branch is None:
        return _Selection(sorted(_column(store, _SUBJECTS), key=str), progress)
    conditions = {_known(store, iri) for iri in (condition, branch) if iri}
    if branch:
        conditions |= set(_column(store, _NARROWER, branch=ox.NamedNode(branch)))
    described, named = _closed(store, conditions)
    return _Selection(sorted(described | named, key=str), progress, named)


def _column(store: Store, query: str, **bindings: Term) -> Iterator[Any]:
    return (row[0] for row in cast(ox.QuerySolutions, store.query(query, bindings)))


def _known(store: Store, iri: str) -> ox.NamedNode:
    node = ox.NamedNode(iri)
    if not any(store.find(node)):
        raise UnknownThing(iri)
    return node


def _closed(store: Store, conditions: set[ox.NamedNode]) -> tuple[set[Subject], frozenset[Subject]]:
    """Return what is described (conditions, statements, what explains them), and what is named."""
    about = ox.NamedNode(DKG.condition)
    described: set[Subject] = set(conditions)
    for condition in conditions:
        described |= {quad.subject for quad in store.find(None, about, condition)}
    referred: set[Subject] = set()
    waiting = list(described)
    while waiting:
        for quad in store.find(waiting.pop()):
            for node in _explaining(quad) - described:
                described.add(node)
                waiting.append(node)
            if isinstance(quad.object, ox.NamedNode):
                referred.add(quad.object)
    named = (node for node in referred - described if not node.value.startswith(DKG.base))
    return described, frozenset(named)


def _explaining(quad: Any) -> set[Subject]:
    """Return what is to be described because a quad is written: its graph, perhaps its object."""
    of_dataset = quad.subject.value.startswith(GRAPH) and quad.predicate.value != SPDX.checksum
    explains = quad.predicate.value in _EXPLAINING and not of_dataset
    follow = (ox.NamedNode, ox.BlankNode) if explains else ox.BlankNode
    nodes = (quad.graph_name, quad.object if isinstance(quad.object, follow) else None)
    return {node for node in nodes if isinstance(node, ox.NamedNode | ox.BlankNode)}


# In which order


_Order: TypeAlias = Callable[[Any], Any]


def _classes_first(statement: ox.Triple | ox.Quad) -> tuple[bool, str]:
    return statement.predicate.value != RDF.type, str(statement)


def _quads(
    store: Store, selection: _Selection, order: _Order, graph: _Graph | None = None
) -> Iterator[ox.Quad]:
    """Yield the quads of all graphs or of one, subject by subject."""
    for subject in selection.subjects():
        found = store.find(subject, graph=graph)
        yield from sorted(filter(selection.has, found), key=order)


def _by_graph(store: Store, selection: _Selection) -> Iterator[ox.Quad]:
    """Yield the quads graph by graph."""
    graphs: list[_Graph] = [ox.DefaultGraph(), *map(ox.NamedNode, store.graphs())]
    for graph in graphs:
        yield from _quads(store, selection, _classes_first, graph)


def _described(store: Store, selection: _Selection, order: _Order) -> Iterator[list[ox.Triple]]:
    """Yield the triples of the union, sorted, in one list for each subject."""
    for subject in selection.subjects():
        found = filter(selection.has, store.find(subject))
        yield sorted({quad.triple for quad in found}, key=order)


# How it is written


def _serialize(
    statements: Iterable[ox.Triple] | Iterable[ox.Quad], stream: Any, format: str
) -> None:
    prefixes = PREFIXES if format in {"turtle", "trig", "rdfxml"} else None
    ox.serialize(statements, stream, _ENGINE[format], prefixes=prefixes)


_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_XML_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*$")


def _sayable_in_xml(triple: ox.Triple) -> ox.Triple:
    """Return the triple; raises DiseaseKGError for one that RDF/XML cannot express."""
    unsayable = isinstance(triple.object, ox.Literal) and _NO_XML.search(triple.object.value)
    if unsayable or not _XML_NAME.search(triple.predicate.value):
        raise DiseaseKGError(f"RDF/XML cannot express {triple}; choose another format")
    return triple


class _EscapingCr:
    """A stream that writes carriage returns as XML keeps them; a bare one is read as a newline."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, data: bytes) -> int:
        self._stream.write(bytes(data).replace(b"\r", b"&#13;"))
        return len(data)

    def flush(self) -> None:
        self._stream.flush()


# JSON-LD


class _Context:
    """The terms of `ontology/context.jsonld`, and how values are written under them."""

    def __init__(self) -> None:
        text = resources.path("ontology", "context.jsonld").read_text(encoding="utf-8")
        self.text = text.strip().removeprefix("{").removesuffix("}").strip()
        definitions = json.loads(text)["@context"]
        entries = {name: _definition(entry) for name, entry in definitions.items()}
        prefixes = {
            name: entry["@id"]
            for name, entry in entries.items()
            if "@prefix" in entry or entry["@id"].endswith(("/", "#"))
        }
        self._names = frozenset(entries)
        self._prefixes = sorted(prefixes.items(), key=lambda item: -len(item[1]))
        self.terms: dict[str, tuple[str, str, str]] = {}
        for name, entry in entries.items():
            if name not in prefixes and not entry["@id"].startswith("@"):
                kind = self._expanded(entry.get("@type", ""), prefixes)
                iri = self._expanded(entry["@id"], prefixes)
                self.terms[iri] = (name, kind, entry.get("@language", ""))
        self.compact = lru_cache(maxsize=1 << 17)(self._compact)

    @staticmethod
    def _expanded(text: str, prefixes: dict[str, str]) -> str:
        prefix, _, local = text.partition(":")
        return prefixes[prefix] + local if prefix in prefixes else text

    def _compact(self, iri: str) -> str:
        for prefix, base in self._prefixes:
            local = iri[len(base) :]
            if local and iri.startswith(base) and not local.startswith("//"):
                return f"{prefix}:{local}"
        if iri.partition(":")[0] in self._names:
            raise DiseaseKGError(f"JSON-LD would take <{iri}> for a name of its context")
        return iri

    def term(self, iri: str) -> str:
        """Return the term for a property or a class, or its compact IRI."""
        return self.terms[iri][0] if iri in self.terms else self.compact(iri)

    def node(self, node: Subject) -> str:
        return self.compact(node.value) if isinstance(node, ox.NamedNode) else str(node)

    def value(self, term: Term, kind: str, language: str) -> object:
        """Return an object as JSON: a string where the term's definition says the rest."""
        if isinstance(term, ox.Literal):
            return _literal(self, term, kind, language)
        if kind == "@vocab" and isinstance(term, ox.NamedNode):
            return self.term(term.value)
        return self.node(term) if kind in {"@id", "@vocab"} else {"id": self.node(term)}


def _definition(entry: object) -> dict[str, str]:
    return entry if isinstance(entry, dict) else {"@id": str(entry)}


_STRING = PREFIXES["xsd"] + "string"
_BOOLEAN = PREFIXES["xsd"] + "boolean"


def _literal(context: _Context, literal: ox.Literal, kind: str, language: str) -> object:
    """Return a literal as JSON; numbers stay strings, because JSON has no 1.10 and no 1E400."""
    text = literal.value
    if literal.language:
        if literal.language == language:
            return text
        return {"@value": text, "@language": literal.language}
    datatype = literal.datatype.value
    if datatype == kind == _BOOLEAN and text in {"true", "false"}:
        return text == "true"
    if datatype == kind or (datatype == _STRING and not kind and not language):
        return text
    if datatype == _STRING:
        return {"@value": text}
    return {"@value": text, "type": context.term(datatype)}


def _write_jsonld(groups: Iterable[list[ox.Triple]], stream: BinaryIO) -> None:
    """Write one object for each subject, each property on a line of its own."""
    context = _Context()
    stream.write(f'{{\n  {context.text},\n  "@graph": ['.encode())
    separator = "\n"
    for triples in groups:
        if triples:
            stream.write((separator + _object(context, triples)).encode())
            separator = ",\n"
    stream.write(b"\n  ]\n}\n")


def _object(context: _Context, triples: list[Any]) -> str:
    values: dict[str, list[object]] = {}
    for triple in triples:
        iri = triple.predicate.value
        if iri == RDF.type and isinstance(triple.object, ox.NamedNode):
            key, value = "type", cast(object, context.term(triple.object.value))
        else:
            key, kind, language = context.terms.get(iri) or (context.compact(iri), "", "")
            value = context.value(triple.object, kind, language)
        values.setdefault(key, []).append(value)
    keys = sorted(values, key=lambda key: (key != "type", key))
    lines = [f'"id": {_json(context.node(triples[0].subject))}']
    lines += [f'"{key}": {_json(_single(values[key]))}' for key in keys]
    return "    {" + ",\n     ".join(lines) + "}"


def _single(values: list[object]) -> object:
    return values[0] if len(values) == 1 else values


_json = json.JSONEncoder(ensure_ascii=False).encode
