"""Tab-separated tables with a head of `#` lines and a row of column names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path

from ..errors import SourceError
from .files import lines


def rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield (line number, the cells of the given columns) of each row; `#` lines are passed over.

    Raises SourceError when a column is missing or a row has another width than the names above it.
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
            pick = itemgetter(*(names.index(column) for column in columns))
        elif len(cells) != width:
            raise SourceError(path, f"has {len(cells)} cells in {width} columns", f"line {number}")
        else:
            yield number, pick(cells)
    if not width:
        raise SourceError(path, "has no row of column names", advice="download it again")
