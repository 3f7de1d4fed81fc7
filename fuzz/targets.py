"""What is fuzzed: each reader, down to the lines of N-Triples that its records become.

A target takes bytes and returns what became of them. Anything but records or a SourceError is a
finding: another exception, a line that is no triple, an input that takes seconds.
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pyoxigraph as ox

from kg.assemble import Assembly
from kg.errors import DiseaseKGError
from kg.readers import FORMATS, read
from kg.readers.rdf import quads
from kg.records import Account
from kg.sources import Source, all_sources

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "tests" / "fixtures" / "sources"
FINDINGS = Path(__file__).with_name("findings")
SLOW = 5.0
"""Seconds after which an input of some kilobytes is a finding."""

Target = Callable[[bytes, Path], str]

_RDF = {
    "rdf-turtle": ox.RdfFormat.TURTLE,
    "rdf-trig": ox.RdfFormat.TRIG,
    "rdf-nquads": ox.RdfFormat.N_QUADS,
    "rdf-xml": ox.RdfFormat.RDF_XML,
    "rdf-jsonld": ox.RdfFormat.JSON_LD,
}


class Finding(Exception):
    """What no input may bring about."""


def names() -> list[str]:
    """Return the names of all targets."""
    return [*FORMATS, *_RDF]


def run(name: str, data: bytes, path: Path) -> str:
    """Return what became of an input, written to a path first: "read" or why not.

    Raises Finding, and whatever a reader should not.
    """
    path.write_bytes(data)
    start = time.monotonic()
    try:
        said = _parsed(name, path) if name in _RDF else _read(name, path)
    except DiseaseKGError as error:
        said = str(error)
        if "\n" in said.replace(repr(path), "") or len(said) > 3_000:
            raise Finding(f"no sentence: {said[:200]!r}") from error
        said = "refused"
    if time.monotonic() - start > SLOW:
        raise Finding(f"took {time.monotonic() - start:.1f} s for {len(data)} bytes")
    return said


def _parsed(name: str, path: Path) -> str:
    with path.open("rb") as stream:
        try:
            for quad in quads(path, stream, _RDF[name]):
                str(quad)
        except SyntaxError:
            return "refused"
    return "read"


def _read(format: str, path: Path) -> str:
    source = _source(format)
    for triple in Assembly().triples(source, read(path, format), Account()):
        line = f"{' '.join(triple)} .\n".encode()
        try:
            (parsed,) = ox.parse(line, ox.RdfFormat.N_QUADS)
        except (SyntaxError, ValueError) as error:
            raise Finding(f"no triple: {line[:300]!r} ({error})") from error
        assert parsed is not None
    return "read"


def _source(format: str) -> Source:
    """Return a source that is read in a format."""
    of_ontologies = {"obo": "mondo", "obograph": "do", "owl": "ordo"}
    if format in of_ontologies:
        return all_sources()[of_ontologies[format]]
    return next(source for source in all_sources().values() if source.format == format)


HOSTILE = (
    *(bytes([code]) for code in (0, 9, 13, 27, 127, 255)),
    *(text.encode() for text in ("\x9b", "\u202e", "\u2028", "\ufeff", "\n\n", "\x1b[31m")),
    *rb'" \ \u0000 \ud800 < > &x; <!DOCTYPE ]]> { } [ << @en : | ! # %00 NaN -1e999 1/0'.split(),
    b"> <urn:x> <",
    b"xml:lang='a b'",
    b"\xed\xa0\x80",
    b"9" * 5_000,
    b"x" * 70_000,
)
"""What is put into good files to break them."""


def broken(chance: Random, data: bytes) -> bytes:
    """Return a good input cut, changed, repeated or with something hostile put into it."""
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice([0, 0, 1, 3, 20, 300]))
        piece = chance.choice(
            [b"", data[start:end] * 2, chance.choice(HOSTILE), chance.randbytes(3)]
        )
        data = data[:start] + piece + data[end:]
        if chance.random() < 0.05:
            data = data[: chance.randrange(len(data) + 1)]
    return data


def seeds(name: str) -> Iterator[bytes]:
    """Yield good inputs to begin with: the tests' slices, whole or their beginning."""
    if name in _RDF:
        ending = {"rdf-turtle": ".ttl", "rdf-trig": ".trig"}.get(name, "")
        files = (ROOT / "tests" / "fixtures").rglob(f"*{ending}") if ending else ()
        yield from (file.read_bytes() for file in sorted(files)[:20])
        world = list(ox.parse(path=str(ROOT / "tests" / "fixtures" / "world.trig")))[:60]
        written = ox.serialize(
            world if _RDF[name].supports_datasets else [quad.triple for quad in world],
            format=_RDF[name],
        )
        yield written or b""
        return
    found = 0
    for file in sorted(SOURCES.rglob("*")):
        if file.is_file() and file.suffix != ".md":
            data = file.read_bytes()
            data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
            if _reads(name, file):
                found += 1
                yield data
    if name == "turtle":
        yield (ROOT / "data" / "curated" / "specialists.ttl").read_bytes()
        found += 1
    assert found, f"no slice is read as {name}"


def _reads(name: str, file: Path) -> bool:
    try:
        return sum(1 for _ in read(file, name)) > 1
    except DiseaseKGError:
        return False
