"""What a visitor said and answered: understood, kept in addresses, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from .. import symptoms
from ..alarms import Alarm
from ..errors import InvalidIdentifier, UnknownThing
from ..identifiers import short
from ..interview import Interview
from ..names import Match
from ..questions import ONSETS, Question
from ..store import Store
from . import links

_OFFERED = 6
"""So many findings are offered for words that are the name of none."""

Kept = list[tuple[str, str]]
"""Parameters of an address."""


def understood(
    store: Store, texts: dict[str, list[str]]
) -> tuple[dict[str, list[str]], list[tuple[str, str, list[Match]]]]:
    """Return the findings of each group by IRI; and what is none, its group, what it may mean."""
    known: dict[str, list[str]] = {group: [] for group in texts}
    unmet: list[tuple[str, str, list[Match]]] = []
    for group, some in texts.items():
        for text in some:
            try:
                known[group].append(symptoms.resolved(store, text))
            except (UnknownThing, InvalidIdentifier):
                unmet.append((group, text, symptoms.find(store, text, _OFFERED)))
    return known, unmet


def alarms(so_far: Interview, texts: Sequence[str]) -> list[Alarm]:
    """Return the alarms of what is present, and of the words that it is told in."""
    told = (alarm for text in texts for alarm in so_far.asker.alarms.said(text))
    return list({alarm.finding.iri: alarm for alarm in (*so_far.alarms, *told)}.values())


def kept(so_far: Interview) -> Kept:
    """Return an interview as the parameters of its address."""
    groups = {
        "said": so_far.said,
        "yes": so_far.present,
        "no": so_far.absent,
        "unknown": so_far.unknown,
    }
    found = [(group, short(iri)) for group, iris in groups.items() for iri in iris]
    found += [("onset", short(so_far.onset))] if so_far.onset else []
    found += [("family", so_far.family)] if so_far.family else []
    return found + ([("helped", "yes")] if so_far.helped else [])


def helped(page: str, parameters: Kept) -> str:
    """Return the address of a page for whom help is there already."""
    return f"{page}?" + urlencode([*parameters, ("helped", "yes")])


def given(so_far: Interview) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return what was said and answered: each with its page, and the address without it."""
    label = so_far.asker.store.arrays.label

    def without(left: Interview) -> str:
        return "/interview?" + urlencode(kept(left))

    groups = {
        "Said": so_far.said,
        "Yes": so_far.present,
        "No": so_far.absent,
        "Don’t know": so_far.unknown,
    }
    found = [
        (group, [(label(iri), links.path(iri), without(so_far.without(iri))) for iri in iris])
        for group, iris in groups.items()
    ]
    if so_far.onset:
        began = ONSETS.get(so_far.onset, "don’t know")
        found.append(("It began", [(began, "", without(so_far.without(onset=True)))]))
    if so_far.family:
        related = {"unknown": "don’t know"}.get(so_far.family, so_far.family)
        found.append(("In the family", [(related, "", without(so_far.without(family=True)))]))
    return [(heading, some) for heading, some in found if some]


def options(question: Question) -> Sequence[tuple[str, str, str]]:
    """Return the answers to a question, each as a parameter of the address and its words."""
    if question.finding is None:
        return [(question.about, short(key), words) for key, words in question.options]
    curie = short(question.finding.iri)
    return [(key, curie, words) for key, words in question.options]
