"""The first page, and those that show nothing of the graph but its counts."""

from __future__ import annotations

from ..site import Site


def home(site: Site) -> str:
    """Return the first page: search, and ways to browse."""
    animals = len(site.people.animals)
    return site.render(
        "home.html",
        conditions=len(site.store.arrays.taxonomy("condition").iris) - animals,
        animals=animals,
        specialists=[one for one in site.people.specialists if one.conditions],
        authorities=site.authorities.all,
        sites=site.people.top("site", 24),
        symptoms=site.people.top("symptom", 24),
    )


def plain(site: Site, template: str) -> str:
    """Return a page that shows nothing of the graph but its counts."""
    taxonomy = site.store.arrays.taxonomy("condition")
    return site.render(template, conditions=len(taxonomy.iris))
