"""Two graphs side by side: conditions added, withdrawn, renamed, moved; rarity gained and lost."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import cli
from kg.diff import Difference, Release, compare, identifiers_of
from kg.errors import DiseaseKGError, SourceError
from kg.exports import export
from kg.store import Store

HEAD = """
@prefix dkg: <https://w3id.org/disease-kg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix authority: <https://w3id.org/disease-kg/authority/> .
@prefix r: <https://w3id.org/disease-kg/rarity/> .
"""
OLD = (
    HEAD
    + """
obo:MONDO_0000001 a dkg:Condition ; skos:prefLabel "root"@en .
obo:MONDO_0000002 a dkg:Condition ; skos:prefLabel "two"@en ; skos:broader obo:MONDO_0000001 .
obo:MONDO_0000003 a dkg:Condition ; skos:prefLabel "it's three"@en ;
  skos:broader obo:MONDO_0000001 ; skos:exactMatch <https://omim.org/entry/100100> .
obo:MONDO_0000004 a dkg:Condition ; skos:prefLabel "four"@en ; skos:broader obo:MONDO_0000002 .
obo:MONDO_0000005 a dkg:Condition ; skos:prefLabel "five"@en .
obo:MONDO_0000006 a dkg:Condition ; skos:prefLabel "six"@en .
r:2 a dkg:RarityStatement ; dkg:condition obo:MONDO_0000002 ; dkg:authority authority:nih ;
  dkg:verdict dkg:Rare ; dkg:basis dkg:Listed ; dkg:record <https://omim.org/entry/200200> .
r:3 a dkg:RarityStatement ; dkg:condition obo:MONDO_0000003 ; dkg:authority authority:nih ;
  dkg:verdict dkg:Rare ; dkg:basis dkg:Listed ; dkg:record <https://omim.org/entry/100100> .
r:4 a dkg:RarityStatement ; dkg:condition obo:MONDO_0000004 ; dkg:authority authority:orphanet ;
  dkg:verdict dkg:Rare ; dkg:basis dkg:Threshold .
r:5 a dkg:RarityStatement ; dkg:condition obo:MONDO_0000005 ; dkg:authority authority:nih ;
  dkg:verdict dkg:Rare ; dkg:basis dkg:Listed .
"""
)
NEW = (
    HEAD
    + """
obo:MONDO_0000001 a dkg:Condition ; skos:prefLabel "root"@en .
obo:MONDO_0000002 a dkg:Condition ; skos:prefLabel "two"@en ; skos:broader obo:MONDO_0000001 .
obo:MONDO_0000003 a dkg:Condition ; skos:prefLabel "three"@en ; skos:broader obo:MONDO_0000002 .
obo:MONDO_0000004 a dkg:Condition ; skos:prefLabel "four"@en ; skos:broader obo:MONDO_0000002 .
obo:MONDO_0000005 a dkg:DeprecatedCondition ; skos:prefLabel "five"@en ;
  dcterms:isReplacedBy obo:MONDO_0000007 .
obo:MONDO_0000007 a dkg:Condition ; skos:prefLabel "seven"@en ; skos:broader obo:MONDO_0000001 ;
  skos:exactMatch <https://omim.org/entry/100100> .
r:2b a dkg:RarityStatement ; dkg:condition obo:MONDO_0000002 ; dkg:authority authority:nih ;
  dkg:verdict dkg:Rare ; dkg:basis dkg:Listed ; dkg:record <https://omim.org/entry/300300> .
r:7 a dkg:RarityStatement ; dkg:condition obo:MONDO_0000007 ; dkg:authority authority:nih ;
  dkg:verdict dkg:Rare ; dkg:basis dkg:Listed ; dkg:record <https://omim.org/entry/100100> .
r:4b a dkg:RarityStatement ; dkg:condition obo:MONDO_0000004 ; dkg:authority authority:nord ;
  dkg:verdict dkg:Rare ; dkg:basis dkg:Listed .
"""
)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """The old graph as Turtle, the new one compressed."""
    old, new = tmp_path / "old.ttl", tmp_path / "new.ttl.gz"
    old.write_text(OLD, "utf-8")
    new.write_bytes(gzip.compress(NEW.encode()))
    return old, new


@pytest.fixture
def found(files: tuple[Path, Path]) -> Difference:
    ids = ["MONDO:0000005", "MONDO:0000001", "id", "nothing", "MONDO:0000006", "MONDO:0000005"]
    return compare(*map(Release.read, files), ids)


def test_conditions(found: Difference) -> None:
    assert [(one.id, one.label) for one in found.added] == [("MONDO:0000007", "seven")]
    (merged,) = found.merged
    assert (merged.id, [one.id for one in merged.replacements]) == (
        "MONDO:0000005",
        ["MONDO:0000007"],
    )
    assert found.deprecated == []
    assert [one.id for one in found.vanished] == ["MONDO:0000006"]
    assert [(one.id, one.before, one.label) for one in found.renamed] == [
        ("MONDO:0000003", "it's three", "three")
    ]
    (moved,) = found.moved
    assert moved.id == "MONDO:0000003"
    assert [one.id for one in moved.gained] == ["MONDO:0000002"]
    assert [one.id for one in moved.lost] == ["MONDO:0000001"]


def test_rarity_with_the_likely_cause(found: Difference) -> None:
    assert {(one.id, one.authority): one.cause for one in found.rarity_gained} == {
        (
            "MONDO:0000002",
            "authority:nih",
        ): "it was said before by another record or on another basis",
        ("MONDO:0000004", "authority:nord"): "the authority's list has it now",
        ("MONDO:0000007", "authority:nih"): "the condition is new",
    }
    assert {(one.id, one.authority): one.cause for one in found.rarity_lost} == {
        (
            "MONDO:0000002",
            "authority:nih",
        ): "it is still said, by another record or on another basis",
        ("MONDO:0000003", "authority:nih"): "its record is now that of MONDO:0000007",
        ("MONDO:0000004", "authority:orphanet"): "what it followed from has changed",
        ("MONDO:0000005", "authority:nih"): "the condition is no longer in force",
    }


def test_identifiers_that_died(found: Difference) -> None:
    assert [(one.id, [o.id for o in one.replacements]) for one in found.identifiers] == [
        ("MONDO:0000005", ["MONDO:0000007"]),
        ("MONDO:0000006", []),
    ]


def test_kgcl(found: Difference) -> None:
    assert found.to_kgcl().splitlines() == [
        "create class MONDO:0000007 'seven'",
        "obsolete MONDO:0000005 with replacement MONDO:0000007",
        "delete class MONDO:0000006",
        "rename MONDO:0000003 from 'it\\'s three' to 'three'",
        "create edge MONDO:0000003 rdfs:subClassOf MONDO:0000002",
        "delete edge MONDO:0000003 rdfs:subClassOf MONDO:0000001",
    ]


def test_a_store_and_its_export_are_the_same(small_store: Store, tmp_path: Path) -> None:
    assert small_store.folder is not None
    said = [Release.read(small_store.folder.parent)]
    for format, name in (("nquads", "all.nq"), ("turtle", "all.ttl"), ("jsonld", "all.jsonld")):
        with (tmp_path / name).open("wb") as file:
            export(small_store, file, format)
        said.append(Release.read(tmp_path / name))
    assert len(said[0].live) > 10
    assert len(said[0].rarity) > 5
    for other in said[1:]:
        assert compare(said[0], other) == compare(other, said[0]) == Difference()


def test_identifiers_of_a_table(tmp_path: Path) -> None:
    table = tmp_path / "mine.tsv"
    table.write_text("name\tid\nfive\tMONDO:0000005\nshort\n", "utf-8")
    assert identifiers_of(table) == ["id", "MONDO:0000005"]
    table.write_bytes(b"\xff\xfe")
    with pytest.raises(DiseaseKGError, match="cannot be read"):
        identifiers_of(table)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", b""),
        ("a", b""),
        ("a.ttl", b"this is none"),
        ("a.nq.gz", b"no gzip"),
        ("a.nq.zst", b"no"),
    ],
)
def test_what_cannot_be_compared(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=name):
        Release.read(tmp_path / name)


def test_command(files: tuple[Path, Path], tmp_path: Path) -> None:
    ids = tmp_path / "mine.csv"
    ids.write_text("MONDO:0000005\n", "utf-8")
    args = ["diff", *map(str, files), "--quiet", "--ids", str(ids)]
    text = CliRunner().invoke(cli, args).stdout
    assert "conditions merged into another: 1\n  MONDO:0000005 five → MONDO:0000007 seven\n" in text
    assert "your identifiers that are no longer in force: 1" in text
    told = json.loads(CliRunner().invoke(cli, [*args, "--format", "json"]).stdout)
    assert told["renamed"][0]["before"] == "it's three"
    assert CliRunner().invoke(cli, [*args, "--format", "kgcl"]).stdout.startswith("create class")
