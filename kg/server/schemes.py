"""Pages of other nomenclatures' hierarchies, to switch to from the conditions' own."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from .. import schemes
from ..errors import UnknownThing
from ..identifiers import expand, short
from ..schemes import Classification, Scheme
from . import links
from .site import Site
from .views import tree

_LOADED = 16
"""So many classifications are kept in memory, of some thousand records each."""


def add(app: FastAPI, site: Site) -> None:
    """Add the list of hierarchies, and each with its records, to the application."""

    @lru_cache(1)
    def all_schemes() -> dict[str, Scheme]:
        return {scheme.id: scheme for scheme in schemes.schemes(site.store)}

    @lru_cache(_LOADED)
    def loaded(id: str) -> Classification:
        if id not in all_schemes():
            raise UnknownThing(id, kind="hierarchy")
        return Classification(site.store, all_schemes()[id])

    @app.get("/tree", include_in_schema=False, response_class=HTMLResponse)
    def trees() -> str:
        root = tree.roots(site)[0]
        taxonomy = site.store.arrays.taxonomy("condition")
        return site.render(
            "trees.html",
            conditions=len(taxonomy.iris),
            root=links.path(root, "tree"),
            schemes=all_schemes().values(),
        )

    @app.get("/scheme/{id}", include_in_schema=False, response_class=HTMLResponse)
    def scheme(id: str) -> str:
        found = loaded(id)
        heads = found.scheme.heads
        if len(heads) == 1:
            return _page(site, found, heads[0])
        rows = [_told(site, found, head) for head in heads]
        return site.render("scheme.html", scheme=found.scheme, about=None, ways=[], children=rows)

    @app.get("/scheme/{id}/{name}.json", include_in_schema=False)
    def below(id: str, name: str) -> dict[str, Any]:
        found = loaded(id)
        return {
            "narrower": [_told(site, found, child) for child in found.children[_iri(found, name)]]
        }

    @app.get("/scheme/{id}/{name}", include_in_schema=False, response_class=HTMLResponse)
    def entry(id: str, name: str) -> str:
        found = loaded(id)
        return _page(site, found, _iri(found, name))


def _iri(found: Classification, name: str) -> str:
    """Return the record at an address; raises UnknownThing, InvalidIdentifier."""
    iri = expand(name)
    if iri not in found.labels:
        raise UnknownThing(name, kind="entry")
    return iri


def _page(site: Site, found: Classification, iri: str) -> str:
    """Return the page of a record in its scheme: the ways to it, what is below it."""
    return site.render(
        "scheme.html",
        scheme=found.scheme,
        about=_told(site, found, iri),
        ways=[[_told(site, found, one) for one in way[:-1]] for way in found.ways(iri, 6)],
        children=[_told(site, found, child) for child in found.children[iri]],
    )


def _told(site: Site, found: Classification, iri: str) -> dict[str, Any]:
    """Return what a line of the tree says of a record: its page here, and its conditions'."""
    below, conditions = found.below(iri), found.conditions(iri)
    id = short(iri)
    pages = [
        {"label": site.hierarchy.label(one), "page": links.path(one, "condition")}
        for one in conditions
    ]
    page = f"/scheme/{found.scheme.id}/{id}" if below else pages[0]["page"] if pages else ""
    return {
        "id": id,
        "label": found.labels[iri],
        "below": below,
        "above": len(found.parents[iri]),
        "page": page,
        "conditions": pages if below or len(pages) > 1 else [],
    }
