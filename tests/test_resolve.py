"""What a person wrote, resolved in a world of a few terms."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import AmbiguousThing, InvalidIdentifier, UnknownThing
from kg.resolve import CLASSES, resolve
from kg.store import Store
from kg.vocabulary import PREFIXES

WORLD = (
    "".join(f"@prefix {prefix}: <{base}> .\n" for prefix, base in PREFIXES.items())
    + """
obo:MONDO_0000477 a dkg:Condition ; skos:prefLabel "focal dystonia"@en ;
    skos:altLabel "dystonia, focal"@en ; skos:notation "MONDO:0000477" ;
    skos:exactMatch obo:DOID_0050836 ; skos:mappingRelation gard:6458, obo:DOID_543 .
obo:MONDO_0003441 a dkg:Condition ; skos:prefLabel "dystonic disorder"@en ;
    skos:mappingRelation obo:DOID_543 ; skos:closeMatch obo:DOID_4 .
obo:MONDO_0000001 a dkg:DeprecatedCondition ; owl:deprecated true ;
    dcterms:isReplacedBy obo:MONDO_0000002 .
obo:MONDO_0000002 a dkg:DeprecatedCondition ; owl:deprecated true ;
    dcterms:isReplacedBy obo:MONDO_0000477 .
obo:MONDO_0000003 a dkg:DeprecatedCondition ; owl:deprecated true ;
    skos:prefLabel "obsolete dystonia"@en .
obo:MONDO_0000004 a dkg:DeprecatedCondition ; owl:deprecated true ;
    dcterms:isReplacedBy obo:MONDO_0000005 .
obo:MONDO_0000005 a dkg:DeprecatedCondition ; owl:deprecated true ;
    dcterms:isReplacedBy obo:MONDO_0000004 .
specialist:neurologist a dkg:Specialist ; skos:prefLabel "neurologist"@en ;
    skos:altLabel "nerve doctor"@en .
authority:nih a dkg:RarityAuthority ; skos:prefLabel "Office of Rare Diseases"@en ;
    dkg:abbreviation "GARD" .
obo:UBERON_0001737 a dkg:BodySite ; skos:prefLabel "larynx"@en .
"""
)
FOCAL = ox.NamedNode("http://purl.obolibrary.org/obo/MONDO_0000477")


@pytest.fixture(scope="module")
def world() -> Store:
    return Store.in_memory(WORLD)


@pytest.mark.parametrize(
    "text",
    [
        "focal dystonia",
        "Dystonia, FOCAL",
        "MONDO:0000477",
        "mondo:0000477",
        "MONDO_0000477",
        " MONDO:0000477 ",
        FOCAL.value,
        f"<{FOCAL.value}>",
        "DOID:0050836",
        "GARD:0006458",
        "https://rarediseases.info.nih.gov/diseases/6458",
        "MONDO:0000002",
        "MONDO:0000001",
    ],
)
def test_every_way_to_focal_dystonia(world: Store, text: str) -> None:
    """By names, identifiers, records that are its alone, and what it replaced in two steps."""
    assert resolve(world, text, "condition") == FOCAL


def test_a_deprecated_condition_without_a_replacement_is_itself(world: Store) -> None:
    assert str(resolve(world, "MONDO:0000003", "condition")).endswith("MONDO_0000003>")
    assert str(resolve(world, "MONDO:0000004", "condition")).endswith(("0004>", "0005>"))


def test_a_record_of_several_conditions_names_none(world: Store) -> None:
    with pytest.raises(AmbiguousThing) as caught:
        resolve(world, "DOID:543", "condition")
    assert caught.value.did_you_mean == ["MONDO:0000477", "MONDO:0003441"]
    assert caught.value.candidates[0] == ("MONDO:0000477", "focal dystonia")


NAMESAKES = Store.in_memory(
    "".join(f"@prefix {prefix}: <{base}> .\n" for prefix, base in PREFIXES.items())
    + """
obo:MONDO_0005583 a dkg:Condition ; skos:prefLabel "non-human animal disease"@en .
obo:MONDO_0000001 a dkg:Condition ; skos:prefLabel "toxic epidermal necrolysis"@en ;
    skos:altLabel "TEN"@en , "Lyell syndrome"@en , "ten!"@en .
obo:MONDO_0000002 a dkg:Condition ; skos:prefLabel "thymic epithelial neoplasm"@en ;
    skos:altLabel "TEN"@en , "MPS II"@en .
obo:MONDO_0000003 a dkg:Condition ; skos:prefLabel "Lyell syndrome"@en .
obo:MONDO_0000004 a dkg:Condition ; skos:prefLabel "mucopolysaccharidosis II, dog"@en ;
    skos:altLabel "MPS II"@en , "MPS"@en ; skos:broaderTransitive obo:MONDO_0005583 .
obo:MONDO_0000005 a dkg:Condition ; skos:prefLabel "mucopolysaccharidosis II, cat"@en ;
    skos:altLabel "MPS"@en ; skos:broaderTransitive obo:MONDO_0005583 .
obo:MONDO_0000006 a dkg:Condition ; skos:prefLabel "T-B+ deficiency"@en .
obo:MONDO_0000007 a dkg:Condition ; skos:prefLabel "T-B- deficiency"@en .
obo:MONDO_0000008 a dkg:DeprecatedCondition ; owl:deprecated true ;
    skos:prefLabel "obsolete TEN"@en ; dcterms:isReplacedBy obo:MONDO_0000001 .
obo:MONDO_0000009 a dkg:DeprecatedCondition ; owl:deprecated true ;
    skos:prefLabel "obsolete TEN"@en ; dcterms:isReplacedBy obo:MONDO_0000001 .
"""
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Lyell syndrome", 3),
        ("mps ii", 2),
        ("T-B- deficiency", 7),
        ("t-b+ deficiency", 6),
        ("obsolete TEN", 1),
    ],
)
def test_of_namesakes_one_goes_first(text: str, number: int) -> None:
    """A preferred name, a disease of people, the very spelling; what is withdrawn counts once."""
    assert str(resolve(NAMESAKES, text, "condition")).endswith(f"MONDO_000000{number}>")


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("TEN", ["MONDO:0000002", "MONDO:0000001"]),
        ("ten", ["MONDO:0000002", "MONDO:0000001"]),
        ("MPS", ["MONDO:0000005", "MONDO:0000004"]),
        ("T B deficiency", ["MONDO:0000006", "MONDO:0000007"]),
    ],
)
def test_a_name_of_several_conditions_means_none(text: str, ids: list[str]) -> None:
    with pytest.raises(AmbiguousThing, match="is a name of several conditions: MONDO:") as caught:
        resolve(NAMESAKES, text, "condition")
    assert [id for id, _ in caught.value.candidates] == ids
    assert caught.value.exit_code == 4


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("focal distonia", ["focal dystonia"]),
        ("DOID:4", []),
        ("OMIM:607131", []),
        ("MONDO:9999999", []),
        ("https://example.org/focal", []),
        ("quantum", []),
    ],
)
def test_what_is_unknown_comes_with_what_is_near(world: Store, text: str, near: list[str]) -> None:
    with pytest.raises(UnknownThing) as caught:
        resolve(world, text, "condition")
    assert caught.value.name == text
    assert caught.value.did_you_mean[: len(near)] == near
    assert bool(caught.value.did_you_mean) == bool(near)


@pytest.mark.parametrize(
    ("text", "kind", "last"),
    [
        ("nerve doctor", "specialist", "neurologist"),
        ("specialist:neurologist", "specialist", "neurologist"),
        ("GARD", "authority", "nih"),
        ("larynx", "body site", "UBERON_0001737"),
        ("UBERON:0001737", "body site", "UBERON_0001737"),
        ("OMIM:607131", "code", "607131"),
        ("MIM:607131", "code", "607131"),
    ],
)
def test_other_kinds(world: Store, text: str, kind: str, last: str) -> None:
    assert str(resolve(world, text, kind)).endswith(f"/{last}>")


def test_a_name_of_another_kind_is_unknown(world: Store) -> None:
    with pytest.raises(UnknownThing, match="no specialist 'larynx'"):
        resolve(world, "larynx", "specialist")


def test_texts_numbers_and_codes(world: Store) -> None:
    assert resolve(world, "a <b>", "text") == ox.Literal("a <b>")
    assert resolve(world, "12", "number") == ox.Literal(12)
    for text in ("twelve", "1.5", "٣", "", "9" * 19):
        with pytest.raises(InvalidIdentifier, match="whole number"):
            resolve(world, text, "number")
    with pytest.raises(InvalidIdentifier, match="PREFIX:LOCAL"):
        resolve(world, "focal dystonia", "code")


TINY = Store.in_memory(WORLD)
HOSTILE = st.text(st.one_of(st.characters(), st.sampled_from(":/#<>{}|\\^` \n\0\"'")))


@given(
    text=st.one_of(HOSTILE, HOSTILE.map("http://".__add__), HOSTILE.map("MONDO:".__add__)),
    kind=st.sampled_from(sorted(CLASSES)),
)
def test_hostile_text_is_a_term_or_refused(text: str, kind: str) -> None:
    try:
        term = resolve(TINY, text, kind)
    except UnknownThing as error:
        assert error.name == text
    except InvalidIdentifier as error:
        assert error.text == text and error.reason
    else:
        assert isinstance(term, ox.NamedNode)
