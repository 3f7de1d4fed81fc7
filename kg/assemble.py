"""The records of every source, reconciled and accounted for, as the triples of its graph."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any

from . import statements, triples
from .facts import Facts
from .identifiers import expand
from .infer import ancestors
from .ntriples import Triple
from .reconcile import AMBIGUOUS, RETIRED, UNKNOWN, Reconciliation
from .records import (
    Account,
    Agent,
    Disability,
    GeneAssociation,
    Listing,
    Location,
    Mapping,
    MedicalAction,
    Name,
    NaturalHistory,
    Observation,
    PhenotypeAnnotation,
    PreferentialParent,
    Prevalence,
    Record,
    Release,
    Skipped,
    Statement,
    Term,
)
from .sources import Source
from .vocabulary import DKG, SKOS

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LISTED = "listed"
_FOREIGN = "a term of another ontology"
_DEPRECATED = "its condition is deprecated"
_TWICE = "said before"
_ONSET = "HP:0003674"
_SAID_BEFORE = "another source has said it"

_VOCABULARIES = {
    "phenotypes": (triples.phenotype, "a deprecated phenotype"),
    "actions": (triples.medical_action, "a deprecated medical action"),
}
"""How a role's terms are told, and why a withdrawn one is left out."""

Teller = Callable[["Assembly", Source, Any, Account], Iterator[Triple]]
"""Yields the triples of one record, or nothing and counts why it is left out."""


class Assembly:
    """One graph being assembled from its sources, which must come in the catalog's order."""

    def __init__(self) -> None:
        self.facts = Facts()
        self._reconciliation = Reconciliation()
        self._names: dict[str, set[str]] = defaultdict(set)
        self._defined: set[str] = set()
        self._labeled: set[str] = set()
        self._said: set[Triple] = set()
        self._rated: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._genes: dict[str, str] = {}
        self._sites: dict[str, str] = {}
        self._annotated: set[str] = set()

    def triples(
        self, source: Source, records: Iterable[Record], account: Account
    ) -> Iterator[Triple]:
        """Yield the triples of a source's graph, each once; count what became of its records."""
        role = {
            "statements": self._statements,
            "conditions": self._conditions,
            "body-sites": self._body_sites,
            "site-names": self._site_names,
            "phenotypes": self._vocabulary,
            "actions": self._vocabulary,
            "mappings": self._mappings,
            "entries": self._entries,
            "records": self._records,
            "annotations": self._records,
        }[source.role]
        said = role(source, _accounted(records, account), account)
        if source.role == "annotations":  # so many that their shortcuts are noted as they are read
            yield from said
            return
        for triple in said:
            self.facts.add(triple, source.graph)
            yield triple

    def _statements(
        self, source: Source, records: Iterable[Record], account: Account
    ) -> Iterator[Triple]:
        for record in records:
            assert isinstance(record, Statement)
            account.kept += 1
            yield from self._new([(record.subject, record.predicate, record.object)])

    def _conditions(
        self, source: Source, records: Iterable[Record], account: Account
    ) -> Iterator[Triple]:
        self._reconciliation.add_source()
        for term in _proper(source, records, account):
            account.kept += 1
            self._reconciliation.add_condition(term)
            yield from triples.condition(term, source)
            self._note_listings(source, term, account)
            if term.deprecated:
                continue
            self._note_names(term.id, term)
            for mapping in term.mappings:
                if self._reconciliation.add_mapping(mapping, term.id):
                    yield triples.mapping(expand(term.id), mapping.predicate, mapping.object)

    def _note_names(self, condition: str, term: Term) -> None:
        self._names[condition].update(n.text.casefold() for n in term.names)
        self._names[condition].add(term.name.casefold())
        if term.definition:
            self._defined.add(condition)

    def _note_listings(self, source: Source, term: Term, account: Account) -> None:
        listed = dict.fromkeys(
            source.listings[t.subset] for t in term.tags if t.subset in source.listings
        )
        for authority in listed:
            account.list(authority, term.id, _DEPRECATED if term.deprecated else _LISTED)
        if not term.deprecated:
            for authority, record in triples.listed(term, source):
                self._rated[term.id, authority].add(record)

    def _mappings(
        self, source: Source, records: Iterable[Record], account: Account
    ) -> Iterator[Triple]:
        """Yield mappings from a record of one registry to another, as its condition's mappings."""
        found: list[tuple[str, Mapping]] = []
        for mapping in records:
            assert isinstance(mapping, Mapping)
            if condition := self._condition(mapping.subject, account):
                found.append((condition, mapping))
        yield from self._joined(found, account)

    def _joined(
        self, found: list[tuple[str, Mapping]], account: Account | None = None
    ) -> Iterator[Triple]:
        """Yield the mappings of one source; no later look-up in it may see them earlier."""
        self._reconciliation.add_source()
        for condition, mapping in found:
            if self._reconciliation.add_mapping(mapping, condition):
                if account:
                    account.kept += 1
                yield triples.mapping(expand(condition), mapping.predicate, mapping.object)
            elif account:
                account.leave_out(_SAID_BEFORE)

    def _condition(self, record: str, account: Account) -> str:
        """Return the condition that a record is about; without one count why, and return ""."""
        condition, problem = self._reconciliation.condition(record)
        if problem:
            account.leave_out(problem)
        return condition

    def _site_names(
        self, source: Source, records: Iterable[Record], account: Account
    ) -> Iterator[Triple]:
        """Take note of the names of body sites, for a source that refers to them by name."""
        for term in _proper(source, records, account):
            account.leave_out("only its name is used, to find the site that it names")
            for name in (term.name, *(n.text for n in term.names if n.scope == "exact")):
                self._sites.setdefault(name, term.id)
        yield from ()

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

    def _vocabulary(
        self, source: Source, records: Iterable[Record], account: Account
    ) -> Iterator[Triple]:
        """Yield the live terms of an ontology that statements refer to."""
        tell, deprecated = _VOCABULARIES[source.role]
        for term in _proper(source, records, account):
            if term.deprecated:
                account.leave_out(deprecated)
            else:
                account.kept += 1
                yield from tell(term, source)

    def _entries(
        self, source: Source, records: Iterable[Record], account: Account
    ) -> Iterator[Triple]:
        """Yield the entries of an authority's list, each with the records that it matches."""
        for record in records:
            account.kept += 1
            if isinstance(record, Term):
                yield from self._new(self._standing(source, record))
            mappings = record.mappings if isinstance(record, Term) else (record,)
            for mapping in mappings:
                assert isinstance(mapping, Mapping)
                of = expand(mapping.subject)
                yield from self._new([triples.mapping(of, mapping.predicate, mapping.object)])

    def _records(
        self, source: Source, records: Iterable[Record], account: Account
    ) -> Iterator[Triple]:
        """Yield the records of another nomenclature, and what it states of their conditions."""
        found: list[tuple[str, Mapping]] = []
        for record in records:
            if isinstance(record, Term):
                yield from self._term(source, record, account, found)
            else:
                yield from _TELLERS[type(record)](self, source, record, account)
        yield from self._joined(found)

    def _term(
        self, source: Source, term: Term, account: Account, found: list[tuple[str, Mapping]]
    ) -> Iterator[Triple]:
        """Yield one record: where it stands, and what it adds to the condition it is about."""
        if _is_foreign(term, source):
            account.leave_out(_FOREIGN)
            return
        said = list(self._new(self._standing(source, term)))
        condition, problem = self._reconciliation.condition(term.id)
        if problem == UNKNOWN and (same := self._same(term)):
            condition, problem = same, ""
            found.append((condition, Mapping(condition, SKOS.exactMatch, term.id)))
        elif problem == UNKNOWN and self._is_adoptable(term, source):
            self._reconciliation.adopt(term.id)
            condition, problem = term.id, ""
            self._names[condition].add(term.name.casefold())
            said.append(triples.adopted(term.id))
        if condition and not term.deprecated:
            said += self._further(source, term, condition)
            said += self._tagged(source, term, condition, account)
            found += [(condition, mapping) for mapping in term.mappings]
        for other in term.alternatives:
            self._reconciliation.add_alias(other, term.id)
        if said:
            account.kept += 1
        else:
            account.leave_out(_SAID_BEFORE)
        if problem in (AMBIGUOUS, RETIRED):
            account.unjoined[problem] = account.unjoined.get(problem, 0) + 1
        yield from said

    def _same(self, term: Term) -> str:
        """Return the one condition that has an exact match in common with a record, "" for none."""
        exact = [m.object for m in term.mappings if m.predicate == SKOS.exactMatch]
        conditions = {self._reconciliation.condition(record)[0] for record in exact} - {""}
        return conditions.pop() if len(conditions) == 1 else ""

    def _standing(self, source: Source, term: Term) -> Iterator[Triple]:
        yield from triples.record(term, labeled=term.id not in self._labeled)
        yield from triples.place(term, source)
        if term.name:
            self._labeled.add(term.id)

    @staticmethod
    def _is_adoptable(term: Term, source: Source) -> bool:
        """Return whether a record is that of a condition, not of a group or of an unknown kind."""
        kinds = {tag.subset for tag in term.tags}
        wanted = "*" in source.adopts or kinds & set(source.adopts)
        return bool(wanted and term.name) and not term.deprecated

    def _further(self, source: Source, term: Term, condition: str) -> Iterator[Triple]:
        """Yield the names, the definition and the sites that a record adds to its condition."""
        known = self._names[condition]
        first = (Name(term.name),) if term.name else ()
        for name in (*first, *term.names):
            if name.text and name.text.casefold() not in known:
                known.add(name.text.casefold())
                yield triples.further_name(expand(condition), name)
        if term.definition and condition not in self._defined:
            self._defined.add(condition)
            yield triples.definition(expand(condition), term.definition)
        for site in term.sites:
            yield from self._new(self._located(source, condition, site))

    @staticmethod
    def _located(source: Source, condition: str, site: str) -> Iterator[Triple]:
        return statements.body_site_statement(
            expand(condition), expand(site), DKG.Stated, source.graph, source.id
        )

    def _tagged(
        self, source: Source, term: Term, condition: str, account: Account
    ) -> Iterator[Triple]:
        """Yield what an authority's own nomenclature says of a condition's rarity."""
        for tag in term.tags:
            if authority := source.listings.get(tag.subset):
                yield from self._listed(source, condition, authority, term.id, account)
            elif authority := source.denials.get(tag.subset):
                about = expand(condition)
                yield from self._new(
                    statements.rarity_statement(
                        about, authority, term.id, DKG.Listed, source.graph, DKG.NotRare
                    )
                )

    def _listed(
        self, source: Source, condition: str, authority: str, record: str, account: Account
    ) -> Iterator[Triple]:
        """Yield that an authority lists a condition, unless an earlier source has said so."""
        known = self._rated[condition, authority]
        new = record not in known if record else not known
        account.list(authority, condition, _SAID_BEFORE if known else _LISTED)
        if new:
            known.add(record)
            yield from statements.rarity_statement(
                expand(condition), authority, record, DKG.Listed, source.graph
            )

    def _listing(self, source: Source, row: Listing, account: Account) -> Iterator[Triple]:
        authority = source.listings.get(row.subset)
        if authority is None:
            account.leave_out("no list of an authority")
            return
        if not self._reconciliation.is_live(row.condition):
            account.leave_out(_DEPRECATED)
            account.list(authority, row.condition, _DEPRECATED)
            return
        said = list(self._listed(source, row.condition, authority, row.record, account))
        rests_on = "" if row.record else source.rests_on
        records = [row.record] if row.record else sorted(self._rated[row.condition, authority])
        for record in records:
            statement = statements.rarity_statement_iri(expand(row.condition), authority, record)
            said += self._new(statements.rests(statement, authority, row.basis, rests_on))
        if said:
            account.kept += 1
        else:
            account.leave_out(_SAID_BEFORE)
        yield from said

    def _annotation(
        self, source: Source, row: PhenotypeAnnotation, account: Account
    ) -> Iterator[Triple]:
        condition = self._condition(row.record, account)
        if not condition:
            return
        if row.aspect not in "PIC":
            account.leave_out("a modifier or past history, not a symptom")
        elif expand(row.phenotype) not in self.facts.of_type(DKG.Phenotype):
            account.leave_out("its phenotype is deprecated or unknown")
        elif (said := statements.association(row)) in self._annotated:
            account.leave_out(_TWICE)
        elif row.aspect == "P":
            self._annotated.add(said)
            account.kept += 1
            if not row.excluded:
                short = expand(condition), DKG.symptom, expand(row.phenotype)
                self.facts.short[short] = None
            yield from statements.phenotype_association(said, row, expand(condition))
        else:
            said_of_all = statements.course(row, expand(condition), self._onsets)
            yield from self._once(said_of_all, account, _TWICE)

    @cached_property
    def _onsets(self) -> frozenset[str]:
        """HPO's ages of onset, which are asked for once HPO has been read."""
        narrower: dict[str, list[str]] = defaultdict(list)
        for child, parent in self.facts.pairs(SKOS.broader):
            narrower[parent].append(child)
        found, new = set[str](), [expand(_ONSET)]
        while new:
            found.update(new)
            new = [child for parent in new for child in narrower[parent] if child not in found]
        return frozenset(found)

    def _gene(self, source: Source, row: GeneAssociation, account: Account) -> Iterator[Triple]:
        gene = row.gene or self._genes.get(row.symbol, f"hgnc.symbol:{row.symbol}")
        if row.gene.startswith("HGNC:"):
            gene = self._genes.get(row.symbol, row.gene)
        self._genes.setdefault(row.symbol, gene)
        if condition := self._condition(row.record, account):
            account.kept += 1
            self.facts.short[expand(condition), DKG.cause, expand(gene)] = None
            yield from self._new(statements.cause_statement(row, gene, expand(condition), source))

    def _agent(self, source: Source, row: Agent, account: Account) -> Iterator[Triple]:
        if condition := self._condition(row.record, account):
            account.kept += 1
            yield from self._new(statements.agent_statement(row, expand(condition), source))

    def _location(self, source: Source, row: Location, account: Account) -> Iterator[Triple]:
        site = row.site or self._sites.get(row.label, "")
        if not site:
            account.leave_out("its body site is named by a name that no site has")
        elif condition := self._condition(row.record, account):
            account.kept += 1
            yield from self._new(self._located(source, condition, site))

    def _prevalence(self, source: Source, row: Prevalence, account: Account) -> Iterator[Triple]:
        if condition := self._condition(row.record, account):
            account.kept += 1
            yield from statements.prevalence_estimate(row, expand(condition), source)

    def _preferred(
        self, source: Source, row: PreferentialParent, account: Account
    ) -> Iterator[Triple]:
        account.kept += 1
        yield statements.preferential_parent(row)

    def _history(self, source: Source, row: NaturalHistory, account: Account) -> Iterator[Triple]:
        if condition := self._condition(row.record, account):
            known = _SAID_BEFORE if row.onsets or row.inheritances else "says neither"
            yield from self._once(
                statements.natural_history(row, expand(condition)), account, known
            )

    def _disability(self, source: Source, row: Disability, account: Account) -> Iterator[Triple]:
        if condition := self._condition(row.record, account):
            account.kept += 1
            yield from statements.disability_statement(row, expand(condition), source)

    def _action(self, source: Source, row: MedicalAction, account: Account) -> Iterator[Triple]:
        relation = statements.MEDICAL_RELATIONS.get(row.relation)
        if relation is None:
            account.leave_out(f"its relation is unknown: {row.relation}")
        elif condition := self._condition(row.record, account):
            account.kept += 1
            yield from self._new(
                statements.medical_action_statement(row, relation, expand(condition), source)
            )

    def _observation(self, source: Source, row: Observation, account: Account) -> Iterator[Triple]:
        if expand(row.phenotype) not in self.facts.of_type(DKG.Phenotype):
            account.leave_out("its phenotype is deprecated or unknown")
        else:
            yield from self._once([statements.observation(row)], account, _TWICE)

    def _once(self, said: Iterable[Triple], account: Account, known: str) -> Iterator[Triple]:
        """Yield what is new of a record's triples; count it as kept if anything is."""
        new = list(self._new(said))
        if new:
            account.kept += 1
        else:
            account.leave_out(known)
        yield from new

    def _new(self, said: Iterable[Triple]) -> Iterator[Triple]:
        """Yield the triples that no source has said, of those that several may say."""
        for triple in said:
            if triple not in self._said:
                self._said.add(triple)
                yield triple


_TELLERS: dict[type, Teller] = {
    PhenotypeAnnotation: Assembly._annotation,
    GeneAssociation: Assembly._gene,
    Agent: Assembly._agent,
    Location: Assembly._location,
    Prevalence: Assembly._prevalence,
    PreferentialParent: Assembly._preferred,
    NaturalHistory: Assembly._history,
    Disability: Assembly._disability,
    Listing: Assembly._listing,
    MedicalAction: Assembly._action,
    Observation: Assembly._observation,
}


def _proper(source: Source, records: Iterable[Record], account: Account) -> Iterator[Term]:
    """Yield the terms of the source's own registry; releases import others beside them."""
    for term in records:
        if isinstance(term, Term) and not _is_foreign(term, source):
            yield term
        else:
            account.leave_out(_FOREIGN)


def _is_foreign(term: Term, source: Source) -> bool:
    return bool(source.registry) and term.id.partition(":")[0] != source.registry


def _accounted(records: Iterable[Record], account: Account) -> Iterator[Record]:
    """Yield the records proper; count all, and take note of the release."""
    for record in records:
        if isinstance(record, Release):
            date = _DATE.search(record.version)
            account.release = account.release or (date[0] if date else record.version)
            continue
        account.take(record)
        if isinstance(record, Skipped):
            account.leave_out(record.reason)
        else:
            yield record
