"""What the pages show, as plain values for programs: the API and the tools for language models."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from .. import facets
from .. import symptoms as plain
from ..alarms import Alarms
from ..arrays import FACETS
from ..asker import Asker
from ..conditions import Condition
from ..errors import UnknownThing
from ..hierarchy import Hierarchy
from ..identifiers import expand, short, try_parse_curie
from ..interview import Interview
from ..names import Match
from ..namesakes import namesakes
from ..pages import DISCLAIMER
from ..questions import ONSETS
from ..rarity import Evidence
from ..resolve import resolve
from ..search import search as find
from ..store import Store
from ..things import Thing
from . import links

_CONDITIONS = {"Condition": "condition", "DeprecatedCondition": "condition"}


def page_of(match: Match) -> str:
    """Return the address of a match's page, of a gene that of its conditions, "" for none."""
    if match.kind == "Gene":
        return "/conditions?" + urlencode({"cause": short(match.iri)})
    return links.path(match.iri, _CONDITIONS.get(match.kind, ""))


def search(store: Store, text: str, limit: int) -> list[dict[str, Any]]:
    """Return things by name: whole words, beginnings, small misspellings."""
    return [
        {
            "id": short(match.iri),
            "kind": match.kind,
            "label": match.label,
            "matched": match.matched,
            "score": match.score,
            "page": page_of(match),
        }
        for match in find(store, text, None, limit)
    ]


def condition(store: Store, name: str) -> dict[str, Any]:
    """Return everything that is known of a condition, by name or identifier."""
    return about(Condition.find(store, name))


def about(condition: Condition) -> dict[str, Any]:
    """Return everything that is known of a condition."""
    return {**condition.as_dict(), "disclaimer": DISCLAIMER}


def tree(store: Store, name: str) -> dict[str, Any]:
    """Return the direct broader and narrower types of a condition, with how many are below."""
    iri = str(resolve(store, name, "condition").value)
    hierarchy, taxonomy = Hierarchy.of(store), store.arrays.taxonomy("condition")
    if iri not in taxonomy.numbers:
        raise UnknownThing(name)
    number = taxonomy.numbers[iri]

    def told(other: int) -> dict[str, Any]:
        one = taxonomy.iris[other]
        return {
            "id": short(one),
            "label": hierarchy.label(one),
            "below": taxonomy.below.count(other),
            "page": links.path(one, "condition"),
        }

    return {
        **told(number),
        "broader": [told(other) for other in taxonomy.parents[number]],
        "narrower": [told(other) for other in taxonomy.children[number]],
    }


def rarity(store: Store, name: str) -> dict[str, Any]:
    """Return what each authority says of a condition's rarity, and the published numbers."""
    evidence = Evidence.of(store, str(resolve(store, name, "condition").value))
    said: dict[str, Any] = json.loads(evidence.to_json())
    return {**said, "disclaimer": DISCLAIMER}


def conditions(store: Store, demands: dict[str, str]) -> list[tuple[str, str]]:
    """Return IRI and name of the conditions that meet demands, which are names or identifiers.

    Their names are "among" and those of `arrays.FACETS`; an empty one demands nothing.
    """
    iris = {}
    for name, text in demands.items():
        if text:
            kind = "condition" if name == "among" else FACETS[name]
            kind = "gene" if kind == "agent" else kind
            iris[name] = str(resolve(store, text, kind).value)
    return facets.conditions(store, **iris)


def symptoms(store: Store, text: str, limit: int) -> list[dict[str, Any]]:
    """Return the phenotypes that plain words may mean, likeliest first, each with its alarms."""
    alarms = store.once(Alarms)
    return [
        {
            "id": short(match.iri),
            "label": match.label,
            "matched": match.matched,
            "score": match.score,
            "alarms": [asdict(alarm) for alarm in alarms.of([match.iri])],
        }
        for match in plain.find(store, text, limit)
    ]


def differential(
    asker: Asker,
    present: list[str],
    absent: list[str],
    method: str,
    limit: int,
    helped: bool = False,
) -> dict[str, Any]:
    """Return the conditions that findings, by name or identifier, speak for, with the reasons.

    None where help comes first, unless it is there already.
    """
    yes, no = ([plain.resolved(asker.store, text) for text in some] for some in (present, absent))
    so_far = Interview(asker, tuple(yes), helped=helped)
    found = asker.differential.rank(yes, no, method=method, limit=limit)
    return {
        "candidates": [] if so_far.urgent else [candidate.as_dict() for candidate in found],
        "namesakes": [] if so_far.urgent else _things(namesakes(asker.store, yes)),
        "scope": asker.differential.scope,
        "alarms": [asdict(alarm) for alarm in so_far.alarms],
        "urgent": so_far.urgent,
        "disclaimer": DISCLAIMER,
    }


def interview(
    asker: Asker,
    said: list[str],
    yes: list[str],
    no: list[str],
    unknown: list[str],
    onset: str = "",
    family: str = "",
    helped: bool = False,
) -> Interview:
    """Return an interview as it stands after answers about findings, by name or identifier.

    An onset or a word about the family that is no answer is taken for none.
    """

    def meant(texts: list[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(plain.resolved(asker.store, text) for text in texts))

    begin = expand(onset) if try_parse_curie(onset) else onset
    return Interview(
        asker,
        meant(said),
        meant(yes),
        meant(no),
        meant(unknown),
        onset=begin if begin in {*ONSETS, "unknown"} else "",
        family=family if family in ("yes", "no", "unknown") else "",
        helped=helped,
    )


def next_question(interview: Interview, limit: int) -> dict[str, Any]:
    """Return what to ask next, and what the answers so far speak for.

    Neither where help comes first.
    """
    urgent = interview.urgent
    question = None if urgent else interview.question()
    candidates = [] if urgent else interview.candidates(limit)
    return {
        "question": question and asdict(question),
        "end": "" if urgent or question else interview.end,
        "scope": interview.asker.differential.scope,
        "candidates": [candidate.as_dict() for candidate in candidates],
        "namesakes": [] if urgent else _things(namesakes(interview.asker.store, interview.known)),
        "tests": [] if urgent else _things(interview.tests()),
        "specialists": [] if urgent else _things(interview.specialists()),
        "alarms": [asdict(alarm) for alarm in interview.alarms],
        "urgent": urgent,
        "disclaimer": DISCLAIMER,
    }


def listed(found: list[tuple[str, str]]) -> list[dict[str, str]]:
    """Return conditions as objects of an identifier and a name."""
    return [{"id": short(iri), "label": label} for iri, label in found]


def _things(things: Iterable[Thing]) -> list[dict[str, Any]]:
    return [asdict(thing) for thing in things]
