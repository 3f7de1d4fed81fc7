"""What errors become: the status of an answer that could not be given."""

from __future__ import annotations

from ..errors import AmbiguousThing, DiseaseKGError, InvalidIdentifier, NotFound, QueryError
from .workers import Busy, GivenUp, Refused, TooLarge

_STATUS: dict[type[Exception], int] = {
    AmbiguousThing: 300,
    NotFound: 404,
    InvalidIdentifier: 404,
    Refused: 403,
    TooLarge: 413,
    GivenUp: 503,
    Busy: 429,
    QueryError: 400,
    DiseaseKGError: 400,
}
"""What errors become; the first that fits."""


def status_of(error: Exception) -> int:
    """Return the HTTP status for an error of this package."""
    return next(code for kind, code in _STATUS.items() if isinstance(error, kind))
