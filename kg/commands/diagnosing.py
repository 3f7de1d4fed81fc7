"""Commands that begin with what a patient has: symptoms, differential, ask, alike."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..terminal import (
    Talk,
    format_option,
    found_condition,
    graph_options,
    limit_option,
    open_store,
    output_option,
    volume_options,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..alarms import Alarm, Alarms
    from ..questions import Question
    from ..store import Store
    from ..things import Alike

# Those of `differential.METHODS`, which needs numpy: no other command is to import it.
_METHODS = ("likelihood", "phenomizer", "resnik", "lin", "jiang-conrath", "simgic")
_YN = click.Choice(["y", "n"])


@click.command()
@click.argument("text")
@limit_option(10)
@format_option("table", "tsv", "json")
@graph_options
@output_option
@volume_options
def symptoms(
    text: str, limit: int, format: str, directory: Path | None, output: Path | None
) -> None:
    """Find the terms of the Human Phenotype Ontology that plain words may mean.

    \b
    Examples:
      disease-kg symptoms "my eyelids keep closing"
      disease-kg symptoms "trouble swallowing" --format json
    """
    from .. import symptoms as plain
    from ..alarms import Alarms
    from ..names import to_table

    store = open_store(directory)
    found = plain.find(store, text, limit)
    _warn(store.once(Alarms).meant(text, found), set())
    write(to_table(found, format), output)
    if not found:
        click.echo(f"disease-kg: no symptom is described like {text!r}", err=True)
        sys.exit(1)


@click.command()
@click.argument("findings", nargs=-1, metavar="[FINDING]…")
@click.option("--absent", multiple=True, metavar="FINDING", help="What was looked for in vain.")
@click.option(
    "--phenopacket",
    "packet",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help='A GA4GH phenopacket with findings, "-" for standard input.',
)
@click.option(
    "--method", type=click.Choice(_METHODS), default="likelihood", show_default=True,
    help="How conditions are ranked.",
)  # fmt: skip
@click.option("--kind-of", "among", metavar="CONDITION", help="Kinds of this condition only.")
@click.option("--rare-by", "authority", metavar="AUTHORITY", help="What it lists as rare only.")
@click.option("--site", metavar="SITE", help="What is located there only.")
@click.option("--onset", metavar="AGE", help="What begins at this age only: an HPO term.")
@click.option("--inheritance", metavar="MODE", help="What is inherited like this: an HPO term.")
@click.option("--helped", is_flag=True, help="Help is there: rank what is alarming as well.")
@limit_option(10)
@format_option("text", "tsv", "json", "phenopacket")
@graph_options
@output_option
@volume_options
def differential(
    findings: tuple[str, ...],
    absent: tuple[str, ...],
    packet: Path | None,
    method: str,
    limit: int,
    format: str,
    directory: Path | None,
    output: Path | None,
    among: str | None,
    helped: bool,
    **facets: str | None,
) -> None:
    """Rank the conditions that FINDINGS speak for, by name or HPO identifier, with the reasons.

    The percentage is the condition's part of the likelihood of all conditions, each taken to be as
    frequent as any other; "x12" is how many times as likely a finding makes it. Where findings call
    for help at once, that is said in place of a ranking; formats for programs have both.

    \b
    Examples:
      disease-kg differential torticollis "hand tremor" --absent parkinsonism
      disease-kg differential HP:0000473 HP:0002378 --rare-by orphanet --format tsv
      disease-kg differential --phenopacket patient.json --method phenomizer
    """
    from .. import phenopackets
    from .. import symptoms as plain
    from ..alarms import Alarms
    from ..differential import Differential
    from ..ranking import to_text, to_tsv

    patient = phenopackets.Patient()
    if packet is not None:
        patient = (
            phenopackets.parse(sys.stdin.buffer.read())
            if str(packet) == "-"
            else phenopackets.read(packet)
        )
    store = open_store(directory)
    alarms, warned = store.once(Alarms), set[str]()
    urgent = _warn(_said(alarms, findings), warned)
    present = _known(store, patient.present)
    present += [plain.resolved(store, text) for text in findings]
    missing = _known(store, patient.absent)
    missing += [plain.resolved(store, text) for text in absent]
    if not present and not missing:
        raise click.UsageError("a FINDING, --absent or --phenopacket is needed")
    urgent |= _warn(alarms.of(present), warned)
    if urgent and format == "text" and not helped:
        click.echo("Help comes first: nothing is ranked. With --helped it is.", err=True)
        return
    ranking = Differential(store)
    candidates = ranking.rank(
        present, missing, method=method, among=_among(store, among, facets), limit=limit
    )
    if format == "json":
        ranked = [candidate.as_dict() for candidate in candidates]
        write(json.dumps(ranked, indent=2, ensure_ascii=False) + "\n", output)
    elif format == "tsv":
        write(to_tsv(candidates), output)
    elif format == "phenopacket":
        told = phenopackets.Patient(
            patient.id, phenopackets.curies(present), phenopackets.curies(missing)
        )
        labels = {curie: store.arrays.label(iri) for curie, iri in _by_curie(present + missing)}
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        write(phenopackets.written(told, candidates, labels, now), output)
    else:
        Talk.say(f"{ranking.scope}\n")
        write(to_text(candidates) + _not_ranked(store, present), output)
    _disclaim()
    if not candidates:
        click.echo("disease-kg: no condition with symptoms is left", err=True)
        sys.exit(1)


def _known(store: Store, findings: tuple[str, ...]) -> list[str]:
    """Return the findings of a phenopacket that the graph has; say which it has not."""
    from .. import symptoms as plain
    from ..errors import InvalidIdentifier, UnknownThing

    known, unknown = [], []
    for text in findings:
        try:
            known.append(plain.resolved(store, text))
        except (UnknownThing, InvalidIdentifier):
            unknown.append(text)
    if unknown:
        some = ", ".join(unknown[:5]) + (", …" if len(unknown) > 5 else "")
        Talk.say(f"{len(unknown):,} findings that the graph does not have are left out: {some}")
    return known


def _by_curie(iris: list[str]) -> list[tuple[str, str]]:
    from ..identifiers import short

    return [(short(iri), iri) for iri in iris]


def _among(store: Store, among: str | None, facets: dict[str, str | None]) -> frozenset[str] | None:
    """Return the conditions that meet the demands, None where there are none."""
    from ..api import DiseaseKG

    demands = {name: text for name, text in facets.items() if text is not None}
    if among is None and not demands:
        return None
    return frozenset(iri for iri, _ in DiseaseKG(store).find(among, **demands))


@click.command()
@click.argument("findings", nargs=-1, metavar="[FINDING]…")
@click.option("--most", type=click.IntRange(1), default=15, show_default=True, help="Questions.")
@limit_option(5)
@graph_options
@volume_options
def ask(findings: tuple[str, ...], most: int, limit: int, directory: Path | None) -> None:
    """Ask what a doctor would ask, beginning with FINDINGS: names, identifiers or plain words.

    Answer y, n or d (don't know); q ends the questions. Nothing that is typed leaves the machine.

    \b
    Examples:
      disease-kg ask "my neck twists to one side"
      disease-kg ask torticollis tremor --most 8
    """
    from ..asker import Asker
    from ..interview import Interview
    from ..ranking import to_text

    store = open_store(directory)
    asker, warned = Asker(store), set[str]()
    texts = findings or (click.prompt("What is the matter?"),)
    if not _goes_on(_said(asker.alarms, texts), warned):
        return
    said = [_meant(store, text) for text in texts]
    interview = Interview(asker, tuple(iri for iri in said if iri))
    while _goes_on(interview.alarms, warned):
        question = interview.question()
        if question is None:
            click.echo(f"\n{interview.end}")
            break
        if interview.answers >= most:
            break
        answer = _answer(question)
        if answer is None:
            break
        interview = interview.answered(question, answer)
    else:
        return
    click.echo(f"\nWhat the answers speak for:\n\n{interview.asker.differential.scope}\n")
    click.echo(to_text(interview.candidates(limit)), nl=False)
    click.echo(_not_ranked(store, interview.known), nl=False)
    if not interview.candidates(1):
        click.echo("Nothing: nothing was said, so nothing can be concluded.")
        _disclaim()
        return
    if tests := interview.tests():
        click.echo("\nWhat would tell them apart: " + ", ".join(map(str, tests)) + ".")
    if doctors := interview.specialists():
        click.echo("Whom to see: " + ", ".join(map(str, doctors)) + ".")
    _disclaim()


def _not_ranked(store: Store, findings: Iterable[str]) -> str:
    """Return a sentence on the conditions that have the name of a finding, "" without any."""
    from ..namesakes import WHY, namesakes

    found = ", ".join(f"{thing} ({thing.curie})" for thing in namesakes(store, findings))
    return f"\n{WHY}: {found}.\n" if found else ""


def _said(alarms: Alarms, texts: Iterable[str]) -> list[Alarm]:
    """Return the alarms of what is said in plain words, text by text."""
    return [alarm for text in texts for alarm in alarms.said(text)]


def _goes_on(alarms: Iterable[Alarm], warned: set[str]) -> bool:
    """Warn, and return whether to go on: where help comes first, only if it is there."""
    if not _warn(alarms, warned):
        return True
    return _prompt("Help comes first. Is it there, or is this long past? y or n", _YN) == "y"


def _meant(store: Store, text: str) -> str | None:
    """Return the phenotype that words mean: their own, or one that the person chooses."""
    from .. import symptoms as plain
    from ..errors import UnknownThing

    try:
        return plain.resolved(store, text)
    except UnknownThing as error:
        found = plain.find(store, text, 6)
        if not found:
            raise error
    click.echo(f"What does {text!r} come nearest to?")
    for number, match in enumerate(found, 1):
        also = "" if match.matched == match.label else f" ({match.matched})"
        click.echo(f"  {number}. {match.label}{also}")
    choice = _prompt("A number, or 0 for none", click.IntRange(0, len(found)))
    return found[int(choice) - 1].iri if choice and int(choice) else None


def _prompt(text: str, type: click.ParamType[Any]) -> str | None:
    """Return what the person types, None at the end of the input."""
    try:
        return str(click.prompt(text, type=type, show_choices=False))
    except click.Abort:
        click.echo()
        return None


def _answer(question: Question) -> str | None:
    """Return the chosen answer, None for no more questions."""
    click.echo(f"\n{question.text}\n  {question.why}")
    if question.about == "onset":
        for number, (_, words) in enumerate(question.options, 1):
            click.echo(f"  {number}. {words}")
        choice = _prompt("A number, or 0 to end", click.IntRange(0, len(question.options)))
        return question.options[int(choice) - 1][0] if choice and int(choice) else None
    choice = _prompt("y, n, d or q", click.Choice(["y", "n", "d", "q"]))
    return {"y": "yes", "n": "no", "d": "unknown"}.get((choice or "q").lower())


def _warn(alarms: Iterable[Alarm], warned: set[str]) -> bool:
    """Say of what was not `warned` yet; return whether help comes first with any of it."""
    from ..alarms import come_first

    new = {alarm.finding.iri: alarm for alarm in alarms if alarm.finding.iri not in warned}
    warned.update(new)
    for alarm in new.values():
        click.secho(f"{alarm} ({', '.join(alarm.sources)})", err=True, bold=True)
    return come_first(new.values())


def _disclaim() -> None:
    from ..pages import DISCLAIMER

    Talk.say("\n" + DISCLAIMER.replace("This page is", "This is"))


@click.command()
@click.argument("condition")
@limit_option(10)
@format_option("table", "tsv", "json")
@graph_options
@output_option
@volume_options
def alike(
    condition: str, limit: int, format: str, directory: Path | None, output: Path | None
) -> None:
    """Show the conditions whose symptoms are most like a CONDITION's, and what tells them apart.

    A likeness of profiles, not a record of misdiagnoses.

    \b
    Examples:
      disease-kg alike "Marfan syndrome"
      disease-kg alike "torsion dystonia 6" --format json
    """
    from ..similarity import look_alikes

    store, iri = found_condition(directory, condition)
    found = look_alikes(store, iri, limit)
    if format == "json":
        write(json.dumps([asdict(o) for o in found], indent=2, ensure_ascii=False) + "\n", output)
    elif format == "tsv":
        rows = [("id", "label", "likeness", "here", "there")]
        rows += [
            (o.curie, o.label, f"{o.likeness:.4f}", "; ".join(o.here), "; ".join(o.there))
            for o in found
        ]
        write("".join("\t".join(row) + "\n" for row in rows), output)
    else:
        write("".join(_compared(other) for other in found), output)
    if not found:
        click.echo(f"disease-kg: no symptom is stated of {condition!r}", err=True)
        sys.exit(1)


def _compared(other: Alike) -> str:
    return (
        f"{other.likeness:5.0%}  {other.label} ({other.curie})\n"
        f"       here:  {', '.join(other.here) or 'nothing'}\n"
        f"       there: {', '.join(other.there) or 'nothing'}\n"
    )
