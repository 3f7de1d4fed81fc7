"""Tab-separated tables with a head of `#` lines and a row of column names."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path

from ..errors import SourceError
from ..identifiers import try_parse_curie
from .files import lines

_IDENTIFIER = re.compile(r"[^\s:]+:\S+")


def rows(
    path: Path, columns: Sequence[str], optional: Sequence[str] = (), quoted: bool = False
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield (line number, the cells of the given columns) of each row; `#` lines are passed over.

    An optional column that the file lacks has empty cells. In a `quoted` table cells may stand in
    double quotes, with tabs and ends of lines inside. Raises SourceError when a column is missing
    or a row has another width than the names above it.
    """
    width = 0
    pick: Callable[[list[str]], tuple[str, ...]]
    for number, cells in _unquoted(path) if quoted else _split(path):
        if not any(cells) or (not width and len(cells) == 1 and cells[0].startswith("#")):
            continue
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
            wanted = (*columns, *optional)
            pick = itemgetter(*(names.index(name) if name in names else width for name in wanted))
        elif len(cells) != width:
            raise SourceError(path, f"has {len(cells)} cells in {width} columns", f"line {number}")
        else:
            cells.append("")
            yield number, pick(cells)
    if not width:
        raise SourceError(path, "has no row of column names", advice="download it again")


def _split(path: Path) -> Iterator[tuple[int, list[str]]]:
    for number, line in lines(path):
        yield number, line.split("\t")


def _unquoted(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each row of a table with quotes, and the number of its last line."""
    table = csv.reader((line + "\n" for _, line in lines(path)), delimiter="\t", strict=True)
    try:
        for cells in table:
            yield table.line_num, cells
    except csv.Error as error:
        problem = f"has quotes that do not match ({error})"
        raise SourceError(path, problem, f"line {table.line_num}", "download it again") from error


def comment(path: Path, key: str) -> str:
    """Return the value of a line like "#version: 2025-05-31" in a table's head, "" without one."""
    for _, line in lines(path):
        if not line.startswith("#"):
            break
        name, _, value = line.lstrip("# ").partition(":")
        if name == key:
            return value.strip()
    return ""


def digest(cells: Sequence[str]) -> str:
    """Return what tells a row from others: a short digest of what it says."""
    return hashlib.sha256("\t".join(cells).encode()).hexdigest()[:8]


def identifier(path: Path, number: int, cell: str) -> str | None:
    """Return the canonical CURIE of a cell, or None for an empty one or one of no registry.

    Raises SourceError for a cell that has not even the form of an identifier.
    """
    if cell and not _IDENTIFIER.fullmatch(cell):
        problem = f"has {cell[:60]!r} in a column of identifiers"
        raise SourceError(path, problem, f"line {number}", "are the columns in their order?")
    return try_parse_curie(cell)
