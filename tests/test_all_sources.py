"""All sources together: slices of each, and the publishers' own files where they are at hand.

`DISEASE_KG_SOURCES=DIRECTORY pytest tests/test_all_sources.py` builds the graph of the files in a
directory and holds it to the numbers of the releases that the README names.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from kg.build import Summary, build
from kg.conditions import Condition
from kg.errors import SourceError
from kg.explain import explain
from kg.rarity import Evidence
from kg.resolve import resolve
from kg.sources import all_sources, found
from kg.store import Store

SOURCES = Path(__file__).parent / "fixtures" / "sources"
NAMES = {
    "mondo.obo": "mondo.obo",
    "mondo-gard.sssom.tsv": "mondo_hasdbxref_gard.sssom.tsv",
    "do/cancer.obo": "DO_cancer_slim.obo",
    "do/terms.tsv": "HumanDO.tsv",
    "do/xrefs.tsv": "allXREFinDO.tsv",
    "do/translations.tsv": "doid-es-translated.tsv",
    "do/axioms.tsv": "DO-subClassOf-anonymous.tsv",
    "do/anatomy.tsv": "DO-ICDO-anatomy.tsv",
    "do/symptoms.tsv": "disease-symptom.tsv",
    "uberon.obo": "uberon.obo",
    "hp.obo": "hp.obo",
    "phenotype.hpoa": "phenotype.hpoa",
    "genes_to_phenotype.txt": "genes_to_phenotype.txt",
    "orphadata/prevalence.xml": "en_product9_prev.xml",
    "orphadata/natural-history.xml": "en_product9_ages.xml",
    "orphadata/linearisation.xml": "en_product7.xml",
    "orphadata/classification.xml": "en_product3_146.xml",
    "orphadata/nomenclature.xml": "en_product1.xml",
    "orphadata/phenotypes.xml": "en_product4.xml",
    "orphadata/genes.xml": "en_product6.xml",
    "orphadata/disability.xml": "en_funct_consequences.xml",
    "maxo/annotations.tsv": "maxo-annotations.tsv",
    "maxo/diagnostics.tsv": "maxo_diagnostic_annotations.tsv",
    "authorities/gard.sssom.tsv": "gard.sssom.tsv",
    "authorities/gard.robot.tsv": "gard-subset.template.tsv",
    "authorities/nord.robot.tsv": "nord.robot.tsv",
    "authorities/ncit.robot.tsv": "ncit-rare.robot.tsv",
    "authorities/nando.robot.tsv": "nando-mappings.robot.tsv",
    "authorities/mondo_subsets.tsv": "mondo_subsets.tsv",
}
"""Each slice under the name that its publisher gives the file."""

ORPHA = "http://www.orpha.net/ORDO/Orphanet_"
LARGE = os.environ.get("DISEASE_KG_SOURCES")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a user's downloads are: two releases of one file, each in its own folder."""
    folder = tmp_path_factory.mktemp("downloads")
    for slice, name in NAMES.items():
        place = folder / Path(slice).stem
        place.mkdir(exist_ok=True)
        shutil.copy(SOURCES / slice, place / name)
    older = folder / "a release of old"
    older.mkdir()
    (older / "mondo.obo").write_text("format-version: 1.2\n")
    return folder


@pytest.fixture(scope="module")
def built(
    folder: Path, given: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Store, Summary]:
    output = tmp_path_factory.mktemp("all")
    summary = build(output, {"curated": given["curated"], **found(folder)})
    return Store.open(output), summary


def accounts_add_up(summary: Summary) -> None:
    for id, one in summary.graphs.items():
        assert one.read == one.kept + sum(one.left_out.values()), id
        assert one.read == sum(one.kinds.values()), id


def test_every_slice_is_found_under_its_publisher_s_name(folder: Path) -> None:
    files = found(folder)
    assert {path.name for paths in files.values() for path in paths} == set(NAMES.values())
    assert files["mondo"] == [folder / "mondo" / "mondo.obo"]
    assert set(all_sources()) > set(files)


def test_a_folder_without_any(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no file of a publisher"):
        found(tmp_path)
    with pytest.raises(SourceError, match="no directory"):
        found(tmp_path / "missing")


def test_every_record_is_accounted_for(built: tuple[Store, Summary]) -> None:
    accounts_add_up(built[1])


def test_a_disorder_that_mondo_lacks_is_a_condition_of_its_own(
    built: tuple[Store, Summary],
) -> None:
    alexander = Condition.find(built[0], "ORPHA:58")
    assert alexander.label == "Alexander disease"
    assert "AxD" in alexander.names
    assert "point prevalence, Worldwide: class Unknown; not validated" in alexander.prevalence[1]
    assert {code.curie for code in alexander.codes} >= {"OMIM:203450", "ICD10:G93.8"}


def test_its_specialist_is_that_of_the_field_it_is_filed_under(
    built: tuple[Store, Summary],
) -> None:
    store = built[0]
    neurologist = resolve(store, "neurologist", "specialist").value
    (reason,) = explain(store, ORPHA + "58", "specialist", neurologist).reasons
    assert reason.links[0].basis == "Classified"
    assert reason.links[-1].relation == "dkg:field"


def test_orphanet_lists_its_own_disorders(built: tuple[Store, Summary]) -> None:
    """It says which record of GARD's is the same; but that the NIH lists, its own list says."""
    evidence = Evidence.of(built[0], ORPHA + "58")
    assert [(row["basis"], row["record"]) for row in evidence.rows] == [("listed", "ORPHA:58")]


def test_names_in_spanish_are_kept_apart(built: tuple[Store, Summary]) -> None:
    syndrome = "autoimmune polyendocrine syndrome type 1"
    store = built[0]
    rows = store.query(f'SELECT ?n {{ ?c skos:altLabel ?n FILTER (LANG(?n) = "es") }} # {syndrome}')
    assert all(row["n"].language == "es" for row in rows)


def test_a_group_s_name_makes_nothing_below_it_rare(built: tuple[Store, Summary]) -> None:
    """Of a "Rare X disease" only a listing of the condition itself makes it rare."""
    store = built[0]
    listed = "?s a dkg:RarityStatement ; dkg:condition ?c ; dkg:verdict dkg:Rare"
    assert store.query(f"ASK {{ {listed} }}")
    assert not store.query(f"ASK {{ {listed} ; dkg:basis dkg:Inherited }}")
    unlisted = "?c dkg:rareAccordingTo ?a FILTER NOT EXISTS"
    assert not store.query(f"ASK {{ {unlisted} {{ {listed} ; dkg:authority ?a }} }}")


# --- the publishers' files at full size


@pytest.mark.skipif(not LARGE, reason="DISEASE_KG_SOURCES names no directory of files")
def test_the_publishers_files(tmp_path: Path) -> None:
    summary = build(tmp_path / "store", found(Path(LARGE or "")))
    accounts_add_up(summary)
    store = Store.open(tmp_path / "store")
    kinds = {
        id: summary.graphs[id].kinds
        for id in ("orphanet-prevalence", "orphanet-linearisation", "orphanet-genes", "hpoa")
    }
    assert kinds["orphanet-prevalence"]["Prevalence"] == 16_119
    assert kinds["orphanet-linearisation"]["PreferentialParent"] == 9_753
    assert kinds["orphanet-genes"]["GeneAssociation"] == 8_300
    assert kinds["hpoa"]["PhenotypeAnnotation"] == 271_702
    assert summary.graphs["maxo-diagnostics"].kinds["Observation"] == 21_215

    def number(pattern: str) -> int:
        (row,) = store.query(f"SELECT (COUNT(DISTINCT ?c) AS ?n) WHERE {{ {pattern} }}")
        return int(row["n"].value)

    mondo = 'FILTER (STRSTARTS(STR(?c), "http://purl.obolibrary.org/obo/MONDO_"))'
    human = "?c skos:broaderTransitive obo:MONDO_0700096"
    assert number(f"?c a dkg:Condition {mondo}") == 27_990
    assert number(f"{human} {mondo}") == 23_213
    known = f'{human} ; skos:exactMatch ?r FILTER (STRSTARTS(STR(?r), "{ORPHA}"))'
    assert number(f"{known} FILTER EXISTS {{ ?c dkg:specialist ?s }}") >= 0.95 * number(known)
    for authority, count in summary.graphs["mondo"].listings.items():
        said = f"GRAPH graph:mondo {{ ?s dkg:authority authority:{authority} ; dkg:condition ?c }}"
        assert number(said) == count["listed"], authority
