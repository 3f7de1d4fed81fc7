"""SPARQL as text: values put in as terms, prefixes declared, answers asked for page by page.

For engines that are reached by text alone. A value is never pasted: it is written as a term, in the
syntax of N-Triples, which is SPARQL's too. It takes the variable's place in every pattern, because
engines differ in how far a `VALUES` reaches (into a subselect, an OPTIONAL, a NOT EXISTS), and the
variable itself is bound by `VALUES` where a SELECT names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

_TOKEN = re.compile(
    r"""
    <[^<>"{}|^`\\\s]*>                                  # an IRI
    | '{3}.*?'{3} | \"{3}.*?\"{3}                       # a long string
    | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*'         # a string
    | \#[^\n]*                                          # a comment
    | [?$]\w+                                           # a variable
    | [\w.-]*:(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\.)*          # a prefixed name, or a prefix
    | \w+ | \s+ | .
    """,
    re.VERBOSE | re.DOTALL,
)
_MODIFIERS = frozenset({"GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET"})
_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_ORDER_BY = re.compile(r"\s+ORDER\s+BY((?:\s+(?:DESC\(\?\w+\)|\?\w+))+)\s*$", re.IGNORECASE)
_KEY = re.compile(r"(DESC\()?\?(\w+)", re.IGNORECASE)


def bound(text: str, values: Mapping[str, str]) -> str:
    """Return a query in which variables have values, written as terms of N-Triples.

    >>> bound("SELECT ?a ?b WHERE { ?a ?p ?b }", {"a": "<x:y>"})
    'SELECT ?a ?b WHERE { VALUES ?a { <x:y> } <x:y> ?p ?b }'
    >>> bound('ASK { ?a ?p "?a" }', {"a": '"}"'})
    'ASK { "}" ?p "?a" }'
    """
    return "".join(_bound(text, values)) if values else text


def _bound(text: str, values: Mapping[str, str]) -> Iterator[str]:
    in_head, selected, selecting = True, set[str](), False
    for token in _TOKEN.findall(text):
        word = token.upper()
        if word in _FORMS or word in _MODIFIERS:
            in_head = True
            if word == "SELECT":
                selected, selecting = set(), True
        name = token[1:] if token[0] in "?$" else ""
        if token == "{":
            yield token
            if selecting:
                yield "".join(f" VALUES ?{n} {{ {values[n]} }}" for n in values if n in selected)
            in_head = selecting = False
        elif token == "}":
            in_head = False
            yield token
        elif in_head:
            selected.add(name)
            yield token
        else:
            yield values.get(name, token)


def declared(text: str, prefixes: Mapping[str, str]) -> str:
    """Return a query with the prefixes declared that it uses and does not declare itself.

    >>> declared("ASK { ?a ex:b 'no:t' }", {"ex": "http://example.org/", "no": "http://no/"})
    "PREFIX ex: <http://example.org/>\\nASK { ?a ex:b 'no:t' }"
    """
    before, own, used = "", set[str](), dict[str, None]()
    for token in _TOKEN.findall(text):
        if ":" in token and token[0] not in "<'\"#":
            prefix = token.partition(":")[0]
            (own.add if before == "PREFIX" else used.setdefault)(prefix)
        if not token.isspace() and token[0] != "#":
            before = token.upper()
    wanted = [prefix for prefix in used if prefix in prefixes and prefix not in own]
    return "".join(f"PREFIX {p}: <{prefixes[p]}>\n" for p in wanted) + text


def unordered(text: str) -> tuple[str, tuple[tuple[str, bool], ...]]:
    """Return a query without an ORDER BY of plain variables at its end, and what that said.

    >>> unordered("SELECT * { ?a ?p ?b } ORDER BY DESC(?a) ?b")
    ('SELECT * { ?a ?p ?b }', (('a', True), ('b', False)))
    """
    found = _ORDER_BY.search(text)
    if found is None:
        return text, ()
    return text[: found.start()], tuple((name, bool(desc)) for desc, name in _KEY.findall(found[1]))


def can_be_paged(text: str) -> bool:
    """Return whether a SELECT has no order or limit of its own, and no VALUES at its end.

    >>> can_be_paged("SELECT * { ?a ?p ?b }"), can_be_paged("SELECT * { ?a ?p ?b } LIMIT 9")
    (True, False)
    """
    after: list[str] = []
    for token in _TOKEN.findall(text):
        after = [] if token == "}" else [*after, token.upper()]
    return not {"ORDER", "LIMIT", "OFFSET", "VALUES"} & set(after)


def page(text: str, columns: Sequence[str], size: int, start: int) -> str:
    """Return a SELECT that answers a part of what one answers that `can_be_paged`.

    The order is inside, since Virtuoso sorts no more rows than it answers where both are outside.

    >>> print(page("PREFIX e: <x:> SELECT ?a { ?a e:p ?b }", ["a"], 10, 20))
    PREFIX e: <x:> SELECT * WHERE { { SELECT ?a { ?a e:p ?b }
    ORDER BY ?a } }
    LIMIT 10 OFFSET 20
    """
    head: list[str] = []
    tokens = _TOKEN.findall(text)
    while tokens[len(head)].upper() != "SELECT":
        head.append(tokens[len(head)])
    select = "".join(tokens[len(head) :]).rstrip()
    order = " ".join(f"?{column}" for column in columns)
    prologue = "".join(head)
    return (
        f"{prologue}SELECT * WHERE {{ {{ {select}\nORDER BY {order} }} }}\n"
        f"LIMIT {size} OFFSET {start}"
    )
