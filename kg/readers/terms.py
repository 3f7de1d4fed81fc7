"""What the ontology formats share: which relation means what, in every spelling of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ..identifiers import try_parse_curie
from ..records import Mapping, Scope, Skipped, Tag, Term
from ..vocabulary import SKOS

_OBO = "http://purl.obolibrary.org/obo/"

PART_OF = frozenset({"BFO:0000050", "part_of", _OBO + "BFO_0000050"})
"""Part of."""

SITES = frozenset(
    {
        "RO:0004026",
        "disease_has_location",
        _OBO + "RO_0004026",
        "RO:0004027",
        "disease_has_inflammation_site",
        _OBO + "RO_0004027",
    }
)
"""Disease has location; disease has inflammation site."""

MATERIAL_BASIS = frozenset(
    {
        "RO:0004019",
        "has_material_basis_in",
        _OBO + "RO_0004019",
        _OBO + "IDO_0000664",
        _OBO + "doid#has_material_basis_in",
    }
)
"""Has material basis in: what brings a disease about."""

_SCOPES: dict[str, Scope] = {
    "EXACT": "exact",
    "BROAD": "broad",
    "NARROW": "narrow",
    "RELATED": "related",
    "hasExactSynonym": "exact",
    "hasBroadSynonym": "broad",
    "hasNarrowSynonym": "narrow",
    "hasRelatedSynonym": "related",
}

_PREDICATES = {
    "MONDO:equivalentTo": SKOS.exactMatch,
    "MONDO:closeMatch": SKOS.closeMatch,
    "MONDO:mondoIsNarrowerThanSource": SKOS.broadMatch,
    "MONDO:mondoIsBroaderThanSource": SKOS.narrowMatch,
    "MONDO:relatedTo": SKOS.relatedMatch,
}
"""Mondo says in a cross-reference's source what it means; an obsolete target is no match."""


FREQUENCIES = {
    "HP:0040280": ("1", "1"),
    "HP:0040281": ("0.8", "0.99"),
    "HP:0040282": ("0.3", "0.79"),
    "HP:0040283": ("0.05", "0.29"),
    "HP:0040284": ("0.01", "0.04"),
    "HP:0040285": ("0", "0"),
}
"""HPO's frequency terms and the shares of patients, 0 to 1, that their definitions give."""

_OBSOLETE = frozenset(
    {"MONDO:equivalentObsolete", "MONDO:obsoleteEquivalent", "MONDO:obsoleteEquivalentObsolete"}
)


def is_lay(type: str) -> bool:
    """Return whether a type of synonyms, in any spelling, is HPO's "layperson"."""
    return type.endswith("layperson")


def scope_of(word: str) -> Scope:
    """Return how near a synonym is, from the format's word for it; an unknown word is related."""
    return _SCOPES.get(word, "related")


def predicate_of_source(sources: Iterable[str]) -> str:
    """Return the SKOS mapping property that a cross-reference's sources say.

    "" says that it is to or from an obsolete record; `checked` leaves it out.
    """
    said = list(sources)
    if any(source in _OBSOLETE for source in said):
        return ""
    return next((_PREDICATES[s] for s in said if s in _PREDICATES), SKOS.mappingRelation)


def checked(term: Term) -> Iterator[Term | Skipped]:
    """Yield the term with canonical identifiers, before it a Skipped for each that is none."""
    bad: list[str] = []

    def canonical(identifiers: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(filter(None, (one(each) for each in identifiers))))

    def one(identifier: str) -> str | None:
        curie = try_parse_curie(identifier)
        if curie is None:
            bad.append(identifier)
        return curie

    id = one(term.id)
    if id is None:
        yield Skipped(term.id, "an identifier of no registry")
        return
    good = term._replace(
        id=id,
        parents=canonical(term.parents),
        part_of=canonical(term.part_of),
        sites=canonical(term.sites),
        parent_sources=tuple(
            (parent, try_parse_curie(source) or source)
            for spelled, source in term.parent_sources
            if (parent := try_parse_curie(spelled))
        ),
        alternatives=canonical(term.alternatives),
        replaced_by=canonical(term.replaced_by),
        consider=canonical(term.consider),
        tags=tuple(
            Tag(t.subset, tuple(dict.fromkeys(try_parse_curie(s) or s for s in t.sources)))
            for t in term.tags
        ),
        mappings=tuple(Mapping(id, *pair) for pair in sorted(_relations(term.mappings, one))),
    )
    for mapping in term.mappings:
        if not mapping.predicate:
            yield Skipped(f"{id} {mapping.object}", "a match of an obsolete record")
    for identifier in bad:
        yield Skipped(f"{id} {identifier}", "refers to an identifier of no registry")
    yield good


def _relations(
    mappings: Iterable[Mapping], canonical: Callable[[str], str | None]
) -> set[tuple[str, str]]:
    """Return (predicate, target) pairs; a bare relation is left out where another says more."""
    pairs = {
        (m.predicate, target) for m in mappings if m.predicate and (target := canonical(m.object))
    }
    said = {target for predicate, target in pairs if predicate != SKOS.mappingRelation}
    return {pair for pair in pairs if pair[0] != SKOS.mappingRelation or pair[1] not in said}
