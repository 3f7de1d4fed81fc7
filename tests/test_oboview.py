"""The view for clients of OBO ontologies: what it says, and that these clients read it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import pytest

from kg import licensing, queries
from kg.build import build
from kg.hierarchy import Hierarchy
from kg.identifiers import compress
from kg.ntriples import Triple
from kg.oboview import NAME, VIEW, OboView
from kg.store import Store
from kg.validation import validate

FOCAL, DYSTONIC = "obo:MONDO_0000477", "obo:MONDO_0003441"


@pytest.fixture(scope="module")
def directory(given: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the view, never to be written to."""
    directory = tmp_path_factory.mktemp("view") / "store"
    build(directory, given, obo_view=True)
    return directory


@pytest.fixture(scope="module")
def store(directory: Path) -> Store:
    return Store.open(directory)


def asked(store: Store, sparql: str) -> set[str]:
    """Return the values of the first column."""
    rows = queries.execute(store, sparql)
    assert isinstance(rows, queries.Rows)
    return {term.value for (term, *_) in rows.terms() if term is not None}


def test_the_view_says_what_the_graph_says(store: Store) -> None:
    labels = asked(store, f"SELECT ?l {{ {FOCAL} a owl:Class ; rdfs:label ?l }}")
    assert labels == {"focal dystonia"}
    hierarchy = Hierarchy.of(store)
    focal = "http://purl.obolibrary.org/obo/MONDO_0000477"
    above = asked(store, f"SELECT ?a {{ {FOCAL} rdfs:subClassOf+ ?a }}")
    assert above == hierarchy.ancestors(focal)
    below = asked(store, f"SELECT ?b {{ ?b rdfs:subClassOf+ {FOCAL} }}")
    assert below == hierarchy.descendants(focal)
    for mine, theirs in (
        ("altLabel", "oboInOwl:hasExactSynonym"),
        ("definition", "obo:IAO_0000115"),
    ):
        said = f"SELECT (STR(?t) AS ?text) {{ ?c skos:{mine} ?t ; a ?kind FILTER (LANG(?t) = 'en')"
        kinds = "VALUES ?kind { dkg:Condition dkg:DeprecatedCondition dkg:Phenotype dkg:BodySite }"
        assert asked(store, f"{said} {kinds} }}") == asked(store, f"SELECT ?t {{ ?c {theirs} ?t }}")


def test_every_triple_is_in_one_graph(store: Store) -> None:
    twice = queries.execute(store, f"ASK {{ GRAPH <{VIEW}> {{ ?s ?p ?o }} GRAPH ?g {{ ?s ?p ?o }} "
                            f"FILTER (?g != <{VIEW}>) }}")  # fmt: skip
    assert twice is False
    assert not validate(store).blocking


def test_parts_are_no_kinds_and_merged_identifiers_lead_on() -> None:
    skos, obo = "http://www.w3.org/2004/02/skos/core#", "http://purl.obolibrary.org/obo/"
    thes, dkg = "http://purl.org/iso25964/skos-thes#", "https://w3id.org/disease-kg/ontology#"
    a = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    said: list[Triple] = [
        ("<x:jaw>", a, f"<{dkg}BodySite>"),
        ("<x:head>", a, f"<{dkg}BodySite>"),
        ("<x:jaw>", f"<{skos}broader>", "<x:head>"),
        ("<x:jaw>", f"<{thes}broaderPartitive>", "<x:head>"),
        ("<x:old>", "<http://purl.org/dc/terms/isReplacedBy>", "<x:jaw>"),
        ("<x:jaw>", f"<{skos}prefLabel>", '"jaw"@en'),
        ("<x:jaw>", f"<{skos}altLabel>", '"Kiefer"@de'),
        ("<x:stray>", f"<{skos}broader>", "<x:head>"),
    ]
    view = OboView()
    assert list(view.watching(said)) == said
    found = {triple for triple in view.triples() if triple[0].startswith("<x:")}
    owl, rdfs = "http://www.w3.org/2002/07/owl#", "http://www.w3.org/2000/01/rdf-schema#"
    true = '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'
    assert found == {
        ("<x:jaw>", a, f"<{owl}Class>"),
        ("<x:head>", a, f"<{owl}Class>"),
        ("<x:jaw>", f"<{rdfs}label>", '"jaw"'),
        ("<x:jaw>", f"<{obo}BFO_0000050>", "<x:head>"),
        ("<x:old>", a, f"<{owl}Class>"),
        ("<x:old>", f"<{owl}deprecated>", true),
        ("<x:old>", f"<{obo}IAO_0100001>", "<x:jaw>"),
    }


def test_the_view_is_no_source_and_is_made_again_from_what_stays(store: Store) -> None:
    ids = [source.id for source in licensing.licensed(store)]
    assert NAME not in ids
    staying = licensing.chosen(store, without=["hp", "hpoa", "hpo-genes"])
    left = licensing.restricted(store, staying)
    phenotypes = "SELECT ?c { ?c a owl:Class FILTER (STRSTARTS(STR(?c), STR(obo:HP_))) }"
    assert asked(store, phenotypes)
    assert not asked(left, phenotypes)
    assert asked(left, f"SELECT ?l {{ {FOCAL} rdfs:label ?l }}") == {"focal dystonia"}


def test_a_build_with_the_view_is_another_one(directory: Path, given: dict[str, Path]) -> None:
    said: list[str] = []
    summary = build(directory, given, said.append, obo_view=True)
    assert said == ["nothing has changed since the graph was built"]
    assert summary.graphs[NAME].triples > 100
    assert Store.open(directory).manifest["made_of"].keys() >= {NAME}


# --- the clients themselves, where they are installed; benchmarks/clients.py installs them


@pytest.fixture(scope="module")
def address(directory: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from kg.cli import main; main()", "serve", "--quiet"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    command += ["--port", str(port), "--store", str(directory)]
    with subprocess.Popen(command, env=environment) as server:
        for _ in range(200):
            with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/about"):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
        server.terminate()


def program(name: str, package: str) -> str:
    """Return where a program is, or skip the test."""
    return shutil.which(name) or pytest.skip(f"{name} of {package} is not installed here")


def said_by(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_ontology_access_kit(store: Store, request: pytest.FixtureRequest) -> None:
    runoak = program("runoak", "oaklib")
    source = f"sparql:{request.getfixturevalue('address')}/sparql"
    asking = (runoak, "-i", source)
    assert "MONDO:0000477\tfocal dystonia" in said_by(*asking, "labels", "MONDO:0000477")
    found = said_by(*asking, "descendants", "-p", "i", "MONDO:0000477")
    below = Hierarchy.of(store).descendants("http://purl.obolibrary.org/obo/MONDO_0000477")
    assert {line.split(" ! ")[0] for line in found.splitlines()} == {
        "MONDO:0000477",
        *(compress(iri) for iri in below),
    }
    assert "HP:0000643" in said_by(*asking, "search", "Blepharospasm")


def test_comunica(request: pytest.FixtureRequest) -> None:
    """Over the endpoint, and over a document of linked data."""
    comunica = program("comunica-sparql", "@comunica/query-sparql")
    address = request.getfixturevalue("address")
    prefix = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"
    focal = "<http://purl.obolibrary.org/obo/MONDO_0000477>"
    for source in (f"{address}/sparql", f"{address}/condition/MONDO:0000477"):
        query = f"{prefix} SELECT ?label {{ {focal} skos:prefLabel ?label }}"
        answer = said_by(comunica, source, query, "-t", "application/sparql-results+json")
        rows = json.loads(answer)["results"]["bindings"]
        assert [row["label"]["value"] for row in rows] == ["focal dystonia"]
