"""The page of a condition: its sections in the order of a page for people, each with its sources.

A page is data first (`Page`, `Section`, `Line`); text and Markdown are two ways to write it.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from .. import queries
from ..conditions import Condition
from ..store import Store
from .data import DISCLAIMER, NOTHING, Line, Page, Section
from .rendering import to_markdown, to_text
from .sections import SECTIONS
from .wording import named

__all__ = ["DISCLAIMER", "NOTHING", "Line", "Page", "Section", "page", "to_markdown", "to_text"]

_PAGES = """
    SELECT ?page ?title ?about {
        ?page a schema:WebPage ; dcterms:title ?title OPTIONAL { ?page rdfs:comment ?about }
    }"""


def page(store: Store, condition: Condition, whole: bool = False) -> Page:
    """Return the page of a condition, its long lists cut unless the whole of them is wanted."""
    sections = []
    for heading, fill in SECTIONS:
        section = Section(heading.format(condition.label), whole=whole)
        fill(condition, section)
        sections.append(section)
    titles = _titles(store)
    cited = (source for section in sections for line in section.lines for source in line.sources)
    return Page(
        named(condition),
        tuple(sections),
        {source: titles.get(source, source) for source in dict.fromkeys(cited)},
    )


_known_titles: WeakKeyDictionary[Store, dict[str, str]] = WeakKeyDictionary()


def _titles(store: Store) -> dict[str, str]:
    """Return title, release and licenses of each source by IRI, and the titles of cited pages."""
    if store not in _known_titles:
        _known_titles[store] = _read_titles(store)
    return _known_titles[store]


def _read_titles(store: Store) -> dict[str, str]:
    titles: dict[str, str] = {}
    for row in queries.run(store, "sources"):
        release = f", release {row['version']}" if row["version"] else ""
        before = titles.get(str(row["source"]), f"{row['title']}{release}")
        titles[str(row["source"])] = before + (f", {row['license']}" if row["license"] else "")
    cited = queries.execute(store, _PAGES)
    assert isinstance(cited, queries.Rows)
    for row in cited:
        about = f" ({row['about']})" if row["about"] else ""
        titles[str(row["page"])] = f"“{row['title']}”{about}"
    return titles
