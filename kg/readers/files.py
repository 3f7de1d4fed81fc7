"""Opening a publisher's file safely: gzipped or not, bounded, with errors that name the place."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ..errors import SourceError
from .limits import GRACE, MAX_BYTES, MAX_LINE, MAX_RATIO

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_GZIP = b"\x1f\x8b"
_DOWNLOAD_AGAIN = "download it again"


class _Bounded(io.RawIOBase):
    """The bytes of a file, decompressed, no more of them than a file of its size can have."""

    def __init__(self, path: Path, raw: IO[bytes], compressed: bool) -> None:
        self._path = path
        self._raw = raw
        self._stream: IO[bytes] | gzip.GzipFile = gzip.GzipFile(fileobj=raw) if compressed else raw
        self._ratio = MAX_RATIO if compressed else 1
        self._size = 0

    def readable(self) -> bool:
        """Return that it is read from, as io asks."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read some bytes into a buffer; raises SourceError when there are too many."""
        data = self._stream.read(memoryview(buffer).nbytes)
        self._size += len(data)
        if self._size > MAX_BYTES:
            raise SourceError(
                self._path,
                f"holds more than {MAX_BYTES:,} bytes",
                advice="set DISEASE_KG_MAX_BYTES to a larger number if that is right",
            )
        if self._size > GRACE + self._ratio * self._raw.tell():
            raise SourceError(
                self._path,
                "holds far more than a publisher's file of its size",
                f"byte {self._size} once decompressed",
                _DOWNLOAD_AGAIN,
            )
        memoryview(buffer).cast("B")[: len(data)] = data
        return len(data)


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for reading bytes, decompressed; what goes wrong inside becomes SourceError."""
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):  # it may never end, or begin
            raise SourceError(path, "is a device or a pipe, not a file")
        with path.open("rb") as raw:
            compressed = raw.read(2) == _GZIP
        with path.open("rb") as raw:
            yield io.BufferedReader(_Bounded(path, raw, compressed), 1 << 16)
    except FileNotFoundError:
        raise SourceError(path, "no such file") from None
    except IsADirectoryError:
        raise SourceError(path, "is a folder, not a file") from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(
            path, f"is broken or cut off ({error})", advice=_DOWNLOAD_AGAIN
        ) from error
    except OSError as error:
        raise SourceError(path, f"cannot be read: {error.strerror or error}") from error


def head(path: Path, size: int = 400) -> str:
    """Return the first characters of a file."""
    with opened(path) as stream:
        start = stream.read(size).decode("utf-8", "replace")
    if not start:
        raise SourceError(path, "is empty", advice=_DOWNLOAD_AGAIN)
    _refuse_html(path, start)
    return start


def content(path: Path) -> bytes:
    """Return all bytes of a text file, without a byte order mark."""
    head(path)
    with opened(path) as stream:
        return stream.read().removeprefix(codecs.BOM_UTF8)


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line number, line without its end) of a UTF-8 text file."""
    head(path)
    with opened(path) as stream:
        for number, line in enumerate(iter(lambda: stream.readline(MAX_LINE), b""), 1):
            if len(line) == MAX_LINE:
                raise SourceError(path, f"has a line of {MAX_LINE} bytes", f"line {number}")
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise SourceError(
                    path, f"is not UTF-8 text ({error.reason})", f"line {number}", _DOWNLOAD_AGAIN
                ) from error
            if "\0" in text:
                raise SourceError(path, "has a NUL character", f"line {number}", _DOWNLOAD_AGAIN)
            yield number, text.rstrip("\r\n")


def _refuse_html(path: Path, start: str) -> None:
    if start.lstrip("\ufeff \t\r\n").lower().startswith(("<!doctype html", "<html")):
        raise SourceError(
            path,
            "is an HTML page, not data (perhaps an error page saved under the file's name)",
            advice=_DOWNLOAD_AGAIN,
        )
