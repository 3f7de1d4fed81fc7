"""What a person looks for: by an identifier in any spelling, a bare code, or a name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast

import pyoxigraph as ox

from .facets import ANIMALS
from .identifiers import converter, expand, short, try_parse_curie
from .names import Match
from .resolve import CLASSES, as_iri
from .store import Store
from .vocabulary import local

_COMPARED = 200
"""So many of the things that a name finds are put in order."""

_CODE = re.compile(r"(?=[^0-9]*[0-9])[A-Z0-9][A-Z0-9.-]{2,19}")
"""What may be the code of a registry that is not named: E84, 219700, D003550."""

_SPACED = re.compile(r"([^\s:]+)(?::\s*|\s+)(\S+)")
"""An identifier with a space in it: OMIM 219700, ORPHA: 586."""

_CLASSES = ("Condition", "DeprecatedCondition", *CLASSES.values())
_HAVING = """
    SELECT DISTINCT ?thing ?class ?code {{
        {{ VALUES ?code {{ {codes} }} ?code a ?class BIND (?code AS ?thing) }}
        UNION
        {{ VALUES ?code {{ {codes} }} ?thing skos:exactMatch ?code . ?thing a ?class }}
        UNION
        {{ VALUES ?code {{ {codes} }} ?thing skos:mappingRelation ?code . ?thing a ?class }}
        UNION
        {{ VALUES ?code {{ {codes} }} ?code dcterms:isReplacedBy ?thing . ?thing a ?class
           FILTER (?class = dkg:Phenotype) }}
        FILTER (?class IN ({classes}))
    }} ORDER BY ?thing ?code"""


def search(store: Store, text: str, kind: str | None = None, limit: int = 20) -> list[Match]:
    """Return what a text finds: what has it as identifier or code, then what is named like it.

    `kind` is the class of the things whose names are looked at; an identifier leads to whatever
    has it. The conditions of people come before those of animals, what is withdrawn comes last.
    """
    if found := identified(store, text):
        return found[:limit]
    coded = [match for match in _having(store, _codes(text)) if kind in (None, match.kind)]
    named = store.names.search(text, kind, max(limit, _COMPARED))
    if try_parse_curie(text):  # no other number is near it
        named = [match for match in named if match.score == 100]
    known = {match.iri for match in coded}
    named = [match for match in named if match.iri not in known]
    return [*coded, *_ordered(store, named)][:limit]


def identified(store: Store, text: str) -> list[Match]:
    """Return what an identifier names: the thing itself, or the conditions it is a record of.

    A text that names no registry is none; see `search`.
    """
    spaced = _SPACED.fullmatch(text.strip())
    spellings = [text, f"{spaced[1]}:{spaced[2]}"] if spaced else [text]
    iris = [expand(curie) for one in spellings if (curie := try_parse_curie(one))]
    return _having(store, iris[:1])


def _codes(text: str) -> list[str]:
    """Return the IRIs that a code without a registry may stand for."""
    code = text.strip().upper()
    if not _CODE.fullmatch(code):
        return []
    found = (
        registry.uri_prefix + code
        for registry in converter().registries
        if registry.pattern and registry.pattern.match(code)
    )
    return list(dict.fromkeys(found))


def _having(store: Store, codes: Sequence[str]) -> list[Match]:
    """Return the things that have one of some identifiers, or are mapped to it."""
    terms = [str(term) for code in codes if (term := as_iri(code))]
    if not terms:
        return []
    query = _HAVING.format(
        codes=" ".join(terms),
        classes=", ".join(f"dkg:{name}" for name in _CLASSES),
    )
    found: dict[str, Match] = {}
    for row in cast(ox.QuerySolutions, store.query(query)):
        iri, class_, code = (row[name].value for name in ("thing", "class", "code"))
        label = store.label(iri) or short(iri)
        matched = label if iri == code else short(code)
        found.setdefault(iri, Match(iri, local(class_), label, matched, 100.0))
    return sorted(found.values(), key=lambda match: match.matched != match.label)


def _ordered(store: Store, matches: Sequence[Match]) -> list[Match]:
    """Return matches with the very names first, then people's, animals', what is withdrawn."""
    conditions = store.arrays.taxonomy("condition")
    conditions.expect(match.iri for match in matches if match.kind == "Condition")
    animals = conditions.numbers.get(ANIMALS)

    def last(match: Match) -> int:
        if match.kind == "DeprecatedCondition":
            return 2
        if match.kind != "Condition" or animals is None:
            return 0
        number = conditions.numbers.get(match.iri)
        return int(number is not None and animals in conditions.above[number])

    return sorted(matches, key=lambda match: (match.score < 100, last(match)))
