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
from ..sparql import bound
from ..store import Store
from ..vocabulary import PREFIXES, Namespace

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

    What the example names is written in place of the variable. A graph that lacks it leaves the
    variable free. Of the head its summary stays.
    """
    query = queries.load(name)
    body = _HEAD.sub(f"# {query.summary}\n", query.text, count=1)
    try:
        given = {
            key: str(resolve(store, text, query.parameter(key).kind))
            for key, text in query.example.items()
        }
    except DiseaseKGError:
        return body
    return bound(body, given)


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
