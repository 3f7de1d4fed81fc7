"""Which conditions are written: those of a branch, of a rarity authority's, of a list of yours.

Demands are combined: what meets all of them is chosen. Several authorities are one demand, that
any of them lists the condition as rare.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from .diff import identifiers_of
from .errors import InvalidIdentifier, NoneChosen, NotFound, UnknownIdentifiers
from .identifiers import expand, try_parse_curie
from .resolve import resolve
from .store import Store


def chosen(
    store: Store,
    branch: str | None = None,
    rare_by: Collection[str] = (),
    ids: Collection[str] | None = None,
) -> frozenset[str] | None:
    """Return the IRIs of the conditions that meet every demand, None where nothing is demanded.

    `branch` is a condition, which belongs to its own branch, `rare_by` are authorities, `ids` are
    conditions, of which withdrawn ones may be some; all are IRIs. Raises NoneChosen.
    """
    demands: list[frozenset[str]] = []
    if branch is not None:
        demands.append(_below(store, branch))
    if rare_by:
        demands.append(_listed(store, rare_by))
    if ids is not None:
        demands.append(frozenset(ids))
    if not demands:
        return None
    found = frozenset.intersection(*demands)
    if not found:
        raise NoneChosen()
    return found


def _below(store: Store, branch: str) -> frozenset[str]:
    taxonomy = store.arrays.taxonomy("condition")
    number = taxonomy.numbers.get(branch)
    below = () if number is None else taxonomy.below[number]
    return frozenset({branch, *(taxonomy.iris[n] for n in below)})


def _listed(store: Store, authorities: Iterable[str]) -> frozenset[str]:
    listed, conditions = store.arrays.facet("authority"), store.arrays.taxonomy("condition")
    numbers = (listed.things.numbers.get(authority) for authority in authorities)
    return frozenset(conditions.iris[n] for a in numbers if a is not None for n in listed.stated[a])


def identified(store: Store, path: Path) -> tuple[set[str], UnknownIdentifiers | None]:
    """Return the conditions that a file lists, and the error for what is none, if there is any.

    The file has one a line, in any spelling, or is a CSV or TSV with them in its column "id" or
    its first; what begins with "#" is a remark; "-" is standard input. A record stands for the
    condition that it is of, a withdrawn condition for the one that replaces it. Raises
    DiseaseKGError for a file that cannot be read, and UnknownIdentifiers where no line is a
    condition.
    """
    texts = [text for text in identifiers_of(path) if text and not text.startswith("#")]
    live = store.arrays.taxonomy("condition").numbers
    found: set[str] = set()
    unknown: dict[str, str] = {}
    for text in dict.fromkeys(texts):
        try:
            iri = expand(text) if try_parse_curie(text) else ""
            found.add(iri if iri in live else str(resolve(store, text, "condition").value))
        except (NotFound, InvalidIdentifier) as error:
            unknown[text] = str(error)
    if len(texts) > 1 and _is_head(texts[0], texts[1]):
        unknown.pop(texts[0], None)
    name = "standard input" if path == Path("-") else str(path)
    problem = UnknownIdentifiers(name, unknown, len(found)) if unknown else None
    if problem and not found:
        raise problem
    return found, problem


def _is_head(first: str, second: str) -> bool:
    """Return whether the first line of a list, where it is no condition, names its column."""
    return try_parse_curie(first) is None and try_parse_curie(second) is not None
