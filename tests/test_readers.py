"""Each reader on slices of real files and on single hostile lines: its yield and its refusals."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import SourceError, UnknownFormat
from kg.readers import FORMATS, files, read
from kg.records import (
    Agent,
    GeneAssociation,
    Mapping,
    Name,
    PhenotypeAnnotation,
    Record,
    Release,
    Skipped,
    Statement,
    Tag,
    Term,
)
from kg.vocabulary import SKOS

SOURCES = Path(__file__).parent / "fixtures" / "sources"
SLICES = [
    ("ontology", "mondo.obo"),
    ("ontology", "mondo.json"),
    ("ontology", "uberon.obo"),
    ("ontology", "hp.obo"),
    ("sssom", "mondo-gard.sssom.tsv"),
    ("sssom", "mondo-icd10cm.sssom.tsv"),
    ("sssom", "mondo-xrefs.sssom.tsv"),
    ("sssom", "do-xrefs.sssom.tsv"),
    ("hpoa", "phenotype.hpoa"),
    ("hpo-genes", "genes_to_phenotype.txt"),
]
OBO = "http://purl.obolibrary.org/obo/"
HPOA_COLUMNS = (
    "database_id\tdisease_name\tqualifier\thpo_id\treference\tevidence\tonset\tfrequency\tsex\t"
    "modifier\taspect\tbiocuration\n"
)


def terms(records: Iterator[Record]) -> dict[str, Term]:
    return {record.id: record for record in records if isinstance(record, Term)}


@pytest.fixture(scope="module")
def mondo() -> dict[str, Term]:
    return terms(read(SOURCES / "mondo.obo", "obo"))


@pytest.fixture(scope="module")
def mondo_json() -> dict[str, Term]:
    return terms(read(SOURCES / "mondo.json", "obograph"))


def stanza(tmp_path: Path, *tags: str, id: str = "MONDO:0000477") -> Term:
    """Return the term of an OBO file with one stanza."""
    path = tmp_path / "one.obo"
    path.write_text("\n".join(["ontology: mondo", "", "[Term]", f"id: {id}", *tags, ""]), "utf-8")
    (term,) = terms(read(path, "obo")).values()
    return term


def hpoa(tmp_path: Path, **cells: str) -> Record:
    """Return the record of an HPOA file with one row."""
    row = {
        "database_id": "OMIM:607131",
        "hpo_id": "HP:0001332",
        "aspect": "P",
        "evidence": "TAS",
        "reference": "OMIM:607131",
        **cells,
    }
    names = HPOA_COLUMNS.rstrip("\n").split("\t")
    path = tmp_path / "one.hpoa"
    path.write_text(HPOA_COLUMNS + "\t".join(row.get(n, "") for n in names) + "\n", "utf-8")
    _, record = read(path, "hpoa")
    return record


# --- the slices


def test_every_slice_is_read_whole() -> None:
    """The kinds of records in each, counted by hand-made commands on the files themselves."""
    found = {
        name: dict(Counter(type(r).__name__ for r in read(SOURCES / name, format)))
        for format, name in SLICES
    }
    text = (SOURCES / "mondo.obo").read_text("utf-8")
    assert text.count("[Term]") == 71
    assert found["mondo.obo"] == {"Release": 1, "Term": 71, "Skipped": 1}
    assert found["mondo.json"] == {"Release": 1, "Term": 71, "Skipped": 1}
    assert found["uberon.obo"]["Term"] == (SOURCES / "uberon.obo").read_text().count("[Term]")
    assert found["hp.obo"]["Term"] == (SOURCES / "hp.obo").read_text().count("[Term]") == 119
    assert found["mondo-gard.sssom.tsv"] == {"Release": 1, "Mapping": 12}
    assert found["mondo-icd10cm.sssom.tsv"] == {"Release": 1, "Mapping": 2}
    assert found["phenotype.hpoa"] == {"Release": 1, "PhenotypeAnnotation": 41}
    assert found["genes_to_phenotype.txt"] == {"GeneAssociation": 3}
    assert len(found) == 10


def test_what_a_file_says_of_itself() -> None:
    said = {
        name: next(iter(read(SOURCES / name, format)))
        for format, name in SLICES
        if format != "hpo-genes"
    }
    release = said["mondo.obo"]
    assert release == Release(
        "mondo/releases/2026-05-05/mondo.obo", "http://creativecommons.org/licenses/by/4.0/"
    )
    assert isinstance(said["mondo.json"], Release)
    assert "2026-05-05" in said["mondo.json"].version
    assert said["mondo.json"].license == "http://creativecommons.org/licenses/by/4.0/"
    assert said["hp.obo"] == Release("hp/releases/2025-01-16", "https://hpo.jax.org/app/license")
    assert said["phenotype.hpoa"] == Release("2025-01-16")
    gard = said["mondo-gard.sssom.tsv"]
    assert isinstance(gard, Release)
    assert "2026-08-04" in gard.version
    assert gard.license == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert len(said) == 9


def test_an_ontology_is_known_by_its_beginning() -> None:
    assert read(SOURCES / "mondo.obo", "ontology").__name__ == "read"
    assert (
        terms(read(SOURCES / "mondo.json", "ontology")).keys()
        == terms(read(SOURCES / "mondo.obo", "ontology")).keys()
    )
    for other in ("phenotype.hpoa", "orphadata/genes.xml"):
        with pytest.raises(SourceError, match="neither OBO, OBO Graphs JSON nor OWL"):
            read(SOURCES / other, "ontology")
    with pytest.raises(UnknownFormat, match="owx"):
        read(SOURCES / "mondo.obo", "owx")


def test_three_formats_of_an_ontology_say_the_same() -> None:
    """Merged identifiers, abbreviations, matches: term by term, whatever the order of values."""

    def told(name: str) -> dict[str, dict[str, object]]:
        found = terms(read(SOURCES / "do" / name, "ontology"))
        return {
            id: {
                field: set(value) if isinstance(value, tuple) else value
                for field, value in term._asdict().items()
            }
            for id, term in found.items()
        }

    obo = told("cancer.obo")
    assert len(obo) == 5
    assert told("cancer.json") == told("cancer.owl") == obo
    assert any(term["alternatives"] for term in obo.values())
    predicates = {m.predicate for term in obo.values() for m in term["mappings"]}  # type: ignore[attr-defined]
    assert len(predicates) >= 2


# --- OBO and OBO Graphs JSON


def test_focal_dystonia(mondo: dict[str, Term]) -> None:
    focal = mondo["MONDO:0000477"]
    assert focal.name == "focal dystonia"
    assert focal.parents == ("MONDO:0003441",)
    assert focal.tags == (Tag("doid_rare"), Tag("gard_rare"), Tag("rare"))
    assert not focal.deprecated
    assert set(focal.mappings) == {
        Mapping("MONDO:0000477", SKOS.exactMatch, "DOID:0050836"),
        Mapping("MONDO:0000477", SKOS.exactMatch, "MEDGEN:149279"),
        Mapping("MONDO:0000477", SKOS.exactMatch, "SCTID:445006008"),
        Mapping("MONDO:0000477", SKOS.exactMatch, "UMLS:C0743332"),
        Mapping("MONDO:0000477", SKOS.mappingRelation, "GARD:27526"),
    }


def test_a_subset_carries_its_sources(mondo: dict[str, Term]) -> None:
    tags = {tag.subset: tag.sources for tag in mondo["MONDO:0010747"].tags}
    assert tags["gard_rare"] == ("GARD:10533",)
    assert tags["orphanet_rare"] == ("ORPHA:53351",)
    assert tags["ordo_disorder"] == ()


def test_several_sources_of_one_subset(tmp_path: Path) -> None:
    term = stanza(
        tmp_path,
        'subset: gard_rare {source="GARD:0027245", source="GARD:27245", source="MONDO:GARD"}',
    )
    assert term.tags == (Tag("gard_rare", ("GARD:27245", "MONDO:GARD")),)


def test_each_meaning_of_a_cross_reference(mondo: dict[str, Term]) -> None:
    """One real term for each."""
    said = {(m.subject, m.object): m.predicate for t in mondo.values() for m in t.mappings}
    assert said["MONDO:0000477", "DOID:0050836"] == SKOS.exactMatch
    assert said["MONDO:0100634", "SCTID:57182000"] == SKOS.broadMatch
    assert said["MONDO:0100042", "NCIT:C78245"] == SKOS.narrowMatch
    assert said["MONDO:0005676", "MESH:D001890"] == SKOS.relatedMatch
    assert said["MONDO:0005244", "MEDDRA:10034606"] == SKOS.closeMatch
    assert said["MONDO:0000477", "GARD:27526"] == SKOS.mappingRelation
    assert set(said.values()) == {
        SKOS.exactMatch,
        SKOS.broadMatch,
        SKOS.narrowMatch,
        SKOS.relatedMatch,
        SKOS.closeMatch,
        SKOS.mappingRelation,
    }


@pytest.mark.parametrize(
    "source", ["equivalentObsolete", "obsoleteEquivalent", "obsoleteEquivalentObsolete"]
)
def test_an_obsolete_equivalent_is_no_match(tmp_path: Path, source: str) -> None:
    path = tmp_path / "one.obo"
    path.write_text(f'[Term]\nid: MONDO:1000477\nxref: DOID:1 {{source="MONDO:{source}"}}\n')
    _, skipped, term = read(path, "obo")
    assert skipped == Skipped("MONDO:1000477 DOID:1", "a match of an obsolete record")
    assert isinstance(term, Term)
    assert term.mappings == ()


def test_who_says_a_parent_and_what_brings_a_disease_about(tmp_path: Path) -> None:
    path = tmp_path / "one.obo"
    path.write_text(
        '[Term]\nid: DOID:1\nis_a: DOID:4 {source="DOID:0060219", source="PMID:1"} ! disease\n'
        "relationship: has_material_basis_in NCBITaxon:782 ! Rickettsia prowazekii\n"
    )
    _, term, agent = read(path, "obo")
    assert isinstance(term, Term)
    assert term.parent_sources == (("DOID:4", "DOID:0060219"), ("DOID:4", "PMID:1"))
    expected = "has material basis in", "Rickettsia prowazekii", "NCBITaxon:782"
    assert agent == Agent("DOID:1", *expected)


def test_a_bare_relation_gives_way_to_one_that_says_more(tmp_path: Path) -> None:
    term = stanza(tmp_path, "xref: Orphanet:1866", 'xref: ORPHA:1866 {source="MONDO:equivalentTo"}')
    assert term.mappings == (Mapping("MONDO:0000477", SKOS.exactMatch, "ORPHA:1866"),)


def test_deprecated_terms(mondo: dict[str, Term]) -> None:
    unnamed, considered = mondo["MONDO:0002393"], mondo["MONDO:0005305"]
    assert (unnamed.name, unnamed.deprecated, unnamed.replaced_by) == (
        "",
        True,
        ("MONDO:0003061",),
    )
    assert (considered.name, considered.deprecated) == ("obsolete epistaxis", True)
    assert considered.consider == ("HP:0000421",)  # written obo.HP_0000421
    assert sum(term.deprecated for term in mondo.values()) == 5


def test_a_deprecated_term_keeps_its_tags(tmp_path: Path) -> None:
    term = stanza(tmp_path, "is_obsolete: true", "subset: gard_rare", "consider: MONDO:0000481")
    assert (term.deprecated, term.tags, term.consider) == (
        True,
        (Tag("gard_rare"),),
        ("MONDO:0000481",),
    )


def test_a_location_by_relationship(mondo: dict[str, Term]) -> None:
    assert mondo["MONDO:0000480"].sites == ("UBERON:0004832",)
    assert sum(len(term.sites) for term in mondo.values()) == 16


def test_a_location_in_a_logical_definition(tmp_path: Path) -> None:
    term = stanza(
        tmp_path,
        "intersection_of: MONDO:0003441 ! dystonic disorder",
        "intersection_of: RO:0004026 UBERON:0001737 ! disease has location larynx",
        'relationship: disease_has_inflammation_site UBERON:0000974 {source="x:y"} ! neck',
        "relationship: has_modifier HP:0000001",
    )
    assert set(term.sites) == {"UBERON:0001737", "UBERON:0000974"}


def test_parents_with_sources(tmp_path: Path) -> None:
    term = stanza(
        tmp_path,
        'is_a: MONDO:0003441 {source="DOID:0060219"} ! dystonic disorder',
        "is_a: MONDO:0015990",
    )
    assert term.parents == ("MONDO:0003441", "MONDO:0015990")


def test_names_keep_how_near_they_are(tmp_path: Path) -> None:
    term = stanza(
        tmp_path,
        "name: focal dystonia",
        'synonym: "writer\'s cramp, \\"focal\\"" NARROW [DOID:1]',
        'synonym: "dystonia" BROAD []',
        'synonym: "dystonia, focal" EXACT layperson [] {source="x:y"}',
        'synonym: "odd" SOMEHOW []',
        'synonym: "bare"',
    )
    assert term.names == (
        Name('writer\'s cramp, "focal"', "narrow"),
        Name("dystonia", "broad"),
        Name("dystonia, focal", "exact", lay=True),
        Name("odd", "related"),
        Name("bare", "related"),
    )


def test_braces_of_a_name_stay(tmp_path: Path) -> None:
    assert stanza(tmp_path, "name: a {susceptibility to}").name == "a {susceptibility to}"
    assert stanza(tmp_path, 'name: a disease {source="x:y"}').name == "a disease"


def test_definition_and_comment(tmp_path: Path) -> None:
    term = stanza(tmp_path, 'def: "One\\nline." [PMID:1]', "comment: two\\ttabs")
    assert (term.definition, term.comment) == ("One\nline.", "two\ttabs")


def test_part_of() -> None:
    uberon = terms(read(SOURCES / "uberon.obo", "obo"))
    larynx = uberon["UBERON:0001737"]
    assert larynx.name == "larynx"
    assert "UBERON:0000065" in larynx.part_of  # respiratory tract
    assert larynx.parents
    assert sum(bool(term.part_of) for term in uberon.values()) > 40


def test_a_reference_of_no_registry_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "one.obo"
    path.write_text("[Term]\nid: MONDO:0000477\nxref: nobody:1\nis_a: MONDO:0003441\n")
    _, skipped, term = read(path, "obo")
    assert skipped == Skipped("MONDO:0000477 nobody:1", "refers to an identifier of no registry")
    assert isinstance(term, Term)
    assert (term.parents, term.mappings) == (("MONDO:0003441",), ())


def test_a_stanza_without_an_identifier_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "one.obo"
    path.write_text("[Term]\nname: nothing\n\n[Term]\nid: odd one\n\n[Typedef]\nid: part_of\n")
    assert list(read(path, "obo")) == [
        Release(),
        Skipped("line 1", "no identifier"),
        Skipped("odd", "an identifier of no registry"),
    ]


def test_the_two_formats_tell_the_same(mondo: dict[str, Term], mondo_json: dict[str, Term]) -> None:
    """JSON has no sources of subsets and cross-references: only exact matches are said apart."""

    def said_by_both(term: Term) -> Term:
        exact = {m.object for m in term.mappings if m.predicate == SKOS.exactMatch}
        return term._replace(
            names=tuple(sorted(term.names, key=lambda name: name.text)),
            parents=tuple(sorted(term.parents)),
            sites=tuple(sorted(term.sites)),
            tags=tuple(Tag(tag.subset) for tag in term.tags),
            mappings=tuple(
                Mapping(m.subject, "exact" if m.object in exact else "other", m.object)
                for m in sorted(term.mappings, key=lambda m: m.object)
            ),
        )

    assert len(mondo) == len(mondo_json) == 71
    assert {id: said_by_both(t) for id, t in mondo.items()} == {
        id: said_by_both(t) for id, t in mondo_json.items()
    }
    assert sum(len(term.mappings) for term in mondo_json.values()) > 200
    assert sum(len(term.sites) for term in mondo_json.values()) == 16


def graph_file(tmp_path: Path, **graph: object) -> Path:
    path = tmp_path / "one.json"
    path.write_text(json.dumps({"graphs": [{"nodes": [], **graph}]}), "utf-8")
    return path


def test_json_logical_definitions_properties_and_unknown_keys(tmp_path: Path) -> None:
    path = graph_file(
        tmp_path,
        meta={"version": "http://example.org/2026-05-05"},
        nodes=[
            {"id": OBO + "MONDO_0000485", "lbl": "spasmodic dystonia", "new": {"key": 1}},
            {"id": OBO + "RO_0004026", "type": "PROPERTY", "lbl": "disease has location"},
            {"lbl": "no identifier"},
        ],
        edges=[{"sub": OBO + "MONDO_0000485", "pred": "is_a", "obj": OBO + "MONDO_0000477"}],
        logicalDefinitionAxioms=[
            {
                "definedClassId": OBO + "MONDO_0000485",
                "genusIds": [OBO + "MONDO_0000477"],
                "restrictions": [
                    None,
                    {"propertyId": OBO + "RO_0004027", "fillerId": OBO + "UBERON_0001737"},
                ],
            }
        ],
    )
    release, term, skipped = read(path, "ontology")
    assert release == Release("http://example.org/2026-05-05")
    assert term == Term(
        "MONDO:0000485",
        "spasmodic dystonia",
        parents=("MONDO:0000477",),
        sites=("UBERON:0001737",),
    )
    assert skipped == Skipped("node 2", "no identifier")


@pytest.mark.parametrize(
    "node",
    [
        7,
        {"id": 7},
        {"id": ["a"]},
        {"id": "MONDO:0000477", "lbl": 7},
        {"id": "MONDO:0000477", "lbl": "half a \ud83d"},
        {"id": "MONDO:0000477", "meta": [1]},
        {"id": "MONDO:0000477", "meta": "x"},
        {"id": "MONDO:0000477", "meta": {"synonyms": [{"pred": "x"}]}},
        {"id": "MONDO:0000477", "meta": {"synonyms": [{"pred": "x", "val": 7}]}},
        {"id": "MONDO:0000477", "meta": {"xrefs": [{"val": 7}]}},
        {"id": "MONDO:0000477", "meta": {"subsets": [7]}},
        {"id": "MONDO:0000477", "meta": {"comments": 7}},
    ],
)
def test_a_broken_node_is_named(tmp_path: Path, node: object) -> None:
    path = graph_file(tmp_path, nodes=[{"id": "MONDO:0000001"}, node])
    if node == {"id": 7}:
        assert Skipped("7", "an identifier of no registry") in list(read(path, "obograph"))
        return
    with pytest.raises(SourceError, match="node 1"):
        list(read(path, "obograph"))


@pytest.mark.parametrize(
    ("graph", "place"),
    [
        ({"meta": "x"}, "meta"),
        ({"meta": {"version": 7}}, "meta"),
        ({"edges": [{"sub": "x"}]}, "edges"),
        ({"edges": 7}, "edges"),
        ({"logicalDefinitionAxioms": ["x"]}, "edges"),
    ],
)
def test_a_broken_graph_is_named(tmp_path: Path, graph: dict[str, object], place: str) -> None:
    with pytest.raises(SourceError, match=place):
        list(read(graph_file(tmp_path, **graph), "obograph"))


@pytest.mark.parametrize("document", ["[]", "7", "{}", '{"graphs": []}', '{"graphs": [{}]}'])
def test_json_that_is_no_graph(tmp_path: Path, document: str) -> None:
    path = tmp_path / "odd.json"
    path.write_text(document)
    with pytest.raises(SourceError, match="no OBO Graph"):
        list(read(path, "obograph"))


# --- SSSOM


def test_gard_comes_as_a_bare_cross_reference() -> None:
    mappings = list(read(SOURCES / "mondo-gard.sssom.tsv", "sssom"))[1:]
    assert Mapping("MONDO:0000477", SKOS.mappingRelation, "GARD:27526") in mappings
    assert {m.predicate for m in mappings if isinstance(m, Mapping)} == {SKOS.mappingRelation}


def sssom(tmp_path: Path, text: str) -> list[Record]:
    path = tmp_path / "one.sssom.tsv"
    path.write_text(text, "utf-8")
    return list(read(path, "sssom"))


def test_the_curie_map_is_honored(tmp_path: Path) -> None:
    """In this file DOID means Orphanet's records, and x is written for Mondo."""
    found = sssom(
        tmp_path,
        "#curie_map:\n"
        "#  DOID: http://www.orpha.net/ORDO/Orphanet_\n"
        '#  x: "http://purl.obolibrary.org/obo/MONDO_"\n'
        "#license: https://creativecommons.org/publicdomain/zero/1.0/\n"
        "#mapping_set_version: '2026-08-04'\n"
        "subject_id\tpredicate_id\tobject_id\n"
        "x:0015990\tskos:exactMatch\tDOID:1866\n",
    )
    assert found == [
        Release("2026-08-04", "https://creativecommons.org/publicdomain/zero/1.0/"),
        Mapping("MONDO:0015990", SKOS.exactMatch, "ORPHA:1866"),
    ]


def test_each_predicate_and_what_is_no_match(tmp_path: Path) -> None:
    names = ["exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"]
    relations = [*(f"skos:{name}" for name in names), "oboInOwl:hasDbXref", "owl:sameAs"]
    rows = [f"MONDO:0000477\t{relation}\tDOID:0050836\t\n" for relation in relations]
    denied = "MONDO:0000477\tskos:exactMatch\tDOID:1\tNot\n"
    unknown = (
        "MONDO:0000477\tskos:exactMatch\tsssom:NoTermFound\t\nMONDO:0000477\tskos:exactMatch\t\t\n"
    )
    columns = "subject_id\tpredicate_id\tobject_id\tpredicate_modifier\n"
    found = sssom(tmp_path, columns + "".join(rows) + denied + unknown)
    assert [m.predicate for m in found if isinstance(m, Mapping)] == [
        *(getattr(SKOS, name) for name in names),
        SKOS.mappingRelation,
    ]
    assert [s for s in found if isinstance(s, Skipped)] == [
        Skipped("line 8", "the predicate owl:sameAs is no match"),
        Skipped("line 9", "the predicate is denied (Not)"),
        Skipped("line 10", "refers to an identifier of no registry"),
        Skipped("line 11", "refers to an identifier of no registry"),
    ]


# --- HPOA and genes


def test_each_form_of_a_frequency() -> None:
    """Real rows: the form as written → the bounds, and whether it says that it is absent."""
    lines = (SOURCES / "phenotype.hpoa").read_text("utf-8").splitlines()[5:]
    rows = [r for r in read(SOURCES / "phenotype.hpoa", "hpoa") if not isinstance(r, Release)]
    found: dict[str, tuple[str, Decimal | None, Decimal | None, bool]] = {}
    for line, row in zip(lines, rows, strict=True):
        assert isinstance(row, PhenotypeAnnotation)
        cells = line.split("\t")
        if cells[2] != "NOT":
            found[cells[7]] = (row.frequency, row.lower, row.upper, row.excluded)
    d = Decimal
    assert found == {
        "": ("", None, None, False),
        "1/2": ("", d("0.5"), d("0.5"), False),
        "1/4": ("", d("0.25"), d("0.25"), False),
        "1/1": ("", d(1), d(1), False),
        "0/2": ("", d(0), d(0), True),
        "25%": ("", d("0.25"), d("0.25"), False),
        "40%": ("", d("0.4"), d("0.4"), False),
        "50%": ("", d("0.5"), d("0.5"), False),
        "32.3%": ("", d("0.323"), d("0.323"), False),
        "HP:0040280": ("HP:0040280", d(1), d(1), False),
        "HP:0040281": ("HP:0040281", d("0.8"), d("0.99"), False),
        "HP:0040282": ("HP:0040282", d("0.3"), d("0.79"), False),
        "HP:0040283": ("HP:0040283", d("0.05"), d("0.29"), False),
        "HP:0040284": ("HP:0040284", d("0.01"), d("0.04"), False),
    }


def test_aspects_and_denials() -> None:
    rows = [r for r in read(SOURCES / "phenotype.hpoa", "hpoa") if not isinstance(r, Release)]
    aspects = Counter(r.aspect for r in rows if isinstance(r, PhenotypeAnnotation))
    assert set(aspects) == set("PICMH")
    denied = {
        (r.record, r.phenotype) for r in rows if isinstance(r, PhenotypeAnnotation) and r.excluded
    }
    assert denied == {
        ("OMIM:609153", "HP:0001878"),  # 0/2
        ("ORPHA:199310", "HP:0001263"),  # NOT
        ("ORPHA:90673", "HP:0011437"),  # NOT, past history
    }


def test_a_row_in_full(tmp_path: Path) -> None:
    row = hpoa(
        tmp_path,
        database_id="MIM:607131",
        onset="HP:0003577",
        frequency="7/13",
        evidence="PCS",
        reference="PMID:1;PMID:2;PMID:1;",
    )
    assert isinstance(row, PhenotypeAnnotation)
    assert row._replace(key="") == PhenotypeAnnotation(
        "OMIM:607131",
        "HP:0001332",
        "P",
        key="",
        lower=Decimal("0.5385"),
        upper=Decimal("0.5385"),
        onset="HP:0003577",
        evidence="PCS",
        references=("PMID:1", "PMID:2"),
    )


def test_the_term_excluded_says_no(tmp_path: Path) -> None:
    row = hpoa(tmp_path, frequency="HP:0040285")
    assert isinstance(row, PhenotypeAnnotation)
    assert (row.excluded, row.upper) == (True, 0)


def test_rows_of_one_record_and_phenotype_have_keys_of_their_own(tmp_path: Path) -> None:
    rows = [hpoa(tmp_path, frequency=f) for f in ("1/2", "1/3", "1/2")]
    keys = [row.key for row in rows if isinstance(row, PhenotypeAnnotation)]
    assert keys[0] == keys[2] != keys[1]


@pytest.mark.parametrize("frequency", ["2/1", "0/0", "101%", "often", "HP:0000001", "1/2 ", "½"])
def test_a_frequency_that_is_none_names_its_line(tmp_path: Path, frequency: str) -> None:
    with pytest.raises(SourceError, match=r"line 2: has the frequency"):
        hpoa(tmp_path, frequency=frequency)


@pytest.mark.parametrize(
    "cells",
    [
        {"aspect": "TAS"},
        {"aspect": ""},
        {"hpo_id": "PMID:1"},
        {"hpo_id": "HP:1"},
        {"onset": "1/2"},
        {"database_id": "Dystonia 6, torsion"},
    ],
)
def test_swapped_columns_of_hpoa(tmp_path: Path, cells: dict[str, str]) -> None:
    with pytest.raises(SourceError, match=r"line 2.*are the columns in their order"):
        hpoa(tmp_path, **cells)


def test_an_hpoa_record_of_no_registry_is_counted(tmp_path: Path) -> None:
    skipped = Skipped("line 2", "refers to an identifier of no registry")
    assert hpoa(tmp_path, database_id="NOBODY:1") == skipped


def test_genes_are_paired_once() -> None:
    assert list(read(SOURCES / "genes_to_phenotype.txt", "hpo-genes")) == [
        GeneAssociation("ORPHA:53351", "NCBIGene:6872", "TAF1"),
        GeneAssociation("OMIM:314250", "NCBIGene:6872", "TAF1"),
        GeneAssociation("OMIM:243400", "NCBIGene:10", "NAT2"),
    ]


@pytest.mark.parametrize("row", ["TAF1\t6872\tOMIM:314250", "6872\tTAF1\tdystonia", "-\t-\tOMIM:1"])
def test_swapped_columns_of_genes(tmp_path: Path, row: str) -> None:
    path = tmp_path / "genes.txt"
    path.write_text(f"ncbi_gene_id\tgene_symbol\tdisease_id\n{row}\n")
    with pytest.raises(SourceError, match=r"line 2.*are the columns in their order"):
        list(read(path, "hpo-genes"))


# --- Turtle


def test_turtle_of_a_file_and_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "b.ttl").write_text('<urn:b> <urn:p> "two\\n"@en .')
    (tmp_path / "a.ttl").write_text("<urn:a> <urn:p> 1 .")
    one = Statement("<urn:a>", "<urn:p>", '"1"^^<http://www.w3.org/2001/XMLSchema#integer>')
    two = Statement("<urn:b>", "<urn:p>", '"two\\n"@en')
    assert list(read(tmp_path, "turtle")) == [one, two]
    assert list(read(tmp_path / "b.ttl", "turtle")) == [two]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<urn:a> <urn:p> [] .", "blank node"),
        ("_:a <urn:p> 1 .", "blank node"),
        ("<urn:a>\n<urn:p>", "line 2"),
        ("x:a x:b x:c .", "line 1"),
    ],
)
def test_turtle_that_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "odd.ttl"
    path.write_text(text)
    with pytest.raises(SourceError, match=problem):
        list(read(path, "turtle"))


def test_a_folder_without_turtle(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"has no \.ttl file"):
        list(read(tmp_path, "turtle"))


# --- what every reader refuses


GOOD = {
    "obo": (SOURCES / "mondo.obo").read_bytes(),
    "obograph": (SOURCES / "mondo.json").read_bytes(),
    "sssom": (SOURCES / "mondo-gard.sssom.tsv").read_bytes(),
    "hpoa": (SOURCES / "phenotype.hpoa").read_bytes(),
    "hpo-genes": (SOURCES / "genes_to_phenotype.txt").read_bytes(),
    "turtle": b"<urn:a> <urn:p> 1 .\n" * 40,
    "owl": (SOURCES / "do" / "cancer.owl").read_bytes(),
    **{
        f"orphanet-{name}": (SOURCES / "orphadata" / f"{name}.xml").read_bytes()
        for name in (
            "nomenclature",
            "classification",
            "phenotypes",
            "genes",
            "linearisation",
            "natural-history",
            "prevalence",
            "disability",
        )
    },
    "maxo-annotations": (SOURCES / "maxo" / "annotations.tsv").read_bytes(),
    "maxo-diagnostics": (SOURCES / "maxo" / "diagnostics.tsv").read_bytes(),
    "robot-list": (SOURCES / "authorities" / "nando.robot.tsv").read_bytes(),
    "mondo-subsets": (SOURCES / "authorities" / "mondo_subsets.tsv").read_bytes(),
    "gard": (SOURCES / "authorities" / "gard.sssom.tsv").read_bytes(),
    **{
        f"do-{name}": (SOURCES / "do" / f"{name}.tsv").read_bytes()
        for name in ("xrefs", "terms", "axioms", "anatomy", "symptoms", "translations")
    },
}
XML = {format for format in GOOD if GOOD[format].startswith(b"<?xml")}
SAME = [{"sssom", "gard"}]
"""Formats of which one can be read as the other."""
every_format = pytest.mark.parametrize("format", sorted(GOOD))


def refused(path: Path, format: str) -> SourceError:
    with pytest.raises(SourceError) as caught:
        list(read(path, format))
    assert caught.value.path == str(path)
    return caught.value


def test_every_format_has_its_bad_input() -> None:
    assert GOOD.keys() == FORMATS.keys()


@every_format
def test_a_file_may_be_gzipped_and_may_begin_with_a_mark(tmp_path: Path, format: str) -> None:
    plain, packed, marked = tmp_path / "plain", tmp_path / "packed", tmp_path / "marked"
    plain.write_bytes(GOOD[format])
    packed.write_bytes(gzip.compress(GOOD[format]))
    marked.write_bytes(b"\xef\xbb\xbf" + GOOD[format])
    records = list(read(plain, format))
    assert len(records) >= 3
    assert list(read(packed, format)) == records
    assert list(read(marked, format)) == records


@every_format
def test_missing_empty_or_a_folder(tmp_path: Path, format: str) -> None:
    assert "no such file" in str(refused(tmp_path / "missing", format))
    (tmp_path / "empty").touch()
    assert "is empty" in str(refused(tmp_path / "empty", format))
    (tmp_path / "empty.gz").write_bytes(gzip.compress(b""))
    assert "is empty" in str(refused(tmp_path / "empty.gz", format))
    (tmp_path / "folder").mkdir()
    assert "folder" in str(refused(tmp_path / "folder", format)) or format == "turtle"
    assert "not a directory" in str(refused(tmp_path / "empty" / "below", format)).lower()


@every_format
def test_a_gzip_cut_off_or_damaged(tmp_path: Path, format: str) -> None:
    whole = gzip.compress(GOOD[format])
    damaged = bytearray(whole)
    damaged[-6] ^= 0xFF  # the checksum
    middle = bytearray(whole)
    middle[len(middle) // 2] ^= 0xFF
    path = tmp_path / "data.gz"
    for broken in (whole[: len(whole) // 2], whole[:12], bytes(damaged), bytes(middle), whole[:3]):
        path.write_bytes(broken)
        error = refused(path, format)
        assert "broken or cut off" in str(error) or error.where


@every_format
def test_a_web_page_under_the_name_of_a_file(tmp_path: Path, format: str) -> None:
    path = tmp_path / "data"
    for page in (b"<!DOCTYPE html><html>404</html>", b"\n <html lang=en>", b"\xef\xbb\xbf<HTML>"):
        path.write_bytes(page)
        assert "HTML page" in str(refused(path, format))


@every_format
def test_the_wrong_format(tmp_path: Path, format: str) -> None:
    tried = 0
    others = [other for other in GOOD if other != format and {format, other} not in SAME]
    for other in others:
        path = tmp_path / other
        path.write_bytes(GOOD[other])
        refused(path, format)
        tried += 1
    (tmp_path / "noise").write_bytes(zlib.compress(GOOD["obo"]))
    refused(tmp_path / "noise", format)
    assert tried >= len(GOOD) - 2


@every_format
def test_a_byte_that_is_no_text_is_named_by_its_line(tmp_path: Path, format: str) -> None:
    lines = GOOD[format].split(b"\n")
    path = tmp_path / "data"
    path.write_bytes(b"\n".join([*lines[:5], lines[5] + b"\xff", *lines[6:]]))
    error = refused(path, format)
    assert "line 6" in str(error) or format == "obograph"


@pytest.mark.parametrize("format", sorted(GOOD.keys() - {"obograph", "turtle"} - XML))
def test_a_nul_is_named_by_its_line(tmp_path: Path, format: str) -> None:
    lines = GOOD[format].split(b"\n")
    lines[6] = lines[6][:2] + b"\0" + lines[6][2:]
    (tmp_path / "data").write_bytes(b"\n".join(lines))
    assert "line 7: has a NUL" in str(refused(tmp_path / "data", format))


@pytest.mark.parametrize(
    ("format", "column"),
    [("sssom", "object_id"), ("hpoa", "frequency"), ("hpo-genes", "disease_id")],
)
def test_tables_with_other_columns_or_cells(tmp_path: Path, format: str, column: str) -> None:
    text = GOOD[format].decode()
    path = tmp_path / "table"
    path.write_text(text.replace(column, "another", 1))
    error = refused(path, format)
    assert f"lacks the column {column}" in str(error)
    assert error.where.startswith("line ")
    rows = text.splitlines(keepends=True)
    for cells in ("one\n", rows[-1].replace("\n", "\tmore\n"), rows[-1].split("\t", 1)[1]):
        path.write_text(text + cells)
        assert f"line {len(rows) + 1}: has" in str(refused(path, format))
    path.write_text("# only a head\n")
    assert "no row of column names" in str(refused(path, format))


@pytest.mark.parametrize("format", sorted(XML))
def test_xml_that_is_hostile(tmp_path: Path, format: str) -> None:
    """Entities that unfold, entities from elsewhere, endless nesting, and a file that is cut."""
    good = GOOD[format].decode()
    declaration, _, rest = good.partition("?>")
    root = re.search(r"<([\w:]+)", rest)
    assert root is not None
    path = tmp_path / "hostile.xml"
    for entity in ('a "ha"', 'a SYSTEM "file:///etc/passwd"', "a SYSTEM 'http://127.0.0.1:9/'"):
        doctype = f"<!DOCTYPE {root[1]} [<!ENTITY {entity}><!ENTITY b '&a;&a;'>]>"
        path.write_text(f"{declaration}?>{doctype}{rest}")
        assert "entities" in str(refused(path, format))
    inside = good.index(">", good.index(f"<{root[1]}")) + 1
    path.write_text(good[:inside] + "<x>" * 100_000)
    assert "nests deeper" in str(refused(path, format))
    path.write_text(good[: len(good) * 3 // 4])
    error = refused(path, format)
    assert "cut off" in str(error)
    assert error.where.startswith("line ")
    path.write_text(good.replace(root[1], "html5"))
    assert "its root" in str(refused(path, format))


def test_deeply_nested_json(tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    path.write_text('{"graphs": ' + "[" * 200_000)
    assert "is not JSON" in str(refused(path, "ontology"))


@pytest.fixture(scope="module", params=[b"\0", b"\n", b"{", b" "], ids=repr)
def bomb(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One gigabyte in one megabyte."""
    path = tmp_path_factory.mktemp("bomb") / "bomb.gz"
    path.write_bytes(gzip.compress(request.param * (1 << 24)) * 64)
    return path


@every_format
def test_a_bomb_is_refused_before_it_unfolds(bomb: Path, format: str) -> None:
    """What is read of it stays within the ratio, counted by the little that was decompressed."""
    error = refused(bomb, format)
    if "far more" in str(error):
        assert int(error.where.split()[1]) < files.MAX_RATIO * (1 << 18)
    else:
        assert error.where.startswith("line ")  # its first line was refused already


def test_repetitive_data_of_a_plausible_size_is_read(tmp_path: Path) -> None:
    """Ten times what any publisher's file has as its ratio of compression, but small."""
    path = tmp_path / "genes.gz"
    row = "6872\tTAF1\tOMIM:314250\n"
    text = "ncbi_gene_id\tgene_symbol\tdisease_id\n" + row * 40_000
    packed = gzip.compress(text.encode())
    path.write_bytes(packed)
    assert len(text) > 2 * files.MAX_RATIO * len(packed)
    assert len(list(read(path, "hpo-genes"))) == 1


def test_a_line_without_an_end(tmp_path: Path) -> None:
    path = tmp_path / "line.obo"
    path.write_bytes(b"x" * (files.MAX_LINE + 1))
    assert "line 1: has a line of" in str(refused(path, "obo"))


@every_format
@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_no_input_ends_in_another_error(tmp_path: Path, format: str, data: st.DataObject) -> None:
    """Good files with lines, cells and bytes changed: records or a SourceError, nothing else."""
    good = GOOD[format]
    start = data.draw(st.integers(0, len(good)))
    end = data.draw(st.integers(start, min(len(good), start + 60)))
    alphabet = st.sampled_from('\t\n:"{}[]!\\ /%0aé\ud800\0<>#=')
    text = data.draw(st.text(alphabet, max_size=12)).encode("utf-8", "surrogatepass")
    path = tmp_path / "changed"
    path.write_bytes(good[:start] + text + good[end:])
    try:
        for record in read(path, format):
            assert record is not None
    except SourceError as error:
        assert error.path == str(path)


OBO_TAGS = ["id", "name", "def", "synonym", "xref", "is_a", "relationship", "intersection_of"]
OBO_TAGS += ["subset", "is_obsolete", "replaced_by", "consider", "comment", "property_value"]


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    values=st.lists(
        st.tuples(st.sampled_from(OBO_TAGS), st.text(st.sampled_from('part_of "\\{}=!:[]aé'))),
        max_size=6,
    ),
    head=st.booleans(),
)
def test_no_obo_tag_ends_in_another_error(
    tmp_path: Path, values: list[tuple[str, str]], head: bool
) -> None:
    lines = [f"{tag}: {value}" for tag, value in values]
    stanza = ["[Term]", "id: MONDO:0000477"]
    path = tmp_path / "odd.obo"
    path.write_text("\n".join(["ontology: x", *lines, *stanza] if head else [*stanza, *lines]))
    records = list(read(path, "obo"))
    assert isinstance(records[0], Release)
    assert any(isinstance(record, Term | Skipped) for record in records[1:])
