"""What no element of a publisher's XML may be: too deep, one of too many, in no language."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree.ElementTree import Element

from ..errors import SourceError
from .limits import MAX_DEPTH, MAX_ELEMENTS

_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_LANGUAGES = ("lang", "{http://www.w3.org/XML/1998/namespace}lang")


def check(path: Path, element: Element, depth: int, elements: int, last: str) -> None:
    """Refuse an element that is so deep, and so many in its record, after the last one.

    The language of a text becomes part of a line of N-Triples, so it has to have the form of one
    (https://www.rfc-editor.org/rfc/rfc5646). Raises SourceError.
    """
    if depth > MAX_DEPTH:
        raise SourceError(path, "nests deeper than any publisher's file", f"after {last}")
    if elements > MAX_ELEMENTS:
        raise SourceError(path, f"has a record of {MAX_ELEMENTS:,} elements", f"after {last}")
    for name in _LANGUAGES:
        language = element.get(name)
        if language and not _LANGUAGE.fullmatch(language):
            raise SourceError(path, f"names {language[:40]!r} as a language", f"after {last}")
