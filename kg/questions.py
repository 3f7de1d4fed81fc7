"""The questions of an interview, in words: about a finding, the age of onset, the family."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from . import resources
from .identifiers import expand
from .store import Store
from .things import Thing
from .vocabulary import DKG

ONSETS = {
    expand(curie): words
    for curie, words in {
        "HP:0030674": "before birth",
        "HP:0003577": "at birth",
        "HP:0003623": "in the first four weeks",
        "HP:0003593": "in the first year",
        "HP:0011463": "between one and five years",
        "HP:0003621": "between five and fifteen years",
        "HP:0003581": "later, as an adult",
    }.items()
}
"""HPO's ages of onset that can be answered, in words."""

_YES_NO = (("yes", "yes"), ("no", "no"), ("unknown", "don't know"))

_BY_TEST = ("found by", "seen in", "test of")
"""The words to ask about what only a test shows."""

_NOBODY_SAYS = re.compile(
    r"retard|intelligen|slowness|harelip|deform|dwarf|lazy|/|^(tired|sleepy|dead)$|"
    r"^(lacks?|has|have|is|are|does|do|cannot|cant|can|unable|not)\b",
    re.IGNORECASE,
)
"""Lay terms that offend, or that are no words for a thing: the name of the phenotype is used."""

_ONE = ("diabetes", "rickets", "ascites", "herpes", "measles", "mumps", "shingles", "caries")
"""Words that end like several, and are one."""

_ASPECTS = {
    "side": ("unilateral", "bilateral", "asymmetric", "symmetric"),
    "place": ("proximal", "distal", "limb", "facial", "cervical", "axial", "upper", "lower"),
    "spreading": ("generalized", "diffuse", "focal", "segmental", "multifocal", "spreading"),
    "course": ("progressive", "episodic", "recurrent", "intermittent", "chronic", "acute"),
    "what brings it on": ("induced", "triggered", "exertional", "nocturnal", "postural", "action"),
}
"""What a more precise finding is more precise in, by the words of its name."""


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask next: about a finding, the age of onset, or the family.

    `about` says which of them, or in what a finding is more precise than one that is known;
    `finding` is the phenotype, None for the others; `options` are the answers, each with what
    stands for it; `why` says what the answer is good for; `bits` is the information expected.
    """

    about: str
    finding: Thing | None
    text: str
    why: str
    options: tuple[tuple[str, str], ...]
    bits: float


def about_onset(bits: float) -> Question:
    """Return the question about the age of onset, of which so much information is expected."""
    options = (*ONSETS.items(), ("unknown", "don't know"))
    why = "The likely conditions begin at different ages."
    return Question("onset", None, "When in life did it begin?", why, options, bits)


def about_family(bits: float) -> Question:
    """Return the question about the family, of which so much information is expected."""
    text = "Does anyone in the family have the same?"
    why = "Some of the likely conditions run in families more often than others."
    return Question("family", None, text, why, _YES_NO, bits)


def about_finding(finding: Thing, plain: str, precise: bool, why: str, bits: float) -> Question:
    """Return the question about a finding, named in `plain` words too where there are any.

    `precise` says that it is a kind of one that is known.
    """
    name = finding.label.lower() if finding.label[1:].islower() else finding.label
    plain = plain.lower() if plain[1:].islower() else plain
    named = f"{plain} ({name})" if plain and plain.lower() != name.lower() else name
    if not precise:
        text = f"{_verb(plain or name)} there {named}?"
        return Question("finding", finding, text, why, _YES_NO, bits)
    words = finding.label.lower().replace("-", " ").split()
    said = (a for a, markers in _ASPECTS.items() if any(m in words for m in markers))
    text = f"More precisely, is it {named}?"
    return Question(next(said, "kind"), finding, text, why, _YES_NO, bits)


def _verb(words: str) -> str:
    """Return whether what is asked about is one thing or several, as the verb of the question.

    >>> _verb("frequent infections of the lungs"), _verb("weakness"), _verb("a change of muscles")
    ('Are', 'Is', 'Is')
    """
    thing = re.split(r"[,(]| (?:of|in|about|that|with|or|and|when|after|found|seen|since) ", words)[
        0
    ]
    last = thing.split()[-1]
    several = re.search(r"[^siu]s$", last) and last not in _ONE
    return "Are" if several and not words.startswith(("a ", "an ")) else "Is"


def plain_names(store: Store) -> dict[str, str]:
    """Return a name in plain words for each phenotype that has one that can be said to anybody.

    It is the one of `data/asked-as.txt`, or else HPO's shortest.
    """
    found: dict[str, str] = {}
    for quad in store.find(None, ox.NamedNode(DKG.layTerm)):
        iri, name = quad.subject.value, quad.object.value
        known = found.get(iri)
        shorter = known is None or (len(name), name) < (len(known), known)
        if shorter and not _NOBODY_SAYS.search(name):
            found[iri] = name
    return found | _asked_as()


@cache
def _asked_as() -> dict[str, str]:
    """Return the curated words to ask about findings, by the IRI of each."""
    lines = resources.path("data", "asked-as.txt").read_text("utf-8").splitlines()
    rows = (line.split(maxsplit=1) for line in lines if line.startswith("HP:"))
    return {expand(curie): words for curie, words in rows}


def needs_test(words: str) -> bool:
    """Return whether plain words say that only a test shows what they name."""
    return any(some in words for some in _BY_TEST)
