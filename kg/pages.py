"""The page of a condition: its sections in the order of a page for people, each with its sources.

A page is data first (`Page`, `Section`, `Line`); text and Markdown are two ways to write it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from . import queries
from .conditions import Condition, Counted, Stated, Symptom, Thing, Verdict
from .identifiers import compress
from .store import Store
from .vocabulary import GRAPH

DISCLAIMER = (
    "This page is for information only. It is not medical advice, and it is not meant for "
    "diagnosing or treating anyone; for that, please see a physician. That nothing is stated "
    "does not mean that there is nothing."
)
NOTHING = "Nothing is stated."
_MOST = 12
"""Of a long list so many entries are shown, and the number of the rest."""

_FREQUENCIES = (
    (0.8, "Very frequent (in 80% of the affected or more)"),
    (0.3, "Frequent (30 to 79%)"),
    (0.05, "Occasional (5 to 29%)"),
    (0.0, "Rare (below 5%)"),
)

_LINKS = {
    "ORPHA": "https://www.orpha.net/en/disease/detail/",
    "GARD": "https://rarediseases.info.nih.gov/diseases/",
    "OMIM": "https://omim.org/entry/",
}
"""Where people can read on about a record, by its registry."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is said, the graphs or pages that say it, and its depth in a list."""

    text: str
    sources: tuple[str, ...] = ()
    depth: int = 0


@dataclass(slots=True)
class Section:
    """A heading and what is said under it; an empty one says so."""

    heading: str
    lines: list[Line] = field(default_factory=list)

    def say(self, text: str, *sources: str | None, depth: int = 0) -> None:
        """Add a line."""
        self.lines.append(Line(text, tuple(s for s in sources if s), depth))

    def list(self, texts: Sequence[str], total: int = 0) -> None:
        """Add the first entries of a list, and how many more there are of the total."""
        for text in texts[:_MOST]:
            self.say(text, depth=1)
        if (total := total or len(texts)) > _MOST:
            self.say(f"… and {total - _MOST} more", depth=1)


@dataclass(frozen=True, slots=True)
class Page:
    """A whole page; `sources` are the titles of what its lines refer to, in order of mention."""

    title: str
    subtitle: str
    sections: tuple[Section, ...]
    sources: dict[str, str]


def page(store: Store, condition: Condition) -> Page:
    """Return the page of a condition."""
    parts: list[Callable[[Condition], Section]] = [
        _what,
        _rarity,
        _types,
        _causes,
        _symptoms,
        _testing,
        _misdiagnosis,
        _treatment,
        _doctors,
        _research,
        _names,
    ]
    sections = tuple(part(condition) for part in parts)
    titles = _titles(store)
    cited = (source for section in sections for line in section.lines for source in line.sources)
    return Page(
        condition.label,
        condition.curie,
        sections,
        {source: titles.get(source, source) for source in dict.fromkeys(cited)},
    )


def _titles(store: Store) -> dict[str, str]:
    """Return title, release and license of every source by its IRI, and titles of cited pages."""
    titles = {}
    for row in queries.run(store, "sources"):
        said = [row["title"], row["version"], row["license"]]
        titles[str(row["source"])] = ", ".join(str(part) for part in said if part)
    cited = queries.execute(
        store, "SELECT ?page ?title { ?page a schema:WebPage ; dcterms:title ?title }"
    )
    assert isinstance(cited, queries.Rows)
    titles |= {str(row["page"]): f"“{row['title']}”" for row in cited}
    return titles


def _what(condition: Condition) -> Section:
    section = Section(f"What is {condition.label}?")
    if condition.deprecated:
        section.say("This entry is withdrawn by its source.", condition.source)
        for other in condition.replacements:
            section.say(f"Use instead: {_named(other)}", condition.source, depth=1)
    definition = condition.definition
    composed = " (Composed from the graph; no source defines it here.)"
    section.say(definition.text + (composed if definition.composed else ""), definition.source)
    if condition.sites:
        section.say("Body sites:")
        for text, sources in _by_thing(condition.sites):
            section.say(text, *sources, depth=1)
    return section


def _by_thing(stated: Iterable[Stated]) -> list[tuple[str, list[str]]]:
    """Return a line for each thing: how it is known, once for all that say the same."""
    grouped: dict[str, list[Stated]] = {}
    for one in stated:
        grouped.setdefault(one.label, []).append(one)
    lines = []
    for label, ones in grouped.items():
        how = "; ".join(dict.fromkeys(_how(one) for one in ones))
        sources = [_said_by(one) for one in ones if one.basis != "Inherited"]
        lines.append((f"{label} ({how})", list(dict.fromkeys(sources))))
    return lines


def _said_by(one: Stated) -> str:
    """Return what to cite: the page that is reported of, else the graph."""
    return one.reference if one.basis == "Reported" and one.reference else one.source


def _how(one: Stated) -> str:
    if one.basis == "Inherited" and one.ancestor:
        return f"taken over from {one.ancestor.label}"
    return {"Stated": "stated", "Curated": "curated", "Reported": "reported"}.get(
        one.basis, one.basis
    )


def _rarity(condition: Condition) -> Section:
    section = Section(f"Is {condition.label} rare?")
    by_authority: dict[Thing, list[Verdict]] = {}
    for verdict in condition.verdicts:
        by_authority.setdefault(verdict.authority, []).append(verdict)
    for authority, verdicts in by_authority.items():
        section.say(_says(authority, verdicts), *_grounds(verdicts))
        if criterion := verdicts[0].criterion:
            section.say(f"Its limit: {criterion}", depth=1)
    for listed in condition.rarity_of_types:
        section.say(
            f"{listed.label} lists {listed.count} of the {condition.below} narrower types as rare."
        )
    if not section.lines:
        section.say("No authority states whether it is rare. Silence does not mean “not rare”.")
    return section


def _says(authority: Thing, verdicts: list[Verdict]) -> str:
    """Return what an authority says, or is reported to say, in a sentence."""
    own = [verdict for verdict in verdicts if verdict.basis != "Reported"]
    said = own or verdicts
    records = [compress(v.record) or v.record for v in said if v.record]
    known = f" ({', '.join(dict.fromkeys(filter(None, records)))})" if records else ""
    reported = len(verdicts) > len(own)
    if not all(verdict.rare for verdict in said):
        return f"{authority.label} says that it is not rare{known}."
    if not own:
        return f"{authority.label} is reported to list it as rare."
    also = ", and is reported to have listed it before" if reported else ""
    if all(verdict.basis == "Entry" for verdict in own):
        return (
            f"{authority.label} has an entry for it in its nomenclature of rare diseases{known}; "
            f"this release does not say whether as a disorder, a group or a subtype{also}."
        )
    return f"{authority.label} lists it as rare{known}{also}."


def _grounds(verdicts: list[Verdict]) -> list[str]:
    grounds = (
        v.reference if v.basis == "Reported" and v.reference else v.source for v in verdicts
    )
    return list(dict.fromkeys(grounds))


def _types(condition: Condition) -> Section:
    section = Section(f"Types of {condition.label}")
    if condition.narrower:
        section.say(f"Narrower types ({condition.below} in all):", condition.source)
        shown = [_type(condition, narrower) for narrower in condition.narrower[:_MOST]]
        section.list(shown, len(condition.narrower))
    else:
        section.say("Narrower types: none is stated.")
    if condition.broader:
        section.say("Broader types:", condition.source)
        section.list([_named(thing) for thing in condition.broader])
    else:
        section.say("Broader types: none is stated.")
    return section


def _type(condition: Condition, narrower: Counted) -> str:
    """Return a narrower type with its first other names."""
    also = condition.other_names(narrower)[:3]
    name = _named(narrower) + (f", also {', '.join(also)}" if also else "")
    return f"{name}; {_number(narrower.count, 'type')} below it" if narrower.count else name


def _causes(condition: Condition) -> Section:
    section = Section(f"What causes {condition.label}?")
    if condition.causes:
        section.say("Associated genes and other agents:", _graph("hpo-genes"))
        section.list([_named(thing) for thing in condition.causes])
    if condition.inheritance:
        section.say(f"Inheritance: {_joined(condition.inheritance)}", _graph("hpoa"))
    if not condition.causes and condition.causes_of_types:
        section.say("Of its narrower types:", _graph("hpo-genes"))
        section.list([_with_count(thing, "type") for thing in condition.causes_of_types])
    return section


def _symptoms(condition: Condition) -> Section:
    section = Section(f"What are the symptoms of {condition.label}?")
    present = [symptom for symptom in condition.symptoms if not symptom.excluded]
    absent = [symptom for symptom in condition.symptoms if symptom.excluded]
    source = condition.symptoms[0].source if condition.symptoms else None
    for heading, group in _by_frequency(present):
        section.say(f"{heading}:", source)
        section.list([symptom.label for symptom in group])
    if absent:
        section.say("Stated to be absent:", source)
        section.list([symptom.label for symptom in absent])
    if condition.onset:
        section.say(f"Age of onset: {_joined(condition.onset)}", _graph("hpoa"))
    if not present and condition.symptoms_of_types:
        section.say("None is stated of it as a whole. Of its narrower types:", _graph("hpoa"))
        section.list([_with_count(thing, "type") for thing in condition.symptoms_of_types])
    return section


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


def _testing(condition: Condition) -> Section:
    return Section(f"Testing for {condition.label}")


def _misdiagnosis(condition: Condition) -> Section:
    section = Section(f"What may {condition.label} be mistaken for?")
    alike = [other for other in condition.look_alikes if other.count > 2][:5]
    if alike:
        section.say(
            "Conditions with which it shares most symptoms. This is a likeness of profiles, "
            "not a record of misdiagnoses:",
            _graph("hpoa"),
        )
        section.list([_with_count(other, "shared symptom") for other in alike])
    return section


def _treatment(condition: Condition) -> Section:
    return Section(f"How is {condition.label} treated?")


def _doctors(condition: Condition) -> Section:
    section = Section(f"Doctors and medical specialists for {condition.label}")
    for text, sources in _by_thing(condition.specialists):
        section.say(text, *sources, depth=1)
    return section


def _research(condition: Condition) -> Section:
    section = Section(f"Research on {condition.label}")
    if condition.references:
        section.say("Publications cited by what is stated here:", _graph("hpoa"))
        section.list([compress(iri) or iri for iri in condition.references])
    links = [
        f"{code.curie}: {_LINKS[registry]}{local}"
        for code in condition.codes
        for registry, _, local in [code.curie.partition(":")]
        if registry in _LINKS
    ]
    if links:
        section.say("Read on:")
        section.list(list(dict.fromkeys(links)))
    return section


def _names(condition: Condition) -> Section:
    section = Section(f"Names and codes of {condition.label}")
    section.say(f"Main name: {condition.label} ({condition.curie})", condition.source)
    if condition.names:
        section.say("Other names:", condition.source)
        section.list(condition.names)
    by_source: dict[str, list[str]] = {}
    for code in condition.codes:
        by_source.setdefault(code.source, []).append(code.curie)
    for source, curies in by_source.items():
        section.say(f"Codes: {', '.join(dict.fromkeys(curies))}", source)
    return section


def _graph(name: str) -> str:
    return GRAPH + name


def _named(thing: Thing) -> str:
    return f"{thing.label} ({thing.curie})"


def _with_count(thing: Counted, of: str) -> str:
    return f"{_named(thing)}: {_number(thing.count, of)}"


def _number(count: int, of: str) -> str:
    return f"{count} {of}" if count == 1 else f"{count} {of}s"


def _joined(things: list[Thing]) -> str:
    return ", ".join(thing.label for thing in things)


def to_text(page: Page, width: int = 88) -> str:
    """Return a page as plain text, wrapped to a width; sources are numbers in brackets."""
    numbers = {source: number for number, source in enumerate(page.sources, 1)}
    out = [f"{page.title} ({page.subtitle})", "=" * (len(page.title) + len(page.subtitle) + 3)]
    for section in page.sections:
        out += ["", section.heading, "-" * len(section.heading)]
        for line in section.lines or [Line(NOTHING)]:
            out += _wrapped(line.text + _marks(line, numbers), line.depth, width)
    out += ["", "Sources", "-------"]
    out += [f"[{numbers[source]}] {title}" for source, title in page.sources.items()]
    return "\n".join([*out, "", *textwrap.wrap(DISCLAIMER, width)]) + "\n"


def _wrapped(text: str, depth: int, width: int) -> list[str]:
    first = "  " * (depth - 1) + "  • " if depth else ""
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _marks(line: Line, numbers: dict[str, int]) -> str:
    marks = sorted(numbers[source] for source in line.sources)
    return " " + "".join(f"[{number}]" for number in marks) if marks else ""


def to_markdown(page: Page) -> str:
    """Return a page as Markdown; sources are footnotes."""
    numbers = {source: number for number, source in enumerate(page.sources, 1)}
    out = [f"# {_escaped(page.title)} ({page.subtitle})"]
    for section in page.sections:
        out += ["", f"## {_escaped(section.heading)}", ""]
        depth = 0
        for line in section.lines or [Line(NOTHING)]:
            if not line.depth or not depth:
                out += [""] if out[-1] else []
            bullet = "  " * (line.depth - 1) + "- " if line.depth else ""
            notes = "".join(f"[^{numbers[source]}]" for source in line.sources)
            out.append(bullet + _escaped(line.text) + notes)
            depth = line.depth
    out += ["", "## Sources", ""]
    out += [f"[^{numbers[source]}]: {_escaped(title)}" for source, title in page.sources.items()]
    return "\n".join([*out, "", f"*{DISCLAIMER}*"]) + "\n"


def _escaped(text: str) -> str:
    for character in "\\`*_[]<>#|":
        text = text.replace(character, "\\" + character)
    return text
