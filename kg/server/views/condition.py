"""The page of a condition, made anew or kept, and that of an entry that was withdrawn."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from urllib.parse import urlencode

from markupsafe import Markup

from ... import pages
from ...conditions import Condition
from ...schemaorg import medical_condition
from .. import charts, links
from ..site import Site
from . import tree

_KEPT = 32_768
"""So many pages are kept ready, compressed: all conditions', in some 150 MB."""


def packed(site: Site, iri: str, name: str) -> bytes:
    """Return the page of a condition, compressed, and keep it under a name.

    The bytes do not say when they were made: all processes of a server give the same.
    """
    ready = site.kept.get(name) or gzip.compress(page(site, iri).encode(), 5, mtime=0)
    while len(site.kept) >= _KEPT:
        site.kept.pop(next(iter(site.kept)), None)
    site.kept[name] = ready
    return ready


def page(site: Site, iri: str, whole: bool = False) -> str:
    """Return the page of a condition, made anew, with the whole of its long lists if wanted."""
    condition = Condition(site.store, iri)
    if condition.deprecated:
        return _withdrawn(site, condition)
    told = pages.page(site.store, condition, whole)
    return site.render(
        "condition.html",
        condition=condition,
        page=told,
        numbers={source: number for number, source in enumerate(told.sources, 1)},
        chart=_chart(site, condition),
        around=tree.around(site, condition),
        schema=medical_condition(condition, site.base + links.path(iri, "condition")),
        research=_research(condition),
    )


def _withdrawn(site: Site, condition: Condition) -> str:
    """Return the page of an entry that its source has withdrawn: what to see instead."""
    instead = [
        (thing, links.mentioned(thing.iri) if site.store.label(thing.iri) else "")
        for thing in condition.replacements
    ]
    return site.render("withdrawn.html", condition=condition, instead=instead)


def _chart(site: Site, condition: Condition) -> Markup | None:
    """Return the chart of the published shares of a condition, None without any."""
    bars = []
    for row in condition.estimates:
        least, most, value = row["lower"], row["upper"], row["value"]
        if row["type"] == "point prevalence" and (value is not None or least is not None):
            low = float(str(value if least is None else least))
            high = float(str(value)) if most is None and least is None else most
            bars.append(
                charts.Bar(
                    str(row["geography"]),
                    low,
                    None if high is None else float(str(high)),
                    row["validated"] is True,
                )
            )
    return charts.prevalence(bars[:12], site.authorities.limits) if bars else None


def _research(condition: Condition) -> Sequence[tuple[str, str]]:
    """Return searches for what is written and tried: names of the places, and addresses."""
    name = condition.label
    return [
        ("PubMed", "https://pubmed.ncbi.nlm.nih.gov/?" + urlencode({"term": f'"{name}"'})),
        ("ClinicalTrials.gov", "https://clinicaltrials.gov/search?" + urlencode({"cond": name})),
    ]
