"""Which conditions are written: a branch, what an authority lists, a list of one's own."""

from __future__ import annotations

import io
import os
import sys
import tarfile
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.build import Summary
from kg.cli import main
from kg.errors import NoneChosen, UnknownIdentifiers
from kg.identifiers import compress, expand
from kg.output import gathering
from kg.selection import chosen, identified
from kg.store import Store
from kg.terminal import Talk
from kg.vocabulary import AUTHORITY, DKG

DYSTONIC = expand("MONDO:0003441")
NORD = AUTHORITY + "nord"
ORPHANET = AUTHORITY + "orphanet"
RARE_BY_NORD = {"MONDO:0015990", "MONDO:0015494", "MONDO:0011200", "MONDO:0010747"}

Run = Callable[..., tuple[int, str]]


def names(found: frozenset[str] | set[str] | None) -> set[str]:
    assert found is not None
    return {compress(iri) or iri for iri in found}


def test_demands_are_combined(small_store: Store) -> None:
    assert chosen(small_store) is None
    below = names(chosen(small_store, DYSTONIC))
    assert len(below) == 13 and "MONDO:0003441" in below
    assert names(chosen(small_store, rare_by=[NORD])) == RARE_BY_NORD
    both = names(chosen(small_store, rare_by=[NORD, ORPHANET]))
    assert both == RARE_BY_NORD | {"MONDO:0000477"}
    ids = [expand("MONDO:0010747"), expand("MONDO:0000477")]
    assert names(chosen(small_store, DYSTONIC, [NORD], ids)) == {"MONDO:0010747"}
    with pytest.raises(NoneChosen, match="no condition meets all"):
        chosen(small_store, expand("MONDO:0000481"), [NORD])


def test_a_list_in_any_spelling(small_store: Store, tmp_path: Path) -> None:
    """A record, an IRI, a name, a withdrawn identifier; a head and remarks are none."""
    file = tmp_path / "mine.csv"
    file.write_text(
        "disease,patients\nDOID:0050836,3\nMONDO_0003441,1\n"
        "# not these\n\nhttp://purl.obolibrary.org/obo/MONDO_0000481,2\n"
        "blepharospasm,7\nMONDO:0002393,1\n"
    )
    found, problem = identified(small_store, file)
    assert problem is None or list(problem.reasons) == ["blepharospasm"]
    assert names(found) >= {"MONDO:0000477", "MONDO:0003441", "MONDO:0000481", "MONDO:0003061"}


def test_what_a_list_has_and_the_graph_has_not(small_store: Store, tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text("MONDO:0000477\nMONDO:9999999\nNOPE:1\nMONDO:0000477\n")
    found, problem = identified(small_store, file)
    assert names(found) == {"MONDO:0000477"}
    assert problem is not None and problem.exit_code == 4
    assert list(problem.reasons) == ["MONDO:9999999", "NOPE:1"]
    assert "2 of 3 are of no condition of this graph" in str(problem)
    file.write_text("MONDO:9999999\n")
    with pytest.raises(UnknownIdentifiers, match="1 of 1"):
        identified(small_store, file)


# The command


@pytest.fixture
def run(
    small_build: tuple[Path, Summary],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    monkeypatch.setenv("DISEASE_KG_STORE", str(small_build[0]))

    def run_with(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(Talk, "level", 0)
        monkeypatch.setattr(sys, "argv", ["disease-kg", "export", *arguments])
        try:
            main()
        except SystemExit as stop:
            return int(stop.code or 0), capsys.readouterr().err
        return 0, capsys.readouterr().err

    return run_with


def conditions(file: Path, format: ox.RdfFormat) -> set[str]:
    """Return the conditions that a file of RDF tells where they stand in the hierarchy."""
    kind = ox.NamedNode(DKG.condition)
    told = {q.object.value for q in ox.parse(path=str(file), format=format) if q.predicate == kind}
    return {compress(iri) or iri for iri in told}


@pytest.mark.parametrize(
    ("format", "engine"), [("turtle", ox.RdfFormat.TURTLE), ("nquads", ox.RdfFormat.N_QUADS)]
)
def test_rdf_has_the_same_selection(
    format: str, engine: ox.RdfFormat, run: Run, tmp_path: Path
) -> None:
    """Statements are told of the chosen conditions, and of those that explain them."""
    file = tmp_path / "rare"
    code, _ = run("-f", format, "--rare-by", "nord", "-o", str(file))
    assert code == 0
    assert conditions(file, engine) >= RARE_BY_NORD
    code, _ = run(
        "-f", format, "--rare-by", "nord", "--branch", "cervical dystonia", "-o", str(file)
    )
    assert code == 1
    assert conditions(file, engine) >= RARE_BY_NORD  # the file of before is untouched


def test_a_list_with_strangers(run: Run, tmp_path: Path) -> None:
    """What is known is written, what is not is named, and the exit code says so."""
    ids, out = tmp_path / "ids.txt", tmp_path / "out.obo"
    ids.write_text("focal dystonia\nMONDO:9999999\n")
    code, said = run("-f", "obo", "--ids", str(ids), "-o", str(out))
    assert code == 4
    assert "1 of 2 are of no condition" in said and "MONDO:9999999" in said
    assert out.read_text("utf-8").count("[Term]") == 1


def test_a_list_through_a_pipe(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On standard input, or as a named pipe (`--ids <(…)`), which can be read once."""
    pipe, out = tmp_path / "pipe", tmp_path / "out.obo"
    listed = b"\xef\xbb\xbfname\tid\nfocal\tMONDO:0000477\ndystonic\tMONDO:0003441\n"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(listed,))
    writer.start()
    assert run("-f", "obo", "--ids", str(pipe), "-o", str(out)) == (0, "")
    writer.join()
    piped = out.read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(listed)))
    assert run("-f", "obo", "--ids", "-", "-o", str(out)) == (0, "")
    assert out.read_bytes() == piped
    assert piped.count(b"[Term]") == 2
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe")))
    code, said = run("-f", "obo", "--ids", "-", "-o", str(out))
    assert (code, "standard input cannot be read" in said) == (2, True)


def test_sources_and_a_branch(run: Run, tmp_path: Path) -> None:
    """Without HPO's license no symptom is left, in whatever format."""
    code, _ = run(
        *("-f", "csv", "--without-license", "https://hpo.jax.org/app/license"),
        *("--branch", "dystonic disorder", "-o", str(tmp_path / "open")),
    )
    assert code == 0
    assert len((tmp_path / "open" / "symptoms.csv").read_text().splitlines()) == 1
    assert len((tmp_path / "open" / "conditions.csv").read_text().splitlines()) == 14


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-f", "kgx"], "kgx is several files: --output FOLDER, or NAME.zip"),
        (["-f", "obo", "--condition", "focal dystonia"], "--format obo is of a --branch"),
        (["--rare-by", "nobody"], "no authority 'nobody'"),
        (["-f", "csv", "-o", "tables.csv"], "csv is several files; name a folder"),
    ],
)
def test_wrong_use(arguments: list[str], said: str, run: Run) -> None:
    code, error = run(*arguments)
    assert code in (2, 4) and said in error


# Several files


def test_an_archive_is_the_same_bytes(run: Run, tmp_path: Path) -> None:
    folder, zipped, tarred = (tmp_path / name for name in ("kgx", "kgx.zip", "kgx.tar.gz"))
    for path in (folder, zipped, tarred):
        assert run("-f", "kgx", "-o", str(path)) == (0, "")
    before = [zipped.read_bytes(), tarred.read_bytes()]
    for path in (zipped, tarred):
        path.touch()
        assert run("-f", "kgx", "-o", str(path))[0] == 0
    assert [zipped.read_bytes(), tarred.read_bytes()] == before
    files = {file.name: file.read_bytes() for file in folder.iterdir()}
    with zipfile.ZipFile(io.BytesIO(before[0])) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files
    with tarfile.open(fileobj=io.BytesIO(before[1])) as archive:
        members = {m.name: archive.extractfile(m) for m in archive.getmembers()}
        assert {name: m.read() for name, m in members.items() if m} == files
    assert sorted(files) == ["disease-kg_edges.tsv", "disease-kg_nodes.tsv"]
    assert len(list(tmp_path.iterdir())) == 3


def test_a_folder_that_is_there_keeps_what_else_it_has(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "letters").write_text("dear")
    (folder / "a").write_text("old")
    with gathering(folder) as beside:
        (beside / "a").write_text("new")
        assert (folder / "a").read_text() == "old"
    assert {f.name: f.read_text() for f in folder.iterdir()} == {"letters": "dear", "a": "new"}


@pytest.mark.parametrize("name", ["folder", "all.zip", "all.tgz"])
def test_an_error_leaves_nothing(name: str, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), gathering(tmp_path / name) as beside:
        (beside / "a").write_text("half")
        raise RuntimeError
    assert not list(tmp_path.iterdir())
