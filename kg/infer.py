"""What follows from what the sources say: the closure, inheritance, listings and shortcuts.

`Facts` collects the triples that the rules need while the sources stream by; each rule is one
function from facts to triples. What is concluded goes to the graph `inferred`, never to a source's,
and each statement names its premise.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from .identifiers import try_parse_curie
from .triples import (
    Triple,
    body_site_statement,
    keeper,
    node,
    rarity_statement,
    specialist_statement,
)
from .vocabulary import AUTHORITY, DKG, MATCHES, RDF, SKOS

Pairs: TypeAlias = list[tuple[str, str]]
Ancestors: TypeAlias = dict[str, dict[str, int]]
"""Of each node its ancestors, with the least number of steps up to each."""

_WATCHED = (
    SKOS.broader,
    SKOS.mappingRelation,
    DKG.basis,
    DKG.authority,
    DKG.verdict,
    DKG.recommends,
    DKG.locatedIn,
    DKG.phenotype,
    DKG.excluded,
    DKG.agent,
    *MATCHES,
)
_COUNTED = (DKG.Condition, DKG.Phenotype)
_A = node(RDF.type)
_CONDITION = node(DKG.condition)


class Facts:
    """The triples that the rules need, by predicate, as (subject, object) pairs of IRIs.

    `condition_of` has the condition of each statement, `mapped_in` the graph of each mapping by
    which an authority's record is a condition's own, `short` the shortcuts (condition, property,
    thing) of the many annotations that no rule has to look at.
    """

    def __init__(self) -> None:
        self._pairs: dict[str, Pairs] = {node(predicate): [] for predicate in _WATCHED}
        self._things: dict[str, list[str]] = {node(kind): [] for kind in _COUNTED}
        self.condition_of: dict[str, str] = {}
        self.mapped_in: dict[tuple[str, str], str] = {}
        self.short: dict[tuple[str, str, str], None] = {}

    def add(self, triple: Triple) -> None:
        """Keep a triple (in N-Triples syntax) if a rule needs it."""
        subject, predicate, object = triple
        if predicate == _A:
            if object in self._things:
                self._things[object].append(subject[1:-1])
        elif predicate == _CONDITION:
            self.condition_of[subject[1:-1]] = object[1:-1]
        elif predicate in self._pairs:
            self._pairs[predicate].append((subject[1:-1], object[1:-1]))

    def pairs(self, predicate: str) -> Pairs:
        """Return the (subject, object) pairs of a predicate, in the order of the sources."""
        return self._pairs[node(predicate)]

    def objects(self, predicate: str) -> dict[str, str]:
        """Return the object of each subject of a predicate that has one object per subject."""
        return dict(self.pairs(predicate))

    def statements(self, says: str) -> Iterator[tuple[str, str, str]]:
        """Yield (statement, condition, thing) for each statement that names a thing by a property.

        A statement about no condition is passed over here, for the validation to report.
        """
        for statement, thing in self.pairs(says):
            if statement in self.condition_of:
                yield statement, self.condition_of[statement], thing

    def of_type(self, kind: str) -> list[str]:
        """Return the conditions, or the phenotypes."""
        return self._things[node(kind)]


def ancestors(broader: Iterable[tuple[str, str]]) -> Ancestors:
    """Return the ancestors of every node of a hierarchy given as (narrower, broader) pairs.

    A node is its own ancestor only in a cycle. Breadth-first from each node: the closure of a
    tree as flat as Mondo (depth 16) has some 14 pairs a node.

    >>> ancestors([("cervical", "focal"), ("focal", "dystonia")])["cervical"]
    {'focal': 1, 'dystonia': 2}
    """
    parents: dict[str, list[str]] = defaultdict(list)
    for child, parent in broader:
        parents[child].append(parent)
    return {child: _steps_up(child, parents) for child in parents}


def _steps_up(start: str, parents: Mapping[str, list[str]]) -> dict[str, int]:
    found: dict[str, int] = {}
    queue = deque([(start, 0)])
    while queue:
        current, steps = queue.popleft()
        for parent in parents.get(current, ()):
            if parent not in found:
                found[parent] = steps + 1
                queue.append((parent, steps + 1))
    return found


def closure(above: Ancestors) -> Iterator[Triple]:
    """Yield `skos:broaderTransitive` for every pair of the closure."""
    predicate = node(SKOS.broaderTransitive)
    for child, found in above.items():
        subject = node(child)
        for ancestor in found:
            yield subject, predicate, node(ancestor)


def mapping_relations(facts: Facts) -> Iterator[Triple]:
    """Yield `skos:mappingRelation`, the super-property, for every match that says more."""
    stated = set(facts.pairs(SKOS.mappingRelation))
    matches = {pair for predicate in MATCHES for pair in facts.pairs(predicate)}
    for condition, record in sorted(matches - stated):
        yield node(condition), node(SKOS.mappingRelation), node(record)


def listings(facts: Facts, tagged: Mapping[str, set[str]]) -> Iterator[Triple]:
    """Yield a rarity statement for each mapping to a record of an authority's list.

    A record that several conditions are mapped to says nothing of any of them. Orphanet's
    nomenclature also holds what is inactive or not rare in Europe, so a bare cross-reference to it
    counts as an entry (`dkg:Entry`) only where the NIH, whose list is drawn from Orphanet's rare
    entries, has the condition too. Where an authority is known to say "not rare", nothing is
    concluded. A source whose own tags say what an authority lists (`tagged`: graph → authorities)
    is taken at their word instead.
    """
    conditions = set(facts.of_type(DKG.Condition))
    of_record = Counter(record for condition, record in facts.mapped_in if condition in conditions)
    verdict_of = facts.objects(DKG.verdict)
    said = {
        (condition, authority, verdict_of.get(statement))
        for statement, condition, authority in facts.statements(DKG.authority)
    }
    found: list[tuple[str, str, str, str]] = []
    for (condition, record), graph in facts.mapped_in.items():
        curie = try_parse_curie(record) or ""
        authority = keeper(curie)
        if authority is None or authority == "ncit" or authority in tagged.get(graph, ()):
            continue
        denied = (condition, AUTHORITY + authority, DKG.NotRare) in said
        if condition in conditions and of_record[record] == 1 and not denied:
            found.append((condition, authority, curie, graph))
    by_nih = {condition for condition, authority, _, _ in found if authority == "nih"}
    by_nih |= {condition for condition, authority, _ in said if authority == AUTHORITY + "nih"}
    for condition, authority, curie, graph in found:
        if authority == "orphanet" and condition not in by_nih:
            continue
        basis = DKG.Entry if authority == "orphanet" else DKG.Listed
        statement = list(rarity_statement(condition, authority, curie, basis, graph))
        if statement[0][0][1:-1] not in verdict_of:  # else a tag has named the very record
            yield from statement


def inherited(
    facts: Facts,
    above: Ancestors,
    says: str,
    statement: Callable[[str, str, str, str], Iterable[Triple]],
) -> Iterator[Triple]:
    """Yield what each condition without a statement of its own takes over from its ancestors.

    `says` is the property by which statements name the thing (specialist, body site); the nearest
    ancestors that have one give it, all of those at the least distance. The premise of each is the
    statement it was taken from. What a secondary publication reports is not passed on: it may
    describe the range of a condition's types, as the body parts of focal dystonia.
    """
    basis_of = facts.objects(DKG.basis)
    stated: set[tuple[str, str]] = set()
    own: dict[str, Pairs] = defaultdict(list)
    for premise, condition, thing in facts.statements(says):
        stated.add((condition, thing))
        if basis_of.get(premise) != DKG.Reported:
            own[condition].append((thing, premise))
    for condition in facts.of_type(DKG.Condition):
        if condition in own:
            continue
        found = above.get(condition, {})
        nearest = min((steps for a, steps in found.items() if a in own), default=0)
        given: dict[str, list[str]] = defaultdict(list)
        for ancestor, steps in found.items():
            if steps == nearest and ancestor in own:
                for thing, premise in own[ancestor]:
                    given[thing].append(premise)
        for thing in sorted(thing for thing in given if (condition, thing) not in stated):
            yield from statement(condition, thing, DKG.Inherited, min(given[thing]))


def inherited_specialists(facts: Facts, above: Ancestors) -> Iterator[Triple]:
    """Yield the specialists that conditions take over from their nearest ancestors."""
    return inherited(facts, above, DKG.recommends, specialist_statement)


def inherited_body_sites(facts: Facts, above: Ancestors) -> Iterator[Triple]:
    """Yield the body sites that conditions take over from their nearest ancestors."""
    return inherited(facts, above, DKG.locatedIn, body_site_statement)


def shortcuts(facts: Facts) -> Iterator[Triple]:
    """Yield the short way for every statement: the condition, a property, what is stated of it."""
    authority_of = facts.objects(DKG.authority)
    excluded = {statement for statement, _ in facts.pairs(DKG.excluded)}
    short = facts.short
    for statement, condition, verdict in facts.statements(DKG.verdict):
        way = DKG.rareAccordingTo if verdict == DKG.Rare else DKG.notRareAccordingTo
        if statement in authority_of:
            short[condition, way, authority_of[statement]] = None
    for says, way in (
        (DKG.recommends, DKG.specialist),
        (DKG.locatedIn, DKG.bodySite),
        (DKG.phenotype, DKG.symptom),
        (DKG.agent, DKG.cause),
    ):
        for statement, condition, thing in facts.statements(says):
            if statement not in excluded:
                short[condition, way, thing] = None
    for condition, way, thing in short:
        yield node(condition), node(way), node(thing)


def conclude(facts: Facts, tagged: Mapping[str, set[str]]) -> Iterator[Triple]:
    """Yield everything that follows; a rule sees what the rules before it concluded."""
    above = ancestors(facts.pairs(SKOS.broader))
    yield from closure(above)
    yield from mapping_relations(facts)
    for rule in (
        listings(facts, tagged),
        inherited_specialists(facts, above),
        inherited_body_sites(facts, above),
    ):
        concluded = list(rule)
        for triple in concluded:
            facts.add(triple)
        yield from concluded
    yield from shortcuts(facts)
