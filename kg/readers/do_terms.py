"""The Disease Ontology's report of all its terms; parents stand in it by their names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..records import Record, Release, Skipped, Term
from .tables import identifier, rows


def read(path: Path) -> Iterator[Record]:
    """Yield the Release, then one Term per record with its parents; Skipped for a parent whose
    name no term has, or several.

    Raises SourceError.
    """
    yield Release()
    names: dict[str, str] = {}
    parents: dict[str, list[str]] = {}
    bearers: dict[str, set[str]] = {}
    for number, (id, label, above) in rows(path, ("id", "label", "subClassOf"), quoted=True):
        if term := identifier(path, number, id):
            names[term] = label
            parents.setdefault(term, []).extend(filter(None, above.split("|")))
            bearers.setdefault(label, set()).add(term)
        else:
            yield Skipped(f"line {number}", "refers to an identifier of no registry")
    for term, label in names.items():
        found: list[str] = []
        for name in dict.fromkeys(parents[term]):
            if len(bearers.get(name, ())) == 1:
                found.extend(bearers[name])
            else:
                yield Skipped(f"{term} {name}", "a parent's name that not exactly one term has")
        yield Term(term, label, parents=tuple(found))
