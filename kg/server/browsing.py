"""The addresses of the pages that are not about one thing, and of what they offer to download."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import escape

from .. import tables
from ..identifiers import short
from ..rarity import rare_by_one, write_grounds
from ..resolve import resolve
from ..search import identified
from ..search import search as find
from . import answers, links, views
from .parameters import AtSite, Findings, Letter, LetterInPath, Number, NumberInPath, Text
from .site import Site


def add(app: FastAPI, site: Site) -> None:
    """Add the addresses to the application."""

    def page(address: str) -> Callable[[Any], Any]:
        return app.get(address, include_in_schema=False, response_class=HTMLResponse)

    @page("/")
    def home() -> str:
        return views.front.home(site)

    @page("/about")
    def about() -> str:
        return views.front.plain(site, "about.html")

    @page("/sitemap")
    def sitemap() -> str:
        return views.front.plain(site, "sitemap.html")

    @page("/docs")
    def docs() -> str:
        return site.render("api.html", paths=app.openapi()["paths"])

    @page("/sources")
    def sources() -> str:
        return views.sources.page(site)

    @app.get("/search", include_in_schema=False)
    def search(q: Text = "") -> Response:
        named = identified(site.store, q)
        if len(named) == 1 and (address := answers.page_of(named[0])):
            return RedirectResponse(address, 303)
        return HTMLResponse(views.lists.found(site, q))

    @page("/symptoms")
    def symptoms(q: Text = "") -> str:
        return views.asking.meant(site, q) if q.strip() else views.lists.index(site, "symptom")

    @page("/diagnosis")
    def diagnosis(
        present: Findings = [], absent: Findings = [], helped: bool = False  # noqa: B006
    ) -> str:  # fmt: skip
        return views.asking.diagnosis(site, present, absent, helped)

    @page("/interview")
    def interview(
        said: Findings = [], yes: Findings = [], no: Findings = [],  # noqa: B006
        unknown: Findings = [], onset: Text = "", family: Text = "",  # noqa: B006
        helped: bool = False,
    ) -> str:  # fmt: skip
        texts = {"said": said, "yes": yes, "no": no, "unknown": unknown}
        return views.asking.interview(site, texts, onset, family, helped)

    @app.get("/sites", include_in_schema=False)
    def sites(q: Text = "") -> Response:
        return _one_or_index(site, "site", "BodySite", q)

    @app.get("/conditions", include_in_schema=False)
    def conditions(
        among: Text = "", symptom: Text = "", site_: AtSite = "", specialist: Text = "",
        authority: Text = "", cause: Text = "", animals: Text = "", letter: Letter = "",
        page: Number = 1, format: Text = "",
    ) -> Response:  # fmt: skip
        demands = {
            "among": among,
            "symptom": symptom,
            "site": site_,
            "specialist": specialist,
            "authority": authority,
            "cause": cause,
        }
        if format != "csv":
            return HTMLResponse(views.lists.conditions(site, demands, bool(animals), letter, page))
        found, _ = site.people.among(answers.conditions(site.store, demands), bool(animals))
        rows = ((short(iri), label) for iri, label in found)
        return _csv("conditions", ("id", "label"), rows)

    @app.get("/disagreements", include_in_schema=False)
    def disagreements(
        authority: Text = "", other: Text = "", page: Number = 1, format: Text = ""
    ) -> Response:
        text = io.BytesIO()
        if authority and other:
            if format != "csv":
                return HTMLResponse(views.disagreements.one_sided(site, authority, other, page))
            tables.write(rare_by_one(site.store, authority, other), text, "csv")
            return _download("rare-by-one.csv", text.getvalue())
        if format != "csv":
            return HTMLResponse(views.disagreements.page(site, page))
        write_grounds(site.store, site.authorities.disagreements, text)
        return _download("disagreements.csv", text.getvalue())

    @app.get("/hierarchy", include_in_schema=False)
    def hierarchy() -> Response:
        return RedirectResponse(links.path(views.tree.roots(site)[0], "tree"))

    @page("/letter/{letter}")
    def lettered(letter: LetterInPath) -> str:
        return views.lists.lettered(site, letter)

    @page("/letter/{letter}/{number}")
    def lettered_further(letter: LetterInPath, number: NumberInPath) -> str:
        return views.lists.lettered(site, letter, number)

    @page("/tree/{name}")
    def tree(name: str) -> str:
        return views.tree.page(site, str(resolve(site.store, name, "condition").value))

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
        return HTMLResponse(views.lists.index(site, facet))
    found = find(site.store, text, kind, 30)
    if len(found) == 1 or (found and found[0].score == 100):
        return RedirectResponse(answers.page_of(found[0]), 303)
    return HTMLResponse(views.lists.matching(site, text, found))


def _csv(name: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Response:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows(rows)
    return _download(f"{name}.csv", text.getvalue().encode())


def _download(name: str, content: bytes) -> Response:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=disposition)
