"""What is kept beside the graph, made from its triples as they pass by: names and arrays.

The triples are looked at while the graph is written, so that no index waits for the engine, which
tells a graph many times more slowly than it is made.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import count

from .arrays import KINDS, Arrays
from .names import Entry
from .ntriples import TRUE, Triple, literal, node
from .vocabulary import DKG, OBOINOWL, RDF, SKOS

CLASSES = {
    "condition": DKG.Condition,
    "body site": DKG.BodySite,
    "phenotype": DKG.Phenotype,
}
WAYS = {
    "symptom": DKG.symptom,
    "site": DKG.bodySite,
    "specialist": DKG.specialist,
    "authority": DKG.rareAccordingTo,
    "cause": DKG.cause,
    "onset": DKG.ageOfOnset,
    "inheritance": DKG.inheritance,
}
NAMED = (
    DKG.Condition,
    DKG.DeprecatedCondition,
    DKG.BodySite,
    DKG.Phenotype,
    DKG.Gene,
    DKG.Specialist,
    DKG.RarityAuthority,
)
NAMING = (
    SKOS.altLabel,
    DKG.abbreviation,
    DKG.formerName,
    OBOINOWL.hasBroadSynonym,
    OBOINOWL.hasNarrowSynonym,
    OBOINOWL.hasRelatedSynonym,
)
_OF_ASSOCIATIONS = (
    DKG.condition,
    DKG.phenotype,
    DKG.frequency,
    DKG.frequencyLower,
    DKG.frequencyUpper,
    DKG.excluded,
)
_PREDICATES = (RDF.type, SKOS.prefLabel, SKOS.broader, *NAMING, *WAYS.values(), *_OF_ASSOCIATIONS)


class Gathered:
    """The triples that the indexes need, of those that `take` was shown.

    Terms are numbered in the order of their first appearance, and each predicate has a column of
    subjects and one of objects: a million triples are 8 MB beside the texts of their terms.
    """

    def __init__(self) -> None:
        self._numbers: defaultdict[str, int] = defaultdict(count().__next__)
        self._listed: list[str] = []
        self._columns = {node(p): (array("I"), array("I")) for p in _PREDICATES}

    @classmethod
    def of(cls, triples: Iterable[Triple]) -> Gathered:
        """Return what the indexes need of some triples."""
        gathered = cls()
        gathered.take(triples)
        return gathered

    def take(self, triples: Iterable[Triple]) -> None:
        """Keep the triples (in N-Triples syntax) that an index needs."""
        columns, numbers = self._columns, self._numbers
        for subject, predicate, object in triples:
            if column := columns.get(predicate):
                column[0].append(numbers[subject])
                column[1].append(numbers[object])

    def entries(self) -> Iterator[Entry]:
        """Yield every name of everything that has one, for the index of names."""
        kinds = {iri: kind.removeprefix(DKG.base) for kind in NAMED for iri in self._of_type(kind)}
        for iri, names in self._preferred.items():
            best = min(names)
            if kind := kinds.get(iri):
                for name in names:
                    yield Entry(iri, kind, name[1], name == best)
        for naming in NAMING:
            for iri, term in self._rows(naming):
                if kind := kinds.get(iri[1:-1]):
                    yield Entry(iri[1:-1], kind, literal(term)[0], False)

    def arrays(self) -> Arrays:
        """Return the hierarchies and shortcuts."""
        from .packing import pack  # which needs numpy; a store that is opened does not

        return pack(
            {kind: self._of_type(CLASSES[kind]) for kind in KINDS},
            {iri: min(names)[1] for iri, names in self._preferred.items()},
            self._links(SKOS.broader),
            {facet: self._links(way) for facet, way in WAYS.items()},
            self._shares(),
        )

    def _rows(self, predicate: str) -> Iterator[tuple[str, str]]:
        """Yield (subject, object) of a predicate, in N-Triples syntax."""
        terms = self._terms
        for subject, object in zip(*self._columns[node(predicate)], strict=True):
            yield terms[subject], terms[object]

    @property
    def _terms(self) -> list[str]:
        if len(self._listed) != len(self._numbers):
            self._listed = list(self._numbers)
        return self._listed

    def _links(self, predicate: str) -> Iterator[tuple[str, str]]:
        """Yield (subject, object) of a predicate between things, as IRIs."""
        return ((subject[1:-1], object[1:-1]) for subject, object in self._rows(predicate))

    def _of_type(self, kind: str) -> list[str]:
        """Return the IRIs of the things of a class."""
        wanted = self._numbers.get(node(kind))
        terms, (subjects, kinds) = self._terms, self._columns[node(RDF.type)]
        return [terms[s][1:-1] for s, o in zip(subjects, kinds, strict=True) if o == wanted]

    @cached_property
    def _preferred(self) -> dict[str, list[tuple[bool, str]]]:
        """The preferred names of each thing, each with whether it is in another language."""
        names: dict[str, list[tuple[bool, str]]] = defaultdict(list)
        for subject, term in self._rows(SKOS.prefLabel):
            value, language = literal(term)
            names[subject[1:-1]].append((language != "en", value))
        return names

    def _shares(self) -> dict[tuple[str, str], float]:
        """Return how often each condition has each symptom, the mean of what its statements say."""
        condition, frequency, lower, upper = (
            dict(zip(*self._columns[node(p)], strict=True))
            for p in (DKG.condition, DKG.frequency, DKG.frequencyLower, DKG.frequencyUpper)
        )
        true = self._numbers.get(TRUE)
        excluded = {s for s, o in zip(*self._columns[node(DKG.excluded)], strict=True) if o == true}
        terms = self._terms
        bounds = {
            number: float(literal(terms[number])[0])
            for number in {*lower.values(), *upper.values()}
        }
        found: dict[tuple[int, int], list[float]] = defaultdict(list)
        for statement, phenotype in zip(*self._columns[node(DKG.phenotype)], strict=True):
            if statement not in condition:
                continue
            told = frequency.get(statement, statement)
            bounded = told if told in lower and told in upper else statement
            if statement in excluded:
                share = 0.0
            elif bounded in lower and bounded in upper:
                share = (bounds[lower[bounded]] + bounds[upper[bounded]]) / 2
            else:
                continue
            found[condition[statement], phenotype].append(share)
        return {
            (terms[condition][1:-1], terms[phenotype][1:-1]): sum(shares) / len(shares)
            for (condition, phenotype), shares in found.items()
        }
