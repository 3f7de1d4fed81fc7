"""What the pages show, as JSON: addresses below /api, which OpenAPI describes."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Query

from . import answers
from .parameters import AtSite, Findings, Helped, Text
from .site import Site


def add(app: FastAPI, site: Site) -> None:
    """Add the addresses to the application."""

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
        limit: Annotated[int, Query(ge=1, le=100)] = 10, helped: Helped = False,
    ) -> dict[str, Any]:  # fmt: skip
        """Rank the conditions that findings, by name or identifier, speak for."""
        return answers.differential(site.asker, present, absent, method, limit, helped)

    @app.get("/api/interview")
    def interview(
        said: Findings = [], yes: Findings = [], no: Findings = [],  # noqa: B006
        unknown: Findings = [], onset: Text = "", family: Text = "",  # noqa: B006
        limit: Annotated[int, Query(ge=1, le=100)] = 10, helped: Helped = False,
    ) -> dict[str, Any]:  # fmt: skip
        """Return the next best question, and what the answers so far speak for."""
        so_far = answers.interview(site.asker, said, yes, no, unknown, onset, family, helped)
        return answers.next_question(so_far, limit)

    @app.get("/api/conditions")
    def conditions(
        among: Text = "", symptom: Text = "", site_: AtSite = "",
        specialist: Text = "", authority: Text = "", cause: Text = "",
        animals: bool = True, limit: Annotated[int, Query(ge=1, le=50_000)] = 1000,
    ) -> list[dict[str, str]]:  # fmt: skip
        """Return the conditions that meet every demand, each by name or identifier.

        Those of animals as well, unless `animals` is false.
        """
        found = answers.conditions(
            site.store,
            {
                "among": among,
                "symptom": symptom,
                "site": site_,
                "specialist": specialist,
                "authority": authority,
                "cause": cause,
            },
        )
        return answers.listed(site.people.among(found, animals)[0][:limit])
