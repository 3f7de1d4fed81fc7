"""Lists: what a text finds, the conditions that meet demands or have a letter, things by number."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from ... import facets, search
from ...alarms import Alarm
from ...names import Match
from .. import answers, links
from ..people import Named
from ..site import Site
from .paging import paged, pages


def found(site: Site, text: str, limit: int = 30) -> str:
    """Return what a text finds, of every kind."""
    matches = search.search(site.store, text, None, limit) if text.strip() else []
    return matching(site, text, matches, site.alarms.said(text))


def matching(site: Site, text: str, matches: Sequence[Match], alarms: Sequence[Alarm] = ()) -> str:
    """Return what a text was found to be, each with its page."""
    shown = [(match, answers.page_of(match)) for match in matches]
    return site.render("search.html", text=text, found=shown, alarms=alarms)


def conditions(site: Site, demands: dict[str, str], animals: bool, letter: str, number: int) -> str:
    """Return a page of the conditions that meet demands, those of a letter alone if given."""
    met = _with_letter(answers.conditions(site.store, demands), letter)
    listed, without = site.people.among(met, animals)
    given = {key: text for key, text in demands.items() if text}
    given |= {"animals": "yes"} if animals else {}
    return site.render(
        "conditions.html",
        **paged(listed, number),
        without=without,
        demands=demands,
        animals=animals,
        letter=letter,
        address=lambda **more: "/conditions?" + urlencode({**given, **more}),
        specialists=site.people.specialists,
        authorities=site.authorities.all,
    )


def lettered(site: Site, letter: str, number: int = 1) -> str:
    """Return a page of people's conditions whose names begin with a letter or a digit."""
    listed, without = site.people.among(_all_with_letter(site, letter))
    animals = links.path(facets.ANIMALS, "tree")
    return site.render(
        "letter.html", letter=letter, **paged(listed, number), without=without, animals=animals
    )


def pages_of(site: Site, letter: str) -> int:
    """Return how many pages the conditions with a letter have, one at least."""
    listed, _ = site.people.among(_all_with_letter(site, letter))
    return max(1, pages(listed))


def index(site: Site, kind: str) -> str:
    """Return the list of all symptoms or body sites, by how many conditions have each."""
    return site.render("index.html", kind=kind, found=site.people.top(kind, 600))


def _all_with_letter(site: Site, letter: str) -> list[Named]:
    taxonomy = site.store.arrays.taxonomy("condition")
    return _with_letter(list(zip(taxonomy.iris, taxonomy.labels, strict=True)), letter)


def _with_letter(named: list[Named], letter: str) -> list[Named]:
    """Return the conditions whose names begin with a letter; all for none."""
    if not letter:
        return named
    return [pair for pair in named if pair[1][:1].casefold() == letter.casefold()]
