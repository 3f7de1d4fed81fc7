"""From symptoms to conditions: what plain words may mean, an interview, a diagnosis."""

from __future__ import annotations

from collections.abc import Sequence

from ... import symptoms
from ...identifiers import short
from ...interview import ENOUGH
from ...namesakes import WHY, namesakes
from ...ranking import told, unsaid
from ...things import Thing
from .. import answers, said
from ..site import Site


def meant(site: Site, text: str) -> str:
    """Return the symptoms that plain words may mean, to go on from."""
    found = symptoms.find(site.store, text, 12)
    alarms = site.alarms.meant(text, found)
    return site.render("meant.html", text=text, found=found, alarms=alarms)


def diagnosis(site: Site, present: list[str], absent: list[str], helped: bool = False) -> str:
    """Return the conditions that findings speak for, with the reasons."""
    given, unmet = said.understood(site.store, {"present": present, "absent": absent})
    so_far = answers.interview(site.asker, given["present"], [], given["absent"], [], helped=helped)
    begun = bool(so_far.said or so_far.absent) and not so_far.urgent
    candidates = site.asker.differential.rank(so_far.said, so_far.absent, limit=20) if begun else []
    kept = [("present", short(iri)) for iri in so_far.said]
    kept += [("absent", short(iri)) for iri in so_far.absent]
    kept += [("helped", "yes")] if helped else []
    return site.render(
        "diagnosis.html",
        present=_things(site, so_far.said),
        absent=_things(site, so_far.absent),
        unmet=unmet,
        kept_all=kept,
        candidates=candidates,
        namesakes=namesakes(site.store, so_far.said) if begun else [],
        why_not_ranked=WHY,
        scope=site.asker.differential.scope,
        told=told,
        unsaid=unsaid,
        alarms=said.alarms(so_far, present),
        helped=helped,
        helped_address=said.helped("/diagnosis", kept) if so_far.urgent else "",
        specialists=so_far.specialists() if candidates else [],
    )


def interview(
    site: Site, texts: dict[str, list[str]], onset: str, family: str, helped: bool = False
) -> str:
    """Return the next question of an interview, and what the answers speak for.

    `texts` are the findings by name or identifier: "said", and answered "yes", "no", "unknown".
    """
    given, unmet = said.understood(site.store, texts)
    so_far = answers.interview(site.asker, **given, onset=onset, family=family, helped=helped)
    begun = bool(so_far.known) and not so_far.urgent
    question = so_far.question() if begun else None
    kept = said.kept(so_far)
    return site.render(
        "interview.html",
        unmet=unmet,
        kept=kept,
        question=question,
        asked="" if question is None else said.options(question),
        number=so_far.answers + 1,
        enough=ENOUGH,
        end=so_far.end,
        given=said.given(so_far),
        candidates=so_far.candidates(8) if begun else [],
        namesakes=namesakes(site.store, so_far.known) if begun else [],
        why_not_ranked=WHY,
        scope=site.asker.differential.scope,
        told=told,
        unsaid=unsaid,
        alarms=said.alarms(so_far, texts["said"]),
        helped_address=said.helped("/interview", kept) if so_far.urgent else "",
        tests=so_far.tests() if begun else [],
        specialists=so_far.specialists() if begun else [],
    )


def _things(site: Site, iris: Sequence[str]) -> list[Thing]:
    return [Thing(iri, site.store.arrays.label(iri)) for iri in iris]
