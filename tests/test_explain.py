"""Chains of reasons: each link, who says it, and what is said where nothing does."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import queries
from kg.errors import UnknownThing
from kg.explain import RELATIONS, Explanation, Link, explain, to_text
from kg.resolve import resolve
from kg.store import Store

WORLD = Path(__file__).parent / "fixtures" / "world.trig"
PREMISE, DIAGNOSTICS = "care:MONDO_0003441-neurologist", "graph:maxo-diagnostics"
CC_BY = "https://creativecommons.org/licenses/by/4.0/"
MORE = """
graph:mondo-xrefs {
    obo:MONDO_0000481 skos:mappingRelation gard:100, orpha:101 .
    obo:MONDO_0000476 skos:mappingRelation obo:DOID_543 .
    obo:MONDO_0003441 skos:mappingRelation obo:DOID_543 .
    obo:MONDO_0005395 skos:closeMatch obo:DOID_543 .
}
graph:inferred {
    obo:MONDO_0005395 skos:mappingRelation obo:DOID_543 .
    rarity:MONDO_0000481-nih-GARD_100 a dkg:RarityStatement ;
        dkg:condition obo:MONDO_0000481 ; dkg:authority authority:nih ; dkg:verdict dkg:Rare ;
        dkg:basis dkg:Listed ; dkg:record gard:100 ; prov:wasDerivedFrom graph:mondo-xrefs .
    rarity:MONDO_0000481-orphanet-ORPHA_101 a dkg:RarityStatement ;
        dkg:condition obo:MONDO_0000481 ; dkg:authority authority:orphanet ;
        dkg:verdict dkg:Rare ; dkg:basis dkg:Entry ; dkg:record orpha:101 ;
        prov:wasDerivedFrom graph:mondo-xrefs .
}
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The tiny world, with listings concluded from mappings and a record of two conditions."""
    file = tmp_path_factory.mktemp("world") / "more.trig"
    file.write_text(WORLD.read_text("utf-8") + MORE, "utf-8")
    return Store.in_memory(file)


def why(store: Store, condition: str, relation: str, thing: str) -> Explanation:
    kind = RELATIONS[relation].kind
    of = resolve(store, thing, kind).value
    return explain(store, resolve(store, condition, "condition").value, relation, of)


def told(link: Link) -> tuple[str, str, str, str]:
    return link.subject.label, link.relation, link.object.label, link.source.iri.split("/")[-1]


def test_what_is_taken_over_has_its_premise_and_the_way_up(world: Store) -> None:
    [reason] = why(world, "benign essential blepharospasm", "specialist", "neurologist").reasons
    assert [told(link) for link in reason.links] == [
        ("benign essential blepharospasm", "dkg:specialist", "neurologist", "inferred"),
        ("benign essential blepharospasm", "skos:broader", "focal dystonia", "mondo"),
        ("focal dystonia", "skos:broader", "dystonic disorder", "mondo"),
        ("dystonic disorder", "dkg:specialist", "neurologist", "curated"),
    ]
    first, *_, premise = reason.links
    assert (first.basis, first.statement) == ("Inherited", "care:MONDO_0011728-neurologist")
    assert (premise.basis, premise.references) == (
        "Curated",
        ("https://example.org/dystonia-care",),
    )
    assert reason.links[1].source.release == "2026-05-05"
    assert reason.licenses == (CC_BY,)


def test_where_orphanet_files_it_and_whose_field_that_is(world: Store) -> None:
    head = "Rare neurologic disease"
    [reason] = why(world, "cervical dystonia", "specialist", "neurologist").reasons
    assert [told(link) for link in reason.links] == [
        ("cervical dystonia", "dkg:specialist", "neurologist", "inferred"),
        ("cervical dystonia", "skos:mappingRelation", "ORPHA:93962", "mondo-xrefs"),
        ("ORPHA:93962", "dkg:preferentialParent", head, "orphanet-linearisation"),
        ("neurologist", "dkg:field", head, "curated"),
    ]
    assert (reason.links[0].basis, reason.links[0].record) == ("Classified", "ORPHA:93962")


def test_the_symptoms_that_a_specialist_observes(world: Store) -> None:
    """The neurologist of torsion dystonia 6, if it rested on its symptoms alone."""
    text = WORLD.read_text("utf-8")
    start = text.index("care:MONDO_0011264-neurologist a")
    end = text.index(" .\n", start)
    basis = text[start:end].replace("dkg:Inherited", "dkg:Observed")
    store = Store.in_memory(text[:start] + basis.replace(PREMISE, DIAGNOSTICS) + text[end:])
    [reason] = why(store, "torsion dystonia 6", "specialist", "neurologist").reasons
    assert [told(link) for link in reason.links[1:]] == [
        ("Blepharospasm", "dkg:observedThrough", "neurologist evaluation", "maxo-diagnostics"),
        ("Torticollis", "dkg:observedThrough", "neurologist evaluation", "maxo-diagnostics"),
    ]


def test_a_site_by_one_of_its_parts(world: Store) -> None:
    [reason] = why(world, "spasmodic dysphonia", "site", "neck").reasons
    assert [told(link) for link in reason.links] == [
        ("spasmodic dystonia", "dkg:bodySite", "larynx", "inferred"),
        ("spasmodic dystonia", "skos:broader", "laryngeal disorder", "mondo"),
        ("laryngeal disorder", "dkg:bodySite", "larynx", "curated"),
        ("larynx", "skos:broader", "neck", "uberon"),
    ]


def test_every_step_of_the_shortest_way(world: Store) -> None:
    [reason] = why(world, "spasmodic dysphonia", "broader", "human disease").reasons
    assert [told(link)[::2] for link in reason.links] == [
        ("spasmodic dystonia", "laryngeal disorder"),
        ("laryngeal disorder", "human disease"),
    ]
    upwards = why(world, "human disease", "broader", "focal dystonia")
    assert upwards.reasons == ()
    assert "no skos:broader leads there" in upwards.silence


def test_a_listing_of_a_source_of_its_own(world: Store) -> None:
    [reason] = why(world, "oromandibular dystonia", "rare", "nih").reasons
    [link] = reason.links
    assert (link.basis, link.record, link.rests_on) == ("Listed", "GARD:19243", "Orphanet")
    assert link.source.title == "Mondo Disease Ontology"


def test_a_concluded_listing_rests_on_the_mapping_and_an_entry_on_the_nih_too(world: Store) -> None:
    [listed] = why(world, "cervical dystonia", "rare", "nih").reasons
    nih = "Genetic and Rare Diseases Information Center"
    by_nih = [
        ("cervical dystonia", "dkg:rareAccordingTo", nih, "inferred"),
        ("cervical dystonia", "skos:mappingRelation", "GARD:100", "mondo-xrefs"),
    ]
    assert [told(link) for link in listed.links] == by_nih
    [entry] = why(world, "cervical dystonia", "rare", "orphanet").reasons
    assert [told(link) for link in entry.links] == [
        ("cervical dystonia", "dkg:rareAccordingTo", "Orphanet", "inferred"),
        ("cervical dystonia", "skos:mappingRelation", "ORPHA:101", "mondo-xrefs"),
        *by_nih,
    ]


def test_a_symptom_by_itself_and_by_its_kinds(world: Store) -> None:
    [own] = why(world, "DYT6", "symptom", "Torticollis").reasons
    [link] = own.links
    assert (link.lower, link.upper, link.record) == (0.5862, 0.5862, "OMIM:602629")
    assert (link.evidence, link.references) == ("ECO:0006016", ("PMID:19182804",))
    kinds = why(world, "DYT6", "symptom", "Dystonia").reasons
    assert [[told(link)[2] for link in reason.links] for reason in kinds] == [
        ["Blepharospasm", "Focal dystonia", "Dystonia"],
        ["Torticollis", "Focal dystonia", "Dystonia"],
    ]
    [frequent] = why(world, "cervical dystonia", "symptom", "Torticollis").reasons
    assert (frequent.links[0].lower, frequent.links[0].upper) == (0.8, 0.99)


def test_a_denial_is_no_reason(world: Store) -> None:
    for asked in (
        ("DYT6", "symptom", "Intellectual disability"),
        ("blepharospasm", "rare", "orphanet"),
    ):
        found = why(world, *asked)
        assert (found.reasons, len(found.against)) == ((), 1)
        assert found.silence.endswith("it says the contrary")
    assert found.against[0].links[0].relation == "dkg:notRareAccordingTo"
    assert "not rare according to Orphanet; reported" in to_text(found)


def test_silence_is_not_a_no(world: Store) -> None:
    found = why(world, "focal dystonia", "rare", "nord")
    assert (found.reasons, found.against, to_text(found)) == ((), (), "")
    assert found.silence == (
        "nothing in the graph says that focal dystonia is rare according to "
        "National Organization for Rare Disorders; silence is not a no"
    )
    assert found.as_dict()["stated"] is False


def test_a_thing_of_another_kind_is_unknown(world: Store) -> None:
    with pytest.raises(UnknownThing, match="no specialist 'UBERON:0001737'"):
        why(world, "focal dystonia", "specialist", "UBERON:0001737")


def test_the_text_cites_each_source_once(world: Store) -> None:
    text = to_text(why(world, "benign essential blepharospasm", "specialist", "neurologist"))
    assert text.splitlines() == [
        "Neurologist is a specialist to see for benign essential blepharospasm, because:",
        "  • benign essential blepharospasm, MONDO:0011728: see neurologist; taken over from a "
        "broader type, as no type between them has one (care:MONDO_0011728-neurologist) [1]",
        "    benign essential blepharospasm → focal dystonia, MONDO:0000477 (skos:broader) [2]",
        "    focal dystonia → dystonic disorder, MONDO:0003441 (skos:broader) [2]",
        "    dystonic disorder, MONDO:0003441: see neurologist; curated; cites "
        "https://example.org/dystonia-care (care:MONDO_0003441-neurologist) [3]",
        "Sources:",
        "  [1] Conclusions, licensed as what it rests on",
        f"  [2] Mondo Disease Ontology, 2026-05-05, {CC_BY}",
        "  [3] Curated statements",
    ]


def test_records_and_with_whom_they_are_shared(world: Store) -> None:
    def standing(condition: str) -> list[tuple[object, ...]]:
        rows = queries.run(world, "records-of-condition", condition=condition)
        return [(row["standing"], row["others"]) for row in rows]

    assert standing("dystonic disorder") == [("ambiguous", "generalized dystonia (MONDO:0000476)")]
    assert standing("generalized dystonia") == [("ambiguous", "dystonic disorder (MONDO:0003441)")]
    assert standing("movement disorder") == [("mapping", "")]
    assert standing("DYT6") == [("joined", "")]
