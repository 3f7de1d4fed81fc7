"""The page of a symptom, a body site, a specialist or an authority."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import urlencode

import pyoxigraph as ox

from ... import queries
from ...arrays import KINDS
from ...errors import UnknownThing
from ...identifiers import short
from ...rarity import ENTRY
from ...things import Thing
from ...vocabulary import ORPHANET
from .. import links
from ..site import Site
from .paging import paged

_MANY = 2000
"""Of a symptom that so many conditions have, the frequencies in each are not shown."""

_SAID = """
    SELECT DISTINCT ?thing ?property ?value ?label {
        { ?thing ?p ?value .
          VALUES (?p ?property) {
            (skos:definition "definition") (skos:altLabel "also called")
            (dkg:specialty "specialty") (dkg:performs "performs") (foaf:homepage "home page")
            (dkg:jurisdiction "speaks for") (dkg:observedThrough "observed through")
            (dkg:abbreviation "in short") (skos:notation "identifier")
          } }
        UNION
        { ?thing dkg:observedThrough ?action . ?value dkg:performs ?action
          BIND ("observed by" AS ?property) }
        UNION
        { ?thing dkg:criterion ?criterion . ?criterion skos:definition ?value
          BIND ("what it means by rare" AS ?property) }
        OPTIONAL { ?value skos:prefLabel ?label FILTER (LANG(?label) = "en") }
    } ORDER BY ?property ?label ?value"""


def page(site: Site, kind: str, iri: str) -> str:
    """Return the page of a thing: what is said of it, and the first conditions that have it."""
    facet = site.store.arrays.facet(kind)
    said = list(_said(site, iri))
    if not said:
        raise UnknownThing(short(iri), kind=links.KINDS[kind])
    number = facet.things.numbers.get(iri)
    found = [] if number is None else facet.found[number]
    conditions = site.store.arrays.taxonomy("condition")
    listed, without = site.people.among([(conditions.iris[n], conditions.labels[n]) for n in found])
    in_tree = number is not None and links.KINDS[kind] in KINDS
    up, down = (
        [Thing(facet.things.iris[n], facet.things.labels[n]) for n in relation[number]]
        if in_tree and number is not None
        else []
        for relation in (facet.things.parents, facet.things.children)
    )
    return site.render(
        "thing.html",
        kind=kind,
        iri=iri,
        label=site.store.label(iri) or short(iri),
        said=said,
        alarms=site.alarms.of([iri]) if kind == "symptom" else [],
        broader=up,
        narrower=down,
        **paged(listed, 1),
        without=without,
        more="/conditions?" + urlencode({kind: short(iri)}),
        authority=next((one for one in site.authorities.all if one.iri == iri), None),
        entries=site.authorities.entries.get(iri, 0) if kind == "authority" else 0,
        entry=ENTRY if iri == ORPHANET else "",
        frequent=_frequent(site, iri) if kind == "symptom" and len(found) <= _MANY else [],
    )


def _said(site: Site, iri: str) -> Iterator[tuple[str, str, str]]:
    """Yield what is said of a thing, for people: property, value, the value's address."""
    rows = cast(ox.QuerySolutions, site.store.query(_SAID, {"thing": links.node(iri)}))
    for row in rows:
        value = row["value"].value
        label = row["label"].value if row["label"] else short(value)
        yield row["property"].value, label, links.path(value) or links.outside(value)


def _frequent(site: Site, iri: str) -> list[dict[str, Any]]:
    rows = queries.run(site.store, "conditions-by-symptom", symptom=links.node(iri))
    return [row for row, _ in zip(rows, range(50), strict=False) if row["lower"] is not None]
