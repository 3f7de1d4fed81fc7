"""Where authorities disagree: rare to one and not to another, or listed by one alone."""

from __future__ import annotations

from urllib.parse import urlencode

from ... import queries
from ...explain import BASES
from ...rarity import ENTRY, grounds, rare_by_one
from ...resolve import resolve
from ...things import Thing
from ...vocabulary import ORPHANET
from ..site import Site
from .paging import paged


def page(site: Site, number: int) -> str:
    """Return a page of the conditions on which authorities disagree, and on what grounds."""
    listed = paged(site.authorities.disagreements, number)
    found = [(one, grounds(site.store, one.condition)) for one in listed.pop("found")]
    return site.render(
        "disagreements.html",
        **listed,
        found=found,
        bases={name.lower(): words for name, words in BASES.items()},
        authorities=site.authorities.rating,
        criteria=[
            row
            for row in queries.run(site.store, "authorities")
            if row["definition"] and (row["rare"] or row["not_rare"])
        ],
        alone=site.authorities.alone,
        entry=ENTRY if ORPHANET in site.authorities.entries else "",
    )


def one_sided(site: Site, authority: str, other: str, number: int) -> str:
    """Return a page of the conditions that one authority says are rare, another does not."""
    found = list(rare_by_one(site.store, authority, other))
    says, says_not = (
        Thing(iri, site.store.label(iri))
        for text in (authority, other)
        for iri in [str(resolve(site.store, text, "authority").value)]
    )
    entries = site.authorities.entries.keys() & {says.iri, says_not.iri}
    return site.render(
        "one-sided.html",
        **paged(found, number),
        says=says,
        says_not=says_not,
        entry=ENTRY if ORPHANET in entries else "",
        denied=sum(bool(row["denied"]) for row in found),
        address=lambda **more: (
            "/disagreements?" + urlencode({"authority": authority, "other": other, **more})
        ),
    )
