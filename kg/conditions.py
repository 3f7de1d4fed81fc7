"""One condition as an object: everything its page says, each part from a named query.

Nothing is asked before it is needed, and nothing twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, is_dataclass
from functools import cached_property
from html import escape
from operator import itemgetter
from typing import Any

from . import from_rows
from .arrays import Relation, Taxonomy
from .errors import UnknownThing
from .identifiers import compress, short
from .names import fold
from .prevalence import published
from .resolve import resolve
from .rows import Reading, Row, read
from .store import Store
from .symptoms import body_system
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
)
from .turned_away import TurnedAway, turned_away
from .vocabulary import DKG, PREFIXES, SKOS, local
from .words import listed

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

    def _rows(self, query: str) -> Iterator[Row]:
        return iter(read(self._reading, query))

    @cached_property
    def _reading(self) -> Reading:
        return Reading(self._store, self.iri)

    def _stated(self, kind: str, query: str) -> Iterator[Row]:
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
        return self._label_in_language or str(self._summary["label"] or "") or self.curie

    @cached_property
    def _label_in_language(self) -> str:
        if self.language == "en":
            return ""
        preferred = (row for row in self._rows("synonyms") if local(row["kind"]) == "prefLabel")
        return next((str(r["name"]) for r in preferred if r["language"] == self.language), "")

    @property
    def curie(self) -> str:
        """The identifier as a CURIE."""
        return short(self.iri)

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
        if stated := self._summary["definition"]:
            return Definition(str(stated), False, self.source)
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
        rows = self._rows("deprecated-replaced-by")
        return from_rows.things(rows, "replacement", "replacement_label")

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
        parents = self._related(self._types.parents)
        return [Thing(*self._types.named(number)) for number in parents]

    @cached_property
    def narrower(self) -> list[Counted]:
        """The direct narrower types with the number of conditions below each, the largest first."""
        below = self._types.below
        found = [
            Counted(*self._types.named(number), below.count(number))
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
        rows = self._stated(DKG.RarityStatement, "rarity-statements")
        return [from_rows.verdict(row) for row in rows]

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
        rows = self._stated(DKG.SpecialistStatement, "specialists-of-condition")
        return [from_rows.stated(row, "specialist") for row in rows]

    @cached_property
    def specialties(self) -> list[str]:
        """The members of schema.org's MedicalSpecialty that its specialists practice, by IRI."""
        practiced = (self._store.told(one.iri, _SPECIALTY) for one in self.specialists)
        return list(dict.fromkeys(term.value for terms in practiced for term, _ in terms))

    @cached_property
    def sites(self) -> list[Stated]:
        """The body sites, with what each location rests on."""
        rows = self._stated(DKG.BodySiteStatement, "sites-of-condition")
        return [from_rows.stated(row, "site") for row in rows]

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
        rows = self._stated(DKG.CauseStatement, "causes-of-condition")
        groups = from_rows.grouped(rows, lambda row: from_rows.thing(row, "agent", "label"))
        found = map(from_rows.associated, groups)
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
        return from_rows.told((row for row in rows if row["aspect"] == aspect), "term", "label")

    @cached_property
    def prevalence(self) -> list[str]:
        """The published numbers in words, and what each comes to by the limits of rarity."""
        return published(self.estimates)

    @cached_property
    def estimates(self) -> list[Row]:
        """The published numbers as the rows of the named query `prevalence-of-condition`."""
        return list(self._stated(DKG.PrevalenceEstimate, "prevalence-of-condition"))

    @cached_property
    def tests(self) -> list[Counted]:
        """The actions through which its symptoms are observed, and how many of them."""
        rows = self._stated(DKG.PhenotypeAssociation, "tests-of-condition")
        return [from_rows.counted(row, "action", "symptoms") for row in rows]

    @cached_property
    def actions(self) -> list[Action]:
        """The medical actions that treat or prevent it or a symptom, or must not be taken."""
        rows = self._stated(DKG.MedicalActionStatement, "actions-of-condition")
        return [
            from_rows.action(group) for group in from_rows.grouped(rows, itemgetter("statement"))
        ]

    @cached_property
    def symptoms(self) -> list[Symptom]:
        """The symptoms and the findings stated absent, each once, the most frequent first."""
        rows = self._stated(DKG.PhenotypeAssociation, "symptoms-of-condition")
        groups = from_rows.grouped(rows, lambda row: (row["phenotype"], bool(row["excluded"])))
        phenotypes = [str(group[0]["phenotype"]) for group in groups]
        self._store.arrays.taxonomy("phenotype").expect(phenotypes)
        found = [
            from_rows.symptom(group, body_system(self._store, phenotype))
            for phenotype, group in zip(phenotypes, groups, strict=True)
        ]
        return sorted(found, key=lambda s: (s.excluded, -(s.lower or 0), s.label))

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
        return from_rows.codes(self._rows("codes-of-condition"))

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
            Counted(*facet.things.named(number), counts[number])
            for number in sorted(counts, key=lambda number: (-counts[number], number))
        ]


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
