"""Who says that a condition is rare, and who that it is not."""

from __future__ import annotations

from ..conditions import Condition
from ..identifiers import short
from ..rarity import ENTRY
from ..things import Thing, Verdict
from ..vocabulary import GRAPH, ORPHANET
from .data import Section
from .wording import grounds


def fill(condition: Condition, section: Section) -> None:
    """Add what each authority says, which records do not count, and the published numbers."""
    by_authority: dict[Thing, list[Verdict]] = {}
    for verdict in condition.verdicts:
        by_authority.setdefault(verdict.authority, []).append(verdict)
    for authority, verdicts in by_authority.items():
        section.say(_says(authority, verdicts), *grounds(verdicts), about=authority)
        if criterion := verdicts[0].criterion:
            section.say(f"Its criterion: {criterion}", depth=1)
        for note in dict.fromkeys(v.note for v in verdicts if v.note):
            section.say(note, *grounds([v for v in verdicts if v.note == note]), depth=1)
    if not by_authority:
        said = "is counted here as stating" if condition.turned_away else "states"
        section.say(f"No authority {said} whether it is rare. Silence does not mean “not rare”.")
    for record in condition.turned_away:
        section.say(str(record), record.source, about=record.authority)
    if condition.prevalence:
        section.say("Published numbers of those affected:", GRAPH + "orphanet-prevalence")
        section.list(condition.prevalence)
    if condition.rarity_of_types:
        section.say(f"Narrower types that are said to be rare, of {condition.below:,} in all:")
        by = condition.rarity_of_types
        section.list([f"by {one.label}: {one.count:,}" for one in by], about=by)


def _says(authority: Thing, verdicts: list[Verdict]) -> str:
    """Return what an authority says, or is reported to say, in a sentence."""
    own = [verdict for verdict in verdicts if verdict.basis != "Reported"]
    said = own or verdicts
    records = dict.fromkeys(short(verdict.record) for verdict in said if verdict.record)
    known = f" ({', '.join(records)})" if records else ""
    reported = len(verdicts) > len(own)
    if not all(verdict.rare for verdict in said):
        says = "says" if own else "is reported to say"
        return f"{authority.label} {says} that it is not rare{known}."
    if not own:
        return f"{authority.label} is reported to list it as rare."
    also = ", and is reported to have listed it before" if reported else ""
    if all(verdict.basis == "Entry" for verdict in own):
        alone = f" {ENTRY}" if authority.iri == ORPHANET else ""
        return (
            f"{authority.label} has a record of it{known}{also}; that is likely, but not certain, "
            f"to be on its list of rare diseases, which is not in this graph.{alone}"
        )
    return f"{authority.label} lists it as rare{known}{also}."
