"""Who says rare, side by side: all that is stated of one condition, or many by authority.

Silence stays silence: an authority that says nothing of a condition has an empty cell.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from operator import itemgetter
from typing import TypeAlias

from . import queries
from .errors import UnknownThing, UnratingAuthority
from .identifiers import short
from .prevalence import published
from .queries import Rows, Value
from .resolve import resolve
from .rows import Reading, Row, read
from .store import Store
from .tables import Stream, write_cells, write_text
from .turned_away import turned_away
from .vocabulary import DKG, ORPHANET, PREFIXES, local
from .words import counted

Verdicts: TypeAlias = dict[str, str]
"""The words for what one authority says, by verdict ("entry" by the IRI of dkg:Rare)."""

COLUMNS = (
    "authority",
    "verdict",
    "basis",
    "record",
    "rests_on",
    "source",
    "reference",
    "criterion",
    "note",
)
_BASES = ("Listed", "Threshold", "Curated", "Entry", "Inherited", "Reported")
"""What a verdict can rest on, the strongest first."""
_FIRM = _BASES[: _BASES.index("Entry")]


ENTRY = (
    "Orphanet’s nomenclature also has what is not rare: a record of its is counted only where the "
    "NIH has one as well, and so confirms nobody independently."
)
"""What an entry of Orphanet's is worth, for people."""

_ENTRY = (DKG.Entry, ORPHANET)
"""The basis and the authority of such a verdict."""


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority, and how many conditions it says are rare, and are not rare, in this graph."""

    iri: str
    label: str
    rare: int
    not_rare: int

    @property
    def rates(self) -> int:
        """How many conditions it says anything of; 0 where this graph has no list of its."""
        return self.rare + self.not_rare

    @property
    def key(self) -> str:
        """The short name: "nih"."""
        return _key(self.iri)


@dataclass(frozen=True, slots=True)
class Rated:
    """A condition, and what each authority that speaks of it says, by the authority's IRI."""

    condition: str
    label: str
    verdicts: dict[str, Verdicts]

    def saying(self, verdict: str) -> set[str]:
        """Return the authorities that give a verdict."""
        return {authority for authority, said in self.verdicts.items() if verdict in said}

    def value(self, authority: str) -> str:
        """Return what an authority says in a word or two, "" where it is silent."""
        return "; ".join(self.verdicts.get(authority, {}).values())


def authorities(store: Store) -> list[Authority]:
    """Return the authorities that the graph knows, sorted by key; some may rate nothing in it."""
    rows = queries.run(store, "authorities")
    found = {
        str(row["authority"]): (
            str(row["label"]),
            int(str(row["rare"])),
            int(str(row["not_rare"])),
        )
        for row in rows
    }
    return [Authority(iri, *counts) for iri, counts in sorted(found.items())]


def rating(store: Store) -> list[Authority]:
    """Return the authorities that rate some condition in this graph, sorted by key."""
    return [authority for authority in authorities(store) if authority.rates]


def rated(store: Store) -> Iterator[Rated]:
    """Yield every condition that some authority rates, by name."""
    by_condition: dict[tuple[str, str], dict[str, dict[str, set[str]]]] = {}
    for row in queries.run(store, "rarity-by-authority"):
        condition, label, authority, verdict, basis = (str(value or "") for value in row.values())
        name = label or short(condition)
        said = by_condition.setdefault((name, condition), {}).setdefault(authority, {})
        said.setdefault(verdict, set()).add(local(basis))
    for (name, condition), verdicts in sorted(by_condition.items(), key=itemgetter(0)):
        yield Rated(condition, name, {a: _words(said) for a, said in verdicts.items()})


def _words(said: dict[str, set[str]]) -> Verdicts:
    """Return what one authority says, by verdict, each on its strongest basis."""
    return {
        verdict: _word(verdict == DKG.Rare, min(said[verdict], key=_BASES.index))
        for verdict in sorted(said, reverse=True)
    }


def _word(rare: bool, basis: str) -> str:
    """Return a verdict in a word or two, which its basis qualifies unless it is a firm one.

    >>> _word(True, "Listed"), _word(True, "Entry"), _word(False, "Reported")
    ('rare', 'entry', 'reported not rare')
    """
    if basis in _FIRM:
        return "rare" if rare else "not rare"
    return basis.lower() + ("" if rare else " not rare")


def disagreements(store: Store) -> Iterator[Rated]:
    """Yield the conditions that one authority says are rare and another says are not.

    That an authority is silent is no disagreement.
    """
    for one in rated(store):
        rare, not_rare = one.saying(DKG.Rare), one.saying(DKG.NotRare)
        if rare and not_rare and len(rare | not_rare) > 1:
            yield one


def only(store: Store, authority: str) -> Iterator[Rated]:
    """Return the conditions that an authority says are rare, and no other does.

    Raises UnknownThing, and UnratingAuthority for one that rates nothing in this graph.
    """
    iri = resolve(store, authority, "authority").value
    known = [one.iri for one in rating(store)]
    if iri not in known:
        raise UnratingAuthority(_key(iri), [_key(one) for one in known])
    return (one for one in rated(store) if one.saying(DKG.Rare) == {iri})


def rare_by_one(store: Store, authority: str, other: str) -> Rows:
    """Return what an authority says is rare and another does not: `rare-by-one-not-other`.

    Raises UnknownThing, and UnratingAuthority for one that rates nothing in this graph: that would
    be no silence.
    """
    asked = {
        name: resolve(store, text, "authority")
        for name, text in (("authority", authority), ("other", other))
    }
    known = {one.iri: one.key for one in rating(store)}
    for term in asked.values():
        if term.value not in known:
            raise UnratingAuthority(_key(term.value), list(known.values()))
    return queries.run(store, "rare-by-one-not-other", **asked)


def write_by_authority(
    store: Store, conditions: Iterable[Rated], stream: Stream, format: str = "table"
) -> None:
    """Write conditions, one a row, with a column for each authority that rates any."""
    columns = rating(store)
    cells = (
        [short(one.condition), one.label] + [one.value(authority.iri) for authority in columns]
        for one in conditions
    )
    write_cells(["condition", "label", *(a.key for a in columns)], cells, stream, format)


def grounds(store: Store, condition: str) -> list[dict[str, str]]:
    """Return what each authority says of a condition and on what grounds: COLUMNS by name."""
    found = read(Reading(store, condition), "rarity-statements")
    return [_row(list(rows)) for _, rows in groupby(found, itemgetter("statement"))]


def write_grounds(
    store: Store, conditions: Iterable[Rated], stream: Stream, format: str = "csv"
) -> None:
    """Write a row for each statement about some conditions, with what it rests on."""
    cells = (
        [short(one.condition), one.label, *(row[name] for name in COLUMNS)]
        for one in conditions
        for row in grounds(store, one.condition)
    )
    write_cells(["condition", "label", *COLUMNS], cells, stream, format)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that is stated of one condition's rarity, and who is silent.

    `rows` has one row a statement, with the columns COLUMNS, and `estimates` one sentence for each
    published number, with the limits that it is within or above. `rare` and `not_rare` name the
    authorities; `voices` counts those who say rare independently: a listing that rests on
    another's record is no voice of its own, and neither is an entry of Orphanet's (`entries` names
    those who have no more), which counts only where the NIH has one as well. `silent`
    are those who rate other conditions in this graph, `turned_away` says which records of theirs
    are not counted, and why; `absent` are those of whom it has no statement at all.
    """

    condition: str
    label: str
    rows: list[dict[str, str]]
    rare: list[str]
    not_rare: list[str]
    voices: int
    entries: list[str]
    turned_away: list[str]
    silent: list[str]
    absent: list[str]
    estimates: list[str]

    @classmethod
    def of(cls, store: Store, condition: str) -> Evidence:
        """Return the evidence on a condition, given by its IRI.

        Raises UnknownThing when the store has no such condition.
        """
        asked = f"<{condition}>"
        summary = next(iter(queries.run(store, "condition-summary", condition=asked)), None)
        if summary is None:
            raise UnknownThing(condition)
        found = list(queries.run(store, "rarity-statements", condition=asked))
        agreement = next(iter(queries.run(store, "rarity-agreement", condition=asked)), None)
        said = {verdict: _labels(found, verdict) for verdict in (DKG.Rare, DKG.NotRare)}
        codes = list(queries.run(store, "codes-of-condition", condition=asked))
        away = turned_away(store, condition, codes, found)
        heard = {*said[DKG.Rare], *said[DKG.NotRare], *(one.authority.label for one in away)}
        others = [a for a in authorities(store) if a.label not in heard]
        own = [row for row in found if (row["basis"], row["authority"]) != _ENTRY]
        firm = _labels(own, DKG.Rare)
        return cls(
            condition,
            str(summary["label"] or short(condition)),
            [_row(list(rows)) for _, rows in groupby(found, itemgetter("statement"))],
            said[DKG.Rare],
            said[DKG.NotRare],
            int(str(agreement["voices"])) if agreement else 0,
            [label for label in said[DKG.Rare] if label not in firm],
            [str(one) for one in away],
            [authority.label for authority in others if authority.rates],
            [authority.label for authority in others if not authority.rates],
            published(queries.run(store, "prevalence-of-condition", condition=asked)),
        )

    def to_json(self) -> str:
        """Return everything as one JSON object."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"

    def write(self, stream: Stream, format: str = "table") -> None:
        """Write the statements; as a table with what they come to, and without empty columns."""
        columns: Sequence[str] = COLUMNS
        if format == "table":
            columns = [name for name in COLUMNS if any(row[name] for row in self.rows)]
        if format == "json":
            write_text(self.to_json(), stream)
            return
        if columns:
            cells = ([row[name] for name in columns] for row in self.rows)
            write_cells(columns, cells, stream, format)
        if format == "table":
            write_text("".join(f"{line}\n" for line in self.conclusions()), stream)

    def conclusions(self) -> list[str]:
        """Return sentences on who agrees, how independently, and who says nothing."""
        rare = counted(len(self.rare), "authority") + (" say" if len(self.rare) > 1 else " says")
        voices = f": {counted(self.voices, 'independent voice')} as far as the graph knows"
        lines = [f"{rare} that it is rare{voices if self.rare else ''}.".capitalize()]
        if self.entries:
            lines.append(f"No voice of its own: {'; '.join(self.entries)}. {ENTRY}")
        if self.not_rare:
            lines.append(f"Not rare according to: {'; '.join(self.not_rare)}.")
        lines += self.turned_away
        if self.silent:
            lines.append(f"Silence is not “not rare”. Silent here: {'; '.join(self.silent)}.")
        if self.absent:
            lines.append(f"No statement of theirs is in this graph: {'; '.join(self.absent)}.")
        if self.estimates:
            lines += ["Published numbers:", *(f"  {estimate}" for estimate in self.estimates)]
        return lines


def _row(rows: list[Row]) -> dict[str, str]:
    """Return one statement, which has a row for each of its records and references."""
    named = [{**row, "authority": row["label"]} for row in rows]
    row = {name: "; ".join(dict.fromkeys(_cell(r[name]) for r in named)) for name in COLUMNS}
    row["verdict"] = "rare" if rows[0]["verdict"] == DKG.Rare else "not rare"
    row["basis"] = local(rows[0]["basis"]).lower()
    return row


def _cell(value: Value) -> str:
    """Return an IRI as a CURIE, and a sentence as it is."""
    return "" if value is None else short(str(value))


def _labels(rows: list[Row], verdict: str) -> list[str]:
    """Return the names of the authorities that give a verdict."""
    return list(dict.fromkeys(str(row["label"]) for row in rows if row["verdict"] == verdict))


def _key(iri: str) -> str:
    return iri.removeprefix(PREFIXES["authority"])
