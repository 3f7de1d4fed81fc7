"""The addresses of one thing each: its page, or what is stated of it as data, by ending or Accept.

Beside them stand the ontology, and what the graph as a whole is (https://www.w3.org/TR/void/).
"""

from __future__ import annotations

import gzip
import io
from typing import Any

from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from .. import queries, resources
from ..arrays import FACETS
from ..conditions import Condition
from ..errors import UnknownFormat, UnknownThing
from ..exports import FORMATS, export
from ..identifiers import short
from ..resolve import resolve, withdrawn
from ..schemaorg import medical_condition
from ..vocabulary import SOURCE
from . import answers, links, views
from .negotiation import HTML, best
from .site import Site

SUFFIXES = {
    "ttl": "turtle",
    "jsonld": "jsonld",
    "nt": "ntriples",
    "rdf": "rdfxml",
    "nq": "nquads",
    "trig": "trig",
}
"""The endings of an address that ask for data, and the format of each."""

SCHEMA = "schemaorg"
"""The ending for what schema.org's vocabulary says of a condition."""

_TYPES = {HTML: "html"} | {FORMATS[f].media_type: suffix for suffix, f in SUFFIXES.items()}
_TYPES["application/json"] = "json"
_DATASETS = ("application/n-quads", "application/trig")
"""What has every triple in the graph of its source, for who asks for nothing else.

A client that would as well take plain triples looks for them in the default graph.
"""


def add(app: FastAPI, site: Site) -> None:
    """Add the addresses to the application; after all others, as most are any two words."""

    @app.get("/ontology", include_in_schema=False)
    def ontology() -> Response:
        text = resources.path("ontology", "disease-kg.ttl").read_bytes()
        return Response(text, media_type="text/turtle; charset=utf-8")

    @app.get("/.well-known/void", include_in_schema=False)
    def void(request: Request) -> Response:
        text = _void(site, str(request.base_url))
        return Response(text, media_type="text/turtle; charset=utf-8")

    @app.get("/condition/{name}/all", include_in_schema=False, response_class=HTMLResponse)
    def whole(name: str) -> str:
        return views.condition.page(site, _iri(site, "condition", name), whole=True)

    @app.get("/{kind}/{name}", include_in_schema=False)
    async def thing(request: Request, kind: str, name: str) -> Response:
        """Answer at once with a page that is kept; a thread makes everything else."""
        format = request.query_params.get("format", "") if request.scope["query_string"] else ""
        kept = site.kept.get(name) if kind == "condition" and not format else None
        if kept and _wanted(request) == "html":
            return _unpacked(kept, request)
        return await to_thread.run_sync(made, request, kind, name, format, limiter=app.state.making)

    def made(request: Request, kind: str, name: str, format: str) -> Response:
        if kind not in links.KINDS:
            raise HTTPException(404, f"there is nothing at /{kind}")
        name, _, suffix = name.rpartition(".") if _has_suffix(name) else (name, "", "")
        suffix = suffix or format or _wanted(request)
        formats = [*_TYPES.values(), *([SCHEMA] if kind == "condition" else [])]
        if suffix not in formats:
            raise UnknownFormat(suffix, formats)
        iri = _iri(site, kind, name)
        address = links.path(iri, "condition" if kind == "condition" else "")
        if kind == "condition" and address != f"/{kind}/{name}":
            return RedirectResponse(address + ("" if suffix == "html" else f".{suffix}"), 301)
        if suffix == "html" and kind == "condition":
            return _unpacked(views.condition.packed(site, iri, name), request)
        if suffix == "html":
            return HTMLResponse(_page(site, kind, iri))
        if suffix == "json":
            return JSONResponse(_as_json(site, kind, iri))
        if suffix == SCHEMA:
            page = str(request.base_url).rstrip("/") + address
            said = medical_condition(Condition(site.store, iri), page)
            return JSONResponse(said, media_type="application/ld+json")
        return _exported(site, iri, SUFFIXES[suffix])


def _wanted(request: Request) -> str:
    """Return the ending of what a request accepts; raises HTTPException where there is none."""
    accept = request.headers.get("accept", "")
    plain = [media_type for media_type in _TYPES if media_type not in _DATASETS]
    wanted = best(accept, plain) or best(accept, _DATASETS)
    if wanted is None:
        raise HTTPException(406, f"choose from {', '.join(_TYPES)}")
    return _TYPES[wanted]


def _has_suffix(name: str) -> bool:
    return name.rpartition(".")[2] in {*SUFFIXES, SCHEMA, "json", "html"}


def _iri(site: Site, kind: str, name: str) -> str:
    """Return the IRI of the thing at an address; raises UnknownThing, InvalidIdentifier."""
    if kind == "condition":
        found = withdrawn(site.store, name) or resolve(site.store, name, "condition")
        return str(found.value)
    iri = links.iri(kind, name)
    if kind == "source" and links.node(iri) not in site.store.descriptions:
        iri = SOURCE + name  # a page that statements cite, and no graph
    if not any(site.store.find(links.node(iri))):
        raise UnknownThing(name, kind=links.KINDS[kind])
    return iri


def _page(site: Site, kind: str, iri: str) -> str:
    """Return the page of a thing that is no condition."""
    if kind != "source":
        return views.thing.page(site, kind, iri)
    return views.sources.cited(site, iri) if iri.startswith(SOURCE) else views.sources.page(site)


def _unpacked(page: bytes, request: Request) -> Response:
    """Return a compressed page as it is to who can read it, else plain."""
    if "gzip" in request.headers.get("accept-encoding", ""):
        return HTMLResponse(page, headers={"Content-Encoding": "gzip"})
    return HTMLResponse(gzip.decompress(page))


def _as_json(site: Site, kind: str, iri: str) -> dict[str, Any]:
    if kind == "condition":
        return answers.about(Condition(site.store, iri))
    found = answers.conditions(site.store, {kind: iri}) if kind in FACETS else []
    told = {"id": short(iri), "iri": iri, "label": site.store.label(iri)}
    return {**told, "conditions": answers.listed(found)}


def _exported(site: Site, iri: str, format: str) -> Response:
    """Return what is stated of a thing in one of `exports.FORMATS`."""
    output = io.BytesIO()
    export(site.store, output, format, condition=iri)
    media_type = f"{FORMATS[format].media_type}; charset=utf-8"
    return Response(output.getvalue(), media_type=media_type)


def _void(site: Site, base: str) -> str:
    """Return the description of the whole graph, at an address that ends in a slash."""
    graphs = site.store.manifest["graphs"].values()
    sources = [f"<{row['source']}>" for row in queries.run(site.store, "sources")]
    return (
        "@prefix void: <http://rdfs.org/ns/void#> .\n"
        "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
        f"<{base}.well-known/void> a void:Dataset ;\n"
        '  dcterms:title "disease-kg"@en ;\n'
        f"  void:sparqlEndpoint <{base}sparql> ;\n"
        f"  void:triples {sum(graph['triples'] for graph in graphs)} ;\n"
        f"  void:subset {', '.join(sources)} .\n"
    )
