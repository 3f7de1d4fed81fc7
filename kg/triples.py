"""The only mapping of records into RDF: each function yields the triples of one record.

A triple is three terms in N-Triples syntax, so that a graph of millions streams to the store's
bulk loader as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TypeAlias

from . import __version__
from .identifiers import expand, local_name, try_parse_curie
from .records import (
    Agent,
    Disability,
    GeneAssociation,
    MedicalAction,
    Name,
    NaturalHistory,
    Observation,
    PhenotypeAnnotation,
    PreferentialParent,
    Prevalence,
    Term,
)
from .sources import Source
from .vocabulary import (
    ACTION,
    AGENT,
    AUTHORITY,
    CARE,
    CAUSE,
    DCAT,
    DCTERMS,
    DISABILITY,
    DKG,
    GRAPH,
    ISOTHES,
    LOCATION,
    OBOINOWL,
    OWL,
    PREVALENCE,
    PROV,
    RARITY,
    RDF,
    RDFS,
    SCHEME,
    SKOS,
    SOURCE,
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

ESTIMATE_TYPES = {
    "point": DKG.PointPrevalence,
    "birth": DKG.BirthPrevalence,
    "lifetime": DKG.LifetimePrevalence,
    "incidence": DKG.AnnualIncidence,
    "cases": DKG.CasesOrFamilies,
}
"""What an estimate counts."""

MEDICAL_RELATIONS = {
    "treats": DKG.Treats,
    "prevents": DKG.Prevents,
    "contraindicated": DKG.Contraindicated,
    "investigates": DKG.Investigates,
    "no_observed_benefit": DKG.NoObservedBenefit,
    "lack_of_observed_response": DKG.LackOfObservedResponse,
    "unknown": DKG.UnknownEffect,
}
"""The relations of the Medical Action Ontology's annotations."""

_NO_WORD = re.compile(r"[^a-z0-9]+")
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
_FALSE = typed("false", XSD.boolean)
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
    for name in dict.fromkeys(term.names):
        if name.text and name.text != term.name:
            yield subject, _SYNONYM[name.scope], text(name.text, name.language)


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
        axiom = _named(SOURCE, source.id, term.id, parent)
        yield axiom, _A, node(OWL.Axiom)
        yield axiom, node(OWL.annotatedSource), subject
        yield axiom, node(OWL.annotatedProperty), _BROADER
        yield axiom, node(OWL.annotatedTarget), thing(parent)
        for said_by in dict.fromkeys(sayers):
            yield axiom, node(OBOINOWL.source), text(said_by)


def _retirement(term: Term, subject: str) -> Iterator[Triple]:
    yield subject, node(OWL.deprecated), _TRUE
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


def keeper(record: str) -> str | None:
    """Return the rarity authority that keeps a record, from the record's CURIE.

    NANDO also names children's chronic diseases, in another list (its identifiers begin with 2).

    >>> keeper("GARD:6458"), keeper("OMIM:607131"), keeper("NANDO:2200317")
    ('nih', None, None)
    """
    registry, _, number = record.partition(":")
    return None if registry == "NANDO" and number.startswith("2") else RECORDS_OF.get(registry)


def _named(namespace: str, *parts: str) -> str:
    """Return a minted IRI: its parts are CURIEs, local names or last parts of IRIs."""
    return node(namespace + "-".join(local_name(part) for part in parts if part))


def last(iri: str) -> str:
    """Return the last part of an IRI, by which a minted IRI refers to it."""
    return iri[max(iri.rfind("/"), iri.rfind("#")) + 1 :]


def rarity_statement(
    condition: str,
    authority: str,
    record: str,
    basis: str,
    derived_from: str,
    verdict: str = DKG.Rare,
) -> Iterator[Triple]:
    """Yield the statement that an authority holds a condition (an IRI) to be rare, or not."""
    subject = _named(RARITY, last(condition), authority, record)
    yield subject, _A, node(DKG.RarityStatement)
    yield subject, _CONDITION, node(condition)
    yield subject, node(DKG.authority), node(AUTHORITY + authority)
    yield subject, node(DKG.verdict), node(verdict)
    yield subject, _BASIS, node(basis)
    yield subject, _DERIVED, node(derived_from)
    if record:
        yield subject, _RECORD, thing(record)


def rarity_statement_iri(condition: str, authority: str, record: str) -> str:
    """Return the IRI of the rarity statement of a condition (an IRI) by an authority's record."""
    return _named(RARITY, last(condition), authority, record)[1:-1]


def rests(statement: str, authority: str, basis: str, rests_on: str) -> Iterator[Triple]:
    """Yield what a listing (an IRI) rests on: a record (a CURIE), or all of an authority's list."""
    if basis:
        yield from based_on(statement, AUTHORITY + authority, expand(basis))
    elif rests_on:
        yield node(statement), node(DKG.basedOnRecordOf), node(AUTHORITY + rests_on)


def based_on(statement: str, authority: str, other: str) -> Iterator[Triple]:
    """Yield that a listing (an IRI) rests on another record (an IRI), and on whose."""
    yield node(statement), node(PROV.hadPrimarySource), node(other)
    whose = keeper(try_parse_curie(other) or "")
    if whose and AUTHORITY + whose != authority:
        yield node(statement), node(DKG.basedOnRecordOf), node(AUTHORITY + whose)


def specialist_statement(
    condition: str, specialist: str, basis: str, premise: str, record: str = ""
) -> Iterator[Triple]:
    """Yield the statement that a specialist is the one to see; all are IRIs.

    `record` is the condition's record that the premise speaks of, "" for none.
    """
    subject = _named(CARE, last(condition), last(specialist))
    yield subject, _A, node(DKG.SpecialistStatement)
    yield subject, _CONDITION, node(condition)
    yield subject, node(DKG.recommends), node(specialist)
    yield subject, _BASIS, node(basis)
    yield subject, _DERIVED, node(premise)
    if record:
        yield subject, _RECORD, node(record)


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
    """Yield that those with a condition (an IRI) have a phenotype, or do not have it."""
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
    if row.diagnostic_criterion:
        yield subject, node(DKG.diagnosticCriterion), _TRUE
    yield from _grounds(subject, row.evidence, row.references, row.record)


def course(row: PhenotypeAnnotation, condition: str) -> Iterator[Triple]:
    """Yield the mode of inheritance or the age of onset that a row of HPOA says."""
    way = DKG.inheritance if row.aspect == "I" else DKG.ageOfOnset
    yield node(condition), node(way), thing(row.phenotype)


def _grounds(
    subject: str, evidence: str, references: tuple[str, ...], record: str = ""
) -> Iterator[Triple]:
    """Yield the kind of evidence for a statement, and what it cites beside its own record."""
    if evidence in EVIDENCE:
        yield subject, _EVIDENCE, thing(EVIDENCE[evidence])
    for reference in references:
        if reference != record and (cited := try_parse_curie(reference)):
            yield subject, _REFERENCES, thing(cited)


def cause_statement(
    row: GeneAssociation, gene: str, condition: str, source: Source
) -> Iterator[Triple]:
    """Yield the association of a condition (an IRI) with a gene (a CURIE), and the gene."""
    subject = _named(CAUSE, row.record, gene, source.id)
    yield from _cause(subject, condition, thing(gene), row.record, source)
    if row.kind:
        yield subject, node(DKG.associationType), text(row.kind, "en")
    if not row.assessed:
        yield subject, node(DKG.assessed), _FALSE
    yield from _grounds(subject, "", row.references)
    yield thing(gene), _A, node(DKG.Gene)
    yield thing(gene), _PREF_LABEL, text(row.symbol, "en")
    yield thing(gene), node(SKOS.notation), text(gene)


def agent_statement(row: Agent, condition: str, source: Source) -> Iterator[Triple]:
    """Yield that an organism, a substance or a process causes a condition (an IRI), and the agent.

    One that the source names without an identifier gets one from its name.
    """
    agent = thing(row.agent) if row.agent else node(AGENT + slug(row.label))
    subject = _named(CAUSE, row.record, last(agent[1:-1]), source.id)
    yield from _cause(subject, condition, agent, row.record, source)
    yield subject, node(DKG.associationType), text(row.relation, "en")
    yield agent, _A, node(DKG.Agent)
    if row.label:
        yield agent, _PREF_LABEL, text(row.label, "en")
    if row.agent:
        yield agent, node(SKOS.notation), text(row.agent)


def _cause(
    subject: str, condition: str, agent: str, record: str, source: Source
) -> Iterator[Triple]:
    yield subject, _A, node(DKG.CauseStatement)
    yield subject, _CONDITION, node(condition)
    yield subject, node(DKG.agent), agent
    yield subject, _RECORD, thing(record)
    yield subject, _DERIVED, node(source.graph)


def slug(label: str) -> str:
    """Return a name as the last part of an IRI.

    >>> slug("Human alphaherpesvirus 1 (type 1)")
    'human-alphaherpesvirus-1-type-1'
    """
    return _NO_WORD.sub("-", label.lower()).strip("-")


def prevalence_estimate(row: Prevalence, condition: str, source: Source) -> Iterator[Triple]:
    """Yield an estimate of how many persons in 100,000 have a condition (an IRI), or of cases."""
    subject = _named(PREVALENCE, row.record, row.key)
    yield subject, _A, node(DKG.PrevalenceEstimate)
    yield subject, _CONDITION, node(condition)
    yield subject, _RECORD, thing(row.record)
    yield subject, node(DCTERMS.type), node(ESTIMATE_TYPES[row.kind])
    yield subject, node(DKG.geography), text(row.geography)
    yield subject, node(DKG.validated), typed("true" if row.validated else "false", XSD.boolean)
    for predicate, rate in (
        (DKG.prevalenceLower, row.lower),
        (DKG.prevalenceUpper, row.upper),
        (DKG.prevalenceValue, row.value),
    ):
        if rate is not None:
            yield subject, node(predicate), typed(f"{rate:f}", XSD.decimal)
    if row.class_:
        yield subject, node(DKG.prevalenceClass), text(row.class_)
    if row.cases is not None:
        counted = DKG.families if row.families else DKG.cases
        yield subject, node(counted), typed(row.cases, XSD.integer)
    if row.expert:
        yield subject, node(DKG.byExperts), _TRUE
    yield from _grounds(subject, "", row.references)


def preferential_parent(row: PreferentialParent) -> Triple:
    """Return which head of Orphanet's classifications a record is filed under."""
    return thing(row.record), node(DKG.preferentialParent), thing(row.head)


def natural_history(row: NaturalHistory, condition: str) -> Iterator[Triple]:
    """Yield the ages of onset and the modes of inheritance of a condition (an IRI)."""
    for onset in row.onsets:
        yield node(condition), node(DKG.ageOfOnset), thing(onset)
    for inheritance in row.inheritances:
        yield node(condition), node(DKG.inheritance), thing(inheritance)


def disability_statement(row: Disability, condition: str, source: Source) -> Iterator[Triple]:
    """Yield what a condition (an IRI) makes hard to do, how often, how long and how badly."""
    subject = _named(DISABILITY, row.record, row.key)
    yield subject, _A, node(DKG.DisabilityStatement)
    yield subject, _CONDITION, node(condition)
    yield subject, _RECORD, thing(row.record)
    for predicate, words in (
        (DKG.activity, row.activity),
        (DKG.occurrence, row.frequency),
        (DKG.temporality, row.temporality),
        (DKG.severity, "loss of ability" if row.lost else row.severity),
    ):
        if words:
            yield subject, node(predicate), text(words, "en")


def medical_action(term: Term, source: Source) -> Iterator[Triple]:
    """Yield what the Medical Action Ontology says of one action."""
    subject = thing(term.id)
    yield subject, _A, node(DKG.MedicalAction)
    yield from _concept(term, subject, source)
    yield from _hierarchy(term, subject, source)


def medical_action_statement(
    row: MedicalAction, relation: str, condition: str, source: Source
) -> Iterator[Triple]:
    """Yield that an action treats a condition (an IRI), or stands in another relation to it."""
    subject = _named(ACTION, source.id, row.record, row.action, row.key)
    yield subject, _A, node(DKG.MedicalActionStatement)
    yield subject, _CONDITION, node(condition)
    yield subject, _RECORD, thing(row.record)
    yield subject, node(DKG.action), thing(row.action)
    yield subject, node(DKG.relation), node(relation)
    if row.phenotype:
        yield subject, node(DKG.target), thing(row.phenotype)
    if row.extension:
        yield subject, node(DKG.substance), thing(row.extension)
        yield thing(row.extension), _PREF_LABEL, text(row.extension_label, "en")
    if source.mined:
        yield subject, node(DKG.mined), _TRUE
    yield from _grounds(subject, row.evidence, row.references)


def observation(row: Observation) -> Triple:
    """Return through which action a phenotype is observed."""
    through = DKG.prenatallyObservedThrough if row.prenatal else DKG.observedThrough
    return thing(row.phenotype), node(through), thing(row.action)


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
