"""The graph without some of its sources: what remains when a license or a publisher is left out.

Conclusions are drawn again from what is left, so that nothing follows from what was excluded. A
statement of a source that stays goes too, when only an excluded source says that its record is
the condition's, or describes the condition at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from . import queries
from .errors import NothingLeft, UnknownLicense, UnknownSource
from .facts import Facts
from .infer import conclude
from .oboview import VIEW, OboView
from .store import Store
from .vocabulary import DCTERMS, DKG, GRAPH, INFERRED, JOINING, PROV, RDF

DESCRIPTIONS = GRAPH + "sources"
_MADE = (INFERRED, VIEW)
"""The graphs that are made of the others."""

SHORT_NAMES = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-3.0": "https://creativecommons.org/licenses/by/3.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
}
"""Licenses by their SPDX identifiers: https://spdx.org/licenses/"""

_JOINED = (
    DKG.PhenotypeAssociation,
    DKG.CauseStatement,
    DKG.PrevalenceEstimate,
    DKG.DisabilityStatement,
    DKG.MedicalActionStatement,
)
"""What a source says of a record of its own, which a mapping joins to the condition."""


@dataclass(frozen=True, slots=True)
class Licensed:
    """A source of a graph: its IRI, title, release, page, licenses and attribution."""

    iri: str
    title: str
    release: str
    page: str
    licenses: tuple[str, ...]
    attribution: str

    @property
    def id(self) -> str:
        """The short name: "mondo"."""
        return self.iri.removeprefix(GRAPH)


def licensed(store: Store) -> list[Licensed]:
    """Return the sources of a store, without what is made of them."""
    rows: dict[str, list[dict[str, queries.Value]]] = {}
    for row in queries.run(store, "sources"):
        rows.setdefault(str(row["source"]), []).append(row)
    rights = {
        quad.subject.value: quad.object.value
        for quad in store.find(predicate=ox.NamedNode(DCTERMS.rights))
    }
    return [
        Licensed(
            iri,
            str(found[0]["title"]),
            str(found[0]["version"] or ""),
            str(found[0]["page"] or ""),
            tuple(sorted({str(row["license"]) for row in found if row["license"]})),
            rights.get(iri, ""),
        )
        for iri, found in rows.items()
        if iri not in _MADE
    ]


def chosen(
    store: Store,
    only: Collection[str] = (),
    without: Collection[str] = (),
    licenses: Collection[str] = (),
    without_licenses: Collection[str] = (),
) -> list[Licensed]:
    """Return the sources that stay: by their ids, and by licenses as IRIs or SPDX identifiers.

    Raises UnknownSource, UnknownLicense, and NothingLeft when none stays.
    """
    known = licensed(store)
    ids = [source.id for source in known]
    for id in (*only, *without):
        if id not in ids:
            raise UnknownSource.among(id, ids)
    given = sorted({license for source in known for license in source.licenses})
    wanted, unwanted = (
        {_license(name, given) for name in names} for names in (licenses, without_licenses)
    )
    staying = [
        source
        for source in known
        if (not only or source.id in only)
        and source.id not in without
        and (not wanted or set(source.licenses) & wanted)
        and not set(source.licenses) & unwanted
    ]
    if not staying:
        raise NothingLeft()
    return staying


def _license(name: str, known: Collection[str]) -> str:
    license = SHORT_NAMES.get(name, name)
    if license not in known:
        names = {iri: short for short, iri in SHORT_NAMES.items()}
        raise UnknownLicense.among(name, [names.get(iri, iri) for iri in known])
    return license


def restricted(store: Store, staying: Iterable[Licensed]) -> Store:
    """Return, in memory, the graph of the sources that stay and what follows from them."""
    sources = {source.iri: source for source in staying}
    dropped = _dropped(store, sources)
    facts, view = Facts(), OboView() if VIEW in store.graphs() else None
    engine = ox.Store()
    engine.bulk_extend(_kept(store, sources, dropped, facts, view))
    made = {INFERRED: conclude(facts)}
    if view:
        made[VIEW] = view.triples()
    for graph, triples in made.items():
        lines = "".join(f"{s} {p} {o} <{graph}> .\n" for s, p, o in triples)
        engine.load(lines, format=ox.RdfFormat.N_QUADS)
    engine.bulk_extend(_descriptions(store, sources))
    return Store(engine)


def _kept(
    store: Store,
    sources: Collection[str],
    dropped: Collection[str],
    facts: Facts,
    view: OboView | None,
) -> Iterator[ox.Quad]:
    for graph in sources:
        for quad in store.find(graph=ox.NamedNode(graph)):
            if quad.subject.value not in dropped:
                triple = str(quad.subject), str(quad.predicate), str(quad.object)
                facts.add(triple, graph)
                if view:
                    view.add(triple)
                yield quad


def _dropped(store: Store, sources: Collection[str]) -> set[str]:
    """Return the IRIs of the conditions and statements of which nothing may be said any more."""
    described: set[str] = set()
    withheld: set[str] = set()
    for kind in (DKG.Condition, DKG.DeprecatedCondition):
        for quad in store.find(predicate=ox.NamedNode(RDF.type), object=ox.NamedNode(kind)):
            graph = quad.graph_name.value
            (described if graph in sources else withheld).add(quad.subject.value)
    mapped = {
        (quad.subject.value, quad.object.value)
        for predicate in JOINING
        for quad in store.find(predicate=ox.NamedNode(predicate))
        if quad.graph_name.value in sources
    }
    joined = {
        quad.subject.value
        for kind in _JOINED
        for quad in store.find(predicate=ox.NamedNode(RDF.type), object=ox.NamedNode(kind))
    }
    record_of = {
        quad.subject.value: quad.object.value
        for quad in store.find(predicate=ox.NamedNode(DKG.record))
    }
    dropped = withheld - described
    for quad in store.find(predicate=ox.NamedNode(DKG.condition)):
        statement, condition = quad.subject.value, quad.object.value
        record = record_of.get(statement, condition) if statement in joined else condition
        foreign = record != condition and (condition, record) not in mapped
        if condition not in described or foreign:
            dropped.add(statement)
    return dropped


def _descriptions(store: Store, sources: Collection[str]) -> Iterator[ox.Quad]:
    """Yield the descriptions of the sources that stay, and those of what is made of them."""
    licenses: set[str] = set()
    of_all: list[Any] = []
    for quad in store.find(graph=ox.NamedNode(DESCRIPTIONS)):
        about = quad.subject.value.partition("#")[0]
        if about in _MADE:
            of_all.append(quad)
        elif about in sources:
            yield quad
            if quad.predicate.value == DCTERMS.license:
                licenses.add(quad.object.value)
    for quad in of_all:
        said = {PROV.wasDerivedFrom: sources, DCTERMS.license: licenses}
        if quad.object.value in said.get(quad.predicate.value, (quad.object.value,)):
            yield quad


def attribution(sources: Iterable[Licensed]) -> str:
    """Return, as Markdown, whom to name for a graph, under which licenses, and what was changed."""
    lines = ["# Attribution", "", "This graph was made by disease-kg from:", ""]
    for source in sources:
        release = f", release {source.release}" if source.release else ""
        lines.append(f"- {source.title}{release}. {source.attribution or source.page}")
        lines += [f"  License: {license}" for license in source.licenses]
    lines += [
        "",
        "Changed: records were mapped to conditions of the Mondo Disease Ontology where there is "
        "one, turned into RDF, and conclusions were drawn from them (the graph "
        f"<{INFERRED}>), which are under the licenses of what they rest on.",
    ]
    return "\n".join(lines) + "\n"
