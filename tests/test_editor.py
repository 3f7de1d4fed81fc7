"""The editor of SPARQL: its examples ask what they say, and it offers what the graph has."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from kg import queries
from kg.errors import UnknownQuery
from kg.server import editor
from kg.store import Store

ROOT = Path(__file__).parents[1]
WITH_EXAMPLE = [name for name in queries.names() if queries.load(name).example]


@pytest.mark.parametrize("name", WITH_EXAMPLE)
def test_an_example_written_out_answers_as_the_bound_one(small_store: Store, name: str) -> None:
    query = queries.load(name)
    text = editor.example(small_store, name)
    assert text.startswith(f"# {query.summary}\n")
    if not any(f"VALUES ?{parameter} {{" in text for parameter in query.example):
        pytest.skip("the small graph has nothing of that name")
    bound = queries.run(small_store, name, **query.example).terms()
    written = queries.execute(small_store, text)
    assert isinstance(written, queries.Rows)
    assert sorted(map(str, written.terms())) == sorted(map(str, bound))


def test_most_examples_are_of_the_small_graph(small_store: Store) -> None:
    written = [n for n in WITH_EXAMPLE if " VALUES ?" in editor.example(small_store, n)]
    assert len(written) > 30
    with pytest.raises(UnknownQuery):
        editor.example(small_store, "nothing")


def test_the_terms_of_the_graph_complete_a_query(small_store: Store) -> None:
    told = editor.terms(small_store)
    terms = dict(told["terms"])
    assert terms["dkg:rareAccordingTo"] == "rare according to"
    assert "neurologist" in terms["specialist:neurologist"]
    assert {"skos:broaderTransitive", "rdf:type", "graph:mondo"} <= terms.keys()
    assert told["prefixes"]["dkg"] == "https://w3id.org/disease-kg/ontology#"
    for name in terms:
        queries.execute(small_store, f"ASK {{ ?s ?p {name} }}")


def test_what_is_vendored_is_what_was_fetched() -> None:
    script = (ROOT / ".ci" / "vendor").read_text("utf-8")
    checksums = dict(re.findall(r'"(yasqe[\w.]+)": "([0-9a-f]{64})"', script))
    assert checksums.keys() == {"yasqe.min.js", "yasqe.min.css"}
    folder = ROOT / "kg" / "server" / "static" / "vendor"
    for name, checksum in checksums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == checksum
    assert "MIT" in (folder / "LICENSES.txt").read_text("utf-8")
