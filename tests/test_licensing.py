"""What remains when sources are left out: nothing of theirs, nothing that followed from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.build import Summary
from kg.errors import NothingLeft, UnknownLicense, UnknownSource
from kg.licensing import attribution, chosen, licensed, restricted
from kg.store import Store
from kg.vocabulary import DKG, GRAPH, INFERRED


@pytest.fixture(scope="module")
def store(small_build: tuple[Path, Summary]) -> Store:
    return Store.open(small_build[0])


def said(store: Store, graph: str = "") -> set[str]:
    return {str(quad) for quad in store.quads(GRAPH + graph if graph else None)}


def test_the_conclusions_from_everything_are_those_of_the_build(store: Store) -> None:
    again = restricted(store, licensed(store))
    assert said(again, "inferred") == said(store, "inferred")
    assert said(again) == said(store)


def test_nothing_of_an_excluded_license_is_left(store: Store) -> None:
    """Without HPO's license no symptom remains, nor any gene; the rest stays as it was."""
    hpo = "https://hpo.jax.org/app/license"
    staying = chosen(store, without_licenses=[hpo])
    assert {source.id for source in staying} == {
        "ontology",
        "curated",
        "mondo",
        "do-xrefs",
        "uberon",
    }
    left = restricted(store, staying)
    text = "\n".join(sorted(said(left)))
    assert not any(gone in text for gone in (hpo, "graph/hpoa", "graph/hp>", "HP_0000473"))
    for way in (DKG.symptom, DKG.inheritance, DKG.cause):
        assert store.query(f"ASK {{ ?c <{way}> ?x }}")
        assert not left.query(f"ASK {{ ?c <{way}> ?x }}")
    assert said(left, "mondo") == said(store, "mondo")
    assert said(left, "inferred") < said(store, "inferred")


def test_without_the_mappings_no_record_is_the_condition_s(store: Store) -> None:
    """An annotation of OMIM's record is the condition's only by a mapping, which is gone."""
    left = restricted(store, chosen(store, without=["mondo", "do-xrefs"]))
    assert not left.query(f"ASK {{ ?s a <{DKG.PhenotypeAssociation}> }}")
    assert not left.query(f"ASK {{ ?s <{DKG.condition}> ?c }}")
    assert said(left, "hp") == said(store, "hp")


def test_only_one_source(store: Store) -> None:
    left = restricted(store, chosen(store, only=["uberon"]))
    assert left.graphs() == [INFERRED, GRAPH + "sources", GRAPH + "uberon"]
    assert left.query("ASK { ?site skos:broaderTransitive ?whole }")
    described = {quad.subject.value.partition("#")[0] for quad in left.find(graph=None)}
    assert GRAPH + "mondo" not in described


def test_licenses_by_their_short_names(store: Store) -> None:
    assert {s.id for s in chosen(store, licenses=["CC0-1.0"])} == {"do-xrefs"}
    assert "do-xrefs" not in {s.id for s in chosen(store, without_licenses=["CC0-1.0"])}


def test_what_is_not_there(store: Store) -> None:
    with pytest.raises(UnknownSource) as source:
        chosen(store, only=["mond"])
    assert source.value.did_you_mean[0] == "mondo"
    with pytest.raises(UnknownLicense) as license:
        chosen(store, licenses=["CC-BY-4"])
    assert "CC-BY-4.0" in license.value.did_you_mean
    with pytest.raises(NothingLeft):
        chosen(store, only=["mondo"], without=["mondo"])


def test_whom_to_name(store: Store) -> None:
    text = attribution(chosen(store, only=["uberon", "hpoa"]))
    assert "Uberon multi-species anatomy ontology, CC BY 3.0" in text
    assert "https://hpo.jax.org/app/license" in text
    assert "Mondo Disease Ontology, Monarch Initiative" not in text
