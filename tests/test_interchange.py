"""The conditions in other people's formats, read back."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import networkx
import pytest

from kg import hierarchy, interchange
from kg.errors import UnknownFormat
from kg.identifiers import compress, expand
from kg.readers import read
from kg.records import Mapping, Term
from kg.store import Store

DYSTONIC = expand("MONDO:0003441")


def written(store: Store, format: str, branch: str | None = None) -> bytes:
    stream = io.BytesIO()
    interchange.write(store, stream, format, branch)
    return stream.getvalue()


def rows(text: bytes) -> list[dict[str, str]]:
    lines = [line for line in text.decode().splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t"))


def test_mappings(small_store: Store) -> None:
    """Each mapping of each graph is a row; the head declares every prefix that is used."""
    text = written(small_store, "sssom")
    said = {(r["subject_id"], r["predicate_id"], r["object_id"]) for r in rows(text)}
    assert ("MONDO:0000477", "skos:mappingRelation", "GARD:27526") in said
    head = [line for line in text.decode().splitlines() if line.startswith("#  ")]
    declared = {line[3:].partition(":")[0] for line in head}
    used = {cell.partition(":")[0] for row in said for cell in row}
    assert used <= declared
    assert {r["mapping_justification"] for r in rows(text)} == {"semapv:UnspecifiedMatching"}
    assert "graph:inferred" not in {r["mapping_source"] for r in rows(text)}


def test_mappings_are_read_again(small_store: Store, tmp_path: Path) -> None:
    """By our own reader of SSSOM."""
    file = tmp_path / "all.sssom.tsv"
    file.write_bytes(written(small_store, "sssom"))
    again = {m.object for m in read(file, "sssom") if isinstance(m, Mapping)}
    assert {row["object_id"] for row in rows(file.read_bytes())} == again


def test_an_ontology_that_is_read_again(small_store: Store, tmp_path: Path) -> None:
    """By our own reader of OBO Graphs: the same terms, parents and names."""
    file = tmp_path / "all.json"
    file.write_bytes(written(small_store, "obographs"))
    terms = {t.id: t for t in read(file, "ontology") if isinstance(t, Term)}
    taxonomy = small_store.arrays.taxonomy("condition")
    live = {term.id for term in terms.values() if not term.deprecated}
    assert live == {compress(iri) for iri in taxonomy.iris}
    for iri, number in taxonomy.numbers.items():
        term = terms[compress(iri) or ""]
        assert term.name == taxonomy.labels[number]
        assert set(term.parents) == {compress(taxonomy.iris[n]) for n in taxonomy.parents[number]}
    assert any(term.deprecated and term.replaced_by for term in terms.values())
    assert any(term.names for term in terms.values())


def test_a_graph_that_networkx_reads(small_store: Store, tmp_path: Path) -> None:
    file = tmp_path / "all.graphml"
    file.write_bytes(written(small_store, "graphml"))
    graph = networkx.read_graphml(file)
    ours = hierarchy.Hierarchy.of(small_store).graph
    assert {(expand(a), expand(b)) for a, b in graph.edges} == set(ours.edges)
    assert graph.nodes["MONDO:0000477"]["name"] == "focal dystonia"
    assert "authority:nih" in graph.nodes["MONDO:0000477"]["listed as rare by"]


@pytest.mark.parametrize("format", list(interchange.FORMATS))
def test_a_branch_and_the_same_bytes(format: str, small_store: Store) -> None:
    whole, branch = written(small_store, format), written(small_store, format, DYSTONIC)
    assert written(small_store, format) == whole
    assert b"MONDO:0000477" in branch or b"MONDO_0000477" in branch
    assert len(branch) < len(whole)
    taxonomy = small_store.arrays.taxonomy("condition")
    if format == "obographs":
        nodes = json.loads(branch)["graphs"][0]["nodes"]
        assert len(nodes) == 1 + taxonomy.below.count(taxonomy.numbers[DYSTONIC])
    assert written(small_store, format, "https://example.org/nothing") != whole


def test_hostile_names() -> None:
    """A name with markup, tabs, newlines and control characters stays one name."""
    name = 'a\\u0001<b>&"\\tc\\nd]]>'
    store = Store.in_memory(
        f"""@prefix dkg: <https://w3id.org/disease-kg/ontology#> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        <{DYSTONIC}> a dkg:Condition ; skos:prefLabel "{name.replace('"', chr(92) + '"')}"@en ;
        skos:exactMatch <{expand("OMIM:128230")}> ."""
    )
    (row,) = rows(written(store, "sssom"))
    assert row["object_id"] == "OMIM:128230"
    graph = networkx.parse_graphml(written(store, "graphml").decode())
    assert "<b>&" in graph.nodes["MONDO:0003441"]["name"]
    assert json.loads(written(store, "obographs"))["graphs"][0]["nodes"][0]["lbl"].startswith(
        "a\x01"
    )


def test_another_format(small_store: Store) -> None:
    with pytest.raises(UnknownFormat, match="choose from sssom"):
        written(small_store, "word")
