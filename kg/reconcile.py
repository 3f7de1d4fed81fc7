"""Which records are about one condition.

Sources are asked in the order in which they were read: the first that knows a record decides. A
record that it gives to several conditions is ambiguous, and nothing is guessed; a deprecated
condition passes its records on to the one that replaced it, along chains.
"""

from __future__ import annotations

from .records import Mapping, Term
from .vocabulary import JOINING

UNKNOWN = "its record belongs to no condition"
AMBIGUOUS = "its record belongs to several conditions"
RETIRED = "its condition is deprecated without a single replacement"


class Reconciliation:
    """The conditions of one build by their records; all identifiers are CURIEs."""

    def __init__(self) -> None:
        self._live: set[str] = set()
        self._successors: dict[str, tuple[str, ...]] = {}
        self._by_record: list[dict[str, set[str]]] = []
        self._said: set[tuple[str, str]] = set()

    def add_condition(self, term: Term) -> None:
        """Take note of a condition, live or deprecated."""
        if term.deprecated:
            self._successors[term.id] = term.replaced_by
        else:
            self._live.add(term.id)

    def adopt(self, record: str) -> None:
        """Take a record that belongs to no condition as a condition of its own."""
        self._live.add(record)

    def add_alias(self, retired: str, record: str) -> None:
        """Take note of an identifier that was merged into another record's."""
        if retired not in self._live:
            self._successors.setdefault(retired, (record,))

    def is_live(self, identifier: str) -> bool:
        """Return whether an identifier is that of a condition that is not deprecated."""
        return identifier in self._live

    def add_source(self) -> None:
        """Begin another source of mappings, asked after those before it."""
        self._by_record.append({})

    def add_mapping(self, mapping: Mapping, condition: str) -> bool:
        """Take note of a mapping of a condition; return whether no source has said it before."""
        if mapping.predicate in JOINING:
            self._by_record[-1].setdefault(mapping.object, set()).add(condition)
        pair = (condition, mapping.object)
        new = pair not in self._said
        self._said.add(pair)
        return new

    def condition(self, record: str) -> tuple[str, str]:
        """Return (the condition that a record is about, ""), or ("", why there is none)."""
        if record in self._live or record in self._successors:
            return self._living(record)
        for known in self._by_record:
            if conditions := known.get(record):
                return self._living(min(conditions)) if len(conditions) == 1 else ("", AMBIGUOUS)
        return "", UNKNOWN

    def _living(self, condition: str) -> tuple[str, str]:
        seen = {condition}
        while condition not in self._live:
            successors = self._successors.get(condition, ())
            if len(successors) != 1 or successors[0] in seen:
                return "", RETIRED
            condition = successors[0]
            seen.add(condition)
        return condition, ""
