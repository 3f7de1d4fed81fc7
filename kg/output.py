"""Writing a file that is whole or not there: beside its place first, compressed by its name."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Yield a file beside a path that takes its place at the end, or vanishes on an error.

    What is no file, but a device or a pipe, is written to and not replaced.
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as device:
            yield device
        return
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            if path.suffix == ".gz":
                with gzip.GzipFile("", "wb", compresslevel=6, fileobj=file, mtime=0) as packed:
                    yield cast(BinaryIO, packed)
            else:
                yield file
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
