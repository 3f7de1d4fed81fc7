"""Counts how many cases of the W3C's SHACL test suite each engine decides as the suite expects.

    pip download --no-deps --no-binary :all: pyshacl && tar xf pyshacl-*.tar.gz
    python benchmarks/conformance.py pyshacl-*/test/resources/sht_tests

The suite (https://w3c.github.io/data-shapes/data-shapes-test-suite/) comes with pySHACL's source
distribution. A case is decided as expected if the verdict and the number of results are the same,
or if an error is expected and raised. Exits with 1 where an engine differs.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import rdflib
from rdflib.namespace import RDF, SH

from kg.errors import DiseaseKGError
from kg.validation import ENGINES, EngineRefused, ShapeBook

rdflib.NORMALIZE_LITERALS = False  # to the suite "1" is not "true"

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = rdflib.Namespace("http://www.w3.org/ns/shacl-test#")


Case = tuple[str, rdflib.Graph, rdflib.Graph, int | None]


def cases(folder: Path) -> Iterator[Case]:
    """Yield name, data, shapes and the number of results of each case, None for an error."""
    for file in sorted(folder.rglob("*.ttl")):
        graph = rdflib.Graph().parse(file, publicID=file.as_uri())
        for case in graph.subjects(RDF.type, SHT.Validate):
            action, expected = graph.value(case, MF.action), graph.value(case, MF.result)
            data, shapes = (
                graph
                if str(of := graph.value(action, which)).rstrip("#") == file.as_uri()
                else rdflib.Graph().parse(of)
                for which in (SHT.dataGraph, SHT.shapesGraph)
            )
            count = (
                None if expected == SHT.Failure else len(list(graph.objects(expected, SH.result)))
            )
            yield str(file.relative_to(folder)), data, shapes, count


def decided(engine: str, data: rdflib.Graph, shapes: rdflib.Graph, folder: Path) -> int | None:
    """Return how many results an engine has, None for an error."""
    files = folder / "data.nt", folder / "shapes.nt"
    data.serialize(files[0], format="nt", encoding="utf-8")
    shapes.serialize(files[1], format="nt", encoding="utf-8")
    try:
        return len(ENGINES[engine](files[0], ShapeBook.read(files[1])))
    except (DiseaseKGError, EngineRefused):
        return None


def wrong(engine: str, suite: list[Case]) -> set[str]:
    """Return the names of the cases that an engine decides otherwise than expected, and say so."""
    found = set()
    with tempfile.TemporaryDirectory() as temporary:
        for name, data, shapes, expected in suite:
            results = decided(engine, data, shapes, Path(temporary))
            if results != expected:
                print(f"{engine}: {name}: {results} results, {expected} expected", file=sys.stderr)
                found.add(name)
    return found


def main() -> int:
    suite = list(cases(Path(sys.argv[1])))
    different = 0
    for engine in ENGINES:
        missed = wrong(engine, suite)
        print(f"{engine}: {len(suite) - len(missed)} of {len(suite)} cases as expected")
        different += len(missed)
    return int(different > 0)


if __name__ == "__main__":
    sys.exit(main())
