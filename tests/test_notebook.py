"""In a notebook: conditions, trees and rows show themselves, and nothing of them is HTML."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import DiseaseKG, Store
from kg.build import Summary


@pytest.fixture(scope="module")
def graph(small_build: tuple[Path, Summary]) -> DiseaseKG:
    return DiseaseKG(Store.open(small_build[0]))


def test_a_condition_a_tree_and_rows_show_themselves(graph: DiseaseKG) -> None:
    condition = graph.condition("focal dystonia")._repr_html_()
    assert condition.startswith("<h3>focal dystonia <small>MONDO:0000477</small></h3>")
    assert "neurologist" in condition
    tree = graph.tree("focal dystonia", 1)
    assert str(tree).startswith("focal dystonia  MONDO:0000477  (")
    assert tree._repr_html_() == f"<pre>{tree}</pre>"
    rows = graph.ask("narrower-direct", condition="focal dystonia")
    assert "<th>narrower</th>" in rows._repr_html_()
    assert rows._repr_html_().count("<tr>") == 1 + len(list(rows)) == 1 + len(list(rows))


def test_what_is_shown_is_escaped() -> None:
    store = Store.in_memory(
        """PREFIX dkg: <https://w3id.org/disease-kg/ontology#>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        PREFIX obo: <http://purl.obolibrary.org/obo/>
        GRAPH <https://w3id.org/disease-kg/graph/mondo> {
            obo:MONDO_0000001 a dkg:Condition ; skos:prefLabel "<script>alert(1)</script>"@en }"""
    )
    graph = DiseaseKG(store)
    for shown in (
        graph.condition("MONDO:0000001"),
        graph.tree("MONDO:0000001"),
        graph.ask("synonyms", condition="MONDO:0000001"),
    ):
        assert "<script" not in shown._repr_html_()
        assert "&lt;script" in shown._repr_html_()
