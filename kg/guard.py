"""What is refused of a query before the engine sees it: other hosts, and more than it survives.

The engine (https://github.com/oxigraph/oxigraph) asks whatever host a SERVICE names, and goes down
into a query by recursion, until its stack is full and the process is gone.
"""

from __future__ import annotations

import re

from .errors import QueryError

MAX_DEPTH = 200
"""So deep brackets may nest; the engine survives some 500 (EXISTS) to 2,000 levels."""

MAX_STEPS = 2_000
"""So many operators and groups may follow each other, lists of values apart; 5,000 are too many."""

_UNESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_QUOTED = re.compile(
    r"""<[^<>"{}|^`\\\s]*> | \"{3}.*?\"{3} | '{3}.*?'{3}
      | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' | \#[^\n]*""",
    re.DOTALL | re.VERBOSE,
)
_SERVICE = re.compile(r"(?<![\w:?$@.-])service(?![\w:.-])", re.IGNORECASE)
_VALUES = re.compile(r"\bVALUES\b[^{}]{0,500}\{[^{}]*\}|\bIN\s*\([^()]*\)", re.IGNORECASE)
_STEP = re.compile(r"[({\[!|&+*/=;.-]|\b(?:OPTIONAL|UNION|MINUS|BIND)\b", re.IGNORECASE)
_BRACKET = re.compile(r"[({\[]|[)}\]]|<<|>>")


def bare(sparql: str) -> str:
    """Return a query as the engine reads it, without its strings, IRIs and comments."""
    plain = _UNESCAPED.sub(lambda found: _character(found[1] or found[2]), sparql)
    return _QUOTED.sub(" ", plain)


def _character(code: str) -> str:
    return chr(int(code, 16)) if int(code, 16) < 0x110000 else " "


def asks_another_host(sparql: str) -> bool:
    """Return whether a query has a SERVICE in it.

    >>> asks_another_host("ASK { SERVICE <http://example.org/> { } }")
    True
    >>> asks_another_host("ASK { ?service rdfs:label 'SERVICE' }")
    False
    """
    return _SERVICE.search(bare(sparql)) is not None


def check(sparql: str, remote: bool = False) -> None:
    """Raise QueryError for a query that asks another host, unless it may, or is too deep or long.

    >>> check("ASK { FILTER(" + "(" * 300 + "1" + ")" * 300 + ") }")
    Traceback (most recent call last):
        ...
    kg.errors.QueryError: the query nests deeper than 200 brackets
    """
    if not remote and asks_another_host(sparql):
        raise QueryError("the query asks another host (SERVICE); allow it with --remote")
    text = bare(sparql)
    depth = deepest = 0
    for bracket in _BRACKET.findall(text):
        depth += 1 if bracket in "({[<<" else -1
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise QueryError(f"the query nests deeper than {MAX_DEPTH} brackets")
    if len(_STEP.findall(_VALUES.sub(" ", text))) > MAX_STEPS:
        raise QueryError(
            f"the query has more than {MAX_STEPS:,} steps; VALUES takes as many values as you like"
        )
