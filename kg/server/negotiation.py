"""Which of the offered media types suits an asker best.

Specification: https://www.rfc-editor.org/rfc/rfc9110#name-accept
"""

from __future__ import annotations

from collections.abc import Sequence

HTML = "text/html"


def best(accept: str, offered: Sequence[str]) -> str | None:
    """Return the offered media type with the highest weight, the first of several, or None.

    >>> best("text/html;q=0.5, text/*", ["text/turtle", "text/html"])
    'text/turtle'
    >>> best("application/pdf", ["text/html"])
    """
    wanted = [_range(part) for part in (accept or "*/*").split(",")]
    weights = [_weight(media_type, wanted) for media_type in offered]
    highest = max(weights, default=0.0)
    return offered[weights.index(highest)] if highest > 0 else None


def _range(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                return name, min(max(float(value), 0.0), 1.0)
            except ValueError:
                return name, 0.0
    return name, 1.0


def _weight(media_type: str, wanted: Sequence[tuple[str, float]]) -> float:
    """Return the weight of the most specific range that a media type is in."""
    main = media_type.partition("/")[0]
    for pattern in (media_type, f"{main}/*", "*/*"):
        found = [weight for name, weight in wanted if name == pattern]
        if found:
            return max(found)
    return 0.0
