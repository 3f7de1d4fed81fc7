"""What is said in each section of the page of a condition."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from ..conditions import Condition
from ..identifiers import short
from ..things import (
    CAUSES,
    CONTRIBUTES,
    MODIFIES,
    OTHERWISE,
    UNSTATED,
    Action,
    Alike,
    Associated,
    Counted,
    Stated,
    Thing,
)
from ..vocabulary import GRAPH
from ..words import counted, distinct
from . import rarity, symptoms
from .data import Section
from .wording import grounds, in_types, joined, named, sources, too_many

_LIKE = 0.05
"""Profiles that are less alike are not named."""

_ROLES = {
    CAUSES: "Stated to cause it:",
    CONTRIBUTES: "Stated to contribute to it:",
    MODIFIES: "Modifiers, which are stated to change its course, and not to cause it:",
    OTHERWISE: "Associated otherwise:",
    UNSTATED: "Genes with a known association, those that more records name first; no source here "
    "says that they cause it:",
}
"""What is said above the genes and other agents of each role."""

_ENDING = re.compile(r" (in|of)(?=$|,)")
"""What is left hanging of a kind without the condition: "Candidate gene tested in"."""

_LINKS = {
    "ORPHA": "https://www.orpha.net/en/disease/detail/",
    "GARD": "https://rarediseases.info.nih.gov/diseases/",
    "OMIM": "https://omim.org/entry/",
}
"""Where people can read on about a record, by its registry."""


def _what(condition: Condition, section: Section) -> None:
    definition = condition.definition
    if condition.deprecated:
        others = condition.replacements
        instead = "refers to:" if others else "names nothing in its place."
        section.say(f"This entry was withdrawn by its source, which {instead}", condition.source)
        section.list([named(other) for other in others], about=others)
    if definition.composed and not condition.deprecated:
        section.say(f"{definition.text} (Composed from the graph; no source defines it here.)")
        if sign := condition.sign:
            section.say(
                f"Of the sign of the same name, “{sign.label}”, the Human Phenotype Ontology says: "
                f"“{sign.text}” That is a definition of the sign, and not of this condition.",
                sign.source,
                about=sign,
            )
    elif not definition.composed:
        section.say(definition.text, definition.source)
    if condition.sites:
        section.say("Parts of the body:")
        for site, text, said_by in _by_thing(condition.sites):
            section.say(text, *said_by, depth=1, about=site)
    elif condition.sites_of_types:
        section.say("Parts of the body: none is stated of it as a whole. Of its narrower types:")
        sites = condition.sites_of_types
        section.list([in_types(thing) for thing in sites], about=sites)
    elif condition.large:
        section.say(f"Parts of the body: {too_many(condition)}")
    else:
        section.say("Parts of the body: none is stated.")


def _by_thing(stated: Iterable[Stated]) -> list[tuple[Thing, str, list[str]]]:
    """Return a line for each thing: how it is known, what is said of the condition itself first."""
    grouped: dict[str, list[Stated]] = {}
    for one in sorted(stated, key=lambda one: one.basis == "Inherited"):
        grouped.setdefault(one.label, []).append(one)
    lines: list[tuple[Thing, str, list[str]]] = []
    for label, ones in grouped.items():
        how = "; ".join(dict.fromkeys(_how(one) for one in ones))
        lines.append((ones[0], f"{label} ({how})", grounds(ones)))
    return lines


def _how(one: Stated) -> str:
    if one.basis == "Inherited" and one.ancestor:
        return f"taken over from {one.ancestor.label}"
    return {"Stated": "stated", "Curated": "curated", "Reported": "reported"}.get(
        one.basis, one.basis
    )


def _types(condition: Condition, section: Section) -> None:
    if condition.narrower:
        section.say(f"Narrower types ({condition.below:,} in all):", condition.source)
        shown = condition.narrower[: section.most(condition.narrower)]
        types = [_type(condition, narrower) for narrower in shown]
        section.list(types, len(condition.narrower), shown)
    else:
        section.say("Narrower types: none is stated.")
    if condition.broader:
        section.say("Broader types:", condition.source)
        section.list([named(thing) for thing in condition.broader], about=condition.broader)
    else:
        section.say("Broader types: none is stated.")


def _type(condition: Condition, narrower: Counted) -> str:
    """Return a narrower type with its first other names."""
    also = distinct(condition.other_names(narrower), narrower.label)[:3]
    below = f", {counted(narrower.count, 'type')} below it" if narrower.count else ""
    others = f", also {'; '.join(also)}" if also else ""
    return f"{narrower.label} ({narrower.curie}{below}){others}"


def _causes(condition: Condition, section: Section) -> None:
    for role, heading in _ROLES.items():
        if agents := [one for one in condition.associated if one.role == role]:
            section.say(heading, *sources(agents))
            section.list([_associated(one) for one in agents], about=agents)
    if inheritance := condition.inheritance:
        modes = joined(inheritance, "inheritance")
        section.say(f"Inheritance: {modes}", *sources(inheritance))
    if not condition.associated and condition.associated_of_types:
        section.say(
            "None is stated of it as a whole. Genes and agents associated with its narrower types:",
            GRAPH + "hpo-genes",
        )
        of_types = condition.associated_of_types
        section.list([in_types(thing, thing.curie) for thing in of_types], about=of_types)
    elif not condition.associated and condition.large:
        section.say(f"Genes and other agents: {too_many(condition)}")


def _associated(agent: Associated) -> str:
    """Return an agent with how it is associated, in the sources' words."""
    kinds = "; ".join(_ENDING.sub("", kind) for kind in agent.kinds)
    return named(agent) + (f": {kinds}" if kinds else "")


def _testing(condition: Condition, section: Section) -> None:
    if condition.tests:
        section.say("Its symptoms are observed through:", GRAPH + "maxo-diagnostics")
        section.list([f"{t.label}: {counted(t.count, 'symptom')}" for t in condition.tests])
    if criteria := [symptom for symptom in condition.symptoms if symptom.criterion]:
        section.say(
            "Held to be criteria of the diagnosis:",
            *dict.fromkeys(symptom.source for symptom in criteria),
        )
        section.list([symptom.label for symptom in criteria], about=criteria)
    genes = [agent for agent in condition.associated if _is_gene(agent)]
    if causing := [gene for gene in genes if gene.role == CAUSES]:
        section.say("A genetic test may look at what is stated to cause it:", *sources(causing))
        section.list([gene.label for gene in causing], about=causing)
    elif genes:
        section.say(
            "Genes are associated with it (see its causes); no source here says that they cause "
            "it, or that a test should look at them."
        )


def _is_gene(agent: Associated) -> bool:
    return agent.curie.startswith(("HGNC:", "NCBIGene:", "hgnc.symbol:"))


def _misdiagnosis(condition: Condition, section: Section) -> None:
    alike = [other for other in condition.look_alikes if other.likeness >= _LIKE][:5]
    if alike:
        section.say(
            "No misdiagnosis is stated. These conditions have the most similar symptoms; that is "
            "a likeness of profiles, not a record of misdiagnoses:",
            GRAPH + "hpoa",
        )
        section.list([_apart(condition, other) for other in alike], about=alike)


def _apart(condition: Condition, other: Alike) -> str:
    """Return how alike another condition is, and which symptoms speak for the one or the other."""
    told = f"{named(other)}: likeness {other.likeness:.0%}"
    for one, speaking in ((condition, other.here), (other, other.there)):
        if speaking:
            told += f"; for {one.label} speak: {', '.join(speaking)}"
    return told


def _treatment(condition: Condition, section: Section) -> None:
    for mined, heading in (
        (False, "According to curators who read the literature:"),
        (True, "Read out of abstracts by a machine, and not checked by people:"),
    ):
        actions = [action for action in condition.actions if action.mined == mined]
        if actions:
            section.say(heading, *dict.fromkeys(action.source for action in actions))
            section.list(list(dict.fromkeys(map(_does, actions))))


def _does(action: Action) -> str:
    """Return what an action does, to what, and who wrote so."""
    given = f" with {action.substance}" if action.substance else ""
    cited = ", ".join(short(iri) for iri in action.references)
    aim = action.symptom or "the condition itself"
    return f"{action.label}{given}: {action.relation} ({aim})" + (f"; {cited}" if cited else "")


def _doctors(condition: Condition, section: Section) -> None:
    for specialist, text, said_by in _by_thing(condition.specialists):
        section.say(text, *said_by, depth=1, about=specialist)


def _research(condition: Condition, section: Section) -> None:
    if condition.references:
        section.say("Publications cited by what is stated here:", GRAPH + "hpoa")
        section.list([short(iri) for iri in condition.references])
    links = [
        f"{code.curie}: {_LINKS[registry]}{local}"
        for code in condition.codes
        for registry, _, local in [code.curie.partition(":")]
        if registry in _LINKS
    ]
    if links:
        section.say("Read on:")
        section.list(list(dict.fromkeys(links)))


def _names(condition: Condition, section: Section) -> None:
    section.say(f"Main name: {named(condition)}", condition.source)
    if others := distinct(condition.names, condition.label):
        section.say("Other names:", *condition.name_sources)
        for name in others:
            section.say(name, depth=1)
    else:
        section.say("Other names: none is stated.")
    by_source: dict[str, list[str]] = {}
    for code in condition.codes:
        by_source.setdefault(code.source, []).append(code.curie)
    section.say("Codes in other registries:" if by_source else "Codes: none is stated.")
    for source, curies in by_source.items():
        section.say(", ".join(dict.fromkeys(curies)), source, depth=1)


SECTIONS: tuple[tuple[str, Callable[[Condition, Section], None]], ...] = (
    ("What is {}?", _what),
    ("Is {} rare?", rarity.fill),
    ("Types of {}", _types),
    ("What causes {}?", _causes),
    ("What are the symptoms of {}?", symptoms.fill),
    ("Testing for {}", _testing),
    ("What may {} be mistaken for?", _misdiagnosis),
    ("How is {} treated?", _treatment),
    ("Doctors and medical specialists for {}", _doctors),
    ("Research on {}", _research),
    ("Names and codes of {}", _names),
)
"""The headings of a page, in order, and what fills the section below each."""
