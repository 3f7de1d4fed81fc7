"""Terms and triples as N-Triples writes them, so that a graph of millions streams as text.

Format: https://www.w3.org/TR/n-triples/
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

from .identifiers import expand, local_name
from .vocabulary import XSD

Triple: TypeAlias = tuple[str, str, str]
"""Subject, predicate and object in N-Triples syntax."""

_NO_WORD = re.compile(r"[^a-z0-9]+")
_ESCAPES = str.maketrans(
    {chr(code): f"\\u{code:04X}" for code in (*range(32), 127)}
    | {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
)
"""The escapes of canonical N-Triples, which the engine writes as well."""
_ESCAPED = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_MEANT = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


def node(iri: str) -> str:
    """Return an IRI as N-Triples writes it."""
    return f"<{iri}>"


@lru_cache(maxsize=1 << 15)
def thing(curie: str) -> str:
    """Return the IRI of a CURIE as N-Triples writes it."""
    return node(expand(curie))


def text(value: str, language: str = "") -> str:
    """Return a literal as N-Triples writes it, with or without a language.

    >>> text('a "rare" one', "en")
    '"a \\\\"rare\\\\" one"@en'
    """
    return f'"{value.translate(_ESCAPES)}"' + (f"@{language}" if language else "")


def literal(term: str) -> tuple[str, str]:
    """Return the value and the language ("" for none) of a literal as N-Triples writes it.

    >>> literal('"a \\\\"rare\\\\" one"@en')
    ('a "rare" one', 'en')
    """
    value, _, end = term[1:].rpartition('"')
    if "\\" in value:
        value = _ESCAPED.sub(_unescaped, value)
    return value, end[1:] if end.startswith("@") else ""


def _unescaped(escape: re.Match[str]) -> str:
    code = escape[1][1:]
    return chr(int(code, 16)) if code else _MEANT.get(escape[1], escape[1])


def typed(value: object, datatype: str) -> str:
    """Return a typed literal as N-Triples writes it."""
    return f'"{value}"^^<{datatype}>'


def decimal(value: Decimal) -> str:
    """Return a number as N-Triples writes it, in the form that a store keeps it in.

    >>> decimal(Decimal("10.50"))
    '"10.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    """
    return typed(f"{value.normalize() + 0:f}", XSD.decimal)


def minted(namespace: str, *parts: str) -> str:
    """Return a minted IRI: its parts are CURIEs, local names or last parts of IRIs."""
    return node(namespace + "-".join(local_name(part) for part in parts if part))


def last(iri: str) -> str:
    """Return the last part of an IRI, by which a minted IRI refers to it."""
    return iri[max(iri.rfind("/"), iri.rfind("#")) + 1 :]


def slug(label: str) -> str:
    """Return a name as the last part of an IRI.

    >>> slug("Human alphaherpesvirus 1 (type 1)")
    'human-alphaherpesvirus-1-type-1'
    """
    return _NO_WORD.sub("-", label.lower()).strip("-")


TRUE = typed("true", XSD.boolean)
FALSE = typed("false", XSD.boolean)
