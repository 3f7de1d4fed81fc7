"""Exports: every format read back by other readers, stable bytes, what belongs to a condition."""

import gzip
import io
import json
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyld
import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import to_isomorphic

from kg import exports, resources
from kg.errors import DiseaseKGError, UnknownFormat, UnknownThing
from kg.exports import FORMATS, export, export_to
from kg.identifiers import expand
from kg.store import Store
from kg.vocabulary import DKG, GRAPH, PREFIXES

WORLD = Path(__file__).parent / "fixtures" / "world.trig"
DYSTONIA = expand("MONDO:0003441")
FOCAL = expand("MONDO:0000477")
CERVICAL = expand("MONDO:0000481")
DYT6 = expand("MONDO:0011264")

HOSTILE = """
PREFIX ex: <http://example.org/>
PREFIX dkg: <https://w3id.org/disease-kg/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
ex:a a ex:Odd, dkg:Condition ; rdf:type "no class" ;
    skos:prefLabel "plain", "english"@en, "deutsch"@de, "中文"@zh-hans, ""@en, "" ;
    skos:notation "a"@en, "b"^^xsd:token, "\\"quoted\\" \\\\ back\\\\u0041", "line\\nfeed\\ttab" ;
    skos:altLabel " spaced ", "<b>&amp;</b>]]>", "@id", "ex:a",
        "\\U0001F600 \\u2028 \\u00A0 \\u007F" ;
    skos:broader ex:b, "not an IRI", <http://www.orpha.net/ORDO/Orphanet_>, <urn:x:y>,
        <http://purl.obolibrary.org/obo/>, <http://purl.obolibrary.org/obo//x>, skos:prefLabel,
        <https://w3id.org/disease-kg/ontology#Rare>, <http://example.org/a%20b?c=d&e='f'#g> ;
    dkg:verdict dkg:Rare, ex:Perhaps, "Rare", "Rare"@en ;
    dkg:frequencyLower 1.10, "0.5", "1"^^xsd:integer, 1e400, "many"^^xsd:decimal ;
    dkg:maxPersons 200000, 12345678901234567890123, 1.0 ;
    dkg:excluded true, false, "1"^^xsd:boolean, "true", "maybe"^^xsd:boolean ;
    dkg:populationYear "2020"^^xsd:gYear, "MMXX" ;
    skos:definition "2020-01-01"^^xsd:date, "x"^^ex:type, 42, true, 4.0e0 ;
    ex:other ex:b, "plain", "deutsch"@de, 7, "http://example.org/b" ;
    ex:list (1 "two" ex:three) ; ex:blank [ ex:of "a blank node" ] .
"""


def _exported(store: Store, format: str, **selected: str) -> bytes:
    stream = io.BytesIO()
    export(store, stream, format, **selected)  # type: ignore[arg-type]
    return stream.getvalue()


@pytest.fixture(scope="module")
def world() -> Store:
    return Store.in_memory(WORLD)


@pytest.fixture(scope="module")
def hostile() -> Store:
    return Store.in_memory(HOSTILE)


def _canonical(quads: Iterable[ox.Quad], graphs: bool) -> set[str]:
    dataset = ox.Dataset(q if graphs else ox.Quad(*q.triple) for q in quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in dataset}


_ENGINE = {
    "turtle": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
_RDFLIB = {
    "turtle": "turtle",
    "jsonld": "json-ld",
    "trig": "trig",
    "nquads": "nquads",
    "ntriples": "nt",
    "rdfxml": "xml",
}


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", ["world", "hostile"])
def test_pyoxigraph_reads_back_the_same(
    format: str, name: str, request: pytest.FixtureRequest
) -> None:
    store: Store = request.getfixturevalue(name)
    read = ox.parse(_exported(store, format), _ENGINE[format])
    graphs = FORMATS[format].keeps_graphs
    expected = _canonical(store.quads(), graphs)
    assert _canonical(read, graphs) == expected
    assert len(expected) > 60


def _in_rdflib(data: bytes, format: str) -> Any:
    union: Any = rdflib.Graph()
    dataset = rdflib.Dataset(default_union=True)
    target: Any = dataset if FORMATS.get(format, FORMATS["nquads"]).keeps_graphs else union
    target.parse(data=data, format=_RDFLIB[format])
    if target is dataset:
        for quad in dataset.quads():
            union.add(quad[:3])
    return to_isomorphic(union)


@pytest.fixture
def exact_literals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


@pytest.mark.usefixtures("exact_literals")
@pytest.mark.filterwarnings("ignore")  # rdflib's, of its own deprecated parts and odd literals
@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", ["world", "hostile"])
def test_rdflib_reads_back_the_same(format: str, name: str, request: pytest.FixtureRequest) -> None:
    store: Store = request.getfixturevalue(name)
    triples = ox.serialize((q.triple for q in store.quads()), format=ox.RdfFormat.N_TRIPLES)
    assert triples is not None
    assert _in_rdflib(_exported(store, format), format) == _in_rdflib(triples, "ntriples")


@pytest.mark.parametrize("name", ["world", "hostile"])
def test_pyld_reads_back_the_same_json_ld(name: str, request: pytest.FixtureRequest) -> None:
    store: Store = request.getfixturevalue(name)
    document = json.loads(_exported(store, "jsonld"))
    written = pyld.jsonld.to_rdf(document, {"format": "application/n-quads"})
    read = _without_doubles(ox.parse(written, ox.RdfFormat.N_QUADS))
    expected = _canonical(_without_doubles(store.quads()), graphs=False)
    assert _canonical(read, graphs=False) == expected
    assert len(expected) > 60


def _without_doubles(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Leave out doubles, which pyld rewrites: "4" becomes "4.0E0"."""
    return (quad for quad in quads if "XMLSchema#double" not in str(quad.object))


@pytest.mark.parametrize("format", FORMATS)
def test_same_bytes_whatever_the_order_of_insertion(world: Store, format: str) -> None:
    lines = [f"{quad} .\n" for quad in world.quads()]
    random.Random(1).shuffle(lines)
    shuffled = Store(ox.Store())
    shuffled._engine.load("".join(lines), format=ox.RdfFormat.N_QUADS)
    assert _exported(shuffled, format) == _exported(world, format)


@pytest.mark.parametrize("format", ["ntriples", "nquads"])
def test_lines_are_sorted_and_distinct(world: Store, format: str) -> None:
    lines = _exported(world, format).splitlines()
    assert lines == sorted(set(lines))


def test_what_several_graphs_say_is_written_once_unless_graphs_are_kept() -> None:
    store = Store.in_memory(
        "@prefix e: <http://e.org/> . e:g1 { e:a e:b e:c } e:g2 { e:a e:b e:c } e:a e:b e:c ."
    )
    counts = {f: sum(1 for _ in ox.parse(_exported(store, f), _ENGINE[f])) for f in FORMATS}
    assert counts == {f: 3 if kind.keeps_graphs else 1 for f, kind in FORMATS.items()}


def _subjects(store: Store, **selected: str) -> set[str]:
    quads = ox.parse(_exported(store, "nquads", **selected), ox.RdfFormat.N_QUADS)
    return {str(quad.subject).strip("<>") for quad in quads}


def _iris(*curies: str) -> set[str]:
    return {PREFIXES[p] + local for p, _, local in (curie.partition(":") for curie in curies)}


CERVICAL_HAS = _iris(
    # the condition and the statements about it
    "obo:MONDO_0000481",
    "location:MONDO_0000481-UBERON_0000974",
    "care:MONDO_0000481-neurologist",
    "symptom:ORPHA_93962-HP_0000473-00000001",
    "symptom:ORPHA_93962-HP_0001337-00000002",
    # the sources
    "graph:curated",
    "graph:hpoa",
    "graph:inferred",
    "graph:mondo",
    # named only
    "obo:MONDO_0000477",
    "obo:MONDO_0003441",
    "obo:MONDO_0005395",
    "obo:MONDO_0005071",
    "obo:MONDO_0700096",
    "obo:UBERON_0000974",
    "obo:HP_0000473",
    "obo:HP_0001337",
    "obo:HP_0003581",
    "obo:HP_0040281",
    "specialist:neurologist",
)


def test_what_belongs_to_a_condition(world: Store) -> None:
    assert _subjects(world, condition=CERVICAL) == CERVICAL_HAS


def test_an_authority_comes_with_its_criterion(world: Store) -> None:
    found = _subjects(world, condition=DYT6)
    expected = ["authority:nih", "authority:orphanet", "authority:nord", "ncbigene:55145"]
    assert _iris(*expected, "criterion:us", "criterion:eu") <= found
    text = _exported(world, "turtle", condition=DYT6).decode()
    assert "dkg:maxPrevalence 0.0005" in text
    assert 'skos:prefLabel "THAP1"' in text


def test_what_is_referred_to_is_named_and_no_more(world: Store) -> None:
    quads = list(ox.parse(_exported(world, "nquads", condition=CERVICAL), ox.RdfFormat.N_QUADS))
    said = {q.predicate.value.split("#")[1] for q in quads if q.subject == ox.NamedNode(FOCAL)}
    assert said == {"type", "prefLabel", "notation"}


def test_a_condition_has_all_its_own_triples(world: Store) -> None:
    for condition in (FOCAL, CERVICAL, DYT6):
        found = set(ox.parse(_exported(world, "nquads", condition=condition), _ENGINE["nquads"]))
        about = ox.NamedNode(DKG.condition), ox.NamedNode(condition)
        whole = {condition} | {
            q.subject.value for q in world.quads() if (q.predicate, q.object) == about
        }
        assert found >= {q for q in world.quads() if q.subject.value in whole}
        assert found <= set(world.quads())


def test_a_branch_is_its_conditions_together(world: Store) -> None:
    below = _iris(
        "obo:MONDO_0000481",
        "obo:MONDO_0011728",
        "obo:MONDO_0000485",
        "obo:MONDO_0019771",
        "obo:MONDO_0011200",
    )
    together = {s for c in (FOCAL, *below) for s in _subjects(world, condition=c)}
    assert _subjects(world, branch=FOCAL) == together
    quads = ox.parse(_exported(world, "nquads", branch=FOCAL), ox.RdfFormat.N_QUADS)
    placed = {q.subject.value for q in quads if q.predicate.value.endswith("#inScheme")}
    defined = {iri for iri in placed if "/MONDO_" in iri}
    assert defined == {FOCAL, *below}


@pytest.mark.parametrize("name", ["world", "small_store"])
def test_many_by_one_look_at_all_are_the_same(
    name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    store: Store = request.getfixturevalue(name)
    branch = expand("MONDO:0003441")
    one_by_one = _exported(store, "nquads", branch=branch)
    monkeypatch.setattr(exports, "_MANY", 0)
    assert _exported(store, "nquads", branch=branch) == one_by_one
    assert one_by_one.count(b"\n") > 100


def test_datasets_of_the_sources_are_described(world: Store) -> None:
    text = _exported(world, "turtle", condition=CERVICAL).decode()
    assert "dcterms:license <https://creativecommons.org/licenses/by/4.0/>" in text
    assert "graph:do-xrefs" not in text


def test_unknown_condition_and_format(world: Store) -> None:
    with pytest.raises(UnknownThing):
        _exported(world, "turtle", condition=expand("MONDO:9999999"))
    with pytest.raises(UnknownThing):
        _exported(world, "turtle", branch=expand("MONDO:9999999"))
    with pytest.raises(UnknownFormat) as error:
        _exported(world, "docx")
    assert error.value.known == list(FORMATS)


def test_progress_says_what_is_done(world: Store) -> None:
    said: list[str] = []
    export(world, io.BytesIO(), "turtle", condition=CERVICAL, progress=said.append)
    assert said == ["selecting what is written", "writing turtle"]


def test_json_ld_is_readable(world: Store) -> None:
    document = json.loads(_exported(world, "jsonld", condition=CERVICAL))
    things = {thing["id"]: thing for thing in document["@graph"]}
    assert things["obo:MONDO_0000481"] == {
        "id": "obo:MONDO_0000481",
        "type": ["Concept", "Condition"],
        "altLabel": "spasmodic torticollis",
        "bodySite": "obo:UBERON_0000974",
        "broader": "obo:MONDO_0000477",
        "broaderTransitive": [
            "obo:MONDO_0000477",
            "obo:MONDO_0003441",
            "obo:MONDO_0005071",
            "obo:MONDO_0005395",
            "obo:MONDO_0700096",
        ],
        "inScheme": "kg:scheme/mondo",
        "mappingRelation": "orpha:93962",
        "notation": "MONDO:0000481",
        "prefLabel": "cervical dystonia",
        "specialist": "kg:specialist/neurologist",
        "symptom": ["obo:HP_0000473", "obo:HP_0001337"],
    }
    association = things["kg:symptom/ORPHA_93962-HP_0000473-00000001"]
    assert association["frequency"] == "obo:HP_0040281"
    assert things["obo:HP_0040281"]["frequencyUpper"] == "0.99"
    assert [list(thing)[2:] for thing in document["@graph"]] == [
        sorted(list(thing)[2:]) for thing in document["@graph"]
    ]


def _context() -> dict[str, Any]:
    text = resources.path("ontology", "context.jsonld").read_text("utf-8")
    context: dict[str, Any] = json.loads(text)["@context"]
    assert context.pop("@version") == 1.1
    return context


def _identity(entry: str | dict[str, str]) -> str:
    return entry if isinstance(entry, str) else entry["@id"]


def test_context_has_every_property_and_class_of_the_ontology() -> None:
    named = {_identity(entry) for entry in _context().values()}
    ontology = ox.parse(path=str(resources.path("ontology", "disease-kg.ttl")))
    terms = {
        q.subject.value.replace(DKG.base, "dkg:")
        for q in ontology
        if q.predicate.value.endswith("#type") and q.subject.value.startswith(DKG.base)
    }
    assert terms - named == set()
    assert len(terms) > 60


def test_context_agrees_with_the_ontology_on_ranges() -> None:
    xsd = PREFIXES["xsd"]
    store = Store.in_memory(resources.path("ontology", "disease-kg.ttl"))
    for row in store.query("SELECT ?p ?k ?r { ?p a ?k ; rdfs:range ?r }"):
        property, kind, range = (term.value for term in row)
        entry = _context()[property.removeprefix(DKG.base)]
        coercion = entry.get("@type", "") if isinstance(entry, dict) else ""
        if kind.endswith("ObjectProperty"):
            assert coercion in {"@id", "@vocab"}, property
        elif range.startswith(xsd) and range != xsd + "string":
            assert coercion == range.replace(xsd, "xsd:"), property
        else:
            assert not coercion, property


def test_context_has_the_prefixes_of_the_project() -> None:
    bases = {_identity(entry) for entry in _context().values()}
    own = GRAPH.removesuffix("graph/")
    missing = {base for base in PREFIXES.values() if base not in bases}
    assert own in bases
    assert all(base.startswith(own) for base in missing)


@pytest.mark.parametrize(
    "triple",
    [
        '<http://e.org/a> <http://e.org/b> "bell \\u0007" .',
        '<http://e.org/a> <http://e.org/1> "no local name" .',
    ],
)
def test_rdfxml_refuses_what_xml_cannot_hold(triple: str) -> None:
    store = Store.in_memory(triple)
    with pytest.raises(DiseaseKGError, match="RDF/XML cannot express"):
        _exported(store, "rdfxml")
    assert list(ox.parse(_exported(store, "turtle"), ox.RdfFormat.TURTLE)) == list(store.quads())


def test_json_ld_refuses_an_iri_that_reads_as_a_compact_one() -> None:
    store = Store.in_memory("<skos:broader> <http://e.org/b> <http://e.org/c> .")
    with pytest.raises(DiseaseKGError, match="skos:broader"):
        _exported(store, "jsonld")


def test_carriage_returns_survive_xml() -> None:
    store = Store.in_memory('<http://e.org/a> <http://e.org/b> "a\\r\\nb\\rc" .')
    (triple,) = rdflib.Graph().parse(data=_exported(store, "rdfxml"), format="xml")
    assert str(triple[2]) == "a\r\nb\rc"


def test_export_to_a_file(world: Store, tmp_path: Path) -> None:
    path = tmp_path / "dystonia.ttl"
    path.write_text("old")
    export_to(world, path, "turtle", branch=DYSTONIA)
    assert path.read_bytes() == _exported(world, "turtle", branch=DYSTONIA)
    assert list(tmp_path.iterdir()) == [path]


def test_compressed_files_are_stable(world: Store, tmp_path: Path) -> None:
    one, other = tmp_path / "one.nq.gz", tmp_path / "other.nq.gz"
    export_to(world, one, "nquads")
    export_to(world, other, "nquads")
    assert one.read_bytes() == other.read_bytes()
    assert gzip.decompress(one.read_bytes()) == _exported(world, "nquads")


def test_a_failed_export_leaves_what_was_there(world: Store, tmp_path: Path) -> None:
    path = tmp_path / "world.ttl"
    path.write_text("old")
    with pytest.raises(UnknownFormat):
        export_to(world, path, "docx")
    with pytest.raises(DiseaseKGError, match="cannot be written"):
        export_to(world, tmp_path / "missing" / "world.ttl", "turtle")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("world.ttl", "old")]
