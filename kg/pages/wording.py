"""What the sections of a page have in common: how things are named, counted and cited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..conditions import Condition
from ..things import Counted, Stated, Thing, Told, Verdict
from ..words import counted


def named(thing: Thing | Condition) -> str:
    """Return the name with the identifier, which may be all that there is."""
    return thing.label if thing.label == thing.curie else f"{thing.label} ({thing.curie})"


def joined(things: Sequence[Thing], kind: str) -> str:
    """Return names without the word that they have in common with the heading."""
    return ", ".join(thing.label.removesuffix(f" {kind}") for thing in things)


def in_types(thing: Counted, curie: str = "") -> str:
    """Return a thing with the number of narrower types that have it."""
    known = f" ({curie})" if curie else ""
    return f"{thing.label}{known}: in {counted(thing.count, 'type')}"


def too_many(condition: Condition) -> str:
    """Return why nothing is said of the narrower types of a large group."""
    return (
        "none is stated of it as a whole, and its "
        f"{condition.below:,} narrower types are too many to sum up here."
    )


def sources(things: Iterable[Told]) -> list[str]:
    """Return the graphs that say any of the things."""
    return list(dict.fromkeys(source for thing in things for source in thing.sources))


def grounds(ones: Iterable[Stated | Verdict]) -> list[str]:
    """Return what to cite: the page of what is reported, else the graph that says it."""
    cited = (o.reference if o.basis == "Reported" and o.reference else o.source for o in ones)
    return list(dict.fromkeys(cited))
