"""Answers as text: an aligned table for people, the standard formats for programs.

CSV, TSV, JSON and XML are SPARQL 1.1 query results; triples are written as RDF. Everything is
written as it is computed; a table looks at its first rows to choose the widths of its columns.
"""

import codecs
import csv
import io
import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import IO, TypeAlias, TypeVar, cast

import pyoxigraph as ox

from .errors import UnknownFormat
from .identifiers import short
from .queries import Rows, Triples
from .store import Term

Stream: TypeAlias = IO[str] | IO[bytes]
_Format = TypeVar("_Format")

ROW_FORMATS = {
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
}
TRIPLE_FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
_TRUTH = {
    "table": "{}\n",
    "csv": "{}\n",
    "tsv": "{}\n",
    "json": '{{"head":{{}},"boolean":{}}}\n',
    "xml": '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'
    "<head/><boolean>{}</boolean></sparql>\n",
}

_SAMPLE = 500
_NARROWEST = 10
_GAP = "  "


def write(answer: Rows | Triples | bool, stream: Stream, format: str = "table") -> None:
    """Write an answer to a text or binary stream; triples asked for as a table are Turtle.

    Raises UnknownFormat, naming the formats that this kind of answer has.
    """
    if isinstance(answer, Triples):
        chosen = _choose("turtle" if format == "table" else format, TRIPLE_FORMATS, "triples")
        answer.serialize(_binary(stream), chosen)
    elif isinstance(answer, bool):
        _text(stream).write(_choose(format, _TRUTH, "yes or no").format(str(answer).lower()))
    elif format == "table":
        _write_table(answer, _text(stream), _terminal_width(stream))
    else:
        answer.serialize(_binary(stream), _choose(format, ROW_FORMATS, "rows", "table"))
    stream.flush()


def _choose(name: str, formats: Mapping[str, _Format], what: str, *others: str) -> _Format:
    if name not in formats:
        raise UnknownFormat(name, [*others, *formats], what)
    return formats[name]


def _write_table(rows: Rows, stream: IO[str], width: int | None) -> None:
    """Write rows under a heading, without the columns that repeat what was asked."""
    shown = [i for i, name in enumerate(rows.columns) if name not in rows.given]
    shown = shown or list(range(len(rows.columns)))
    cells = ([cell(row[i]) for i in shown] for row in rows.terms())
    _align([rows.columns[i] for i in shown], cells, stream, width)


def write_cells(
    columns: Sequence[str], rows: Iterable[Sequence[str]], stream: Stream, format: str = "table"
) -> None:
    """Write rows of text under a heading: as a table, CSV, TSV, or a JSON list of objects.

    Raises UnknownFormat.
    """
    text = _text(stream)
    if format == "table":
        _align(columns, iter(rows), text, _terminal_width(stream))
    elif format == "json":
        objects = (json.dumps(dict(zip(columns, r, strict=True)), ensure_ascii=False) for r in rows)
        text.write("[")
        for i, one in enumerate(objects):
            text.write(f"{',' if i else ''}\n  {one}")
        text.write("\n]\n")
    else:
        delimiter = _choose(format, {"csv": ",", "tsv": "\t"}, "rows", "table", "json")
        csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(chain([columns], rows))
    stream.flush()


def write_text(text: str, stream: Stream) -> None:
    """Write text to a text or binary stream."""
    _text(stream).write(text)


def _align(
    heading: Sequence[str], cells: Iterator[Sequence[str]], stream: IO[str], width: int | None
) -> None:
    """Write rows in columns as wide as the first rows need, or as the terminal allows."""
    sample = list(islice(cells, _SAMPLE))
    widths = [max(map(len, column)) for column in zip(heading, *sample, strict=True)]
    if width is not None:
        widths = fit(widths, width)
    rule = ["-" * n for n in widths]
    for line in chain([heading, rule], sample, cells):
        stream.write(_line(line, widths, cut=width is not None))


def _line(cells: Sequence[str], widths: Sequence[int], cut: bool) -> str:
    padded = (
        (text[: n - 1] + "…" if cut and len(text) > n else text).ljust(n)
        for text, n in zip(cells, widths, strict=True)
    )
    return _GAP.join(padded).rstrip() + "\n"


def fit(widths: Sequence[int], total: int) -> list[int]:
    """Return the widths made narrower, the widest first, until a line fits into the total.

    >>> fit([12, 60, 30], 80)
    [12, 34, 30]
    >>> fit([12, 60, 30], 20)
    [10, 10, 10]
    """
    widths = list(widths)
    room = total - len(_GAP) * (len(widths) - 1)
    while sum(widths) > room and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def cell(term: Term | None) -> str:
    """Return a term as one line of text: an IRI as a CURIE where it has one.

    >>> cell(ox.NamedNode("http://purl.obolibrary.org/obo/MONDO_0000477"))
    'MONDO:0000477'
    """
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        return short(term.value)
    text = term.value if isinstance(term, ox.Literal) else str(term)
    # no control character of the data reaches a terminal
    return re.sub(r"\s+", " ", "".join(c if c.isprintable() else " " for c in text)).strip()


def _terminal_width(stream: Stream) -> int | None:
    return shutil.get_terminal_size().columns if stream.isatty() else None


def _text(stream: Stream) -> IO[str]:
    if isinstance(stream, io.TextIOBase):
        return cast(IO[str], stream)
    return cast(IO[str], codecs.getwriter("utf-8")(cast(IO[bytes], stream)))


def _binary(stream: Stream) -> IO[bytes]:
    if not isinstance(stream, io.TextIOBase):
        return cast(IO[bytes], stream)
    stream.flush()
    return cast(IO[bytes], getattr(stream, "buffer", None) or _Bytes(stream))


class _Bytes:
    """Takes UTF-8 and hands it to a text stream that has no bytes below it."""

    def __init__(self, stream: io.TextIOBase) -> None:
        self._stream = stream
        self._decode = codecs.getincrementaldecoder("utf-8")().decode

    def write(self, data: bytes) -> int:
        """Write the characters that are complete."""
        self._stream.write(self._decode(data))
        return len(data)

    def flush(self) -> None:
        """Flush the text stream."""
        self._stream.flush()
