"""What is said of a condition, made from the rows of the named queries that tell it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from .identifiers import short
from .queries import Value
from .rows import Row
from .things import (
    ROLES,
    Action,
    Associated,
    Code,
    Counted,
    Stated,
    Symptom,
    Thing,
    Told,
    Verdict,
    role,
)
from .vocabulary import DKG, local


def thing(row: Row, iri: str, label: str) -> Thing:
    """Return the thing of two columns."""
    return Thing(*_named(row, iri, label))


def things(rows: Iterable[Row], iri: str, label: str) -> list[Thing]:
    """Return each thing of two columns once."""
    return list(dict.fromkeys(thing(row, iri, label) for row in rows if row[iri]))


def told(rows: Iterable[Row], iri: str, label: str) -> list[Told]:
    """Return each thing of two columns once, with all the graphs that say it."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        found.setdefault(_named(row, iri, label), []).append(str(row["source"]))
    return [Told(*named, tuple(dict.fromkeys(graphs))) for named, graphs in found.items()]


def counted(row: Row, iri: str, count: str) -> Counted:
    """Return the thing of a column, with the number of another."""
    return Counted(*_named(row, iri, "label"), int(str(row[count])))


def stated(row: Row, column: str) -> Stated:
    """Return what one statement says the condition has, and what it rests on."""
    return Stated(
        str(row[column]),
        _text(row["label"]) or str(row[column]),
        local(row["basis"]),
        str(row["source"]),
        _text(row["reference"]),
        thing(row, "ancestor", "ancestor_label") if row["ancestor"] else None,
    )


def verdict(row: Row) -> Verdict:
    """Return what one authority says of the condition's rarity."""
    return Verdict(
        thing(row, "authority", "label"),
        row["verdict"] == DKG.Rare,
        local(row["basis"]),
        _text(row["record"]),
        _text(row["rests_on"]),
        _text(row["criterion"]),
        str(row["source"]),
        _text(row["reference"]),
        _text(row["note"]),
    )


def associated(rows: Sequence[Row]) -> Associated:
    """Return an agent of all that is said of it, in the most telling role that anyone says."""
    said = [(str(row["kind"] or ""), row["assessed"] is not False) for row in rows]
    roles = [role(*one) for one in said]
    most = min(roles, key=ROLES.index)
    return Associated(
        *_named(rows[0], "agent", "label"),
        _unique(row["source"] for row, given in zip(rows, roles, strict=True) if given == most),
        _unique(kind if assessed else f"{kind}, not yet assessed" for kind, assessed in said),
        _unique(row["record"] for row in rows),
        most,
    )


def action(rows: Sequence[Row]) -> Action:
    """Return one statement of an action; it has a row for each reference."""
    row = rows[0]
    return Action(
        *_named(row, "action", "label"),
        str(row["relation"]),
        _text(row["symptom"]),
        _text(row["substance"]),
        bool(row["mined"]),
        _unique(row["reference"] for row in rows),
        str(row["source"]),
    )


def symptom(rows: Sequence[Row], system: str) -> Symptom:
    """Return one symptom of all that annotators say of it: the bounds span theirs."""
    return Symptom(
        *_named(rows[0], "phenotype", "label"),
        bool(rows[0]["excluded"]),
        min(numbers(rows, "lower"), default=None),
        max(numbers(rows, "upper"), default=None),
        any(row["criterion"] for row in rows),
        system,
        tuple(sorted({str(row["record"]) for row in rows if row["record"]})),
        tuple(sorted({iri for row in rows for iri in str(row["references"] or "").split()})),
        str(rows[0]["source"]),
    )


def codes(rows: Iterable[Row]) -> list[Code]:
    """Return the records of other registries, each once, sorted."""
    found = {(str(row["record"]), local(row["match"]), str(row["source"])) for row in rows}
    codes = [Code(iri, short(iri), match, source) for iri, match, source in found]
    return sorted(codes, key=lambda code: (code.curie, code.match))


def grouped(rows: Iterable[Row], key: Callable[[Row], object]) -> list[list[Row]]:
    """Return rows by what they have in common, in the order of the first of each."""
    groups: dict[object, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return list(groups.values())


def numbers(rows: Iterable[Row], column: str) -> list[float]:
    """Return the numbers of a column, without what is none."""
    return [float(value) for row in rows if isinstance(value := row[column], int | float)]


def _named(row: Row, iri: str, label: str) -> tuple[str, str]:
    """Return the IRI and the name of a thing, which is its identifier where it has no other."""
    return str(row[iri]), _text(row[label]) or short(str(row[iri]))


def _text(value: Value) -> str | None:
    return None if value is None or value == "" else str(value)


def _unique(values: Iterable[Value]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(value) for value in values if value))
