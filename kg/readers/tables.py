"""Tab-separated tables with a head of `#` lines and a row of column names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ..errors import SourceError
from .files import lines


def rows(path: Path, columns: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line number, row) below the row of column names; `#` lines are passed over.

    Raises SourceError when a column of `columns` is missing or a row has another width.
    """
    names: list[str] = []
    for number, line in lines(path):
        if not line or (line.startswith("#") and not names and "\t" not in line):
            continue
        cells = line.split("\t")
        if not names:
            names = [name.lstrip("#") for name in cells]
            missing = [column for column in columns if column not in names]
            if missing:
                raise SourceError(
                    path,
                    f"lacks the column {', '.join(missing)}",
                    f"line {number}",
                    f"its columns are {', '.join(names)[:200]}; is it the right file?",
                )
        elif len(cells) > len(names):
            raise SourceError(
                path, f"has {len(cells)} cells in {len(names)} columns", f"line {number}"
            )
        else:
            cells += [""] * (len(names) - len(cells))
            yield number, dict(zip(names, cells, strict=True))
    if not names:
        raise SourceError(path, "has no row of column names", advice="download it again")
