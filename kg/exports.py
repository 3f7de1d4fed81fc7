"""The graph as files: Turtle, JSON-LD, TriG, N-Quads, N-Triples and RDF/XML.

The same graph gives the same bytes, whatever order it was built in: statements are sorted by
subject, predicate and object, so that two exports can be compared line by line. Turtle, TriG,
RDF/XML and JSON-LD say the classes of a thing first; N-Triples and N-Quads are in plain order of
their lines. (Blank nodes are sorted by label; the builds make none, every name of theirs an IRI.)

TriG and N-Quads keep the graph that each statement is in. The other formats are the union of the
graphs, what is said in several of them written once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain, groupby, islice, product
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TypeAlias, TypeVar, cast

import pyoxigraph as ox

from . import jsonld
from .errors import DiseaseKGError, UnknownFormat, UnknownThing
from .ntriples import node
from .output import replacing
from .sorting import sorted_lines
from .store import Store, Term
from .vocabulary import DCTERMS, DKG, GRAPH, PREFIXES, PROV, RDF, SKOS, SPDX

Progress: TypeAlias = Callable[[str], None]
Subject: TypeAlias = ox.NamedNode | ox.BlankNode
_Item = TypeVar("_Item")


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
_BLOCK = 10_000
"""So many lines are parsed at a time."""

_STEP = 1_000_000
"""After so many statements an export says how far it has come."""

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

_NAMING = (RDF.type, SKOS.prefLabel, SKOS.notation, DCTERMS.title)
"""What is said of everything else that is referred to."""

_MANY = 5_000
"""So many things are looked up one by one."""

_NARROWER = "SELECT ?narrower ?branch WHERE { ?narrower skos:broaderTransitive ?branch }"


def export(
    store: Store,
    stream: BinaryIO,
    format: str,
    *,
    condition: str | None = None,
    branch: str | None = None,
    conditions: Collection[str] | None = None,
    progress: Progress = lambda message: None,
) -> None:
    """Write the whole graph, or what belongs to a condition, a branch or some conditions (IRIs).

    To a condition belong its own triples and every statement about it, with what explains them:
    whole descriptions of the authorities, their criteria, the premises and the sources' datasets;
    name, identifier and class of all else that is referred to. A branch is a condition with
    everything below it. JSON-LD is compact, its context embedded. Raises UnknownFormat, and
    UnknownThing for a condition that the graph does not have.
    """
    if format not in FORMATS:
        raise UnknownFormat(format, list(FORMATS))
    progress("selecting what is written")
    whole = condition is None and branch is None and conditions is None
    lines = store.lines() if whole else _selected(store, condition, branch, conditions or ())
    lines = _told(lines, "statements sorted", progress)
    progress(f"writing {format}")
    if format == "nquads":
        stream.writelines(_told(sorted_lines(lines), "statements written", progress))
    elif format == "trig":
        by_graph = sorted_lines(_graph_first(lines), _classes_first)
        quads = _parsed(line.partition(b" ")[2] for line in by_graph)
        _serialize(_told(quads, "statements written", progress), stream, format)
    else:
        in_order = sorted_lines(lines, None if format == "ntriples" else _classes_first)
        triples = _told(_union(_parsed(in_order)), "statements written", progress)
        if format == "jsonld":
            jsonld.write(_by_subject(triples), stream)
        elif format == "rdfxml":
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
    conditions: Collection[str] | None = None,
    progress: Progress = lambda message: None,
) -> None:
    """Export to a file, which is put in place when it is complete; `.gz` names are compressed.

    The compressed bytes are the same at any time, too. Raises DiseaseKGError for a file that
    cannot be written.
    """
    try:
        with replacing(path) as stream:
            export(
                store,
                stream,
                format,
                condition=condition,
                branch=branch,
                conditions=conditions,
                progress=progress,
            )
    except OSError as error:
        raise DiseaseKGError(f"{path} cannot be written: {error.strerror or error}") from error


# What is written


def _selected(
    store: Store, condition: str | None, branch: str | None, several: Collection[str]
) -> Iterator[bytes]:
    """Yield the statements of a condition, a branch or several conditions as lines of N-Quads.

    That is everything about conditions, statements and what explains them, and the names of all
    else that is referred to.
    """
    conditions = {_known(store, iri) for iri in (condition, branch, *several) if iri}
    if branch:
        conditions |= set(_column(store, _NARROWER, branch=ox.NamedNode(branch)))
    described: set[Subject] = {*conditions, *_statements(store, conditions)}
    referred: set[Subject] = set()
    waiting: list[Subject] = []
    quads = _quads(store, described)
    while True:
        for quad in quads:
            yield f"{quad} .\n".encode()
            object = quad.object
            explaining = [quad.graph_name]
            if isinstance(object, ox.BlankNode):
                explaining.append(object)
            elif isinstance(object, ox.NamedNode):
                referred.add(object)
                if _is_explaining(quad):
                    explaining.append(object)
            for other in explaining:
                if other not in described and not isinstance(other, ox.DefaultGraph):
                    described.add(other)
                    waiting.append(other)
        if not waiting:
            break
        quads = iter(store.described(waiting.pop()))
    named = (node for node in referred - described if not node.value.startswith(DKG.base))
    for subject, predicate in product(named, _NAMING):
        for term, graph in store.told(subject.value, predicate):
            said = f"{subject} {node(predicate)} {term}"
            yield (f"{said} {node(graph)} .\n" if graph else f"{said} .\n").encode()


def _statements(store: Store, conditions: set[ox.NamedNode]) -> set[Subject]:
    """Return the statements about conditions; of many, by one look at all statements."""
    about = ox.NamedNode(DKG.condition)
    if len(conditions) <= _MANY:
        return {quad.subject for one in conditions for quad in store.find(None, about, one)}
    return {quad.subject for quad in store.find(None, about) if quad.object in conditions}


def _quads(store: Store, subjects: set[Subject]) -> Iterator[Any]:
    """Yield the quads of subjects; of many, by one look at all lines."""
    if len(subjects) <= _MANY:
        return chain.from_iterable(map(store.find, list(subjects)))
    names = {str(subject).encode() for subject in subjects}
    return _parsed(line for line in store.lines() if line.partition(b" ")[0] in names)


def _is_explaining(quad: Any) -> bool:
    """Return whether the object of a quad is to be described whole; not what datasets refer to."""
    predicate = quad.predicate.value
    if predicate not in _EXPLAINING:
        return False
    return predicate == SPDX.checksum or not quad.subject.value.startswith(GRAPH)


def _column(store: Store, query: str, **bindings: Term) -> Iterator[Any]:
    return (row[0] for row in cast(ox.QuerySolutions, store.query(query, bindings)))


def _known(store: Store, iri: str) -> ox.NamedNode:
    try:
        found = ox.NamedNode(iri)
    except ValueError:
        raise UnknownThing(iri) from None
    if not any(store.find(found)):
        raise UnknownThing(iri)
    return found


# In which order


_TYPE = f" {node(RDF.type)} ".encode()


def _classes_first(line: bytes) -> bytes:
    """Return what a line is sorted by, so that the classes of a thing come before all else."""
    return line.replace(_TYPE, b" ! ", 1)


def _graph_first(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield each line of N-Quads with the name of its graph before it, "!" for the default one."""
    lines = iter(lines)
    while block := list(islice(lines, _BLOCK)):
        for line, quad in zip(block, _parsed(block), strict=True):
            graph = quad.graph_name
            yield f"{'!' if isinstance(graph, ox.DefaultGraph) else graph} ".encode() + line


def _parsed(lines: Iterable[bytes]) -> Iterator[ox.Quad]:
    lines = iter(lines)
    while block := b"".join(islice(lines, _BLOCK)):
        yield from ox.parse(block, ox.RdfFormat.N_QUADS, lenient=True)


def _union(quads: Iterable[ox.Quad]) -> Iterator[ox.Triple]:
    """Yield the triples of sorted quads, what several graphs say once."""
    return (triple for triple, _ in groupby(quad.triple for quad in quads))


def _by_subject(triples: Iterable[ox.Triple]) -> Iterator[list[ox.Triple]]:
    return (list(group) for _, group in groupby(triples, key=lambda triple: triple.subject))


def _told(items: Iterable[_Item], what: str, progress: Progress) -> Iterator[_Item]:
    """Yield the items, and say now and then how many there have been."""
    for number, item in enumerate(items):
        if number and number % _STEP == 0:
            progress(f"{number:,} {what}")
        yield item


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
