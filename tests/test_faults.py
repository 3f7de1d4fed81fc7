"""Killed, starved, locked out, raced: the old graph or the new one, whole, and a sentence."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.build import build
from kg.errors import StoreError
from kg.store import LAYOUT, Store
from tests.faults import Job, Publisher, Server, published, sentence, server, whole

OLD = b"format-version: 1.2\n! old\n" * 500
NEW = b"format-version: 1.2\n! new\n" * 700


@pytest.fixture(scope="module")
def jobs() -> Iterator[Server]:
    with server() as running:
        yield running


@pytest.fixture(scope="module")
def pristine(
    jobs: Server, given: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    directory = tmp_path_factory.mktemp("pristine") / "store"
    assert jobs.run(Job("build", str(directory), {id: str(f) for id, f in given.items()})).steps
    return directory


@pytest.fixture(scope="module")
def fewer(given: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The sources of a graph that is another than the pristine one: it has fewer annotations."""
    hpoa = given["hpoa"].read_text("utf-8").splitlines(keepends=True)
    file = tmp_path_factory.mktemp("fewer") / "phenotype.hpoa"
    file.write_text("".join(hpoa[:-3]))
    return {**{id: str(path) for id, path in given.items()}, "hpoa": str(file)}


def test_a_build_killed_at_any_step(
    jobs: Server, pristine: Path, fewer: dict[str, str], tmp_path: Path
) -> None:
    store = tmp_path / "store"
    build(tmp_path / "new", {id: Path(file) for id, file in fewer.items()})
    old, new = whole(pristine), whole(tmp_path / "new")
    assert old != new

    def reset() -> None:
        shutil.rmtree(store, ignore_errors=True)
        shutil.copytree(pristine, store)

    job = Job("build", str(store), fewer)
    seen = []
    for outcome in jobs.killed(job, 12, reset):
        assert outcome.signal == signal.SIGKILL
        seen.append(whole(store))
        assert jobs.run(job).error == ""
        assert Store.open(store).manifest["graphs"]["hpoa"]["read"] > 0
        current = Store.open(store).manifest["build"]
        assert [folder.name for folder in store.glob("build-*")] == [current]
    assert len(seen) == 12
    assert set(seen) == {old, new}
    assert seen == sorted(seen, key=[old, new].index)  # never back again


@pytest.fixture
def address() -> Iterator[str]:
    with published() as url:
        yield url


def test_a_download_killed_at_any_step(
    jobs: Server, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, before = tmp_path / "downloads", tmp_path / "before"
    monkeypatch.setattr(Publisher, "body", OLD)
    job = Job("fetch", str(folder), url=address)
    assert jobs.run(job).error == ""
    shutil.copytree(folder, before)
    monkeypatch.setattr(Publisher, "body", NEW)

    def reset() -> None:
        shutil.rmtree(folder)
        shutil.copytree(before, folder)

    killed = 0
    for outcome in jobs.killed(job, 8, reset):
        killed += outcome.signal == signal.SIGKILL
        contents = [file.read_bytes() for file in folder.rglob("mondo.obo")]
        assert OLD in contents
        assert set(contents) <= {OLD, NEW}
        assert jobs.run(job).message == ""
        assert {file.read_bytes() for file in folder.rglob("mondo.obo")} == {OLD, NEW}
        assert not list(folder.rglob("*.part*"))
    assert killed >= 6


def test_an_export_killed_at_any_step(jobs: Server, pristine: Path, tmp_path: Path) -> None:
    job = Job("export", str(tmp_path), {"store": str(pristine)})
    assert jobs.run(job).error == ""
    target = tmp_path / "graph.ttl"
    expected = target.read_bytes()

    def reset() -> None:
        target.write_bytes(b"old")

    killed = 0
    for outcome in jobs.killed(job, 3, reset):
        killed += outcome.signal == signal.SIGKILL
        assert target.read_bytes() in (b"old", expected)
    assert killed >= 2


@pytest.mark.parametrize("limit", [0, 4_000, 60_000, 200_000, 900_000])
def test_a_file_that_may_not_grow(
    jobs: Server, pristine: Path, fewer: dict[str, str], tmp_path: Path, limit: int
) -> None:
    """As a quota would have it, or a file system that is full for this file."""
    store = tmp_path / "store"
    shutil.copytree(pristine, store)
    outcome = jobs.run(Job("build", str(store), fewer, file_size=limit))
    assert outcome.error == "own: StoreError", outcome
    sentence(outcome.message)
    assert whole(store) == whole(pristine)
    assert len(list(store.glob("build-*"))) == 1


@pytest.mark.parametrize("size", [8_192, 200_000, 1_000_000, 1_700_000])
def test_a_disk_that_is_full(
    jobs: Server, fewer: dict[str, str], tmp_path: Path, size: int
) -> None:
    outcome = jobs.run(Job("build", str(tmp_path), fewer, disk=size))
    if outcome.impossible:
        pytest.skip(f"no small disk can be put under a folder: {outcome.impossible}")
    assert outcome.error == "own: StoreError", outcome
    sentence(outcome.message)


@pytest.mark.parametrize("limit", [0, 10, 9_000])
def test_a_download_without_room(jobs: Server, address: str, tmp_path: Path, limit: int) -> None:
    outcome = jobs.run(Job("fetch", str(tmp_path), url=address, file_size=limit))
    assert outcome.error == "own: FetchError", outcome
    sentence(outcome.message)
    assert not list(tmp_path.rglob("mondo.obo"))


def test_an_export_without_room(jobs: Server, pristine: Path, tmp_path: Path) -> None:
    job = Job("export", str(tmp_path), {"store": str(pristine)}, file_size=20_000)
    (tmp_path / "graph.ttl").write_bytes(b"old")
    outcome = jobs.run(job)
    assert outcome.error == "own: DiseaseKGError", outcome
    sentence(outcome.message)
    assert {path.name for path in tmp_path.iterdir()} == {"graph.ttl"}
    assert (tmp_path / "graph.ttl").read_bytes() == b"old"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("what", ["build", "fetch"])
def test_a_folder_of_somebody_else(
    jobs: Server, pristine: Path, fewer: dict[str, str], tmp_path: Path, what: str
) -> None:
    store = tmp_path / "store"
    shutil.copytree(pristine, store)
    outcome = jobs.run(
        Job(what, str(store), fewer, "http://127.0.0.1:1/mondo.obo", locked_out=True)
    )
    assert outcome.error.startswith("own: "), outcome
    assert "cannot be written" in outcome.message
    sentence(outcome.message)
    assert whole(store) == whole(pristine)


@pytest.mark.parametrize("layout", [*range(LAYOUT), LAYOUT + 1, None, "3"])
def test_a_store_of_another_version(pristine: Path, tmp_path: Path, layout: object) -> None:
    store = tmp_path / "store"
    shutil.copytree(pristine, store)
    path = store / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "layout": layout}))
    with pytest.raises(StoreError, match="another version of disease-kg") as caught:
        Store.open(store)
    sentence(str(caught.value))
    assert "disease-kg build" in str(caught.value)
