"""Conditions with the name of a finding, of which no symptoms are known."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from kg.cli import cli
from kg.identifiers import expand
from kg.namesakes import WHY, namesakes
from kg.server.app import create
from kg.store import Store

BLEPHAROSPASM, TORTICOLLIS = "HP:0000643", "HP:0000473"
GRAPH = """
@prefix dkg: <https://w3id.org/disease-kg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix : <https://example.org/> .
:g {
:pain a dkg:Phenotype ; skos:prefLabel "Stitch"@en ; skos:altLabel "A stitch in the side"@en .
:other a dkg:Phenotype ; skos:prefLabel "Hiccup"@en .
:plain a dkg:Condition ; skos:prefLabel "side stitch"@en ; skos:altLabel "Stitch"@en .
:second a dkg:Condition ; skos:prefLabel "a stitch, in the side"@en .
:ranked a dkg:Condition ; skos:prefLabel "stitch"@en ; dkg:symptom :pain .
:withdrawn a dkg:DeprecatedCondition ; skos:prefLabel "stitch"@en .
:gene a dkg:Gene ; skos:prefLabel "STITCH"@en .
}"""


def test_namesakes() -> None:
    """By any of their exact names, whatever its spelling; not what can be ranked."""
    store, base = Store.in_memory(GRAPH), "https://example.org/"
    found = namesakes(store, [base + "pain"])
    assert [thing.label for thing in found] == ["a stitch, in the side", "side stitch"]
    assert namesakes(store, [base + "other"]) == namesakes(store, []) == []
    assert namesakes(store, [base + "other", base + "pain"]) == found


@pytest.mark.parametrize(
    ("finding", "condition"), [(BLEPHAROSPASM, "MONDO:0011728"), (TORTICOLLIS, "MONDO:0000481")]
)
def test_kinds_of_focal_dystonia_are_found_by_their_signs(
    finding: str, condition: str, embedded_store: Store
) -> None:
    (found,) = namesakes(embedded_store, [expand(finding)])
    assert found.curie == condition


def test_they_are_told_beside_a_ranking(embedded_store: Store) -> None:
    """On both pages, by the command and by the API; not where help comes first."""
    assert embedded_store.folder is not None
    directory = embedded_store.folder.parent
    command = ["differential", "blepharospasm", "--store", str(directory), "--limit", "1"]
    said = CliRunner().invoke(cli, command).stdout
    assert f"{WHY}: benign essential blepharospasm (MONDO:0011728)." in said
    with TestClient(create(directory)) as client:
        for address in ("/interview?said=", "/diagnosis?present="):
            page = client.get(address + BLEPHAROSPASM).text
            assert WHY in page
            assert 'href="/condition/MONDO:0011728"' in page.partition(WHY)[2]
            assert WHY not in client.get(address + "HP:0002378").text
        for address in ("/api/interview?said=", "/api/differential?present="):
            (one,) = client.get(address + BLEPHAROSPASM).json()["namesakes"]
            assert one["label"] == "benign essential blepharospasm"
        urgent = client.get(f"/api/differential?present=HP:0001297&present={BLEPHAROSPASM}").json()
        assert urgent["urgent"], json.dumps(urgent)
        assert urgent["namesakes"] == []
