"""What the rules of inference look at: the triples they need, kept while the sources stream by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TypeAlias

from .ntriples import Triple, node
from .vocabulary import DKG, JOINING, MATCHES, RDF, SKOS

Pairs: TypeAlias = list[tuple[str, str]]

_LINKS = (
    SKOS.broader,
    SKOS.mappingRelation,
    DKG.basis,
    DKG.record,
    DKG.authority,
    DKG.verdict,
    DKG.recommends,
    DKG.locatedIn,
    DKG.phenotype,
    DKG.excluded,
    DKG.agent,
    DKG.action,
    DKG.relation,
    DKG.mined,
    DKG.preferentialParent,
    DKG.field,
    DKG.performs,
    DKG.observedThrough,
    *MATCHES,
)
"""The properties whose subjects and objects the rules ask for."""

_VALUES = (
    DKG.prevalenceLower,
    DKG.prevalenceUpper,
    DKG.prevalenceValue,
    DKG.geography,
    DKG.maxPersons,
    DKG.maxPrevalence,
    DKG.inclusive,
    DKG.population,
    DKG.jurisdiction,
)
"""The properties whose values the rules compute with."""

_HELPFUL = (DKG.Treats, DKG.Prevents)
_KINDS = (DKG.Condition, DKG.Phenotype, DKG.RarityStatement)
_POINT = node(DKG.PointPrevalence)
_A = node(RDF.type)
_CONDITION = node(DKG.condition)
_JOINING = frozenset(map(node, JOINING))


class Facts:
    """The triples that the rules need, by predicate, as (subject, object) pairs of IRIs.

    `condition_of` has the condition of each statement, `mapped_in` the graph of each mapping by
    which a record may be a condition's own, `points` the estimates of point prevalence, and `short`
    the shortcuts (condition, property, thing) of the many annotations that no rule has to look at.
    """

    def __init__(self) -> None:
        self._pairs: dict[str, Pairs] = {node(predicate): [] for predicate in _LINKS}
        self._values: dict[str, dict[str, str]] = {node(predicate): {} for predicate in _VALUES}
        self._things: dict[str, dict[str, None]] = {kind: {} for kind in _KINDS}
        self._of_node = {node(kind): things for kind, things in self._things.items()}
        self.condition_of: dict[str, str] = {}
        self.mapped_in: dict[tuple[str, str], str] = {}
        self.points: list[str] = []
        self.short: dict[tuple[str, str, str], None] = {}

    def add(self, triple: Triple, graph: str) -> None:
        """Keep a triple (in N-Triples syntax) of a graph if a rule needs it."""
        subject, predicate, object = triple
        if predicate == _A:
            if object in self._of_node:
                self._of_node[object][subject[1:-1]] = None
        elif predicate == _CONDITION:
            self.condition_of[subject[1:-1]] = object[1:-1]
        elif predicate in self._pairs:
            pair = subject[1:-1], object[1:-1]
            self._pairs[predicate].append(pair)
            if predicate in _JOINING:
                self.mapped_in.setdefault(pair, graph)
        elif predicate in self._values:
            self._values[predicate][subject[1:-1]] = object.split('"')[1]
        elif object == _POINT:
            self.points.append(subject[1:-1])

    def pairs(self, predicate: str) -> Pairs:
        """Return the (subject, object) pairs of a predicate, in the order of the sources."""
        return self._pairs[node(predicate)]

    def objects(self, predicate: str) -> dict[str, str]:
        """Return the object of each subject of a predicate that has one object per subject."""
        return dict(self.pairs(predicate))

    def values(self, predicate: str) -> dict[str, str]:
        """Return the value of each subject of a predicate whose objects are literals."""
        return self._values[node(predicate)]

    def statements(self, says: str) -> Iterator[tuple[str, str, str]]:
        """Yield (statement, condition, thing) for each statement that names a thing by a property.

        A statement about no condition is passed over here, for the validation to report.
        """
        for statement, thing in self.pairs(says):
            if statement in self.condition_of:
                yield statement, self.condition_of[statement], thing

    def of_type(self, kind: str) -> dict[str, None]:
        """Return the conditions, the phenotypes or the rarity statements, in their order."""
        return self._things[kind]

    def owners(self) -> dict[str, str]:
        """Return the condition of each record that is one condition's own.

        An exact match goes before a bare cross-reference. A condition that kept its publisher's
        identifier is its own record.
        """
        conditions = self.of_type(DKG.Condition)
        exact = set(self.pairs(SKOS.exactMatch))
        owner = {condition: condition for condition in conditions}
        for wanted in (exact, self.mapped_in.keys() - exact):
            pairs = [pair for pair in self.mapped_in if pair in wanted and pair[0] in conditions]
            times = Counter(record for _, record in pairs)
            for condition, record in pairs:
                if times[record] == 1:
                    owner.setdefault(record, condition)
        return owner

    def symptoms(self) -> Iterator[tuple[str, str]]:
        """Yield (condition, phenotype) for each association that is no exclusion."""
        for condition, way, phenotype in self.short:
            if way == DKG.symptom:
                yield condition, phenotype
        excluded = {statement for statement, _ in self.pairs(DKG.excluded)}
        for statement, condition, phenotype in self.statements(DKG.phenotype):
            if statement not in excluded:
                yield condition, phenotype

    def treatments(self) -> Iterator[tuple[str, str]]:
        """Yield (condition, action) for each curated action that treats or prevents something."""
        helps = {s for s, relation in self.pairs(DKG.relation) if relation in _HELPFUL}
        helps -= {statement for statement, _ in self.pairs(DKG.mined)}
        for statement, condition, action in self.statements(DKG.action):
            if statement in helps:
                yield condition, action
