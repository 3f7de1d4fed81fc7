"""The records of every source, reconciled and accounted for, as the triples of its graph."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from . import triples
from .identifiers import expand
from .infer import Facts, ancestors
from .reconcile import JOINING, Reconciliation
from .records import (
    Account,
    GeneAssociation,
    Mapping,
    PhenotypeAnnotation,
    Record,
    Release,
    Skipped,
    Statement,
    Term,
)
from .sources import Source
from .triples import Triple
from .vocabulary import DKG

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_FOREIGN = "a term of another ontology"
_ANNOTATIONS = ("annotations", "genes")
"""The roles whose many statements no rule looks at: their shortcuts are noted as they are read."""

_SAID_BEFORE = "another source has said it"


class Assembly:
    """One graph being assembled from its sources, which must come in the catalog's order."""

    def __init__(self) -> None:
        self.facts = Facts()
        self.tagged: dict[str, set[str]] = defaultdict(set)
        self._reconciliation = Reconciliation()

    def triples(
        self, source: Source, records: Iterable[Record], account: Account
    ) -> Iterator[Triple]:
        """Yield the triples of a source's graph, each once; count what became of its records."""
        role = {
            "statements": self._statements,
            "conditions": self._conditions,
            "body-sites": self._body_sites,
            "phenotypes": self._phenotypes,
            "mappings": self._mappings,
            "annotations": self._annotations,
            "genes": self._genes,
        }[source.role]
        said = role(source, _accounted(records, account), account)
        if source.role in _ANNOTATIONS:
            yield from said
            return
        for triple in said:
            self.facts.add(triple)
            yield triple

    def _statements(
        self, source: Source, records: Iterable[Record], account: Account
    ) -> Iterator[Triple]:
        for record in records:
            assert isinstance(record, Statement)
            account.kept += 1
            yield record.subject, record.predicate, record.object

    def _conditions(
        self, source: Source, records: Iterable[Record], account: Account
    ) -> Iterator[Triple]:
        self._reconciliation.add_source()
        for term in records:
            assert isinstance(term, Term)
            if _is_foreign(term, source):
                account.leave_out(_FOREIGN)
                continue
            account.kept += 1
            self._reconciliation.add_condition(term)
            yield from triples.condition(term, source)
            if term.deprecated:
                continue
            for tag in term.tags:
                if tag.subset in source.listings:
                    self.tagged[source.graph].add(source.listings[tag.subset])
            for mapping in term.mappings:
                if self._reconciliation.add_mapping(mapping, term.id):
                    yield self._mapped(source, term.id, mapping)

    def _mapped(self, source: Source, condition: str, mapping: Mapping) -> Triple:
        triple = triples.mapping(expand(condition), mapping.predicate, mapping.object)
        if mapping.predicate in JOINING and triples.keeper(mapping.object):
            self.facts.mapped_in[(triple[0][1:-1], triple[2][1:-1])] = source.graph
        return triple

    def _mappings(
        self, source: Source, records: Iterable[Record], account: Account
    ) -> Iterator[Triple]:
        """Yield mappings from a record of one registry to another, as its condition's mappings."""
        found: list[tuple[str, Mapping]] = []
        for mapping in records:
            assert isinstance(mapping, Mapping)
            condition, problem = self._reconciliation.condition(mapping.subject)
            if problem:
                account.leave_out(problem)
            else:
                found.append((condition, mapping))
        self._reconciliation.add_source()
        for condition, mapping in found:
            if self._reconciliation.add_mapping(mapping, condition):
                account.kept += 1
                yield self._mapped(source, condition, mapping)
            else:
                account.leave_out(_SAID_BEFORE)

    def _body_sites(
        self, source: Source, records: Iterable[Record], account: Account
    ) -> Iterator[Triple]:
        """Yield the sites where some condition is, and all that they are kinds or parts of."""
        terms = [term for term in records if isinstance(term, Term)]
        up = ((expand(t.id), expand(w)) for t in terms for w in (*t.parents, *t.part_of))
        above = ancestors(up)
        needed = {site for _, site in self.facts.pairs(DKG.locatedIn)}
        needed |= {whole for site in tuple(needed) for whole in above.get(site, ())}
        for term in terms:
            if expand(term.id) not in needed:
                account.leave_out("no condition is located there")
            elif term.deprecated:
                account.leave_out("a deprecated body site")
            else:
                account.kept += 1
                yield from triples.body_site(term, source)

    def _phenotypes(
        self, source: Source, records: Iterable[Record], account: Account
    ) -> Iterator[Triple]:
        for term in records:
            assert isinstance(term, Term)
            if _is_foreign(term, source):
                account.leave_out(_FOREIGN)
            elif term.deprecated:
                account.leave_out("a deprecated phenotype")
            else:
                account.kept += 1
                yield from triples.phenotype(term, source)

    def _annotations(
        self, source: Source, records: Iterable[Record], account: Account
    ) -> Iterator[Triple]:
        live = set(self.facts.of_type(DKG.Phenotype))
        seen: set[tuple[str, ...]] = set()
        for row in records:
            assert isinstance(row, PhenotypeAnnotation)
            condition, problem = self._reconciliation.condition(row.record)
            if problem:
                account.leave_out(problem)
            elif row.aspect not in "PIC":
                account.leave_out("a modifier or past history, not a symptom")
            elif expand(row.phenotype) not in live:
                account.leave_out("its phenotype is deprecated or unknown")
            elif (said := _identity(row, condition)) in seen:
                account.leave_out("a row said before")
            else:
                seen.add(said)
                account.kept += 1
                about = expand(condition)
                if row.aspect == "P" and not row.excluded:
                    self.facts.short[about, DKG.symptom, expand(row.phenotype)] = None
                yield from triples.phenotype_association(row, about, source)

    def _genes(
        self, source: Source, records: Iterable[Record], account: Account
    ) -> Iterator[Triple]:
        seen: set[Triple] = set()
        for row in records:
            assert isinstance(row, GeneAssociation)
            condition, problem = self._reconciliation.condition(row.record)
            if problem:
                account.leave_out(problem)
                continue
            account.kept += 1
            self.facts.short[expand(condition), DKG.cause, expand(row.gene)] = None
            for triple in triples.cause_statement(row, expand(condition), source):
                if triple not in seen:
                    seen.add(triple)
                    yield triple


def _is_foreign(term: Term, source: Source) -> bool:
    """Return whether a term is imported: releases hold genes, organisms and more beside their own.

    A source of conditions or phenotypes is named after the registry of its terms.
    """
    return term.id.partition(":")[0] != source.id.upper()


def _identity(row: PhenotypeAnnotation, condition: str) -> tuple[str, ...]:
    """Return what tells a row from the others: an onset or inheritance is said once."""
    if row.aspect == "P":
        return row.record, row.phenotype, row.key
    return condition, row.phenotype


def _accounted(records: Iterable[Record], account: Account) -> Iterator[Record]:
    """Yield the records proper; count all, and take note of the release."""
    for record in records:
        if isinstance(record, Release):
            date = _DATE.search(record.version)
            account.release = date[0] if date else record.version
            continue
        account.read += 1
        if isinstance(record, Skipped):
            account.leave_out(record.reason)
        else:
            yield record
