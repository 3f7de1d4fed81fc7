"""The only mapping of records into RDF: each function yields the triples of one record.

A triple is three terms in N-Triples syntax, so that a graph of millions streams to the store's
bulk loader as text.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias

from . import __version__
from .identifiers import expand, local_name, try_parse_curie
from .records import GeneAssociation, PhenotypeAnnotation, Term
from .sources import Source
from .vocabulary import (
    AUTHORITY,
    CARE,
    CAUSE,
    DCAT,
    DCTERMS,
    DKG,
    GRAPH,
    ISOTHES,
    LOCATION,
    OBOINOWL,
    OWL,
    PROV,
    RARITY,
    RDF,
    RDFS,
    SCHEME,
    SKOS,
    SPDX,
    SYMPTOM,
    VOID,
    XSD,
)

Triple: TypeAlias = tuple[str, str, str]
"""Subject, predicate and object in N-Triples syntax."""

EVIDENCE = {"PCS": "ECO:0006017", "TAS": "ECO:0000304", "IEA": "ECO:0000501"}
"""HPOA's evidence codes in the Evidence and Conclusion Ontology."""

RECORDS_OF = {"GARD": "nih", "ORPHA": "orphanet", "NORD": "nord", "NANDO": "nando", "NCIT": "ncit"}
"""The registry of records that each rarity authority keeps."""

_ESCAPES = str.maketrans(
    {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
)
_SYNONYM = {
    "exact": f"<{SKOS.altLabel}>",
    "broad": f"<{OBOINOWL.hasBroadSynonym}>",
    "narrow": f"<{OBOINOWL.hasNarrowSynonym}>",
    "related": f"<{OBOINOWL.hasRelatedSynonym}>",
}


def node(iri: str) -> str:
    """Return an IRI as N-Triples writes it."""
    return f"<{iri}>"


@lru_cache(maxsize=1 << 15)
def thing(curie: str) -> str:
    """Return the IRI of a CURIE as N-Triples writes it."""
    return node(expand(curie))


def text(value: str, language: str = "") -> str:
    """Return a literal as N-Triples writes it, with or without a language.

    >>> text('a "rare" one', "en")
    '"a \\\\"rare\\\\" one"@en'
    """
    return f'"{value.translate(_ESCAPES)}"' + (f"@{language}" if language else "")


def typed(value: object, datatype: str) -> str:
    """Return a typed literal as N-Triples writes it."""
    return f'"{value}"^^<{datatype}>'


_A = node(RDF.type)
_CONCEPT = node(SKOS.Concept)
_PREF_LABEL = node(SKOS.prefLabel)
_BROADER = node(SKOS.broader)
_IN_SCHEME = node(SKOS.inScheme)
_TRUE = typed("true", XSD.boolean)
_DERIVED = node(PROV.wasDerivedFrom)
_CONDITION = node(DKG.condition)
_BASIS = node(DKG.basis)
_RECORD = node(DKG.record)
_PHENOTYPE = node(DKG.phenotype)
_ASSOCIATION = node(DKG.PhenotypeAssociation)
_FREQUENCY = node(DKG.frequency)
_LOWER = node(DKG.frequencyLower)
_UPPER = node(DKG.frequencyUpper)
_EVIDENCE = node(DKG.evidence)
_REFERENCES = node(DCTERMS.references)


def condition(term: Term, source: Source) -> Iterator[Triple]:
    """Yield what an ontology of diseases says of one condition, its rare-disease tags included.

    Its cross-references are `mapping`s, for the reconciliation to judge.
    """
    subject = thing(term.id)
    if term.deprecated:
        yield subject, _A, node(DKG.DeprecatedCondition)
        yield from _concept(term, subject, source)
        yield from _retirement(term, subject)
        return
    yield subject, _A, node(DKG.Condition)
    yield from _concept(term, subject, source)
    yield from _hierarchy(term, subject, source)
    for site in term.sites:
        yield from body_site_statement(
            expand(term.id), expand(site), DKG.Stated, source.graph, source.id
        )
    for authority, record in dict.fromkeys(_listed(term, source)):
        yield from rarity_statement(subject[1:-1], authority, record, DKG.Listed, source.graph)


def body_site(term: Term, source: Source) -> Iterator[Triple]:
    """Yield what an anatomy says of one body site."""
    subject = thing(term.id)
    yield subject, _A, node(DKG.BodySite)
    yield from _concept(term, subject, source)
    yield from _hierarchy(term, subject, source)
    for parent in term.parents if term.part_of else ():
        yield subject, node(ISOTHES.broaderGeneric), thing(parent)
    for whole in term.part_of:
        yield subject, node(ISOTHES.broaderPartitive), thing(whole)


def phenotype(term: Term, source: Source) -> Iterator[Triple]:
    """Yield what the Human Phenotype Ontology says of one phenotype."""
    subject = thing(term.id)
    yield subject, _A, node(DKG.Phenotype)
    yield from _concept(term, subject, source)
    yield from _hierarchy(term, subject, source)


def mapping(condition: str, predicate: str, record: str) -> Triple:
    """Return a condition's mapping to a record; the condition is an IRI, the record a CURIE."""
    return node(condition), node(predicate), thing(record)


def _concept(term: Term, subject: str, source: Source) -> Iterator[Triple]:
    yield subject, _A, _CONCEPT
    yield subject, node(SKOS.notation), text(term.id)
    yield subject, _IN_SCHEME, node(SCHEME + source.id)
    if term.name:
        yield subject, _PREF_LABEL, text(term.name, "en")
    if term.definition:
        yield subject, node(SKOS.definition), text(term.definition, "en")
    for name in dict.fromkeys(term.names):
        if name.text and name.text != term.name:
            yield subject, _SYNONYM[name.scope], text(name.text, name.language)


def _hierarchy(term: Term, subject: str, source: Source) -> Iterator[Triple]:
    broader = dict.fromkeys((*term.parents, *term.part_of))
    for parent in broader:
        yield subject, _BROADER, thing(parent)
    if not broader:
        yield subject, node(SKOS.topConceptOf), node(SCHEME + source.id)


def _retirement(term: Term, subject: str) -> Iterator[Triple]:
    yield subject, node(OWL.deprecated), _TRUE
    for other in term.replaced_by:
        yield subject, node(DCTERMS.isReplacedBy), thing(other)
    for other in term.consider:
        yield subject, node(RDFS.seeAlso), thing(other)
    if term.comment:
        yield subject, node(SKOS.editorialNote), text(term.comment, "en")


def _listed(term: Term, source: Source) -> Iterator[tuple[str, str]]:
    """Yield (authority, record) for each record that a tag names, else that the term is mapped to.

    The record is "" where neither says one.
    """
    for tag in term.tags:
        if authority := source.listings.get(tag.subset):
            records = [record for record in tag.sources if keeper(record) == authority]
            records = records or [m.object for m in term.mappings if keeper(m.object) == authority]
            for record in records or [""]:
                yield authority, record


def keeper(record: str) -> str | None:
    """Return the rarity authority that keeps a record, from the record's CURIE.

    >>> keeper("GARD:6458"), keeper("OMIM:607131")
    ('nih', None)
    """
    return RECORDS_OF.get(record.partition(":")[0])


def _named(namespace: str, *parts: str) -> str:
    """Return a minted IRI: its parts are CURIEs, local names or last parts of IRIs."""
    return node(namespace + "-".join(local_name(part) for part in parts if part))


def last(iri: str) -> str:
    """Return the last part of an IRI, by which a minted IRI refers to it."""
    return iri[max(iri.rfind("/"), iri.rfind("#")) + 1 :]


def rarity_statement(
    condition: str, authority: str, record: str, basis: str, derived_from: str
) -> Iterator[Triple]:
    """Yield the statement that an authority holds a condition (an IRI) to be rare."""
    subject = _named(RARITY, last(condition), authority, record)
    yield subject, _A, node(DKG.RarityStatement)
    yield subject, _CONDITION, node(condition)
    yield subject, node(DKG.authority), node(AUTHORITY + authority)
    yield subject, node(DKG.verdict), node(DKG.Rare)
    yield subject, _BASIS, node(basis)
    yield subject, _DERIVED, node(derived_from)
    if record:
        yield subject, _RECORD, thing(record)


def specialist_statement(
    condition: str, specialist: str, basis: str, premise: str
) -> Iterator[Triple]:
    """Yield the statement that a specialist is the one to see; all are IRIs."""
    subject = _named(CARE, last(condition), last(specialist))
    yield subject, _A, node(DKG.SpecialistStatement)
    yield subject, _CONDITION, node(condition)
    yield subject, node(DKG.recommends), node(specialist)
    yield subject, _BASIS, node(basis)
    yield subject, _DERIVED, node(premise)


def body_site_statement(
    condition: str, site: str, basis: str, premise: str, said_by: str = ""
) -> Iterator[Triple]:
    """Yield the statement that a condition is located at a body site; all are IRIs.

    `said_by` is the id of the source that states it, to tell its statement from a curated one.
    """
    subject = _named(LOCATION, last(condition), last(site), said_by)
    yield subject, _A, node(DKG.BodySiteStatement)
    yield subject, _CONDITION, node(condition)
    yield subject, node(DKG.locatedIn), node(site)
    yield subject, _BASIS, node(basis)
    yield subject, _DERIVED, node(premise)


def phenotype_association(
    row: PhenotypeAnnotation, condition: str, source: Source
) -> Iterator[Triple]:
    """Yield what a row of HPOA says of a condition (an IRI): a symptom, an onset, an inheritance.

    Rows of the other aspects say nothing that the graph has a place for.
    """
    if row.aspect == "I":
        yield node(condition), node(DKG.inheritance), thing(row.phenotype)
    elif row.aspect == "C":
        yield node(condition), node(DKG.ageOfOnset), thing(row.phenotype)
    elif row.aspect == "P":
        subject = _named(SYMPTOM, row.record, row.phenotype, row.key)
        yield subject, _A, _ASSOCIATION
        yield subject, _CONDITION, node(condition)
        yield subject, _PHENOTYPE, thing(row.phenotype)
        yield subject, _RECORD, thing(row.record)
        if row.excluded:
            yield subject, node(DKG.excluded), _TRUE
        if row.frequency:
            yield subject, _FREQUENCY, thing(row.frequency)
        elif row.lower is not None and row.upper is not None:
            yield subject, _LOWER, typed(row.lower, XSD.decimal)
            yield subject, _UPPER, typed(row.upper, XSD.decimal)
        if row.onset:
            yield subject, node(DKG.onset), thing(row.onset)
        if row.evidence in EVIDENCE:
            yield subject, _EVIDENCE, thing(EVIDENCE[row.evidence])
        for reference in row.references:
            if reference != row.record and try_parse_curie(reference):
                yield subject, _REFERENCES, thing(reference)


def cause_statement(row: GeneAssociation, condition: str, source: Source) -> Iterator[Triple]:
    """Yield the association of a condition (an IRI) with a gene, and the gene."""
    subject = _named(CAUSE, row.record, row.gene)
    gene = thing(row.gene)
    yield subject, _A, node(DKG.CauseStatement)
    yield subject, _CONDITION, node(condition)
    yield subject, node(DKG.agent), gene
    yield subject, _RECORD, thing(row.record)
    yield subject, _DERIVED, node(source.graph)
    yield gene, _A, node(DKG.Gene)
    yield gene, _PREF_LABEL, text(row.symbol, "en")
    yield gene, node(SKOS.notation), text(row.gene)


def dataset(
    source: Source, release: str, checksum: str, triples: int, file: str
) -> Iterator[Triple]:
    """Yield the description of a source's graph as a DCAT dataset; the checksum is a SHA-256."""
    subject = node(source.graph)
    yield subject, _A, node(DCAT.Dataset)
    yield subject, node(DCTERMS.title), text(source.title, "en")
    yield subject, node(DCTERMS.publisher), text(source.publisher)
    yield subject, node(DCTERMS.license), node(source.license)
    yield subject, node(DCTERMS.rights), text(source.attribution, "en")
    yield subject, node(DCAT.version), text(release)
    yield subject, node(DCAT.landingPage), node(source.homepage)
    yield subject, node(VOID.triples), typed(triples, XSD.integer)
    if source.download:
        yield subject, node(DCAT.downloadURL), node(source.download)
    if checksum:
        digest = node(source.graph + "#checksum")
        yield subject, node(SPDX.checksum), digest
        yield digest, _A, node(SPDX.Checksum)
        yield digest, node(SPDX.algorithm), node(SPDX.checksumAlgorithm_sha256)
        yield digest, node(SPDX.checksumValue), typed(checksum, XSD.hexBinary)
        yield digest, node(RDFS.comment), text(file)


def inferred_dataset(sources: list[Source], triples: int) -> Iterator[Triple]:
    """Yield the description of the graph of what follows, derived from every source's."""
    subject = node(GRAPH + "inferred")
    yield subject, _A, node(DCAT.Dataset)
    yield subject, node(DCTERMS.title), text("disease-kg inferred statements", "en")
    yield subject, node(DCTERMS.publisher), text("disease-kg")
    yield subject, node(DCAT.version), text(__version__)
    yield subject, node(VOID.triples), typed(triples, XSD.integer)
    for source in sources:
        yield subject, _DERIVED, node(source.graph)
    for license in dict.fromkeys(source.license for source in sources):
        yield subject, node(DCTERMS.license), node(license)
