"""Ranked conditions, each with what every finding says for or against it: as data, and as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from html import escape
from math import exp
from typing import Any

from .things import Thing

_LEAST_SHOWN = 0.01
"""A smaller share of the likelihood is not shown to people."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one finding says for or against a condition.

    It meets the condition's `symptom`, which a `share` of the affected have (None where no source
    says how many), through what both are kinds of. `weight` is the natural logarithm of the
    likelihood ratio: above 0 it speaks for the condition.
    """

    finding: Thing
    present: bool
    symptom: Thing | None
    common: Thing | None
    share: float | None
    weight: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A condition, its score by the method, and why it has it.

    `unmentioned` are symptoms of it that nothing was said of, those that count most first,
    `others` is how many more there are, and `silence` is what all of them weigh. The score of the
    likelihood is that and the weights of the evidence together. `share` is its part of the
    likelihood of all conditions, each taken to be as frequent as any other; None for a method that
    is no likelihood. `tied` says that other conditions have the same score.
    """

    condition: Thing
    rank: int
    score: float
    share: float | None
    evidence: tuple[Evidence, ...]
    unmentioned: tuple[Thing, ...] = ()
    others: int = 0
    silence: float = 0.0
    tied: bool = False

    @property
    def percentage(self) -> str:
        """The share in words, "" where it tells nothing: below a hundredth, or among equals."""
        if self.share is None or self.share < _LEAST_SHOWN or self.tied:
            return ""
        return f"{self.share:.0%}"

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


class Ranking(list[Candidate]):
    """Candidates, best first, that print with the reasons and show themselves in a notebook."""

    def __str__(self) -> str:
        return to_text(self)

    def _repr_html_(self) -> str:
        """Return a table for a notebook."""
        rows = (
            f"<tr><td>{one.rank}</td><td>{escape(one.condition.label)} "
            f"<small>{escape(one.condition.curie)}</small></td><td>{_score(one)}</td>"
            f"<td>{'<br>'.join(map(escape, [*map(told, one.evidence), *unsaid(one)]))}</td></tr>"
            for one in self
        )
        return f"<table>{''.join(rows)}</table>"


def to_text(candidates: Sequence[Candidate]) -> str:
    """Return candidates for people: each with the findings that speak for and against it."""
    out = []
    for candidate in candidates:
        named = f"{candidate.condition} ({candidate.condition.curie})"
        out.append(f"{candidate.rank:>3}. {named} {_score(candidate)}".rstrip())
        out += [f"     {told(evidence)}" for evidence in candidate.evidence]
        out += [f"     {silence}" for silence in unsaid(candidate)]
    return "".join(line + "\n" for line in out)


def unsaid(candidate: Candidate) -> list[str]:
    """Return in words which symptoms of a candidate nothing is said of, [] for none."""
    if not candidate.unmentioned:
        return []
    named = ", ".join(map(str, candidate.unmentioned)) + (", …" if candidate.others else "")
    return [f"- nothing is said of {named} (x{exp(candidate.silence):.3g} in all)"]


def _score(candidate: Candidate) -> str:
    return f"{candidate.score:.2f}" if candidate.share is None else candidate.percentage


def told(evidence: Evidence) -> str:
    """Return in words one finding, how many times as likely it makes the condition, and why."""
    sign = "+" if evidence.weight > 0 else "-" if evidence.weight < 0 else "="
    name = str(evidence.finding) if evidence.present else f"no {evidence.finding}"
    text = f"{sign} {name} (x{exp(evidence.weight):.3g})"
    if evidence.symptom is None:
        return text + ": not stated of it"
    share = "" if evidence.share is None else f" in {evidence.share:.0%}"
    if evidence.symptom == evidence.finding:
        return f"{text}: it has that{share}"
    text += f": it has {evidence.symptom}{share}"
    if evidence.common not in (evidence.symptom, evidence.finding):
        text += f"; both are {evidence.common}"
    return text


def to_tsv(candidates: Sequence[Candidate]) -> str:
    """Return candidates as a table: rank, identifier, name, score, share of the likelihood."""
    rows = [("rank", "id", "label", "score", "share")]
    rows += [
        (
            str(candidate.rank),
            candidate.condition.curie,
            candidate.condition.label,
            f"{candidate.score:.4f}",
            "" if candidate.share is None else f"{candidate.share:.6f}",
        )
        for candidate in candidates
    ]
    return "".join("\t".join(row) + "\n" for row in rows)
