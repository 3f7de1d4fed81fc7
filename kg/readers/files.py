"""Opening a publisher's file safely: gzipped or not, bounded, with errors that name the place."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ..errors import SourceError

MAX_BYTES = 2_000_000_000
"""No publisher's file is larger once decompressed; what is, is refused."""

_GZIP = b"\x1f\x8b"
_DOWNLOAD_AGAIN = "download it again"


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for reading bytes, decompressed; what goes wrong inside becomes SourceError."""
    try:
        with path.open("rb") as raw:
            compressed = raw.read(2) == _GZIP
        with gzip.open(path) if compressed else path.open("rb") as stream:
            yield stream
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
    _refuse_html(path, start)
    return start


def content(path: Path) -> bytes:
    """Return all bytes of a file, at most MAX_BYTES."""
    head(path)
    with opened(path) as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise SourceError(path, f"is larger than {MAX_BYTES} bytes once decompressed")
    return data


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line number, line without its end) of a UTF-8 text file."""
    head(path)
    size = 0
    number = 0
    with opened(path) as stream:
        for number, line in enumerate(stream, 1):
            size += len(line)
            if size > MAX_BYTES:
                raise SourceError(path, f"is larger than {MAX_BYTES} bytes once decompressed")
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise SourceError(
                    path, f"is not UTF-8 text ({error.reason})", f"line {number}", _DOWNLOAD_AGAIN
                ) from error
            if "\0" in text:
                raise SourceError(path, "has a NUL character", f"line {number}", _DOWNLOAD_AGAIN)
            yield number, text.rstrip("\r\n")
    if number == 0:
        raise SourceError(path, "is empty", advice=_DOWNLOAD_AGAIN)


def _refuse_html(path: Path, start: str) -> None:
    if start.lstrip("\ufeff \t\r\n").lower().startswith(("<!doctype html", "<html")):
        raise SourceError(
            path,
            "is an HTML page, not data (perhaps an error page saved under the file's name)",
            advice=_DOWNLOAD_AGAIN,
        )
