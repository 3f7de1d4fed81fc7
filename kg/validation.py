"""Shapes → typed report: what SHACL finds in a graph, and who has to mend it.

Two engines give the same report: `shacl`, compiled and fast, and `pyshacl`, the reference
implementation in Python. A report is what they have in common: which shape, which thing, which
value; severity, message and responsible party are read from the shapes themselves.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast

import pyoxigraph as ox

from . import resources
from .errors import SourceError, UnknownFormat
from .readers import rdf
from .readers.files import opened
from .store import Store
from .vocabulary import DKG, PREFIXES, RDF

if TYPE_CHECKING:
    import rdflib

Data: TypeAlias = Path | Store | ox.Store

SH = "http://www.w3.org/ns/shacl#"
SHAPES = "https://w3id.org/disease-kg/shapes#"
SEVERITIES = ("Violation", "Warning", "Info")

_FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".rdf": ox.RdfFormat.RDF_XML,
}


@dataclass(frozen=True, slots=True)
class Result:
    """One finding: terms in N-Triples syntax, the path as SPARQL writes it, IRIs plain.

    `shape` is the nearest shape with an IRI ("" if none has), `severity` the local name of
    SHACL's, `responsible` the local name of the party that the shape names.
    """

    severity: str
    shape: str
    focus: str
    path: str | None
    value: str | None
    message: str
    responsible: str | None

    @property
    def order(self) -> tuple[int, str, str, str, str, str]:
        """Return the key of a report's order: the gravest first, then by shape and thing."""
        rank = SEVERITIES.index(self.severity) if self.severity in SEVERITIES else len(SEVERITIES)
        return rank, self.shape, self.focus, self.path or "", self.value or "", self.message


@dataclass(frozen=True)
class Report:
    """What an engine found, in a stable order; `note` says what a reader should know of the run."""

    results: tuple[Result, ...]
    engine: str = field(compare=False)
    note: str = field(default="", compare=False)

    @classmethod
    def of(cls, results: Iterable[Result], engine: str, note: str = "") -> Report:
        """Return a report of the results, sorted and each said once."""
        return cls(tuple(sorted(set(results), key=lambda r: r.order)), engine, note)

    @property
    def conforms(self) -> bool:
        """Return whether nothing was found, as SHACL defines conformance."""
        return not self.results

    @property
    def violations(self) -> tuple[Result, ...]:
        """Return the results of the gravest severity."""
        return tuple(r for r in self.results if r.severity == "Violation")

    @property
    def blocking(self) -> tuple[Result, ...]:
        """Return the violations that the project itself has to mend; they stop a build."""
        return tuple(r for r in self.violations if r.responsible == "Project")

    @property
    def counts(self) -> dict[str, int]:
        """Return the number of results of each shape, by the shape's IRI."""
        return dict(sorted(Counter(r.shape for r in self.results).items()))

    def to_text(self, examples: int = 5) -> str:
        """Return the report for people: each shape's message, count and first examples."""
        if self.conforms:
            lines = ["The graph conforms to all shapes."]
        else:
            total = Counter(r.severity for r in self.results)
            lines = [", ".join(f"{n} × {severity}" for severity, n in total.items())]
        by_shape: dict[tuple[str, str, str | None, str], list[Result]] = {}
        for r in self.results:
            by_shape.setdefault((r.severity, r.shape, r.responsible, r.message), []).append(r)
        for (severity, shape, responsible, message), found in by_shape.items():
            party = f", {responsible}" if responsible else ""
            lines += [
                "",
                f"{severity}{party}: {_short(f'<{shape}>')} × {len(found)}",
                f"  {message}",
            ]
            for r in found[:examples]:
                value = f" → {_short(r.value)}" if r.value else ""
                lines.append(f"    {_short(r.focus)}{value}")
            if len(found) > examples:
                lines.append(f"    … and {len(found) - examples} more")
        if self.note:
            lines += ["", f"Note: {self.note}"]
        return "\n".join(lines) + "\n"

    def to_json(self) -> str:
        """Return the report as JSON, its keys the names of the fields of `Report` and `Result`."""
        content = {
            "conforms": self.conforms,
            "engine": self.engine,
            "note": self.note,
            "counts": self.counts,
            "results": [asdict(r) for r in self.results],
        }
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"

    def to_turtle(self) -> str:
        """Return the report as SHACL's own `sh:ValidationReport`, the same for either engine.

        A path that is more than one property is left out: it is that of the source shape.
        """
        report, a = ox.BlankNode("report"), ox.NamedNode(RDF.type)
        triples = [
            ox.Triple(report, a, _sh("ValidationReport")),
            ox.Triple(report, _sh("conforms"), ox.Literal(self.conforms)),
        ]
        for number, result in enumerate(self.results):
            node = ox.BlankNode(f"result{number}")
            triples.append(ox.Triple(report, _sh("result"), node))
            triples.append(ox.Triple(node, a, _sh("ValidationResult")))
            triples.append(ox.Triple(node, _sh("resultSeverity"), _sh(result.severity)))
            if result.shape:
                triples.append(ox.Triple(node, _sh("sourceShape"), ox.NamedNode(result.shape)))
            triples.append(ox.Triple(node, _sh("focusNode"), _term(result.focus)))
            path = _property(result.path)
            if path is not None:
                triples.append(ox.Triple(node, _sh("resultPath"), path))
            if result.value is not None:
                triples.append(ox.Triple(node, _sh("value"), _term(result.value)))
            triples.append(ox.Triple(node, _sh("resultMessage"), ox.Literal(result.message)))
            if result.responsible:
                party = ox.NamedNode(DKG.base + result.responsible)
                triples.append(ox.Triple(node, ox.NamedNode(DKG.responsible), party))
        prefixes = {"dkg": DKG.base, "dkgsh": SHAPES, "sh": SH}
        return _text(triples, ox.RdfFormat.TURTLE, prefixes)


def validate(data: Data, shapes: Path | None = None, engine: str = "shacl") -> Report:
    """Return what the shapes find in the data; the project's own shapes if none are given.

    `data` is a store or a file of any RDF format, compressed by gzip or not; the names of its
    graphs do not matter. `engine` is "shacl" or "pyshacl"; where the first cannot run the shapes,
    the second does, and the report says so. Raises SourceError, for shapes that
    neither can run as well, and UnknownFormat.
    """
    if engine not in ENGINES:
        raise UnknownFormat(engine, sorted(ENGINES))
    shapes = shapes or resources.path("ontology", "shapes.ttl")
    book = ShapeBook.read(shapes)
    note = ""
    with _as_triples(data) as path:
        try:
            try:
                findings = ENGINES[engine](path, book)
            except EngineRefused as refusal:
                if engine == "pyshacl":
                    raise
                note = f"engine {engine!r} cannot run these shapes ({refusal}); 'pyshacl' ran them"
                engine = "pyshacl"
                findings = ENGINES[engine](path, book)
        except EngineRefused as refusal:
            raise SourceError(shapes, f"has shapes that no engine runs ({refusal})") from refusal
    return Report.of((book.describe(f) for f in findings), engine, note)


@dataclass(frozen=True, slots=True)
class Finding:
    """What an engine says of one result, before the shapes explain it.

    `shape` is the source shape: an IRI or a blank node of the shapes graph, in N-Triples syntax.
    `message` is there only if the shapes say it.
    """

    shape: str
    focus: str
    path: str | None
    value: str | None
    severity: str
    component: str
    message: str | None


class Engine(Protocol):
    """Runs shapes over a file of N-Triples."""

    def __call__(self, data: Path, shapes: ShapeBook) -> list[Finding]:
        """Return the findings; raises EngineRefused for shapes that it cannot run."""


class EngineRefused(Exception):
    """Shapes that an engine cannot run; the validation then goes to the other engine."""


@dataclass(frozen=True)
class ShapeBook:
    """The shapes graph, asked for what a report needs to know of a shape."""

    triples: tuple[ox.Triple, ...]

    @classmethod
    def read(cls, path: Path) -> ShapeBook:
        """Read a file of shapes; raises SourceError, UnknownFormat."""
        return cls(tuple(_triples(path)))

    @cached_property
    def _values(self) -> Mapping[tuple[str, str], str]:
        told = (SH + "message", SH + "severity", DKG.responsible)
        return {
            (str(t.subject), t.predicate.value): t.object.value
            for t in self.triples
            if t.predicate.value in told and not isinstance(t.object, ox.Triple | ox.BlankNode)
        }

    @cached_property
    def _parents(self) -> Mapping[str, str]:
        return {
            str(t.object): str(t.subject)
            for t in self.triples
            if t.predicate.value == SH + "property" and isinstance(t.object, ox.BlankNode)
        }

    def named(self, shape: str) -> str:
        """Return the nearest shape with an IRI: the shape itself or one that encloses it."""
        while shape in self._parents:
            shape = self._parents[shape]
        return shape

    def describe(self, finding: Finding) -> Result:
        """Return the finding with what its shape says: message and responsible party."""
        shape = self.named(finding.shape)
        message = finding.message or self._values.get((shape, SH + "message"))
        responsible = self._values.get((shape, DKG.responsible))
        return Result(
            severity=finding.severity,
            shape="" if shape.startswith("_:") else shape.strip("<>"),
            focus=_anonymous(finding.focus),
            path=finding.path,
            value=finding.value and _anonymous(finding.value),
            message=message or finding.component,
            responsible=responsible and responsible.removeprefix(DKG.base),
        )


def _with_shacl(data: Path, shapes: ShapeBook) -> list[Finding]:
    """Run the compiled engine (https://pypi.org/project/shacl/)."""
    import shacl

    try:
        compiled = shacl.Shapes.from_text(_text(shapes.triples, ox.RdfFormat.N_TRIPLES), "ntriples")
        report = compiled.validate_file(str(data))
    except Exception as error:  # the engine raises plain exceptions for data and shapes alike
        for _ in _triples(data):
            pass  # raises SourceError if it was the data
        raise EngineRefused(str(error)) from error
    return [
        Finding(
            shape=result.root_shape or result.source_shape or "",
            focus=result.focus_node,
            path=result.path,
            value=result.value,
            severity=result.severity,
            component=result.component,
            message=min(result.messages, default=None),
        )
        for result in report.results
    ]


def _with_pyshacl(data: Path, shapes: ShapeBook) -> list[Finding]:
    """Run the reference implementation in Python (https://github.com/RDFLib/pySHACL)."""
    import pyshacl
    from rdflib.namespace import SH as TERMS

    graph = _rdflib(shapes.triples)
    try:
        _, report, _ = pyshacl.validate(
            _rdflib(_triples(data)), shacl_graph=graph, inference="none", advanced=True
        )
    except Exception as error:  # plain ones among them, of rdflib's SPARQL
        raise EngineRefused(str(error)) from error
    if isinstance(report, pyshacl.errors.ValidationFailure):
        raise EngineRefused(str(report))
    findings = []
    for result in report.objects(None, TERMS.result):  # not the details of a nested shape
        shape = report.value(result, TERMS.sourceShape)
        path = report.value(result, TERMS.resultPath)
        value = report.value(result, TERMS.value)
        constraint = report.value(result, TERMS.sourceConstraint)
        component = report.value(result, TERMS.sourceConstraintComponent)
        says = (shape, TERMS.message, None) in graph or (constraint, TERMS.message, None) in graph
        messages = (str(m) for m in report.objects(result, TERMS.resultMessage) if says)
        findings.append(
            Finding(
                shape=str(_oxigraph(shape)),
                focus=str(_oxigraph(report.value(result, TERMS.focusNode))),
                path=None if path is None else _path(report, path),
                value=None if value is None else str(_oxigraph(value)),
                severity=str(report.value(result, TERMS.resultSeverity)).removeprefix(SH),
                component=str(component).removeprefix(SH),
                message=min(messages, default=None),
            )
        )
    return findings


ENGINES: Mapping[str, Engine] = {"shacl": _with_shacl, "pyshacl": _with_pyshacl}


def _path(report: rdflib.Graph, node: Any) -> str:
    """Return a path of the report graph as SPARQL writes it."""
    from rdflib.namespace import RDF as RDF_TERMS
    from rdflib.namespace import SH as TERMS

    parts = [_path(report, part) for part in report.items(node)]
    if parts:
        return f"({'/'.join(parts)})"
    if (node, RDF_TERMS.first, None) not in report:
        for term, before, after in (
            (TERMS.inversePath, "^", ""),
            (TERMS.oneOrMorePath, "(", ")+"),
            (TERMS.zeroOrMorePath, "(", ")*"),
            (TERMS.zeroOrOnePath, "(", ")?"),
        ):
            inner = report.value(node, term)
            if inner is not None:
                return before + _path(report, inner) + after
        choice = report.value(node, TERMS.alternativePath)
        if choice is not None:
            return f"({'|'.join(_path(report, part) for part in report.items(choice))})"
    return str(_oxigraph(node))


@contextmanager
def _as_triples(data: Data) -> Iterator[Path]:
    """Give a file that every engine reads: the data itself, or a copy as N-Quads for a while."""
    if isinstance(data, Path) and data.suffix in (".nt", ".nq"):
        if not data.is_file():
            raise SourceError(data, "there is no such file")
        yield data
        return
    with TemporaryDirectory(prefix="disease-kg-") as folder:
        copy = Path(folder) / "data.nq"
        if isinstance(data, Path):
            ox.serialize(_triples(data), str(copy), format=ox.RdfFormat.N_QUADS)
        elif isinstance(data, Store):
            data.dump(copy)
        else:
            data.dump(str(copy), format=ox.RdfFormat.N_QUADS)
        yield copy


def _triples(path: Path) -> Iterator[ox.Triple]:
    """Iterate over the triples of an RDF file, without the names of its graphs."""
    packed = path.suffix == ".gz"
    suffix = Path(path.stem).suffix if packed else path.suffix
    if suffix not in _FORMATS:
        raise UnknownFormat(path.name, sorted(_FORMATS))
    try:
        with opened(path) if packed else path.open("rb") as file:
            for quad in rdf.quads(path, file, _FORMATS[suffix]):
                yield quad.triple
    except FileNotFoundError:
        raise SourceError(path, "there is no such file") from None
    except SyntaxError as error:
        where = f"line {error.lineno}, column {error.offset}" if error.lineno else ""
        raise SourceError(path, error.msg, where) from error
    except (OSError, EOFError) as error:
        raise SourceError(path, f"cannot be read: {error}") from error


def _anonymous(term: str) -> str:
    """Return a term, a blank node without its label, which means nothing outside the run."""
    return "_:blank" if term.startswith("_:") else term


def _text(
    triples: Iterable[ox.Triple], format: ox.RdfFormat, prefixes: dict[str, str] | None = None
) -> str:
    written = ox.serialize(triples, format=format, prefixes=prefixes)
    assert written is not None  # it is None only when written to a file
    return written.decode()


def _rdflib(triples: Iterable[ox.Triple]) -> rdflib.Graph:
    """Return an rdflib graph of the triples, their literals and blank nodes as written."""
    import rdflib

    def convert(term: Any) -> Any:
        if isinstance(term, ox.NamedNode):
            return rdflib.URIRef(term.value)
        if isinstance(term, ox.BlankNode):
            return rdflib.BNode(term.value)
        datatype = None if term.language else rdflib.URIRef(term.datatype.value)
        if term.datatype.value == "http://www.w3.org/2001/XMLSchema#string":
            datatype = None
        return rdflib.Literal(term.value, lang=term.language, datatype=datatype, normalize=False)

    graph = rdflib.Graph()
    graph.addN(
        (convert(t.subject), convert(t.predicate), convert(t.object), graph) for t in triples
    )
    return graph


def _oxigraph(term: Any) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """Return an rdflib term as pyoxigraph's, for its N-Triples syntax."""
    import rdflib

    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return ox.BlankNode(str(term))
    datatype = ox.NamedNode(str(term.datatype)) if term.datatype and not term.language else None
    return ox.Literal(str(term), datatype=datatype, language=term.language)


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(SH + name)


def _term(text: str) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """Return the term that N-Triples syntax writes."""
    line = f"<x:> <x:> {text} .".encode()
    (quad,) = ox.parse(line, format=ox.RdfFormat.N_TRIPLES)
    return cast("ox.NamedNode | ox.BlankNode | ox.Literal", quad.object)


def _property(path: str | None) -> ox.NamedNode | None:
    """Return a path that is one property, else None."""
    simple = path is not None and path[0] == "<" and path.count("<") == 1 and path[-1] == ">"
    return ox.NamedNode(path[1:-1]) if path and simple else None


def _short(term: str) -> str:
    """Return a term for people: an IRI by its prefix where it has one."""
    for prefix, base in sorted({**PREFIXES, "dkgsh": SHAPES}.items(), key=lambda p: -len(p[1])):
        if term.startswith("<" + base):
            return f"{prefix}:{term[len(base) + 1 : -1]}"
    return term
