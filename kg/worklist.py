"""What a validation found, as a work list for curators: a row a finding, with its source."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace

import pyoxigraph as ox

from .identifiers import short
from .oboview import VIEW
from .store import Store
from .validation import Report, Result
from .vocabulary import DKG, GRAPH, INFERRED, RDF, SKOS

COLUMNS = (
    "source",
    "shape",
    "severity",
    "responsible",
    "focus",
    "label",
    "path",
    "value",
    "message",
)
_MADE = {INFERRED, VIEW}
_TYPE = ox.NamedNode(RDF.type)
_LABEL = ox.NamedNode(SKOS.prefLabel)


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing to mend; `source` is the short name of the graph that says it, "" if unknown."""

    source: str
    shape: str
    severity: str
    responsible: str
    focus: str
    label: str
    path: str
    value: str
    message: str


def findings(report: Report, store: Store | None) -> list[Finding]:
    """Return what a report found, sorted by source, shape and thing.

    Without the store that was validated there are neither sources nor names.
    """
    return sorted(_finding(result, store) for result in report.results)


def _finding(result: Result, store: Store | None) -> Finding:
    if result.focus.startswith(f"<{DKG.base}") and result.value:  # a check of all uses of a term
        result = replace(result, focus=result.value)
    return Finding(
        " ".join(_sources(result, store)) if store is not None else "",
        short(result.shape),
        result.severity,
        result.responsible or "",
        _short(result.focus),
        _label(result.focus, store) if store is not None else "",
        result.path or "",
        _short(result.value or ""),
        result.message,
    )


def _sources(result: Result, store: Store) -> list[str]:
    """Return the graphs that say what was found, else those that describe or name the thing."""
    focus, value = _node(result.focus), _node(result.value or "")
    if focus is None:
        return []
    said = list(store.find(focus, None, value)) if value and value != focus else []
    said = said or list(store.find(focus, _TYPE)) or list(store.find(None, None, focus))
    graphs = {quad.graph_name.value for quad in said}
    return sorted(graph.removeprefix(GRAPH) for graph in (graphs - _MADE or graphs))


def _node(term: str) -> ox.NamedNode | None:
    return ox.NamedNode(term[1:-1]) if term.startswith("<") else None


def _short(term: str) -> str:
    iri = term[1:-1] if term.startswith("<") else ""
    return short(iri) if iri else term


def _label(focus: str, store: Store) -> str:
    node = _node(focus)
    return min((quad.object.value for quad in store.find(node, _LABEL)), default="") if node else ""


def to_table(found: list[Finding], delimiter: str = ",") -> str:
    """Return findings as CSV (RFC 4180), or with tabs."""
    text = io.StringIO()
    table = csv.writer(
        text, delimiter=delimiter, lineterminator="\r\n" if delimiter == "," else "\n"
    )
    table.writerow(COLUMNS)
    table.writerows(map(astuple, found))
    return text.getvalue()


def to_summary(found: list[Finding]) -> str:
    """Return how many findings there are of each source and shape, the most first."""
    counts: dict[tuple[str, str, str], int] = {}
    for one in found:
        key = one.source or "-", one.shape, one.severity
        counts[key] = counts.get(key, 0) + 1
    return "".join(_lines(counts))


def _lines(counts: dict[tuple[str, str, str], int]) -> Iterator[str]:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    for (source, shape, severity), count in ranked:
        yield f"{count:7,}  {source}  {shape}  {severity}\n"
