"""Answers as text: tables, SPARQL results, RDF."""

import csv
import io
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from kg import queries, tables
from kg.errors import UnknownFormat
from kg.store import Store

WORLD = Path(__file__).parent / "fixtures" / "world.trig"


@pytest.fixture(scope="module")
def world() -> Store:
    return Store.in_memory(WORLD)


def _written(answer: queries.Rows | queries.Triples | bool, format: str) -> str:
    text = io.StringIO()
    tables.write(answer, text, format)
    return text.getvalue()


def test_table_is_aligned_and_leaves_out_what_was_asked(world: Store) -> None:
    rows = queries.run(world, "narrower-direct", condition="dystonic disorder")
    assert _written(rows, "table") == (
        "narrower       label                 below\n"
        "-------------  --------------------  -----\n"
        "MONDO:0000477  focal dystonia        5\n"
        "MONDO:0000476  generalized dystonia  1\n"
    )


def test_empty_table_has_its_heading(world: Store) -> None:
    rows = queries.run(world, "conditions-at-site", site="limb")
    assert _written(rows, "table").splitlines()[0].split()[0] == "condition"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_table_fits_a_terminal(world: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    terminal = _Terminal()
    tables.write(queries.run(world, "rarity-statements", condition="blepharospasm"), terminal)
    wide = io.StringIO()
    tables.write(queries.run(world, "rarity-statements", condition="blepharospasm"), wide)
    assert "…" in terminal.getvalue()
    assert "…" not in wide.getvalue()
    assert len(terminal.getvalue().splitlines()) == len(wide.getvalue().splitlines()) == 4


def test_no_control_character_reaches_a_terminal() -> None:
    assert tables.cell(ox.Literal("a\x1b[31mred\n\nb\u202e")) == "a [31mred b"


def test_text_and_binary_streams_take_the_same(world: Store) -> None:
    for format in ("table", *tables.ROW_FORMATS):
        text, binary = io.StringIO(), io.BytesIO()
        layered = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
        for stream in (text, binary, layered):
            tables.write(queries.run(world, "synonyms", condition="focal dystonia"), stream, format)
        layered.seek(0)
        assert "distonía focal" in text.getvalue()
        assert text.getvalue() == binary.getvalue().decode("utf-8") == layered.read()


def test_standard_formats_agree(world: Store) -> None:
    def written(format: str) -> str:
        return _written(queries.run(world, "siblings", condition="blepharospasm"), format)

    expected = [
        [str(value) for value in row.values()]
        for row in queries.run(world, "siblings", condition="blepharospasm")
    ]
    assert len(expected) == 4
    heading, *rows = csv.reader(io.StringIO(written("csv")))
    assert (heading[0], rows) == ("condition", expected)
    bindings = json.loads(written("json"))["results"]["bindings"]
    assert [[row[name]["value"] for name in heading] for row in bindings] == expected
    space = "{http://www.w3.org/2005/sparql-results#}"
    results = ElementTree.fromstring(written("xml")).iter(f"{space}result")
    assert [[next(iter(b)).text for b in result] for result in results] == expected
    assert written("tsv").splitlines()[0] == "\t".join(f"?{name}" for name in heading)


def test_rows_are_written_as_they_are_computed(world: Store) -> None:
    class Full(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            raise OSError("disk full")

    everything = " ".join(f"?s{i} ?p{i} ?o{i} ." for i in range(6))  # 537 to the sixth
    full: Any = Full()
    for format in tables.ROW_FORMATS:
        with pytest.raises(OSError, match="disk full"):
            tables.write(queries.execute(world, f"SELECT * {{ {everything} }}"), full, format)


@pytest.mark.parametrize(
    ("format", "parsed"),
    [
        ("turtle", ox.RdfFormat.TURTLE),
        ("table", ox.RdfFormat.TURTLE),
        ("ntriples", ox.RdfFormat.N_TRIPLES),
        ("jsonld", ox.RdfFormat.JSON_LD),
        ("rdfxml", ox.RdfFormat.RDF_XML),
    ],
)
def test_triples_are_written_as_rdf(format: str, parsed: ox.RdfFormat, world: Store) -> None:
    construct = "CONSTRUCT WHERE { ?s skos:broader ?o }"
    written = _written(queries.execute(world, construct), format)
    answer = queries.execute(world, construct)
    assert isinstance(answer, queries.Triples)
    assert {q.triple for q in ox.parse(written, format=parsed)} == set(answer)
    assert ("skos:broader obo:" in written) == (parsed == ox.RdfFormat.TURTLE)


@pytest.mark.parametrize("answer", [True, False])
def test_yes_or_no(answer: bool) -> None:
    word = str(answer).lower()
    assert _written(answer, "table") == f"{word}\n"
    assert json.loads(_written(answer, "json")) == {"head": {}, "boolean": answer}
    boolean = "{http://www.w3.org/2005/sparql-results#}boolean"
    assert ElementTree.fromstring(_written(answer, "xml")).findtext(boolean) == word


def test_unknown_format_names_those_there_are(world: Store) -> None:
    with pytest.raises(UnknownFormat) as rows:
        tables.write(queries.run(world, "sources"), io.StringIO(), "yaml")
    assert rows.value.known == ["table", "csv", "tsv", "json", "xml"]
    with pytest.raises(UnknownFormat) as triples:
        tables.write(queries.execute(world, "DESCRIBE graph:mondo"), io.StringIO(), "csv")
    assert "turtle" in triples.value.known
