"""What the editor of SPARQL offers: the named queries as examples, and the terms of the graph."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, cast

import pyoxigraph as ox

from .. import queries, vocabulary
from ..errors import DiseaseKGError
from ..identifiers import compress
from ..resolve import resolve
from ..store import Store, Term
from ..vocabulary import PREFIXES, Namespace

_CLAUSE = re.compile(
    r"(?P<select>SELECT\b.*?)(?=\bWHERE\b|\{)|(?P<group>GROUP BY\b[^\n}]*(?:\n\s+[^\n}]*)*)"
    r"|ORDER BY\b[^\n}]*",
    re.DOTALL,
)
_HEAD = re.compile(r"(?:#[^\n]*\n)*")
_TERMS = """
    SELECT ?term ?label {
      { ?term rdfs:label ?label . ?term rdfs:isDefinedBy <https://w3id.org/disease-kg/ontology> }
      UNION
      { ?term a ?kind ; skos:prefLabel ?label
        VALUES ?kind { dkg:RarityAuthority dkg:RarityCriterion dkg:Specialist } }
      UNION
      { ?term a dcat:Dataset ; dcterms:title ?label }
      FILTER (LANG(?label) = "en")
    }"""


def example(store: Store, name: str) -> str:
    """Return the text of a named query, asking what its example asks; raises UnknownQuery.

    What the example names is written in place of the variable, which is as fast as binding it. A
    graph that lacks it leaves the variable free. Of the head its summary stays.
    """
    query = queries.load(name)
    body = _HEAD.sub(f"# {query.summary}\n", query.text, count=1)
    try:
        given = {
            key: resolve(store, text, query.parameter(key).kind)
            for key, text in query.example.items()
        }
    except DiseaseKGError:
        return body
    return written(body, given) if given else body


def written(sparql: str, given: dict[str, Term]) -> str:
    """Return a query with terms in place of variables; a column that is selected stays.

    >>> print(written("SELECT ?a ?b WHERE { ?a ?p ?b }", {"a": ox.NamedNode("x:1")}))
    SELECT (<x:1> AS ?a) ?b WHERE { <x:1> ?p ?b }
    """
    begin = len(cast(re.Match[str], _HEAD.match(sparql))[0])
    head, body = sparql[:begin], sparql[begin:]
    variable = re.compile(rf"\s?\?({'|'.join(map(re.escape, given))})\b")
    text, end = "", 0

    def term(found: re.Match[str]) -> str:
        return found[0].partition("?")[0] + str(given[found[1]])

    for clause in _CLAUSE.finditer(body):
        text += variable.sub(term, body[end : clause.start()])
        if clause["select"]:
            text += _selected(clause["select"], given)
        else:
            text += variable.sub("", clause[0]) if clause["group"] else clause[0]
        end = clause.end()
    return head + text + variable.sub(term, body[end:])


def _selected(clause: str, given: dict[str, Term]) -> str:
    """Return a SELECT clause whose columns stay, while what is computed has the terms."""
    text, depth = "", 0
    for part in re.split(r"(\(|\)|\?\w+)", clause):
        depth += (part == "(") - (part == ")")
        value = given.get(part[1:]) if part.startswith("?") else None
        text += part if value is None else str(value) if depth else f"({value} AS {part})"
    return text


def terms(store: Store) -> dict[str, Any]:
    """Return what to complete a query with: prefixes, and terms as (prefixed name, label)."""
    rows = cast(ox.QuerySolutions, store.query(_TERMS))
    labels = {str(row["term"].value): str(row["label"].value) for row in rows}
    for iri in _vocabulary():
        labels.setdefault(iri, "")
    named = sorted((short, label) for iri, label in labels.items() if (short := _prefixed(iri)))
    return {"prefixes": PREFIXES, "terms": named}


@cache
def _vocabulary() -> tuple[str, ...]:
    """The terms that the graph uses, of every vocabulary."""
    spaces = (space for space in vars(vocabulary).values() if isinstance(space, Namespace))
    return tuple(term for space in spaces for term in space)


def _prefixed(iri: str) -> str:
    """Return an IRI as a prefixed name of SPARQL, "" where that cannot be.

    >>> _prefixed("https://w3id.org/disease-kg/ontology#specialist")
    'dkg:specialist'
    """
    fitting = [prefix for prefix, base in PREFIXES.items() if iri.startswith(base)]
    prefix = max(fitting, key=lambda one: len(PREFIXES[one]), default="")
    name = iri.removeprefix(PREFIXES.get(prefix, ""))
    return f"{prefix}:{name}" if prefix and re.fullmatch(r"[\w-]+", name) else ""


def short(iri: str) -> str:
    """Return an IRI as it is read most easily: an identifier, a prefixed name, or itself."""
    return compress(iri) or _prefixed(iri) or iri
