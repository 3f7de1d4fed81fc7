"""RDF in its own formats, kept from what the parser underneath does not survive.

Oxigraph's parsers stop at broken input, but go down into triples of triples until their stack is
full, and expand the entities of RDF/XML however many they make. So triple terms are counted as the
bytes go by, and RDF/XML is looked through first by a parser that refuses entities.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast
from xml.etree.ElementTree import ParseError

import pyoxigraph as ox
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from ..errors import SourceError
from .limits import MAX_DEPTH, MAX_TRIPLE_TERMS

_OF_LINES = (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS)
_PER_FILE = 20 * MAX_TRIPLE_TERMS
_IN_MEMORY = 1 << 26


def quads(path: Path, stream: IO[bytes], format: ox.RdfFormat) -> Iterator[Any]:
    """Yield the quads of a stream that comes from a path.

    Raises SourceError for what is refused, SyntaxError as the parser does.
    """
    if format != ox.RdfFormat.RDF_XML:
        watched = cast(IO[bytes], Watched(path, stream, format in _OF_LINES))
        yield from ox.parse(watched, format=format)
        return
    with SpooledTemporaryFile(_IN_MEMORY) as copy:
        shutil.copyfileobj(stream, copy)
        copy.seek(0)
        _look_through(path, copy)
        copy.seek(0)
        yield from ox.parse(copy, format=format)


class Watched:
    """The bytes of a file of RDF, no more triple terms in them than a parser survives.

    In a format of lines so many may stand in each line, else so many in the file.
    """

    def __init__(self, path: Path, stream: IO[bytes], of_lines: bool = True) -> None:
        self._path = path
        self._stream = stream
        self._of_lines = of_lines
        self._found = 0
        self._last = b""

    def read(self, size: int = -1) -> bytes:
        """Return some bytes; raises SourceError."""
        data = self._stream.read(size)
        seen = self._last + data
        self._last = data[-1:]
        if b"<<" in seen:
            self._count(seen)
        elif b"\n" in data:
            self._found = 0 if self._of_lines else self._found
        return data

    def _count(self, seen: bytes) -> None:
        if not self._of_lines:
            self._found += seen.count(b"<<")
        for number, line in enumerate(seen.split(b"\n") if self._of_lines else ()):
            self._found = line.count(b"<<") + (0 if number else self._found)
            if self._found > MAX_TRIPLE_TERMS:
                break
        if self._found > (MAX_TRIPLE_TERMS if self._of_lines else _PER_FILE):
            raise SourceError(self._path, "has triples of triples, more than a parser survives")


def look_through(path: Path) -> None:
    """Refuse a file of N-Triples or N-Quads whose triples of triples no parser survives."""
    try:
        with path.open("rb") as stream:
            watched = Watched(path, stream)
            while watched.read(1 << 20):
                pass
    except OSError as error:
        raise SourceError(path, f"cannot be read: {error.strerror or error}") from error


def _look_through(path: Path, stream: IO[bytes]) -> None:
    """Refuse XML that declares entities or nests too deep; raises SourceError."""
    depth = 0
    try:
        for event, element in iterparse(stream, events=("start", "end"), forbid_entities=True):
            depth += 1 if event == "start" else -1
            if depth > MAX_DEPTH:
                raise SourceError(path, "nests deeper than any RDF")
            if event == "end":
                element.clear()
    except DefusedXmlException:
        problem = "declares entities, which are not expanded here"
        raise SourceError(path, problem, "its head", "convert it to Turtle") from None
    except (ParseError, LookupError, UnicodeError, ValueError) as error:
        raise SourceError(path, f"is no XML ({error})") from error
