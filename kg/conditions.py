"""One condition as an object: everything its page says, each part from a named query.

Nothing is asked before it is needed, and nothing twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, is_dataclass
from functools import cached_property
from html import escape
from typing import Any

from .arrays import Relation, Taxonomy
from .errors import UnknownThing
from .identifiers import compress
from .names import fold
from .queries import Value
from .rarity import TurnedAway, published, turned_away
from .resolve import resolve
from .rows import Reading, read
from .store import Store
from .symptoms import ABNORMALITY
from .things import (
    CAUSES,
    ROLES,
    Action,
    Alike,
    Associated,
    Code,
    Counted,
    Definition,
    Sign,
    Stated,
    Symptom,
    Thing,
    Told,
    Verdict,
    role,
)
from .vocabulary import DKG, PREFIXES, SKOS

_ALIKE = 10
"""So many conditions of similar profile are named."""

_SPECIALTY = PREFIXES["schema"] + "medicalSpecialty"

_LARGE_GROUP = 3000
"""Above so many narrower types, what they have in common says nothing."""


class Condition:
    """One condition of a store, equal to what is the same one of the same store.

    Raises UnknownThing when the store has no such condition.
    """

    def __init__(self, store: Store, iri: str, language: str = "en") -> None:
        self._store = store
        self.iri = iri
        self.language = language
        summary = next(iter(self._rows("condition-summary")), None)
        if summary is None:
            raise UnknownThing(iri)
        self._summary = summary

    @classmethod
    def find(cls, store: Store, text: str, language: str = "en") -> Condition:
        """Return the condition of a name, an identifier in any spelling, or an IRI.

        Its names are those of a language, where the graph has them in it.
        """
        return cls(store, resolve(store, text, "condition").value, language)

    def _rows(self, query: str) -> Iterator[dict[str, Value]]:
        return iter(read(self._reading, query))

    @cached_property
    def _reading(self) -> Reading:
        return Reading(self._store, self.iri)

    def _stated(self, kind: str, query: str) -> Iterator[dict[str, Value]]:
        """Return the rows of a query about a kind of statement, without asking if there is none."""
        return self._rows(query) if kind in self._kinds else iter(())

    @cached_property
    def _kinds(self) -> frozenset[str]:
        return frozenset(str(row["kind"]) for row in self._rows("kinds-of-statements"))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Condition):
            return NotImplemented
        return (self.iri, self._store) == (other.iri, other._store)

    def __hash__(self) -> int:
        return hash(self.iri)

    def __repr__(self) -> str:
        return f"<Condition {self.curie} {self.label!r}>"

    def _repr_html_(self) -> str:
        """Return what it is in short, for a notebook."""
        rare = dict.fromkeys(v.authority.label for v in self.verdicts if v.rare)
        told = {
            "": self.definition.text,
            "Broader types": listed([thing.label for thing in self.broader]),
            "Narrower types": f"{self.below:,}",
            "Listed as rare by": listed(list(rare)),
            "Specialists": listed(list(dict.fromkeys(s.label for s in self.specialists))),
            "Symptoms": listed([s.label for s in self.symptoms if not s.excluded][:8]),
        }
        rows = (f"<tr><th>{k}</th><td>{escape(v)}</td></tr>" for k, v in told.items() if v)
        title = f"{escape(self.label)} <small>{escape(self.curie)}</small>"
        return f"<h3>{title}</h3><table>{''.join(rows)}</table>"

    @property
    def label(self) -> str:
        """The preferred name in the language, else in English, else the CURIE."""
        return self._label_in_language or _text(self._summary["label"]) or self.curie

    @cached_property
    def _label_in_language(self) -> str:
        if self.language == "en":
            return ""
        preferred = (row for row in self._rows("synonyms") if _local(row["kind"]) == "prefLabel")
        return next((str(r["name"]) for r in preferred if r["language"] == self.language), "")

    @property
    def curie(self) -> str:
        """The identifier as a CURIE."""
        return compress(self.iri) or self.iri

    @property
    def deprecated(self) -> bool:
        """Whether its source has withdrawn it."""
        return bool(self._summary["deprecated"])

    @property
    def source(self) -> str:
        """The graph that says what it is."""
        return str(self._summary["source"])

    @cached_property
    def definition(self) -> Definition:
        """The source's definition, or a sentence composed of its types and body sites."""
        if stated := _text(self._summary["definition"]):
            return Definition(stated, False, self.source)
        kinds = listed([f"of {thing.label}" for thing in self.broader], comma=True)
        sites = listed(sorted({site.label for site in self.sites}))
        sentence = f"A kind {kinds}" if kinds else "A condition of no stated kind"
        where = f", affecting the {sites}" if sites else ""
        return Definition(f"{sentence}{where}.", True, None)

    @cached_property
    def sign(self) -> Sign | None:
        """The phenotype of the same name and its definition, where no source defines it itself.

        A sign is not the condition that it names, and says what the name means all the same.
        """
        if not self.definition.composed:
            return None
        for match in self._store.names.exact(self.label, "Phenotype"):
            if fold(match.label) == fold(self.label):
                for term, graph in self._store.told(match.iri, SKOS.definition):
                    return Sign(match.iri, match.label, term.value, graph)
        return None

    @cached_property
    def replacements(self) -> list[Thing]:
        """What the source of a deprecated condition refers to in its place."""
        return _things(self._rows("deprecated-replaced-by"), "replacement", "replacement_label")

    @cached_property
    def names(self) -> list[str]:
        """The other names, sorted."""
        return self.other_names(self)

    def other_names(self, of: Condition | Thing) -> list[str]:
        """Return the other names of this or a related condition, sorted, lower case first."""
        rows = (
            self._rows("synonyms") if of is self else read(Reading(self._store, of.iri), "synonyms")
        )
        names = {str(row["name"]) for row in rows if row["language"] == self.language} - {of.label}
        return sorted(names, key=lambda name: (name.casefold(), name.swapcase()))

    @cached_property
    def name_sources(self) -> list[str]:
        """The graphs that say its names in the language."""
        rows = (row for row in self._rows("synonyms") if row["language"] == self.language)
        return sorted({str(row["source"]) for row in rows})

    @cached_property
    def broader(self) -> list[Thing]:
        """The direct broader types."""
        return [
            Thing(*_named(self._types, number)) for number in self._related(self._types.parents)
        ]

    @cached_property
    def narrower(self) -> list[Counted]:
        """The direct narrower types with the number of conditions below each, the largest first."""
        below = self._types.below
        found = [
            Counted(*_named(self._types, number), below.count(number))
            for number in self._related(self._types.children)
        ]
        return sorted(found, key=lambda thing: (-thing.count, thing.label.casefold()))

    @property
    def below(self) -> int:
        """Number of all narrower types."""
        return len(self._related(self._types.below))

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """What each authority says of its rarity."""
        return [
            Verdict(
                _thing(row, "authority", "label"),
                row["verdict"] == DKG.Rare,
                _local(row["basis"]),
                _text(row["record"]),
                _text(row["rests_on"]),
                _text(row["criterion"]),
                str(row["source"]),
                _text(row["reference"]),
                _text(row["note"]),
            )
            for row in self._stated(DKG.RarityStatement, "rarity-statements")
        ]

    @cached_property
    def turned_away(self) -> list[TurnedAway]:
        """The records of authorities that say nothing of its rarity, and why."""
        said = list(self._stated(DKG.RarityStatement, "rarity-statements"))
        return turned_away(self._store, self.iri, self._rows("codes-of-condition"), said)

    @cached_property
    def rarity_of_types(self) -> list[Counted]:
        """The authorities that list narrower types, with the number of types, however many."""
        return self._of_types("authority", even_if_large=True)

    @cached_property
    def specialists(self) -> list[Stated]:
        """The specialists to see, with what each recommendation rests on."""
        return [
            _stated(row, "specialist")
            for row in self._stated(DKG.SpecialistStatement, "specialists-of-condition")
        ]

    @cached_property
    def specialties(self) -> list[str]:
        """The members of schema.org's MedicalSpecialty that its specialists practice, by IRI."""
        practiced = (self._store.told(one.iri, _SPECIALTY) for one in self.specialists)
        return list(dict.fromkeys(term.value for terms in practiced for term, _ in terms))

    @cached_property
    def sites(self) -> list[Stated]:
        """The body sites, with what each location rests on."""
        return [
            _stated(row, "site")
            for row in self._stated(DKG.BodySiteStatement, "sites-of-condition")
        ]

    @cached_property
    def sites_of_types(self) -> list[Counted]:
        """Body sites that it has not, but narrower types have, with the number of types."""
        own = {site.iri for site in self.sites}
        return [site for site in self._of_types("site") if site.iri not in own]

    @cached_property
    def associated(self) -> list[Associated]:
        """Genes and other agents that are associated with it, and how.

        What is stated to cause it comes first, and of the same role what more records name.
        """
        rows: dict[Thing, list[dict[str, Value]]] = {}
        for row in self._stated(DKG.CauseStatement, "causes-of-condition"):
            rows.setdefault(_thing(row, "agent", "label"), []).append(row)
        found = [_associated(thing, group) for thing, group in rows.items()]
        return sorted(found, key=lambda one: (ROLES.index(one.role), -len(one.records), one.label))

    @property
    def causes(self) -> list[Associated]:
        """What is stated to cause it, and not only to be associated with it."""
        return [one for one in self.associated if one.role == CAUSES]

    @cached_property
    def associated_of_types(self) -> list[Counted]:
        """Genes and other agents associated with its narrower types, with the number of types."""
        return self._of_types("cause")

    @cached_property
    def inheritance(self) -> list[Told]:
        """The modes of inheritance."""
        return self._aspect(DKG.inheritance)

    @cached_property
    def onset(self) -> list[Told]:
        """The ages at which it begins."""
        return self._aspect(DKG.ageOfOnset)

    @cached_property
    def course(self) -> list[Told]:
        """How it runs in some or all who have it: how fast it progresses, an age of death."""
        return self._aspect(DKG.clinicalCourse)

    def _aspect(self, aspect: str) -> list[Told]:
        rows = self._rows("inheritance-and-onset")
        return _told((row for row in rows if row["aspect"] == aspect), "term", "label")

    @cached_property
    def prevalence(self) -> list[str]:
        """The published numbers in words, and what each comes to by the limits of rarity."""
        return published(self.estimates)

    @cached_property
    def estimates(self) -> list[dict[str, Value]]:
        """The published numbers as the rows of the named query `prevalence-of-condition`."""
        return list(self._stated(DKG.PrevalenceEstimate, "prevalence-of-condition"))

    @cached_property
    def tests(self) -> list[Counted]:
        """The actions through which its symptoms are observed, and how many of them."""
        return _counted(
            self._stated(DKG.PhenotypeAssociation, "tests-of-condition"), "action", "symptoms"
        )

    @cached_property
    def actions(self) -> list[Action]:
        """The medical actions that treat or prevent it or a symptom, or must not be taken."""
        rows: dict[str, list[dict[str, Value]]] = {}
        for row in self._stated(DKG.MedicalActionStatement, "actions-of-condition"):
            rows.setdefault(str(row["statement"]), []).append(row)
        return [_action(group) for group in rows.values()]

    @cached_property
    def symptoms(self) -> list[Symptom]:
        """The symptoms and the findings stated absent, each once, the most frequent first."""
        rows: dict[tuple[str, bool], list[dict[str, Value]]] = {}
        for row in self._stated(DKG.PhenotypeAssociation, "symptoms-of-condition"):
            rows.setdefault((str(row["phenotype"]), bool(row["excluded"])), []).append(row)
        self._store.arrays.taxonomy("phenotype").expect(phenotype for phenotype, _ in rows)
        found = [
            _symptom(group, self._system(str(group[0]["phenotype"]))) for group in rows.values()
        ]
        return sorted(found, key=lambda s: (s.excluded, -(s.lower or 0), s.label))

    def _system(self, phenotype: str) -> str:
        """Return the body system of a phenotype: the first that HPO has it below."""
        phenotypes = self._store.arrays.taxonomy("phenotype")
        number, top = (phenotypes.numbers.get(iri) for iri in (phenotype, ABNORMALITY))
        if number is None or top is None:
            return ""
        kinds = (number, *phenotypes.above[number])
        found = min((n for n in kinds if top in phenotypes.parents[n]), default=None)
        name = "" if found is None else phenotypes.labels[found]
        return name.removeprefix("Abnormality of ").removeprefix("the ")

    @cached_property
    def symptoms_of_types(self) -> list[Counted]:
        """Symptoms of its narrower types, with the number of types."""
        return self._of_types("symptom")

    @cached_property
    def look_alikes(self) -> list[Alike]:
        """The conditions of the most similar profiles, and what tells them apart, best first.

        A likeness of profiles, not a record of misdiagnoses.
        """
        if not self._related(self._store.arrays.facet("symptom").of):
            return []
        from .similarity import look_alikes  # which needs numpy

        return look_alikes(self._store, self.iri, _ALIKE)

    @cached_property
    def references(self) -> list[str]:
        """IRIs of publications that its statements cite."""
        cited = (str(row["reference"]) for row in self._rows("references-of-condition"))
        return [iri for iri in cited if (compress(iri) or "").startswith("PMID:")]

    @cached_property
    def codes(self) -> list[Code]:
        """Its records in other registries, sorted."""
        found = {
            (str(row["record"]), _local(row["match"]), str(row["source"]))
            for row in self._rows("codes-of-condition")
        }
        codes = [Code(iri, compress(iri) or iri, match, source) for iri, match, source in found]
        return sorted(codes, key=lambda code: (code.curie, code.match))

    def as_dict(self) -> dict[str, Any]:
        """Return everything that is known of it as JSON values."""
        said = {name: _plain(getattr(self, name)) for name in _PARTS}
        return {"iri": self.iri, "curie": self.curie, "label": self.label, **said}

    @property
    def _types(self) -> Taxonomy:
        return self._store.arrays.taxonomy("condition")

    @cached_property
    def _number(self) -> int | None:
        """Its number in the arrays, None for a deprecated condition."""
        return self._types.numbers.get(self.iri)

    def _related(self, relation: Relation) -> Sequence[int]:
        return () if self._number is None else relation[self._number]

    @property
    def large(self) -> bool:
        """Whether it has too many narrower types to sum up what is stated of them."""
        return self.below > _LARGE_GROUP

    def _of_types(self, name: str, even_if_large: bool = False) -> list[Counted]:
        """Return what is stated of narrower types, with the number of types of each."""
        if self.large and not even_if_large:
            return []
        facet = self._store.arrays.facet(name)
        types = self._related(self._types.below)
        counts = Counter(thing for number in types for thing in facet.of[number])
        return [
            Counted(*_named(facet.things, number), counts[number])
            for number in sorted(counts, key=lambda number: (-counts[number], number))
        ]


def _named(things: Taxonomy, number: int) -> tuple[str, str]:
    iri = things.iris[number]
    return iri, things.labels[number] or compress(iri) or iri


_PARTS = (
    "definition",
    "sign",
    "deprecated",
    "replacements",
    "names",
    "name_sources",
    "language",
    "broader",
    "narrower",
    "below",
    "large",
    "sites",
    "sites_of_types",
    "verdicts",
    "turned_away",
    "rarity_of_types",
    "specialists",
    "specialties",
    "associated",
    "associated_of_types",
    "causes",
    "inheritance",
    "onset",
    "course",
    "symptoms",
    "symptoms_of_types",
    "prevalence",
    "estimates",
    "tests",
    "actions",
    "look_alikes",
    "references",
    "codes",
)


def _plain(value: Any) -> Any:
    """Return dataclasses, alone or in lists, as dicts."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value


def _text(value: Value) -> str | None:
    return None if value is None or value == "" else str(value)


def _local(value: Value) -> str:
    """Return the last part of an IRI of a vocabulary."""
    return str(value).rpartition("#")[2]


def _thing(row: dict[str, Value], iri: str, label: str) -> Thing:
    return Thing(str(row[iri]), _text(row[label]) or compress(str(row[iri])) or str(row[iri]))


def _things(rows: Iterator[dict[str, Value]], iri: str, label: str) -> list[Thing]:
    return list(dict.fromkeys(_thing(row, iri, label) for row in rows if row[iri]))


def _told(rows: Iterator[dict[str, Value]], iri: str, label: str) -> list[Told]:
    """Return each thing once, with all the graphs that say it."""
    found: dict[Thing, list[str]] = {}
    for row in rows:
        found.setdefault(_thing(row, iri, label), []).append(str(row["source"]))
    return [Told(t.iri, t.label, tuple(dict.fromkeys(graphs))) for t, graphs in found.items()]


def _associated(thing: Thing, rows: list[dict[str, Value]]) -> Associated:
    """Return an agent of all that is said of it, in the most telling role that anyone says."""
    said = [(str(row["kind"] or ""), row["assessed"] is not False) for row in rows]
    roles = [role(*one) for one in said]
    most = min(roles, key=ROLES.index)
    return Associated(
        thing.iri,
        thing.label,
        _unique(row["source"] for row, given in zip(rows, roles, strict=True) if given == most),
        _unique(kind if assessed else f"{kind}, not yet assessed" for kind, assessed in said),
        _unique(row["record"] for row in rows),
        most,
    )


def _unique(values: Iterable[Value]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(value) for value in values if value))


def _action(rows: list[dict[str, Value]]) -> Action:
    """Return one statement of an action; it has a row for each reference."""
    row = rows[0]
    thing = _thing(row, "action", "label")
    return Action(
        thing.iri,
        thing.label,
        str(row["relation"]),
        _text(row["symptom"]),
        _text(row["substance"]),
        bool(row["mined"]),
        tuple(dict.fromkeys(str(r["reference"]) for r in rows if r["reference"])),
        str(row["source"]),
    )


def _counted(rows: Iterator[dict[str, Value]], iri: str, count: str) -> list[Counted]:
    return [
        Counted(thing.iri, thing.label, int(str(row[count])))
        for row in rows
        if (thing := _thing(row, iri, "label"))
    ]


def _stated(row: dict[str, Value], column: str) -> Stated:
    return Stated(
        str(row[column]),
        _text(row["label"]) or str(row[column]),
        _local(row["basis"]),
        str(row["source"]),
        _text(row["reference"]),
        _thing(row, "ancestor", "ancestor_label") if row["ancestor"] else None,
    )


def _symptom(rows: list[dict[str, Value]], system: str) -> Symptom:
    """Return one symptom of all that annotators say of it: the bounds span theirs."""
    lower = [float(row["lower"]) for row in rows if isinstance(row["lower"], int | float)]
    upper = [float(row["upper"]) for row in rows if isinstance(row["upper"], int | float)]
    thing = _thing(rows[0], "phenotype", "label")
    return Symptom(
        thing.iri,
        thing.label,
        bool(rows[0]["excluded"]),
        min(lower, default=None),
        max(upper, default=None),
        any(row["criterion"] for row in rows),
        system,
        tuple(sorted({str(row["record"]) for row in rows if row["record"]})),
        tuple(sorted({iri for row in rows for iri in str(row["references"] or "").split()})),
        str(rows[0]["source"]),
    )


def listed(words: Sequence[str], comma: bool = False) -> str:
    """Return words as a sentence lists them, if need be with a comma before the last.

    >>> listed(["neck", "larynx", "jaw"])
    'neck, larynx and jaw'
    """
    *rest, last = words or [""]
    return f"{', '.join(rest)}{',' if comma else ''} and {last}" if rest else last
