"""What Orphadata's products and the publishers' tables say, on slices of the real files."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest

from kg.readers import read
from kg.records import (
    Agent,
    Disability,
    GeneAssociation,
    Listing,
    Location,
    Mapping,
    MedicalAction,
    Name,
    NaturalHistory,
    Observation,
    PhenotypeAnnotation,
    PreferentialParent,
    Prevalence,
    Record,
    Release,
    Skipped,
    Tag,
    Term,
)
from kg.vocabulary import SKOS

SOURCES = Path(__file__).parent / "fixtures" / "sources"
T = TypeVar("T")
ORPHADATA = SOURCES / "orphadata"


def of(kind: type[T], records: list[Record]) -> list[T]:
    return [record for record in records if isinstance(record, kind)]


def product(name: str) -> list[Record]:
    records = list(read(ORPHADATA / f"{name}.xml", f"orphanet-{name}"))
    assert isinstance(records[0], Release)
    assert records[0].version[:2] == "20"
    return records


# --- Orphadata


def test_estimates_of_prevalence() -> None:
    found = of(Prevalence, product("prevalence"))
    dysplasia = [row for row in found if row.record == "ORPHA:166024"]
    cases = next(row for row in dysplasia if row.kind == "cases")
    assert (cases.cases, cases.families, cases.value, cases.lower) == (4, False, None, None)
    assert cases.expert
    assert cases.references == ("PMID:11389160", "PMID:9689990")
    point = next(row for row in dysplasia if row.kind == "point")
    assert (point.lower, point.upper, point.value) == (Decimal(0), Decimal("0.1"), None)
    alexander = {row.kind: row for row in found if row.record == "ORPHA:58"}
    incidence = alexander["incidence"]
    assert (incidence.value, incidence.geography) == (Decimal("0.037"), "Japan")
    unknown = alexander["point"]
    assert unknown.class_ == "Unknown"
    assert (unknown.lower, unknown.upper, unknown.value) == (None, None, None)
    assert {row.validated for row in found} == {True, False}
    assert any(row.lower == 100 and row.upper is None for row in found if row.class_ == ">1 / 1000")
    assert any(row.families for row in found)
    assert len({(row.record, row.key) for row in found}) == len(found)


def test_the_state_of_a_disorder_stands_in_its_name_and_group() -> None:
    terms = {term.id: term for term in of(Term, product("prevalence"))}
    obsolete = terms["ORPHA:183713"]
    assert obsolete.deprecated
    assert obsolete.name == "Bacterial susceptibility due to TLR signaling pathway deficiency"
    assert terms["ORPHA:58"].tags == (Tag("disorder"),)


def test_names_in_another_language(tmp_path: Path) -> None:
    path = tmp_path / "es_product7.xml"
    text = (ORPHADATA / "linearisation.xml").read_text().replace('lang="en"', 'lang="es"')
    path.write_text(text)
    term = of(Term, list(read(path, "orphanet-linearisation")))[0]
    assert term.name == ""
    assert term.names[0].language == "es"


def test_preferential_parents() -> None:
    records = product("linearisation")
    assert PreferentialParent("ORPHA:58", "ORPHA:98006") in records
    assert len(of(PreferentialParent, records)) == len(of(Term, records)) - 1


def test_ages_and_inheritance_as_terms_of_hpo() -> None:
    found = {row.record: row for row in of(NaturalHistory, product("natural-history"))}
    assert found["ORPHA:166024"].onsets == ("HP:0003593", "HP:0003623")
    assert found["ORPHA:166024"].inheritances == ("HP:0000007",)
    assert found["ORPHA:58"].onsets == ()  # all ages


def test_genes_with_their_identifiers() -> None:
    found = of(GeneAssociation, product("genes"))
    assert found[0] == GeneAssociation(
        "ORPHA:166024",
        "HGNC:30497",
        "KIF7",
        "Disease-causing germline mutation(s) in",
        True,
        ("PMID:22587682",),
    )


def test_the_nomenclature_with_what_its_alignments_mean() -> None:
    term = of(Term, product("nomenclature"))[0]
    assert term.names == (Name("Multiple epiphyseal dysplasia, Al-Gazali type"),)
    assert set(term.mappings) == {
        Mapping(term.id, SKOS.broadMatch, "icd11.code:LD24.61"),
        Mapping(term.id, SKOS.broadMatch, "ICD10:Q77.3"),
        Mapping(term.id, SKOS.exactMatch, "OMIM:607131"),
        Mapping(term.id, SKOS.exactMatch, "UMLS:C4304500"),
    }


@pytest.mark.parametrize(
    ("flag", "deprecated", "tags"),
    [
        (1, False, set()),
        (256, True, set()),
        (8192, False, {"inactive"}),
        (8449, True, {"inactive"}),
        (8208, True, {"inactive"}),
        (9216, True, {"inactive"}),
        (8225, False, {"not_rare_in_europe"}),
    ],
)
def test_flags(tmp_path: Path, flag: int, deprecated: bool, tags: set[str]) -> None:
    path = tmp_path / "product1.xml"
    text = (ORPHADATA / "nomenclature.xml").read_text()
    path.write_text(text.replace("<Value>1</Value>", f"<Value>{flag}</Value>"))
    term = of(Term, list(read(path, "orphanet-nomenclature")))[0]
    assert term.deprecated == deprecated
    assert {tag.subset for tag in term.tags} == {"disorder", *tags}


def test_what_only_whole_records_of_the_nomenclature_have(tmp_path: Path) -> None:
    """A definition with escaped HTML; a move, told from either side; a name that says not rare."""
    path = tmp_path / "product1.xml"
    association = (
        "<DisorderDisorderAssociation><TargetDisorder {}><OrphaCode>{}</OrphaCode>"
        "</TargetDisorder><DisorderDisorderAssociationType><Name>{}</Name>"
        "</DisorderDisorderAssociationType></DisorderDisorderAssociation>"
    )
    path.write_text(
        "<JDBOR date='2025-06-24'><DisorderList><Disorder id='1'><OrphaCode>1</OrphaCode>"
        "<Name lang='en'>NON RARE IN EUROPE: Gout</Name><DisorderFlagList/>"
        "<DisorderDisorderAssociationList>"
        + association.format("", 2, "Moved to")
        + association.format("", 3, "Referred to")
        + association.format("cycle='true'", 1, "Moved to")
        + "</DisorderDisorderAssociationList><SummaryInformationList><SummaryInformation>"
        "<TextSectionList><TextSection><TextSectionType><Name>Definition</Name></TextSectionType>"
        "<Contents>a &lt;i&gt;bent&lt;/i&gt; toe &amp;amp; more</Contents></TextSection>"
        "</TextSectionList></SummaryInformation></SummaryInformationList></Disorder>"
        "<Disorder id='2'><Name lang='en'>no code</Name></Disorder></DisorderList></JDBOR>"
    )
    _, term, skipped = read(path, "orphanet-nomenclature")
    assert isinstance(term, Term)
    assert (term.name, term.definition) == ("Gout", "a bent toe & more")
    assert term.tags == (Tag("not_rare_in_europe"),)
    assert (term.replaced_by, term.consider) == (("ORPHA:2",), ("ORPHA:3",))
    assert skipped == Skipped("no code", "a disorder without an ORPHA code")


def test_both_layouts_of_a_classification_say_the_same() -> None:
    """A record in two places has both parents; the head of the tree names the scheme."""
    old = list(read(ORPHADATA / "classification-2020.xml", "orphanet-classification"))
    new = product("classification")
    terms = {term.id: term for term in of(Term, new)}
    assert terms == {term.id: term for term in of(Term, old)}
    assert terms["ORPHA:34217"].parents == ("ORPHA:247", "ORPHA:98054")
    assert terms["ORPHA:97929"].parents == ()
    assert {term.schemes for term in terms.values()} == {("ORPHA:97929",)}
    assert len(terms) == 6


def test_phenotypes_with_their_frequencies() -> None:
    found = of(PhenotypeAnnotation, product("phenotypes"))
    assert {row.frequency: (row.lower, row.upper) for row in found} == {
        "HP:0040281": (Decimal("0.8"), Decimal("0.99")),
        "HP:0040282": (Decimal("0.3"), Decimal("0.79")),
        "HP:0040283": (Decimal("0.05"), Decimal("0.29")),
    }
    assert not any(row.excluded or row.diagnostic_criterion for row in found)


def test_an_excluded_phenotype_and_a_criterion(tmp_path: Path) -> None:
    path = tmp_path / "product4.xml"
    text = (ORPHADATA / "phenotypes.xml").read_text()
    criterion = "<DiagnosticCriteria id='1'><Name lang='en'>Criterion</Name></DiagnosticCriteria>"
    path.write_text(
        text.replace("Very frequent (99-80%)", "Excluded (0%)").replace(
            "<DiagnosticCriteria/>", criterion, 1
        )
    )
    row = of(PhenotypeAnnotation, list(read(path, "orphanet-phenotypes")))[0]
    assert (row.excluded, row.diagnostic_criterion) == (True, True)


def test_disabilities() -> None:
    row = of(Disability, product("disability"))[1]
    assert (row.record, row.activity, row.frequency) == ("ORPHA:893", "Falling asleep", "Frequent")
    assert (row.temporality, row.severity, row.lost) == ("Permanent limitation", "Moderate", False)


# --- the Medical Action Ontology


def test_through_what_a_phenotype_is_observed() -> None:
    found = list(read(SOURCES / "maxo" / "diagnostics.tsv", "maxo-diagnostics"))
    assert found[0] == Release("2025-05-31")
    assert Observation("HP:0000002", "MAXO:0000520", prenatal=True) in found
    assert Observation("HP:0000002", "MAXO:0000487") in found


def test_actions_in_one_spelling_of_their_relation() -> None:
    found = of(MedicalAction, list(read(SOURCES / "maxo" / "annotations.tsv", "maxo-annotations")))
    assert "lack_of_observed_response" in {row.relation for row in found}
    assert all(row.phenotype != "HP:0000118" for row in found)
    assert any(not row.phenotype for row in found)
    assert all(row.references[0].startswith("PMID:") for row in found)


# --- the authorities' lists


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("gard", Listing("MONDO:0000044", "gard_rare", "GARD:6735", "ORPHA:437")),
        ("nord", Listing("MONDO:0000044", "nord_rare")),
        ("ncit", Listing("MONDO:0000115", "ncit_rare", "NCIT:C84570")),
        ("nando", Listing("MONDO:0000050", "nando_pediatric", "NANDO:2200317")),
        ("nando", Listing("MONDO:0000087", "nando_intractable", "NANDO:1201071")),
    ],
)
def test_a_list(name: str, expected: Listing) -> None:
    found = list(read(SOURCES / "authorities" / f"{name}.robot.tsv", "robot-list"))
    assert expected in found
    assert len(of(Listing, found)) == len(found) - 1


def test_the_subsets_of_mondo() -> None:
    found = list(read(SOURCES / "authorities" / "mondo_subsets.tsv", "mondo-subsets"))
    assert Listing("MONDO:0000477", "gard_rare") in found


def test_gard_s_entries_and_what_they_rest_on() -> None:
    found = list(read(SOURCES / "authorities" / "gard.sssom.tsv", "gard"))
    assert Mapping("GARD:1", SKOS.exactMatch, "ORPHA:53693") in found
    assert Term("GARD:1", "GRACILE syndrome") in found


# --- the Disease Ontology's reports


def report(name: str) -> list[Record]:
    return list(read(SOURCES / "do" / f"{name}.tsv", f"do-{name}"))


def test_cross_references_of_the_disease_ontology() -> None:
    assert Mapping("DOID:0050836", SKOS.mappingRelation, "GARD:6458") in report("xrefs")
    assert Mapping("DOID:543", SKOS.mappingRelation, "SCTID:15802004") in report("xrefs")
    several = of(Mapping, list(read(SOURCES / "do" / "gard.tsv", "do-xrefs")))
    assert [m.object for m in several if m.subject == "DOID:0050553"] == [
        "GARD:3916",
        "GARD:10988",
        "GARD:3917",
    ]


def test_parents_by_name() -> None:
    terms = {term.id: term for term in of(Term, report("terms"))}
    assert terms["DOID:0050836"].parents == ("DOID:543",)
    unknown = "a parent's name that not exactly one term has"
    assert Skipped("DOID:543 movement disease", unknown) in report("terms")


def test_axioms() -> None:
    found = report("axioms")
    assert Agent("DOID:0050026", "has material basis in", "Ehrlichia chaffeensis") in found
    assert Agent("DOID:0040060", "has allergic trigger", "ketoprofen") in found
    reasons = Counter(record.reason for record in of(Skipped, found))
    assert reasons["an axiom of neither place nor cause (has symptom)"] == 4


@pytest.mark.parametrize(
    ("axiom", "expected"),
    [
        ("'disease has location' some 'zone of skin'", [Location("DOID:4", "", "zone of skin")]),
        ("'disease has location' some (eye or ear)", ["eye", "ear"]),
        (
            "'has material basis in' some 'X-linked inheritance'",
            [NaturalHistory("DOID:4", inheritances=("HP:0001417",))],
        ),
        ("'has material basis in' some (a and b)", ["an axiom whose filler is no name"]),
        ("'autoimmune disease'", ["an axiom of neither place nor cause (a class)"]),
    ],
)
def test_an_axiom(tmp_path: Path, axiom: str, expected: list[object]) -> None:
    path = tmp_path / "axioms.tsv"
    path.write_text(f"ID\tLABEL\tSubClass Of [ANON]\nDOID:4\tdisease\t{axiom}\n")
    _, *found = read(path, "do-axioms")
    said = [
        r.label if isinstance(r, Location) and isinstance(e, str) else r
        for r, e in zip(found, expected, strict=True)
    ]
    assert [r.reason if isinstance(r, Skipped) else r for r in said] == expected


def test_body_sites_by_identifier() -> None:
    found = report("anatomy")
    assert Location("DOID:5465", "UBERON:0001811") in found
    assert Skipped("line 2", "names no body site") in found
    assert of(Skipped, found)[-1].record == f"line {len(found)}"  # of a term written DOID_…


def test_symptoms_of_the_disease_ontology() -> None:
    assert PhenotypeAnnotation("DOID:820", "SYMP:0000061", "P", key="do") in report("symptoms")


def test_names_in_spanish() -> None:
    found = of(Term, report("translations"))
    names = {(term.id, name) for term in found for name in term.names}
    assert ("DOID:0050517", Name("enfermedad vírica del bosque de Barmah", "exact", "es")) in names
    assert ("DOID:0050025", Name("EGH", "related", "es")) in names
