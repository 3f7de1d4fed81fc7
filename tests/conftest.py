"""Worlds that several tests share: slices of the publishers' files, and graphs built from them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import resources
from kg.build import Summary, build
from kg.store import Store
from kg.terminal import Talk
from kg.vocabulary import DKG
from tests import offline

offline.wall()

SOURCES = Path(__file__).parent / "fixtures" / "sources"
FILES = {
    "mondo": "mondo.obo",
    "do-xrefs": "do-xrefs.sssom.tsv",
    "uberon": "uberon.obo",
    "hp": "hp.obo",
    "hpoa": "phenotype.hpoa",
    "hpo-genes": "genes_to_phenotype.txt",
}


@pytest.fixture(autouse=True)
def talking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test begins with a command that says what it does: --quiet outlives the one before."""
    monkeypatch.setattr(Talk, "level", 1)


def curated_about(conditions: set[str], folder: Path) -> Path:
    """Write what is curated about some conditions, or about none, to a folder."""
    folder.mkdir()
    for file in sorted(resources.path("data", "curated").glob("*.ttl")):
        triples = list(ox.parse(path=str(file), format=ox.RdfFormat.TURTLE))
        about = {t.subject: t.object.value for t in triples if t.predicate.value == DKG.condition}
        kept = [t.triple for t in triples if about.get(t.subject, "") in {"", *conditions}]
        if kept:
            ox.serialize(kept, str(folder / file.name), format=ox.RdfFormat.TURTLE)
    return folder


@pytest.fixture(scope="session")
def given(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A file for every source: the slices, and what is curated about their conditions."""
    text = (SOURCES / "mondo.obo").read_text("utf-8")
    ids = re.findall(r"^id: MONDO:(\d+)$", text, re.MULTILINE)
    conditions = {f"http://purl.obolibrary.org/obo/MONDO_{id}" for id in ids}
    curated = curated_about(conditions, tmp_path_factory.mktemp("given") / "curated")
    return {"curated": curated, **{id: SOURCES / name for id, name in FILES.items()}}


@pytest.fixture(scope="session")
def small_build(
    given: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Summary]:
    """A store built from the slices, never to be written to, and the build's summary."""
    directory = tmp_path_factory.mktemp("small") / "store"
    return directory, build(directory, given)


@pytest.fixture(scope="session")
def small_store(small_build: tuple[Path, Summary]) -> Store:
    return Store.open(small_build[0])


@pytest.fixture(scope="session")
def embedded_build(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Summary]:
    """The store of all embedded sources, built once for the session (some 40 s)."""
    directory = tmp_path_factory.mktemp("embedded") / "store"
    return directory, build(directory)


@pytest.fixture(scope="session")
def embedded_store(embedded_build: tuple[Path, Summary]) -> Iterator[Store]:
    yield Store.open(embedded_build[0])
