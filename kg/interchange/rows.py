"""What the tables of the graph hold: their rows, from what is told of the conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from ..identifiers import short
from ..licensing import licensed
from ..vocabulary import (
    AUTHORITY,
    DCTERMS,
    DKG,
    GRAPH,
    INFERRED,
    MAPPED,
    PROV,
    RDF,
    RDFS,
    SKOS,
    SPECIALIST,
)
from .columns import TABLES, Table
from .conditions import SYNONYMS, Conditions, Said

Cell: TypeAlias = str | bool | float | int | tuple[str, ...] | None
Row: TypeAlias = tuple[Cell, ...]

_KINDS = {SKOS.prefLabel: "preferred", **SYNONYMS}
_INSTEAD = {DCTERMS.isReplacedBy: "replaced", RDFS.seeAlso: "consider"}
_COURSE = (DKG.inheritance, DKG.ageOfOnset, DKG.clinicalCourse)
_TOLD = (SKOS.definition, SKOS.broader, *_KINDS, *MAPPED, *_INSTEAD, *_COURSE)


def filled(conditions: Conditions) -> Iterator[tuple[Table, Iterable[Row]]]:
    """Yield each table with its rows, sorted."""
    found: dict[str, list[Row]] = {name: [] for name in TABLES}
    for said in conditions.told(*_TOLD):
        for name, row in _of_condition(conditions, said):
            found[name].append(row)
    for said in conditions.statements():
        for name, row in _of_statement(conditions, said):
            found[name].append(row)
    found["sources"] = list(_sources(conditions))
    for name, table in TABLES.items():
        rows = found.pop(name)
        if name == "closure":
            yield table, _closure(conditions)
        else:
            rows.sort(key=lambda row: [str(cell) for cell in row])
            yield table, rows


def _sources(conditions: Conditions) -> Iterator[Row]:
    for one in licensed(conditions.store):
        page, attribution = one.page or None, one.attribution or None
        yield one.id, one.title, one.release or None, one.licenses, page, attribution
    yield INFERRED.removeprefix(GRAPH), "What follows from the other sources", None, (), None, None


def _closure(conditions: Conditions) -> Iterator[Row]:
    types, chosen = conditions.types, set(conditions.iris)
    for iri in sorted(conditions.iris, key=short):
        above = (types.iris[number] for number in types.above[types.numbers[iri]])
        for ancestor in sorted(short(other) for other in above if other in chosen):
            yield short(iri), ancestor


def _of_condition(conditions: Conditions, said: Said) -> Iterator[tuple[str, Row]]:
    """Yield the rows of what a condition is, is called and is a kind of, each with its table."""
    id, label = short(said.iri), said.english(SKOS.prefLabel)
    definition = said.english(SKOS.definition)
    by = said[RDF.type][0].source if RDF.type in said else None
    yield "conditions", (id, said.iri, label or None, definition or None, said.withdrawn, by)
    for way, kind in _KINDS.items():
        for value in said[way]:
            yield "names", (id, value.text, value.language or "en", kind, value.source)
    for value in conditions.broader(said):
        yield "broader", (id, short(value.text), value.source)
    for way in MAPPED:
        for value in said[way]:
            registry, _, local = (code := short(value.text)).partition(":")
            if value.graph != INFERRED:
                match = way.removeprefix(SKOS.base)
                yield "codes", (id, registry if local else None, code, match, value.source)
    for way, kind in _INSTEAD.items() if said.withdrawn else ():
        for value in said[way]:
            yield "replacements", (id, short(value.text), kind, value.source)
    for way in _COURSE:
        for value in said[way]:
            aspect, name = way.removeprefix(DKG.base), conditions.label(value.text)
            yield "course", (id, aspect, short(value.text), name or None, value.source)


def _of_statement(conditions: Conditions, said: Said) -> Iterator[tuple[str, Row]]:
    """Yield the row of a statement with the table that it belongs to."""
    for about, (name, row) in _ABOUT.items():
        if about in said:
            cells = row(conditions, said, said.one(about))
            yield name, (short(said.one(DKG.condition)), *cells, short(said.iri))


def _rarity(conditions: Conditions, said: Said, authority: str) -> Row:
    rests_on = said.one(DKG.basedOnRecordOf).removeprefix(AUTHORITY) or None
    rare = said.one(DKG.verdict) == DKG.Rare
    record, by = _curie(said, DKG.record), _derived_from(said)
    return authority.removeprefix(AUTHORITY), rare, _basis(said), record, rests_on, by


def _symptom(conditions: Conditions, said: Said, phenotype: str) -> Row:
    return (
        *(short(phenotype), conditions.label(phenotype) or None),
        said.one(DKG.excluded) == "true",
        *_frequency(conditions, said),
        _curie(said, DKG.onset),
        said.one(DKG.diagnosticCriterion) == "true",
        _curie(said, DKG.evidence),
        *_grounds(said),
    )


def _cause(conditions: Conditions, said: Said, agent: str) -> Row:
    kind = "gene" if short(agent).startswith(("HGNC:", "NCBIGene:")) else "agent"
    association, assessed = said.one(DKG.associationType) or None, said.one(DKG.assessed)
    label = conditions.label(agent) or None
    return short(agent), label, kind, association, assessed != "false", *_grounds(said)


def _site(conditions: Conditions, said: Said, site: str) -> Row:
    return short(site), conditions.label(site) or None, _basis(said), _derived_from(said)


def _specialist(conditions: Conditions, said: Said, specialist: str) -> Row:
    id, label = specialist.removeprefix(SPECIALIST), conditions.label(specialist) or None
    return id, label, _basis(said), _derived_from(said)


def _prevalence(conditions: Conditions, said: Said, geography: str) -> Row:
    cases, families = said.one(DKG.cases), said.one(DKG.families)
    return (
        *(_local(said.one(DCTERMS.type)), geography),
        _number(said.one(DKG.prevalenceLower)),
        _number(said.one(DKG.prevalenceUpper)),
        _number(said.one(DKG.prevalenceValue)),
        said.one(DKG.prevalenceClass) or None,
        int(cases) if cases else None,
        int(families) if families else None,
        said.one(DKG.validated) == "true",
        *_grounds(said),
    )


def _action(conditions: Conditions, said: Said, action: str) -> Row:
    cited, by = tuple(said.curies(DCTERMS.references)), said[DKG.condition][0].source
    relation, label = _local(said.one(DKG.relation)), conditions.label(action) or None
    mined = said.one(DKG.mined) == "true"
    return relation, short(action), label, _curie(said, DKG.target), mined, cited, by


_ABOUT: dict[str, tuple[str, Callable[[Conditions, Said, str], Row]]] = {
    DKG.authority: ("rarity", _rarity),
    DKG.phenotype: ("symptoms", _symptom),
    DKG.agent: ("causes", _cause),
    DKG.locatedIn: ("sites", _site),
    DKG.recommends: ("specialists", _specialist),
    DKG.geography: ("prevalence", _prevalence),
    DKG.action: ("actions", _action),
}
"""The table of a statement, by the property that says what it is about, and its further cells."""


def _frequency(conditions: Conditions, said: Said) -> tuple[Cell, ...]:
    """Return the least and the greatest share, and the term that stands for them."""
    term = said.one(DKG.frequency)
    if not term:
        lower, upper = said.one(DKG.frequencyLower), said.one(DKG.frequencyUpper)
        return _number(lower), _number(upper), None
    return *conditions.bounds(term), short(term)


def _number(text: str) -> float | None:
    return float(text) if text else None


def _curie(said: Said, predicate: str) -> str | None:
    return short(said.one(predicate)) if predicate in said else None


def _local(iri: str) -> str | None:
    return iri.rpartition("#")[2] or None


def _basis(said: Said) -> str | None:
    return _local(said.one(DKG.basis))


def _grounds(said: Said) -> Row:
    """Return the source's record, what it cites, and the source."""
    cited = tuple(said.curies(DCTERMS.references))
    return _curie(said, DKG.record), cited, said[DKG.condition][0].source


def _derived_from(said: Said) -> str:
    """Return the source that a statement was derived from, or else the one that says it."""
    datasets = (iri for iri in said.all(PROV.wasDerivedFrom) if iri.startswith(GRAPH))
    return next(datasets, said[DKG.condition][0].graph).removeprefix(GRAPH)
