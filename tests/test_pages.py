"""The page of a condition: its parts, in order, from a world of a few conditions."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import pages
from kg.conditions import Condition
from kg.identifiers import parse_curie
from kg.pages import DISCLAIMER, NOTHING, Line, Page, page, to_markdown, to_text
from kg.rarity import ENTRY
from kg.schemaorg import medical_condition
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
    assert group[:2] == [silent, "Narrower types that are said to be rare, of 1 in all:"]
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
            f"its list of rare diseases, which is not in this graph. {ENTRY}",
        ),
    ],
)
def test_each_basis_has_its_sentence(basis: str, said: str) -> None:
    store = Store.in_memory(FIXTURES / "world.trig", STATEMENT % basis)
    assert said in lines(of(store, "focal dystonia"), "rare")


def test_a_large_group_says_that_it_is_not_summed_up(
    world: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.conditions._LARGE_GROUP", 3)
    found = of(world, "dystonic disorder")
    below = Condition.find(world, "dystonic disorder").below
    none = (
        f"none is stated of it as a whole, and its {below} narrower types are too many to sum up "
        "here."
    )
    assert f"Parts of the body: {none}" in lines(found, "What is")
    assert lines(found, "causes") == [f"Genes and other agents: {none}"]
    assert lines(found, "symptoms") == [f"Symptoms: {none}"]
    rare = lines(found, "rare")
    assert f"Narrower types that are said to be rare, of {below} in all:" in rare
    assert "by Orphanet: 2" in rare


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


ROLES = (
    ("2200", "FBN1", "Modifying germline mutation in"),
    ("3064", "HTT", "Disease-causing germline mutation(s) (gain of function) in"),
    ("6872", "TAF1", "Disease-causing germline mutation(s) in"),
    ("1080", "CFTR", "Candidate gene tested in"),
    ("3077", "HFE", "Major susceptibility factor in"),
)
"""Genes, and how each is said to be associated: TAF1 has not been assessed."""


@pytest.fixture(scope="module")
def roles() -> Store:
    said = "".join(
        f"""
        :{gene} a dkg:CauseStatement ; dkg:condition obo:MONDO_0011264 ; dkg:record orpha:98806 ;
            dkg:agent ncbigene:{gene} ; dkg:associationType "{kind}"@en
            {"; dkg:assessed false" if symbol == "TAF1" else ""} .
        ncbigene:{gene} skos:prefLabel "{symbol}"@en ."""
        for gene, symbol, kind in ROLES
    )
    more = f"""
        PREFIX dkg: <https://w3id.org/disease-kg/ontology#> PREFIX : <https://example.org/>
        PREFIX obo: <http://purl.obolibrary.org/obo/>
        PREFIX ncbigene: <https://www.ncbi.nlm.nih.gov/gene/>
        PREFIX orpha: <http://www.orpha.net/ORDO/Orphanet_>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        GRAPH <https://w3id.org/disease-kg/graph/orphanet-genes> {{ {said}
        }}
        GRAPH <https://w3id.org/disease-kg/graph/hpo-genes> {{
            :again a dkg:CauseStatement ; dkg:condition obo:MONDO_0011264 ;
                dkg:agent ncbigene:3064 . }}"""
    return Store.in_memory(FIXTURES / "world.trig", more)


def test_a_gene_is_a_cause_only_where_a_source_says_so(roles: Store) -> None:
    found = of(roles, "torsion dystonia 6")
    assert lines(found, "causes") == [
        "Stated to cause it:",
        "HTT (NCBIGene:3064): Disease-causing germline mutation(s) (gain of function)",
        "Stated to contribute to it:",
        "HFE (NCBIGene:3077): Major susceptibility factor",
        "Modifiers, which are stated to change its course, and not to cause it:",
        "FBN1 (NCBIGene:2200): Modifying germline mutation",
        "Associated otherwise:",
        "CFTR (NCBIGene:1080): Candidate gene tested",
        "TAF1 (NCBIGene:6872): Disease-causing germline mutation(s), not yet assessed",
        "Genes with a known association, those that more records name first; no source here says "
        "that they cause it:",
        "THAP1 (NCBIGene:55145)",
        "Inheritance: Autosomal dominant",
    ]
    [causes] = [section for section in found.sections if "causes" in section.heading]
    assert causes.lines[0].sources == ("https://w3id.org/disease-kg/graph/orphanet-genes",)
    tested = lines(found, "Testing")
    assert tested[tested.index("A genetic test may look at what is stated to cause it:") + 1 :] == [
        "HTT"
    ]


def test_of_a_gene_of_unstated_kind_nothing_follows(world: Store) -> None:
    said = " ".join(lines(of(world, "torsion dystonia 6"), "Testing"))
    assert "THAP1" not in said
    assert "no source here says that they cause it" in said


def test_schema_org_names_as_cause_what_is_stated_to_be_one(roles: Store, world: Store) -> None:
    said = medical_condition(Condition.find(roles, "torsion dystonia 6"))
    assert [cause["name"] for cause in said["cause"]] == ["HTT"]
    assert [risk["name"] for risk in said["riskFactor"]] == ["HFE"]
    assert "cause" not in medical_condition(Condition.find(world, "torsion dystonia 6"))


def test_schema_org_has_its_own_specialties_the_codes_and_each_name_once() -> None:
    more = """
        PREFIX obo: <http://purl.obolibrary.org/obo/>
        PREFIX mesh: <http://id.nlm.nih.gov/mesh/> PREFIX pmid: <https://pubmed.ncbi.nlm.nih.gov/>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX schema: <https://schema.org/>
        PREFIX specialist: <https://w3id.org/disease-kg/specialist/>
        GRAPH <https://w3id.org/disease-kg/graph/mondo> {
            obo:MONDO_0000477 skos:altLabel "Focal Dystonia"@en, "localized dystonia"@en,
                    "Localized dystonia"@en ;
                skos:mappingRelation mesh:D020821, pmid:1 ; skos:closeMatch mesh:D1 .
            specialist:neurologist schema:medicalSpecialty schema:Neurologic . }"""
    store = Store.in_memory(FIXTURES / "world.trig", more)
    said = medical_condition(Condition.find(store, "focal dystonia"))
    assert said["relevantSpecialty"] == [
        {"@type": "MedicalSpecialty", "@id": "https://schema.org/Neurologic"}
    ]
    assert said["alternateName"] == ["localized dystonia"]
    codes = [(code["codingSystem"], code["codeValue"]) for code in said["code"]]
    assert codes == [("DOID", "0050836"), ("GARD", "27526"), ("MeSH", "D020821")]
    assert said["description"] == "A dystonia that is localized to a specific part of the body."
    assert DISCLAIMER not in said.values()


def test_what_more_records_name_comes_first() -> None:
    other = """
        PREFIX dkg: <https://w3id.org/disease-kg/ontology#> PREFIX : <https://example.org/>
        PREFIX obo: <http://purl.obolibrary.org/obo/>
        PREFIX ncbigene: <https://www.ncbi.nlm.nih.gov/gene/>
        PREFIX orpha: <http://www.orpha.net/ORDO/Orphanet_>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        GRAPH <https://w3id.org/disease-kg/graph/hpo-genes> {
            :a a dkg:CauseStatement ; dkg:condition obo:MONDO_0011264 ; dkg:record orpha:98806 ;
                dkg:agent ncbigene:1 .
            :b a dkg:CauseStatement ; dkg:condition obo:MONDO_0011264 ; dkg:record orpha:98806 ;
                dkg:agent ncbigene:55145 .
            ncbigene:1 skos:prefLabel "A1BG"@en . }"""
    store = Store.in_memory(FIXTURES / "world.trig", other)
    found = Condition.find(store, "torsion dystonia 6").associated
    assert [(gene.label, len(gene.records)) for gene in found] == [("THAP1", 2), ("A1BG", 1)]


def test_doctors(world: Store) -> None:
    assert lines(of(world, "spasmodic dysphonia"), "Doctors") == [
        "neurologist (taken over from dystonic disorder)",
        "otolaryngologist (taken over from laryngeal disorder)",
    ]


def test_a_long_list_is_cut_and_says_so() -> None:
    section = pages.Section("Many")
    section.list([f"name {n}" for n in range(1500)])
    assert len(section.lines) == 13
    assert section.lines[-1] == Line("… and 1,488 more", depth=1, cut=True)
    whole = pages.Section("Many", whole=True)
    whole.list([f"name {n}" for n in range(1500)])
    assert [line.text for line in whole.lines] == [f"name {n}" for n in range(1500)]


def test_the_whole_of_a_page_has_nothing_cut(world: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.pages.data._MOST", 1)
    monkeypatch.setattr("kg.pages.symptoms._MOST", 1)
    for name in KNOWN:
        condition = Condition.find(world, name)
        cut, whole = (
            {section.heading: section.lines for section in page(world, condition, all).sections}
            for all in (False, True)
        )
        assert not any(line.cut for lines in whole.values() for line in lines)
        for heading, lines in cut.items():
            left_out = len(whole[heading]) - len(lines)
            assert (left_out >= 0) and any(line.cut for line in lines) >= (left_out > 0)
    assert any(
        line.cut for section in of(world, "focal dystonia").sections for line in section.lines
    )


SIGN = """
    PREFIX dkg: <https://w3id.org/disease-kg/ontology#> PREFIX obo: <http://purl.obolibrary.org/obo/>
    PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
    GRAPH <https://w3id.org/disease-kg/graph/hp> {
        obo:HP_0011348 a dkg:Phenotype ; skos:notation "HP:0011348" ;
            skos:prefLabel "%s"@en ; skos:altLabel "cervical dystonia"@en ;
            skos:definition "A twisting of the mouth."@en . }"""


def test_a_sign_of_the_same_name_is_quoted_as_the_sign() -> None:
    store = Store.in_memory(FIXTURES / "world.trig", SIGN % "Oromandibular Dystonia")
    found = of(store, "oromandibular dystonia")
    quoted = found.sections[0].lines[1]
    assert quoted.text == (
        "Of the sign of the same name, “Oromandibular Dystonia”, the Human Phenotype Ontology says"
        ": “A twisting of the mouth.” That is a definition of the sign, and not of this condition."
    )
    assert quoted.sources == ("https://w3id.org/disease-kg/graph/hp",)
    assert quoted.about is not None
    assert quoted.about.curie == "HP:0011348"
    for name in ("cervical dystonia", "blepharospasm"):  # another's name, and another name
        assert "sign of the same name" not in " ".join(lines(of(store, name), "What is"))
    defined = Store.in_memory(FIXTURES / "world.trig", SIGN % "Focal dystonia")
    assert "sign of the same name" not in " ".join(lines(of(defined, "focal dystonia"), "What is"))


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


def test_every_address_to_read_on_at_is_an_identifier(small_store: Store) -> None:
    registries = set()
    for name in ("focal dystonia", "cervical dystonia", "torsion dystonia 7"):
        for line in lines(of(small_store, name), "Research on"):
            curie, _, address = line.partition(": ")
            if address:
                assert parse_curie(address) == curie
                registries.add(curie.partition(":")[0])
    assert registries == {"GARD", "OMIM", "ORPHA"}
