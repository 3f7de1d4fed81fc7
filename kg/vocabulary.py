"""The terms of the graph, as plain IRI strings.

`DKG` holds the project's own terms and is closed: a name that the ontology does not define
raises instead of minting a new one. `SKOS`, `PROV` and the others hold the terms of other
vocabularies that the graph uses.
"""

from collections.abc import Iterator


class Namespace:
    """A closed namespace: its terms are attributes, and there are no others.

    >>> DKG.bodySite
    'https://w3id.org/disease-kg/ontology#bodySite'
    >>> DKG.bodysite
    Traceback (most recent call last):
        ...
    AttributeError: https://w3id.org/disease-kg/ontology# has no term 'bodysite'
    """

    def __init__(self, base: str, terms: str) -> None:
        self.base = base
        self._iris = [base + term for term in terms.split()]
        vars(self).update(zip(terms.split(), self._iris, strict=True))

    def __getattr__(self, name: str) -> str:  # of a name that is no attribute
        raise AttributeError(f"{self.__dict__.get('base')} has no term {name!r}")

    def __contains__(self, iri: object) -> bool:
        return iri in self._iris

    def __iter__(self) -> Iterator[str]:
        return iter(self._iris)


DKG = Namespace(
    "https://w3id.org/disease-kg/ontology#",
    # classes
    "Condition DeprecatedCondition Record BodySite Phenotype Emergency Gene Agent Specialist "
    "MedicalAction RarityAuthority RarityCriterion Verdict Basis Party EstimateType "
    "MedicalRelation Statement RarityStatement SpecialistStatement BodySiteStatement "
    "PhenotypeAssociation CauseStatement PrevalenceEstimate MedicalActionStatement "
    "DisabilityStatement "
    # individuals
    "Rare NotRare Listed Entry Classified Observed Inherited Reported Stated Curated "
    "Publisher Project "
    "PointPrevalence BirthPrevalence LifetimePrevalence AnnualIncidence CasesOrFamilies "
    "Treats Prevents Contraindicated Investigates NoObservedBenefit LackOfObservedResponse "
    "UnknownEffect "
    # of a condition
    "rareAccordingTo notRareAccordingTo specialist bodySite symptom cause medicalAction "
    "inheritance ageOfOnset clinicalCourse "
    # of a record
    "preferentialParent "
    # of a statement
    "condition basis record authority verdict basedOnRecordOf recommends locatedIn phenotype "
    "excluded frequency frequencyLower frequencyUpper onset evidence diagnosticCriterion agent "
    "associationType assessed "
    # of an estimate of prevalence
    "prevalenceLower prevalenceUpper prevalenceValue prevalenceClass cases families geography "
    "validated byExperts meets exceeds "
    # of a medical action, a phenotype, a disability
    "action relation target substance mined observedThrough prenatallyObservedThrough "
    "activity occurrence temporality severity "
    # of an authority, a criterion, a specialist, a shape
    "layTerm alarming saidAs help abbreviation formerName jurisdiction criterion maxPersons "
    "maxPrevalence inclusive population "
    "populationYear legalBasis specialty performs field responsible",
)
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "type")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#", "label comment seeAlso subClassOf")
OWL = Namespace(
    "http://www.w3.org/2002/07/owl#",
    "Class ObjectProperty deprecated Axiom annotatedSource annotatedProperty annotatedTarget",
)
XSD = Namespace(
    "http://www.w3.org/2001/XMLSchema#", "boolean integer decimal date dateTime gYear hexBinary"
)
SKOS = Namespace(
    "http://www.w3.org/2004/02/skos/core#",
    "Concept ConceptScheme prefLabel altLabel definition notation inScheme topConceptOf "
    "broader broaderTransitive exactMatch closeMatch broadMatch narrowMatch relatedMatch "
    "mappingRelation editorialNote hiddenLabel",
)
MATCHES = (
    SKOS.exactMatch,
    SKOS.closeMatch,
    SKOS.broadMatch,
    SKOS.narrowMatch,
    SKOS.relatedMatch,
)
"""The mapping properties that say more than that there is a mapping."""

JOINING = (SKOS.exactMatch, SKOS.mappingRelation)
"""The mappings by which a record is a condition's own: exact ones, and bare cross-references."""

MAPPED = (*MATCHES, SKOS.mappingRelation)
"""The properties by which records of other registries are a condition's."""

DCTERMS = Namespace(
    "http://purl.org/dc/terms/",
    "title publisher license issued source references isReplacedBy description rights type",
)
DCAT = Namespace("http://www.w3.org/ns/dcat#", "Dataset version landingPage downloadURL")
PROV = Namespace("http://www.w3.org/ns/prov#", "wasDerivedFrom hadPrimarySource")
SPDX = Namespace(
    "http://spdx.org/rdf/terms#",
    "checksum Checksum algorithm checksumValue checksumAlgorithm_sha256",
)
VOID = Namespace("http://rdfs.org/ns/void#", "triples")
ISOTHES = Namespace("http://purl.org/iso25964/skos-thes#", "broaderGeneric broaderPartitive")

OBOINOWL = Namespace(
    "http://www.geneontology.org/formats/oboInOwl#",
    "hasExactSynonym hasBroadSynonym hasNarrowSynonym hasRelatedSynonym source",
)

OBO = Namespace("http://purl.obolibrary.org/obo/", "IAO_0000115 IAO_0100001 BFO_0000050")

GRAPH = "https://w3id.org/disease-kg/graph/"
INFERRED = GRAPH + "inferred"
RARITY = "https://w3id.org/disease-kg/rarity/"
CARE = "https://w3id.org/disease-kg/care/"
LOCATION = "https://w3id.org/disease-kg/location/"
SYMPTOM = "https://w3id.org/disease-kg/symptom/"
CAUSE = "https://w3id.org/disease-kg/cause/"
AGENT = "https://w3id.org/disease-kg/agent/"
PREVALENCE = "https://w3id.org/disease-kg/prevalence/"
ACTION = "https://w3id.org/disease-kg/action/"
DISABILITY = "https://w3id.org/disease-kg/disability/"
SOURCE = "https://w3id.org/disease-kg/source/"
AUTHORITY = "https://w3id.org/disease-kg/authority/"
SPECIALIST = "https://w3id.org/disease-kg/specialist/"
SCHEME = "https://w3id.org/disease-kg/scheme/"

NIH, ORPHANET = AUTHORITY + "nih", AUTHORITY + "orphanet"

PREFIXES: dict[str, str] = {
    "dkg": DKG.base,
    "graph": GRAPH,
    "authority": AUTHORITY,
    "criterion": "https://w3id.org/disease-kg/criterion/",
    "specialist": SPECIALIST,
    "rarity": RARITY,
    "care": CARE,
    "location": LOCATION,
    "symptom": SYMPTOM,
    "cause": CAUSE,
    "agent": AGENT,
    "prevalence": PREVALENCE,
    "action": ACTION,
    "disability": DISABILITY,
    "source": SOURCE,
    "scheme": SCHEME,
    "obo": "http://purl.obolibrary.org/obo/",
    "orpha": "http://www.orpha.net/ORDO/Orphanet_",
    "gard": "https://rarediseases.info.nih.gov/diseases/",
    "omim": "https://omim.org/entry/",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
    "ncbigene": "https://www.ncbi.nlm.nih.gov/gene/",
    "skos": SKOS.base,
    "owl": OWL.base,
    "rdf": RDF.base,
    "rdfs": RDFS.base,
    "xsd": XSD.base,
    "sh": "http://www.w3.org/ns/shacl#",
    "dcterms": DCTERMS.base,
    "dcat": DCAT.base,
    "prov": PROV.base,
    "spdx": SPDX.base,
    "void": VOID.base,
    "foaf": "http://xmlns.com/foaf/0.1/",
    "schema": "https://schema.org/",
    "wd": "http://www.wikidata.org/entity/",
    "iso-thes": ISOTHES.base,
    "oboInOwl": OBOINOWL.base,
}


def local(iri: object) -> str:
    """Return the local name of a term, after the "#" of its IRI.

    >>> local(DKG.bodySite)
    'bodySite'
    """
    return str(iri).rpartition("#")[2]
