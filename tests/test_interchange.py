"""The conditions in other people's formats, read back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastobo
import networkx
import pandas
import pronto
import pytest
from fhir.resources.R4B.bundle import Bundle

from kg import hierarchy, interchange
from kg.conditions import Condition
from kg.errors import DiseaseKGError, MissingPackage, UnknownFormat
from kg.identifiers import compress, expand
from kg.interchange import conditions as conditions_module
from kg.interchange.columns import TABLES
from kg.readers import read
from kg.records import Mapping, Term
from kg.schemaorg import medical_condition
from kg.selection import chosen
from kg.store import Store

DYSTONIC = expand("MONDO:0003441")
WORLD = Path(__file__).parent / "fixtures" / "world.trig"
TEXTUAL = [format for format in interchange.FORMATS if format != "parquet"]


@pytest.fixture(scope="module")
def world() -> Store:
    return Store.in_memory(WORLD)


def written(store: Store, format: str, chosen: frozenset[str] | None = None) -> bytes:
    stream = io.BytesIO()
    interchange.write(store, stream, format, chosen)
    return stream.getvalue()


def files(
    store: Store, path: Path, format: str, chosen: frozenset[str] | None = None
) -> dict[str, bytes]:
    """Return what a format of any kind writes, by the names of the files."""
    interchange.write_to(store, path, format, chosen)
    if path.is_dir():
        return {file.name: file.read_bytes() for file in sorted(path.iterdir())}
    return {"": path.read_bytes()}


def rows(text: bytes, delimiter: str = "\t") -> list[dict[str, str]]:
    lines = [line for line in text.decode().splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE))


# Every format


@pytest.mark.parametrize("format", TEXTUAL)
def test_a_branch_and_the_same_bytes(format: str, small_store: Store, tmp_path: Path) -> None:
    whole = files(small_store, tmp_path / "a", format)
    assert files(small_store, tmp_path / "b", format) == whole
    below = chosen(small_store, DYSTONIC)
    branch = b"".join(files(small_store, tmp_path / "c", format, below).values())
    assert b"MONDO:0000477" in branch or b"MONDO_0000477" in branch
    assert b"neurological pain disorder" not in branch
    assert b"neurological pain disorder" in b"".join(whole.values())


@pytest.mark.parametrize("format", TEXTUAL)
@pytest.mark.parametrize("kind", ["world", "small_store"])
def test_many_are_told_as_few_are(
    format: str,
    kind: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """A pass over the lines of the graph gives what looking conditions up gives."""
    store: Store = request.getfixturevalue(kind)
    few = files(store, tmp_path / "few", format)
    monkeypatch.setattr(conditions_module, "FEW", -1)
    assert files(store, tmp_path / "many", format) == few


def test_formats_that_there_are_not(small_store: Store, tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat, match="choose from sssom"):
        written(small_store, "word")
    with pytest.raises(UnknownFormat, match="choose from sssom"):
        interchange.write_to(small_store, tmp_path / "x", "word")
    with pytest.raises(DiseaseKGError, match="kgx is several files; name a folder"):
        interchange.write_to(small_store, tmp_path / "nodes.tsv", "kgx")
    with pytest.raises(DiseaseKGError, match="cannot be written: No such file"):
        interchange.write_to(small_store, tmp_path / "no" / "where", "kgx")
    with pytest.raises(DiseaseKGError, match="cannot be written"):
        interchange.write_to(small_store, tmp_path, "obo")
    assert not list(tmp_path.iterdir())


HOSTILE = 'a\x01<b>&"\tc\nd]]> {e} ! [f] \\g, h|i\r'


@pytest.fixture(scope="module")
def hostile() -> Store:
    """A condition whose name has all that is markup anywhere; RDF can say it."""
    name = json.dumps(HOSTILE)
    return Store.in_memory(
        f"""@prefix dkg: <https://w3id.org/disease-kg/ontology#> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        <{DYSTONIC}> a dkg:Condition ; skos:prefLabel {name}@en ; skos:altLabel {name}@en ;
        skos:definition {name}@en ; skos:exactMatch <{expand("OMIM:128230")}>,
        <https://example.org/a(b)> ."""
    )


def visible(text: str) -> list[str]:
    """Return the words of a text, which every format keeps; control characters none does."""
    return text.replace("\x01", " ").split()


def test_hostile_names(hostile: Store, tmp_path: Path) -> None:
    (row, *_) = rows(written(hostile, "sssom"))
    assert row["object_id"] == "OMIM:128230"
    graph = networkx.parse_graphml(written(hostile, "graphml").decode())
    assert visible(graph.nodes["MONDO:0003441"]["name"]) == visible(HOSTILE)
    (node,) = json.loads(written(hostile, "obographs"))["graphs"][0]["nodes"]
    assert node["lbl"] == HOSTILE
    bundle = json.loads(written(hostile, "fhir"))
    (concept,) = bundle["entry"][0]["resource"]["concept"]
    assert visible(concept["display"]) == visible(HOSTILE)
    kgx = files(hostile, tmp_path / "kgx", "kgx")
    node, other = rows(kgx["disease-kg_nodes.tsv"])
    for column in ("name", "description", "synonym"):  # KGX divides every text at a bar
        assert visible(node[column]) == visible(HOSTILE.replace("|", "/"))
    assert other["id"] == "OMIM:128230"
    tables = files(hostile, tmp_path / "csv", "csv")
    table = csv.reader(io.StringIO(tables["conditions.csv"].decode(), newline=""))
    assert list(table)[1][2] == HOSTILE


def test_hostile_names_in_obo(hostile: Store, tmp_path: Path) -> None:
    """By both readers: the same name, synonym and definition."""
    file = tmp_path / "hostile.obo"
    file.write_bytes(written(hostile, "obo"))
    frame = next(iter(fastobo.load(str(file))))
    clauses = {clause.raw_tag(): clause for clause in frame}
    assert visible(clauses["name"].name) == visible(HOSTILE)
    assert visible(clauses["synonym"].synonym.desc) == visible(HOSTILE)
    assert visible(clauses["def"].definition) == visible(HOSTILE)
    term = pronto.Ontology(str(file))["MONDO:0003441"]
    assert visible(str(term.name)) == visible(HOSTILE)
    assert visible(str(term.definition)) == visible(HOSTILE)


# Mappings and ontologies


def test_mappings(small_store: Store) -> None:
    """Each mapping of each graph is a row; the head declares every prefix that is used."""
    text = written(small_store, "sssom")
    said = {(r["subject_id"], r["predicate_id"], r["object_id"]) for r in rows(text)}
    assert ("MONDO:0000477", "skos:mappingRelation", "GARD:27526") in said
    head = [line for line in text.decode().splitlines() if line.startswith("#  ")]
    declared = {line[3:].partition(":")[0] for line in head}
    used = {cell.partition(":")[0] for row in said for cell in row}
    assert used <= declared
    assert {r["mapping_justification"] for r in rows(text)} == {"semapv:UnspecifiedMatching"}
    assert "graph:inferred" not in {r["mapping_source"] for r in rows(text)}


def test_mappings_are_read_again(small_store: Store, tmp_path: Path) -> None:
    """By our own reader of SSSOM."""
    file = tmp_path / "all.sssom.tsv"
    file.write_bytes(written(small_store, "sssom"))
    again = {m.object for m in read(file, "sssom") if isinstance(m, Mapping)}
    assert {row["object_id"] for row in rows(file.read_bytes())} == again


@pytest.mark.parametrize(("format", "name"), [("obographs", "all.json"), ("obo", "all.obo")])
def test_an_ontology_that_is_read_again(
    format: str, name: str, small_store: Store, tmp_path: Path
) -> None:
    """By our own readers: the same terms, parents and names."""
    file = tmp_path / name
    file.write_bytes(written(small_store, format))
    terms = {t.id: t for t in read(file, "ontology") if isinstance(t, Term)}
    taxonomy = small_store.arrays.taxonomy("condition")
    live = {term.id for term in terms.values() if not term.deprecated}
    assert live == {compress(iri) for iri in taxonomy.iris}
    for iri, number in taxonomy.numbers.items():
        term = terms[compress(iri) or ""]
        assert term.name == taxonomy.labels[number]
        assert set(term.parents) == {compress(taxonomy.iris[n]) for n in taxonomy.parents[number]}
    assert any(term.deprecated and term.replaced_by for term in terms.values())
    assert any(term.names for term in terms.values())


def test_an_ontology_that_pronto_reads(small_store: Store, tmp_path: Path) -> None:
    """Descendants, scopes, cross-references with their sources, subsets, and what is withdrawn."""
    file = tmp_path / "all.obo"
    file.write_bytes(written(small_store, "obo"))
    ontology = pronto.Ontology(str(file))
    ours = hierarchy.Hierarchy.of(small_store)
    below = {str(t.id) for t in ontology["MONDO:0003441"].subclasses(with_self=False)}
    assert below == {compress(iri) for iri in ours.descendants(DYSTONIC)}
    focal = ontology["MONDO:0000477"]
    assert {str(xref.id) for xref in focal.xrefs} >= {"GARD:27526", "DOID:0050836"}
    assert focal.subsets == {"rare_nih", "rare_orphanet"}
    assert {s.scope for term in ontology.terms() for s in term.synonyms} == {"EXACT"}
    old = ontology["MONDO:0002393"]
    assert old.obsolete
    assert [str(term.id) for term in old.replaced_by] == ["MONDO:0003061"]
    lines = file.read_text("utf-8").splitlines()
    assert any(line.startswith('xref: DOID:0050836 {source="graph:') for line in lines)
    assert any(line.startswith('subsetdef: rare_nih "Listed as rare by NIH') for line in lines)


def test_a_graph_that_networkx_reads(small_store: Store, tmp_path: Path) -> None:
    file = tmp_path / "all.graphml"
    file.write_bytes(written(small_store, "graphml"))
    graph = networkx.read_graphml(file)
    ours = hierarchy.Hierarchy.of(small_store).graph
    assert {(expand(a), expand(b)) for a, b in graph.edges} == set(ours.edges)
    assert graph.nodes["MONDO:0000477"]["name"] == "focal dystonia"
    assert "authority:nih" in graph.nodes["MONDO:0000477"]["rare according to"]


def test_what_is_left_out_between_is_bridged(small_store: Store) -> None:
    """A kind of a kind is a kind, where the one between is not chosen."""
    ids = ("MONDO:0005071", "MONDO:0003441", "MONDO:0000481")
    some = frozenset(map(expand, ids))
    graph = networkx.parse_graphml(written(small_store, "graphml", some).decode())
    top, dystonic, cervical = ids
    assert set(graph.edges) == {(top, dystonic), (dystonic, cervical)}


# FHIR


def test_fhir(world: Store) -> None:
    """A concept with all that is said of it, and a map by registry with what the matches mean."""
    bundle = json.loads(written(world, "fhir"))
    resources = [entry["resource"] for entry in bundle["entry"]]
    assert [entry["fullUrl"] for entry in bundle["entry"]] == [r["url"] for r in resources]
    system, values, *maps = resources
    assert system["count"] == len(system["concept"])
    assert values["compose"]["include"] == [{"system": system["url"]}]
    assert system["valueSet"] == values["url"]
    concepts = {concept["code"]: concept for concept in system["concept"]}
    focal = concepts["MONDO:0000477"]
    assert focal["display"] == "focal dystonia"
    told = {
        (p["code"], str(next(v for k, v in p.items() if k != "code"))) for p in focal["property"]
    }
    assert ("parent", "MONDO:0003441") in told
    assert ("status", "active") in told
    codings = {
        (p["code"], p["valueCoding"]["code"]) for p in focal["property"] if "valueCoding" in p
    }
    assert codings >= {("rare-according-to", "nih"), ("specialist", "neurologist")}
    declared = {p["code"] for p in system["property"]}
    assert {p["code"] for c in system["concept"] for p in c["property"]} <= declared
    old = concepts["MONDO:0000484"]["property"]
    assert {"code": "inactive", "valueBoolean": True} in old
    assert {"code": "status", "valueCode": "retired"} in old
    targets = {m["group"][0]["target"] for m in maps}
    assert {"http://www.orpha.net", "http://www.omim.org"} <= targets
    ids = [resource["id"] for resource in maps]
    assert len(set(ids)) == len(ids)


def test_what_a_match_is_in_fhir() -> None:
    """A target that is wider than the condition is said to be wider; narrower ones say why."""
    store = Store.in_memory(
        f"""@prefix dkg: <https://w3id.org/disease-kg/ontology#> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        <{DYSTONIC}> a dkg:Condition ; skos:prefLabel "dystonia"@en ;
        skos:exactMatch <{expand("SCTID:15802004")}> ; skos:broadMatch <{expand("ICD10:G24")}> ;
        skos:narrowMatch <{expand("OMIMPS:128100")}> ;
        skos:mappingRelation <{expand("SCTID:15802004")}>, <{expand("DOID:543")}>,
          <{expand("PMID:1")}> ."""
    )
    said = {}
    for entry in json.loads(written(store, "fhir"))["entry"][2:]:
        (group,) = entry["resource"]["group"]
        (target,) = group["element"][0]["target"]
        comment = target.pop("comment", "")
        said[group["target"]] = (*target.values(), bool(comment))
    assert said == {
        "http://snomed.info/sct": ("15802004", "equivalent", False),
        "http://hl7.org/fhir/sid/icd-10": ("G24", "wider", False),
        "http://www.omim.org": ("PS128100", "narrower", True),
        "http://purl.obolibrary.org/obo/doid.owl": ("DOID:543", "relatedto", True),
    }


@pytest.mark.parametrize("kind", ["world", "small_store"])
def test_fhir_is_what_its_model_says(kind: str, request: pytest.FixtureRequest) -> None:
    bundle = Bundle.model_validate_json(written(request.getfixturevalue(kind), "fhir"))
    assert len(bundle.entry) > 3


# KGX


@pytest.fixture(scope="module")
def kgx(world: Store, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, str]]]:
    made = files(world, tmp_path_factory.mktemp("kgx") / "kgx", "kgx")
    return {name.split("_")[1][:5]: rows(text) for name, text in made.items()}


def test_kgx_is_closed(kgx: dict[str, list[dict[str, str]]]) -> None:
    """Every end is one node, with a category; every edge has what Biolink asks for, once."""
    nodes = [node["id"] for node in kgx["nodes"]]
    assert len(set(nodes)) == len(nodes)
    ends = {edge[end] for edge in kgx["edges"] for end in ("subject", "object")}
    assert ends <= set(nodes)
    assert len({edge["id"] for edge in kgx["edges"]}) == len(kgx["edges"]) == 28
    for edge in kgx["edges"]:
        assert edge["primary_knowledge_source"].startswith("infores:")
        assert edge["knowledge_level"] and edge["agent_type"]
    assert {node["category"] for node in kgx["nodes"]} == {
        f"biolink:{name}"
        for name in (
            *("Disease", "PhenotypicFeature", "AnatomicalEntity", "Gene", "Procedure"),
            "GeneticInheritance",
        )
    }


def test_kgx_says_what_the_graph_says(kgx: dict[str, list[dict[str, str]]]) -> None:
    def edge(subject: str, predicate: str, object: str) -> dict[str, str]:
        wanted = (subject, f"biolink:{predicate}", object)
        found = [e for e in kgx["edges"] if (e["subject"], e["predicate"], e["object"]) == wanted]
        return found[0]

    broader = edge("MONDO:0000477", "subclass_of", "MONDO:0003441")
    assert broader["primary_knowledge_source"] == "infores:mondo"
    assert edge("MONDO:0011264", "has_phenotype", "HP:0001249")["negated"] == "true"
    often = edge("MONDO:0011264", "has_phenotype", "HP:0000473")
    assert often["original_subject"] == "OMIM:602629"
    assert (often["has_quotient"], often["has_percentage"]) == ("0.5862", "58.62")
    passed_on = edge("MONDO:0000481", "has_phenotype", "HP:0000473")
    assert passed_on["primary_knowledge_source"] == "infores:orphanet"
    assert passed_on["aggregator_knowledge_source"].startswith("infores:hpo-annotations|")
    assert (passed_on["frequency_qualifier"], passed_on["onset_qualifier"]) == (
        "HP:0040281",
        "HP:0003581",
    )
    assert edge("NCBIGene:55145", "gene_associated_with_condition", "MONDO:0011264")
    site = edge("MONDO:0000485", "disease_has_location", "UBERON:0001737")
    assert (site["knowledge_level"], site["agent_type"]) == (
        "logical_entailment",
        "automated_agent",
    )
    assert edge("MONDO:0011264", "exact_match", "OMIM:602629")
    mined = edge("MAXO:0000011", "contraindicated_in", "MONDO:0011264")
    assert (mined["knowledge_level"], mined["agent_type"]) == ("not_provided", "text_mining_agent")
    treats = edge("MAXO:0000011", "treats", "HP:0000473")
    assert treats["disease_context_qualifier"] == "MONDO:0011264"
    focal = next(node for node in kgx["nodes"] if node["id"] == "MONDO:0000477")
    assert "GARD:6458" in focal["xref"].split("|")
    assert {n["deprecated"] for n in kgx["nodes"] if n["id"] == "MONDO:0000484"} == {"true"}


# Tables


@pytest.fixture(scope="module")
def tables(world: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("csv") / "tables"
    interchange.write_to(world, folder, "csv")
    return folder


def table(folder: Path, name: str) -> Any:
    return pandas.read_csv(folder / f"{name}.csv", keep_default_na=False, na_values=[""])


def test_every_table_is_there_and_described(tables: Path) -> None:
    package = json.loads((tables / "datapackage.json").read_text("utf-8"))
    described = {r["name"]: r for r in package["resources"]}
    assert list(described) == list(TABLES)
    assert {f.name for f in tables.iterdir()} == {
        "datapackage.json",
        *(f"{n}.csv" for n in TABLES),
    }
    for name, resource in described.items():
        frame = table(tables, name)
        assert list(frame.columns) == [field["name"] for field in resource["schema"]["fields"]]
        assert len(frame), name


def test_what_tables_refer_to_is_there(small_store: Store, tmp_path: Path) -> None:
    interchange.write_to(small_store, tmp_path / "tables", "csv")
    package = json.loads((tmp_path / "tables" / "datapackage.json").read_text("utf-8"))
    keys = 0
    for resource in package["resources"]:
        frame, schema = table(tmp_path / "tables", resource["name"]), resource["schema"]
        for key in schema["foreignKeys"]:
            other = table(tmp_path / "tables", key["reference"]["resource"])
            assert set(frame[key["fields"]].dropna()) <= set(other[key["fields"]])
            keys += len(frame)
        if "primaryKey" in schema:
            assert frame[schema["primaryKey"]].is_unique
    assert keys > 1000


def test_tables_say_what_the_graph_says(tables: Path, world: Store) -> None:
    dystonia = Condition.find(world, "torsion dystonia 6")
    symptoms = table(tables, "symptoms").query("condition == @dystonia.curie")
    assert set(symptoms[symptoms.excluded].phenotype) == {"HP:0001249"}
    bounds = {(s.curie, s.lower, s.upper) for s in dystonia.symptoms if s.lower is not None}
    stated = symptoms.dropna(subset=["frequency_lower"])
    assert bounds <= set(
        zip(stated.phenotype, stated.frequency_lower, stated.frequency_upper, strict=True)
    )
    names = table(tables, "names").query("condition == @dystonia.curie")
    assert set(names[names.kind == "exact"].name) >= set(dystonia.names)
    codes = table(tables, "codes").query("condition == @dystonia.curie")
    assert set(codes.code) == {code.curie for code in dystonia.codes}
    rarity = table(tables, "rarity").query("condition == @dystonia.curie")
    assert set(zip(rarity.authority, rarity.rare, rarity.basis, strict=True)) == {
        (v.authority.curie.partition(":")[2], v.rare, v.basis) for v in dystonia.verdicts
    }
    closure = table(tables, "closure")
    ours = hierarchy.Hierarchy.of(world)
    below = closure[closure.ancestor == "MONDO:0003441"].condition
    assert set(map(expand, below)) == ours.descendants(DYSTONIC)
    assert len(table(tables, "prevalence")) == len(dystonia.estimates)
    assert set(table(tables, "actions").mined) == {True, False}
    replaced = table(tables, "replacements")
    assert ("MONDO:0000484", "replaced") in set(zip(replaced.condition, replaced.kind, strict=True))


READERS: dict[str, Callable[[Any, Path], int]] = {
    "pandas": lambda module, file: len(module.read_parquet(file)),
    "polars": lambda module, file: int(module.read_parquet(file).height),
    "duckdb": lambda module, file: int(
        module.sql(f"SELECT COUNT(*) FROM '{file}'").fetchall()[0][0]
    ),
}


@pytest.mark.parametrize("reader", READERS)
def test_parquet_has_what_csv_has(reader: str, world: Store, tables: Path, tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    module = pytest.importorskip(reader, reason=f"{reader} is not installed")
    interchange.write_to(world, tmp_path / "parquet", "parquet")
    for name in TABLES:
        file = tmp_path / "parquet" / f"{name}.parquet"
        assert READERS[reader](module, file) == len(table(tables, name))
    found = pyarrow.read_table(tmp_path / "parquet" / "symptoms.parquet")
    assert str(found.schema.field("excluded").type) == "bool"
    assert str(found.schema.field("frequency_lower").type) == "double"
    assert str(found.schema.field("references").type).startswith("list<")


def test_parquet_needs_a_package(
    world: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(MissingPackage, match=r"pip install 'disease-kg\[tables\]'"):
        interchange.write_to(world, tmp_path / "parquet", "parquet")
    assert not list(tmp_path.iterdir())


# schema.org


def test_schema_org_says_what_the_pages_say(world: Store) -> None:
    document = json.loads(written(world, "schemaorg"))
    assert document["@context"] == "https://schema.org"
    said = {one["@id"]: one for one in document["@graph"]}
    assert said.keys() == world.arrays.taxonomy("condition").numbers.keys()
    for iri, one in said.items():
        page = medical_condition(Condition(world, iri))
        assert {"@context": "https://schema.org", **one} == page
