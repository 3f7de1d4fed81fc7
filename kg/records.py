"""What a reader yields: plain facts of one source's record, before any of it is a triple."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

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


@dataclass(frozen=True, slots=True)
class Name:
    """One more name of a term, and how near it is to the preferred one."""

    text: str
    scope: Scope = "exact"
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Tag:
    """A subset that a term belongs to, with the records named as its sources."""

    subset: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mapping:
    """One record's relation to another record, in CURIEs; the relation is a SKOS IRI."""

    subject: str
    predicate: str
    object: str


@dataclass(frozen=True, slots=True)
class Term:
    """One term of an ontology: a condition, a body site or a phenotype. Identifiers are CURIEs."""

    id: str
    name: str = ""
    definition: str = ""
    names: tuple[Name, ...] = ()
    parents: tuple[str, ...] = ()
    part_of: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    mappings: tuple[Mapping, ...] = ()
    tags: tuple[Tag, ...] = ()
    deprecated: bool = False
    replaced_by: tuple[str, ...] = ()
    consider: tuple[str, ...] = ()
    comment: str = ""


@dataclass(frozen=True, slots=True)
class PhenotypeAnnotation:
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


@dataclass(frozen=True, slots=True)
class GeneAssociation:
    """A disease record and a gene that is associated with it."""

    record: str
    gene: str
    symbol: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A triple that its author wrote as RDF: subject, predicate, object in N-Triples syntax."""

    subject: str
    predicate: str
    object: str


Record = Release | Skipped | Term | Mapping | PhenotypeAnnotation | GeneAssociation | Statement


@dataclass(slots=True)
class Account:
    """What became of one source's records: read, kept, and left out with the reasons.

    `read == kept + sum(left_out.values())` at the end of a build.
    """

    release: str = ""
    read: int = 0
    kept: int = 0
    left_out: dict[str, int] = field(default_factory=dict)

    def leave_out(self, reason: str) -> None:
        """Count one record that stays out of the graph."""
        self.left_out[reason] = self.left_out.get(reason, 0) + 1
