"""Files that are whole or not there: written beside their place first, compressed by their name."""

from __future__ import annotations

import gzip
import io
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from tempfile import mkdtemp
from typing import BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.zst")
"""The endings of names that several files are packed into one under."""


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


@contextmanager
def gathering(path: Path) -> Iterator[Path]:
    """Yield a folder for files that take their place together at the end, or vanish on an error.

    A path that ends in one of ARCHIVES becomes that archive, the same bytes for the same files.
    Any other is a folder: a new one appears whole; in one that is there already, files of the same
    names are replaced one by one, and others stay.
    """
    beside = Path(mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    beside.chmod(0o755)  # mkdtemp's is for its owner alone
    try:
        yield beside
        files = sorted(beside.iterdir())
        if path.name.endswith(ARCHIVES):
            with replacing(path) as stream:
                (_zip if path.suffix == ".zip" else _tar)(files, stream)
        elif path.exists():
            for file in files:
                file.replace(path / file.name)
        else:
            beside.rename(path)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _zip(files: list[Path], stream: BinaryIO) -> None:
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for file in files:
            entry = ZipInfo(file.name)  # of the year 1980, so that the bytes are the same
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.file_size = file.stat().st_size
            with file.open("rb") as source, archive.open(entry, "w") as packed:
                shutil.copyfileobj(source, packed, 1 << 20)


def _tar(files: list[Path], stream: BinaryIO) -> None:
    with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for file in files:
            entry = tarfile.TarInfo(file.name)  # of the year 1970, and nobody's
            entry.size = file.stat().st_size
            with file.open("rb") as source:
                archive.addfile(entry, source)


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
    if suffix in (".gz", ".tgz"):
        packed = gzip.GzipFile("", "wb", compresslevel=6, fileobj=file, mtime=0)
        return cast(AbstractContextManager[BinaryIO], packed)
    if suffix == ".zst":
        import zstandard

        compressor = zstandard.ZstdCompressor(level=1, write_checksum=True)
        return cast(AbstractContextManager[BinaryIO], compressor.stream_writer(file, closefd=False))
    return nullcontext(file)
