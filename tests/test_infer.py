"""What follows from a handful of facts, and the closure against networkx on graphs at random."""

from __future__ import annotations

import json
import random

import networkx as nx
import pytest

from kg import resources
from kg.facts import Facts
from kg.infer import (
    ancestors,
    classified_specialists,
    closure,
    comparisons,
    conclude,
    independence,
    inherited_body_sites,
    inherited_specialists,
    listings,
    mapping_relations,
    observed_specialists,
    placed,
    shortcuts,
)
from kg.ntriples import Triple, node, text, typed
from kg.readers import read
from kg.records import Term
from kg.snapshot import closure_digest
from kg.statements import body_site_statement, rarity_statement, specialist_statement
from kg.vocabulary import (
    AUTHORITY,
    CARE,
    DCTERMS,
    DKG,
    GRAPH,
    INFERRED,
    PROV,
    RARITY,
    RDF,
    SKOS,
    XSD,
)

OBO = "http://purl.obolibrary.org/obo/"
DYSTONIA, FOCAL, CERVICAL, HAND, MOVEMENT = (
    f"{OBO}MONDO_{n:07}" for n in (3441, 477, 481, 482, 5395)
)
NEUROLOGIST, SURGEON, GENETICIST = (
    f"https://w3id.org/disease-kg/specialist/{name}"
    for name in ("neurologist", "surgeon", "geneticist")
)
NECK, LARYNX, LIMB = (f"{OBO}UBERON_{n:07}" for n in (974, 1737, 2101))
ORPHA_FOCAL = "http://www.orpha.net/ORDO/Orphanet_1866"
GARD_FOCAL = "https://rarediseases.info.nih.gov/diseases/6458"
NORD_FOCAL = "https://w3id.org/disease-kg/record/nord/1010"
MONDO = GRAPH + "mondo"


def world(*triples: Triple) -> Facts:
    """Return the facts of four dystonias in a line and a fork, and some more triples.

    movement disorder ⊃ dystonia ⊃ focal dystonia ⊃ cervical dystonia, focal hand dystonia
    """
    facts = Facts()
    for condition in (DYSTONIA, FOCAL, CERVICAL, HAND, MOVEMENT):
        facts.add((node(condition), node(RDF.type), node(DKG.Condition)), MONDO)
    for child, parent in (
        (CERVICAL, FOCAL),
        (HAND, FOCAL),
        (FOCAL, DYSTONIA),
        (DYSTONIA, MOVEMENT),
    ):
        facts.add((node(child), node(SKOS.broader), node(parent)), MONDO)
    for triple in triples:
        facts.add(triple, GRAPH + "curated")
    return facts


def above(facts: Facts) -> dict[str, dict[str, int]]:
    return ancestors(facts.pairs(SKOS.broader))


def said(triples: list[Triple], predicate: str) -> set[tuple[str, str]]:
    return {(s[1:-1], o[1:-1]) for s, p, o in triples if p == node(predicate)}


def mapped(facts: Facts, condition: str, record: str, graph: str = MONDO) -> None:
    facts.add((node(condition), node(SKOS.mappingRelation), node(record)), graph)


# --- the closure


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("cyclic", [False, True])
def test_the_closure_agrees_with_networkx(seed: int, cyclic: bool) -> None:
    """Ancestors and their least distance; in a cycle a node is its own ancestor."""
    chance = random.Random(seed)
    nodes = chance.randrange(2, 30)
    edges = [
        (str(a), str(b))
        for a in range(nodes)
        for b in range(nodes)
        if (a < b or cyclic) and chance.random() < 2 / nodes
    ]
    graph = nx.DiGraph(edges)
    expected = {
        child: {
            ancestor: steps
            for ancestor, steps in nx.single_source_shortest_path_length(graph, child).items()
            if ancestor != child
        }
        for child in graph
        if graph.out_degree(child)
    }
    for child in expected:
        if any(nx.has_path(graph, parent, child) for parent in graph[child]):
            expected[child][child] = 1 + min(
                nx.shortest_path_length(graph, parent, child)
                for parent in graph[child]
                if nx.has_path(graph, parent, child)
            )
    assert ancestors(edges) == expected
    pairs = [(s[1:-1], o[1:-1]) for s, _, o in closure(ancestors(edges))]
    assert len(pairs) == len(set(pairs)) == sum(len(found) for found in expected.values())
    if not cyclic:
        assert set(pairs) == set(nx.transitive_closure(graph).edges)


def test_the_closure_of_nothing() -> None:
    assert ancestors([]) == {}
    assert list(closure({})) == []


def test_the_snapshot_has_the_closure_that_its_publisher_gives() -> None:
    """All pairs of term and ancestor of all 31,958 terms, against the published table's digest."""
    terms = [
        term
        for term in read(resources.path("data", "snapshot", "mondo.obo.gz"), "obo")
        if isinstance(term, Term)
    ]
    found = ancestors((term.id, parent) for term in terms for parent in term.parents)
    pairs = [(child, ancestor) for child, above in found.items() for ancestor in above]
    published = json.loads(resources.path("data", "snapshot", "published-closure.json").read_text())
    assert len(terms) == 31_958
    assert sum(not term.deprecated for term in terms) == 27_990
    assert len(pairs) == 363_479
    assert closure_digest(pairs) == published["mondo"]


# --- inheritance


def test_an_ancestor_is_overruled_by_one_below_it() -> None:
    facts = world(
        *specialist_statement(MOVEMENT, GENETICIST, DKG.Curated, GRAPH + "curated"),
        *specialist_statement(FOCAL, NEUROLOGIST, DKG.Curated, GRAPH + "curated"),
        *specialist_statement(HAND, SURGEON, DKG.Curated, GRAPH + "curated"),
    )
    found = list(inherited_specialists(facts, above(facts)))
    cervical, dystonia = (
        CARE + "MONDO_0000481-neurologist",
        CARE + "MONDO_0003441-geneticist",
    )
    assert said(found, DKG.condition) == {(cervical, CERVICAL), (dystonia, DYSTONIA)}
    assert said(found, DKG.recommends) == {(cervical, NEUROLOGIST), (dystonia, GENETICIST)}
    assert said(found, PROV.wasDerivedFrom) == {
        (cervical, CARE + "MONDO_0000477-neurologist"),
        (dystonia, CARE + "MONDO_0005395-geneticist"),
    }
    assert said(found, DKG.basis) == {(cervical, DKG.Inherited), (dystonia, DKG.Inherited)}


def test_ancestors_on_other_ways_up_give_theirs_however_far_they_are() -> None:
    """Retinopathy of diabetes is one step below a metabolic disease, and three below the eye's."""
    neck = OBO + "MONDO_0000001"
    facts = world(
        (node(CERVICAL), node(SKOS.broader), node(DYSTONIA)),
        (node(CERVICAL), node(SKOS.broader), node(neck)),
        *specialist_statement(neck, SURGEON, DKG.Curated, GRAPH + "curated"),
        *specialist_statement(DYSTONIA, NEUROLOGIST, DKG.Curated, GRAPH + "curated"),
        *specialist_statement(MOVEMENT, GENETICIST, DKG.Curated, GRAPH + "curated"),
    )
    found = list(inherited_specialists(facts, above(facts)))
    of_cervical = {s for s, condition in said(found, DKG.condition) if condition == CERVICAL}
    assert of_cervical == {
        CARE + "MONDO_0000481-neurologist",
        CARE + "MONDO_0000481-surgeon",
    }
    premises = [p for s, p in said(found, PROV.wasDerivedFrom) if s.endswith("0481-neurologist")]
    assert premises == [CARE + "MONDO_0003441-neurologist"]


def test_what_one_ancestor_overrules_no_short_cut_brings_back() -> None:
    """Cervical dystonia is also said to be a movement disorder; focal dystonia stands between."""
    facts = world(
        (node(CERVICAL), node(SKOS.broader), node(MOVEMENT)),
        *specialist_statement(FOCAL, NEUROLOGIST, DKG.Curated, GRAPH + "curated"),
        *specialist_statement(MOVEMENT, GENETICIST, DKG.Curated, GRAPH + "curated"),
    )
    found = said(list(inherited_specialists(facts, above(facts))), DKG.recommends)
    assert {who for s, who in found if "0000481" in s} == {NEUROLOGIST}


def test_of_a_body_site_and_its_whole_the_whole_is_left_out() -> None:
    facts = world(
        (node(LARYNX), node(SKOS.broader), node(NECK)),
        *(
            t
            for s in (NECK, LARYNX, LIMB)
            for t in body_site_statement(FOCAL, s, DKG.Stated, MONDO)
        ),
    )
    found = said(list(inherited_body_sites(facts, above(facts))), DKG.locatedIn)
    assert {site for s, site in found if "0000481" in s} == {LARYNX, LIMB}


def test_what_is_only_reported_is_not_passed_on() -> None:
    """Focal dystonia is reported of larynx and neck: its types take over what dystonia has."""
    facts = world(
        *body_site_statement(FOCAL, LARYNX, DKG.Reported, GRAPH + "curated"),
        *body_site_statement(FOCAL, NECK, DKG.Reported, GRAPH + "curated"),
        *body_site_statement(DYSTONIA, NECK, DKG.Stated, MONDO, "mondo"),
        *body_site_statement(DYSTONIA, LIMB, DKG.Stated, MONDO, "mondo"),
    )
    found = list(inherited_body_sites(facts, above(facts)))
    condition_of = dict(said(found, DKG.condition))
    assert {(condition_of[s], site) for s, site in said(found, DKG.locatedIn)} == {
        *((condition, site) for condition in (CERVICAL, HAND) for site in (NECK, LIMB)),
        (FOCAL, LIMB),  # that it is in the neck is said of it already
    }


def test_inheritance_ends_in_a_cycle() -> None:
    facts = world(
        (node(MOVEMENT), node(SKOS.broader), node(CERVICAL)),
        *specialist_statement(FOCAL, NEUROLOGIST, DKG.Curated, GRAPH + "curated"),
    )
    found = list(inherited_specialists(facts, above(facts)))
    assert {c for _, c in said(found, DKG.condition)} == {CERVICAL, HAND, DYSTONIA, MOVEMENT}


# --- rarity


def test_a_record_of_an_authority_without_a_list_is_an_entry() -> None:
    facts = world()
    mapped(facts, FOCAL, GARD_FOCAL)
    mapped(facts, CERVICAL, NORD_FOCAL)
    mapped(facts, DYSTONIA, OBO + "NCIT_C34563")
    mapped(facts, DYSTONIA, "https://omim.org/entry/128100")
    found = list(listings(facts))
    by_nih, by_nord = (
        RARITY + "MONDO_0000477-nih-GARD_6458",
        RARITY + "MONDO_0000481-nord-NORD_1010",
    )
    assert said(found, DKG.authority) == {
        (by_nih, AUTHORITY + "nih"),
        (by_nord, AUTHORITY + "nord"),
    }
    assert said(found, DKG.basis) == {(by_nih, DKG.Entry), (by_nord, DKG.Entry)}
    assert said(found, DKG.record) == {(by_nih, GARD_FOCAL), (by_nord, NORD_FOCAL)}
    assert said(found, PROV.wasDerivedFrom) == {(by_nih, MONDO), (by_nord, MONDO)}


def test_what_is_listed_says_nothing_of_what_is_below_or_above() -> None:
    """A group's name may begin with "Rare": it makes none of its kinds rare."""
    facts = world(
        (node(MOVEMENT), node(SKOS.prefLabel), '"Rare movement disorder"@en'),
    )
    mapped(facts, MOVEMENT, GARD_FOCAL)
    found = list(conclude(facts))
    assert said(found, DKG.rareAccordingTo) == {(MOVEMENT, AUTHORITY + "nih")}
    assert {c for s, c in said(found, DKG.condition) if s.startswith(RARITY)} == {MOVEMENT}


def test_an_entry_of_orphanet_counts_where_the_nih_has_the_condition_too() -> None:
    facts = world()
    mapped(facts, FOCAL, ORPHA_FOCAL)
    assert list(listings(facts)) == []
    mapped(facts, FOCAL, GARD_FOCAL)
    found = list(listings(facts))
    assert (RARITY + "MONDO_0000477-orphanet-ORPHA_1866", DKG.Entry) in said(found, DKG.basis)


def test_an_entry_that_orphanet_calls_not_rare_is_none() -> None:
    blocking = RARITY + "MONDO_0000477-orphanet-ORPHA_1866"
    facts = world(
        (node(blocking), node(DKG.condition), node(FOCAL)),
        (node(blocking), node(DKG.authority), node(AUTHORITY + "orphanet")),
        (node(blocking), node(DKG.verdict), node(DKG.NotRare)),
        (node(blocking), node(DKG.record), node(ORPHA_FOCAL)),
    )
    mapped(facts, FOCAL, ORPHA_FOCAL)
    mapped(facts, FOCAL, GARD_FOCAL)
    found = list(conclude(facts))
    assert said(found, DKG.notRareAccordingTo) == {(FOCAL, AUTHORITY + "orphanet")}
    assert said(found, DKG.rareAccordingTo) == {(FOCAL, AUTHORITY + "nih")}


def test_a_record_of_several_conditions_lists_none() -> None:
    facts = world()
    mapped(facts, FOCAL, GARD_FOCAL)
    mapped(facts, CERVICAL, GARD_FOCAL)
    assert list(listings(facts)) == []


def test_a_deprecated_condition_is_not_listed() -> None:
    facts = world()
    mapped(facts, OBO + "MONDO_0002393", GARD_FOCAL)
    assert list(listings(facts)) == []


def test_an_authority_with_a_list_lists_nothing_else() -> None:
    """Mondo's tags say whom the NIH lists: mappings to GARD then do not, those to NORD still do."""
    facts = world(*rarity_statement(HAND, "nih", "GARD:1", DKG.Listed, MONDO))
    mapped(facts, FOCAL, GARD_FOCAL)
    mapped(
        facts, CERVICAL, "https://rarediseases.info.nih.gov/diseases/27529", GRAPH + "mondo-gard"
    )
    mapped(facts, CERVICAL, NORD_FOCAL)
    found = list(listings(facts))
    assert {s for s, _ in said(found, DKG.condition)} == {RARITY + "MONDO_0000481-nord-NORD_1010"}


def test_what_is_reported_or_denied_is_no_list() -> None:
    facts = world(
        *rarity_statement(HAND, "nih", "", DKG.Reported, GRAPH + "curated"),
        *rarity_statement(HAND, "nord", "NORD:1", DKG.Listed, GRAPH + "curated", DKG.NotRare),
    )
    mapped(facts, FOCAL, GARD_FOCAL)
    mapped(facts, CERVICAL, NORD_FOCAL)
    assert said(list(listings(facts)), DKG.condition) == {
        (RARITY + "MONDO_0000477-nih-GARD_6458", FOCAL),
        (RARITY + "MONDO_0000481-nord-NORD_1010", CERVICAL),
    }


def test_a_page_that_only_the_disease_ontology_refers_to_is_no_entry() -> None:
    """GARD also has pages of what is common, such as asthma."""
    facts = world()
    mapped(facts, FOCAL, GARD_FOCAL, GRAPH + "do-xrefs")
    assert list(listings(facts)) == []


# --- mappings and shortcuts


def test_a_match_is_also_a_mapping() -> None:
    facts = world(
        (node(FOCAL), node(SKOS.exactMatch), node(ORPHA_FOCAL)),
        (node(FOCAL), node(SKOS.broadMatch), node(GARD_FOCAL)),
        (node(FOCAL), node(SKOS.mappingRelation), node(GARD_FOCAL)),
    )
    assert list(mapping_relations(facts)) == [
        (node(FOCAL), node(SKOS.mappingRelation), node(ORPHA_FOCAL))
    ]


def test_a_shortcut_for_each_statement_and_none_without() -> None:
    seen, absent = "https://w3id.org/disease-kg/symptom/a", "https://w3id.org/disease-kg/symptom/b"
    cause = "https://w3id.org/disease-kg/cause/c"
    tremor, pain, gene = (
        OBO + "HP_0001337",
        OBO + "HP_0012531",
        "https://www.ncbi.nlm.nih.gov/gene/1",
    )
    facts = world(
        *rarity_statement(FOCAL, "nih", "GARD:6458", DKG.Listed, MONDO),
        *rarity_statement(FOCAL, "nih", "GARD:27526", DKG.Listed, MONDO),
        *specialist_statement(FOCAL, NEUROLOGIST, DKG.Curated, GRAPH + "curated"),
        *body_site_statement(CERVICAL, NECK, DKG.Stated, MONDO, "mondo"),
        *((node(s), node(DKG.condition), node(FOCAL)) for s in (seen, absent, cause)),
        (node(seen), node(DKG.phenotype), node(tremor)),
        (node(absent), node(DKG.phenotype), node(pain)),
        (node(absent), node(DKG.excluded), typed("true", XSD.boolean)),
        (node(cause), node(DKG.agent), node(gene)),
    )
    assert {(s[1:-1], p[1:-1], o[1:-1]) for s, p, o in shortcuts(facts)} == {
        (FOCAL, DKG.rareAccordingTo, AUTHORITY + "nih"),
        (FOCAL, DKG.specialist, NEUROLOGIST),
        (CERVICAL, DKG.bodySite, NECK),
        (FOCAL, DKG.symptom, tremor),
        (FOCAL, DKG.cause, gene),
    }
    assert list(shortcuts(world())) == []


def test_a_statement_about_no_condition_is_left_to_the_validation() -> None:
    facts = world(
        (node(CARE + "x"), node(DKG.recommends), node(NEUROLOGIST)),
        (node(RARITY + "x"), node(DKG.verdict), node(DKG.Rare)),
        (node(RARITY + "y"), node(DKG.verdict), node(DKG.Rare)),
        (node(RARITY + "y"), node(DKG.condition), node(FOCAL)),
    )
    concluded = list(conclude(facts))
    assert {p for _, p, _ in concluded} == {node(SKOS.broaderTransitive)}
    assert len(concluded) == 3 + 3 + 2 + 1


# --- records of other nomenclatures, numbers and specialists


ORPHA = "http://www.orpha.net/ORDO/Orphanet_"
NEUROLOGIC = ORPHA + "98006"
EU = "https://w3id.org/disease-kg/criterion/eu"


def link(subject: str, predicate: str, object: str) -> Triple:
    return node(subject), node(predicate), node(object)


def test_a_condition_of_its_own_comes_below_the_nearest_that_its_record_is_under() -> None:
    """ORPHA:2 ⊂ ORPHA:1 (no condition's) ⊂ ORPHA:1866, which is focal dystonia's own."""
    facts = world(
        link(ORPHA + "2", RDF.type, DKG.Condition),
        link(ORPHA + "2", SKOS.broader, ORPHA + "1"),
        link(ORPHA + "1", SKOS.broader, ORPHA_FOCAL),
        link(FOCAL, SKOS.exactMatch, ORPHA_FOCAL),
    )
    assert list(placed(facts)) == [link(ORPHA + "2", SKOS.broader, FOCAL)]


def test_a_condition_of_its_own_comes_below_its_preferential_parent_else() -> None:
    facts = world(
        link(ORPHA + "2", RDF.type, DKG.Condition),
        link(ORPHA + "2", DKG.preferentialParent, NEUROLOGIC),
        link(MOVEMENT, SKOS.exactMatch, NEUROLOGIC),
    )
    assert list(placed(facts)) == [link(ORPHA + "2", SKOS.broader, MOVEMENT)]


def test_orphanet_files_a_condition_under_a_specialist_s_field() -> None:
    """Not one with a curated statement; and not one whose record is two conditions'."""
    facts = world(
        link(NEUROLOGIST, DKG.field, NEUROLOGIC),
        link(FOCAL, SKOS.exactMatch, ORPHA_FOCAL),
        link(ORPHA_FOCAL, DKG.preferentialParent, NEUROLOGIC),
        link(CERVICAL, SKOS.exactMatch, ORPHA + "3"),
        link(HAND, SKOS.exactMatch, ORPHA + "3"),
        link(ORPHA + "3", DKG.preferentialParent, NEUROLOGIC),
    )
    found = list(classified_specialists(facts))
    assert {c for _, c in said(found, DKG.condition)} == {FOCAL}
    assert said(found, DKG.record) == {
        ("https://w3id.org/disease-kg/care/MONDO_0000477-neurologist", ORPHA_FOCAL)
    }
    curated = specialist_statement(FOCAL, SURGEON, DKG.Curated, FOCAL)
    for triple in curated:
        facts.add(triple, GRAPH + "curated")
    assert list(classified_specialists(facts)) == []


def test_the_specialists_who_observe_the_symptoms_come_last() -> None:
    """Three of four symptoms are the neurologist's to see, one the surgeon's."""
    evaluation, operation = OBO + "MAXO_0000716", OBO + "MAXO_0000721"
    seen = [OBO + f"HP_000000{n}" for n in range(1, 5)]
    facts = world(
        link(NEUROLOGIST, DKG.performs, evaluation),
        link(SURGEON, DKG.performs, operation),
        *(link(phenotype, DKG.observedThrough, evaluation) for phenotype in seen[:3]),
        link(seen[3], DKG.observedThrough, operation),
    )
    for phenotype in seen:
        facts.short[FOCAL, DKG.symptom, phenotype] = None
    found = list(observed_specialists(facts))
    assert {o for _, o in said(found, DKG.recommends)} == {NEUROLOGIST}
    for triple in specialist_statement(FOCAL, GENETICIST, DKG.Inherited, FOCAL):
        facts.add(triple, INFERRED)
    assert list(observed_specialists(facts)) == []


def test_a_listing_rests_on_the_record_that_its_own_is_a_match_of() -> None:
    facts = world(
        *rarity_statement(FOCAL, "nih", "GARD:6458", DKG.Listed, MONDO),
        link(GARD_FOCAL, SKOS.exactMatch, ORPHA_FOCAL),
    )
    statement = RARITY + "MONDO_0000477-nih-GARD_6458"
    assert list(independence(facts)) == [
        link(statement, PROV.hadPrimarySource, ORPHA_FOCAL),
        link(statement, DKG.basedOnRecordOf, "https://w3id.org/disease-kg/authority/orphanet"),
    ]


@pytest.mark.parametrize(
    ("place", "lower", "upper", "value", "answer"),
    [
        ("Europe", "10", "50", "", "meets"),
        ("Europe", "60", "90", "", "exceeds"),
        ("Europe", "100", "", "", "exceeds"),
        ("Worldwide", "1", "9", "49.9", "meets"),
        ("Worldwide", "1", "9", "50.1", ""),
        ("Japan", "1", "9", "", ""),
        ("Europe", "", "", "50.5", "exceeds"),
        ("Europe", "", "", "", ""),
    ],
)
def test_an_estimate_against_a_criterion(
    place: str, lower: str, upper: str, value: str, answer: str
) -> None:
    """Open above is never within; a value outside its class widens the interval."""
    estimate = "https://w3id.org/disease-kg/prevalence/x"
    facts = world(link(estimate, DCTERMS.type, DKG.PointPrevalence))
    for subject, predicate, literal in (
        (EU, DKG.maxPrevalence, "0.0005"),
        (EU, DKG.inclusive, "true"),
        (EU, DKG.jurisdiction, "EU"),
        (estimate, DKG.geography, place),
        (estimate, DKG.prevalenceLower, lower),
        (estimate, DKG.prevalenceUpper, upper),
        (estimate, DKG.prevalenceValue, value),
    ):
        if literal:
            facts.add((node(subject), node(predicate), text(literal)), GRAPH + "x")
    ways = {"meets": DKG.meets, "exceeds": DKG.exceeds}
    assert list(comparisons(facts)) == ([link(estimate, ways[answer], EU)] if answer else [])
