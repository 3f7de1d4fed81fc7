"""Files that are whole or not there: written beside their place first, compressed by their name."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
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
        with beside.open("wb") as file, _packing(file, path.suffix) as stream:
            yield stream
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def unpack(packed: Path, path: Path) -> None:
    """Write what a file compressed as .zst holds to another path."""
    import zstandard

    with packed.open("rb") as source, path.open("wb") as file:
        zstandard.ZstdDecompressor().copy_stream(source, file)


def packed_lines(packed: Path) -> Iterator[bytes]:
    """Yield the lines of a file compressed as .zst."""
    import zstandard

    with (
        packed.open("rb") as source,
        zstandard.ZstdDecompressor().stream_reader(source) as stream,
    ):
        yield from io.BufferedReader(stream, 1 << 20)


def _packing(file: BinaryIO, suffix: str) -> AbstractContextManager[BinaryIO]:
    """Return the stream to write to: the file itself, or what compresses into it."""
    if suffix == ".gz":
        packed = gzip.GzipFile("", "wb", compresslevel=6, fileobj=file, mtime=0)
        return cast(AbstractContextManager[BinaryIO], packed)
    if suffix == ".zst":
        import zstandard

        compressor = zstandard.ZstdCompressor(level=3, write_checksum=True)
        return cast(AbstractContextManager[BinaryIO], compressor.stream_writer(file, closefd=False))
    return nullcontext(file)
