"""The store on disk: opened without writing, swapped in whole, safe from builds that die."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO

import pyoxigraph as ox
import pytest

from kg.build import build
from kg.errors import MissingStore, StoreError
from kg.locks import LOCK, hold
from kg.store import LAYOUT, Draft, Store, default_directory, remove_abandoned
from kg.vocabulary import DKG, GRAPH

ROOT = Path(__file__).resolve().parents[1]
QUAD = (
    '<http://example.org/{n}> <http://www.w3.org/2004/02/skos/core#prefLabel> "thing {n}"@en '
    f"<{GRAPH}test> .\n"
    f"<http://example.org/{{n}}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
    f"<{DKG.Condition}> <{GRAPH}test> .\n"
)
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s a dkg:Condition }"


def make(directory: Path, *numbers: int) -> None:
    """Build a store of some numbered conditions."""
    with Draft(directory) as draft:
        write(draft, *numbers)
        draft.commit({"about": list(numbers)})


def write(draft: Draft, *numbers: int) -> None:
    quads = draft.folder / "graph.nq"
    quads.write_text("".join(QUAD.format(n=n) for n in numbers))
    with draft.loading() as load:
        load(quads)
    draft.index(Store.in_memory(quads).gathered())
    draft.keep(quads)
    quads.unlink()


def count(store: Store) -> int:
    (row,) = store.query(COUNT)
    return int(row["n"].value)


def builds(directory: Path) -> list[str]:
    return sorted(folder.name for folder in directory.glob("build-*"))


@contextmanager
def somebody_else() -> Iterator[Path]:
    """Give a folder that everyone can enter, and no right to write into what is read-only."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        if os.geteuid() != os.getuid():
            os.seteuid(os.getuid())
        for path in (folder, *folder.rglob("*")):
            if path.is_dir():
                path.chmod(0o755)
        shutil.rmtree(folder)


def become_nobody() -> None:
    """Give up root's right to write anywhere; without root there is nothing to give up."""
    if os.getuid() == 0:
        os.seteuid(65534)


def tree(folder: Path) -> dict[str, tuple[int, int]]:
    """Return size and time of change of everything below a folder."""
    found = {p: p.stat() for p in [folder, *folder.rglob("*")]}
    return {str(p): (stat.st_size, stat.st_mtime_ns) for p, stat in found.items()}


def test_what_is_committed_can_be_opened(tmp_path: Path) -> None:
    make(tmp_path / "deep" / "store", 1, 2)
    store = Store.open(str(tmp_path / "deep" / "store"))
    assert count(store) == 2
    assert len(store) == 4
    assert store.graphs() == [GRAPH + "test"]
    assert len(list(store.quads(GRAPH + "test"))) == 4
    assert list(store.quads(GRAPH + "other")) == []
    assert store.names.exact("thing 2")[0].iri == "http://example.org/2"
    assert store.manifest["about"] == [1, 2]
    assert store.manifest["layout"] == LAYOUT


def test_a_query_is_bound_by_terms_and_sees_the_union() -> None:
    store = Store.in_memory(
        "<urn:a> { <urn:x> <urn:p> 1 } <urn:b> { <urn:x> <urn:p> 2 . <urn:y> <urn:p> 3 }"
    )
    rows = store.query(
        "SELECT ?s ?o WHERE { ?s <urn:p> ?o } ORDER BY ?o", {"s": ox.NamedNode("urn:x")}
    )
    assert [row["o"].value for row in rows] == ["1", "2"]
    assert store.graphs() == ["urn:a", "urn:b"]


def test_what_is_made_of_a_store_is_made_once() -> None:
    one, other = Store.in_memory(), Store.in_memory()
    made: list[Store] = []

    def make(store: Store) -> int:
        made.append(store)
        return len(made)

    assert [one.once(make), other.once(make), one.once(make), other.once(make)] == [1, 2, 1, 2]
    assert made == [one, other]


def test_rdflib_sees_the_same() -> None:
    store = Store.in_memory("<urn:a> { <urn:x> <urn:p> 1, 2 }")
    assert len(list(store.rdflib().query("SELECT ?o WHERE { <urn:x> <urn:p> ?o }"))) == 2


def test_where_the_store_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISEASE_KG_STORE", "/some/where")
    assert default_directory() == Path("/some/where")
    monkeypatch.delenv("DISEASE_KG_STORE")
    assert default_directory().parts[-2:] == ("disease-kg", "store")


def test_a_missing_store(tmp_path: Path) -> None:
    for directory in (tmp_path, tmp_path / "missing"):
        with pytest.raises(MissingStore, match="disease-kg build"):
            Store.open(directory)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "{",
        "[]",
        "7",
        "[" * 100_000,
        b"\xff\xfe",
        "{}",
        '{"layout": 0, "build": "x"}',
        json.dumps({"layout": LAYOUT}),
        json.dumps({"layout": LAYOUT, "build": 7}),
        json.dumps({"layout": LAYOUT, "build": "build-that-is-gone"}),
    ],
    ids=range(11),
)
def test_a_manifest_that_is_none_is_refused_and_can_be_built_over(
    tmp_path: Path, manifest: str | bytes
) -> None:
    directory = tmp_path / "store"
    make(directory, 1)
    (old,) = builds(directory)
    content = manifest if isinstance(manifest, bytes) else manifest.encode()
    (directory / "manifest.json").write_bytes(content)
    with pytest.raises(StoreError):
        Store.open(directory)
    make(directory, 1, 2, 3)
    assert count(Store.open(directory)) == 3
    assert len(set(builds(directory)) - {old}) == 1


@pytest.mark.parametrize("lost", ["graph", "names.sqlite"])
def test_a_store_that_lost_a_part(tmp_path: Path, lost: str) -> None:
    make(tmp_path, 1)
    (name,) = builds(tmp_path)
    part = tmp_path / name / lost
    part.rename(tmp_path / "lost")
    with pytest.raises(StoreError, match="cannot be opened"):
        Store.open(tmp_path)


def test_opening_and_asking_writes_nothing_not_even_where_it_could(tmp_path: Path) -> None:
    make(tmp_path, 1, 2)
    before = tree(tmp_path)
    store = Store.open(tmp_path)
    assert count(store) == 2
    assert store.names.search("thing")
    assert tree(tmp_path) == before
    assert len(before) > 5


def test_a_store_in_a_folder_that_is_read_only() -> None:
    with somebody_else() as folder:
        make(folder / "store", 1, 2)
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        become_nobody()
        assert not os.access(folder / "store", os.W_OK, effective_ids=True)
        store = Store.open(folder / "store")
        assert count(store) == 2
        assert store.names.exact("thing 1")
        for directory in (folder / "store", folder / "new"):
            with pytest.raises(StoreError, match="cannot be written"), Draft(directory):
                raise AssertionError("a draft in a read-only folder")


def test_a_store_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be read"):
        Store.open(tmp_path / "file")
    with pytest.raises(StoreError, match="cannot be written"), Draft(tmp_path / "file" / "store"):
        raise AssertionError("a draft below a file")


def test_a_draft_that_fails_leaves_no_trace(tmp_path: Path) -> None:
    make(tmp_path, 1)
    before = tree(tmp_path)
    with pytest.raises(ZeroDivisionError), Draft(tmp_path) as draft:
        write(draft, 2, 3)
        raise ZeroDivisionError
    after = tree(tmp_path)
    assert after.keys() == before.keys()
    assert count(Store.open(tmp_path)) == 1


def test_a_reader_of_the_old_store_goes_on(tmp_path: Path) -> None:
    """Its files are gone from the folder; names that it had not asked for yet are still there."""
    make(tmp_path, *range(500))
    reader = Store.open(tmp_path)
    make(tmp_path, 1)
    assert reader.folder is not None
    assert not reader.folder.exists()
    assert count(reader) == 500
    assert reader.names.exact("thing 499")
    assert len(list(reader.quads())) == 1000
    assert count(Store.open(tmp_path)) == 1


def test_two_drafts_at_once_the_last_to_commit_stays(tmp_path: Path) -> None:
    make(tmp_path, 0)
    with Draft(tmp_path) as one, Draft(tmp_path) as two:
        write(one, 1)
        write(two, 1, 2)
        assert one.folder != two.folder
        one.commit({})
        assert count(Store.open(tmp_path)) == 1
        two.commit({})
        assert count(Store.open(tmp_path)) == 2
    assert count(Store.open(tmp_path)) == 2
    make(tmp_path, 1, 2, 3)
    assert count(Store.open(tmp_path)) == 3


def test_abandoned_drafts_are_removed_by_the_next_build(tmp_path: Path) -> None:
    """Whoever has the id of their process now; and those of living builds are not."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    abandoned = [f"build-{pid}-abandoned" for pid in (gone.pid, os.getpid(), os.getppid())]
    live = f"build-{gone.pid}-live"
    for name in (*abandoned, "build-nonsense", live):
        (tmp_path / name / "graph").mkdir(parents=True)
    (tmp_path / abandoned[0] / LOCK).touch()
    held = hold(tmp_path / live)
    assert held
    with held:
        make(tmp_path, 1)
        current = Store.open(tmp_path).manifest["build"]
        assert builds(tmp_path) == sorted([current, live])
    remove_abandoned(tmp_path)
    assert builds(tmp_path) == [current]
    assert count(Store.open(tmp_path)) == 1


def test_a_build_that_changes_nothing_removes_them_too(
    given: dict[str, Path], tmp_path: Path
) -> None:
    build(tmp_path, given)
    before = builds(tmp_path)
    (tmp_path / f"build-{os.getpid()}-abandoned").mkdir()
    said: list[str] = []
    build(tmp_path, given, said.append)
    assert said == ["nothing has changed since the graph was built"]
    assert builds(tmp_path) == before


def no_locks_here(*_: object) -> None:
    raise OSError(errno.ENOLCK, "No locks available")


@pytest.mark.parametrize("without", ["kg.locks.fcntl", "kg.locks.fcntl.flock"])
def test_without_locks_the_process_that_a_folder_is_named_after_counts(
    without: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, or on a network's file system that has none."""
    monkeypatch.setattr(without, no_locks_here if without.endswith("flock") else None)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    make(tmp_path, 1)
    live = f"build-{os.getppid()}-live"
    for name in (f"build-{gone.pid}-abandoned", live):
        (tmp_path / name).mkdir()
    make(tmp_path, 1, 2)
    assert builds(tmp_path) == sorted([Store.open(tmp_path).manifest["build"], live])
    assert count(Store.open(tmp_path)) == 2


def test_a_folder_is_held_by_one_until_it_is_let_go(tmp_path: Path) -> None:
    with Draft(tmp_path) as draft:
        with pytest.raises(BlockingIOError):
            hold(draft.folder)
        write(draft, 1)
        draft.commit({})
        with hold(draft.folder) or nullcontext(None) as held:
            assert held
    with pytest.raises(FileNotFoundError):
        hold(tmp_path / "missing")


def test_a_draft_whose_folder_was_taken_for_abandoned_has_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another build came between the making of the folder and the holding of it."""
    lost: list[Path] = []

    def late(folder: Path) -> BinaryIO | None:
        if not lost:
            lost.append(folder)
            remove_abandoned(tmp_path)
        return hold(folder)

    make(tmp_path, 1)
    monkeypatch.setattr("kg.store.hold", late)
    make(tmp_path, 1, 2)
    assert not lost[0].exists()
    assert count(Store.open(tmp_path)) == 2


def test_what_becomes_the_current_one_meanwhile_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Draft(tmp_path) as other:
        write(other, 1, 2, 3)

        def late(folder: Path) -> BinaryIO | None:
            if folder == other.folder:
                monkeypatch.setattr("kg.store.hold", hold)
                other.commit({})
            return hold(folder)

        with Draft(tmp_path) as draft:
            write(draft, 1)
            monkeypatch.setattr("kg.store.hold", late)
            draft.commit({})
    assert builds(tmp_path) == [other.folder.name]
    assert count(Store.open(tmp_path)) == 3


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="nothing tells what is open")
def test_nothing_stays_open_or_is_told_of_the_lock(given: dict[str, Path], tmp_path: Path) -> None:
    def held() -> list[str]:
        opened = (str(file.readlink()) for file in Path("/proc/self/fd").iterdir() if file.exists())
        return [name for name in opened if name.startswith(str(tmp_path))]

    with Draft(tmp_path) as draft:
        assert held() == [str(draft.folder / LOCK)]
        assert not os.get_inheritable(draft._held.fileno()) if draft._held else False
    assert held() == []
    build(tmp_path, given)
    assert held() == []
    store = Store.open(tmp_path)
    assert store.folder is not None
    assert (store.folder / LOCK).exists()
    assert store.manifest["files"].keys() == {"arrays.bin", "graph.nq.zst", "names.sqlite"}


KILLED = """
import sys
from pathlib import Path
from kg.build import build
given = dict(pair.split("=", 1) for pair in sys.argv[2:])
build(
    Path(sys.argv[1]),
    {id: Path(file) for id, file in given.items()},
    lambda message: print(message, flush=True),
    again=True,
)
print("done", flush=True)
"""


@pytest.fixture(scope="module")
def built_once(given: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("killed") / "store"
    build(directory, given)
    return directory


@pytest.mark.parametrize(
    "moment",
    [
        "reading disease-kg ontology",
        "reading Human Phenotype",
        "inferring",
        "validating",
    ],
)
def test_a_build_that_is_killed_leaves_the_old_graph(
    moment: str, built_once: Path, given: dict[str, Path]
) -> None:
    """Killed as it says that a step begins: the old graph answers, the next build cleans up."""
    before = Store.open(built_once).manifest["build"]
    command = [sys.executable, "-c", KILLED, str(built_once)]
    command += [f"{id}={file}" for id, file in given.items()]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(moment):
                process.send_signal(signal.SIGKILL)
                break
        rest = process.stdout.read()
    assert process.returncode == -signal.SIGKILL
    assert "done" not in rest
    abandoned = [name for name in builds(built_once) if f"-{process.pid}-" in name]
    assert len(abandoned) == 1
    store = Store.open(built_once)
    assert store.manifest["build"] == before
    assert count(store) > 50
    assert store.names.exact("focal dystonia")
    build(built_once, given, again=True)
    assert builds(built_once) == [Store.open(built_once).manifest["build"]]


def test_builds_of_two_processes_at_once(tmp_path: Path, given: dict[str, Path]) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    command += [f"{id}={file}" for id, file in given.items()]
    pair = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    outputs = [process.communicate()[0] for process in pair]
    assert [process.returncode for process in pair] == [0, 0]
    assert all(output.endswith("done\n") for output in outputs)
    assert count(Store.open(tmp_path)) > 50
    build(tmp_path, given, again=True)
    assert builds(tmp_path) == [Store.open(tmp_path).manifest["build"]]
