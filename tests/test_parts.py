"""The graph in parts: each is N-Quads, together they are the graph, and the list names them."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import exports, parts
from kg.errors import DiseaseKGError
from kg.store import Store

WORLD = Path(__file__).parent / "fixtures" / "world.trig"


@pytest.fixture(scope="module")
def world() -> Store:
    return Store.in_memory(WORLD)


@pytest.fixture(scope="module")
def whole(world: Store) -> bytes:
    stream = io.BytesIO()
    exports.export(world, stream, "nquads")
    return stream.getvalue()


@pytest.mark.parametrize("suffix", [".nq", ".nq.gz"])
@pytest.mark.parametrize(("split", "count"), [("1", 1), ("4", 4), ("20kB", 0)])
def test_the_parts_together_are_the_graph(
    split: str, count: int, suffix: str, world: Store, whole: bytes, tmp_path: Path
) -> None:
    paths = parts.write(world, tmp_path / "bulk" / f"graph{suffix}", split)
    read = gzip.decompress if suffix.endswith(".gz") else bytes
    contents = [read(path.read_bytes()) for path in paths]
    assert b"".join(contents) == whole
    assert paths[0].name == f"graph-0001{suffix}"
    assert len(paths) == count or (not count and len(paths) > 3)
    for content in contents:
        assert len(list(ox.parse(content, ox.RdfFormat.N_QUADS))) == content.count(b"\n") > 0
        assert count or len(content) <= 20_000
    told = json.loads((tmp_path / "bulk" / "graph.json").read_text())
    assert told["statements"] == len(world)
    assert [part["file"] for part in told["parts"]] == [path.name for path in paths]
    sums = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
    assert [part["sha256"] for part in told["parts"]] == sums


def test_fewer_parts_leave_no_old_ones(world: Store, tmp_path: Path) -> None:
    parts.write(world, tmp_path / "graph.nq", "5")
    other = tmp_path / "graph-2026.nq"
    other.write_text("not ours")
    parts.write(world, tmp_path / "graph.nq", "2")
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["graph-0001.nq", "graph-0002.nq", "graph-2026.nq", "graph.json"]


def test_a_build_that_fails_leaves_no_half_part(world: Store, tmp_path: Path) -> None:
    class Broken(Store):
        def lines(self):  # type: ignore[no-untyped-def]
            yield b"<x:a> <x:b> <x:c> .\n"
            raise DiseaseKGError("broken")

    with pytest.raises(DiseaseKGError):
        parts.write(Broken(ox.Store()), tmp_path / "graph.nq", "2")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("split", ["0", "many", "-1", "5 TB"])
def test_a_split_that_is_none(split: str, world: Store, tmp_path: Path) -> None:
    with pytest.raises(DiseaseKGError, match="neither a number"):
        parts.write(world, tmp_path / "graph.nq", split)


def test_the_name_says_the_format(world: Store, tmp_path: Path) -> None:
    with pytest.raises(DiseaseKGError, match=r"needs --output NAME\.nq"):
        parts.write(world, tmp_path / "graph.ttl", "2")
