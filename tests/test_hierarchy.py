"""The hierarchy: facts about a tiny world, and the same answers as networkx on random graphs."""

import subprocess
import sys
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import infer, queries
from kg.errors import InvalidIdentifier, UnknownThing
from kg.hierarchy import Hierarchy, Row, render
from kg.identifiers import expand
from kg.store import Store

WORLD = Path(__file__).parent / "fixtures" / "world.trig"
DISEASE = expand("MONDO:0700096")
NERVOUS = expand("MONDO:0005071")
MOVEMENT = expand("MONDO:0005395")
DYSTONIA = expand("MONDO:0003441")
FOCAL = expand("MONDO:0000477")
CERVICAL = expand("MONDO:0000481")
BLEPHAROSPASM = expand("MONDO:0011728")
SPASMODIC = expand("MONDO:0000485")
LARYNGEAL = expand("MONDO:0004382")
DYT6 = expand("MONDO:0011264")


@pytest.fixture(scope="module")
def world() -> Hierarchy:
    return Hierarchy.of(Store.in_memory(WORLD))


def _labels(world: Hierarchy, iris: Iterable[str]) -> set[str]:
    return {world.label(iri) for iri in iris}


def test_ancestors_and_descendants(world: Hierarchy) -> None:
    assert _labels(world, world.ancestors(FOCAL)) == {
        "dystonic disorder",
        "movement disorder",
        "nervous system disorder",
        "human disease",
    }
    assert _labels(world, world.descendants(FOCAL)) == {
        "cervical dystonia",
        "benign essential blepharospasm",
        "spasmodic dystonia",
        "oromandibular dystonia",
        "torsion dystonia 7",
    }
    assert world.ancestors(DISEASE) == world.descendants(CERVICAL) == set()


def test_distance_and_depth(world: Hierarchy) -> None:
    assert world.distance(CERVICAL, DISEASE) == 5
    assert world.distance(SPASMODIC, DISEASE) == 2
    assert world.distance(CERVICAL, CERVICAL) == 0
    assert world.distance(DISEASE, CERVICAL) is None
    assert world.depth(DISEASE) == 0
    assert world.depth(SPASMODIC) == 2


def test_paths_shortest_first_and_limited(world: Hierarchy) -> None:
    short = [SPASMODIC, LARYNGEAL, DISEASE]
    long = [SPASMODIC, FOCAL, DYSTONIA, MOVEMENT, NERVOUS, DISEASE]
    assert list(world.paths(SPASMODIC, DISEASE)) == [short, long]
    assert list(world.paths(SPASMODIC, DISEASE, limit=1)) == [short]
    assert list(world.paths(DISEASE, SPASMODIC)) == []
    assert list(world.paths(FOCAL, FOCAL)) == [[FOCAL]]


def test_what_two_have_in_common(world: Hierarchy) -> None:
    assert world.nearest_common(CERVICAL, BLEPHAROSPASM) == {FOCAL}
    assert world.nearest_common(CERVICAL, DYT6) == {DYSTONIA}
    assert world.nearest_common(CERVICAL, LARYNGEAL) == {DISEASE}
    assert world.nearest_common(CERVICAL, FOCAL) == {FOCAL}
    assert world.common_ancestors(CERVICAL, DYT6) == {DYSTONIA, MOVEMENT, NERVOUS, DISEASE}


def test_roots_and_cycles(world: Hierarchy) -> None:
    assert _labels(world, world.roots()) == {"human disease", "disease characteristic"}
    assert world.cycles() == []


def test_other_kinds() -> None:
    sites = Hierarchy.of(Store.in_memory(WORLD), "body site")
    larynx, head_and_neck = expand("UBERON:0001737"), expand("UBERON:0007811")
    assert sites.distance(larynx, head_and_neck) == 2
    assert set(sites.graph) & {FOCAL} == set()


def test_graph_goes_from_general_to_specific(world: Hierarchy) -> None:
    assert world.graph.has_edge(DYSTONIA, FOCAL)
    assert world.graph.nodes[FOCAL] == {"label": "focal dystonia"}
    assert world.graph is world.graph
    assert networkx.descendants(world.graph, FOCAL) == world.descendants(FOCAL)


@pytest.mark.parametrize(
    "question",
    ["ancestors", "descendants", "depth", "tree"],
)
def test_unknown_things_are_said_to_be_unknown(world: Hierarchy, question: str) -> None:
    with pytest.raises(UnknownThing):
        getattr(world, question)(expand("MONDO:9999999"))


@pytest.mark.parametrize("text", ["focal dystonia", "MONDO:0000477", "mondo:0000477", "GARD:6458"])
def test_every_spelling_is_the_same_thing(world: Hierarchy, text: str) -> None:
    assert world.ancestors(text) == world.ancestors(FOCAL)
    assert world.narrower(text) == world.narrower(FOCAL)
    assert world.depth(text) == world.depth(FOCAL)
    assert world.distance("cervical dystonia", text) == 1
    assert list(world.tree(text)) == list(world.tree(FOCAL))
    assert list(world.paths("cervical dystonia", text)) == [[CERVICAL, FOCAL]]
    assert world.common_ancestors(text, text) == world.common_ancestors(FOCAL, FOCAL)
    assert world.nearest_common("blepharospasm", "cervical dystonia") == {FOCAL}
    assert world.label(text) == "focal dystonia"


def test_every_spelling_of_what_is_unknown_is_said_to_be(world: Hierarchy) -> None:
    for text in ("focal distonia", "MONDO:9999999"):
        for question in (world.ancestors, world.tree, world.label):
            with pytest.raises(UnknownThing):
                question(text)
    with pytest.raises(InvalidIdentifier):
        world.ancestors("NOPE:1")
    with pytest.raises(UnknownThing, match="no body site"):
        Hierarchy.of(Store.in_memory(WORLD), "body site").ancestors("UBERON:9999999")


def test_label_falls_back() -> None:
    store = Store.in_memory(
        """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        PREFIX obo: <http://purl.obolibrary.org/obo/>
        obo:MONDO_0000001 skos:prefLabel "Krankheit"@de, "disease"@en .
        obo:MONDO_0000002 skos:prefLabel "Krankheit"@de .
        obo:MONDO_0000003 skos:notation "MONDO:0000003" ."""
    )
    labels = [Hierarchy.of(store).label(expand(f"MONDO:000000{n}")) for n in (1, 2, 3)]
    assert labels == ["disease", "Krankheit", "MONDO:0000003"]
    assert Hierarchy.of(store).label("http://example.org/x") == "http://example.org/x"


def test_tree_down(world: Hierarchy) -> None:
    assert render(world.tree(DYSTONIA, 2)) == (
        "dystonic disorder  MONDO:0003441  (8)\n"
        "├─ focal dystonia  MONDO:0000477  (5)\n"
        "│  ├─ benign essential blepharospasm  MONDO:0011728\n"
        "│  ├─ cervical dystonia  MONDO:0000481\n"
        "│  ├─ oromandibular dystonia  MONDO:0019771\n"
        "│  ├─ spasmodic dystonia  MONDO:0000485\n"
        "│  └─ torsion dystonia 7  MONDO:0011200\n"
        "└─ generalized dystonia  MONDO:0000476  (1)\n"
        "   └─ torsion dystonia 6  MONDO:0011264\n"
    )
    assert [row.depth for row in world.tree(DYSTONIA, 0)] == [0]


def test_tree_up_in_ascii(world: Hierarchy) -> None:
    assert render(world.tree(SPASMODIC, None, "up"), ascii_only=True) == (
        "spasmodic dystonia  MONDO:0000485  (6)\n"
        "|- focal dystonia  MONDO:0000477  (4)\n"
        "|  `- dystonic disorder  MONDO:0003441  (3)\n"
        "|     `- movement disorder  MONDO:0005395  (2)\n"
        "|        `- nervous system disorder  MONDO:0005071  (1)\n"
        "|           `- human disease  MONDO:0700096\n"
        "`- laryngeal disorder  MONDO:0004382  (1)\n"
        "   `- human disease  MONDO:0700096\n"
    )


def _iri(number: int) -> str:
    return expand(f"MONDO:{number:07}")


def _store(edges: Iterable[tuple[int, int]], nodes: int) -> Store:
    """Return a store of conditions with (narrower, broader) edges and their closure."""
    pairs = sorted({(_iri(lower), _iri(upper)) for lower, upper in edges})
    lines = [f"<{_iri(n)}> a dkg:Condition ." for n in range(nodes)]
    lines += [f"<{lower}> skos:broader <{upper}> ." for lower, upper in pairs]
    lines += [" ".join(triple) + " ." for triple in infer.closure(infer.ancestors(pairs))]
    return Store.in_memory(
        "PREFIX dkg: <https://w3id.org/disease-kg/ontology#>\n"
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n" + "\n".join(lines)
    )


def test_records_of_other_nomenclatures_are_no_types() -> None:
    """A record may be broader than a condition's in its own nomenclature, or narrower."""
    store = Store.in_memory(
        """PREFIX dkg: <https://w3id.org/disease-kg/ontology#>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        PREFIX obo: <http://purl.obolibrary.org/obo/>
        obo:DOID_1 a dkg:Condition ; skos:prefLabel "adopted"@en .
        obo:DOID_2 a dkg:Record ; skos:prefLabel "record"@en ;
            skos:broader obo:DOID_1 ; skos:broaderTransitive obo:DOID_1 .
        obo:DOID_3 a dkg:Condition ; skos:prefLabel "type"@en ;
            skos:broader obo:DOID_1 ; skos:broaderTransitive obo:DOID_1 ."""
    )
    one, three = expand("DOID:1"), expand("DOID:3")
    assert Hierarchy.of(store).descendants(one) == {three}
    assert Hierarchy.of(store).narrower(one) == [(three, "type")]
    assert Hierarchy.of(store).broader(three) == [(one, "adopted")]
    for name in ("narrower-direct", "narrower-all"):
        (row,) = queries.run(store, name, condition=one)
        assert row["narrower"] == three


def test_a_node_seen_before_is_not_opened_again() -> None:
    hierarchy = Hierarchy.of(_store([(1, 0), (2, 0), (3, 1), (3, 2), (4, 3)], 5))
    rows = [(row.depth, row.iri, row.further, row.seen) for row in hierarchy.tree(_iri(0))]
    assert rows == [
        (0, _iri(0), 4, False),
        (1, _iri(1), 2, False),
        (2, _iri(3), 1, False),
        (3, _iri(4), 0, False),
        (1, _iri(2), 2, False),
        (2, _iri(3), 1, True),
    ]
    assert render(hierarchy.tree(_iri(0))).endswith("└─ MONDO:0000003  (1, shown above)\n")


def test_cycles_are_found_and_harm_nothing() -> None:
    hierarchy = Hierarchy.of(_store([(1, 2), (2, 3), (3, 1), (0, 1), (3, 4), (5, 5)], 6))
    assert hierarchy.cycles() == [[_iri(1), _iri(2), _iri(3)], [_iri(5)]]
    assert hierarchy.ancestors(_iri(1)) == {_iri(2), _iri(3), _iri(4)}
    assert hierarchy.ancestors(_iri(5)) == set()
    assert hierarchy.depth(_iri(0)) == 4
    assert hierarchy.depth(_iri(5)) is None
    assert hierarchy.nearest_common(_iri(0), _iri(0)) == {_iri(0)}
    assert hierarchy.nearest_common(_iri(1), _iri(3)) == {_iri(1), _iri(2), _iri(3)}
    assert list(hierarchy.paths(_iri(0), _iri(4))) == [[_iri(n) for n in (0, 1, 2, 3, 4)]]
    assert [row.iri for row in hierarchy.tree(_iri(4))] == [_iri(n) for n in (4, 3, 2, 1, 0, 3)]
    assert [row.iri for row in hierarchy.tree(_iri(5))] == [_iri(5)]


SIZE = 9
node = st.integers(0, SIZE - 1)
dags = st.sets(st.tuples(node, node).map(sorted).map(tuple).filter(lambda e: e[0] != e[1]))


@settings(max_examples=60, deadline=None)
@given(edges=dags, one=node, other=node)
def test_same_answers_as_networkx(edges: set[tuple[int, int]], one: int, other: int) -> None:
    """An edge's smaller number is the narrower: such a graph has no cycle."""
    hierarchy = Hierarchy.of(_store(edges, SIZE))
    graph = hierarchy.graph
    assert set(graph.edges) == {(_iri(upper), _iri(lower)) for lower, upper in edges}
    a, b = _iri(one), _iri(other)
    assert hierarchy.ancestors(a) == networkx.ancestors(graph, a)
    assert hierarchy.descendants(a) == networkx.descendants(graph, a)
    assert hierarchy.roots() == {n for n, degree in graph.in_degree() if degree == 0}
    assert hierarchy.cycles() == []
    assert hierarchy.distance(a, b) == _distance(graph, b, a)
    depths = [_distance(graph, root, a) for root in hierarchy.roots()]
    assert hierarchy.depth(a) == min(d for d in depths if d is not None)
    _check_paths(hierarchy, a, b)
    _check_common(hierarchy, a, b)
    shown = {row.iri: row.further for row in hierarchy.tree(a)}
    assert shown.keys() == networkx.descendants(graph, a) | {a}
    assert all(len(networkx.descendants(graph, iri)) == n for iri, n in shown.items())


def _distance(graph: "networkx.DiGraph[str]", upper: str, lower: str) -> int | None:
    if not networkx.has_path(graph, upper, lower):
        return None
    return int(networkx.shortest_path_length(graph, upper, lower))


def _check_paths(hierarchy: Hierarchy, lower: str, upper: str) -> None:
    found = list(hierarchy.paths(lower, upper))
    expected = [[*reversed(p)] for p in networkx.all_simple_paths(hierarchy.graph, upper, lower)]
    assert found == sorted(expected, key=lambda way: (len(way), way)) or lower == upper
    assert list(hierarchy.paths(lower, upper, 2)) == found[:2]
    assert all(hierarchy.graph.has_edge(b, a) for way in found for a, b in pairwise(way))


def _check_common(hierarchy: Hierarchy, one: str, other: str) -> None:
    graph = hierarchy.graph
    common = (networkx.ancestors(graph, one) | {one}) & (networkx.ancestors(graph, other) | {other})
    assert hierarchy.common_ancestors(one, other) == common
    nearest = {c for c in common if not networkx.descendants(graph, c) & common}
    assert hierarchy.nearest_common(one, other) == nearest


def test_questions_do_not_import_networkx() -> None:
    asked = (
        "import sys; from pathlib import Path; from kg.store import Store\n"
        "from kg.hierarchy import Hierarchy, render\n"
        f"h = Hierarchy.of(Store.in_memory(Path({str(WORLD)!r})))\n"
        f"a, b = {CERVICAL!r}, {DISEASE!r}\n"
        "render(h.tree(b)), list(h.paths(a, b)), h.nearest_common(a, b), h.depth(a), h.roots()\n"
        "assert 'networkx' not in sys.modules and 'rdflib' not in sys.modules"
    )
    root = Path(__file__).parent.parent
    subprocess.run([sys.executable, "-c", asked], check=True, cwd=root)


def test_render_of_nothing_and_of_one() -> None:
    assert render([]) == ""
    assert render([Row(0, FOCAL, "focal dystonia", 1234)]).endswith("(1,234)\n")
