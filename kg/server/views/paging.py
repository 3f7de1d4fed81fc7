"""Lists that are too long for one page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...errors import UnknownThing

PER_PAGE = 200
"""So many entries of a list stand on a page."""


def pages(found: Sequence[Any]) -> int:
    """Return how many pages a list has: none if it is empty."""
    return -(-len(found) // PER_PAGE)


def paged(found: Sequence[Any], number: int) -> dict[str, Any]:
    """Return what a page of a list shows: its entries, of how many, on which of how many pages.

    Raises UnknownThing for a page that there is not.
    """
    if number > max(1, pages(found)):
        raise UnknownThing(str(number), kind="page")
    begin = (number - 1) * PER_PAGE
    shown = found[begin : begin + PER_PAGE]
    return {"found": shown, "total": len(found), "number": number, "pages": pages(found)}
