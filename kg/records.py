"""What a reader yields: plain facts of one source's record, before any of it is a triple.

Those of which a build has a hundred thousand are named tuples, which are made three times faster.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NamedTuple

Scope = Literal["exact", "broad", "narrow", "related"]

Aspect = Literal["P", "I", "C", "M", "H"]
"""Of an HPOA row: phenotype, inheritance, clinical course, modifier, past medical history."""


@dataclass(frozen=True, slots=True)
class Release:
    """What a file says of itself, yielded first where it says something."""

    version: str = ""
    license: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that was left out: where in the file, and why; `record` names it."""

    record: str
    reason: str


class Name(NamedTuple):
    """One more name of a term, how near it is to the preferred one, and whether people use it.

    A `lay` name is one that people who are no professionals understand.
    """

    text: str
    scope: Scope = "exact"
    language: str = "en"
    lay: bool = False


class Tag(NamedTuple):
    """A subset that a term belongs to, with the records named as its sources."""

    subset: str
    sources: tuple[str, ...] = ()


class Mapping(NamedTuple):
    """One record's relation to another record, in CURIEs; the relation is a SKOS IRI."""

    subject: str
    predicate: str
    object: str


class Term(NamedTuple):
    """One term of an ontology: a condition, a body site or a phenotype. Identifiers are CURIEs.

    `parent_sources` has (parent, who says so) pairs, `alternatives` the identifiers of terms that
    were merged into this one, `schemes` the classifications that it stands in, each named by its
    head.
    """

    id: str
    name: str = ""
    definition: str = ""
    names: tuple[Name, ...] = ()
    parents: tuple[str, ...] = ()
    parent_sources: tuple[tuple[str, str], ...] = ()
    part_of: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    mappings: tuple[Mapping, ...] = ()
    tags: tuple[Tag, ...] = ()
    schemes: tuple[str, ...] = ()
    deprecated: bool = False
    replaced_by: tuple[str, ...] = ()
    consider: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    comment: str = ""


class PhenotypeAnnotation(NamedTuple):
    """One row of HPOA: a disease record has (or has not) a phenotype.

    `lower` and `upper` bound the share of patients, 0 to 1, where the row gives one; `frequency`
    is the HP term where the row says it by a term. `key` tells rows of one record and phenotype
    apart.
    """

    record: str
    phenotype: str
    aspect: Aspect
    key: str
    excluded: bool = False
    frequency: str = ""
    lower: Decimal | None = None
    upper: Decimal | None = None
    onset: str = ""
    evidence: str = ""
    references: tuple[str, ...] = ()
    diagnostic_criterion: bool = False


@dataclass(frozen=True, slots=True)
class GeneAssociation:
    """A disease record and a gene that is associated with it.

    `gene` is a CURIE, "" where the file has only the symbol; `kind` is the association in the
    source's words, "" where it says none.
    """

    record: str
    gene: str
    symbol: str
    kind: str = ""
    assessed: bool = True
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Agent:
    """What else causes a disease: an organism, a substance, a process.

    `agent` is a CURIE, "" where the file has only the `label`; `relation` is the source's own
    ("has material basis in").
    """

    record: str
    relation: str
    label: str
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Location:
    """A disease record and where in the body it is: a CURIE, or "" and the site's label."""

    record: str
    site: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Prevalence:
    """One estimate of how many have a disease.

    `kind` says of what: the prevalence at a point in time, at birth or over a lifetime, the annual
    incidence, or the number of cases or families ever published. `lower`, `upper` and `value` are
    persons per 100,000, `upper` None where a class is open above; `cases` counts cases, or
    families where `families`. All are None where the number is unknown: a class may say so.
    """

    record: str
    key: str
    kind: Literal["point", "birth", "lifetime", "incidence", "cases"]
    geography: str
    validated: bool
    class_: str = ""
    lower: Decimal | None = None
    upper: Decimal | None = None
    value: Decimal | None = None
    cases: int | None = None
    families: bool = False
    expert: bool = False
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PreferentialParent:
    """A disease record and the one head of classification (a specialty) that Orphanet gives it."""

    record: str
    head: str


@dataclass(frozen=True, slots=True)
class NaturalHistory:
    """A disease record's ages of onset and modes of inheritance, as HP terms."""

    record: str
    onsets: tuple[str, ...] = ()
    inheritances: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Disability:
    """A functional consequence of a disease: what is limited, how often, how long, how badly."""

    record: str
    key: str
    activity: str
    frequency: str = ""
    temporality: str = ""
    severity: str = ""
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A condition that an authority lists as rare: `subset` says which list of its it is in.

    `record` is the authority's own record and `basis` the record of another nomenclature that it
    rests on; "" where the file names none.
    """

    condition: str
    subset: str
    record: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class MedicalAction:
    """An action that treats, prevents or does something else to a disease, or a symptom of it.

    `phenotype` is the symptom at which it aims ("" for the disease itself), `extension` a
    substance that is given. All but `relation`, `key` and `evidence` are CURIEs.
    """

    record: str
    action: str
    relation: str
    key: str
    phenotype: str = ""
    extension: str = ""
    extension_label: str = ""
    evidence: str = ""
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """A phenotype and an action through which it is observed, perhaps before birth."""

    phenotype: str
    action: str
    prenatal: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """A triple that its author wrote as RDF: subject, predicate, object in N-Triples syntax."""

    subject: str
    predicate: str
    object: str


Record = (
    Release
    | Skipped
    | Term
    | Mapping
    | PhenotypeAnnotation
    | GeneAssociation
    | Agent
    | Location
    | Prevalence
    | PreferentialParent
    | NaturalHistory
    | Disability
    | Listing
    | MedicalAction
    | Observation
    | Statement
)


@dataclass(slots=True)
class Account:
    """What became of one source's records: read, kept, and left out with the reasons.

    `read == kept + sum(left_out.values())` at the end of a build. `kinds` has how many of each
    kind were read; `unjoined` counts those kept although they are about no single condition;
    `listings` counts, by authority, the conditions that the source says are on its list: those
    said first here, those that an earlier source has said too, and those that are deprecated.
    """

    release: str = ""
    read: int = 0
    kept: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    unjoined: dict[str, int] = field(default_factory=dict)
    listings: dict[str, dict[str, int]] = field(default_factory=dict)
    _listed: set[tuple[str, str]] = field(default_factory=set, repr=False)

    def take(self, record: Record) -> None:
        """Count one record that was read."""
        self.read += 1
        kind = type(record).__name__
        self.kinds[kind] = self.kinds.get(kind, 0) + 1

    def leave_out(self, reason: str) -> None:
        """Count one record that stays out of the graph."""
        self.left_out[reason] = self.left_out.get(reason, 0) + 1

    def list(self, authority: str, condition: str, outcome: str) -> None:
        """Count one condition that the source says is on an authority's list, once."""
        if (authority, condition) not in self._listed:
            self._listed.add((authority, condition))
            counts = self.listings.setdefault(authority, {})
            counts[outcome] = counts.get(outcome, 0) + 1
