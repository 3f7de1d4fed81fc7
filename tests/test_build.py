"""The pipeline: a small graph from slices of real files, and the embedded one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import cast

import pyoxigraph as ox
import pytest

from kg import build as making
from kg.build import Quads, Summary, build
from kg.errors import BuildError, SourceError, UnknownSource
from kg.indexes import Gathered
from kg.resolve import resolve
from kg.sources import Source, all_sources, chosen
from kg.store import Store
from kg.streams import Followed
from kg.vocabulary import DKG, GRAPH, PREFIXES

ROOT = Path(__file__).resolve().parents[1]
SOURCES = Path(__file__).parent / "fixtures" / "sources"
FOCAL = "obo:MONDO_0000477"
LINKS = [
    ("RarityStatement", "authority", "rareAccordingTo"),
    ("SpecialistStatement", "recommends", "specialist"),
    ("BodySiteStatement", "locatedIn", "bodySite"),
    ("PhenotypeAssociation", "phenotype", "symptom"),
    ("CauseStatement", "agent", "cause"),
]


def ask(store: Store, pattern: str) -> bool:
    return bool(store.query(f"ASK {{ {pattern} }}"))


def column(store: Store, pattern: str) -> list[str]:
    """Return the values of ?x in a pattern, sorted, IRIs shortened by the project's prefixes."""
    found = []
    for row in store.query(f"SELECT DISTINCT ?x WHERE {{ {pattern} }}"):
        value = row["x"].value
        base = max((b for b in PREFIXES.values() if value.startswith(b)), key=len, default="")
        prefix = next((p for p, b in PREFIXES.items() if b == base), "")
        found.append(f"{prefix}:{value[len(base) :]}" if base else value)
    return sorted(found)


def number(store: Store, pattern: str) -> int:
    (row,) = store.query(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")
    return int(row["n"].value)


def accounts_add_up(summary: Summary) -> int:
    """Check each source's account; return the number of records that were left out."""
    left_out = 0
    for id in all_sources().keys() & summary.graphs.keys():
        built = summary.graphs[id]
        assert built.read == built.kept + sum(built.left_out.values()), id
        assert built.kept > 0
        assert built.files
        left_out += sum(built.left_out.values())
    return left_out


def triples_by_graph(store: Store) -> dict[str, int]:
    """Check that no triple is in two graphs; return the number of triples in each."""
    assert store.folder is not None
    dumped = ox.Store.read_only(str(store.folder / "graph")).dump(format=ox.RdfFormat.N_QUADS)
    counts: Counter[bytes] = Counter()
    seen: set[int] = set()
    for line in dumped.splitlines():
        triple, _, graph = line.rpartition(b" <")
        counts[graph] += 1
        seen.add(hash(triple))
    assert len(seen) == counts.total()
    return {
        graph.decode().removesuffix("> .").removeprefix(GRAPH): n for graph, n in counts.items()
    }


def pairs(store: Store, pattern: str) -> set[tuple[str, str]]:
    rows = store.query(f"SELECT ?c ?x WHERE {{ {pattern} }}")
    return {(row["c"].value, row["x"].value) for row in rows}


def shortcuts_match_statements(store: Store) -> int:
    """Check that a shortcut stands where a statement does and nowhere else; count them."""
    total = 0
    for kind, says, way in LINKS:
        verdict = "; dkg:verdict dkg:Rare" if way == "rareAccordingTo" else ""
        said = f"?s a dkg:{kind} ; dkg:condition ?c ; dkg:{says} ?x {verdict}"
        stated = pairs(store, f"{said} FILTER NOT EXISTS {{ ?s dkg:excluded true }}")
        assert stated == pairs(store, f"?c dkg:{way} ?x"), way
        assert stated, way
        total += len(stated)
    return total


# --- the small graph


def test_the_accounts_of_the_small_build(small_build: tuple[Path, Summary]) -> None:
    _, summary = small_build
    assert accounts_add_up(summary) > 100
    mondo = summary.graphs["mondo"]
    assert (mondo.read, mondo.kept, mondo.release) == (72, 71, "2026-05-05")
    assert summary.graphs["hpoa"].left_out == {"its record belongs to no condition": 32}
    assert summary.graphs["hp"].left_out["a deprecated phenotype"] == 1
    assert summary.graphs["uberon"].left_out == {"no condition is located there": 23}
    assert summary.graphs["do-xrefs"].left_out == {"another source has said it": 70}


def test_the_graphs_of_the_small_build(
    small_build: tuple[Path, Summary], small_store: Store
) -> None:
    _, summary = small_build
    assert small_store.graphs() == sorted(GRAPH + id for id in summary.graphs)
    assert "mondo-xrefs" not in summary.graphs  # Mondo's own file says it better
    for id, built in summary.graphs.items():
        assert len(list(small_store.quads(GRAPH + id))) == built.triples > 0
    counted = triples_by_graph(small_store)
    assert counted == {id: built.triples for id, built in summary.graphs.items()}
    assert sum(counted.values()) == summary.triples == len(small_store)


def test_shortcuts_and_statements_of_the_small_build(small_store: Store) -> None:
    assert shortcuts_match_statements(small_store) > 100


def test_focal_dystonia_in_the_small_build(small_store: Store) -> None:
    store = small_store
    assert column(store, f"{FOCAL} skos:broader ?x") == ["obo:MONDO_0003441"]
    assert "specialist:neurologist" in column(store, f"{FOCAL} dkg:specialist ?x")
    assert "authority:nih" in column(store, f"{FOCAL} dkg:rareAccordingTo ?x")
    listed = f"?s dkg:condition {FOCAL} ; dkg:authority authority:nih ; dkg:record ?x"
    assert column(store, listed) == ["gard:27526"]
    assert column(store, f"?x skos:broader {FOCAL}") == [
        *("obo:MONDO_0000480", "obo:MONDO_0000481", "obo:MONDO_0000485"),
        *("obo:MONDO_0010747", "obo:MONDO_0011200", "obo:MONDO_0011728"),
    ]
    assert "obo:MONDO_0001815" in column(store, f"{FOCAL} skos:broaderTransitive ?x")
    assert "obo:DOID_0050836" in column(store, f"{FOCAL} skos:mappingRelation ?x")


def test_facts_from_each_source_of_the_small_build(small_store: Store) -> None:
    lubag = "obo:MONDO_0010747"  # X-linked dystonia-parkinsonism
    assert column(small_store, f"{lubag} dkg:cause ?x") == ["ncbigene:6872"]
    assert "obo:HP_0002072" in column(small_store, f"{lubag} dkg:symptom ?x")
    assert column(small_store, f"{lubag} dkg:inheritance ?x") == ["obo:HP_0001419"]
    assert column(small_store, f"{lubag} dkg:ageOfOnset ?x") == ["obo:HP_0003581"]
    assert column(small_store, f"{lubag} dkg:rareAccordingTo ?x") == [
        *("authority:nando", "authority:nih", "authority:nord", "authority:orphanet"),
    ]
    assert column(small_store, "obo:MONDO_0000480 dkg:bodySite ?x") == ["obo:UBERON_0004832"]
    assert column(small_store, "obo:MONDO_0002393 dcterms:isReplacedBy ?x") == ["obo:MONDO_0003061"]
    assert not ask(small_store, "obo:MONDO_0002393 a dkg:Condition")
    assert str(resolve(small_store, "GARD:6458", "condition")).endswith("MONDO_0000477>")


GRAPH_FILE = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import kg.build
from kg.store import Store
given = dict(pair.split("=", 1) for pair in sys.argv[3:])
kg.build.build(Path(sys.argv[1]), {id: Path(file) for id, file in given.items()})
store = Store.open(sys.argv[1])
lines = sorted(str(quad) for quad in store.quads())
manifest = {**store.manifest, "build": ""}
Path(sys.argv[2]).write_text("\\n".join([str(manifest), *lines]), "utf-8")
"""


def test_the_same_input_gives_the_same_graph(tmp_path: Path, given: dict[str, Path]) -> None:
    """Three processes with different orders of sets, one of them from another folder."""
    outputs = []
    for seed, folder in (("0", ROOT), ("1", ROOT), ("4711", tmp_path)):
        output = tmp_path / seed
        command = [sys.executable, "-c", GRAPH_FILE, str(tmp_path / f"store{seed}"), str(output)]
        command += [f"{id}={file}" for id, file in given.items()]
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path}
        subprocess.run(command, cwd=folder, env=environment, check=True)
        outputs.append(output.read_text("utf-8"))
    assert outputs[0] == outputs[1] == outputs[2]
    assert len(outputs[0].splitlines()) > 5_000


def test_what_has_not_changed_is_not_built_again(tmp_path: Path, given: dict[str, Path]) -> None:
    first = build(tmp_path, given)
    built = Store.open(tmp_path).folder
    said: list[str] = []
    assert build(tmp_path, given, said.append) == first
    assert said == ["nothing has changed since the graph was built"]
    assert Store.open(tmp_path).folder == built
    assert build(tmp_path, given, again=True) == first
    assert Store.open(tmp_path).folder != built
    fewer = {id: file for id, file in given.items() if id != "hpoa"}
    assert build(tmp_path, fewer) != first


def test_mondo_as_json_gives_the_same_hierarchy(
    tmp_path: Path, given: dict[str, Path], small_store: Store
) -> None:
    build(tmp_path, {**given, "mondo": SOURCES / "mondo.json"})
    store = Store.open(tmp_path)
    for way in ("skos:broaderTransitive", "skos:exactMatch", "dkg:bodySite", "skos:prefLabel"):
        pattern = f"?c a dkg:Condition ; {way} ?x"
        assert number(store, pattern) == number(small_store, pattern) > 20


def test_cross_references_of_an_older_release_beside_mondo(
    tmp_path: Path, given: dict[str, Path]
) -> None:
    """Given both, each says what it says, and no triple is said twice."""
    summary = build(tmp_path, {**given, "mondo-xrefs": SOURCES / "mondo-xrefs.sssom.tsv"})
    assert accounts_add_up(summary) > 100
    assert summary.graphs["mondo-xrefs"].kept > 20
    store = Store.open(tmp_path)
    assert sum(triples_by_graph(store).values()) == summary.triples
    assert shortcuts_match_statements(store) > 100


def test_terms_of_another_ontology_are_no_conditions(
    tmp_path: Path, given: dict[str, Path]
) -> None:
    """Publishers' releases carry imported terms beside their own."""
    path = tmp_path / "mondo.obo"
    imported = "\n[Term]\nid: HGNC:1884\nname: CFTR\n\n[Term]\nid: UBERON:0000974\nname: neck\n"
    path.write_text((SOURCES / "mondo.obo").read_text("utf-8") + imported, "utf-8")
    summary = build(tmp_path / "store", {**given, "mondo": path})
    assert summary.graphs["mondo"].left_out["a term of another ontology"] == 2
    assert summary.graphs["mondo"].kept == 71
    store = Store.open(tmp_path / "store")
    assert not ask(store, "?c a dkg:Condition FILTER(!STRSTARTS(STR(?c), STR(obo:MONDO_)))")


def test_an_age_of_death_is_a_course_and_no_age_of_onset(
    tmp_path: Path, given: dict[str, Path]
) -> None:
    rows = (SOURCES / "phenotype.hpoa").read_text("utf-8")
    onset = next(row for row in rows.splitlines() if "\tHP:0003581\t" in row)
    path = tmp_path / "phenotype.hpoa"
    path.write_text(rows + onset.replace("HP:0003581", "HP:0001522") + "\n", "utf-8")
    build(tmp_path / "store", {**given, "hpoa": path})
    store, lubag = Store.open(tmp_path / "store"), "obo:MONDO_0010747"
    assert column(store, f"{lubag} dkg:ageOfOnset ?x") == ["obo:HP_0003581"]  # adult onset
    assert column(store, f"{lubag} dkg:clinicalCourse ?x") == ["obo:HP_0001522"]  # death in infancy


def test_a_listing_is_said_once(tmp_path: Path, given: dict[str, Path]) -> None:
    """Two tags of one authority, a record named twice, and again by another source."""
    path, other = tmp_path / "mondo.obo", tmp_path / "do-xrefs.tsv"
    text = (SOURCES / "mondo.obo").read_text("utf-8")
    tagged = "subset: mondo_rare\nsubset: mondo_curated_rare\nsubset: gard_rare"
    once = text.replace("subset: gard_rare\n", f'{tagged} {{source="GARD:0027526"}}\n', 1)
    path.write_text(once.replace('"GARD:0027526"', '"GARD:0027526", source="GARD:27526"'), "utf-8")
    more = "DOID:0050836\toboInOwl:hasDbXref\tGARD:27526\tsemapv:UnspecifiedMatching\n"
    other.write_text((SOURCES / "do-xrefs.sssom.tsv").read_text("utf-8") + more, "utf-8")
    summary = build(tmp_path / "store", {**given, "mondo": path, "do-xrefs": other})
    assert once != text
    store = Store.open(tmp_path / "store")
    assert triples_by_graph(store) == {id: b.triples for id, b in summary.graphs.items()}
    assert number(store, "?s dkg:authority authority:mondo ; dkg:condition ?c") == 1


def test_a_bad_source_leaves_the_old_store(tmp_path: Path, given: dict[str, Path]) -> None:
    build(tmp_path / "store", given)
    before = sorted(str(path) for path in (tmp_path / "store").rglob("*"))
    page = tmp_path / "page.obo"
    page.write_text("<!DOCTYPE html><html></html>")
    late = tmp_path / "late.hpoa"
    late.write_text((SOURCES / "phenotype.hpoa").read_text("utf-8") + "cut off\there")
    for bad in ({"mondo": page}, {"hpoa": late}, {"hp": tmp_path / "missing"}):
        with pytest.raises(SourceError) as caught:
            build(tmp_path / "store", {**given, **bad})
        assert caught.value.path in {str(path) for path in bad.values()}
        assert sorted(str(path) for path in (tmp_path / "store").rglob("*")) == before
    assert ask(Store.open(tmp_path / "store"), f"{FOCAL} a dkg:Condition")
    with pytest.raises(UnknownSource) as unknown:
        build(tmp_path / "store", {"mondoo": page})
    assert "mondo" in unknown.value.did_you_mean


def test_a_graph_that_breaks_its_own_rules_is_not_put_in_place(
    tmp_path: Path, given: dict[str, Path]
) -> None:
    """A curated statement about no condition at all: refused, and nothing is left behind."""
    curated = tmp_path / "curated"
    curated.mkdir()
    for file in given["curated"].glob("*.ttl"):
        (curated / file.name).write_bytes(file.read_bytes())
    (curated / "wrong.ttl").write_text(
        "<https://w3id.org/disease-kg/care/x> a <" + DKG.SpecialistStatement + "> ;"
        f" <{DKG.recommends}> <https://w3id.org/disease-kg/specialist/neurologist> ."
    )
    with pytest.raises(BuildError, match="rules of its own"):
        build(tmp_path / "store", {**given, "curated": curated})
    assert list((tmp_path / "store").iterdir()) == []


# --- the catalog


def test_what_is_given_replaces_what_is_embedded(tmp_path: Path) -> None:
    mondo, hp = tmp_path / "mondo.obo", tmp_path / "hp.obo"
    files = {source.id: file for source, file in chosen({"mondo": mondo, "hp": [hp]})}
    assert files["mondo"] == [mondo]
    assert files["hp"] == [hp]
    embedded = {source.id: files for source, files in chosen({})}
    assert embedded.keys() - files.keys() == {"mondo-xrefs"}
    assert all(file.exists() for files in embedded.values() for file in files)
    assert len(embedded) == 9


def test_a_source_whose_package_is_missing() -> None:
    source = Source("x", *("x",) * 7, file="x", package="no_such_package")
    with pytest.raises(SourceError, match="pip install no_such_package"):
        source.embedded()
    assert source.graph == GRAPH + "x"


# --- the embedded graph


def test_the_embedded_graph_is_whole(
    embedded_build: tuple[Path, Summary], embedded_store: Store
) -> None:
    _, summary = embedded_build
    assert accounts_add_up(summary) > 10_000
    assert summary.graphs["mondo"].read >= 31_958
    assert summary.graphs["hpoa"].read == 271_702
    assert number(embedded_store, "?c a dkg:Condition") == 27_990
    assert number(embedded_store, "?c a dkg:DeprecatedCondition") == 3_968
    assert triples_by_graph(embedded_store) == {
        id: built.triples for id, built in summary.graphs.items()
    }


def test_the_embedded_page_of_focal_dystonia(embedded_store: Store) -> None:
    store = embedded_store
    assert column(store, f"{FOCAL} skos:prefLabel ?x") == ["focal dystonia"]
    assert column(store, f"{FOCAL} skos:broader ?x") == ["obo:MONDO_0003441"]
    assert "specialist:neurologist" in column(store, f"{FOCAL} dkg:specialist ?x")
    assert {"authority:nih", "authority:orphanet"} <= set(
        column(store, f"{FOCAL} dkg:rareAccordingTo ?x")
    )
    said = f"?s dkg:condition {FOCAL} ; dkg:authority authority:nih ; dkg:basis ?x"
    assert column(store, said) == ["dkg:Reported"]  # GARD's page of it is not on GARD's list
    assert number(store, f"?c skos:broader {FOCAL} ; a dkg:Condition") == 12
    assert "obo:UBERON_0001737" in column(store, f"{FOCAL} dkg:bodySite ?x")  # the larynx
    assert column(store, "authority:nih dkg:criterion/dkg:maxPersons ?x") == ["200000"]
    assert column(store, "authority:orphanet dkg:criterion/dkg:maxPrevalence ?x") == ["0.0005"]


class Divided:
    """A file that notes after how many lines it was cut or held."""

    def __init__(self) -> None:
        self.lines = 0
        self.noted: list[tuple[str, int]] = []

    def write(self, data: bytes) -> None:
        self.lines += data.count(b"\n")

    def cut(self) -> None:
        self.noted.append(("cut", self.lines))

    def hold(self) -> None:
        self.noted.append(("hold", self.lines))


@pytest.mark.parametrize(
    ("before", "last", "noted"),
    [
        (20, 5, []),
        (20, 30, [("cut", 30)]),
        (95, 100, [("cut", 30), ("cut", 60), ("hold", 110)]),
        (120, 100, [("cut", 30), ("cut", 60)]),
    ],
)
def test_the_engine_gets_the_graph_in_parts(
    monkeypatch: pytest.MonkeyPatch, before: int, last: int, noted: list[tuple[str, int]]
) -> None:
    for name, value in {"_BATCH": 5, "_PART": 30, "_AT_ONCE": 50}.items():
        monkeypatch.setattr(making, name, value)
    file = Divided()
    quads = Quads(cast(Followed, file), Gathered())
    assert quads.write("http://example.org/a", [("<s>", "<p>", "<o>")] * before) == before
    assert quads.write("http://example.org/b", [("<s>", "<p>", "<o>")] * last, last=True) == last
    assert file.lines == before + last
    assert file.noted == noted


def test_the_embedded_shortcuts_and_statements(embedded_store: Store) -> None:
    assert shortcuts_match_statements(embedded_store) > 200_000


def test_the_lines_beside_the_embedded_graph_are_its_quads(embedded_store: Store) -> None:
    written = {line.removesuffix(b" .\n").decode() for line in embedded_store.lines()}
    assert len(written) == len(embedded_store)
    assert all(str(quad) in written for quad in embedded_store.quads())


def test_nothing_is_broader_than_itself(embedded_store: Store) -> None:
    assert not ask(embedded_store, "?c a dkg:Condition ; skos:broaderTransitive ?c")


def test_what_is_said_not_rare_is_no_entry(embedded_store: Store) -> None:
    entry = "a dkg:RarityStatement ; dkg:authority authority:orphanet ; dkg:record ?record"
    assert number(embedded_store, f"?n {entry} ; dkg:verdict dkg:NotRare") > 10
    both = f"?n {entry} ; dkg:verdict dkg:NotRare . ?y {entry} ; dkg:verdict dkg:Rare"
    assert not ask(embedded_store, both)


def test_names_of_the_embedded_graph(embedded_store: Store) -> None:
    found = embedded_store.names.search("focal distonia", "Condition")
    assert found[0].iri == ox.NamedNode("http://purl.obolibrary.org/obo/MONDO_0000477").value
