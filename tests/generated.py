"""Queries, graphs and texts made by chance from a seed, for tests and for longer campaigns."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import rdflib

from kg.store import Store

Answer = Counter[tuple[str, ...]] | bool

HOSTILE_TEXTS = [
    "",
    " ",
    "'",
    '"',
    "\\",
    "%",
    "*",
    "\x00",
    "\x1b[31m",
    "\r\n",
    "\u202e",
    "\ufeff",
    "<script>alert(1)</script>",
    "'; DROP TABLE name; --",
    '" OR 1=1 --',
    "} UNION { ?s ?p ?o",
    "> . <urn:x> <urn:y> <urn:z",
    "http://example.org/> { } #",
    "../../etc/passwd",
    "MONDO:0000477\n",
    "MONDO:" + "9" * 500,
    "x" * 50_000,
    "NEAR(a b)",
    "a AND (b OR",
    "col:umn",
    "-1e999",
    "NaN",
    "${jndi:ldap://x}",
    "{{7*7}}",
    "%s%n",
]


def queries(store: Store, number: int, seed: int = 0) -> Iterator[str]:
    """Yield SPARQL queries over what a store has: patterns of one to four triples, put together."""
    chance = random.Random(seed)
    triples = sorted({quad.triple for quad in store.quads()}, key=str)
    for _ in range(number):
        yield _query(chance, triples)


def _query(chance: random.Random, triples: list[Any]) -> str:
    parts = [_pattern(chance, triples)]
    for _ in range(chance.randrange(3)):
        more = _pattern(chance, triples)
        form = chance.choice(
            ["{p}", "OPTIONAL {{ {p} }}", "MINUS {{ {p} }}", "FILTER NOT EXISTS {{ {p} }}"]
        )
        parts.append(form.format(p=more))
    if chance.random() < 0.3:
        parts = [f"{{ {' '.join(parts)} }} UNION {{ {_pattern(chance, triples)} }}"]
    if chance.random() < 0.4:
        parts.append(chance.choice(_FILTERS))
    body = " ".join(parts)
    return chance.choice(
        [
            f"SELECT ?a ?b ?c {{ {body} }}",
            f"SELECT DISTINCT ?a ?c {{ {body} }}",
            f"SELECT ?a (COUNT(DISTINCT ?b) AS ?n) {{ {body} }} GROUP BY ?a",
            f"SELECT (COUNT(*) AS ?n) {{ {body} }}",
            f"ASK {{ {body} }}",
        ]
    )


_PATH = ">? "
_FALSY = ('"0', '"false"', '""')
_FILTERS = [
    "FILTER(isIRI(?b))",
    "FILTER(isLiteral(?b))",
    "FILTER(BOUND(?c))",
    "FILTER(?a != ?b)",
    'FILTER(CONTAINS(LCASE(STR(?b)), "dyst"))',
    'FILTER(REGEX(STR(?c), "^http"))',
    "FILTER(STRLEN(STR(?b)) > 20)",
    'FILTER(LANGMATCHES(LANG(?b), "en"))',
    "FILTER(SAMETERM(?a, ?c))",
]


def _pattern(chance: random.Random, triples: list[Any]) -> str:
    triple = chance.choice(triples)
    subject = str(triple.subject) if chance.random() < 0.25 else "?a"
    predicate = str(triple.predicate)
    if chance.random() < 0.2 and isinstance(triple.object, ox.NamedNode):
        predicate = chance.choice(["{p}+", "^{p}", "{p}|^{p}", "{p}/{p}", "{p}?"]).format(
            p=predicate
        )
    object = str(triple.object) if chance.random() < 0.25 else chance.choice(["?b", "?c"])
    return f"{subject} {predicate} {object} ."


def in_rdflib(store: Store) -> rdflib.Graph:
    """Return the union of a store's graphs in rdflib, every literal as it is written."""
    text = ox.serialize({quad.triple for quad in store.quads()}, format=ox.RdfFormat.N_TRIPLES)
    assert text is not None
    return rdflib.Graph().parse(data=text, format="nt")


def answer_of_oxigraph(store: Store, query: str) -> Answer:
    """Return the rows as a bag of N-Triples terms, or yes or no."""
    answer = store.query(query)
    if isinstance(answer, ox.QuerySolutions):
        return Counter(
            tuple("" if term is None else _plain(str(term)) for term in row) for row in answer
        )
    return bool(answer)


def answer_of_rdflib(graph: rdflib.Graph, query: str) -> Answer:
    """Return the same of rdflib."""
    answer = graph.query(query)
    if answer.type == "ASK":
        return bool(answer.askAnswer)
    found = Counter[tuple[str, ...]]()
    for row in answer.bindings:  # iterating over the answer leaves out rows that bind nothing
        terms = (row.get(variable) for variable in answer.vars or ())
        found[tuple("" if term is None else _plain(term.n3()) for term in terms)] += 1
    return found


def explained(query: str, ours: Answer, theirs: Answer) -> str:
    """Return why two answers differ, where it is known: a deviation of rdflib from SPARQL 1.1."""
    if "GROUP BY" in query and ours == Counter() and theirs == Counter({("", ""): 1}):
        return "rdflib makes a group of no solutions (SPARQL 1.1, section 11.2, makes none)"
    if isinstance(ours, Counter) and isinstance(theirs, Counter) and _PATH in query:
        differing = (theirs - ours) + (ours - theirs)
        if all(any(cell.startswith(_FALSY) for cell in row) for row in differing):
            return "rdflib takes a literal that is 0 or false for unbound in paths (`if subj`)"
    return ""


def _plain(term: str) -> str:
    """Return a term by its value, where tools write it in several ways."""
    (quad,) = ox.parse(f"<x:> <x:> {term} .".encode(), format=ox.RdfFormat.TURTLE)
    return str(quad.object)


def graphs(slices: Path, number: int, seed: int = 0) -> Iterator[tuple[str, set[Any]]]:
    """Yield (what it is, triples) of good and bad graphs, made of the slices of the shapes' tests.

    Each is the good world with some bad slices, of which some triples may be gone or changed.
    """
    chance = random.Random(seed)
    good = _triples(slices / "good.ttl")
    bad = sorted((slices / "bad").glob("*.ttl"))
    for _ in range(number):
        chosen = chance.sample(bad, chance.choice([0, 1, 1, 2, 3]))
        triples = good.union(*map(_triples, chosen))
        changed = 0
        for triple in chance.sample(sorted(triples, key=str), chance.choice([0, 0, 1, 2])):
            triples.discard(triple)
            changed += 1
            if chance.random() < 0.5:
                triples.add(_changed(chance, triple))
        yield f"{'+'.join(file.stem for file in chosen) or 'good'}, {changed} changed", triples


def _triples(path: Path) -> set[Any]:
    return {quad.triple for quad in ox.parse(path=str(path))}


def _changed(chance: random.Random, triple: Any) -> ox.Triple:
    object = chance.choice(
        [
            ox.Literal("changed"),
            ox.Literal("changed", language="en"),
            ox.Literal(7),
            ox.Literal(True),
            ox.NamedNode("http://example.org/changed"),
            triple.subject,
        ]
    )
    return ox.Triple(triple.subject, triple.predicate, object)
