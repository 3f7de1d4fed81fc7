"""Sorting more lines than memory should hold: sorted runs in temporary files, then merged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from itertools import groupby, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

RUN = 500_000
"""So many lines are sorted in memory at a time."""


def sorted_lines(
    lines: Iterable[bytes], key: Callable[[bytes], bytes] | None = None, run: int = RUN
) -> Iterator[bytes]:
    r"""Yield lines, each with its line feed and each once, in the order of their keys.

    >>> list(sorted_lines([b"c\n", b"a\n", b"b\n", b"a\n"], run=2))
    [b'a\n', b'b\n', b'c\n']
    """
    return (line for line, _ in groupby(_sorted(lines, key, run)))


def _sorted(
    lines: Iterable[bytes], key: Callable[[bytes], bytes] | None, run: int
) -> Iterator[bytes]:
    lines = iter(lines)
    first = sorted(islice(lines, run), key=key)
    if len(first) < run:
        yield from first
        return
    with TemporaryDirectory(prefix="disease-kg-") as folder:
        runs: list[IO[bytes]] = []
        try:
            while first:
                runs.append((Path(folder) / str(len(runs))).open("w+b"))
                runs[-1].writelines(first)
                runs[-1].seek(0)
                first = sorted(islice(lines, run), key=key)
            yield from merge(*runs, key=key)
        finally:
            for file in runs:
                file.close()
