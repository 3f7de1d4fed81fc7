"""Tab-separated tables with a head of `#` lines and a row of column names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path

from ..errors import SourceError
from ..identifiers import try_parse_curie
from .files import lines

_IDENTIFIER = re.compile(r"[^\s:]+:\S+")


def rows(
    path: Path, columns: Sequence[str], optional: Sequence[str] = ()
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield (line number, the cells of the given columns) of each row; `#` lines are passed over.

    An optional column that the file lacks has empty cells. Raises SourceError when another is
    missing or a row has another width than the names above it.
    """
    width = 0
    pick: Callable[[list[str]], tuple[str, ...]]
    for number, line in lines(path):
        if not line or (line.startswith("#") and not width and "\t" not in line):
            continue
        cells = line.split("\t")
        if not width:
            names = [name.lstrip("#") for name in cells]
            missing = [column for column in columns if column not in names]
            if missing:
                raise SourceError(
                    path,
                    f"lacks the column {', '.join(missing)}",
                    f"line {number}",
                    f"its columns are {', '.join(names)[:200]}; is it the right file?",
                )
            width = len(names)
            known = [*columns, *(column for column in optional if column in names)]
            pick = itemgetter(*(names.index(column) for column in known))
            rest = ("",) * (len(columns) + len(optional) - len(known))
        elif len(cells) != width:
            raise SourceError(path, f"has {len(cells)} cells in {width} columns", f"line {number}")
        else:
            yield number, pick(cells) + rest
    if not width:
        raise SourceError(path, "has no row of column names", advice="download it again")


def identifier(path: Path, number: int, cell: str) -> str | None:
    """Return the canonical CURIE of a cell, or None for an empty one or one of no registry.

    Raises SourceError for a cell that has not even the form of an identifier.
    """
    if cell and not _IDENTIFIER.fullmatch(cell):
        problem = f"has {cell[:60]!r} in a column of identifiers"
        raise SourceError(path, problem, f"line {number}", "are the columns in their order?")
    return try_parse_curie(cell)
