"""What a person looks for: any identifier leads to what has it, and people's conditions first."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.facets import of_animals
from kg.identifiers import compress, expand
from kg.search import identified, search
from kg.store import Store


def found(store: Store, text: str, kind: str | None = None) -> list[str | None]:
    return [compress(match.iri) for match in search(store, text, kind, 50)]


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("MONDO:0000477", "MONDO:0000477"),
        ("MONDO_0000477", "MONDO:0000477"),
        ("http://purl.obolibrary.org/obo/MONDO_0000477", "MONDO:0000477"),
        ("DOID:0050836", "MONDO:0000477"),
        ("GARD:0006458", "MONDO:0000477"),
        ("GARD 6458", "MONDO:0000477"),
        ("Orphanet: 1866", "MONDO:0015990"),
        ("HP:0000643", "HP:0000643"),
        ("HP:0002328", "HP:0001332"),
        ("UBERON:0001737", "UBERON:0001737"),
        ("NCBIGene:6872", "NCBIGene:6872"),
        ("MONDO:0000691", "MONDO:0000691"),
    ],
)
def test_an_identifier_finds_what_has_it(small_store: Store, text: str, thing: str) -> None:
    """Of any kind, also where conditions are looked for: HP:0002328 was merged into another."""
    assert found(small_store, text) == found(small_store, text, "Condition") == [thing]
    assert [compress(match.iri) for match in identified(small_store, text)] == [thing]


def test_a_record_of_several_conditions_finds_them_all(small_store: Store) -> None:
    query = "SELECT ?c { ?c skos:mappingRelation <http://identifiers.org/icd9/333.90> }"
    several = {str(compress(row["c"].value)) for row in small_store.query(query)}  # type: ignore[union-attr]
    assert len(several) > 1
    assert set(found(small_store, "ICD9CM:333.90")) == several
    assert set(found(small_store, "333.90")) == several


def test_a_code_without_its_registry_finds_conditions(small_store: Store) -> None:
    (match,) = search(small_store, "c0743332")
    assert (match.label, match.matched) == ("focal dystonia", "UMLS:C0743332")
    assert identified(small_store, "c0743332") == []
    assert found(small_store, "0000643") == ["HP:0000643"]
    assert found(small_store, "0000643", "Condition") == []
    assert found(small_store, "00") == found(small_store, "E84") == []


def test_no_other_number_is_near_an_identifier(small_store: Store) -> None:
    for text in ("MONDO:9999999", "HP:0000644", "OMIM 999999", "nobody:1", "", ":", "a:b c"):
        assert found(small_store, text) == []


@given(
    prefix=st.sampled_from(
        ("obo:", "MONDO:", "Wikipedia:", "dkg:", "http://www.orpha.net/ORDO/", "")
    ),
    local=st.text(st.one_of(st.characters(), st.sampled_from("[]%#<>{}|\\\"' 0"))),
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_is_too_odd_to_look_for(small_store: Store, prefix: str, local: str) -> None:
    assert len(search(small_store, prefix + local)) <= 20


def test_people_before_animals_and_what_is_withdrawn_last(small_store: Store) -> None:
    animals = {compress(iri) for iri in of_animals(small_store)}
    assert len(animals) == 16
    order = [iri in animals for iri in found(small_store, "nervous system disorder")]
    assert order == sorted(order)
    assert True in order
    kinds = [match.kind == "DeprecatedCondition" for match in search(small_store, "disor", None)]
    assert kinds == sorted(kinds)
    very_name = search(small_store, "nervous system disorder, non-human animal")[0]
    assert very_name.iri == expand("MONDO:1011336")
