"""The SPARQL 1.1 protocol, and a page to ask by hand: https://www.w3.org/TR/sparql11-protocol/."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException

from .. import queries
from ..errors import DiseaseKGError
from . import editor
from .negotiation import HTML, best
from .site import Site
from .status import status_of
from .workers import ROWS, TRIPLES, Pool, Question

_SHORT = {"json": ROWS[0], "xml": ROWS[1], "csv": ROWS[2], "tsv": ROWS[3], "turtle": TRIPLES[0]}

_WAITING = 64
"""So many queries may wait for a process at a time, apart from the threads that make pages."""

_ROWS = 1000
"""So many rows of an answer stand on the page."""


def add(app: FastAPI, site: Site) -> None:
    """Add the endpoint and its page to the application."""
    waiting = CapacityLimiter(_WAITING)

    @app.get("/sparql/terms", include_in_schema=False)
    def terms() -> dict[str, Any]:
        return editor.terms(site.store)

    @app.api_route("/sparql", methods=["GET", "POST"], include_in_schema=False)
    async def sparql(request: Request) -> Response:
        pool: Pool = request.app.state.pool
        given, sparql = await _asked(request, pool.limits.query)
        format = given.get("format", "")
        accept = _SHORT.get(format, format) or request.headers.get("accept", "")
        wants_page = best(accept, [*ROWS, *TRIPLES, HTML]) == HTML
        if sparql is None and not wants_page:
            return Response(_description(request), media_type="text/turtle")
        if sparql is None:
            shown = given.get("show", "")
            text = editor.example(site.store, shown) if shown else _EXAMPLE
            return HTMLResponse(page(site, text, None, ""))
        question = Question(
            sparql,
            tuple(given.getlist("default-graph-uri")),
            tuple(given.getlist("named-graph-uri")),
            best(accept, ROWS) or ROWS[0],
            best(accept, TRIPLES) or TRIPLES[0],
        )
        try:
            answer = await to_thread.run_sync(pool.ask, question, limiter=waiting)
        except DiseaseKGError as error:
            if not wants_page:
                raise
            return HTMLResponse(page(site, sparql, None, str(error)), status_of(error))
        if not wants_page:
            return Response(answer.content, media_type=answer.media_type)
        is_rows = answer.media_type in ROWS
        shown_answer = json.loads(answer.content) if is_rows else {"text": answer.content.decode()}
        return HTMLResponse(page(site, sparql, shown_answer, ""))


def page(site: Site, sparql: str, answer: Any, problem: str) -> str:
    """Return the page of the endpoint, with an answer or a problem if there is one."""
    return site.render(
        "sparql.html",
        sparql=sparql,
        answer=answer,
        problem=problem,
        named=[queries.load(name) for name in queries.names()],
        name=editor.short,
        most=_ROWS,
        download=lambda format: "/sparql?" + urlencode({"query": sparql, "format": format}),
    )


async def _asked(request: Request, most: int) -> tuple[Any, str | None]:
    """Return the parameters of a request and its query, by any of the protocol's three ways."""
    if request.method == "GET":
        return request.query_params, request.query_params.get("query")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > 4 * most:
            raise HTTPException(413, f"the query is longer than {most:,} bytes")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise HTTPException(400, "the query is not UTF-8") from None
    if kind == "application/sparql-query":
        return request.query_params, text
    if kind == "application/x-www-form-urlencoded":
        form = QueryParams(text)
        if "update" in form:
            raise HTTPException(403, "this endpoint only reads; updates are not allowed")
        return form, form.get("query")
    if kind == "application/sparql-update":
        raise HTTPException(403, "this endpoint only reads; updates are not allowed")
    raise HTTPException(415, "send application/sparql-query or a form with query=…")


def _description(request: Request) -> str:
    """Return the service description: https://www.w3.org/TR/sparql11-service-description/."""
    formats = ", ".join(
        f"<http://www.w3.org/ns/formats/{name}>"
        for name in (
            "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV",
            "SPARQL_Results_TSV", "Turtle", "N-Triples", "RDF_XML", "JSON-LD",
        )
    )  # fmt: skip
    return (
        "@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .\n"
        f"<{request.url}> a sd:Service ;\n"
        f"  sd:endpoint <{request.url}> ;\n"
        "  sd:supportedLanguage sd:SPARQL11Query ;\n"
        "  sd:feature sd:UnionDefaultGraph ;\n"
        f"  sd:resultFormat {formats} .\n"
    )


_EXAMPLE = """SELECT ?condition ?name WHERE {
  ?condition skos:broaderTransitive obo:MONDO_0003441 ; skos:prefLabel ?name
  FILTER (LANG(?name) = "en")
} ORDER BY ?name LIMIT 50"""
