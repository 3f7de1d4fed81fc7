"""Other nomenclatures' hierarchies: which there are, how their records stand, where they lead."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from kg.build import build
from kg.cli import main
from kg.errors import UnknownScheme
from kg.schemes import Classification, Scheme, find, schemes
from kg.server.app import create
from kg.server.workers import Limits
from kg.store import Store

SOURCES = Path(__file__).parent / "fixtures" / "sources"
WORLD = """
PREFIX : <http://www.orpha.net/ORDO/Orphanet_>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dkg: <https://w3id.org/disease-kg/ontology#>
PREFIX scheme: <https://w3id.org/disease-kg/scheme/>
PREFIX obo: <http://purl.obolibrary.org/obo/>
:1 a dkg:Record ; skos:inScheme scheme:c-ORPHA_1, scheme:list ; skos:prefLabel "head"@en .
:2 a dkg:Record ; skos:inScheme scheme:c-ORPHA_1 ; skos:prefLabel "arm"@en ; skos:broader :1 .
:3 a dkg:Record ; skos:inScheme scheme:c-ORPHA_1 ; skos:prefLabel "leg"@en ; skos:broader :1 .
:4 a dkg:Record ; skos:inScheme scheme:c-ORPHA_1 ; skos:prefLabel "knee"@en ;
  skos:broader :2, :3, :9 .
:9 a dkg:Record ; skos:inScheme scheme:list ; skos:prefLabel "elsewhere"@en .
obo:MONDO_0000002 a dkg:Condition ; skos:exactMatch :2 ; skos:mappingRelation :2 .
obo:MONDO_0000003 a dkg:Condition ; skos:mappingRelation :2, :3 .
obo:MONDO_0000004 a dkg:Condition ; skos:closeMatch :4 ; skos:mappingRelation :4 .
"""
ORPHA = "http://www.orpha.net/ORDO/Orphanet_"


@pytest.fixture(scope="module")
def world() -> Classification:
    store = Store.in_memory(WORLD)
    return Classification(store, schemes(store)[0])


def test_how_records_stand(world: Classification) -> None:
    assert list(world.labels.values()) == ["arm", "head", "knee", "leg"]
    assert world.children[f"{ORPHA}1"] == [f"{ORPHA}2", f"{ORPHA}3"]
    assert world.parents[f"{ORPHA}4"] == [f"{ORPHA}2", f"{ORPHA}3"]
    assert [world.below(f"{ORPHA}{n}") for n in (1, 2, 4)] == [3, 1, 0]
    ways = [[world.labels[iri] for iri in way] for way in world.ways(f"{ORPHA}4", 5)]
    assert ways == [["head", "arm", "knee"], ["head", "leg", "knee"]]
    shown = [(row.depth, row.label, row.further) for row in world.rows(f"{ORPHA}1", 2)]
    assert shown == [(0, "head", 3), (1, "arm", 1), (2, "knee", 0), (1, "leg", 1), (2, "knee", 0)]


def test_what_a_record_is_about(world: Classification) -> None:
    """Exact before bare, and nothing where a mapping says less than exact."""
    about = [world.conditions(f"{ORPHA}{n}") for n in (1, 2, 3, 4)]
    mondo = "http://purl.obolibrary.org/obo/MONDO_000000"
    assert about == [[], [f"{mondo}2"], [f"{mondo}3"], []]


def test_a_list_is_no_hierarchy(world: Classification) -> None:
    assert world.scheme == Scheme("c-ORPHA_1", "head", "c", 4, (f"{ORPHA}1",))
    assert len(schemes(Store.in_memory(WORLD))) == 1


@pytest.fixture(scope="module")
def directory(given: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a classification of Orphanet's."""
    directory = tmp_path_factory.mktemp("schemes") / "store"
    slices = SOURCES / "orphadata"
    build(directory, {**given, "orphanet-classifications": slices / "classification.xml"})
    return directory


@pytest.fixture(scope="module")
def client(directory: Path) -> Iterator[TestClient]:
    with TestClient(create(directory, Limits(seconds=5), 1)) as client:
        yield client


def test_a_classification_is_found_by_its_head(directory: Path) -> None:
    store = Store.open(directory)
    (scheme,) = schemes(store)
    assert scheme.publisher == "INSERM, Orphanet"
    for name in (scheme.id, scheme.label.upper(), "ORPHA:97929"):
        assert find(store, name) == scheme
    with pytest.raises(UnknownScheme, match="no hierarchy 'nothing'; 'disease-kg tree --schemes'"):
        find(store, "nothing")


def test_its_pages(client: TestClient) -> None:
    page = {"Accept": "text/html"}
    id = "orphanet-classifications-ORPHA_97929"
    assert f'href="/scheme/{id}"' in client.get("/tree", headers=page).text
    top = client.get(f"/scheme/{id}", headers=page)
    assert "Rare cardiac disease" in top.text
    told = client.get(f"/scheme/{id}/ORPHA:97929.json").json()["narrower"]
    for one in told:
        assert one["label"] in top.text
        if one["page"]:
            assert client.get(one["page"], headers=page).status_code == 200
        if one["below"]:
            assert "The way to it" in client.get(one["page"], headers=page).text
    assert any(one["below"] for one in told)
    for address in (
        "/scheme/x",
        f"/scheme/{id}/ORPHA:1",
        f"/scheme/{id}/x",
        f"/scheme/{id}/x.json",
    ):
        assert client.get(address, headers=page).status_code == 404


def test_in_the_terminal(
    directory: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*arguments: str) -> str:
        command = ["disease-kg", "tree", *arguments, "--store", str(directory)]
        monkeypatch.setattr(sys, "argv", command)
        try:
            main()
        except SystemExit as ended:
            return f"exit {ended.code}"
        return capsys.readouterr().out

    assert "Rare cardiac disease  (orphanet-classifications-ORPHA_97929)" in run("--schemes")
    shown = run("--scheme", "ORPHA:97929")
    assert shown.startswith("Rare cardiac disease  ORPHA:97929  (5)\n")
    assert "Rare cardiomyopathy  ORPHA:167848" in shown
    assert run("ORPHA:34217", "--scheme", "ORPHA:97929") == "Naxos disease  ORPHA:34217\n"
    assert run("ORPHA:1", "--scheme", "ORPHA:97929") == "exit 4"
    assert run() == "exit 2"
