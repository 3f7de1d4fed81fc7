"""The page of a condition: its parts, in order, from a world of a few conditions."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import pages
from kg.conditions import Condition
from kg.pages import DISCLAIMER, NOTHING, Line, Page, page, to_markdown, to_text
from kg.store import Store

FIXTURES = Path(__file__).parent / "fixtures"
HEADINGS = [
    "What is {}?",
    "Is {} rare?",
    "Types of {}",
    "What causes {}?",
    "What are the symptoms of {}?",
    "Testing for {}",
    "What may {} be mistaken for?",
    "How is {} treated?",
    "Doctors and medical specialists for {}",
    "Research on {}",
    "Names and codes of {}",
]
KNOWN = [
    "focal dystonia",
    "torsion dystonia 6",
    "blepharospasm",
    "human disease",
    "MONDO:0018329",
    "MONDO:0018331",
]


@pytest.fixture(scope="module")
def world() -> Store:
    return Store.in_memory(FIXTURES / "world.trig")


def of(store: Store, name: str) -> Page:
    return page(store, Condition.find(store, name))


def lines(of: Page, part: str) -> list[str]:
    """Return what is said in the one section whose heading has some words."""
    [section] = [section for section in of.sections if part in section.heading]
    return [line.text for line in section.lines]


@pytest.mark.parametrize("name", KNOWN)
def test_every_part_is_there_in_order(world: Store, name: str) -> None:
    label = Condition.find(world, name).label
    found = of(world, name)
    assert [section.heading for section in found.sections] == [h.format(label) for h in HEADINGS]
    for text in (to_text(found, 10_000), to_markdown(found)):
        assert DISCLAIMER in text
        assert text.count(NOTHING) == sum(not section.lines for section in found.sections)


@pytest.mark.parametrize("name", KNOWN)
def test_what_is_cited_is_among_the_sources(world: Store, name: str) -> None:
    found = of(world, name)
    cited = {s for section in found.sections for line in section.lines for s in line.sources}
    assert cited == set(found.sources)
    assert cited


@pytest.mark.parametrize(
    ("name", "file"),
    [("focal dystonia", "focal-dystonia.txt"), ("torsion dystonia 6", "torsion-dystonia-6.md")],
)
def test_the_whole_page(world: Store, name: str, file: str) -> None:
    write = to_markdown if file.endswith(".md") else to_text
    assert write(of(world, name)) == (FIXTURES / "pages" / file).read_text("utf-8")


def test_types_both_ways(world: Store) -> None:
    said = lines(of(world, "focal dystonia"), "Types")
    assert "dystonic disorder (MONDO:0003441)" in said[said.index("Broader types:") :]
    narrower = " ".join(said[: said.index("Broader types:")])
    assert all(name in narrower for name in ("cervical dystonia", "blepharospasm", "laryngeal"))
    assert lines(of(world, "cervical dystonia"), "Types")[0] == "Narrower types: none is stated."


def test_rarity_says_who_by_what_and_on_what_grounds(world: Store) -> None:
    said = lines(of(world, "torsion dystonia 6"), "rare")
    assert said == [
        "Genetic and Rare Diseases Information Center lists it as rare (GARD:9630).",
        "Its criterion: Fewer than 200,000 persons in the United States have it.",
        "National Organization for Rare Disorders lists it as rare.",
        "Orphanet lists it as rare (ORPHA:98806).",
        "Its criterion: Not more than 1 person in 2,000 in Europe has it.",
        "Published numbers of those affected:",
        "point prevalence, Europe: 120.5 in 100,000, class >1 / 1000; above the limit for “rare "
        "in the EU”; cites PMID:19182804",
        "point prevalence, Worldwide: class <1 / 1 000 000; within the limit for “rare in the EU” "
        "and “rare in the US”",
        "cases or families, Worldwide: 100 cases; not validated; not a prevalence at one time, so "
        "that no limit of rarity applies",
    ]


def test_an_authority_may_say_that_it_is_not_rare(world: Store) -> None:
    found = of(world, "blepharospasm")
    assert lines(found, "rare")[2:] == [
        "Orphanet is reported to say that it is not rare.",
        "Its criterion: Not more than 1 person in 2,000 in Europe has it.",
        "Said of Europe.",
    ]
    assert "https://example.org/blepharospasm" in found.sources


def test_silence_is_not_a_no(world: Store) -> None:
    silent = "No authority states whether it is rare. Silence does not mean “not rare”."
    assert lines(of(world, "laryngeal disorder"), "rare") == [silent]
    group = lines(of(world, "generalized dystonia"), "rare")
    assert group[:2] == [silent, "Narrower types that are listed as rare, of 1 in all:"]
    assert "by Orphanet: 1" in group
    assert not any("Orphanet" in line for line in lines(of(world, "focal dystonia"), "rare")[:2])


STATEMENT = """
    PREFIX dkg: <https://w3id.org/disease-kg/ontology#> PREFIX obo: <http://purl.obolibrary.org/obo/>
    PREFIX authority: <https://w3id.org/disease-kg/authority/>
    PREFIX graph: <https://w3id.org/disease-kg/graph/> PREFIX : <https://example.org/>
    PREFIX orpha: <http://www.orpha.net/ORDO/Orphanet_>
    GRAPH graph:mondo { :s a dkg:RarityStatement ; dkg:condition obo:MONDO_0000477 ;
        dkg:authority authority:orphanet ; dkg:verdict dkg:Rare ; dkg:basis dkg:%s ;
        dkg:record orpha:1866 . }"""


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        ("Listed", "Orphanet lists it as rare (ORPHA:1866)."),
        ("Reported", "Orphanet is reported to list it as rare."),
        (
            "Entry",
            "Orphanet has a record of it (ORPHA:1866); that is likely, but not certain, to be on "
            "its list of rare diseases, which is not in this graph.",
        ),
    ],
)
def test_each_basis_has_its_sentence(basis: str, said: str) -> None:
    store = Store.in_memory(FIXTURES / "world.trig", STATEMENT % basis)
    assert said in lines(of(store, "focal dystonia"), "rare")


def test_what_it_is(world: Store) -> None:
    stated = of(world, "focal dystonia").sections[0].lines
    assert stated[0].text == "A dystonia that is localized to a specific part of the body."
    assert stated[0].sources == ("https://w3id.org/disease-kg/graph/mondo",)
    assert [line.text for line in stated[2:]] == [
        "eyelid: in 1 type",
        "larynx: in 1 type",
        "neck: in 1 type",
    ]
    composed = lines(of(world, "spasmodic dysphonia"), "What is")
    assert composed == [
        "A kind of focal dystonia, and of laryngeal disorder, affecting the larynx. "
        "(Composed from the graph; no source defines it here.)",
        "Parts of the body:",
        "larynx (taken over from laryngeal disorder)",
    ]


def test_a_course_is_no_age_of_onset() -> None:
    course = """
        PREFIX obo: <http://purl.obolibrary.org/obo/> PREFIX graph: <https://w3id.org/disease-kg/graph/>
        GRAPH graph:hpoa { obo:MONDO_0011264 <https://w3id.org/disease-kg/ontology#clinicalCourse>
            obo:HP_0003677 . }
        GRAPH graph:hp { obo:HP_0003677 <http://www.w3.org/2004/02/skos/core#prefLabel>
            "Slowly progressive"@en . }"""
    found = of(Store.in_memory(FIXTURES / "world.trig", course), "torsion dystonia 6")
    said = lines(found, "symptoms")
    assert said[-2:] == ["Age of onset: Juvenile", "Course, of some or all: Slowly progressive"]


def test_symptoms_by_frequency_and_those_absent(world: Store) -> None:
    said = lines(of(world, "torsion dystonia 6"), "symptoms")
    assert said == [
        "Frequent (30% to 79%):",
        "Torticollis (59% in PMID:19182804)",
        "Blepharospasm (10% to 70%, sources differ)",
        "Stated to be absent:",
        "Intellectual disability",
        "Age of onset: Juvenile",
    ]
    assert lines(of(world, "cervical dystonia"), "symptoms") == [
        "Very frequent (80% of those affected, or more):",
        "Torticollis",
        "Frequency not stated:",
        "Tremor",
    ]


def test_a_withdrawn_condition_says_what_to_see_instead(world: Store) -> None:
    assert lines(of(world, "MONDO:0018331"), "What is") == [
        "This entry was withdrawn by its source, which refers to:",
        "torsion dystonia 7 (MONDO:0011200)",
        "torsion dystonia 6 (MONDO:0011264)",
        "Parts of the body: none is stated.",
    ]
    alone = lines(of(world, "MONDO:0018329"), "What is")
    assert alone[0] == "This entry was withdrawn by its source, which names nothing in its place."


def test_doctors(world: Store) -> None:
    assert lines(of(world, "spasmodic dysphonia"), "Doctors") == [
        "neurologist (taken over from dystonic disorder)",
        "otolaryngologist (taken over from laryngeal disorder)",
    ]


def test_a_long_list_is_cut_and_says_so() -> None:
    section = pages.Section("Many")
    section.list([f"name {n}" for n in range(1500)])
    assert len(section.lines) == 13
    assert section.lines[-1] == Line("… and 1,488 more", depth=1)


def test_names_that_differ_in_case_only_are_one() -> None:
    other = """
        PREFIX obo: <http://purl.obolibrary.org/obo/>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        obo:MONDO_0011264 skos:altLabel "dyt6"@en, "Torsion Dystonia 6"@en ."""
    store = Store.in_memory(FIXTURES / "world.trig", other)
    said = lines(of(store, "DYT6"), "Names")
    assert said[1] == "Other names:"
    assert [name.casefold() for name in said[2:] if ":" not in name] == ["dyt6"]


def test_markdown_takes_no_text_for_markup() -> None:
    hostile = "a_b *c* [d](e) <f> `g` # h | i \\"
    section = pages.Section(hostile, [Line(hostile, ("x",), 1)])
    written = to_markdown(Page(hostile, (section,), {"x": hostile}))
    escaped = "a\\_b \\*c\\* \\[d\\](e) \\<f\\> \\`g\\` \\# h \\| i \\\\"
    assert f"# {escaped}\n\n## {escaped}\n\n- {escaped}[^1]\n" in written
    assert f"[^1]: {escaped}\n" in written


def test_text_is_wrapped_and_lists_are_indented(world: Store) -> None:
    text = to_text(of(world, "focal dystonia"), 50)
    long = [line for line in text.splitlines() if len(line) > 50]
    assert all(set(line) <= {"-"} or " " not in line.strip(" •") for line in long)
    assert "\n  • spasmodic dystonia (MONDO:0000485), also\n    laryngeal dystonia;" in text


def test_the_page_of_a_whole_build(small_store: Store) -> None:
    found = to_text(of(small_store, "focal dystonia"), 10_000)
    for said in (
        "dystonic disorder (MONDO:0003441)",
        "cervical dystonia (MONDO:0000481)",
        "blepharospasm",
        "laryngeal dystonia",
        "neurologist",
        "NIH Office of Rare Diseases",
        "200,000",
        "Orphanet is reported to list it as rare.",
        "1 in 2,000",
        "larynx (reported)",
        "“What is Focal dystonia?”",
        DISCLAIMER,
    ):
        assert said in found
