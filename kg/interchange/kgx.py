"""The graph as KGX, nodes and edges in TSV with the terms of the Biolink Model 4.

https://github.com/biolink/kgx, https://w3id.org/biolink. Identifiers have Biolink's prefixes; what
has an identifier of no registry that Biolink knows is left out, but for the cross-references of a
node, which name all. Who says rare, and which specialist to see, has no term there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from ..identifiers import compress, short
from ..sources import all_sources
from ..vocabulary import DCTERMS, DKG, GRAPH, INFERRED, MAPPED, RDF, SKOS
from .conditions import SYNONYMS, Conditions, Said, xrefs

_SAME = (
    *("MONDO", "DOID", "OMIM", "EFO", "UMLS", "MESH", "MEDDRA", "NCIT", "ICD10", "ICD9", "HP"),
    *("UBERON", "CL", "HGNC", "NCBIGene", "NCBITaxon", "CHEBI", "MAXO"),
)
PREFIXES = {
    **{prefix: prefix for prefix in _SAME},
    "ORPHA": "ORDO",
    "OMIMPS": "OMIM.PS",
    "SCTID": "SNOMEDCT",
    "MEDGEN": "medgen",
    "ICD11": "icd11.foundation",
    "icd11.code": "icd11",
}
"""Biolink's prefix for each of ours that it knows."""

_CATEGORIES = {
    "HP": "PhenotypicFeature",
    "UBERON": "AnatomicalEntity",
    "CL": "Cell",
    "HGNC": "Gene",
    "NCBIGene": "Gene",
    "NCBITaxon": "OrganismTaxon",
    "CHEBI": "ChemicalEntity",
    "MAXO": "Procedure",
}
_TOLD = (SKOS.prefLabel, SKOS.definition, SKOS.broader, DKG.inheritance, *SYNONYMS, *MAPPED)
_MATCHES = {
    SKOS.exactMatch: "exact_match",
    SKOS.closeMatch: "close_match",
    SKOS.broadMatch: "broad_match",
    SKOS.narrowMatch: "narrow_match",
    SKOS.relatedMatch: "related_to_at_concept_level",
}
"""The predicates of mappings; a bare cross-reference is an xref of the node alone."""

_GENES = ("HGNC:", "NCBIGene:")
_GENE_UNKNOWN = ("gene_associated_with_condition", "Association")
_AGENT = ("causes", "EntityToDiseaseAssociation")
_GENE = {
    "Disease-causing": ("causes", "CausalGeneToDiseaseAssociation"),
    "Major susceptibility factor": ("contributes_to", "GeneToDiseaseAssociation"),
    "Modifying": ("contributes_to", "GeneToDiseaseAssociation"),
    "Biomarker": ("biomarker_for", "CorrelatedGeneToDiseaseAssociation"),
    "has allergic trigger": ("contributes_to", "EntityToDiseaseAssociation"),
    "has disease driver": ("contributes_to", "EntityToDiseaseAssociation"),
}
"""What a gene or another agent is to a disease, by how the association's kind begins."""

_ACTIONS = {
    DKG.Treats: "treats",
    DKG.Prevents: "preventative_for_condition",
    DKG.Contraindicated: "contraindicated_in",
}
_OF_SYMPTOMS = ("treats", "preventative_for_condition")
"""What an action may be to a symptom of a condition; others are to the condition itself."""

_TREATMENT = "ChemicalOrDrugOrTreatmentToDiseaseOrPhenotypicFeatureAssociation"
_INHERITANCE = "DiseaseOrPhenotypicFeatureToGeneticInheritanceAssociation"
_ASSOCIATIONS = {
    "has_phenotype": "DiseaseToPhenotypicFeatureAssociation",
    "disease_has_location": "DiseaseOrPhenotypicFeatureToLocationAssociation",
    "treats": _TREATMENT,
    "preventative_for_condition": _TREATMENT,
    "contraindicated_in": "Association",
}
_AUTOMATED = "http://purl.obolibrary.org/obo/ECO_0000501"
_OURS = "infores:disease-kg"
_HPO = "infores:hpo-annotations"


class Node(NamedTuple):
    """A node: its columns in their order."""

    id: str
    category: str
    name: str = ""
    description: str = ""
    synonym: str = ""
    xref: str = ""
    iri: str = ""
    deprecated: str = ""
    provided_by: str = ""


class Edge(NamedTuple):
    """An edge: its columns in their order."""

    id: str
    subject: str
    predicate: str
    object: str
    category: str = "biolink:Association"
    primary_knowledge_source: str = _OURS
    aggregator_knowledge_source: str = ""
    knowledge_level: str = "knowledge_assertion"
    agent_type: str = "manual_agent"
    publications: str = ""
    has_evidence: str = ""
    negated: str = ""
    frequency_qualifier: str = ""
    has_quotient: str = ""
    has_percentage: str = ""
    onset_qualifier: str = ""
    disease_context_qualifier: str = ""
    original_subject: str = ""
    original_object: str = ""


def write(conditions: Conditions, folder: Path) -> None:
    """Write the nodes and the edges as two files, every end of an edge a node."""
    ends: dict[str, str] = {}
    with (
        (folder / "disease-kg_nodes.tsv").open("wb") as nodes,
        (folder / "disease-kg_edges.tsv").open("wb") as edges,
    ):
        _row(Node._fields, nodes)
        _row(Edge._fields, edges)
        for said in conditions.told(*_TOLD):
            if id := named(said.iri):
                _row(_node(said, id), nodes)
                for edge in _of_condition(conditions, said, ends):
                    _row(edge, edges)
        for statement in conditions.statements():
            if named(statement.one(DKG.condition)):
                for edge in _of_statement(statement, ends):
                    _row(edge, edges)
        for iri in sorted(ends.keys() - {*conditions.iris, *conditions.withdrawn}):
            label = _single(conditions.label(iri))
            _row(Node(named(iri), f"biolink:{ends[iri]}", label, iri=iri), nodes)


def named(iri: str) -> str:
    """Return an identifier with Biolink's prefix, "" where Biolink has none.

    >>> named("http://www.orpha.net/ORDO/Orphanet_93962")
    'ORDO:93962'
    >>> named("https://rarediseases.info.nih.gov/diseases/6458")
    ''
    """
    prefix, _, local = (compress(iri) or "").partition(":")
    return f"{PREFIXES[prefix]}:{local}" if prefix in PREFIXES else ""


def _row(cells: tuple[str, ...], stream: BinaryIO) -> None:
    stream.write(("\t".join(" ".join(cell.split()) for cell in cells) + "\n").encode())


def _list(texts: Iterable[str]) -> str:
    return "|".join(map(_single, texts))


def _single(text: str) -> str:
    """Return text without the bar, at which KGX divides every text, one of a single value too."""
    return text.replace("|", "/")


def _node(said: Said, id: str) -> Node:
    """Return the node of a condition."""
    names = (value.text for way in SYNONYMS for value in said[way] if value.language in ("en", ""))
    return Node(
        id,
        "biolink:Disease",
        _single(said.english(SKOS.prefLabel)),
        _single(said.english(SKOS.definition)),
        _list(dict.fromkeys(names)),
        _list(sorted({_with_prefix(record) for record in xrefs(said)})),
        said.iri,
        "true" if said.withdrawn else "",
        _infores(said[RDF.type][0].source) if said[RDF.type] else "",
    )


def _with_prefix(curie: str) -> str:
    """Return a CURIE with Biolink's prefix where it has one."""
    prefix, _, local = curie.partition(":")
    return f"{PREFIXES.get(prefix, prefix)}:{local}"


def _infores(source: str) -> str:
    known = all_sources().get(source)
    return f"infores:{known.infores}" if known and known.infores else _OURS


def _end(iri: str, ends: dict[str, str], category: str = "") -> str:
    """Return the name of an end of an edge, and note it, with its category, as a node."""
    if id := named(iri):
        prefix = short(iri).partition(":")[0]
        ends.setdefault(iri, category or _CATEGORIES.get(prefix, "Disease"))
    return id


def _of_condition(conditions: Conditions, said: Said, ends: dict[str, str]) -> Iterator[Edge]:
    """Yield what a condition is a kind of, what it matches, and how it is inherited."""
    told = [("subclass_of", value, "Association", "") for value in conditions.broader(said)]
    for way, predicate in _MATCHES.items():
        told += [(predicate, value, "Association", "") for value in said[way]]
    for value in said[DKG.inheritance]:
        told.append(("has_mode_of_inheritance", value, _INHERITANCE, "GeneticInheritance"))
    for predicate, value, category, kind in told:
        if object := _end(value.text, ends, kind):
            yield Edge(
                uuid5(NAMESPACE_URL, f"{said.iri} {predicate} {value.text} {value.graph}").urn,
                named(said.iri),
                f"biolink:{predicate}",
                object,
                f"biolink:{category}",
                **_by(value.graph),
            )


def _by(graph: str) -> dict[str, str]:
    """Return by whom a statement of a graph is, and how it was come by."""
    if graph == INFERRED:
        return {"knowledge_level": "logical_entailment", "agent_type": "automated_agent"}
    source = _infores(graph.removeprefix(GRAPH))
    if source == _OURS:
        return {}
    return {"primary_knowledge_source": source, "aggregator_knowledge_source": _OURS}


def _of_statement(said: Said, ends: dict[str, str]) -> Iterator[Edge]:
    """Yield the edge of a statement, if Biolink has a term for it and names for its ends."""
    condition = said.one(DKG.condition)
    if DKG.phenotype in said:
        yield from _edge(said, condition, "has_phenotype", said.one(DKG.phenotype), ends)
    elif DKG.agent in said:
        kind = said.one(DKG.associationType)
        default = _GENE_UNKNOWN if short(said.one(DKG.agent)).startswith(_GENES) else _AGENT
        found = (told for begin, told in _GENE.items() if kind.startswith(begin))
        predicate, category = next(found, default)
        yield from _edge(said, said.one(DKG.agent), predicate, condition, ends, category)
    elif DKG.locatedIn in said:
        site = said.one(DKG.locatedIn)
        yield from _edge(said, condition, "disease_has_location", site, ends)
    elif predicate := _ACTIONS.get(said.one(DKG.relation), ""):
        target = said.one(DKG.target) if predicate in _OF_SYMPTOMS else ""
        yield from _edge(said, said.one(DKG.action), predicate, target or condition, ends)


def _edge(
    said: Said, subject: str, predicate: str, object: str, ends: dict[str, str], category: str = ""
) -> Iterator[Edge]:
    if not named(subject) or not named(object):
        return
    condition, record = said.one(DKG.condition), said.one(DKG.record)
    original = _with_prefix(short(record)) if record else ""
    graph = said[DKG.condition][0].graph
    of_condition = {subject: "original_subject", object: "original_object"}.get(condition)
    yield Edge(
        said.iri,
        _end(subject, ends),
        f"biolink:{predicate}",
        _end(object, ends),
        f"biolink:{category or _ASSOCIATIONS[predicate]}",
        **{**_by(graph), **_by_record(said, original), **_agent(said)},
        publications=_list(map(_with_prefix, said.curies(DCTERMS.references))),
        has_evidence=_list(said.curies(DKG.evidence)),
        negated="true" if said.one(DKG.excluded) == "true" else "",
        **_frequency(said),
        onset_qualifier=short(said.one(DKG.onset)) if DKG.onset in said else "",
        disease_context_qualifier="" if of_condition else named(condition),
        **({of_condition: original} if of_condition else {}),
    )


def _by_record(said: Said, record: str) -> dict[str, str]:
    """Return whose statement HPO's annotators pass on: Orphanet's, or OMIM's of genes."""
    source = _infores(said[DKG.condition][0].source)
    whose = "infores:orphanet" if record.startswith("ORDO:") else ""
    if record.startswith("OMIM:") and DKG.agent in said:
        whose = "infores:omim"
    if source != _HPO or not whose:
        return {}
    return {
        "primary_knowledge_source": whose,
        "aggregator_knowledge_source": f"{_HPO}|{_OURS}",
    }


def _agent(said: Said) -> dict[str, str]:
    """Return what kind of agent made a statement, where it is not what its graph says of all."""
    if said.one(DKG.mined) == "true":
        return {"knowledge_level": "not_provided", "agent_type": "text_mining_agent"}
    if said.one(DKG.evidence) == _AUTOMATED:
        return {"agent_type": "automated_agent"}
    return {}


def _frequency(said: Said) -> dict[str, str]:
    """Return how often a symptom is there: a term of HPO's, or a share and a percentage.

    Bounds that differ, which are few, have no term in Biolink and are left out.
    """
    if DKG.frequency in said:
        return {"frequency_qualifier": short(said.one(DKG.frequency))}
    lower, upper = said.one(DKG.frequencyLower), said.one(DKG.frequencyUpper)
    if not lower or lower != upper:
        return {}
    return {"has_quotient": lower, "has_percentage": f"{(Decimal(lower) * 100).normalize():f}"}
