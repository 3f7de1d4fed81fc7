"""What follows from what the sources say: the closure, inheritance, listings and shortcuts.

Each rule is one function from facts to triples. What is concluded goes to the graph `inferred`,
never to a source's, and each statement names its premise.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TypeAlias

from .facts import Facts, Pairs
from .identifiers import try_parse_curie
from .ntriples import Triple, node
from .statements import (
    based_on,
    body_site_statement,
    keeper,
    rarity_statement,
    specialist_statement,
)
from .thresholds import Criterion
from .vocabulary import AUTHORITY, DKG, GRAPH, INFERRED, MATCHES, NIH, SKOS

Ancestors: TypeAlias = dict[str, dict[str, int]]
"""Of each node its ancestors, with the least number of steps up to each."""

TITLE = "disease-kg inferred statements"

MIN_OBSERVED = 3
"""So many symptoms of a condition must be a specialist's to see before the rule speaks."""

MIN_SHARE = 1 / 3
"""And they must be at least this share of those that any specialist sees."""

DRAWN_FROM_LISTS = {
    GRAPH + source for source in ("mondo", "mondo-mappings", "mondo-gard", "mondo-xrefs")
}
"""Mondo takes the records of authorities from their lists; others refer to whatever has a page."""

_LINEARISATION = GRAPH + "orphanet-linearisation"
_DIAGNOSTICS = GRAPH + "maxo-diagnostics"
_NOT_PASSED_ON = {DKG.Reported, DKG.Observed}


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
    nodes = {ancestor: node(ancestor) for found in above.values() for ancestor in found}
    for child, found in above.items():
        subject = node(child)
        for ancestor in found:
            yield subject, predicate, nodes[ancestor]


def mapping_relations(facts: Facts) -> Iterator[Triple]:
    """Yield `skos:mappingRelation`, the super-property, for every match that says more."""
    stated = set(facts.pairs(SKOS.mappingRelation))
    matches = {pair for predicate in MATCHES for pair in facts.pairs(predicate)}
    for condition, record in sorted(matches - stated):
        yield node(condition), node(SKOS.mappingRelation), node(record)


def placed(facts: Facts) -> Iterator[Triple]:
    """Yield `skos:broader` for each condition that kept its publisher's identifier.

    It comes below the conditions whose own records are nearest above its own record in the
    publisher's classifications, else below that of its preferential parent.
    """
    owner = facts.owners()
    conditions = facts.of_type(DKG.Condition)
    in_place = {child for child, parent in facts.pairs(SKOS.broader) if parent in conditions}
    up: dict[str, list[str]] = defaultdict(list)
    for child, parent in facts.pairs(SKOS.broader):
        up[child].append(parent)
    head = facts.objects(DKG.preferentialParent)
    for condition in sorted(conditions.keys() - in_place):
        found = _steps_up(condition, up)
        nearest = min((n for record, n in found.items() if record in owner), default=0)
        parents = {owner[record] for record, n in found.items() if n == nearest and record in owner}
        if not parents and head.get(condition) in owner:
            parents = {owner[head[condition]]}
        for parent in sorted(parents - {condition}):
            yield node(condition), node(SKOS.broader), node(parent)


def listings(facts: Facts) -> Iterator[Triple]:
    """Yield a rarity statement for each mapping to a record of an authority without a list here.

    A source that says whom an authority lists is taken at its word, and the mappings then say
    nothing. Without one a record counts as an entry (`dkg:Entry`), if Mondo refers to it, of one
    condition alone. Orphanet's nomenclature also holds what is inactive or not rare in Europe, so
    its records count only where the NIH, whose list is drawn from Orphanet's rare ones, has the
    condition too. Where an authority is known to say "not rare", nothing is concluded.
    """
    conditions = facts.of_type(DKG.Condition)
    of_record = Counter(record for condition, record in facts.mapped_in if condition in conditions)
    verdict_of, basis_of = facts.objects(DKG.verdict), facts.objects(DKG.basis)
    stated = list(facts.statements(DKG.authority))
    said = {(condition, authority, verdict_of.get(s)) for s, condition, authority in stated}
    has_list = {
        authority
        for statement, _, authority in stated
        if (verdict_of.get(statement), basis_of.get(statement)) == (DKG.Rare, DKG.Listed)
    }
    found: list[tuple[str, str, str, str]] = []
    for (condition, record), graph in facts.mapped_in.items():
        curie = try_parse_curie(record) or ""
        authority = keeper(curie)
        if authority is None or authority == "ncit" or graph not in DRAWN_FROM_LISTS:
            continue
        iri = AUTHORITY + authority
        denied = iri in has_list or (condition, iri, DKG.NotRare) in said
        if condition in conditions and of_record[record] == 1 and not denied:
            found.append((condition, authority, curie, graph))
    by_nih = {condition for condition, authority, _, _ in found if authority == "nih"}
    by_nih |= {condition for condition, authority, _ in said if authority == NIH}
    for condition, authority, curie, graph in found:
        if authority != "orphanet" or condition in by_nih:
            yield from rarity_statement(condition, authority, curie, DKG.Entry, graph)


def independence(facts: Facts) -> Iterator[Triple]:
    """Yield what each listing rests on: the record that its own record is an exact match of."""
    records = facts.objects(DKG.record)
    behind: dict[str, list[str]] = defaultdict(list)
    for record, other in facts.pairs(SKOS.exactMatch):
        behind[record].append(other)
    for statement, authority in facts.pairs(DKG.authority):
        for other in sorted(behind.get(records.get(statement, ""), ())):
            yield from based_on(statement, authority, other)


def comparisons(facts: Facts) -> Iterator[Triple]:
    """Yield which estimates of prevalence meet, and which exceed, which criterion of rarity."""
    lower = facts.values(DKG.prevalenceLower)
    upper = facts.values(DKG.prevalenceUpper)
    value = facts.values(DKG.prevalenceValue)
    place = facts.values(DKG.geography)
    limits = list(criteria(facts))
    properties = {"meets": node(DKG.meets), "exceeds": node(DKG.exceeds)}
    for estimate in facts.points:
        bounds = [Decimal(each[estimate]) for each in (lower, upper, value) if estimate in each]
        if not bounds:
            continue
        is_open = estimate in lower and estimate not in upper
        for limit in limits:
            most = None if is_open else max(bounds)
            answer = limit.judge(min(bounds), most, place.get(estimate, ""))
            if answer in properties:
                yield node(estimate), properties[answer], node(limit.iri)


def criteria(facts: Facts) -> Iterator[Criterion]:
    """Yield the criteria that numbers can be compared with."""
    shares, persons = facts.values(DKG.maxPrevalence), facts.values(DKG.maxPersons)
    for iri in sorted({*shares, *persons}):
        criterion = Criterion.of(
            iri,
            facts.values(DKG.jurisdiction).get(iri, ""),
            facts.values(DKG.inclusive).get(iri) == "true",
            shares.get(iri, ""),
            persons.get(iri, ""),
            facts.values(DKG.population).get(iri, ""),
        )
        if criterion:
            yield criterion


def classified_specialists(facts: Facts) -> Iterator[Triple]:
    """Yield the specialists in whose field Orphanet files a condition, by preferential parent.

    A condition with a curated statement of its own keeps to that.
    """
    owner = facts.owners()
    stated = {condition for _, condition, _ in facts.statements(DKG.recommends)}
    in_field: dict[str, list[str]] = defaultdict(list)
    for specialist, field in facts.pairs(DKG.field):
        in_field[field].append(specialist)
    for record, head in sorted(facts.pairs(DKG.preferentialParent)):
        condition = owner.get(record)
        if condition and condition not in stated:
            for specialist in sorted(in_field.get(head, ())):
                yield from specialist_statement(
                    condition, specialist, DKG.Classified, _LINEARISATION, record
                )


def observed_specialists(facts: Facts) -> Iterator[Triple]:
    """Yield, for conditions without another, the specialists who observe their symptoms.

    A phenotype is observed through an evaluation, which a specialist performs. Those are taken
    who see at least MIN_OBSERVED symptoms and MIN_SHARE of all that specialists see. This rule is
    the last: the Medical Action Ontology knows many more evaluations of the nerves and the skin
    than of the heart, so it would outvote a cardiologist where a group of conditions names one.
    """
    performer = {evaluation: who for who, evaluation in facts.pairs(DKG.performs)}
    sees: dict[str, set[str]] = defaultdict(set)
    for phenotype, action in facts.pairs(DKG.observedThrough):
        if action in performer:
            sees[phenotype].add(performer[action])
    has_one = {condition for _, condition, _ in facts.statements(DKG.recommends)}
    symptoms: dict[str, set[str]] = defaultdict(set)
    for condition, phenotype in facts.symptoms():
        if condition not in has_one and phenotype in sees:
            symptoms[condition].add(phenotype)
    for condition in sorted(symptoms):
        seen = Counter(who for phenotype in symptoms[condition] for who in sees[phenotype])
        for specialist, count in sorted(seen.items()):
            if count >= MIN_OBSERVED and count >= MIN_SHARE * seen.total():
                yield from specialist_statement(condition, specialist, DKG.Observed, _DIAGNOSTICS)


def inherited(
    facts: Facts,
    above: Ancestors,
    says: str,
    statement: Callable[[str, str, str, str], Iterable[Triple]],
) -> Iterator[Triple]:
    """Yield what each condition without a statement of its own takes over from its ancestors.

    `says` is the property by which statements name the thing (specialist, body site). Every
    ancestor that has one gives it, unless it is overruled: by a descendant of its own, also an
    ancestor of the condition, that has one. How many steps away it is says nothing, as groups are
    divided more finely here than there. A thing of which another that is given is a kind or part
    (the nervous system, beside the brain) is left out. The premise of each is the statement it was
    taken from. What a secondary publication reports is not passed on: it may describe the range of
    a condition's types, as the body parts of focal dystonia.
    """
    basis_of = facts.objects(DKG.basis)
    stated: set[tuple[str, str]] = set()
    own: dict[str, Pairs] = defaultdict(list)
    for premise, condition, thing in facts.statements(says):
        stated.add((condition, thing))
        if basis_of.get(premise) not in _NOT_PASSED_ON:
            own[condition].append((thing, premise))
    overruled = {giver: _properly_above(giver, own.keys(), above) for giver in own}
    for condition in facts.of_type(DKG.Condition):
        if condition in own:
            continue
        givers = own.keys() & above.get(condition, {}).keys()
        given: dict[str, list[str]] = defaultdict(list)
        for giver in givers.difference(*(overruled[giver] for giver in givers)):
            for thing, premise in own[giver]:
                given[thing].append(premise)
        general = {whole for thing in given for whole in _properly_above(thing, given, above)}
        for thing in sorted(given.keys() - general):
            if (condition, thing) not in stated:
                yield from statement(condition, thing, DKG.Inherited, min(given[thing]))


def _properly_above(start: str, others: Container[str], above: Ancestors) -> set[str]:
    """Return which others are above a node and not, by a cycle, below it as well."""
    found = above.get(start, {})
    return {other for other in found if other in others and start not in above.get(other, ())}


def inherited_specialists(facts: Facts, above: Ancestors) -> Iterator[Triple]:
    """Yield the specialists that conditions take over from their ancestors."""
    return inherited(facts, above, DKG.recommends, specialist_statement)


def inherited_body_sites(facts: Facts, above: Ancestors) -> Iterator[Triple]:
    """Yield the body sites that conditions take over from their ancestors."""
    return inherited(facts, above, DKG.locatedIn, body_site_statement)


def shortcuts(facts: Facts) -> Iterator[Triple]:
    """Yield the short way for every statement: the condition, a property, what is stated of it."""
    authority_of = facts.objects(DKG.authority)
    short = dict(facts.short)
    for statement, condition, verdict in facts.statements(DKG.verdict):
        way = DKG.rareAccordingTo if verdict == DKG.Rare else DKG.notRareAccordingTo
        if statement in authority_of:
            short[condition, way, authority_of[statement]] = None
    for says, way in (
        (DKG.recommends, DKG.specialist),
        (DKG.locatedIn, DKG.bodySite),
        (DKG.agent, DKG.cause),
    ):
        for _, condition, thing in facts.statements(says):
            short[condition, way, thing] = None
    for condition, phenotype in facts.symptoms():
        short[condition, DKG.symptom, phenotype] = None
    for condition, action in facts.treatments():
        short[condition, DKG.medicalAction, action] = None
    for condition, way, thing in short:
        yield node(condition), node(way), node(thing)


def conclude(facts: Facts) -> Iterator[Triple]:
    """Yield everything that follows; a rule sees what the rules before it concluded."""
    yield from _noted(facts, placed(facts))
    above = ancestors(facts.pairs(SKOS.broader))
    yield from closure(above)
    yield from mapping_relations(facts)
    for rule in (listings, independence, comparisons, classified_specialists):
        yield from _noted(facts, rule(facts))
    yield from _noted(facts, inherited_specialists(facts, above))
    yield from _noted(facts, inherited_body_sites(facts, above))
    yield from _noted(facts, observed_specialists(facts))
    yield from shortcuts(facts)


def _noted(facts: Facts, rule: Iterable[Triple]) -> list[Triple]:
    """Return what a rule concludes, once it is among the facts."""
    concluded = list(rule)
    for triple in concluded:
        facts.add(triple, INFERRED)
    return concluded
