"""The hierarchy around a condition: on a page of its own, and as rows on the condition's."""

from __future__ import annotations

from ...conditions import Condition
from ...errors import UnknownThing
from ...identifiers import short
from .. import charts
from ..site import Site


def page(site: Site, iri: str) -> str:
    """Return the hierarchy around a condition: its ways up, its types, a picture."""
    taxonomy = site.store.arrays.taxonomy("condition")
    if iri not in taxonomy.numbers:
        raise UnknownThing(short(iri))
    return site.render(
        "tree.html",
        iri=iri,
        label=site.hierarchy.label(iri),
        below=taxonomy.below.count(taxonomy.numbers[iri]),
        ways=[[(i, site.hierarchy.label(i)) for i in way] for way in _ways_up(site, iri, 6)],
        children=_children(site, iri),
        picture=charts.icicle(site.store.arrays, iri),
    )


def around(site: Site, condition: Condition) -> list[tuple[int, str, str, int]]:
    """Return the neighborhood of a condition as rows of a tree: depth, IRI, name, number."""
    taxonomy = site.store.arrays.taxonomy("condition")
    if condition.iri not in taxonomy.numbers:
        return []
    ways = _ways_up(site, condition.iri, 1)
    rows = [
        (depth, iri, site.hierarchy.label(iri), taxonomy.below.count(taxonomy.numbers[iri]))
        for depth, iri in enumerate(ways[0] if ways else [condition.iri])
    ]
    depth = len(rows)
    rows += [(depth, t.iri, t.label, t.count) for t in condition.narrower[:12]]
    return rows


def roots(site: Site) -> list[str]:
    """Return the IRIs of the conditions at the top, the largest first."""
    return sorted(site.hierarchy.roots(), key=lambda r: -len(site.hierarchy.descendants(r)))


def _ways_up(site: Site, iri: str, most: int) -> list[list[str]]:
    """Return ways from a root down to a condition, one for each of its parents at first."""
    taxonomy = site.store.arrays.taxonomy("condition")
    tops = [n for n in taxonomy.above[taxonomy.numbers[iri]] if not taxonomy.parents.count(n)]
    found: list[list[str]] = []
    for top in tops:
        found += [way[::-1] for way in site.hierarchy.paths(iri, taxonomy.iris[top], most)]
    return sorted(found, key=len)[:most]


def _children(site: Site, iri: str) -> list[tuple[str, str, int, int]]:
    """Return the direct types: IRI, name, how many are below, how many parents each has."""
    taxonomy = site.store.arrays.taxonomy("condition")
    return [
        (
            taxonomy.iris[n],
            site.hierarchy.label(taxonomy.iris[n]),
            taxonomy.below.count(n),
            taxonomy.parents.count(n),
        )
        for n in taxonomy.children[taxonomy.numbers[iri]]
    ]
