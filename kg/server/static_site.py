"""The whole site as files, for any web host: every page, every condition's data, a search.

A page at /condition/MONDO:0000477 is the file condition/MONDO:0000477/index.html, which every host
finds. What needs a server is left out: SPARQL, the API, lists by several demands.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from string import ascii_uppercase, digits
from urllib.parse import unquote

from ..errors import DiseaseKGError
from ..exports import export
from ..names import fold
from ..rarity import write_grounds
from ..store import Store
from . import answers, links
from .site import Site
from .views import condition, disagreements, front, lists, sources, thing, tree

Progress = Callable[[str], None]

_STATIC = Path(__file__).parent / "static"
_ROOTED = re.compile(r'(?<=[ \n])(href|src|action)="/')
_STEP = 2_000


def write(
    directory: Path, folder: Path, base: str = "", progress: Progress = lambda message: None
) -> int:
    """Write the site of the store in a directory into a folder; returns the number of pages.

    `base` is the path that the site will have on its host, such as "/kg". Files that are there are
    replaced, others are left alone. Raises DiseaseKGError for a folder that cannot be written.
    """
    base = "/" + base.strip("/") if base.strip("/") else ""
    site = Site(Store.open(directory), base)
    try:
        shutil.copytree(_STATIC, folder / "static", dirs_exist_ok=True)
        progress("writing the lists and the search")
        count = _shared(site, folder)
        _search(site, folder / "search")
        addresses = list(_addresses(site))
        context = get_context("spawn")
        setup = partial(_begin, directory, base, folder)
        with context.Pool(os.cpu_count(), setup) as pool:
            for done in pool.imap_unordered(_write_thing, addresses, chunksize=50):
                count += done
                if count % _STEP == 0:
                    progress(f"{count:,} of {len(addresses):,} pages")
    except OSError as error:
        raise DiseaseKGError(f"{folder} cannot be written: {error.strerror}") from error
    return count


def _shared(site: Site, folder: Path) -> int:
    """Write the pages that are not about one thing, and the downloads."""
    pages = {
        "": front.home(site),
        "about": front.plain(site, "about.html"),
        "sitemap": front.plain(site, "sitemap.html"),
        "sources": sources.page(site),
        "search": lists.found(site, ""),
        "symptoms": lists.index(site, "symptom"),
        "sites": lists.index(site, "site"),
        "disagreements": disagreements.page(site, 1),
        "hierarchy": tree.page(site, tree.roots(site)[0]),
        "conditions": lists.lettered(site, "A"),
        **{links.path(graph).lstrip("/"): sources.page(site) for graph in site.store.graphs()},
    }
    for source in sources.all_cited(site):
        pages[links.path(source).lstrip("/")] = sources.cited(site, source)
    for letter in ascii_uppercase + digits:
        pages[f"letter/{letter}"] = lists.lettered(site, letter)
        for number in range(2, lists.pages_of(site, letter) + 1):
            pages[f"letter/{letter}/{number}"] = lists.lettered(site, letter, number)
    for address, text in pages.items():
        _put(folder / address / "index.html", _based(text, site.base))
    table = io.BytesIO()
    write_grounds(site.store, site.authorities.disagreements, table)
    (folder / "disagreements.csv").write_bytes(table.getvalue())
    return len(pages)


def _search(site: Site, folder: Path) -> None:
    """Write the names of the conditions by the first two letters of each of their words.

    The shorter come first, conditions before others, what animals have last.
    """
    store = site.store
    last = {links.path(iri, "condition") for iri in site.people.animals}
    shards: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for entry in store.names.entries():
        if entry.kind in ("Condition", "Phenotype", "BodySite", "Specialist"):
            kind = "condition" if entry.kind == "Condition" else ""
            told = [entry.text, links.path(entry.iri, kind), store.arrays.label(entry.iri)]
            for word in fold(entry.text).split():
                shards[word[:2]][entry.iri + entry.text] = told
    folder.mkdir(parents=True, exist_ok=True)
    for letters, entries in shards.items():
        if letters.isascii():
            nearest = sorted(entries.values(), key=lambda told: (told[1] in last, *_rank(told)))
            (folder / f"{letters}.json").write_text(json.dumps(nearest), "utf-8")


def _rank(told: list[str]) -> tuple[int, bool, str]:
    """Return what an entry is sorted by: the shorter name first, and conditions before others."""
    name, page, _ = told
    return len(name), not page.startswith("/condition/"), name


def _addresses(site: Site) -> Iterator[tuple[str, str]]:
    """Yield kind and IRI of everything that has a page of its own."""
    conditions = site.store.arrays.taxonomy("condition")
    for number, iri in enumerate(conditions.iris):
        yield "condition", iri
        if conditions.below.count(number):
            yield "tree", iri
    for kind in ("symptom", "site"):
        yield from ((kind, iri) for iri in site.store.arrays.facet(kind).things.iris)
    yield from (("specialist", one.specialist) for one in site.people.specialists)
    yield from (("authority", one.iri) for one in site.authorities.all)


_here: tuple[Site, Path]


def _begin(directory: Path, base: str, folder: Path) -> None:
    """Open the site in a process of the pool."""
    global _here
    _here = Site(Store.open(directory), base), folder


def _write_thing(address: tuple[str, str]) -> int:
    """Write the page of a thing, and a condition's data; returns the number of pages.

    A condition of which a list is cut has another with the whole, to which its page links.
    """
    site, folder = _here
    kind, iri = address
    place = folder / unquote(links.path(iri, kind)).lstrip("/")
    if kind == "condition":
        text = condition.page(site, iri)
    elif kind == "tree":
        text = tree.page(site, iri)
    else:
        text = thing.page(site, kind, iri)
    _put(place / "index.html", _based(text, site.base))
    is_cut = kind == "condition" and f"{links.path(iri, kind)}/all#" in text
    if is_cut:
        whole = condition.page(site, iri, whole=True)
        _put(place / "all" / "index.html", _based(whole, site.base))
    if kind == "condition":
        data = io.BytesIO()
        export(site.store, data, "jsonld", condition=iri)
        place.with_name(f"{place.name}.jsonld").write_bytes(data.getvalue())
    elif kind == "tree":
        told = answers.tree(site.store, iri)
        place.with_name(f"{place.name}.json").write_text(json.dumps(told), "utf-8")
    return 1 + is_cut


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _based(text: str, base: str) -> str:
    """Return a page whose addresses begin with the site's path."""
    return _ROOTED.sub(rf'\1="{base}/', text) if base else text
