"""Why the graph says something of a condition: chains of reasons, each link with its source.

An explanation is data first: `Reason`s of `Link`s, the conclusion first, then what it rests on.
Nothing is concluded here that the graph does not hold; a chain only shows what is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import pairwise
from operator import itemgetter
from typing import Any, cast

import pyoxigraph as ox

from . import queries
from .arrays import KINDS
from .errors import UnknownThing
from .from_rows import grouped, numbers
from .hierarchy import Hierarchy
from .identifiers import short
from .queries import Value
from .resolve import CLASSES, is_a
from .rows import Row
from .store import Store
from .things import Thing
from .vocabulary import DKG, INFERRED, NIH, ORPHANET, local

_STEP = """
    SELECT ?lower ?upper ?source WHERE { GRAPH ?source { ?lower skos:broader ?upper } }
    ORDER BY ?source"""


@dataclass(frozen=True, slots=True)
class Relation:
    """What can be asked about: the kind of the thing, the property, and the claim in words.

    `says` is the property by which statements name the thing; "" for the hierarchy.
    """

    kind: str
    property: str
    says: str
    claim: str


RELATIONS = {
    "specialist": Relation(
        "specialist",
        "dkg:specialist",
        DKG.recommends,
        "{thing} is a specialist to see for {condition}",
    ),
    "site": Relation(
        "body site", "dkg:bodySite", DKG.locatedIn, "{condition} is located at {thing}"
    ),
    "broader": Relation("condition", "skos:broader", "", "{condition} is a kind of {thing}"),
    "rare": Relation(
        "authority",
        "dkg:rareAccordingTo",
        DKG.authority,
        "{condition} is rare according to {thing}",
    ),
    "symptom": Relation(
        "phenotype", "dkg:symptom", DKG.phenotype, "{thing} is a symptom of {condition}"
    ),
}
_OF = {relation.says: relation for relation in RELATIONS.values()}


@dataclass(frozen=True, slots=True)
class Origin:
    """A graph that says something: title, release and the IRIs of its licenses.

    The graph of conclusions has none of its own: a conclusion has the licenses of its premises.
    """

    iri: str
    title: str
    release: str | None
    licenses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a chain: `subject relation object`, a CURIE for the relation, and who says so.

    A link that is a statement has its IRI and what it rests on: `basis` is the local name of a
    dkg:Basis, `record` the CURIE of the authority's or annotator's own record, `rests_on` the
    authority whose record that one rests on. `lower` and `upper` bound the share of the affected
    who have a symptom, 0 to 1. A `denied` one says that the thing does not hold.
    """

    subject: Thing
    relation: str
    object: Thing
    source: Origin
    statement: str | None = None
    denied: bool = False
    basis: str | None = None
    record: str | None = None
    rests_on: str | None = None
    lower: float | None = None
    upper: float | None = None
    evidence: str | None = None
    references: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of reasons: the conclusion first, then what it rests on."""

    links: tuple[Link, ...]

    @property
    def licenses(self) -> tuple[str, ...]:
        """The licenses of all that it rests on, sorted."""
        return tuple(sorted({license for link in self.links for license in link.source.licenses}))


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a condition has a thing: the reasons for it, and the statements against it."""

    condition: Thing
    relation: str
    thing: Thing
    reasons: tuple[Reason, ...]
    against: tuple[Reason, ...] = ()

    @property
    def claim(self) -> str:
        """What was asked, as a clause."""
        words = RELATIONS[self.relation].claim
        return words.format(condition=self.condition.label, thing=self.thing.label)

    @property
    def silence(self) -> str:
        """What to say when there is no reason for it."""
        if self.against:
            return f"the graph does not say that {self.claim}; it says the contrary"
        if self.relation == "broader":
            return f"nothing in the graph says that {self.claim}: no skos:broader leads there"
        return f"nothing in the graph says that {self.claim}; silence is not a no"

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        parts = ("for", self.reasons), ("against", self.against)
        reasons = {
            key: [{**asdict(reason), "licenses": reason.licenses} for reason in found]
            for key, found in parts
        }
        return {"claim": self.claim, "stated": bool(self.reasons), **asdict(self), **reasons}


def explain(store: Store, condition: str, relation: str, thing: str) -> Explanation:
    """Return why the graph says that a condition has a thing; both are IRIs.

    A symptom or body site is also stated by a kind of it (or a part), with the way up to it.
    Raises UnknownThing for a thing that the graph does not have, or has as another kind.
    """
    kind = RELATIONS[relation].kind
    for iri, name in ((condition, "condition"), (thing, kind)):
        classes = ["DeprecatedCondition"] if name == "condition" else []
        term = ox.NamedNode(iri)
        if not any(is_a(store, term, DKG.base + one) for one in [CLASSES[name], *classes]):
            raise UnknownThing(short(iri), kind=name)
    graph = _Graph(store, kind)
    found = [*graph.reasons(condition, relation, thing)]
    return Explanation(
        graph.thing(condition),
        relation,
        graph.thing(thing),
        tuple(reason for reason in found if not reason.links[0].denied),
        tuple(reason for reason in found if reason.links[0].denied),
    )


class _Graph:
    """A store with what its chains need: names, the origins of graphs, the ways up."""

    def __init__(self, store: Store, kind: str) -> None:
        self._store = store
        self._conditions = Hierarchy.of(store)
        self._things = Hierarchy.of(store, kind) if kind in KINDS else self._conditions

    def thing(self, iri: str) -> Thing:
        return Thing(iri, self._conditions.label(iri))

    def reasons(self, condition: str, relation: str, thing: str) -> Iterator[Reason]:
        """Yield each line of reasons; a denial counts only if it is of the very thing."""
        says = RELATIONS[relation].says
        if not says:
            if steps := [*self._way(self._conditions, condition, thing)]:
                yield Reason(tuple(steps))
            return
        kinds = self._things.descendants(thing) if relation in ("site", "symptom") else set()
        for rows in self._statements(condition):
            stated = str(rows[0]["thing"])
            if rows[0]["says"] != says or stated not in {thing, *kinds}:
                continue
            if stated == thing or not rows[0]["denied"]:
                up = self._way(self._things, stated, thing)
                yield Reason((*self._grounds(rows, set()), *up))

    def _grounds(self, rows: list[Row], seen: set[str]) -> Iterator[Link]:
        """Yield the link of a statement, and what it rests on where it is concluded."""
        row = rows[0]
        seen.add(str(row["statement"]))
        yield self._statement(rows)
        condition, premise = str(row["condition"]), str(row["premise"])
        if row["ancestor"] and premise not in seen:
            ancestor = str(row["ancestor"])
            yield from self._way(self._conditions, condition, ancestor)
            for behind in self._statements(ancestor):
                if behind[0]["statement"] == premise:
                    yield from self._grounds(behind, seen)
        elif row["basis"] == DKG.Classified:
            yield from self._classified(condition, str(row["thing"]))
        elif row["basis"] == DKG.Observed:
            yield from self._observed(condition, str(row["thing"]))
        elif row["says"] == DKG.authority and row["source"] == INFERRED:
            yield from self._mappings(condition, row["record"])
            if row["basis"] == DKG.Entry and row["thing"] == ORPHANET:
                yield from self._by_nih(condition, seen)

    def _classified(self, condition: str, specialist: str) -> Iterator[Link]:
        """Yield where Orphanet files the condition's record, and whose field that is."""
        asked = {"condition": f"<{condition}>", "specialist": f"<{specialist}>"}
        for row in queries.run(self._store, "specialist-by-field", **asked):
            record, head = (Thing(str(row[k]), _short(row[k])) for k in ("record", "head"))
            head = Thing(head.iri, str(row["label"] or head.label))
            filed, field = (self._origin(str(row[k])) for k in ("source", "field_source"))
            yield from self._mappings(condition, row["record"])
            yield Link(record, "dkg:preferentialParent", head, filed)
            yield Link(self.thing(specialist), "dkg:field", head, field)

    def _observed(self, condition: str, specialist: str) -> Iterator[Link]:
        """Yield the condition's symptoms that the specialist's evaluation observes."""
        asked = {"condition": f"<{condition}>", "specialist": f"<{specialist}>"}
        for row in queries.run(self._store, "specialist-by-symptoms", **asked):
            symptom = Thing(str(row["phenotype"]), str(row["symptom"]))
            evaluation = Thing(str(row["evaluation"]), str(row["label"]))
            origin = self._origin(str(row["source"]))
            yield Link(symptom, "dkg:observedThrough", evaluation, origin)

    def _by_nih(self, condition: str, seen: set[str]) -> Iterator[Link]:
        """Yield the NIH's listings, without which an entry of Orphanet's counts for nothing."""
        for rows in self._statements(condition):
            if rows[0]["thing"] == NIH and not rows[0]["denied"]:
                yield from self._grounds(rows, seen)

    def _statements(self, condition: str) -> list[list[Row]]:
        """Return the rows of each statement of a condition."""
        rows = queries.run(self._store, "reasons-of-condition", condition=f"<{condition}>")
        return grouped(rows, itemgetter("statement"))

    def _statement(self, rows: list[Row]) -> Link:
        row = rows[0]
        denied = bool(row["denied"])
        relation = _OF[str(row["says"])].property
        if denied and row["says"] == DKG.authority:
            relation = "dkg:notRareAccordingTo"
        basis, record, rests_on = row["basis"], row["record"], row["rests_on"]
        return Link(
            self.thing(str(row["condition"])),
            relation,
            self.thing(str(row["thing"])),
            self._origin(str(row["source"])),
            _short(row["statement"]),
            denied,
            local(basis) if basis else None,
            _short(record) if record else None,
            self.thing(str(rests_on)).label if rests_on else None,
            min(numbers(rows, "lower"), default=None),
            max(numbers(rows, "upper"), default=None),
            _short(row["evidence"]) if row["evidence"] else None,
            tuple(sorted({_short(r["reference"]) for r in rows if r["reference"]})),
            tuple(sorted({str(r["note"]) for r in rows if r["note"]})),
        )

    def _mappings(self, condition: str, record: Value) -> Iterator[Link]:
        rows = queries.run(self._store, "codes-of-condition", condition=f"<{condition}>")
        for row in rows:
            if row["record"] == record:
                to, origin = Thing(str(record), _short(record)), self._origin(str(row["source"]))
                match = "skos:" + local(row["match"])
                yield Link(self.thing(condition), match, to, origin)

    def _way(self, hierarchy: Hierarchy, lower: str, upper: str) -> Iterator[Link]:
        """Yield each step of the shortest way up, with the graph that states it."""
        way = next(hierarchy.paths(lower, upper, 1), [])
        for below, above in pairwise(way):
            terms = {"lower": ox.NamedNode(below), "upper": ox.NamedNode(above)}
            steps = cast(ox.QuerySolutions, self._store.query(_STEP, terms))
            origin = self._origin(next(iter(steps))["source"].value)
            yield Link(self.thing(below), "skos:broader", self.thing(above), origin)

    def _origin(self, iri: str) -> Origin:
        return self._origins.get(iri) or Origin(iri, _short(iri), None, ())

    @cached_property
    def _origins(self) -> dict[str, Origin]:
        sources = grouped(queries.run(self._store, "sources"), itemgetter("source"))
        return {origin.iri: origin for origin in map(_of_source, sources)}


def _of_source(rows: list[Row]) -> Origin:
    """Return the graph of a source, which has a row for each of its licenses."""
    iri, version = str(rows[0]["source"]), rows[0]["version"]
    licenses = {str(row["license"]) for row in rows if row["license"] and iri != INFERRED}
    return Origin(
        iri, str(rows[0]["title"]), str(version) if version else None, tuple(sorted(licenses))
    )


def _short(iri: Value) -> str:
    return short(str(iri))


def to_text(explanation: Explanation) -> str:
    """Return an explanation as lines, with numbers in brackets for the sources listed below."""
    numbers: dict[Origin, int] = {}
    lines: list[str] = []
    parts = (
        (explanation.claim, "because", explanation.reasons),
        (explanation.claim, "but this is denied", explanation.against),
    )
    for claim, word, reasons in parts:
        if reasons:
            lines.append(f"{claim[0].upper()}{claim[1:]}, {word}:")
        for reason in reasons:
            lines += _chain(reason.links, numbers)
    lines.append("Sources:")
    lines += [f"  [{n}] {_cited(origin)}" for origin, n in numbers.items()]
    return "\n".join(lines) + "\n" if numbers else ""


def _chain(links: Iterable[Link], numbers: dict[Origin, int]) -> Iterator[str]:
    for place, link in enumerate(links):
        number = numbers.setdefault(link.source, len(numbers) + 1)
        yield f"  {'  ' if place else '• '}{_said(link)} [{number}]"


BASES = {
    "Inherited": "taken over from a broader type, as no type between them has one",
    "Listed": "listed by the authority",
    "Entry": "the authority has a record of it, and its list is not in this graph",
    "Reported": "reported by another publication",
    "Curated": "curated",
    "Classified": "Orphanet files it under the specialist's field",
    "Observed": "symptoms of it are observed through an evaluation by the specialist",
    "Stated": "stated by the source",
}
"""What a statement rests on, in words, by the name of its dkg:Basis."""
_WORDS = {
    "dkg:specialist": "see",
    "dkg:bodySite": "located at",
    "dkg:rareAccordingTo": "rare according to",
    "dkg:notRareAccordingTo": "not rare according to",
    "dkg:symptom": "has",
}


def _said(link: Link) -> str:
    """Return a link as a line: what it says, then what it rests on, and the statement's name."""
    if link.relation not in _WORDS:
        return f"{link.subject} → {_named(link.object)} ({link.relation})"
    word = "does not have" if link.denied and link.relation == "dkg:symptom" else None
    said = f"{_named(link.subject)}: {word or _WORDS[link.relation]} {link.object}"
    return "; ".join([said, *_details(link)]) + f" ({link.statement})"


def _named(thing: Thing) -> str:
    return thing.label if thing.label == thing.curie else f"{thing.label}, {thing.curie}"


def _details(link: Link) -> Iterator[str]:
    if link.basis:
        yield BASES.get(link.basis, link.basis)
    if link.record:
        yield f"record {link.record}"
    if link.rests_on:
        yield f"which rests on a record of {link.rests_on}"
    if link.lower is not None and link.upper is not None:
        bounds = dict.fromkeys(f"{100 * share:.3g}" for share in (link.lower, link.upper))
        yield f"in {'–'.join(bounds)}% of the affected"
    if link.evidence:
        yield f"evidence {link.evidence}"
    if link.references:
        yield f"cites {', '.join(link.references)}"
    yield from link.notes


def _cited(origin: Origin) -> str:
    licenses = " and ".join(origin.licenses)
    if origin.iri == INFERRED:
        licenses = "licensed as what it rests on"
    return ", ".join(part for part in (origin.title, origin.release, licenses) if part)
