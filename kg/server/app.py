"""The application: its parts put together over a store, and what errors become."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Thread

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from .. import __version__
from ..errors import AmbiguousThing, DiseaseKGError
from ..pages import DISCLAIMER
from ..store import Store, default_directory
from . import api, browsing, headers, linked_data, protocol, schemes
from .negotiation import HTML, best
from .site import Site
from .status import status_of
from .workers import Limits, Pool

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
        responses={status: {"model": Problem} for status in (400, 404, 422)},
    )
    headers.add(app)
    _errors(app, site)
    browsing.add(app, site)
    api.add(app, site)
    schemes.add(app, site)
    protocol.add(app, site)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    linked_data.add(app, site)  # the last, as its addresses are any two words
    return app


def from_environment() -> FastAPI:
    """Return the application as the environment says; each process of a server calls this."""
    return create(
        Path(os.environ["DISEASE_KG_STORE"]),
        Limits(seconds=float(os.environ.get("DISEASE_KG_QUERY_SECONDS", "10"))),
        int(os.environ.get("DISEASE_KG_QUERY_WORKERS", "2")),
    )


class Problem(BaseModel):
    """What an answer says that could not be given: why, and what may have been meant."""

    error: str
    suggestions: list[str]


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
        advice = getattr(error, "advice", "")  # which is for who uses the command
        message = str(error).removesuffix(f"; {advice}")
        suggestions = {text: text for text in getattr(error, "did_you_mean", ())}
        if isinstance(error, AmbiguousThing):
            suggestions = {id: f"{label} ({id})" for id, label in error.candidates}
        return told(request, status_of(error), message, suggestions)

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
