"""The ontology defines exactly the terms that the project uses, each with a plain definition."""

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import resources
from kg.vocabulary import DKG, OWL, RDF, RDFS, SKOS

ROOT = Path(__file__).parent.parent
ONTOLOGY = "https://w3id.org/disease-kg/ontology"
GRAPH = ox.Dataset(ox.parse(path=str(resources.path("ontology", "disease-kg.ttl"))))
KINDS = {
    OWL.base + kind: kind
    for kind in ("Class", "ObjectProperty", "DatatypeProperty", "NamedIndividual")
}
USERS = sorted(
    path
    for pattern in ("ontology/shapes.ttl", "queries/*.rq", "data/curated/*.ttl", "kg/**/*.py")
    for path in ROOT.glob(pattern)
)


def objects(subject: str, predicate: str) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
    """Return the objects of a subject's property."""
    quads = GRAPH.quads_for_subject(ox.NamedNode(subject))
    return [q.object for q in quads if q.predicate.value == predicate]  # type: ignore[misc]


def terms() -> dict[str, str]:
    """Return the kind of each of the project's terms, by its IRI."""
    return {
        q.subject.value: KINDS[q.object.value]
        for q in GRAPH
        if isinstance(q.subject, ox.NamedNode)
        and isinstance(q.object, ox.NamedNode)
        and q.predicate.value == RDF.type
        and q.subject.value.startswith(DKG.base)
        and q.object.value in KINDS
    }


TERMS = terms()


def test_terms_are_those_of_the_vocabulary() -> None:
    assert set(TERMS) == set(DKG)
    assert len(TERMS) > 60


def test_ontology_says_what_it_is() -> None:
    for term in ("title", "description", "license"):
        assert objects(ONTOLOGY, "http://purl.org/dc/terms/" + term)
    assert objects(ONTOLOGY, OWL.base + "versionInfo")


@pytest.mark.parametrize("term", sorted(TERMS))
def test_term_is_labeled_and_defined_once(term: str) -> None:
    (label,) = objects(term, RDFS.label)
    (definition,) = objects(term, SKOS.definition)
    assert isinstance(label, ox.Literal) and label.language == "en"
    assert isinstance(definition, ox.Literal) and definition.value.endswith(".")
    assert [o.value for o in objects(term, RDFS.base + "isDefinedBy")] == [ONTOLOGY]


@pytest.mark.parametrize("term", sorted(t for t in TERMS if TERMS[t].endswith("Property")))
def test_property_has_one_domain_and_one_range(term: str) -> None:
    assert len(objects(term, RDFS.base + "domain")) == 1
    (range_,) = objects(term, RDFS.base + "range")
    literal = range_.value.startswith("http://www.w3.org/2001/XMLSchema#") or (
        range_.value == RDFS.base + "Literal"
    )
    assert literal == (TERMS[term] == "DatatypeProperty")


@pytest.mark.parametrize("term", sorted(t for t in TERMS if TERMS[t] == "NamedIndividual"))
def test_individual_has_a_class_of_the_ontology(term: str) -> None:
    assert {o.value for o in objects(term, RDF.type)} & set(TERMS)


def test_subject_of_every_triple_is_described_here() -> None:
    mentioned = {
        q.object.value
        for q in GRAPH
        if isinstance(q.object, ox.NamedNode) and q.object.value.startswith(DKG.base)
    }
    assert mentioned <= set(TERMS)


@pytest.mark.parametrize("path", USERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_used_terms_are_defined(path: Path) -> None:
    text = re.sub(r"^ *>>> .*$", "", path.read_text(encoding="utf-8"), flags=re.M)
    used = re.findall(r"(?<![\w:])dkg:(\w+)", text) + re.findall(r"(?<!\w)DKG\.(\w+)", text)
    used += re.findall(re.escape(DKG.base) + r"(\w+)", text)
    members = {"base"}
    assert {DKG.base + name for name in used if name not in members} <= set(TERMS)
