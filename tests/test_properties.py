"""What holds for everything that chance makes: exports, hostile texts, hierarchies, queries."""

from __future__ import annotations

import io
import string
from pathlib import Path

import networkx
import pyoxigraph as ox
import pytest
import rdflib
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import queries
from kg.build import Summary
from kg.cli import cli
from kg.errors import DiseaseKGError, QueryError, SourceError
from kg.exports import FORMATS, export
from kg.guard import check
from kg.identifiers import try_parse_curie
from kg.infer import ancestors, closure
from kg.ntriples import text
from kg.readers import read
from kg.store import Draft, Store
from kg.validation import validate
from kg.vocabulary import DKG, GRAPH, SKOS, XSD
from tests import generated

WORLD = Path(__file__).parent / "fixtures" / "world.trig"
QUICK = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
CODES = ["01", "1.10", "1e0", "007", "+1", "-0", "1.0", "E10.0", "0x1F", "１", " 1", "1\t", "NaN"]
"""What a store that takes codes for numbers would write otherwise."""


@pytest.fixture(scope="module")
def world() -> Store:
    return Store.in_memory(WORLD)


# --- exports and values

_characters = st.characters(exclude_categories=["Cs"])
_iris = st.text(string.ascii_letters + "/-_.~é中'()", min_size=1, max_size=12).map(
    lambda text: ox.NamedNode("http://example.org/" + text)
)
_words = st.one_of(st.text(_characters, max_size=20), st.sampled_from(CODES))
_languages = st.sampled_from(["en", "de", "zh-hans", "es-419"])
_literals = st.one_of(
    _words.map(ox.Literal),
    st.tuples(_words, _languages).map(lambda pair: ox.Literal(pair[0], language=pair[1])),
    st.tuples(_words, _iris).map(lambda pair: ox.Literal(pair[0], datatype=pair[1])),
)
_predicates = st.sampled_from([SKOS.prefLabel, SKOS.notation, SKOS.broader, DKG.verdict]).map(
    ox.NamedNode
)
_quads = st.builds(
    ox.Quad, _iris, _predicates, st.one_of(_iris, _literals), _iris | st.just(ox.DefaultGraph())
)


@pytest.mark.parametrize("format", FORMATS)
@QUICK
@given(data=st.data())
def test_every_export_is_read_back(format: str, data: st.DataObject) -> None:
    graph = data.draw(st.sets(_quads, max_size=8))
    engine = ox.Store()
    engine.extend(graph)
    stream = io.BytesIO()
    try:
        export(Store(engine), stream, format)
    except DiseaseKGError as error:
        assert format == "rdfxml"  # XML has no control characters
        assert "cannot express" in str(error)
        return
    back = set(ox.parse(stream.getvalue(), _ENGINE[format], lenient=True))
    if FORMATS[format].keeps_graphs:
        assert back == set(engine)
    else:
        assert {quad.triple for quad in back} == {quad.triple for quad in engine}


_ENGINE = {
    name: ox.RdfFormat.from_media_type(format.media_type) or ox.RdfFormat.N_QUADS
    for name, format in FORMATS.items()
}


@pytest.mark.parametrize("code", CODES)
def test_a_code_is_kept_byte_for_byte(code: str, tmp_path: Path) -> None:
    """Through the disk and through every format, a code is a text, never a number."""
    line = f"<http://e.org/s> <{SKOS.notation}> {text(code)} <{GRAPH}x> .\n"
    lines = tmp_path / "graph.nq"
    lines.write_text(line, "utf-8")
    with Draft(tmp_path / "store") as draft:
        with draft.loading() as load:
            load(lines)
        draft.index(Store.in_memory(lines).gathered())
        draft.keep(lines)
        draft.commit({})
    store = Store.open(tmp_path / "store")
    assert [quad.object.value for quad in store.quads()] == [code]
    for format in FORMATS:
        stream = io.BytesIO()
        export(store, stream, format)
        (quad,) = ox.parse(stream.getvalue(), _ENGINE[format])
        assert isinstance(quad.object, ox.Literal)
        assert (quad.object.value, quad.object.datatype.value) == (code, XSD.base + "string")


# --- hostile texts

PARAMETERS = [(q, p.name) for q in queries.names() for p in queries.load(q).parameters]


@pytest.mark.parametrize(("name", "parameter"), PARAMETERS)
def test_no_parameter_is_taken_for_sparql(world: Store, name: str, parameter: str) -> None:
    example = dict(queries.load(name).example)
    for hostile in generated.HOSTILE_TEXTS:
        try:
            rows = list(queries.run(world, name, **{**example, parameter: hostile}))
        except DiseaseKGError as error:
            assert str(error)
        else:
            assert len(rows) < 50


@QUICK
@given(hostile=st.text(max_size=30))
def test_no_text_is_taken_for_sparql(world: Store, hostile: str) -> None:
    for name, parameter in PARAMETERS[:: len(PARAMETERS) // 6]:
        example = dict(queries.load(name).example)
        try:
            list(queries.run(world, name, **{**example, parameter: hostile}))
        except DiseaseKGError as error:
            assert str(error)


COMMANDS = [
    ["show", "?"],
    ["search", "?"],
    ["tree", "?"],
    ["path", "?", "?"],
    ["common", "?", "dystonia"],
    ["why", "focal dystonia", "rare", "?"],
    ["why", "focal dystonia", "?"],
    ["records", "?"],
    ["rarity", "?"],
    ["rarity", "--only", "?"],
    ["symptoms", "?"],
    ["differential", "?"],
    ["alike", "?"],
    ["export", "--condition", "?"],
    ["export", "--branch", "?"],
    ["export", "--without-source", "?"],
    ["export", "--license", "?"],
    ["query", "?"],
    ["query", "conditions-at-site", "site=?"],
    ["query", "conditions-at-site", "?=larynx"],
    ["query", "SELECT * { ? }"],
    ["build", "--source", "?=x", "--output", "/nowhere/?"],
    ["build", "--from-manifest", "/nowhere/?"],
    ["verify", "/nowhere/?"],
    ["fetch", "?", "--to", "/nowhere"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_argument_ends_a_command_in_another_error(
    words: list[str], small_build: tuple[Path, Summary], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISEASE_KG_STORE", str(small_build[0]))
    for hostile in generated.HOSTILE_TEXTS:
        if "\x00" in hostile:  # no argument of a process can have it
            continue
        arguments = [word.replace("?", hostile) for word in words]
        done = CliRunner().invoke(cli, [*arguments, "--quiet"])
        expected = (SystemExit, DiseaseKGError)
        assert done.exception is None or isinstance(done.exception, expected), (
            hostile[:60],
            done.exc_info,
        )


# --- hierarchies


@QUICK
@given(st.sets(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=30))
def test_the_closure_is_that_of_networkx(edges: set[tuple[int, int]]) -> None:
    """With cycles too: what is in one is broader than all in it, itself included."""
    name = "http://purl.obolibrary.org/obo/MONDO_{:07}".format
    pairs = [(name(child), name(parent)) for child, parent in edges]
    found = {(s.strip("<>"), o.strip("<>")) for s, _, o in closure(ancestors(pairs))}
    graph = networkx.DiGraph(pairs)
    expected = {(a, b) for a in graph for b in networkx.descendants(graph, a)}
    for group in networkx.strongly_connected_components(graph):
        if len(group) > 1:
            expected |= {(a, a) for a in group}
    expected |= {(a, a) for a in networkx.nodes_with_selfloops(graph)}
    assert found == expected


# --- queries


def test_generated_queries_agree_with_rdflib(world: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    graph = generated.in_rdflib(world)
    answered = 0
    for query in generated.queries(world, 80, seed=7):
        ours = generated.answer_of_oxigraph(world, query)
        theirs = generated.answer_of_rdflib(graph, query)
        answered += bool(ours)
        assert ours == theirs or generated.explained(query, ours, theirs), query
    assert answered > 30


@pytest.mark.parametrize(
    "query",
    [
        "ASK { FILTER(" + "(" * 20_000 + "1" + ")" * 20_000 + ") }",
        "ASK " + "{" * 5_000 + "}" * 5_000,
        "ASK { FILTER(" + "+".join("1" * 20_000) + ") }",
        "ASK { FILTER(" + "!" * 20_000 + "true) }",
        "ASK { " + " UNION ".join(["{}"] * 20_000) + " }",
        "ASK { " + "?s ?p ?o . " * 50_000 + " }",
        "ASK { ?s " + "/".join(["<p:>"] * 20_000) + " ?o }",
        "ASK { " + "FILTER EXISTS { " * 1_000 + "}" * 1_001,
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    ],
    ids=range(10),
)
def test_a_query_that_kills_or_calls_is_refused(world: Store, query: str) -> None:
    with pytest.raises(QueryError, match=r"nests deeper|steps|another host"):
        queries.execute(world, query)


def test_long_lists_and_all_named_queries_are_let_in(world: Store) -> None:
    values = " ".join(f'("{n}" "x")' for n in range(20_000))
    assert queries.execute(world, f"ASK {{ VALUES (?a ?b) {{ {values} }} }}") is True
    for name in queries.names():
        check(queries.load(name).text)


# --- files of RDF


@pytest.mark.parametrize("suffix", [".nt", ".nq", ".ttl", ".trig"])
def test_triples_of_triples_are_counted(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"deep{suffix}"
    deep = "<a:> <b:> " + "<<( <a:> <b:> " * 20_000 + "<c:>" + " )>>" * 20_000 + " .\n"
    path.write_text(deep)
    done = CliRunner().invoke(cli, ["validate", str(path), "--quiet"])
    assert isinstance(done.exception, SourceError)
    assert "more than a parser survives" in str(done.exception)
    path.write_text("<a:> <b:> " + "<<( <a:> <b:> <c:> )>> .\n")
    assert validate(path).conforms


_HEAD = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="x:">'
_ENTITIES = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (f'<!DOCTYPE r [<!ENTITY e0 "x">{_ENTITIES}]>{_HEAD}<a>&e12;</a></rdf:RDF>', "entities"),
        (f'<!DOCTYPE r [<!ENTITY e SYSTEM "/etc/passwd">]>{_HEAD}&e;</rdf:RDF>', "entities"),
        (_HEAD + "<a><b>" * 100_000, "nests deeper"),
        (_HEAD, "is no XML"),
    ],
    ids=["bomb", "external", "deep", "cut off"],
)
def test_rdf_xml_that_is_hostile(content: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "hostile.rdf"
    path.write_text('<?xml version="1.0"?>' + content)
    with pytest.raises(SourceError, match=problem):
        validate(path)


# --- readers


@pytest.mark.parametrize(
    "iri",
    ["MONDO:1>2", "MONDO:1\x9b", "HP:\u202e1", "OMIM:1 2", 'UMLS:"', "UMLS:C\x7f", "UMLS:\ufdd0"],
)
def test_no_registry_has_a_hostile_identifier(iri: str) -> None:
    assert try_parse_curie(iri) is None


def test_a_hostile_language_is_refused(tmp_path: Path) -> None:
    """It would end the literal, and begin another statement."""
    path = tmp_path / "language.owl"
    path.write_text(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#" '
        'xmlns:owl="http://www.w3.org/2002/07/owl#">'
        '<owl:Class rdf:about="http://purl.obolibrary.org/obo/MONDO_0000001">'
        '<rdfs:label xml:lang="de &lt;g:> .&#10;&lt;s:>">x</rdfs:label></owl:Class></rdf:RDF>'
    )
    with pytest.raises(SourceError, match="as a language"):
        list(read(path, "owl"))


@pytest.mark.parametrize(
    "line",
    [
        "xref: OMIM:1" + " " * 300_000 + "x",
        "xref: OMIM:1 " + "{=" * 200_000,
        "xref: OMIM:1 " + "}" * 400_000 + "x",
        'synonym: "' + "\\" * 300_000,
        "property_value: " + "x" * 400_000,
    ],
    ids=range(5),
)
def test_no_line_takes_the_square_of_its_length(line: str, tmp_path: Path) -> None:
    path = tmp_path / "long.obo"
    path.write_text(f"ontology: x\n\n[Term]\nid: MONDO:0000001\n{line}\n")
    assert list(read(path, "obo"))


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    import os

    pipe = tmp_path / "pipe.obo"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero")):
        with pytest.raises(SourceError, match="device or a pipe"):
            list(read(path, "obo"))
