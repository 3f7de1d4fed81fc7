"""What a store says of itself: verified by other tools too, and built again to the same bytes."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg import manifest
from kg.build import Summary, build, replay
from kg.cli import cli
from kg.errors import BuildError, SourceError
from kg.store import LINES, Store


def command(*words: object) -> Result:
    return CliRunner().invoke(cli, [*map(str, words), "--quiet"])


@pytest.fixture
def sources(given: dict[str, Path], tmp_path: Path) -> Path:
    """A folder with every file that the small graph is built from."""
    folder = tmp_path / "sources"
    for file in given.values():
        target = folder / file.name
        if file.is_dir():
            shutil.copytree(file, target)
        else:
            folder.mkdir(exist_ok=True)
            shutil.copy(file, target)
    return folder


@pytest.fixture
def written(small_build: tuple[Path, Summary], tmp_path: Path) -> Path:
    path = tmp_path / "manifest.json"
    assert command("manifest", "--store", small_build[0], "-o", path).exit_code == 0
    return path


def test_the_checksum_is_that_of_the_export(
    small_build: tuple[Path, Summary], written: Path
) -> None:
    exported = command("export", "--format", "nquads", "--store", small_build[0])
    sum = hashlib.sha256(exported.stdout_bytes).hexdigest()
    said = json.loads(written.read_text())
    assert said["nquads"] == {"sha256": sum, "lines": small_build[1].triples}
    verified = command("verify", "--store", small_build[0], written, "--deep")
    assert verified.exit_code == 0, verified.output
    assert f"sha256 {sum}" in verified.stdout
    assert [line[:4] for line in verified.stdout.splitlines()] == ["ok  "] * 5


def test_it_says_what_the_graph_was_built_from(given: dict[str, Path], written: Path) -> None:
    said = manifest.read(written)
    mondo = hashlib.sha256(given["mondo"].read_bytes()).hexdigest()
    assert said["made_of"]["mondo"] == {"mondo.obo": mondo}
    assert said["made_of"]["disease-kg"].keys() == {"kg", "ontology", "data"}
    assert {"disease-kg", "queries", "pyoxigraph", "shacl"} == said["program"].keys()
    assert said["graphs"]["mondo"]["read"] > 0
    assert "findings" in said
    assert "build" not in said


def test_it_is_built_again_to_the_same_bytes(sources: Path, written: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    done = command("build", "--from-manifest", written, "--sources", sources, "--output", again)
    assert done.exit_code == 0, done.exception
    assert manifest.of(Store.open(again)) == manifest.read(written)


def test_a_file_that_is_missing_or_another_is_named(
    sources: Path, written: Path, tmp_path: Path
) -> None:
    said = manifest.read(written)["made_of"]["mondo"]["mondo.obo"]
    changed = sources / "mondo.obo"
    changed.write_bytes(changed.read_bytes() + b"\n")
    now = hashlib.sha256(changed.read_bytes()).hexdigest()
    with pytest.raises(SourceError) as caught:
        replay(written, sources, tmp_path / "store")
    for part in ("mondo.obo", said, now):
        assert part in str(caught.value)
    changed.unlink()
    with pytest.raises(SourceError, match=f"is not there: .*{said}"):
        replay(written, sources, tmp_path / "store")
    assert not (tmp_path / "store").exists()


def test_another_graph_is_refused_and_the_old_one_stays(
    sources: Path, written: Path, tmp_path: Path, given: dict[str, Path]
) -> None:
    """What another version of the program would make of the same files is no replay."""
    store = tmp_path / "store"
    build(store, given)
    before = Store.open(store).manifest
    said = json.loads(written.read_text())
    said["nquads"]["sha256"] = "0" * 64
    said["program"]["disease-kg"] = "0.0.1"
    written.write_text(json.dumps(said))
    told: list[str] = []
    with pytest.raises(BuildError, match=r"not 0000.*disease-kg 0\.0\.1 there"):
        replay(written, sources, store, told.append)
    assert any(line.startswith("warning: this is another disease-kg") for line in told)
    assert Store.open(store).manifest == before
    assert command("verify", "--store", store, written).exit_code == 1


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"made_of": {"mondo": 7}}', "[" * 100_000])
def test_what_is_no_manifest(tmp_path: Path, content: str) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(content)
    with pytest.raises(SourceError, match="manifest"):
        manifest.read(path)


@pytest.mark.parametrize("part", [LINES, "names.sqlite"])
def test_a_part_that_was_changed_is_seen(given: dict[str, Path], tmp_path: Path, part: str) -> None:
    build(tmp_path / "store", given)
    folder = Store.open(tmp_path / "store").folder
    assert folder is not None
    with (folder / part).open("r+b") as file:
        file.seek(-1, 2)
        last = file.read(1)
        file.seek(-1, 2)
        file.write(bytes([last[0] ^ 1]))
    done = command("verify", "--store", tmp_path / "store")
    assert done.exit_code == 1
    assert f"not ok  files of the store: {part} changed" in done.stdout
