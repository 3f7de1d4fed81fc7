"""The terms of the graph, and what it was built from: each function yields one record's triples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from . import __version__
from .identifiers import expand, local_name
from .ntriples import TRUE, Triple, minted, node, text, thing, typed
from .records import Name, Term
from .sources import Source
from .statements import body_site_statement, keeper, rarity_statement
from .vocabulary import (
    DCAT,
    DCTERMS,
    DKG,
    ISOTHES,
    OBOINOWL,
    OWL,
    PROV,
    RDF,
    RDFS,
    SCHEME,
    SKOS,
    SOURCE,
    SPDX,
    VOID,
    XSD,
)

_A = node(RDF.type)
_CONCEPT = node(SKOS.Concept)
_PREF_LABEL = node(SKOS.prefLabel)
_BROADER = node(SKOS.broader)
_IN_SCHEME = node(SKOS.inScheme)
_DERIVED = node(PROV.wasDerivedFrom)
_LAY_TERM = node(DKG.layTerm)
_SYNONYM = {
    "exact": f"<{SKOS.altLabel}>",
    "broad": f"<{OBOINOWL.hasBroadSynonym}>",
    "narrow": f"<{OBOINOWL.hasNarrowSynonym}>",
    "related": f"<{OBOINOWL.hasRelatedSynonym}>",
}


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
    for authority, record in dict.fromkeys(listed(term, source)):
        yield from rarity_statement(subject[1:-1], authority, record, DKG.Listed, source.graph)


def record(term: Term, labeled: bool) -> Iterator[Triple]:
    """Yield what a nomenclature says of its own record, which is some condition's or stands alone.

    Its synonyms and its definition are the condition's; its name is said if it is to be `labeled`.
    """
    subject = thing(term.id)
    yield subject, _A, node(DKG.Record)
    yield subject, _A, _CONCEPT
    yield subject, node(SKOS.notation), text(term.id)
    if labeled:
        yield from _label(term, subject)
    if term.deprecated:
        yield from _retirement(term, subject)
    for other in term.alternatives:
        yield thing(other), node(DCTERMS.isReplacedBy), subject


def place(term: Term, source: Source) -> Iterator[Triple]:
    """Yield where a record stands: the schemes that it is in, and the records above it."""
    subject = thing(term.id)
    schemes = [f"{source.id}-{local_name(head)}" for head in term.schemes] or [source.id]
    for scheme in schemes:
        yield subject, _IN_SCHEME, node(SCHEME + scheme)
    for parent in dict.fromkeys((*term.parents, *term.part_of)):
        yield subject, _BROADER, thing(parent)


def adopted(record: str) -> Triple:
    """Return that a record (a CURIE) is a condition of its own."""
    return thing(record), _A, node(DKG.Condition)


def further_name(condition: str, name: Name) -> Triple:
    """Return one more name of a condition (an IRI)."""
    return node(condition), _SYNONYM[name.scope], text(name.text, name.language)


def definition(condition: str, words: str) -> Triple:
    """Return the definition of a condition (an IRI)."""
    return node(condition), node(SKOS.definition), text(words, "en")


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
    for other in term.alternatives:
        yield thing(other), node(DCTERMS.isReplacedBy), subject


def medical_action(term: Term, source: Source) -> Iterator[Triple]:
    """Yield what the Medical Action Ontology says of one action."""
    subject = thing(term.id)
    yield subject, _A, node(DKG.MedicalAction)
    yield from _concept(term, subject, source)
    yield from _hierarchy(term, subject, source)


def mapping(condition: str, predicate: str, record: str) -> Triple:
    """Return a condition's mapping to a record; the condition is an IRI, the record a CURIE."""
    return node(condition), node(predicate), thing(record)


def _concept(term: Term, subject: str, source: Source) -> Iterator[Triple]:
    yield subject, _A, _CONCEPT
    yield subject, node(SKOS.notation), text(term.id)
    yield subject, _IN_SCHEME, node(SCHEME + source.id)
    yield from _label(term, subject)
    if term.definition:
        yield subject, node(SKOS.definition), text(term.definition, "en")
    yield from dict.fromkeys(_names(term, subject))


def _names(term: Term, subject: str) -> Iterator[Triple]:
    for name in term.names:
        if name.text and name.text != term.name:
            yield subject, _SYNONYM[name.scope], text(name.text, name.language)
        if name.text and name.lay:
            yield subject, _LAY_TERM, text(name.text, name.language)


def _label(term: Term, subject: str) -> Iterator[Triple]:
    if term.name:
        yield subject, _PREF_LABEL, text(term.name, "en")


def _hierarchy(term: Term, subject: str, source: Source) -> Iterator[Triple]:
    broader = dict.fromkeys((*term.parents, *term.part_of))
    for parent in broader:
        yield subject, _BROADER, thing(parent)
    if not broader:
        yield subject, node(SKOS.topConceptOf), node(SCHEME + source.id)
    yield from _parent_sources(term, subject, source)


def _parent_sources(term: Term, subject: str, source: Source) -> Iterator[Triple]:
    """Yield whom the source names for a parent, as OWL annotates an axiom."""
    named: dict[str, list[str]] = {}
    for parent, said_by in term.parent_sources:
        named.setdefault(parent, []).append(said_by)
    for parent, sayers in named.items():
        axiom = minted(SOURCE, source.id, term.id, parent)
        yield axiom, _A, node(OWL.Axiom)
        yield axiom, node(OWL.annotatedSource), subject
        yield axiom, node(OWL.annotatedProperty), _BROADER
        yield axiom, node(OWL.annotatedTarget), thing(parent)
        for said_by in dict.fromkeys(sayers):
            yield axiom, node(OBOINOWL.source), text(said_by)


def _retirement(term: Term, subject: str) -> Iterator[Triple]:
    yield subject, node(OWL.deprecated), TRUE
    for other in term.replaced_by:
        yield subject, node(DCTERMS.isReplacedBy), thing(other)
    for other in term.consider:
        yield subject, node(RDFS.seeAlso), thing(other)
    if term.comment:
        yield subject, node(SKOS.editorialNote), text(term.comment, "en")


def listed(term: Term, source: Source) -> Iterator[tuple[str, str]]:
    """Yield (authority, record) for each record that a tag names, else that the term is mapped to.

    The record is "" where neither says one.
    """
    for tag in term.tags:
        if authority := source.listings.get(tag.subset):
            records = [record for record in tag.sources if keeper(record) == authority]
            records = records or [m.object for m in term.mappings if keeper(m.object) == authority]
            for record in records or [""]:
                yield authority, record


def dataset(
    source: Source, release: str, files: Mapping[str, str], triples: int
) -> Iterator[Triple]:
    """Yield the description of a source's graph as a DCAT dataset.

    `files` has the SHA-256 of each of its files, by the file's name.
    """
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
    for name, checksum in files.items():
        digest = node(f"{source.graph}#{checksum}")
        yield subject, node(SPDX.checksum), digest
        yield digest, _A, node(SPDX.Checksum)
        yield digest, node(SPDX.algorithm), node(SPDX.checksumAlgorithm_sha256)
        yield digest, node(SPDX.checksumValue), typed(checksum, XSD.hexBinary)
        yield digest, node(RDFS.comment), text(name)


def derived_dataset(
    graph: str, title: str, sources: list[Source], triples: int
) -> Iterator[Triple]:
    """Yield the description of a graph that is made of every source's, such as what follows."""
    subject = node(graph)
    yield subject, _A, node(DCAT.Dataset)
    yield subject, node(DCTERMS.title), text(title, "en")
    yield subject, node(DCTERMS.publisher), text("disease-kg")
    yield subject, node(DCAT.version), text(__version__)
    yield subject, node(VOID.triples), typed(triples, XSD.integer)
    for source in sources:
        yield subject, _DERIVED, node(source.graph)
    for license in dict.fromkeys(source.license for source in sources):
        yield subject, node(DCTERMS.license), node(license)
