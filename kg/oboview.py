"""The graph as clients of OBO ontologies expect it: classes with labels, synonyms, definitions.

A build adds it on request, as a graph of its own, so that tools that ask `rdfs:label` and
`rdfs:subClassOf` of a SPARQL endpoint work unchanged, such as the Ontology Access Kit's `sparql:`.
It says nothing new: conditions, phenotypes and body sites, in the terms of OWL, OBO in OWL and the
Information Artifact Ontology.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from .ntriples import TRUE, Triple, node, text
from .vocabulary import DCTERMS, DKG, GRAPH, ISOTHES, OBO, OBOINOWL, OWL, RDF, RDFS, SKOS

NAME = "obo-view"
VIEW = GRAPH + NAME
TITLE = "disease-kg view for clients of OBO ontologies"

_A = node(RDF.type)
_CLASS = node(OWL.Class)
_KINDS = frozenset(map(node, (DKG.Condition, DKG.DeprecatedCondition, DKG.Phenotype, DKG.BodySite)))
_TEXTS = {
    node(SKOS.prefLabel): node(RDFS.label),
    node(SKOS.altLabel): node(OBOINOWL.hasExactSynonym),
    node(SKOS.definition): node(OBO.IAO_0000115),
}
_BROADER, _GENERIC, _PARTITIVE, _REPLACED = map(
    node,
    (SKOS.broader, ISOTHES.broaderGeneric, ISOTHES.broaderPartitive, DCTERMS.isReplacedBy),
)
_KIND_OF, _PART_OF, _SUCCESSOR = map(node, (RDFS.subClassOf, OBO.BFO_0000050, OBO.IAO_0100001))
_ENGLISH = "@en"


class OboView:
    """What the view needs of the triples of the sources, kept while they stream by."""

    def __init__(self) -> None:
        self._things: dict[str, None] = {}
        self._texts: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._links: dict[str, dict[tuple[str, str], None]] = {
            predicate: {} for predicate in (_BROADER, _GENERIC, _PARTITIVE, _REPLACED)
        }

    def watching(self, triples: Iterable[Triple]) -> Iterator[Triple]:
        """Yield the triples as they are, and keep of them what the view needs."""
        for triple in triples:
            self.add(triple)
            yield triple

    def add(self, triple: Triple) -> None:
        """Keep a triple, in N-Triples syntax, if the view needs it."""
        subject, predicate, object = triple
        if predicate == _A:
            if object in _KINDS:
                self._things[subject] = None
        elif predicate in self._links:
            self._links[predicate][subject, object] = None
        elif predicate in _TEXTS and object.endswith((_ENGLISH, '"')):
            self._texts[subject].append((_TEXTS[predicate], object.removesuffix(_ENGLISH)))

    def triples(self) -> Iterator[Triple]:
        """Yield the view: every thing is a class, its texts are in English and without a tag."""
        yield _PART_OF, _A, node(OWL.ObjectProperty)
        yield _PART_OF, node(RDFS.label), text("part of")
        for thing in self._things:
            yield thing, _A, _CLASS
            for predicate, value in dict.fromkeys(self._texts[thing]):
                yield thing, predicate, value
        for link in self._links[_BROADER]:
            if link[0] in self._things and link[1] in self._things:
                is_part = link in self._links[_PARTITIVE]
                if is_part:
                    yield link[0], _PART_OF, link[1]
                if not is_part or link in self._links[_GENERIC]:
                    yield link[0], _KIND_OF, link[1]
        for old, new in self._links[_REPLACED]:
            if new in self._things:
                if old not in self._things:
                    yield old, _A, _CLASS
                    yield old, node(OWL.deprecated), TRUE
                yield old, _SUCCESSOR, new
