"""The application: which address shows what, to people and to programs, and what errors become."""

from __future__ import annotations

import csv
import gzip
import io
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Thread
from typing import Annotated, Any

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, Query, Request
from fastapi import Path as PathParameter
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from markupsafe import escape
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .. import __version__, queries, resources
from ..arrays import FACETS
from ..errors import AmbiguousThing, DiseaseKGError, UnknownThing
from ..exports import FORMATS, export
from ..identifiers import compress
from ..pages import DISCLAIMER
from ..rarity import disagreements, write_by_authority
from ..resolve import resolve
from ..store import Store, default_directory
from . import answers, links, protocol, schemes
from .negotiation import HTML, best
from .status import status_of
from .views import Site
from .workers import Limits, Pool

SUFFIXES = {
    "ttl": "turtle",
    "jsonld": "jsonld",
    "nt": "ntriples",
    "rdf": "rdfxml",
    "nq": "nquads",
    "trig": "trig",
}
"""The endings of an address that ask for data, and the format of each."""

_TYPES = {HTML: "html"} | {FORMATS[f].media_type: suffix for suffix, f in SUFFIXES.items()}
_TYPES["application/json"] = "json"
_DATASETS = ("application/n-quads", "application/trig")
"""What has every triple in the graph of its source, for who asks for nothing else.

A client that would as well take plain triples looks for them in the default graph.
"""

_SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Access-Control-Allow-Origin": "*",
    "Vary": "Accept, Accept-Encoding",
}


_LISTS_AT_ONCE = 2
"""So many threads make what is not about one thing; some of it takes a second."""


def create(
    directory: Path | None = None, limits: Limits | None = None, workers: int = 2
) -> FastAPI:
    """Return the application over the store in a folder, by default the user's.

    `workers` is the number of processes that evaluate SPARQL. Raises MissingStore, StoreError.
    """
    store = Store.open(directory or default_directory())
    site = Site(store)

    @asynccontextmanager
    async def alive(app: FastAPI) -> AsyncIterator[None]:
        assert store.folder is not None
        app.state.pool = await run_in_threadpool(Pool, store.folder / "graph", workers, limits)
        app.state.making = CapacityLimiter(1)  # two pages at once would wait for each other
        to_thread.current_default_thread_limiter().total_tokens = _LISTS_AT_ONCE
        Thread(target=site.warm, daemon=True).start()
        yield
        app.state.pool.close()

    app = FastAPI(
        title="disease-kg",
        version=__version__,
        description="Conditions, their hierarchy and their rarity. " + DISCLAIMER,
        lifespan=alive,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    app.add_middleware(_Headers, build=str(store.manifest.get("build", "")))
    app.add_middleware(
        CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"]
    )
    app.add_middleware(_HeadAsGet)
    _errors(app, site)
    _pages(app, site)
    _api(app, site)
    schemes.add(app, site)
    protocol.add(app, site)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    _data(app, site)  # the last, as its addresses are any two words
    return app


def from_environment() -> FastAPI:
    """Return the application as the environment says; each process of a server calls this."""
    return create(
        Path(os.environ["DISEASE_KG_STORE"]),
        Limits(seconds=float(os.environ.get("DISEASE_KG_QUERY_SECONDS", "10"))),
        int(os.environ.get("DISEASE_KG_QUERY_WORKERS", "2")),
    )


class _HeadAsGet:
    """Answers HEAD as GET; the server leaves the content out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("method") == "HEAD":
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)


class _Headers:
    """Adds to every answer what keeps it safe, and to what never changes in a build its tag."""

    def __init__(self, app: ASGIApp, build: str) -> None:
        self._app = app
        self._tag = f'W/"{build}-{__version__}"'

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        fixed = scope["method"] == "GET" and scope["path"] != "/sparql"
        if fixed and Headers(scope=scope).get("if-none-match") == self._tag:
            unchanged = Response(status_code=304, headers={"ETag": self._tag, **_SAFE})
            await unchanged(scope, receive, send)
            return

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _SAFE.items():
                    headers.setdefault(name, value)
                if fixed and message["status"] == 200:
                    headers["ETag"] = self._tag
                    headers["Cache-Control"] = "public, max-age=3600"
            await send(message)

        await self._app(scope, receive, add)


def _errors(app: FastAPI, site: Site) -> None:
    """Make a page or JSON of every error, with its status and a sentence."""

    def told(
        request: Request, status: int, message: str, suggestions: Mapping[str, str]
    ) -> Response:
        wants = best(request.headers.get("accept", ""), ["application/json", HTML])
        if request.url.path.startswith(("/api", "/sparql")) or wants != HTML:
            said = {"error": message, "suggestions": list(suggestions)}
            return JSONResponse(said, status)
        headings = {300: "Which one?", 404: "There is no such page", 429: "Too many at once"}
        heading = headings.get(status, "Not so")
        values = {"status": status, "heading": heading, "message": message}
        return HTMLResponse(site.render("error.html", **values, suggestions=suggestions), status)

    async def known(request: Request, error: Exception) -> Response:
        suggestions = {text: text for text in getattr(error, "did_you_mean", ())}
        if isinstance(error, AmbiguousThing):
            suggestions = {id: f"{label} ({id})" for id, label in error.candidates}
        return told(request, status_of(error), str(error), suggestions)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return told(request, error.status_code, str(error.detail), {})

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        said = "; ".join(f"{e['loc'][-1]}: {e['msg']}" for e in error.errors())
        return told(request, 422, said, {})

    app.add_exception_handler(DiseaseKGError, known)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)


Text = Annotated[str, Query(max_length=500)]
Findings = Annotated[list[str], Query(max_length=100)]
Number = Annotated[int, Query(ge=1, le=10_000)]


def _pages(app: FastAPI, site: Site) -> None:
    """The pages that are not about one thing."""

    def page(address: str) -> Callable[[Any], Any]:
        return app.get(address, include_in_schema=False, response_class=HTMLResponse)

    @page("/")
    def home() -> str:
        return site.home()

    @page("/about")
    def about() -> str:
        return site.plain("about.html")

    @page("/sitemap")
    def sitemap() -> str:
        return site.plain("sitemap.html")

    @page("/docs")
    def docs() -> str:
        return site.render("api.html", paths=app.openapi()["paths"])

    @page("/sources")
    def sources() -> str:
        return site.sources()

    @app.get("/search", include_in_schema=False)
    def search(q: Text = "") -> Response:
        if ":" in q and (address := site.exact(q)):
            return RedirectResponse(address, 303)
        return HTMLResponse(site.search(q))

    @page("/symptoms")
    def symptoms(q: Text = "") -> str:
        return site.meant(q) if q.strip() else site.index("symptom")

    @page("/diagnosis")
    def diagnosis(present: Findings = [], absent: Findings = []) -> str:  # noqa: B006
        return site.diagnosis(present, absent)

    @page("/interview")
    def interview(
        said: Findings = [], yes: Findings = [], no: Findings = [],  # noqa: B006
        unknown: Findings = [], onset: Text = "", family: Text = "",  # noqa: B006
    ) -> str:  # fmt: skip
        return site.interview(said, yes, no, unknown, onset, family)

    @app.get("/sites", include_in_schema=False)
    def sites(q: Text = "") -> Response:
        return _one_or_index(site, "site", "BodySite", q)

    @app.get("/conditions", include_in_schema=False)
    def conditions(
        among: Text = "", symptom: Text = "", site_: Annotated[str, Query(alias="site")] = "",
        specialist: Text = "", authority: Text = "",
        letter: Annotated[str, Query(max_length=1)] = "", page: Number = 1, format: Text = "",
    ) -> Response:  # fmt: skip
        demands = {
            "among": among,
            "symptom": symptom,
            "site": site_,
            "specialist": specialist,
            "authority": authority,
        }
        if format == "csv":
            rows = (
                (compress(iri) or iri, label)
                for iri, label in answers.conditions(site.store, demands)
            )
            return _csv("conditions", ("id", "label"), rows)
        return HTMLResponse(site.listed(demands, letter, page))

    @app.get("/disagreements", include_in_schema=False)
    def disagreeing(page: Number = 1, format: Text = "") -> Response:
        if format != "csv":
            return HTMLResponse(site.disagreeing(page))
        text = io.BytesIO()
        write_by_authority(site.store, disagreements(site.store), text, "csv")
        return _download("disagreements.csv", text.getvalue())

    @app.get("/hierarchy", include_in_schema=False)
    def hierarchy() -> Response:
        return RedirectResponse(links.path(site.roots()[0], "tree"))

    @page("/letter/{letter}")
    def lettered(letter: Annotated[str, PathParameter(max_length=1)]) -> str:
        return site.lettered(letter)

    @page("/tree/{name}")
    def tree(name: str) -> str:
        return site.tree(_iri(site, "condition", name))

    @app.get("/robots.txt", include_in_schema=False)
    def robots(request: Request) -> Response:
        text = "User-agent: *\nDisallow: /sparql\nDisallow: /api/\n"
        return Response(f"{text}Sitemap: {request.base_url}sitemap.xml\n", media_type="text/plain")

    @app.get("/sitemap.xml", include_in_schema=False)
    def sitemap_xml(request: Request) -> Response:
        base = str(request.base_url).rstrip("/")
        iris = site.store.arrays.taxonomy("condition").iris
        pages = "".join(
            f"<url><loc>{escape(base + links.path(iri, 'condition'))}</loc></url>\n" for iri in iris
        )
        return Response(
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{pages}</urlset>\n',
            media_type="application/xml",
        )


def _one_or_index(site: Site, facet: str, kind: str, text: str) -> Response:
    """Return the page of the thing that a text names, of several the search, else the index."""
    if not text.strip():
        return HTMLResponse(site.index(facet))
    found = site.store.names.search(text, kind, 30)
    if len(found) == 1 or (found and found[0].score == 100):
        return RedirectResponse(links.path(found[0].iri), 303)
    shown = [(match, links.path(match.iri)) for match in found]
    return HTMLResponse(site.render("search.html", text=text, found=shown))


def _csv(name: str, head: tuple[str, ...], rows: Any) -> Response:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows(rows)
    return _download(f"{name}.csv", text.getvalue().encode())


def _download(name: str, content: bytes) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=disposition)


def _iri(site: Site, kind: str, name: str) -> str:
    """Return the IRI of the thing at an address; raises UnknownThing, InvalidIdentifier."""
    if kind == "condition":
        return str(resolve(site.store, name, "condition").value)
    return links.iri(kind, name)


def _data(app: FastAPI, site: Site) -> None:
    """Pages of one thing each, and the same things as linked data, by ending or by Accept."""

    @app.get("/ontology", include_in_schema=False)
    def ontology() -> Response:
        text = resources.path("ontology", "disease-kg.ttl").read_bytes()
        return Response(text, media_type="text/turtle; charset=utf-8")

    @app.get("/.well-known/void", include_in_schema=False)
    def void(request: Request) -> Response:
        lines = [
            "@prefix void: <http://rdfs.org/ns/void#> .",
            "@prefix dcterms: <http://purl.org/dc/terms/> .",
            f"<{request.base_url}.well-known/void> a void:Dataset ;",
            '  dcterms:title "disease-kg"@en ;',
            f"  void:sparqlEndpoint <{request.base_url}sparql> ;",
            f"  void:triples {sum(g['triples'] for g in site.store.manifest['graphs'].values())} ;",
            "  void:subset "
            + ", ".join(f"<{row['source']}>" for row in queries.run(site.store, "sources"))
            + " .",
        ]
        return Response("\n".join(lines) + "\n", media_type="text/turtle; charset=utf-8")

    @app.get("/{kind}/{name}", include_in_schema=False)
    async def thing(request: Request, kind: str, name: str) -> Response:
        """Answer at once with a page that is kept; a thread makes everything else."""
        if kind == "condition" and (page := site.kept.get(name)) and _wanted(request) == "html":
            return _unpacked(page, request)
        return await to_thread.run_sync(made, request, kind, name, limiter=app.state.making)

    def made(request: Request, kind: str, name: str) -> Response:
        if kind not in links.KINDS:
            raise HTTPException(404, f"there is nothing at /{kind}")
        name, _, suffix = name.rpartition(".") if _has_suffix(name) else (name, "", "")
        suffix = suffix or _wanted(request)
        iri = _iri(site, kind, name)
        address = links.path(iri, "condition" if kind == "condition" else "")
        if kind == "condition" and address != f"/{kind}/{name}":
            return RedirectResponse(address + ("" if suffix == "html" else f".{suffix}"), 301)
        if suffix == "html" and kind == "condition":
            return _unpacked(site.packed(iri, name), request)
        if suffix == "html":
            return HTMLResponse(_page(site, kind, iri))
        if suffix == "json":
            return JSONResponse(_as_json(site, kind, iri))
        output = io.BytesIO()
        export(site.store, output, SUFFIXES[suffix], condition=iri)
        media_type = FORMATS[SUFFIXES[suffix]].media_type
        return Response(output.getvalue(), media_type=f"{media_type}; charset=utf-8")


def _wanted(request: Request) -> str:
    """Return the ending of what a request accepts; raises HTTPException where there is none."""
    accept = request.headers.get("accept", "")
    plain = [media_type for media_type in _TYPES if media_type not in _DATASETS]
    wanted = best(accept, plain) or best(accept, _DATASETS)
    if wanted is None:
        raise HTTPException(406, f"choose from {', '.join(_TYPES)}")
    return _TYPES[wanted]


def _has_suffix(name: str) -> bool:
    return name.rpartition(".")[2] in {*SUFFIXES, "json", "html"}


def _page(site: Site, kind: str, iri: str) -> str:
    if kind != "source":
        return site.thing(kind, iri)
    if links.node(iri) not in site.store.descriptions:
        raise UnknownThing(compress(iri) or iri, kind="source")
    return site.sources()


def _unpacked(page: bytes, request: Request) -> Response:
    """Return a compressed page as it is to who can read it, else plain."""
    if "gzip" in request.headers.get("accept-encoding", ""):
        return HTMLResponse(page, headers={"Content-Encoding": "gzip"})
    return HTMLResponse(gzip.decompress(page))


def _as_json(site: Site, kind: str, iri: str) -> dict[str, Any]:
    if kind == "condition":
        return answers.condition(site.store, iri)
    if not any(site.store.find(links.node(iri))):
        raise UnknownThing(compress(iri) or iri, kind=links.KINDS[kind])
    found = answers.conditions(site.store, {kind: iri}) if kind in FACETS else []
    told = {"id": compress(iri) or iri, "iri": iri, "label": site.store.label(iri)}
    return {**told, "conditions": answers.listed(found)}


def _api(app: FastAPI, site: Site) -> None:
    """What the pages show, as JSON."""

    @app.get("/api/search")
    def search(q: Text, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> list[dict[str, Any]]:
        """Find things by name: whole words, beginnings, small misspellings."""
        return answers.search(site.store, q, limit)

    @app.get("/api/condition/{name}")
    def condition(name: str) -> dict[str, Any]:
        """Return everything that is known of a condition, by name or identifier."""
        return answers.condition(site.store, name)

    @app.get("/api/tree/{name}")
    def tree(name: str) -> dict[str, Any]:
        """Return the direct types of a condition, with how many there are below each."""
        return answers.tree(site.store, name)

    @app.get("/api/rarity/{name}")
    def rarity(name: str) -> dict[str, Any]:
        """Return what each authority says of a condition's rarity, and the published numbers."""
        return answers.rarity(site.store, name)

    @app.get("/api/symptoms")
    def symptoms(q: Text, limit: Annotated[int, Query(ge=1, le=50)] = 10) -> list[dict[str, Any]]:
        """Find the symptoms that plain words may mean."""
        return answers.symptoms(site.store, q, limit)

    @app.get("/api/differential")
    def differential(
        present: Findings, absent: Findings = [], method: Text = "likelihood",  # noqa: B006
        limit: Annotated[int, Query(ge=1, le=100)] = 10,
    ) -> dict[str, Any]:  # fmt: skip
        """Rank the conditions that findings, by name or identifier, speak for."""
        return answers.differential(site.asker, present, absent, method, limit)

    @app.get("/api/interview")
    def interview(
        said: Findings = [], yes: Findings = [], no: Findings = [],  # noqa: B006
        unknown: Findings = [], onset: Text = "", family: Text = "",  # noqa: B006
        limit: Annotated[int, Query(ge=1, le=100)] = 10,
    ) -> dict[str, Any]:  # fmt: skip
        """Return the next best question, and what the answers so far speak for."""
        so_far = answers.interview(site.asker, said, yes, no, unknown, onset, family)
        return answers.next_question(so_far, limit)

    @app.get("/api/conditions")
    def conditions(
        among: Text = "", symptom: Text = "", site_: Annotated[str, Query(alias="site")] = "",
        specialist: Text = "", authority: Text = "",
        limit: Annotated[int, Query(ge=1, le=50_000)] = 1000,
    ) -> list[dict[str, str]]:  # fmt: skip
        """Return the conditions that meet every demand, each by name or identifier."""
        found = answers.conditions(
            site.store,
            {
                "among": among,
                "symptom": symptom,
                "site": site_,
                "specialist": specialist,
                "authority": authority,
            },
        )
        return answers.listed(found[:limit])
