"""The statements of the graph: each function yields the triples of one, with its evidence."""

from __future__ import annotations

from collections.abc import Container, Iterator

from .identifiers import expand, local_name, try_parse_curie
from .ntriples import FALSE, TRUE, Triple, decimal, last, minted, node, slug, text, thing, typed
from .records import (
    Agent,
    Disability,
    GeneAssociation,
    MedicalAction,
    NaturalHistory,
    Observation,
    PhenotypeAnnotation,
    PreferentialParent,
    Prevalence,
)
from .sources import Source
from .vocabulary import (
    ACTION,
    AGENT,
    AUTHORITY,
    CARE,
    CAUSE,
    DCTERMS,
    DISABILITY,
    DKG,
    LOCATION,
    PREVALENCE,
    PROV,
    RARITY,
    RDF,
    SKOS,
    SYMPTOM,
    XSD,
)

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

_A = node(RDF.type)
_PREF_LABEL = node(SKOS.prefLabel)
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


def keeper(record: str) -> str | None:
    """Return the rarity authority that keeps a record, from the record's CURIE.

    NANDO also names children's chronic diseases, in another list (its identifiers begin with 2).

    >>> keeper("GARD:6458"), keeper("OMIM:607131"), keeper("NANDO:2200317")
    ('nih', None, None)
    """
    registry, _, number = record.partition(":")
    return None if registry == "NANDO" and number.startswith("2") else RECORDS_OF.get(registry)


def rarity_statement(
    condition: str,
    authority: str,
    record: str,
    basis: str,
    derived_from: str,
    verdict: str = DKG.Rare,
) -> Iterator[Triple]:
    """Yield the statement that an authority holds a condition (an IRI) to be rare, or not."""
    subject = minted(RARITY, last(condition), authority, record)
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
    return minted(RARITY, last(condition), authority, record)[1:-1]


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
    subject = minted(CARE, last(condition), last(specialist))
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
    subject = minted(LOCATION, last(condition), last(site), said_by)
    yield subject, _A, node(DKG.BodySiteStatement)
    yield subject, _CONDITION, node(condition)
    yield subject, node(DKG.locatedIn), node(site)
    yield subject, _BASIS, node(basis)
    yield subject, _DERIVED, node(premise)


def association(row: PhenotypeAnnotation) -> str:
    """Return the name of a row's statement, as N-Triples writes it; its key is unlike others'."""
    key = f"-{row.key}" if row.key else ""
    return f"<{SYMPTOM}{local_name(row.record)}-{local_name(row.phenotype)}{key}>"


def phenotype_association(
    subject: str, row: PhenotypeAnnotation, condition: str
) -> Iterator[Triple]:
    """Yield that those with a condition (an IRI) have a phenotype, or do not have it."""
    yield subject, _A, _ASSOCIATION
    yield subject, _CONDITION, node(condition)
    yield subject, _PHENOTYPE, thing(row.phenotype)
    yield subject, _RECORD, thing(row.record)
    if row.excluded:
        yield subject, node(DKG.excluded), TRUE
    if row.frequency:
        yield subject, _FREQUENCY, thing(row.frequency)
    elif row.lower is not None and row.upper is not None:
        yield subject, _LOWER, decimal(row.lower)
        yield subject, _UPPER, decimal(row.upper)
    if row.onset:
        yield subject, node(DKG.onset), thing(row.onset)
    if row.diagnostic_criterion:
        yield subject, node(DKG.diagnosticCriterion), TRUE
    yield from _grounds(subject, row.evidence, row.references, row.record)


def course(row: PhenotypeAnnotation, condition: str, onsets: Container[str]) -> Iterator[Triple]:
    """Yield the mode of inheritance, the age of onset or the course that a row of HPOA says.

    Its clinical course is also how fast a condition progresses and when it may end in death;
    `onsets` has the IRIs of the ages of onset.
    """
    if row.aspect == "I":
        way = DKG.inheritance
    else:
        way = DKG.ageOfOnset if expand(row.phenotype) in onsets else DKG.clinicalCourse
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
    subject = minted(CAUSE, row.record, gene, source.id)
    yield from _cause(subject, condition, thing(gene), row.record, source)
    if row.kind:
        yield subject, node(DKG.associationType), text(row.kind, "en")
    if not row.assessed:
        yield subject, node(DKG.assessed), FALSE
    yield from _grounds(subject, "", row.references)
    yield thing(gene), _A, node(DKG.Gene)
    yield thing(gene), _PREF_LABEL, text(row.symbol, "en")
    yield thing(gene), node(SKOS.notation), text(gene)


def agent_statement(row: Agent, condition: str, source: Source) -> Iterator[Triple]:
    """Yield that an organism, a substance or a process causes a condition (an IRI), and the agent.

    One that the source names without an identifier gets one from its name.
    """
    agent = thing(row.agent) if row.agent else node(AGENT + slug(row.label))
    subject = minted(CAUSE, row.record, last(agent[1:-1]), source.id)
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


def prevalence_estimate(row: Prevalence, condition: str, source: Source) -> Iterator[Triple]:
    """Yield an estimate of how many persons in 100,000 have a condition (an IRI), or of cases."""
    subject = minted(PREVALENCE, row.record, row.key)
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
            yield subject, node(predicate), decimal(rate)
    if row.class_:
        yield subject, node(DKG.prevalenceClass), text(row.class_)
    if row.cases is not None:
        counted = DKG.families if row.families else DKG.cases
        yield subject, node(counted), typed(row.cases, XSD.integer)
    if row.expert:
        yield subject, node(DKG.byExperts), TRUE
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
    subject = minted(DISABILITY, row.record, row.key)
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


def medical_action_statement(
    row: MedicalAction, relation: str, condition: str, source: Source
) -> Iterator[Triple]:
    """Yield that an action treats a condition (an IRI), or stands in another relation to it."""
    subject = minted(ACTION, source.id, row.record, row.action, row.key)
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
        yield subject, node(DKG.mined), TRUE
    yield from _grounds(subject, row.evidence, row.references)


def observation(row: Observation) -> Triple:
    """Return through which action a phenotype is observed."""
    through = DKG.prenatallyObservedThrough if row.prenatal else DKG.observedThrough
    return thing(row.phenotype), node(through), thing(row.action)
