"""The named queries: their heads, and what each answers on a tiny world, by two engines."""

import datetime
import re
import shlex
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib

from kg import queries, vocabulary
from kg.errors import (
    DiseaseKGError,
    MissingParameter,
    QueryError,
    QuerySyntaxError,
    UnknownParameter,
    UnknownQuery,
)
from kg.resolve import resolve
from kg.store import Store, Term
from kg.tables import cell
from kg.vocabulary import PREFIXES

FIXTURES = Path(__file__).parent / "fixtures"
KINDS = {
    "condition",
    "body site",
    "specialist",
    "authority",
    "phenotype",
    "gene",
    "code",
    "text",
    "number",
}


def _cases() -> Iterator[tuple[str, list[str]]]:
    for section in (FIXTURES / "answers.txt").read_text(encoding="utf-8").split("\n== ")[1:]:
        asked, *rows = section.strip("\n").split("\n")
        yield asked, rows


CASES = dict(_cases())
NAMES = queries.names()


@pytest.fixture(scope="module")
def world() -> Store:
    return Store.in_memory(FIXTURES / "world.trig")


@pytest.fixture(scope="module")
def in_rdflib() -> rdflib.Dataset:
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(FIXTURES / "world.trig", format="trig")
    return dataset


def _asked(case: str) -> tuple[str, dict[str, str]]:
    name, *pairs = shlex.split(case)
    return name, dict(pair.split("=", 1) for pair in pairs)


def _bindings(store: Store, case: str) -> tuple[queries.Query, dict[str, Term]]:
    name, given = _asked(case)
    query = queries.load(name)
    return query, {
        key: resolve(store, value, query.parameter(key).kind) for key, value in given.items()
    }


def _values(store: Store, text: str, bindings: dict[str, Term]) -> list[tuple[object, ...]]:
    answer = store.query(text, bindings)
    assert isinstance(answer, ox.QuerySolutions)
    return [tuple(row.values()) for row in queries.Rows(lambda: answer)]


def test_there_are_queries_and_each_has_a_case() -> None:
    assert len(NAMES) >= 26
    assert {_asked(case)[0] for case in CASES} == set(NAMES)
    assert sum(bool(rows) for rows in CASES.values()) > len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_head_is_complete(name: str) -> None:
    query = queries.load(name)
    assert query.summary
    assert max(map(len, query.text.splitlines())) <= 100
    assert set(query.example) <= {p.name for p in query.parameters}
    assert bool(query.example) == bool(query.parameters)
    assert all(p.kind in KINDS and p.description for p in query.parameters)
    assert all(column.description for column in query.columns)


@pytest.mark.parametrize("name", NAMES)
def test_columns_are_those_of_the_result_and_hold_every_parameter(name: str, world: Store) -> None:
    query = queries.load(name)
    rows = queries.run(world, name, **query.example)
    assert rows.columns == [column.name for column in query.columns]
    assert {p.name for p in query.parameters} <= set(rows.columns)
    assert list(rows), "the example finds nothing"


@pytest.mark.parametrize("name", NAMES)
def test_prefixes_are_the_projects_and_all_used(name: str) -> None:
    text = queries.load(name).text
    declared = dict(re.findall(r"^PREFIX (\S+): <(\S+)>$", text, re.MULTILINE))
    body = text[text.rindex("PREFIX") :].partition("\n")[2]
    used = set(re.findall(r"(?<![\w?:/])([a-z][\w-]*):\w", body))
    assert declared == {prefix: PREFIXES[prefix] for prefix in used}


@pytest.mark.parametrize("name", NAMES)
def test_uses_no_term_that_the_vocabulary_lacks(name: str) -> None:
    namespaces = [v for v in vars(vocabulary).values() if isinstance(v, vocabulary.Namespace)]
    closed = {space.base: space for space in namespaces if space is not vocabulary.OBO}  # data too
    text = queries.load(name).text
    terms = [
        (closed[PREFIXES[prefix]], PREFIXES[prefix] + local)
        for prefix, local in re.findall(r"(?<![\w?:/])([a-z][\w-]*):(\w+)", text)
        if PREFIXES.get(prefix) in closed
    ]
    assert terms
    assert [iri for namespace, iri in terms if iri not in namespace] == []


@pytest.mark.parametrize("case", CASES)
def test_answer(case: str, world: Store) -> None:
    name, given = _asked(case)
    rows = queries.run(world, name, **given)
    shown = [i for i, column in enumerate(rows.columns) if column not in rows.given]
    found = [" | ".join(cell(row[i]) for i in shown).rstrip() for row in rows.terms()]
    assert found == CASES[case]


@pytest.mark.parametrize("case", CASES)
def test_rows_are_sorted_as_the_engine_sorts_them(case: str, world: Store) -> None:
    query, bindings = _bindings(world, case)
    name, given = _asked(case)
    sorted_by_engine: Any = world.query(query.text, bindings)
    found = list(queries.run(world, name, **given).terms())
    if query.without_order[1]:
        assert found == [tuple(solution) for solution in sorted_by_engine]


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
@pytest.mark.parametrize("case", CASES)
def test_rdflib_answers_the_same(case: str, world: Store, in_rdflib: rdflib.Dataset) -> None:
    query, bindings = _bindings(world, case)
    terms = {name: _to_rdflib(term) for name, term in bindings.items()}
    result: Any = in_rdflib.query(query.text, initBindings=terms)
    assert [str(variable) for variable in result.vars or []] == [c.name for c in query.columns]
    theirs = [
        tuple(None if term is None else queries.to_python(_of_rdflib(term)) for term in row)
        for row in result
    ]
    assert Counter(theirs) == Counter(_values(world, query.text, bindings))


def _to_rdflib(term: Term) -> rdflib.URIRef | rdflib.Literal:
    return (rdflib.Literal if isinstance(term, ox.Literal) else rdflib.URIRef)(term.value)


def _of_rdflib(term: rdflib.term.Node) -> Term:
    if isinstance(term, rdflib.Literal):
        if term.language:
            return ox.Literal(term, language=term.language)
        return ox.Literal(term, datatype=ox.NamedNode(term.datatype) if term.datatype else None)
    return ox.NamedNode(str(term))


HIERARCHICAL = [
    case for case in CASES if "skos:broaderTransitive" in queries.load(_asked(case)[0]).text
]


@pytest.mark.parametrize("case", HIERARCHICAL)
def test_closure_answers_as_the_path_does(case: str, world: Store) -> None:
    query, bindings = _bindings(world, case)
    path = query.text.replace("skos:broaderTransitive", "skos:broader+")
    assert _values(world, path, bindings) == _values(world, query.text, bindings)


@pytest.mark.parametrize("case", [case for case in CASES if "=" in case])
def test_a_parameter_left_free_means_every_one(case: str, world: Store) -> None:
    query, bindings = _bindings(world, case)
    if query.name == "conditions-by-name":  # a text left free is no text: every name is found
        assert len(_values(world, query.text, {})) > len(_values(world, query.text, bindings))
        return
    at = {[c.name for c in query.columns].index(name): term for name, term in bindings.items()}
    among_all = [
        row
        for row in _values(world, query.text, {})
        if all(row[i] == queries.to_python(term) for i, term in at.items())
    ]
    assert Counter(among_all) == Counter(_values(world, query.text, bindings))


ATTACKS = [
    "> . } DROP ALL #",
    'x" . } ; DELETE WHERE { ?s ?p ?o } #',
    "http://example.org/x> ?p ?o } UNION { ?s ?p ?o",
    "\\u003e . } CLEAR ALL",
    "'; --",
    "\x00\n\t",
    "",
]


@pytest.mark.parametrize("name", [name for name in NAMES if queries.load(name).parameters])
@pytest.mark.parametrize("attack", ATTACKS)
def test_no_value_becomes_syntax(name: str, attack: str, world: Store) -> None:
    query = queries.load(name)
    size = len(world)
    for value in (attack, ox.Literal(attack)):
        for parameter in query.parameters:
            given: dict[str, queries.Given] = {**query.example, parameter.name: value}
            try:
                found = list(queries.run(world, name, **given))
            except DiseaseKGError as error:
                assert not isinstance(error, QueryError)
            else:
                assert found == [] or parameter.kind == "text"
    assert len(world) == size


def test_unknown_query_is_told_the_nearest() -> None:
    with pytest.raises(UnknownQuery) as caught:
        queries.load("conditions-at-sit")
    assert caught.value.did_you_mean[0] == "conditions-at-site"
    with pytest.raises(UnknownQuery):
        queries.load("../queries/siblings")


def test_parameters_are_checked(world: Store) -> None:
    with pytest.raises(MissingParameter) as missing:
        queries.run(world, "path", narrower="cervical dystonia")
    assert (missing.value.parameter, missing.value.expected) == ("broader", ["narrower", "broader"])
    with pytest.raises(MissingParameter):
        queries.run(world, "siblings", condition=None)
    with pytest.raises(UnknownParameter) as unknown:
        queries.run(world, "siblings", site="larynx")
    assert (unknown.value.parameter, unknown.value.expected) == ("site", ["condition"])


@pytest.mark.parametrize(
    "head",
    [
        "# sumary: a misspelled key",
        "# parameter: site: no kind",
        "# parameter: site (body site)",
        "# summary: one thing\n# and a line that says nothing",
    ],
)
def test_malformed_head_is_refused(head: str) -> None:
    with pytest.raises(QueryError):
        queries.parse("draft", f"{head}\n\nSELECT * {{ ?s ?p ?o }}")


def test_rows_are_plain_python(world: Store) -> None:
    rows = {
        row["phenotype"]: row
        for row in queries.run(world, "symptoms-of-condition", condition="torsion dystonia 6")
    }
    torticollis = rows["http://purl.obolibrary.org/obo/HP_0000473"]
    assert (torticollis["lower"], torticollis["excluded"]) == (0.5862, False)
    assert torticollis["onset"] is None
    [issued] = [row["issued"] for row in queries.run(world, "sources") if row["issued"]]
    assert issued == datetime.date(2026, 5, 5)
    [count] = [row["below"] for row in queries.run(world, "orphans") if row["root"]]
    assert count == 12


def test_rows_make_a_data_frame(world: Store) -> None:
    pandas = pytest.importorskip("pandas")
    rows = queries.run(world, "most-branching")
    frame = pandas.DataFrame(rows, columns=rows.columns)
    assert (list(frame.columns), frame.narrower.sum()) == (rows.columns, 13)


def test_rows_are_computed_as_they_are_taken(world: Store) -> None:
    everything = " ".join(f"?s{i} ?p{i} ?o{i} ." for i in range(6))  # 537 to the sixth
    rows = queries.execute(world, f"SELECT * {{ {everything} }}")
    assert isinstance(rows, queries.Rows)
    assert len(next(iter(rows))) == 18


def test_execute_answers_every_form(world: Store) -> None:
    assert queries.execute(world, "ASK { obo:MONDO_0000477 a dkg:Condition }") is True
    assert queries.execute(world, "ASK { obo:MONDO_0000477 a dkg:Gene }") is False
    triples = queries.execute(
        world, "CONSTRUCT { ?s skos:narrower ?o } WHERE { ?o skos:broader ?s }"
    )
    assert isinstance(triples, queries.Triples)
    assert len(list(triples)) == 20
    described = queries.execute(world, "DESCRIBE specialist:neurologist")
    assert isinstance(described, queries.Triples)
    assert {t.predicate.value for t in described} >= {vocabulary.SKOS.prefLabel}


@pytest.mark.parametrize(
    ("sparql", "line", "problem"),
    [
        ("SELECT ?x WHERE {\n  ?x nope:p ?y\n}", 2, "Prefix not found"),
        ("SELECT ?x (COUNT(?y) AS ?n)\n{ ?y ?p ?x }", 2, "The SELECT contains a variable"),
        ("SELEC ?x", 1, "expected"),
        ("SELECT ?x WHERE {\n  ?x ?p\n}", 3, "expected"),
        ("DROP ALL", 1, "expected"),
        ("", 1, "expected"),
    ],
)
def test_syntax_error_shows_the_place(sparql: str, line: int, problem: str, world: Store) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        queries.execute(world, sparql)
    assert caught.value.line == line
    assert problem in caught.value.problem
    shown = sparql.splitlines()[line - 1] if sparql else ""
    assert f"  {shown}\n  " in str(caught.value)
    assert str(caught.value).endswith(" " * (caught.value.column - 1) + "^")
