"""Turtle: statements that are RDF already, as the curated ones are; a file or a folder of them."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pyoxigraph as ox

from ..errors import SourceError
from ..records import Record, Statement
from .files import content
from .rdf import quads


def read(path: Path) -> Iterator[Record]:
    """Yield each triple of a file, or of every .ttl file of a folder in order of names.

    Raises SourceError with the line; blank nodes are refused, because they have no stable name,
    and triples of triples.
    """
    files = sorted(path.glob("*.ttl")) if path.is_dir() else [path]
    if not files:
        raise SourceError(path, "has no .ttl file")
    for file in files:
        try:
            for triple in quads(file, BytesIO(content(file)), ox.RdfFormat.TURTLE):
                kinds = {type(triple.subject), type(triple.object)}
                if kinds & {ox.BlankNode, ox.Triple}:
                    raise SourceError(file, f"has a blank node or a triple: {triple.predicate}")
                kept = _kept(triple)
                yield Statement(str(kept.subject), str(kept.predicate), str(kept.object))
        except SyntaxError as error:
            raise SourceError(file, error.msg, f"line {error.lineno}") from error


def _kept(quad: ox.Quad) -> ox.Quad:
    """Return a quad as a store keeps it: numbers by their values, "1.0" as "1"."""
    store = ox.Store()
    store.add(quad)
    return next(store.quads_for_pattern(None, None, None, None))
