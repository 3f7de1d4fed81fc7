"""The Disease Ontology's report of logical axioms: where diseases are and what brings them about.

Axioms are OWL Manchester syntax with names in place of identifiers, several joined by "|":
https://www.w3.org/TR/owl2-manchester-syntax/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ..records import Agent, Location, Record, Release, Skipped
from .tables import identifier, rows

_AXIOM = re.compile(r"(?:'([^']+)'|(\w+)) some (.+)")
_NAME = re.compile(r"'([^']+)'|([^\s'()]+)")
_QUALIFIED = re.compile(r"\(('[^']+'|[^\s'()]+) and \(.*\)\)")
_LOCATION = "disease has location"
_CAUSES = frozenset({"has material basis in", "has disease driver", "has allergic trigger"})


def read(path: Path) -> Iterator[Record]:
    """Yield the Release, then a Location or an Agent per axiom; Skipped for one that says neither.

    Raises SourceError.
    """
    yield Release()
    for number, (id, axioms) in rows(path, ("ID", "SubClass Of [ANON]"), quoted=True):
        record = identifier(path, number, id)
        if record is None:
            yield Skipped(f"line {number}", "refers to an identifier of no registry")
            continue
        for axiom in filter(None, axioms.split("|")):
            yield from _said(record, axiom.strip())


def _said(record: str, axiom: str) -> Iterator[Record]:
    match = _AXIOM.fullmatch(axiom)
    relation = (match[1] or match[2]) if match else ""
    fillers = list(_fillers(match[3])) if match else []
    if relation != _LOCATION and relation not in _CAUSES:
        yield Skipped(record, f"an axiom of neither place nor cause ({relation or 'a class'})")
    elif not fillers:
        yield Skipped(record, "an axiom whose filler is no name")
    for filler in fillers:
        if relation == _LOCATION:
            yield Location(record, "", filler)
        elif relation in _CAUSES:
            yield Agent(record, relation, filler)


def _fillers(text: str) -> Iterator[str]:
    """Yield the names that a filler stands for: one, either of several, or a qualified one's genus.

    >>> list(_fillers("('Ixodes pacificus' or 'Ixodes ricinus')"))
    ['Ixodes pacificus', 'Ixodes ricinus']
    >>> list(_fillers("(ketoprofen and ('has role' some drug))"))
    ['ketoprofen']
    """
    if match := _NAME.fullmatch(text):
        yield match[1] or match[2]
    elif match := _QUALIFIED.fullmatch(text):
        yield match[1].strip("'")
    elif text.startswith("(") and text.endswith(")") and " and " not in text:
        names = [_NAME.fullmatch(part) for part in text[1:-1].split(" or ")]
        if all(names):
            yield from (name[1] or name[2] for name in names if name)
