"""What is said of a condition: the things that it is said to have, be or be called."""

from __future__ import annotations

from dataclasses import dataclass

from .identifiers import short


@dataclass(frozen=True, slots=True)
class Thing:
    """Something of the graph: its IRI and its name."""

    iri: str
    label: str

    @property
    def curie(self) -> str:
        """The identifier as a CURIE, or the IRI where no registry has it."""
        return short(self.iri)

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True)
class Counted(Thing):
    """A thing with a number: of conditions below it, of types that have it."""

    count: int


@dataclass(frozen=True, slots=True)
class Told(Thing):
    """A thing that is said of the condition, and the graphs that say it."""

    sources: tuple[str, ...]


CAUSES, CONTRIBUTES, MODIFIES, OTHERWISE, UNSTATED = ROLES = (
    "causes",
    "contributes",
    "modifies",
    "otherwise",
    "unstated",
)
"""What a gene or another agent is said to be to a condition, the most telling first."""

_BEGINNINGS = {
    "Disease-causing": CAUSES,
    "has material basis in": CAUSES,
    "Major susceptibility factor": CONTRIBUTES,
    "has allergic trigger": CONTRIBUTES,
    "has disease driver": CONTRIBUTES,
    "Modifying": MODIFIES,
}
"""The roles by how the kinds of association of Orphanet and the Disease Ontology begin."""


@dataclass(frozen=True, slots=True)
class Associated(Told):
    """A gene or another agent that is associated with the condition.

    `kinds` are the sources' words for how; a source that has none, as HPO's pairs of gene and
    disease, does not say that it is a cause. `role` is the most telling of ROLES that they come to,
    `sources` are the graphs that say it, and `records` are all that name the agent.
    """

    kinds: tuple[str, ...]
    records: tuple[str, ...]
    role: str


def role(kind: str, assessed: bool = True) -> str:
    """Return which of ROLES a kind of association gives, as far as its source has assessed it.

    >>> role("Disease-causing germline mutation(s) in"), role("Candidate gene tested in"), role("")
    ('causes', 'otherwise', 'unstated')
    """
    if not kind:
        return UNSTATED
    known = (role for begin, role in _BEGINNINGS.items() if assessed and kind.startswith(begin))
    return next(known, OTHERWISE)


@dataclass(frozen=True, slots=True)
class Action(Thing):
    """A medical action: what it does to the condition or to one of its symptoms, and who says so.

    `relation` is in words ("treats"), `mined` says that a machine read it out of texts.
    """

    relation: str
    symptom: str | None
    substance: str | None
    mined: bool
    references: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Definition:
    """What the condition is; composed from the graph where no source defines it."""

    text: str
    composed: bool
    source: str | None


@dataclass(frozen=True, slots=True)
class Sign(Thing):
    """A phenotype that has the condition's name, and how its source defines it: the sign alone."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Stated(Thing):
    """A thing that is stated of the condition, and what the statement rests on.

    `basis` is the local name of a dkg:Basis, `source` a graph's IRI, `reference` what a curator
    cites, `ancestor` the condition that it was taken over from.
    """

    basis: str
    source: str
    reference: str | None = None
    ancestor: Thing | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one authority says of the condition's rarity, with its own record."""

    authority: Thing
    rare: bool
    basis: str
    record: str | None
    rests_on: str | None
    criterion: str | None
    source: str
    reference: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Symptom(Thing):
    """A symptom; `lower` and `upper` bound the share of the affected who have it, 0 to 1.

    `criterion` says that a source holds it to be a criterion of the diagnosis; `system` is the
    body system that it is an abnormality of, "" for none.
    """

    excluded: bool
    lower: float | None
    upper: float | None
    criterion: bool
    system: str
    records: tuple[str, ...]
    references: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Alike(Thing):
    """A condition with a similar profile of symptoms, and the symptoms that tell the two apart.

    `likeness` is that of the profiles, 0 to 1; `here` speaks for the one that it is like, `there`
    for this one.
    """

    likeness: float
    here: tuple[str, ...]
    there: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Another registry's record of the condition; `match` is the local name of a SKOS mapping."""

    iri: str
    curie: str
    match: str
    source: str
