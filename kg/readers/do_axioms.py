"""The Disease Ontology's report of logical axioms: where diseases are and what brings them about.

Axioms are OWL Manchester syntax with names in place of identifiers, several joined by "|":
https://www.w3.org/TR/owl2-manchester-syntax/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ..records import Agent, Location, NaturalHistory, Record, Release, Skipped
from .tables import identifier, rows

_AXIOM = re.compile(r"(?:'([^']+)'|(\w+)) some (.+)")
_NAME = re.compile(r"'([^']+)'|([^\s'()]+)")
_QUALIFIED = re.compile(r"\(('[^']+'|[^\s'()]+) and \(.*\)\)")
_LOCATION = "disease has location"
_CAUSES = frozenset({"has material basis in", "has disease driver", "has allergic trigger"})

INHERITANCES = {
    "autosomal dominant inheritance": "HP:0000006",
    "autosomal recessive inheritance": "HP:0000007",
    "X-linked inheritance": "HP:0001417",
    "X-linked recessive inheritance": "HP:0001419",
    "X-linked dominant inheritance": "HP:0001423",
    "Y-linked inheritance": "HP:0001450",
    "digenic inheritance": "HP:0010984",
}
"""The modes of inheritance that stand as a material basis, in the Human Phenotype Ontology."""


def read(path: Path) -> Iterator[Record]:
    """Yield the Release, then a Location, an Agent or a mode of inheritance per axiom; Skipped for
    one that says none.

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
        elif filler in INHERITANCES:
            yield NaturalHistory(record, inheritances=(INHERITANCES[filler],))
        elif filler.endswith("inheritance"):
            yield Skipped(record, "an inheritance that the Human Phenotype Ontology lacks")
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
