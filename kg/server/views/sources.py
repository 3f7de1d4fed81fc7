"""What the graph was built from, and what single statements cite."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pyoxigraph as ox

from ... import queries
from ...identifiers import short
from ...licensing import SHORT_NAMES
from ...vocabulary import DCTERMS, RDFS, SOURCE
from .. import links
from ..site import Site

_LICENSES = {address: name.replace("-", " ") for name, address in SHORT_NAMES.items()}
"""What people call the licenses, by their addresses."""

_CITED = """
    SELECT ?source ?condition ?label ?what (COUNT(DISTINCT ?statement) AS ?n) {
        ?statement dcterms:source ?source ; dkg:condition ?condition ; a ?class .
        ?condition skos:prefLabel ?label . ?class rdfs:label ?what
        FILTER (LANG(?label) = "en" && LANG(?what) = "en")
    } GROUP BY ?source ?condition ?label ?what ORDER BY ?label ?condition ?what"""


def page(site: Site) -> str:
    """Return what the graph was built from, and what was found wrong with it."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in queries.run(site.store, "sources"):
        rows.setdefault(str(row["source"]), []).append(row)
    manifest = site.store.manifest
    return site.render(
        "sources.html",
        sources=rows,
        graphs=manifest.get("graphs", {}),
        licenses=_LICENSES,
        findings={short(shape): n for shape, n in manifest.get("findings", {}).items()},
    )


def cited(site: Site, iri: str) -> str:
    """Return the page of a source that is no graph: what it is, what it is cited for."""
    rows = cast(ox.QuerySolutions, site.store.query(_CITED, {"source": links.node(iri)}))
    return site.render(
        "cited.html",
        iri=iri,
        title=next(_values(site, iri, DCTERMS.title), short(iri)),
        about=list(_values(site, iri, RDFS.comment)),
        stated=[tuple(row[n].value for n in ("condition", "label", "what", "n")) for row in rows],
    )


def all_cited(site: Site) -> list[str]:
    """Return the IRIs of the sources that are no graphs, sorted."""
    rows = cast(ox.QuerySolutions, site.store.query("SELECT ?page { ?page a schema:WebPage }"))
    pages = (row["page"].value for row in rows)
    return sorted(page for page in pages if page.startswith(SOURCE))


def _values(site: Site, iri: str, property: str) -> Iterator[str]:
    found = site.store.find(links.node(iri), ox.NamedNode(property))
    return (quad.object.value for quad in found)
