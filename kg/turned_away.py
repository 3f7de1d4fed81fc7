"""The records of authorities from which nothing is concluded of a condition's rarity, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from .identifiers import compress, short
from .infer import DRAWN_FROM_LISTS
from .rows import Row
from .statements import keeper
from .store import Store
from .things import Thing
from .vocabulary import AUTHORITY, DKG, INFERRED, JOINING, NIH, ORPHANET, RDF


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """A record that an authority has of a condition, and why nothing is concluded from it."""

    authority: Thing
    record: str
    why: str
    source: str

    def __str__(self) -> str:
        return (
            f"{self.authority.label}’s record {short(self.record)} is mapped to it, and is not "
            f"counted here: {self.why}."
        )


def turned_away(
    store: Store, condition: str, codes: Iterable[Row], said: Iterable[Row]
) -> list[TurnedAway]:
    """Return the records of authorities that nothing is concluded from, which is no silence.

    `codes` are the condition's mappings, rows of the named query `codes-of-condition`, and `said`
    those of `rarity-statements`.
    """
    heeded = {row["record"] for row in said}
    by_nih = any(row["authority"] == NIH for row in said)
    found: dict[str, TurnedAway] = {}
    for row in codes:
        record = str(row["record"])
        authority = "" if row["record"] in heeded else _lister(record)
        if authority and record not in found and (label := store.label(authority)):
            why = _why_not(store, condition, row, authority, by_nih)
            found[record] = TurnedAway(Thing(authority, label), record, why, str(row["source"]))
    return list(found.values())


def _lister(record: str) -> str:
    """Return the authority whose list a record is an entry of, "" for none.

    The National Cancer Institute's codes are of a thesaurus; its list of rare ones is another.
    """
    authority = keeper(compress(record) or "")
    return AUTHORITY + authority if authority and authority != "ncit" else ""


def _why_not(store: Store, condition: str, row: Row, authority: str, by_nih: bool) -> str:
    if row["match"] not in JOINING:
        return "the mapping is less than exact"
    if others := [iri for iri in _owners(store, str(row["record"])) if iri != condition]:
        names = [f"{store.label(iri)} ({short(iri)})" for iri in others[:2]]
        more = f" and {len(others) - 2} more" if len(others) > 2 else ""
        return f"it is also mapped to {'; '.join(names)}{more}, and may be about any of them"
    if authority == ORPHANET and not by_nih:
        return (
            "its nomenclature also has what is not rare, and an entry counts only where the NIH "
            "has one as well, or Orphanet’s own list names it"
        )
    if str(row["source"]) not in DRAWN_FROM_LISTS:
        return "only a source refers to it that also refers to records of what is not rare"
    return "the authority’s list in this graph does not name it"


def _owners(store: Store, record: str) -> list[str]:
    """Return the conditions that a record may be about, by IRI."""
    found = {
        quad.subject.value
        for way in JOINING
        for quad in store.find(None, ox.NamedNode(way), ox.NamedNode(record))
        if quad.graph_name.value != INFERRED
    }
    return sorted(
        iri
        for iri in found
        if any(kind.value == DKG.Condition for kind, _ in store.told(iri, RDF.type))
    )
