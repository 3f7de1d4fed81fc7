"""Identifiers: every spelling of one, one CURIE; and the same answers as the `curies` library."""

from __future__ import annotations

import json

import curies
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import resources
from kg.errors import InvalidIdentifier
from kg.identifiers import compress, converter, expand, local_name, parse_curie, try_parse_curie

ENTRIES = json.loads(resources.path("ontology", "prefixes.json").read_text("utf-8"))

LOCALS = {
    "MONDO": ["0000477"],
    "DOID": ["0050836", "4"],
    "ORPHA": ["1866", "C023"],
    "GARD": ["6458"],
    "NORD": ["1010"],
    "NANDO": ["1200001"],
    "OMIM": ["607131", "607131.0001"],
    "OMIMPS": ["128100"],
    "OMIA": ["000214", "000214-9615"],
    "DECIPHER": ["16"],
    "ICD9": ["333.89", "E800-E807.9", "V10"],
    "ICD10CM": ["G24.1", "I00-I99", "C7A-C7A"],
    "ICD10": ["G24.3", "A00-B99", "A17.0+"],
    "ICD11": ["1204236031"],
    "icd11.code": ["LD24.61", "8A44.2"],
    "ICDO": ["8000/3", "C00.1"],
    "MESH": ["D020821", "C537703"],
    "SCTID": ["15802004"],
    "UMLS": ["C0743332", "CN200000"],
    "MEDGEN": ["149279", "CN1", "C0743332"],
    "NCIT": ["C34563"],
    "MEDDRA": ["10034606"],
    "EFO": ["1000900"],
    "ONCOTREE": ["BRCA"],
    "GTR": ["AN0040834"],
    "HGNC": ["1884"],
    "hgnc.symbol": ["KIF7", "C9orf72", "HLA-DRB1"],
    "NCBITaxon": ["782"],
    "CHEBI": ["15365"],
    "FOODON": ["03411237"],
    "NCBIGene": ["6872"],
    "PMID": ["31675180"],
    "wd": ["Q1"],
    "Wikipedia": ["Dystonia", "Ménière's_disease"],
    **{
        p: ["0000001"]
        for p in ["OGMS", "IDO", "HP", "MAXO", "UBERON", "CARO", "CL", "ECO", "BFO", "RO", "SYMP"]
    },
}
OPEN = {e["prefix"] for e in ENTRIES if not e.get("pattern")}
CURIES = [f"{prefix}:{local}" for prefix, locals in LOCALS.items() for local in locals]


def test_each_registry_has_its_examples() -> None:
    assert LOCALS.keys() == {e["prefix"] for e in ENTRIES} - OPEN
    assert {"dkg", "skos", "obo", "authority"} <= OPEN


@pytest.mark.parametrize(
    ("spellings", "curie"),
    [
        ("ORPHA:1866 Orphanet:1866 ORDO:1866 orphanet.ordo:1866 Orpha:1866", "ORPHA:1866"),
        ("Orphanet:ORPHA:1866 http://www.orpha.net/ORDO/Orphanet_1866", "ORPHA:1866"),
        ("OMIM:607131 MIM:607131 omim:607131 https://omim.org/entry/607131", "OMIM:607131"),
        ("OMIMPS:128100 OMIM:PS128100 MIM:PS128100 OMIMPS:PS128100", "OMIMPS:128100"),
        ("omim.ps:128100 https://omim.org/phenotypicSeries/PS128100", "OMIMPS:128100"),
        ("MESH:D020821 MSH:D020821 mesh:D020821 MeSH:D020821", "MESH:D020821"),
        ("SCTID:15802004 SNOMEDCT:15802004 SNOMEDCT_US:15802004", "SCTID:15802004"),
        ("SNOMEDCT_US_2025_09_01:15802004 SNOMEDCT_US_2023_03_01:15802004", "SCTID:15802004"),
        ("NCIT:C34563 NCI:C34563 http://purl.obolibrary.org/obo/NCIT_C34563", "NCIT:C34563"),
        ("UMLS:C0743332 UMLS_CUI:C0743332", "UMLS:C0743332"),
        ("GARD:6458 GARD:0006458 https://rarediseases.info.nih.gov/diseases/6458", "GARD:6458"),
        ("http://purl.obolibrary.org/obo/GARD_0006458", "GARD:6458"),
        ("DOID:0050836 http://purl.obolibrary.org/obo/DOID_0050836", "DOID:0050836"),
        ("MONDO:0000477 mondo:0000477 obo:MONDO_0000477 MONDO_0000477", "MONDO:0000477"),
        (
            "obo.MONDO_0000477 <http://purl.obolibrary.org/obo/MONDO_0000477> MONDO:MONDO:0000477",
            "MONDO:0000477",
        ),
        ("PMID:1 pubmed:1 PubMed:1 http://www.ncbi.nlm.nih.gov/pubmed/1", "PMID:1"),
        ("MedDRA:10034606 MEDDRA:10034606", "MEDDRA:10034606"),
        ("ICD10WHO:G24.3 ICD10:G24.3", "ICD10:G24.3"),
        ("ICD9CM:333.89 ICD9:333.89", "ICD9:333.89"),
        ("icd11.foundation:1204236031", "ICD11:1204236031"),
        ("mesh:d020821 msh:d020821 MESH:d020821", "MESH:D020821"),
        ("umls:c0743332 UMLS_CUI:c0743332", "UMLS:C0743332"),
        ("ncit:c34563 nci:c34563", "NCIT:C34563"),
        ("omim:ps128100 omimps:ps128100", "OMIMPS:128100"),
        ("icd10cm:g24.1", "ICD10CM:G24.1"),
        ("orpha:1866 https://www.orpha.net/en/disease/detail/1866", "ORPHA:1866"),
    ],
)
def test_every_spelling_is_one_identifier(spellings: str, curie: str) -> None:
    assert {parse_curie(s) for s in spellings.split()} == {curie}
    assert {expand(s) for s in spellings.split()} == {expand(curie)}
    assert parse_curie(f"  {curie}\n") == curie


@pytest.mark.parametrize(
    ("text", "curie"),
    [
        ("OMIM 602629", "OMIM:602629"),
        ("ORPHA: 93962", "ORPHA:93962"),
        ("mesh  d020821", "MESH:D020821"),
        ("snomedct_us 15802004", "SCTID:15802004"),
    ],
)
def test_a_space_may_stand_for_the_colon_or_after_it(text: str, curie: str) -> None:
    assert parse_curie(text) == curie


@pytest.mark.parametrize("text", ["action 4", "GTR syndrome", "OMIM 602629 602630", "type 2"])
def test_words_are_no_identifier(text: str) -> None:
    assert try_parse_curie(text) is None


def test_an_identifier_goes_to_an_iri_and_back() -> None:
    for curie in CURIES:
        iri = expand(curie)
        assert compress(iri) == curie == parse_curie(iri) == parse_curie(curie)
        assert expand(iri) == iri
    for prefix in OPEN:
        assert compress(expand(f"{prefix}:some-thing")) == f"{prefix}:some-thing"
    assert len(CURIES) > len(LOCALS) > 35


def test_no_two_identifiers_share_an_iri() -> None:
    assert len({expand(curie) for curie in CURIES}) == len(CURIES)


def test_curies_gives_the_same_answers() -> None:
    """The library reads the same table: preferred prefixes and IRIs, synonyms of both."""
    library = curies.load_extended_prefix_map(ENTRIES)
    compared = 0
    for entry in ENTRIES:
        local = LOCALS.get(entry["prefix"], ["thing"])[0]
        curie = f"{entry['prefix']}:{local}"
        assert library.expand(curie) == expand(curie)
        assert library.compress(expand(curie)) == compress(expand(curie)) == curie
        for synonym in entry.get("prefix_synonyms", []):
            assert library.standardize_curie(f"{synonym}:{local}") == parse_curie(
                f"{synonym}:{local}"
            )
            compared += 1
        for base in entry.get("uri_prefix_synonyms", []):
            assert library.compress(base + local) == compress(base + local)
            compared += 1
    assert compared > 60


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "PREFIX:LOCAL"),
        ("focal dystonia", "PREFIX:LOCAL"),
        ("MONDO:", "PREFIX:LOCAL"),
        (":0000477", "no registry has this prefix"),
        ("nobody:1", "no registry has this prefix"),
        ("focal_dystonia", "no registry has this prefix"),
        ("MONDO:477", "MONDO identifiers match"),
        ("MONDO:٠٠٠٠٤٧٧", "MONDO identifiers match"),
        ("MONDO:0000477>", None),
        ("GARD:0", "GARD identifiers match"),
        ("OMIM:1", "OMIM identifiers match"),
        ("Wikipedia:a<b", "no IRI may have"),
        ("dkg:a b", "no IRI may have"),
        ("dkg:a\x01", "no IRI may have"),
        ("dkg:\ud800", "no IRI may have"),
        ("https://example.org/MONDO_0000477", "no registry has this IRI"),
        ("http://purl.obolibrary.org/obo/MONDO_1", "MONDO identifiers match"),
    ],
)
def test_what_is_no_identifier(text: str, reason: str | None) -> None:
    if reason is None:  # a bracket left over from an IRI reference
        assert parse_curie(text) == "MONDO:0000477"
        return
    with pytest.raises(InvalidIdentifier, match=reason):
        parse_curie(text)
    with pytest.raises(InvalidIdentifier):
        expand(text)
    assert try_parse_curie(text) is None
    assert compress(text) is None


def test_an_iri_belongs_to_the_registry_of_its_longest_base() -> None:
    located = converter().locate("http://purl.obolibrary.org/obo/MONDO_0000477")
    assert located is not None
    assert (located[0].prefix, located[1]) == ("MONDO", "0000477")
    assert converter().locate("http://purl.obolibrary.org/obo/") is None


def test_the_last_part_of_a_minted_iri_is_plain() -> None:
    assert local_name("MONDO:0000477") == "MONDO_0000477"
    assert local_name("ICD10:A17.0+") == "ICD10_A17.0_"


PREFIXES = st.sampled_from([e["prefix"] for e in ENTRIES] + ["obo.MONDO", "http", "https", "x"])
HOSTILE = st.text(st.one_of(st.characters(), st.sampled_from("0123456789:/#_<>{}|\\^` \n\0")))


@given(
    st.one_of(
        HOSTILE,
        st.builds("{}:{}".format, PREFIXES, HOSTILE),
        st.builds("{}_{}".format, PREFIXES, HOSTILE),
        st.builds("{}{}".format, st.sampled_from([e["uri_prefix"] for e in ENTRIES]), HOSTILE),
    )
)
def test_hostile_text_is_an_identifier_or_none(text: str) -> None:
    """What is accepted is canonical, has an IRI of legal characters, and comes back from it."""
    curie = try_parse_curie(text)
    if curie is None:
        with pytest.raises(InvalidIdentifier):
            parse_curie(text)
        return
    iri = expand(curie)
    assert not set(iri) & set('<>"{}|\\^` \n\t\0')
    assert iri.encode("utf-8")
    assert parse_curie(curie) == curie
    assert expand(compress(iri) or "") == iri
