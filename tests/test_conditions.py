"""One condition as an object, in a world of a few conditions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg.conditions import Condition
from kg.errors import InvalidIdentifier, UnknownThing
from kg.store import Store
from kg.things import Definition, Thing

OBO = "http://purl.obolibrary.org/obo/"
GRAPH = "https://w3id.org/disease-kg/graph/"


@pytest.fixture(scope="module")
def world() -> Store:
    return Store.in_memory(Path(__file__).parent / "fixtures" / "world.trig")


@pytest.fixture(scope="module")
def focal(world: Store) -> Condition:
    return Condition.find(world, "focal dystonia")


@pytest.fixture(scope="module")
def torsion(world: Store) -> Condition:
    return Condition.find(world, "DYT6")


@pytest.mark.parametrize(
    "text",
    [
        "focal dystonia",
        "Focal  DYSTONIA",
        "MONDO:0000477",
        "MONDO_0000477",
        OBO + "MONDO_0000477",
        "DOID:0050836",
        "GARD:0006458",
    ],
)
def test_found_by_name_and_by_any_identifier(world: Store, text: str) -> None:
    found = Condition.find(world, text)
    assert (found.iri, found.curie, found.label) == (
        OBO + "MONDO_0000477",
        "MONDO:0000477",
        "focal dystonia",
    )
    assert repr(found) == "<Condition MONDO:0000477 'focal dystonia'>"


@pytest.mark.parametrize("text", ["MONDO:0000484", "obsolete oromandibular dystonia"])
def test_a_replaced_condition_is_its_replacement(world: Store, text: str) -> None:
    assert Condition.find(world, text).curie == "MONDO:0019771"


@pytest.mark.parametrize(
    "text", ["focal distonia", "MONDO:9999999", "UBERON:0001737", "", "larynx"]
)
def test_what_is_no_condition(world: Store, text: str) -> None:
    with pytest.raises(UnknownThing) as caught:
        Condition.find(world, text)
    assert caught.value.name == text


def test_a_misspelled_name_has_suggestions_and_a_malformed_identifier_a_reason(
    world: Store,
) -> None:
    with pytest.raises(UnknownThing) as caught:
        Condition.find(world, "focl dystonia")
    assert caught.value.did_you_mean[0] == "focal dystonia"
    with pytest.raises(InvalidIdentifier, match=r"MONDO identifiers match"):
        Condition.find(world, "MONDO:12")
    with pytest.raises(InvalidIdentifier, match=r"no registry has this prefix"):
        Condition.find(world, "NOPE:12")


def test_a_condition_of_no_store(world: Store) -> None:
    with pytest.raises(UnknownThing):
        Condition(world, OBO + "MONDO_9999999")


def test_hierarchy(focal: Condition, torsion: Condition) -> None:
    assert focal.broader == [Thing(OBO + "MONDO_0003441", "dystonic disorder")]
    assert focal.below == 5
    assert [(str(thing), thing.count) for thing in focal.narrower] == [
        ("benign essential blepharospasm", 0),
        ("cervical dystonia", 0),
        ("oromandibular dystonia", 0),
        ("spasmodic dystonia", 0),
        ("torsion dystonia 7", 0),
    ]
    assert torsion.below == 0
    assert torsion.narrower == torsion.associated_of_types == torsion.sites_of_types == []


def test_the_largest_narrower_types_come_first(world: Store) -> None:
    dystonic = Condition.find(world, "dystonic disorder")
    assert [(thing.label, thing.count) for thing in dystonic.narrower] == [
        ("focal dystonia", 5),
        ("generalized dystonia", 1),
    ]


def test_definition_stated_and_composed(world: Store, focal: Condition) -> None:
    assert focal.definition == Definition(
        "A dystonia that is localized to a specific part of the body.", False, GRAPH + "mondo"
    )
    composed = {
        "spasmodic dysphonia": "A kind of focal dystonia, and of laryngeal disorder, "
        "affecting the larynx.",
        "human disease": "A condition of no stated kind.",
        "movement disorder": "A kind of nervous system disorder.",
    }
    for name, text in composed.items():
        assert Condition.find(world, name).definition == Definition(text, True, None)


def test_names(focal: Condition, torsion: Condition) -> None:
    assert torsion.names == ["DYT6"]
    assert focal.other_names(focal.narrower[1]) == ["spasmodic torticollis"]


def test_verdicts(world: Store, torsion: Condition) -> None:
    found = {str(verdict.authority): verdict for verdict in torsion.verdicts}
    orphanet = found["Orphanet"]
    assert (orphanet.rare, orphanet.basis, orphanet.source) == (True, "Listed", GRAPH + "mondo")
    assert orphanet.record == "http://www.orpha.net/ORDO/Orphanet_98806"
    assert orphanet.criterion == "Not more than 1 person in 2,000 in Europe has it."
    assert found["National Organization for Rare Disorders"].criterion is None
    oromandibular = Condition.find(world, "oromandibular dystonia").verdicts
    assert [v.rests_on for v in oromandibular] == [
        "https://w3id.org/disease-kg/authority/orphanet",
        None,
    ]
    blepharospasm = Condition.find(world, "blepharospasm").verdicts
    assert [(str(v.authority), v.rare, v.note) for v in blepharospasm] == [
        ("Genetic and Rare Diseases Information Center", True, None),
        ("Orphanet", False, "Said of Europe."),
    ]


def test_what_is_said_of_narrower_types(focal: Condition, world: Store) -> None:
    def counts(things: list[object]) -> dict[str, int]:
        return {str(thing): thing.count for thing in things}  # type: ignore[attr-defined]

    assert counts([*focal.rarity_of_types]) == {
        "Genetic and Rare Diseases Information Center": 2,
        "Orphanet": 1,
    }
    assert counts([*focal.sites_of_types]) == {"eyelid": 1, "larynx": 1, "neck": 1}
    assert counts([*focal.symptoms_of_types]) == {"Blepharospasm": 1, "Torticollis": 1, "Tremor": 1}
    dystonic = Condition.find(world, "dystonic disorder")
    assert counts([*dystonic.associated_of_types]) == {"THAP1": 1}


def test_sites_and_specialists_with_their_grounds(world: Store) -> None:
    spasmodic = Condition.find(world, "spasmodic dysphonia")
    [larynx] = spasmodic.sites
    assert (larynx.label, larynx.basis, str(larynx.ancestor)) == (
        "larynx",
        "Inherited",
        "laryngeal disorder",
    )
    assert [(s.label, str(s.ancestor)) for s in spasmodic.specialists] == [
        ("neurologist", "dystonic disorder"),
        ("otolaryngologist", "laryngeal disorder"),
    ]
    [stated] = Condition.find(world, "dystonic disorder").specialists
    assert (stated.basis, stated.reference, stated.ancestor) == (
        "Curated",
        "https://example.org/dystonia-care",
        None,
    )


def test_causes_inheritance_and_onset(torsion: Condition) -> None:
    assert [(thing.curie, thing.role) for thing in torsion.associated] == [
        ("NCBIGene:55145", "unstated")
    ]
    assert torsion.causes == []
    assert [str(mode) for mode in torsion.inheritance] == ["Autosomal dominant inheritance"]
    assert [str(age) for age in torsion.onset] == ["Juvenile onset"]


def test_symptoms_the_most_frequent_first_the_absent_last(torsion: Condition) -> None:
    assert [(s.label, s.excluded, s.lower, s.upper) for s in torsion.symptoms] == [
        ("Torticollis", False, 0.5862, 0.5862),
        ("Blepharospasm", False, 0.1, 0.7),
        ("Intellectual disability", True, None, None),
    ]
    assert torsion.symptoms[0].references == ("https://pubmed.ncbi.nlm.nih.gov/19182804",)
    assert torsion.references == ["https://pubmed.ncbi.nlm.nih.gov/19182804"]


def test_look_alikes(torsion: Condition) -> None:
    """By their own symptoms, those that tell apart most first."""
    alike = torsion.look_alikes
    assert {str(other) for other in alike} == {
        "benign essential blepharospasm",
        "cervical dystonia",
    }
    assert all(0 < other.likeness < 1 for other in alike)
    assert {str(other): (other.here, other.there) for other in alike} == {
        "benign essential blepharospasm": (("Torticollis",), ()),
        "cervical dystonia": (("Blepharospasm",), ("Tremor",)),
    }


def test_codes(focal: Condition) -> None:
    assert [(code.curie, code.match) for code in focal.codes] == [
        ("DOID:0050836", "mappingRelation"),
        ("GARD:27526", "mappingRelation"),
        ("GARD:6458", "closeMatch"),
    ]


def test_withdrawn(world: Store) -> None:
    withdrawn = Condition.find(world, "MONDO:0018331")
    assert withdrawn.deprecated
    assert withdrawn.label == withdrawn.curie == "MONDO:0018331"
    assert {str(thing) for thing in withdrawn.replacements} == {
        "torsion dystonia 6",
        "torsion dystonia 7",
    }
    assert not Condition.find(world, "focal dystonia").deprecated


@pytest.mark.parametrize("name", ["focal dystonia", "DYT6", "MONDO:0018331", "human disease"])
def test_everything_is_json(world: Store, name: str) -> None:
    condition = Condition.find(world, name)
    said = condition.as_dict()
    assert json.loads(json.dumps(said))["curie"] == condition.curie
    public = {part for part in vars(Condition) if not part.startswith("_")}
    methods = {"find", "other_names", "as_dict", "source"}
    assert public - methods <= said.keys() | {"iri"}
