"""Templates into HTML: the environment of Jinja, and how a text becomes links or data in a page."""

from __future__ import annotations

import json
import re
from typing import Any

import jinja2
from markupsafe import Markup, escape

from .. import __version__
from ..identifiers import short
from ..pages import DISCLAIMER, Line
from . import links

_ADDRESS = re.compile(
    rf"https?://[^\s)]+|\b(?:{'|'.join(links.RECORDS)}):[A-Za-z0-9.-]*[A-Za-z0-9]"
)


def environment(base: str | None) -> jinja2.Environment:
    """Return what renders the templates: for a server, or for a host of files at a path."""
    templates = jinja2.Environment(
        loader=jinja2.PackageLoader("kg.server"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    templates.filters.update(linked=_linked, addressed=_addressed, json_data=_json_data)
    templates.globals.update(
        disclaimer=DISCLAIMER, path=links.path, outside=links.outside, short=short,
        version=__version__, static=base is not None, base=base or "",
    )  # fmt: skip
    return templates


def _linked(line: Line) -> Markup:
    """Return the text of a line, the thing that it names and the addresses in it linked."""
    if line.about is not None and (page := links.mentioned(line.about.iri)):
        before, label, after = line.text.partition(line.about.label or line.text)
        if label and line.about.label:
            link = Markup('<a href="{}">{}</a>').format(page, label)
            return _addressed(before) + link + _addressed(after)
    return _addressed(line.text)


def _addressed(text: str) -> Markup:
    """Return a text with the addresses in it linked."""
    return Markup(_ADDRESS.sub(_anchor, str(escape(text))))


def _anchor(found: re.Match[str]) -> str:
    text = found[0]
    address = text if text.startswith("http") else links.record(text)
    if not address:
        return text
    return f'<a rel="noopener" href="{address}">{text}</a>'


def _json_data(value: Any) -> Markup:
    """Return JSON that can stand inside a script element: no text of it ends the element."""
    text = json.dumps(value, ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)
