"""The symptoms of a condition, by how often they occur and by the body system."""

from __future__ import annotations

from itertools import groupby

from ..conditions import Condition
from ..identifiers import compress
from ..things import Symptom
from ..vocabulary import GRAPH
from .data import Section
from .wording import in_types, joined, sources, too_many

_MOST = 40
"""Of the symptoms of one frequency so many."""

_FREQUENCIES = (
    (0.8, "Very frequent (80% of those affected, or more)"),
    (0.3, "Frequent (30% to 79%)"),
    (0.05, "Occasional (5% to 29%)"),
    (0.0, "Very rare (less than 5%)"),
)
"""The least share of those affected, and what it is called."""


def fill(condition: Condition, section: Section) -> None:
    """Add the symptoms by how often they occur, those that are absent, the onset and the course."""
    present = [symptom for symptom in condition.symptoms if not symptom.excluded]
    absent = [symptom for symptom in condition.symptoms if symptom.excluded]
    for heading, group in _by_frequency(present):
        section.say(f"{heading}:", *dict.fromkeys(symptom.source for symptom in group))
        most = section.most(group, _MOST)
        shown = sorted(group[:most], key=lambda symptom: (not symptom.system, symptom.system))
        for system, symptoms in groupby(shown, key=lambda symptom: symptom.system):
            if system:
                section.say(f"{system[0].upper()}{system[1:]}:", depth=1)
            for symptom in symptoms:
                said = symptom.label + _how_often(symptom)
                section.say(said, depth=2 if system else 1, about=symptom)
        section.rest(len(group) - most)
    if absent:
        section.say("Stated to be absent:", *dict.fromkeys(symptom.source for symptom in absent))
        section.list([symptom.label for symptom in absent], about=absent)
    if onset := condition.onset:
        section.say(f"Age of onset: {joined(onset, 'onset')}", *sources(onset))
    if course := condition.course:
        section.say(f"Course, of some or all: {joined(course, 'course')}", *sources(course))
    if not present and condition.symptoms_of_types:
        section.say("None is stated of it as a whole. Of its narrower types:", GRAPH + "hpoa")
        of_types = condition.symptoms_of_types
        section.list([in_types(thing) for thing in of_types], about=of_types)
    elif not present and condition.large:
        section.say(f"Symptoms: {too_many(condition)}")


def _how_often(symptom: Symptom) -> str:
    """Return the number behind the frequency, and whose it is if one publication's.

    Nothing where the frequency is said by a class only, and both bounds where sources differ.
    """
    lower, upper = symptom.lower, symptom.upper
    if lower is None or upper is None:
        return ""
    if lower == upper:
        one = len(symptom.references) == 1 and compress(symptom.references[0])
        return f" ({_percent(lower)} in {one})" if one else f" ({_percent(lower)})"
    least = next(least for least, _ in _FREQUENCIES if upper >= least)
    return f" ({_percent(lower)} to {_percent(upper)}, sources differ)" if lower < least else ""


def _percent(share: float) -> str:
    """Return a share in percent, a small one with a decimal.

    >>> _percent(0.0172), _percent(0.4741)
    ('1.7%', '47%')
    """
    return f"{share:.1%}" if 0 < share < 0.1 else f"{share:.0%}"


def _by_frequency(symptoms: list[Symptom]) -> list[tuple[str, list[Symptom]]]:
    groups: dict[str, list[Symptom]] = {}
    for symptom in symptoms:
        share = symptom.upper
        heading = next(
            (name for least, name in _FREQUENCIES if share is not None and share >= least),
            "Frequency not stated",
        )
        groups.setdefault(heading, []).append(symptom)
    order = [name for _, name in _FREQUENCIES] + ["Frequency not stated"]
    return [(heading, groups[heading]) for heading in order if heading in groups]
