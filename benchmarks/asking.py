"""Questions in one process: the same answer from each tool, then its time.

The hierarchy goes to every tool as the same pairs, out of the store: a file of OBO for pronto and
the Ontology Access Kit, one of N-Triples for Owlready2, a graph for networkx and nxontology.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from measure import Row, median

from kg import facets
from kg.conditions import Condition
from kg.exports import export
from kg.hierarchy import Hierarchy
from kg.identifiers import compress
from kg.resolve import resolve
from kg.store import Store

GROUP, SYMPTOM, BELOW = "hereditary disease", "HP:0100022", "nervous system disorder"
SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
OWL_CLASS = "http://www.w3.org/2002/07/owl#Class"


def same(what: str, one: object, other: object) -> None:
    """End the benchmark if two tools do not answer the same."""
    if one != other:
        raise SystemExit(f"{what}: the answers differ")


def column(store: Store, sparql: str) -> list[str]:
    """Return the first column of an answer, read to the end."""
    return [row[0].value for row in store.query(sparql)]  # type: ignore[union-attr,index]


def names(store: Store) -> list[Row]:
    """Return searches beside CONTAINS on the same store."""
    contains = """SELECT DISTINCT ?c {{ ?c a dkg:Condition ; skos:prefLabel|skos:altLabel ?name
        FILTER CONTAINS(LCASE(STR(?name)), "{}") }}"""
    rows = []
    for asked, word in (("dystonia", "dystonia"), ("blefarospasm", "blepharospasm")):
        found = {match.iri for match in store.names.search(asked, "Condition")}
        has = set(column(store, contains.format(word)))
        if not found <= has:
            raise SystemExit(f"search {asked}: finds what has not the word")
        rows.append(Row(f"search {asked!r}"))
        search, scan = partial(store.names.search, asked, "Condition"), contains.format(word)
        rows[-1].taken = {
            "disease-kg": (median(search), None),
            "pyoxigraph, CONTAINS": (median(partial(column, store, scan), 3), None),
        }
    return rows


def kinds(store: Store) -> list[Row]:
    """Return all kinds of a big group, with names, and kinds of X with a symptom below Y."""
    hierarchy = Hierarchy.of(store)
    group = str(resolve(store, GROUP, "condition").value)
    below = str(resolve(store, BELOW, "condition").value)
    symptom = str(resolve(store, SYMPTOM, "phenotype").value)
    stored = f"""SELECT ?c ?name {{ ?c skos:broaderTransitive <{group}> ; a dkg:Condition ;
        skos:prefLabel ?name FILTER (LANG(?name) = "en") }}"""
    paths = stored.replace("skos:broaderTransitive", "skos:broader+")
    with_paths = f"""SELECT DISTINCT ?c {{ ?c dkg:symptom ?p ; skos:broader+ <{below}> .
        ?p skos:broader* <{symptom}> }}"""
    with_closure = f"""SELECT DISTINCT ?c {{ ?c skos:broaderTransitive <{below}> ; dkg:symptom ?p
        {{ ?p skos:broaderTransitive <{symptom}> }} UNION {{ VALUES ?p {{ <{symptom}> }} }} }}"""
    answer = {iri for iri, _ in hierarchy.narrower(group)}
    same("kinds", answer, set(column(store, stored)))
    same("kinds", answer, set(column(store, paths)))
    having = {iri for iri, _ in facets.conditions(store, among=below, symptom=symptom)}
    same("with symptom", having, set(column(store, with_paths)))
    same("with symptom", having, set(column(store, with_closure)))
    ask = facets.conditions
    return [
        Row(
            f"the {len(answer):,} kinds of {GROUP}, with names",
            {
                "disease-kg": (median(lambda: hierarchy.narrower(group)), None),
                "pyoxigraph, closure stored": (median(lambda: column(store, stored), 3), None),
                "pyoxigraph, paths": (median(lambda: column(store, paths), 3), None),
            },
        ),
        Row(
            f"the {len(having):,} kinds of {BELOW} with a kind of abnormal movement",
            {
                "disease-kg": (median(lambda: ask(store, among=below, symptom=symptom)), None),
                "pyoxigraph, closure stored": (
                    median(lambda: column(store, with_closure), 3),
                    None,
                ),
                "pyoxigraph, paths": (median(lambda: column(store, with_paths), 3), None),
            },
        ),
    ]


def steps(store: Store) -> list[Row]:
    """Return ancestors and descendants of 200 conditions, by each tool of the field."""
    hierarchy = Hierarchy.of(store)
    taxonomy = store.arrays.taxonomy("condition")
    iris, graph = taxonomy.iris, hierarchy.graph
    some = random.Random(1).sample(iris, 200)
    above = [list(taxonomy.above[n]) for n in range(len(iris))]
    under = [list(taxonomy.below[n]) for n in range(len(iris))]
    number = {iri: n for n, iri in enumerate(iris)}

    def arrays(rows: list[list[int]]) -> Callable[[str], set[str]]:
        return lambda iri: {iris[n] for n in rows[number[iri]]}

    tools: dict[str, tuple[Callable[[str], set[str]], Callable[[str], set[str]]]] = {
        "disease-kg": (hierarchy.ancestors, hierarchy.descendants),
        "plain lists": (arrays(above), arrays(under)),
        **_others(graph, taxonomy.labels),
    }
    rows = []
    for place, what in enumerate(("ancestors", "descendants")):
        row = Row(f"{what} of 200 conditions")
        expected = [tools["disease-kg"][place](iri) for iri in some]
        for name, both in tools.items():
            ask = both[place]
            same(f"{what} by {name}", expected, [set(ask(iri)) for iri in some])
            row.taken[name] = (median(lambda ask=ask: [ask(iri) for iri in some], 3), None)
        rows.append(row)
    rows.append(_common(hierarchy, some, tools["plain lists"][0], graph))
    return rows


def _common(
    hierarchy: Hierarchy, some: list[str], plain: Callable[[str], set[str]], graph: Any
) -> Row:
    import networkx

    pairs = list(zip(some[::2], some[1::2], strict=True))

    def with_networkx(one: str, other: str) -> set[str]:
        first, second = networkx.ancestors(graph, one), networkx.ancestors(graph, other)
        return (first | {one}) & (second | {other})

    asks: dict[str, Callable[[str, str], set[str]]] = {
        "disease-kg": hierarchy.common_ancestors,
        "plain lists": lambda one, other: (plain(one) | {one}) & (plain(other) | {other}),
        "networkx": with_networkx,
    }
    row = Row("common types of 100 pairs")
    expected = [hierarchy.common_ancestors(*pair) for pair in pairs]
    for name, ask in asks.items():
        same(f"common by {name}", expected, [ask(*pair) for pair in pairs])
        row.taken[name] = (median(lambda ask=ask: [ask(*pair) for pair in pairs], 3), None)
    return row


def _others(graph: Any, labels: list[str]) -> dict[str, Any]:
    import networkx
    import nxontology
    import owlready2
    import pronto
    from oaklib import get_adapter

    folder = Path(tempfile.mkdtemp())
    obo, triples = folder / "hierarchy.obo", folder / "hierarchy.nt"
    curies = {iri: str(compress(iri)) for iri in graph}
    iri_of = {curie: iri for iri, curie in curies.items()}
    with obo.open("w") as file:
        file.write("format-version: 1.2\nontology: hierarchy\n")
        for iri in graph:
            file.write(f"\n[Term]\nid: {curies[iri]}\nname: {curies[iri]}\n")
            file.writelines(f"is_a: {curies[up]}\n" for up in graph.predecessors(iri))
    with triples.open("w") as file:
        a = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
        file.writelines(f"<{iri}> {a} <{OWL_CLASS}> .\n" for iri in graph)
        file.writelines(f"<{down}> <{SUBCLASS}> <{up}> .\n" for up, down in graph.edges)
    terms = pronto.Ontology(str(obo))
    world = owlready2.World()
    world.get_ontology("http://example.org/h#").load(fileobj=triples.open("rb"))
    classes = {iri: world[iri] for iri in graph}
    kit = get_adapter(f"pronto:{obo}")
    frozen: Any = nxontology.NXOntology(graph.copy())
    frozen.freeze()

    def of_pronto(found: Iterable[Any], iri: str) -> set[str]:
        return {iri_of[term.id] for term in found} - {iri}

    def of_owl(found: Iterable[Any], iri: str) -> set[str]:
        return {str(one.iri) for one in found} & iri_of_all - {iri}

    iri_of_all = set(graph)

    def of_kit(found: Iterable[str], iri: str) -> set[str]:
        return {iri_of[one] for one in found if one in iri_of} - {iri}

    is_a = ["rdfs:subClassOf"]
    return {
        "networkx": (
            lambda iri: networkx.ancestors(graph, iri),
            lambda iri: networkx.descendants(graph, iri),
        ),
        "nxontology": (
            lambda iri: set(frozen.node_info(iri).ancestors) - {iri},
            lambda iri: set(frozen.node_info(iri).descendants) - {iri},
        ),
        "pronto": (
            lambda iri: of_pronto(terms[curies[iri]].superclasses(), iri),
            lambda iri: of_pronto(terms[curies[iri]].subclasses(), iri),
        ),
        "Owlready2": (
            lambda iri: of_owl(classes[iri].ancestors(), iri),
            lambda iri: of_owl(classes[iri].descendants(), iri),
        ),
        "Ontology Access Kit": (
            lambda iri: of_kit(kit.ancestors(curies[iri], predicates=is_a), iri),
            lambda iri: of_kit(kit.descendants(curies[iri], predicates=is_a), iri),
        ),
    }


def documents(store: Store) -> list[Row]:
    """Return one condition as JSON-LD beside PyLD's compaction of the same statements."""
    from pyld import jsonld

    from kg import resources

    context = json.loads(resources.path("ontology", "context.jsonld").read_text())["@context"]
    rows = []
    for name in ("focal dystonia", "cervical dystonia"):
        iri = Condition.find(store, name).iri

        def written(format: str, iri: str = iri) -> bytes:
            stream = BytesIO()
            export(store, stream, format, condition=iri)
            return stream.getvalue()

        quads = written("ntriples").decode()

        def with_pyld(quads: str = quads) -> Any:
            return jsonld.compact(jsonld.from_rdf(quads), context)

        document = json.loads(written("jsonld"))
        assert len(with_pyld()["@graph"]) == len(document["@graph"]), name
        rows.append(
            Row(
                f"{name} as JSON-LD ({len(quads.splitlines())} triples)",
                {
                    "disease-kg, from the store": (median(lambda: written("jsonld")), None),
                    "PyLD, from its N-Triples": (median(with_pyld, 3), None),
                },
            )
        )
        rows.append(
            Row(
                f"{name} as a page's data",
                {"disease-kg": (median(lambda iri=iri: Condition(store, iri).as_dict()), None)},
            )
        )
    return rows


if __name__ == "__main__":  # a process of its own, so that others are measured from a small one
    opened = Store.open(sys.argv[1])
    for row in (*names(opened), *kinds(opened), *steps(opened), *documents(opened)):
        print(json.dumps(asdict(row)))
