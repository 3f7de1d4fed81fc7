"""Who says rare: the tables of a tiny world, one condition at a time and by authority."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from kg import rarity
from kg.errors import UnknownFormat, UnknownThing, UnratingAuthority
from kg.rarity import Evidence, Rated
from kg.resolve import resolve
from kg.store import Store
from kg.vocabulary import DKG

WORLD = Path(__file__).parent / "fixtures" / "world.trig"

ALL = """\
condition,label,nih,nord,orphanet
MONDO:0011728,benign essential blepharospasm,rare,,reported not rare
MONDO:0000477,focal dystonia,rare,,
MONDO:0019771,oromandibular dystonia,rare,,rare
MONDO:0011264,torsion dystonia 6,rare,rare,rare
"""


@pytest.fixture(scope="module")
def world() -> Store:
    return Store.in_memory(WORLD)


def with_statement(verdict: str, basis: str, authority: str) -> Store:
    """Return the world with one more statement, on blepharospasm."""
    more = f"""
        PREFIX dkg: <{DKG.base}> PREFIX obo: <http://purl.obolibrary.org/obo/>
        PREFIX authority: <https://w3id.org/disease-kg/authority/>
        GRAPH <https://w3id.org/disease-kg/graph/curated> {{
            <https://w3id.org/disease-kg/rarity/more> a dkg:RarityStatement ;
                dkg:condition obo:MONDO_0011728 ; dkg:authority authority:{authority} ;
                dkg:verdict dkg:{verdict} ; dkg:basis dkg:{basis} .
        }}"""
    return Store.in_memory(WORLD, more)


def evidence(store: Store, condition: str) -> Evidence:
    return Evidence.of(store, resolve(store, condition, "condition").value)


def by_authority(store: Store, found: Iterable[Rated], format: str = "csv") -> str:
    stream = io.StringIO()
    rarity.write_by_authority(store, found, stream, format)
    return stream.getvalue()


def written(of: Evidence, format: str = "table") -> str:
    stream = io.StringIO()
    of.write(stream, format)
    return stream.getvalue()


# One condition


def test_a_statement_a_row_and_what_they_come_to(world: Store) -> None:
    lines = written(evidence(world, "oromandibular dystonia")).splitlines()
    assert [line.split("  ")[0] for line in lines[2:4]] == [
        "Genetic and Rare Diseases Information Center",
        "Orphanet",
    ]
    assert lines[0].split() == [c for c in rarity.COLUMNS if c not in ("reference", "note")]
    assert lines[4:] == [
        "2 authorities say that it is rare: 1 independent voice as far as the graph knows.",
        "Silence is not “not rare”. Silent here: National Organization for Rare Disorders.",
    ]


def test_every_column_in_csv(world: Store) -> None:
    said = list(csv.DictReader(io.StringIO(written(evidence(world, "blepharospasm"), "csv"))))
    assert said == [
        {
            "authority": "Genetic and Rare Diseases Information Center",
            "verdict": "rare",
            "basis": "listed",
            "record": "",
            "rests_on": "",
            "source": "graph:curated",
            "reference": "",
            "criterion": "Fewer than 200,000 persons in the United States have it.",
            "note": "",
        },
        {
            "authority": "Orphanet",
            "verdict": "not rare",
            "basis": "reported",
            "record": "",
            "rests_on": "",
            "source": "graph:curated",
            "reference": "https://example.org/blepharospasm",
            "criterion": "Not more than 1 person in 2,000 in Europe has it.",
            "note": "Said of Europe.",
        },
    ]
    assert "Not rare according to: Orphanet." in evidence(world, "blepharospasm").conclusions()


def test_nobody_speaks(world: Store) -> None:
    of = evidence(world, "cervical dystonia")
    assert written(of) == (
        "No authority says that it is rare.\n"
        "Orphanet’s record ORPHA:93962 is mapped to it, and is not counted here: its nomenclature "
        "also has what is not rare, and an entry counts only where the NIH has one as well, or "
        "Orphanet’s own list names it.\n"
        "Silence is not “not rare”. Silent here: Genetic and Rare Diseases Information Center; "
        "National Organization for Rare Disorders.\n"
    )
    assert written(of, "tsv") == "\t".join(rarity.COLUMNS) + "\n"


def test_json_says_all(world: Store) -> None:
    said = json.loads(written(evidence(world, "torsion dystonia 6"), "json"))
    assert (said["label"], said["voices"], len(said["rows"])) == ("torsion dystonia 6", 3, 3)
    assert said["silent"] == said["absent"] == said["not_rare"] == []


def test_an_entry_is_no_voice_of_its_own() -> None:
    of = evidence(with_statement("Rare", "Entry", "orphanet"), "blepharospasm")
    assert of.rare == ["Genetic and Rare Diseases Information Center", "Orphanet"]
    assert (of.voices, of.entries) == (1, ["Orphanet"])
    assert f"No voice of its own: Orphanet. {rarity.ENTRY}" in of.conclusions()
    both = with_statement("Rare", "Listed", "nord")
    assert (evidence(both, "blepharospasm").voices, evidence(both, "blepharospasm").entries) == (
        2,
        [],
    )


@pytest.mark.parametrize(
    ("mapped", "why"),
    [
        (
            "obo:MONDO_0011728 skos:exactMatch orpha:5 . "
            "obo:MONDO_0000477 skos:exactMatch orpha:5 .",
            "it is also mapped to focal dystonia (MONDO:0000477), and may be about any of them",
        ),
        ("obo:MONDO_0011728 skos:broadMatch orpha:5 .", "the mapping is less than exact"),
        (
            "obo:MONDO_0011728 skos:exactMatch orpha:5 . orpha:6 skos:mappingRelation orpha:5 .",
            "the authority’s list in this graph does not name it",
        ),
    ],
)
def test_a_record_that_is_turned_away_is_no_silence(mapped: str, why: str) -> None:
    [said] = _turned_away(mapped, "mondo")
    assert said == f"Orphanet’s record ORPHA:5 is mapped to it, and is not counted here: {why}."


def test_a_record_is_turned_away_that_others_than_mondo_refer_to() -> None:
    [said] = _turned_away("obo:MONDO_0011728 skos:mappingRelation gard:7 .", "do-xrefs")
    assert "record GARD:7 is mapped to it" in said
    assert "refers to it that also refers to records of what is not rare" in said


def _turned_away(mapped: str, source: str) -> list[str]:
    """Return what is said of records that nothing is concluded from."""
    more = f"""
        PREFIX obo: <http://purl.obolibrary.org/obo/>
        PREFIX orpha: <http://www.orpha.net/ORDO/Orphanet_>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        PREFIX gard: <https://rarediseases.info.nih.gov/diseases/>
        GRAPH <https://w3id.org/disease-kg/graph/{source}> {{ {mapped} }}
        GRAPH <https://w3id.org/disease-kg/graph/inferred> {{
            {re.sub("skos:[a-z]+Match", "skos:mappingRelation", mapped)}
        }}"""
    of = evidence(Store.in_memory(WORLD, more), "blepharospasm")
    assert "Orphanet" not in of.silent
    return of.turned_away


def test_no_such_condition(world: Store) -> None:
    with pytest.raises(UnknownThing):
        Evidence.of(world, "http://purl.obolibrary.org/obo/MONDO_9999999")


# By authority


def test_all_by_authority_in_every_format(world: Store) -> None:
    assert by_authority(world, rarity.rated(world)) == ALL
    assert by_authority(world, rarity.rated(world), "tsv") == ALL.replace(",", "\t")
    rows = list(csv.DictReader(io.StringIO(ALL)))
    assert json.loads(by_authority(world, rarity.rated(world), "json")) == rows
    with pytest.raises(UnknownFormat):
        by_authority(world, rarity.rated(world), "pdf")


def test_disagreements_are_of_two_that_speak(world: Store) -> None:
    assert by_authority(world, rarity.disagreements(world), "table") == (
        "condition      label                           nih   nord  orphanet\n"
        "-------------  ------------------------------  ----  ----  -----------------\n"
        "MONDO:0011728  benign essential blepharospasm  rare        reported not rare\n"
    )


@pytest.mark.parametrize(
    ("authority", "conditions"),
    [
        ("nih", ["benign essential blepharospasm", "focal dystonia"]),
        ("nord", []),
        ("Orphanet", []),
    ],
)
def test_only_one(authority: str, conditions: list[str], world: Store) -> None:
    assert [one.label for one in rarity.only(world, authority)] == conditions


def test_only_of_an_unknown_or_unrating_authority(world: Store) -> None:
    with pytest.raises(UnknownThing):
        rarity.only(world, "nobody")
    more = (
        "<https://w3id.org/disease-kg/authority/nando> a "
        f"<{DKG.RarityAuthority}> ; <http://www.w3.org/2004/02/skos/core#prefLabel> 'NANDO'@en ."
    )
    larger = Store.in_memory(WORLD, more)
    with pytest.raises(UnratingAuthority) as caught:
        rarity.only(larger, "nando")
    assert caught.value.rating == ["nih", "nord", "orphanet"]
    assert evidence(larger, "focal dystonia").absent == ["NANDO"]
    assert by_authority(larger, rarity.rated(larger)) == ALL


@pytest.mark.parametrize(
    ("verdict", "basis", "authority", "value"),
    [
        ("Rare", "Entry", "nord", "entry"),
        ("Rare", "Reported", "nord", "reported"),
        ("NotRare", "Listed", "nord", "not rare"),
        ("Rare", "Inherited", "nord", "inherited"),
        ("NotRare", "Listed", "orphanet", "not rare"),
        ("Rare", "Entry", "orphanet", "entry; reported not rare"),
        ("Rare", "Reported", "nih", "rare"),
    ],
)
def test_the_strongest_basis_of_each_verdict(
    verdict: str, basis: str, authority: str, value: str
) -> None:
    store = with_statement(verdict, basis, authority)
    [one] = [one for one in rarity.rated(store) if "blepharospasm" in one.label]
    assert one.value(f"https://w3id.org/disease-kg/authority/{authority}") == value
