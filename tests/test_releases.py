"""Releases by name: built beside the graph in use, named wherever a folder is, listed, removed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg import DiseaseKG
from kg.build import Summary
from kg.cli import cli
from kg.errors import InvalidRelease, MissingStore, StoreError, UnknownRelease
from kg.releases import downloads, every, folder_of, located, names, remove
from kg.store import Store, default_directory

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's data folder, new and empty; the working directory is beside it, as empty."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.delenv("DISEASE_KG_STORE", raising=False)
    monkeypatch.setattr("platformdirs.user_data_path", lambda name: tmp_path / "data" / name)
    return tmp_path / "data" / "disease-kg"


@pytest.fixture
def kept(home: Path, small_build: tuple[Path, Summary]) -> Path:
    """The small graph as the release 2026-05 and, as 2026-11, without a manifest to be read."""
    shutil.copytree(small_build[0], home / "releases" / "2026-05")
    (home / "releases" / "2026-11").mkdir()
    (home / "releases" / "2026-11" / "manifest.json").write_text("{")
    return home / "releases" / "2026-05"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(one) for one in arguments])


def sources(given: dict[str, Path], **other: Path) -> list[str]:
    return [
        part for id, file in {**given, **other}.items() for part in ("--source", f"{id}={file}")
    ]


# Names


@pytest.mark.parametrize("name", ["2026-05", "v1", "7", "Mondo_2026.05-a", "a..b", "x" * 100])
def test_names_that_a_release_can_have(name: str, home: Path) -> None:
    assert folder_of(name) == home / "releases" / name


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", ".hidden", "-f", "_", "~", "c:", "a/b", "../a", "/a", "a\\b"),
        *("a b", "a\n", "a\0", "é", "٣", "x" * 101),
    ],
)
def test_names_that_none_can_have(name: str) -> None:
    for refusing in (folder_of, remove):
        with pytest.raises(InvalidRelease, match="is no name for a release"):
            refusing(name)
    done = run("build", "--release", name)
    assert isinstance(done.exception, InvalidRelease)


# Where a text leads to


def test_a_name_leads_to_the_release_and_a_path_to_itself(kept: Path) -> None:
    assert located("2026-05") == kept
    for path in ("./2026-05", "2026-05/", "../2026-05", str(kept), ".", "..", "my graph"):
        assert located(path) == Path(path)


def test_what_is_there_by_that_path_goes_first(kept: Path) -> None:
    Path("2026-05").mkdir()
    assert located("2026-05") == Path("2026-05")


def test_a_name_that_no_release_has(kept: Path) -> None:
    with pytest.raises(UnknownRelease) as caught:
        located("2026-06")
    assert str(caught.value) == (
        "no release '2026-06'; the releases are: 2026-05, 2026-11; "
        "nor is a file or folder of that name here (one to be made is ./2026-06)"
    )
    assert isinstance(caught.value, MissingStore)
    with pytest.raises(UnknownRelease, match="none yet: 'disease-kg build --release NAME' makes"):
        shutil.rmtree(kept.parent)
        located("2026-05")


def test_python_opens_a_release_by_its_name(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert DiseaseKG.open("2026-05").condition("MONDO:0000477").label == "focal dystonia"
    with pytest.raises(UnknownRelease):
        DiseaseKG.open("2026-06")
    with pytest.raises(MissingStore, match="no graph in"):
        DiseaseKG.open(Path("2026-05"))  # a Path is one
    monkeypatch.setenv("DISEASE_KG_STORE", "2026-05")
    assert default_directory() == kept
    assert DiseaseKG.open().condition("MONDO:0000477").label == "focal dystonia"


def test_commands_take_the_name_for_the_folder(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("search", "anismus")
    expected = "MONDO:0000480  anismus\n"
    assert run(*asked, "--store", "2026-05").stdout == expected
    unknown = run(*asked, "--store", "2026-06")
    assert isinstance(unknown.exception, UnknownRelease)
    assert list(Path.cwd().iterdir()) == []  # nothing was built
    monkeypatch.setenv("DISEASE_KG_STORE", "2026-05")
    assert run(*asked).stdout == expected
    monkeypatch.setenv("DISEASE_KG_STORE", "2026-06")
    for command in (asked, ("build",), ("fetch", "uberon"), ("diff", "2026-05")):
        assert isinstance(run(*command).exception, UnknownRelease)


def test_files_are_fetched_to_where_they_are_shared(home: Path) -> None:
    assert downloads(default_directory()) == home / "downloads"
    assert downloads(folder_of("2026-05")) == home / "downloads"
    assert downloads(Path("/some/where")) == Path("/some/downloads")


# Built, compared


def test_a_release_is_built_beside_the_graph_in_use(
    given: dict[str, Path], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISEASE_KG_STORE", str(home / "elsewhere"))
    built = run("build", "--release", "2026-05", *sources(given))
    assert built.exit_code == 0
    assert f"triples in {home / 'releases' / '2026-05'}" in built.stderr
    assert names() == ["2026-05"]
    assert not (home / "elsewhere").exists()
    assert not (home / "store").exists()
    again = run("build", "--release", "2026-05", *sources(given))
    assert "nothing has changed" in again.stderr


def test_a_release_has_one_place(given: dict[str, Path]) -> None:
    done = run("build", "--release", "2026-05", "-o", "graph", *sources(given))
    assert done.exit_code == 2
    assert "give --release or --output, not both" in done.stderr


def test_a_release_is_built_again_from_a_manifest(kept: Path, given: dict[str, Path]) -> None:
    assert run("manifest", "--store", "2026-05", "-o", "manifest.json").exit_code == 0
    folder = Path("files")
    folder.mkdir()
    for file in given.values():
        (shutil.copytree if file.is_dir() else shutil.copy)(file, folder / file.name)
    command = ("build", "--from-manifest", "manifest.json", "--sources", "files")
    assert run(*command, "--release", "again").exit_code == 0
    assert names() == ["2026-05", "2026-11", "again"]


def test_releases_are_compared_by_name(kept: Path, given: dict[str, Path], home: Path) -> None:
    text = given["mondo"].read_text("utf-8").replace("name: anismus\n", "name: anismus, new\n")
    Path("mondo.obo").write_text(text, "utf-8")
    changed = sources(given, mondo=Path("mondo.obo"))
    assert run("build", "--release", "2026-06", *changed).exit_code == 0
    assert run("build", *changed).exit_code == 0
    renamed = "conditions renamed: 1\n  MONDO:0000480 anismus, new, before: anismus\n"
    for new in (["2026-06"], [home / "store"], []):
        told = run("diff", "2026-05", *new)
        assert told.exit_code == 0
        assert renamed in told.stdout
    assert "conditions renamed: 0" in run("diff", "2026-06").stdout
    assert isinstance(run("diff", "2026-05", "2026-07").exception, UnknownRelease)


# Listed, removed


def test_the_list(kept: Path, small_build: tuple[Path, Summary]) -> None:
    (kept.parent / ".hidden").mkdir()
    (kept.parent / "begun" / "build-1-killed").mkdir(parents=True)
    (kept.parent / "letters").write_text("dear")
    os.utime(kept / "manifest.json", (1_780_000_000, 1_780_000_000))
    assert names() == ["2026-05", "2026-11"]
    listed = run("releases", "--format", "json")
    good, broken = json.loads(listed.stdout)
    size = sum(file.stat().st_size for file in kept.rglob("*") if file.is_file())
    assert good == {
        "release": "2026-05",
        "built": "2026-05-28T20:26Z",
        "mondo": small_build[1].graphs["mondo"].release,
        "hpo": small_build[1].graphs["hp"].release,
        "triples": str(small_build[1].triples),
        "megabytes": f"{size / 1e6:.0f}",
    }
    assert good["mondo"]
    assert (broken["release"], broken["mondo"], broken["triples"]) == ("2026-11", "", "0")
    assert [one.size for one in every()] == [size, 1]
    assert run("releases").stdout.splitlines()[2].startswith("2026-05  2026-05-28T20:26Z  ")


def test_a_list_of_none() -> None:
    listed = run("releases", "--format", "csv")
    assert listed.stdout == "release,built,mondo,hpo,triples,megabytes\n"
    assert "'disease-kg build --release NAME' makes one" in listed.stderr


def test_a_release_is_removed_and_a_reader_goes_on(kept: Path) -> None:
    reader = Store.open(kept)
    assert run("releases", "--remove", "2026-05").stderr == "2026-05 is removed\n"
    assert not kept.exists()
    assert reader.names.exact("focal dystonia")
    remove("2026-11")
    assert names() == []


def test_what_a_killed_build_has_left_is_removed(kept: Path) -> None:
    begun = kept.parent / "begun"
    (begun / "build-1-killed" / "graph").mkdir(parents=True)
    remove("begun")
    assert not begun.exists()


def test_what_is_no_release_is_not_removed(kept: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownRelease, match=r"the releases are: 2026-05, 2026-11$"):
        remove("2026-06")
    (kept / "letter").write_text("dear")
    with pytest.raises(StoreError, match="letter is in it; it stays"):
        remove("2026-05")
    (kept / "letter").unlink()
    kept.rename(tmp_path / "elsewhere")
    kept.symlink_to(tmp_path / "elsewhere")
    assert DiseaseKG.open("2026-05")
    with pytest.raises(StoreError, match="it is a link; it stays"):
        remove("2026-05")
    assert DiseaseKG.open("2026-05")
    done = run("releases", "--remove", "../releases/2026-05")
    assert isinstance(done.exception, InvalidRelease)
