"""The Disease Ontology's names in another language, in the columns of a Babelon profile.

Format: https://github.com/monarch-initiative/babelon
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..records import Name, Record, Release, Skipped, Term
from .tables import identifier, rows
from .terms import scope_of

_COLUMNS = ("source_id", "predicate", "translation_text", "translation_lang", "status")
_LABEL = "rdfs:label"
_SYNONYM = "Synonym"
_DEFINITION = "IAO:0000115"


def read(path: Path) -> Iterator[Record]:
    """Yield the Release, then one Term per row with a name; Skipped for a definition, which the
    graph has in English only, and for what is marked as wrong.

    Raises SourceError.
    """
    yield Release()
    for number, (id, predicate, text, language, status) in rows(path, _COLUMNS, quoted=True):
        record = identifier(path, number, id)
        local = predicate.partition(":")[2]
        if record is None:
            yield Skipped(f"line {number}", "refers to an identifier of no registry")
        elif predicate == _DEFINITION:
            yield Skipped(f"line {number}", "a definition in another language")
        elif status.startswith("ERROR") or not text or not language.isalpha():
            yield Skipped(f"line {number}", "a translation that is marked as wrong")
        elif predicate == _LABEL:
            yield Term(record, names=(Name(text, "exact", language),))
        elif local.endswith(_SYNONYM):
            yield Term(record, names=(Name(text, scope_of(local), language),))
        else:
            yield Skipped(f"line {number}", "a translation of neither a name nor a definition")
