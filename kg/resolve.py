"""What a person wrote — a name, an identifier in any spelling, an IRI — as a term of the graph."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

import pyoxigraph as ox

from .errors import AmbiguousThing, InvalidIdentifier, UnknownThing
from .identifiers import expand, parse_curie, short
from .names import fold
from .store import Store, Term
from .vocabulary import DCTERMS, DKG, JOINING

CLASSES = {
    "condition": "Condition",
    "body site": "BodySite",
    "phenotype": "Phenotype",
    "specialist": "Specialist",
    "authority": "RarityAuthority",
    "gene": "Gene",
}
"""The kinds that have names in the graph, and the class of each."""

_SUCCESSORS = """
    SELECT ?thing ?found WHERE { ?thing owl:deprecated true ; dcterms:isReplacedBy ?found }
    ORDER BY ?found"""
_NUMBER = re.compile(r"-?[0-9]{1,18}")
_LIKE_A_CURIE = re.compile(r"[A-Za-z][\w.]*:[^\s,]+")
_KNOWN = "ASK { ?thing a ?class }"
_OF_ANIMALS = "ASK { ?thing skos:broaderTransitive obo:MONDO_0005583 }"


def resolve(store: Store, text: str, kind: str) -> Term:
    """Return the term that a text means, for a kind of CLASSES, or "code", "text", "number".

    A condition is found by its own identifier, by a deprecated one that was replaced, by any
    record that is mapped to it alone, or by a name that is its alone: preferred names go before
    others, people's diseases before animals'. Raises UnknownThing with suggestions,
    AmbiguousThing with the candidates, and InvalidIdentifier for what is written as an identifier
    and is none.
    """
    if not isinstance(text, str):
        raise InvalidIdentifier(text, "a text is needed")
    if kind == "text":
        return _literal(text)
    if kind == "number":
        if not _NUMBER.fullmatch(text):
            raise InvalidIdentifier(text, "a whole number is needed")
        return ox.Literal(int(text))
    iri = as_iri(text)
    if iri is None:
        if kind == "code":
            raise InvalidIdentifier(text, "a code has the form PREFIX:LOCAL, such as OMIM:607131")
        return _by_name(store, text, kind)
    if kind == "condition":
        iri = _condition(store, iri, text)
    elif kind == "phenotype":
        iri = _phenotype(store, iri, text)
    return iri


def withdrawn(store: Store, text: str) -> ox.NamedNode | None:
    """Return the deprecated condition that has an identifier, None where there is no such one."""
    iri = as_iri(text)
    known = iri is not None and is_a(store, iri, DKG.DeprecatedCondition)
    return iri if known else None


def is_a(store: Store, thing: Term, class_: str) -> bool:
    """Return whether the graph has a thing as one of a class, which is given by its IRI."""
    return bool(store.query(_KNOWN, {"thing": thing, "class": ox.NamedNode(class_)}))


def _literal(text: str) -> ox.Literal:
    try:
        return ox.Literal(text)
    except ValueError:
        raise InvalidIdentifier(text, "it has bytes that are not UTF-8") from None


def as_iri(text: str) -> ox.NamedNode | None:
    """Return an IRI for an identifier or an IRI, None for what may be a name."""
    plain = text.strip().strip("<>")
    try:
        return _iri(expand(plain))
    except InvalidIdentifier:
        return _iri(plain) if plain.startswith(("http://", "https://")) else None


def _iri(text: str) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(text)
    except ValueError:
        return None


def _condition(store: Store, iri: ox.NamedNode, text: str) -> ox.NamedNode:
    """Return the live condition, or the deprecated one without one, that an identifier means."""
    seen = {iri}
    while successors := _found(store, _SUCCESSORS, thing=iri):
        if successors[0] in seen:
            break
        iri = successors[0]
        seen.add(iri)
    if any(is_a(store, iri, one) for one in (DKG.Condition, DKG.DeprecatedCondition)):
        return iri
    mapped = {quad.subject for way in JOINING for quad in store.find(None, ox.NamedNode(way), iri)}
    known: Iterator[ox.NamedNode] = (one for one in mapped if is_a(store, one, DKG.Condition))
    conditions = sorted(known, key=str)
    if len(conditions) == 1:
        return conditions[0]
    if conditions:
        raise AmbiguousThing(text, [_candidate(store, one.value) for one in conditions], "record")
    raise UnknownThing(text)


def _candidate(store: Store, iri: str) -> tuple[str, str]:
    return short(iri), store.label(iri) or ""


def _phenotype(store: Store, iri: ox.NamedNode, text: str) -> ox.NamedNode:
    """Return the phenotype that an identifier means, be it one that was merged into another."""
    merged = (quad.object for quad in store.find(iri, ox.NamedNode(DCTERMS.isReplacedBy)))
    for one in (iri, *merged):
        if is_a(store, one, DKG.Phenotype):
            return cast(ox.NamedNode, one)
    raise UnknownThing(text, kind="phenotype")


def _found(store: Store, query: str, **bindings: Term) -> list[ox.NamedNode]:
    solutions = cast(ox.QuerySolutions, store.query(query, bindings))
    return [cast(ox.NamedNode, solution["found"]) for solution in solutions]


def _by_name(store: Store, text: str, kind: str) -> ox.NamedNode:
    of_class = CLASSES[kind]
    if kind == "condition":
        found = _conditions(store, text)
        if len(found) > 1:
            raise AmbiguousThing(text, [_candidate(store, iri) for iri in found], "name")
    else:
        found = [match.iri for match in store.names.exact(text, of_class)]
    if found:
        return ox.NamedNode(found[0])
    if _LIKE_A_CURIE.fullmatch(text):
        try:
            parse_curie(text)
        except InvalidIdentifier as error:
            raise InvalidIdentifier(text, error.reason) from None
    near = store.names.similar(text, of_class)
    raise UnknownThing(text, [match.matched for match in near], kind)


def _conditions(store: Store, text: str) -> list[str]:
    """Return the conditions that a name may mean, for a withdrawn one what replaces it.

    Of several, those whose preferred name it is, of these the diseases of people, and of these the
    one whose preferred name is written just so, wherever there are any.
    """
    found = store.names.exact(text, "Condition")
    if not found:
        withdrawn = store.names.exact(text, "DeprecatedCondition")
        live = (_condition(store, ox.NamedNode(match.iri), text).value for match in withdrawn)
        return list(dict.fromkeys(live))
    if len(found) == 1:
        return [found[0].iri]
    for likelier in (
        lambda one: fold(one.label) == fold(text),
        lambda one: not store.query(_OF_ANIMALS, {"thing": ox.NamedNode(one.iri)}),
        lambda one: one.label.casefold() == text.strip().casefold(),
    ):
        found = [match for match in found if likelier(match)] or found
    return [match.iri for match in found]
