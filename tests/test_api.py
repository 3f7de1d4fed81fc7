"""The graph in Python: conditions, rows, and the views of other libraries on the same graph."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import kg
from kg import Condition, DiseaseKG, DiseaseKGError, Store
from kg.build import Summary
from kg.errors import (
    InvalidIdentifier,
    MissingStore,
    QueryError,
    QuerySyntaxError,
    UnknownParameter,
    UnknownQuery,
    UnknownThing,
)
from kg.queries import Rows, Triples
from kg.vocabulary import PREFIXES

OBO = "http://purl.obolibrary.org/obo/"
FOCAL = OBO + "MONDO_0000477"
DYSTONIC = OBO + "MONDO_0003441"
NARROWER = """
    SELECT ?narrower ?label {
        ?narrower skos:broaderTransitive obo:MONDO_0003441 ; skos:prefLabel ?label
        FILTER (LANG(?label) = "en")
    } ORDER BY ?label"""


@pytest.fixture(scope="module")
def graph() -> DiseaseKG:
    return DiseaseKG(Store.in_memory(Path(__file__).parent / "fixtures" / "world.trig"))


def test_the_public_names() -> None:
    assert kg.__all__ == ["Condition", "DiseaseKG", "DiseaseKGError", "Store", "__version__"]
    assert all(getattr(kg, name) is not None for name in kg.__all__)
    assert issubclass(UnknownThing, DiseaseKGError)
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        kg.nope  # noqa: B018


def test_open(small_build: tuple[Path, Summary], monkeypatch: pytest.MonkeyPatch) -> None:
    directory = small_build[0]
    by_path = DiseaseKG.open(directory)
    by_text = DiseaseKG.open(str(directory))
    monkeypatch.setenv("DISEASE_KG_STORE", str(directory))
    by_environment = DiseaseKG.open()
    names = {g.condition("MONDO:0000477").label for g in (by_path, by_text, by_environment)}
    assert names == {"focal dystonia"}


def test_open_a_folder_without_a_graph(tmp_path: Path) -> None:
    with pytest.raises(MissingStore):
        DiseaseKG.open(tmp_path)


def test_condition(graph: DiseaseKG) -> None:
    focal = graph.condition("focal dystonia")
    assert isinstance(focal, Condition)
    assert focal.broader[0].label == "dystonic disorder"
    with pytest.raises(UnknownThing):
        graph.condition("focal distonia")


def test_conditions_are_the_live_ones_by_identifier(graph: DiseaseKG) -> None:
    curies = [condition.curie for condition in graph.conditions()]
    assert curies == sorted(curies)
    assert len(curies) == 14
    assert "MONDO:0000484" not in curies


def test_search(graph: DiseaseKG) -> None:
    assert [match.label for match in graph.search("cervical dyst")] == ["cervical dystonia"]
    assert [match.iri for match in graph.search("focal distonia", limit=1)] == [FOCAL]
    assert graph.search("eyelid") == []


def test_ask_a_named_query(graph: DiseaseKG) -> None:
    rows = graph.ask("conditions-at-site", site="larynx")
    assert [row["label"] for row in rows] == ["laryngeal disorder", "spasmodic dystonia"]
    with pytest.raises(UnknownQuery):
        graph.ask("nope")


def test_query_answers_every_form(graph: DiseaseKG) -> None:
    assert graph.query("ASK { obo:MONDO_0000477 a dkg:Condition }") is True
    rows = graph.query(NARROWER)
    assert isinstance(rows, Rows)
    assert len(list(rows)) == 8
    triples = graph.query("CONSTRUCT WHERE { obo:MONDO_0000477 skos:broader ?broader }")
    assert isinstance(triples, Triples)
    [triple] = triples
    assert triple.object == ox.NamedNode(DYSTONIC)
    with pytest.raises(QuerySyntaxError):
        graph.query("SELECT")


def test_rows_are_a_sequence(graph: DiseaseKG) -> None:
    rows = graph.ask("conditions-at-site", site="larynx")
    labels = [row["label"] for row in rows]
    assert (len(rows), rows[0]["label"], rows[-1]["label"]) == (2, labels[0], labels[1])
    assert [row["label"] for row in rows[1:]] == labels[1:]
    assert [row["label"] for row in reversed(rows)] == labels[::-1]
    assert list(rows) == [rows[0], rows[1]]
    assert [terms[rows.columns.index("label")] for terms in rows.terms()] == [
        ox.Literal(str(label), language="en") for label in labels
    ]
    with pytest.raises(IndexError):
        rows[2]
    assert not graph.ask("conditions-at-site", site="limb")


def test_a_query_of_each_form(graph: DiseaseKG) -> None:
    assert len(graph.select(NARROWER)) == 8
    [triple] = graph.construct("CONSTRUCT WHERE { obo:MONDO_0000477 skos:broader ?broader }")
    assert triple.object == ox.NamedNode(DYSTONIC)
    assert list(graph.construct("DESCRIBE obo:MONDO_0000477"))
    for other in ("ASK { ?s ?p ?o }", "DESCRIBE obo:MONDO_0000477"):
        with pytest.raises(QueryError, match="has no rows"):
            graph.select(other)
    for other in ("ASK { ?s ?p ?o }", NARROWER):
        with pytest.raises(QueryError, match="makes no triples"):
            graph.construct(other)


def test_a_condition_is_equal_to_itself_however_it_was_found(graph: DiseaseKG) -> None:
    found = {graph.condition(text) for text in ("focal dystonia", "MONDO:0000477", FOCAL)}
    assert found == {graph.condition("DOID:0050836")}
    assert graph.condition("dystonic disorder") not in found
    assert graph.condition("focal dystonia") != FOCAL
    elsewhere = DiseaseKG(Store.in_memory(Path(__file__).parent / "fixtures" / "world.trig"))
    assert elsewhere.condition("focal dystonia") not in found


def test_what_is_no_text_is_said_to_be_none(graph: DiseaseKG) -> None:
    nothing: Any = None
    with pytest.raises(InvalidIdentifier, match="a text is needed"):
        graph.condition(nothing)


def test_rows_make_a_data_frame(graph: DiseaseKG) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(graph.ask("narrower-direct", condition="dystonic disorder"))
    assert list(frame.label) == ["focal dystonia", "generalized dystonia"]
    assert frame.below.sum() == 6


def test_rdflib_answers_as_the_graph_does(graph: DiseaseKG) -> None:
    rows = graph.query(NARROWER)
    assert isinstance(rows, Rows)
    ours = [(row["narrower"], row["label"]) for row in rows]
    found = graph.rdflib().query(NARROWER, initNs=PREFIXES)
    assert [(str(iri), str(label)) for iri, label in found] == ours  # type: ignore[misc]
    assert len(ours) == 8


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_rdflib_sees_every_triple_and_copies_none(graph: DiseaseKG) -> None:
    import rdflib

    view = graph.rdflib()
    assert len(view) == len({quad.triple for quad in graph.store.quads()})
    focal = rdflib.URIRef(FOCAL)
    broader = rdflib.URIRef(PREFIXES["skos"] + "broader")
    assert list(view.objects(focal, broader)) == [rdflib.URIRef(DYSTONIC)]


def test_networkx_edges_go_from_general_to_specific(graph: DiseaseKG) -> None:
    import networkx

    hierarchy = graph.networkx()
    assert isinstance(hierarchy, networkx.DiGraph)
    assert hierarchy.has_edge(DYSTONIC, FOCAL)
    assert not hierarchy.has_edge(FOCAL, DYSTONIC)
    assert hierarchy.nodes[FOCAL]["label"] == "focal dystonia"
    rows = graph.query(NARROWER)
    assert isinstance(rows, Rows)
    assert networkx.descendants(hierarchy, DYSTONIC) == {row["narrower"] for row in rows}
    assert graph.networkx() is hierarchy


def test_hierarchy(graph: DiseaseKG) -> None:
    spasmodic = graph.condition("spasmodic dysphonia").iri
    cervical = graph.condition("cervical dystonia").iri
    assert graph.hierarchy.nearest_common(spasmodic, cervical) == {FOCAL}


def test_importing_the_package_imports_nothing_of_it() -> None:
    code = "import kg, sys; print(*[m for m in sys.modules if m.startswith('kg.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_conditions_that_meet_demands(graph: DiseaseKG) -> None:
    found = graph.find(among="dystonic disorder", symptom="torticollis", authority="orphanet")
    assert found == [(OBO + "MONDO_0011264", "torsion dystonia 6")]
    with pytest.raises(UnknownParameter, match="no parameter 'colour'"):
        graph.find(colour="red")
