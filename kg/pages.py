"""The page of a condition: its sections in the order of a page for people, each with its sources.

A page is data first (`Page`, `Section`, `Line`); text and Markdown are two ways to write it.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, zip_longest
from weakref import WeakKeyDictionary

from . import queries
from .conditions import Condition
from .identifiers import compress
from .rarity import ENTRY, ORPHANET
from .store import Store
from .things import (
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
    Symptom,
    Thing,
    Told,
    Verdict,
)
from .vocabulary import GRAPH

DISCLAIMER = (
    "This page is for information only. It is not medical advice, and it is not meant for "
    "diagnosing or treating anyone; for that, please see a physician. Where nothing is stated, "
    "there may still be something to know."
)
NOTHING = "Nothing is stated."
_MOST = 12
"""Of a long list so many entries are shown, and the number of the rest."""

_MOST_SYMPTOMS = 40
"""Of the symptoms of one frequency so many."""

_LIKE = 0.05
"""Profiles that are less alike are not named."""

_FREQUENCIES = (
    (0.8, "Very frequent (80% of those affected, or more)"),
    (0.3, "Frequent (30% to 79%)"),
    (0.05, "Occasional (5% to 29%)"),
    (0.0, "Very rare (less than 5%)"),
)

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

_PAGES = """
    SELECT ?page ?title ?about {
        ?page a schema:WebPage ; dcterms:title ?title OPTIONAL { ?page rdfs:comment ?about }
    }"""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is said, the graphs or pages that say it, and its depth in a list.

    `about` is a thing that the text names; `cut` says that it stands for the rest of a list.
    """

    text: str
    sources: tuple[str, ...] = ()
    depth: int = 0
    about: Thing | None = None
    cut: bool = False


@dataclass(slots=True)
class Section:
    """A heading and what is said under it; an empty one says so. Long lists are cut, or `whole`."""

    heading: str
    lines: list[Line] = field(default_factory=list)
    whole: bool = False

    def say(
        self, text: str, *sources: str | None, depth: int = 0, about: Thing | None = None
    ) -> None:
        """Add a line."""
        self.lines.append(Line(text, tuple(s for s in sources if s), depth, about))

    def list(self, texts: Sequence[str], total: int = 0, about: Sequence[Thing] = ()) -> None:
        """Add the first entries of a list, and how many more there are of the total."""
        most = len(texts) if self.whole else _MOST
        for text, thing in zip_longest(texts[:most], about[:most]):
            self.say(text, depth=1, about=thing)
        self.rest((total or len(texts)) - most)

    def rest(self, number: int) -> None:
        """Add how many more entries a list has that is cut."""
        if number > 0:
            self.lines.append(Line(f"… and {number:,} more", depth=1, cut=True))


@dataclass(frozen=True, slots=True)
class Page:
    """A whole page, titled with the condition's name and identifier.

    `sources` are the titles of what its lines refer to, in order of mention.
    """

    title: str
    sections: tuple[Section, ...]
    sources: dict[str, str]


def page(store: Store, condition: Condition, whole: bool = False) -> Page:
    """Return the page of a condition, its long lists cut unless the whole of them is wanted."""
    sections = []
    for heading, fill in _SECTIONS:
        section = Section(heading.format(condition.label), whole=whole)
        fill(condition, section)
        sections.append(section)
    titles = _titles(store)
    cited = (source for section in sections for line in section.lines for source in line.sources)
    return Page(
        _named(condition),
        tuple(sections),
        {source: titles.get(source, source) for source in dict.fromkeys(cited)},
    )


_known_titles: WeakKeyDictionary[Store, dict[str, str]] = WeakKeyDictionary()


def _titles(store: Store) -> dict[str, str]:
    """Return title, release and licenses of each source by IRI, and the titles of cited pages."""
    if store not in _known_titles:
        _known_titles[store] = _read_titles(store)
    return _known_titles[store]


def _read_titles(store: Store) -> dict[str, str]:
    titles: dict[str, str] = {}
    for row in queries.run(store, "sources"):
        release = f", release {row['version']}" if row["version"] else ""
        before = titles.get(str(row["source"]), f"{row['title']}{release}")
        titles[str(row["source"])] = before + (f", {row['license']}" if row["license"] else "")
    cited = queries.execute(store, _PAGES)
    assert isinstance(cited, queries.Rows)
    for row in cited:
        about = f" ({row['about']})" if row["about"] else ""
        titles[str(row["page"])] = f"“{row['title']}”{about}"
    return titles


def _what(condition: Condition, section: Section) -> None:
    definition = condition.definition
    if condition.deprecated:
        others = condition.replacements
        instead = "refers to:" if others else "names nothing in its place."
        section.say(f"This entry was withdrawn by its source, which {instead}", condition.source)
        section.list([_named(other) for other in others], about=others)
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
        for site, text, sources in _by_thing(condition.sites):
            section.say(text, *sources, depth=1, about=site)
    elif condition.sites_of_types:
        section.say("Parts of the body: none is stated of it as a whole. Of its narrower types:")
        sites = condition.sites_of_types
        section.list([_in_types(thing) for thing in sites], about=sites)
    elif condition.large:
        section.say(f"Parts of the body: {_too_many(condition)}")
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
        said_by = list(dict.fromkeys(_said_by(one) for one in ones))
        lines.append((ones[0], f"{label} ({how})", said_by))
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


def _rarity(condition: Condition, section: Section) -> None:
    by_authority: dict[Thing, list[Verdict]] = {}
    for verdict in condition.verdicts:
        by_authority.setdefault(verdict.authority, []).append(verdict)
    for authority, verdicts in by_authority.items():
        section.say(_says(authority, verdicts), *_grounds(verdicts), about=authority)
        if criterion := verdicts[0].criterion:
            section.say(f"Its criterion: {criterion}", depth=1)
        for note in dict.fromkeys(v.note for v in verdicts if v.note):
            section.say(note, *_grounds([v for v in verdicts if v.note == note]), depth=1)
    if not by_authority:
        said = "is counted here as stating" if condition.turned_away else "states"
        section.say(f"No authority {said} whether it is rare. Silence does not mean “not rare”.")
    for record in condition.turned_away:
        section.say(str(record), record.source, about=record.authority)
    if condition.prevalence:
        section.say("Published numbers of those affected:", _graph("orphanet-prevalence"))
        section.list(condition.prevalence)
    if condition.rarity_of_types:
        section.say(f"Narrower types that are said to be rare, of {condition.below:,} in all:")
        by = condition.rarity_of_types
        section.list([f"by {one.label}: {one.count:,}" for one in by], about=by)


def _says(authority: Thing, verdicts: list[Verdict]) -> str:
    """Return what an authority says, or is reported to say, in a sentence."""
    own = [verdict for verdict in verdicts if verdict.basis != "Reported"]
    said = own or verdicts
    records = [compress(v.record) or v.record for v in said if v.record]
    known = f" ({', '.join(dict.fromkeys(filter(None, records)))})" if records else ""
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


def _grounds(verdicts: list[Verdict]) -> list[str]:
    grounds = (v.reference if v.basis == "Reported" and v.reference else v.source for v in verdicts)
    return list(dict.fromkeys(grounds))


def _types(condition: Condition, section: Section) -> None:
    if condition.narrower:
        section.say(f"Narrower types ({condition.below:,} in all):", condition.source)
        most = len(condition.narrower) if section.whole else _MOST
        shown = [_type(condition, narrower) for narrower in condition.narrower[:most]]
        section.list(shown, len(condition.narrower), condition.narrower[:most])
    else:
        section.say("Narrower types: none is stated.")
    if condition.broader:
        section.say("Broader types:", condition.source)
        section.list([_named(thing) for thing in condition.broader], about=condition.broader)
    else:
        section.say("Broader types: none is stated.")


def _type(condition: Condition, narrower: Counted) -> str:
    """Return a narrower type with its first other names."""
    also = distinct(condition.other_names(narrower), narrower.label)[:3]
    below = f", {_number(narrower.count, 'type')} below it" if narrower.count else ""
    others = f", also {'; '.join(also)}" if also else ""
    return f"{narrower.label} ({narrower.curie}{below}){others}"


def _causes(condition: Condition, section: Section) -> None:
    for role, heading in _ROLES.items():
        if agents := [one for one in condition.associated if one.role == role]:
            section.say(heading, *_sources(agents))
            section.list([_associated(one) for one in agents], about=agents)
    if inheritance := condition.inheritance:
        modes = _joined(inheritance, "inheritance")
        section.say(f"Inheritance: {modes}", *_sources(inheritance))
    if not condition.associated and condition.associated_of_types:
        section.say(
            "None is stated of it as a whole. Genes and agents associated with its narrower types:",
            _graph("hpo-genes"),
        )
        of_types = condition.associated_of_types
        section.list([_in_types(thing, thing.curie) for thing in of_types], about=of_types)
    elif not condition.associated and condition.large:
        section.say(f"Genes and other agents: {_too_many(condition)}")


def _too_many(condition: Condition) -> str:
    return (
        "none is stated of it as a whole, and its "
        f"{condition.below:,} narrower types are too many to sum up here."
    )


def _associated(agent: Associated) -> str:
    """Return an agent with how it is associated, in the sources' words."""
    kinds = "; ".join(_ENDING.sub("", kind) for kind in agent.kinds)
    return _named(agent) + (f": {kinds}" if kinds else "")


def _symptoms(condition: Condition, section: Section) -> None:
    present = [symptom for symptom in condition.symptoms if not symptom.excluded]
    absent = [symptom for symptom in condition.symptoms if symptom.excluded]
    for heading, group in _by_frequency(present):
        section.say(f"{heading}:", *dict.fromkeys(symptom.source for symptom in group))
        most = len(group) if section.whole else _MOST_SYMPTOMS
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
        section.say(f"Age of onset: {_joined(onset, 'onset')}", *_sources(onset))
    if course := condition.course:
        section.say(f"Course, of some or all: {_joined(course, 'course')}", *_sources(course))
    if not present and condition.symptoms_of_types:
        section.say("None is stated of it as a whole. Of its narrower types:", _graph("hpoa"))
        of_types = condition.symptoms_of_types
        section.list([_in_types(thing) for thing in of_types], about=of_types)
    elif not present and condition.large:
        section.say(f"Symptoms: {_too_many(condition)}")


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


def _testing(condition: Condition, section: Section) -> None:
    if condition.tests:
        section.say("Its symptoms are observed through:", _graph("maxo-diagnostics"))
        section.list([f"{t.label}: {_number(t.count, 'symptom')}" for t in condition.tests])
    if criteria := [symptom for symptom in condition.symptoms if symptom.criterion]:
        section.say(
            "Held to be criteria of the diagnosis:",
            *dict.fromkeys(symptom.source for symptom in criteria),
        )
        section.list([symptom.label for symptom in criteria], about=criteria)
    genes = [agent for agent in condition.associated if _is_gene(agent)]
    if causing := [gene for gene in genes if gene.role == CAUSES]:
        section.say("A genetic test may look at what is stated to cause it:", *_sources(causing))
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
            _graph("hpoa"),
        )
        section.list([_apart(condition, other) for other in alike], about=alike)


def _apart(condition: Condition, other: Alike) -> str:
    """Return how alike another condition is, and which symptoms speak for the one or the other."""
    told = f"{_named(other)}: likeness {other.likeness:.0%}"
    for one, symptoms in ((condition, other.here), (other, other.there)):
        if symptoms:
            told += f"; for {one.label} speak: {', '.join(symptoms)}"
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
    cited = ", ".join(compress(iri) or iri for iri in action.references)
    aim = action.symptom or "the condition itself"
    return f"{action.label}{given}: {action.relation} ({aim})" + (f"; {cited}" if cited else "")


def _doctors(condition: Condition, section: Section) -> None:
    for specialist, text, sources in _by_thing(condition.specialists):
        section.say(text, *sources, depth=1, about=specialist)


def _research(condition: Condition, section: Section) -> None:
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


def _names(condition: Condition, section: Section) -> None:
    section.say(f"Main name: {_named(condition)}", condition.source)
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


_SECTIONS: tuple[tuple[str, Callable[[Condition, Section], None]], ...] = (
    ("What is {}?", _what),
    ("Is {} rare?", _rarity),
    ("Types of {}", _types),
    ("What causes {}?", _causes),
    ("What are the symptoms of {}?", _symptoms),
    ("Testing for {}", _testing),
    ("What may {} be mistaken for?", _misdiagnosis),
    ("How is {} treated?", _treatment),
    ("Doctors and medical specialists for {}", _doctors),
    ("Research on {}", _research),
    ("Names and codes of {}", _names),
)
"""The headings of a page, in order, and what fills the section below each."""


def distinct(names: Iterable[str], main: str) -> list[str]:
    """Return the names without those that differ from the main one or another in case only."""
    found = {main.casefold(): main}
    for name in names:
        found.setdefault(name.casefold(), name)
    return list(found.values())[1:]


def _graph(name: str) -> str:
    return GRAPH + name


def _named(thing: Thing | Condition) -> str:
    """Return the name with the identifier, which may be all that there is."""
    return thing.label if thing.label == thing.curie else f"{thing.label} ({thing.curie})"


def _in_types(thing: Counted, curie: str = "") -> str:
    """Return a thing with the number of narrower types that have it."""
    known = f" ({curie})" if curie else ""
    return f"{thing.label}{known}: in {_number(thing.count, 'type')}"


def _number(count: int, of: str) -> str:
    return f"{count:,} {of}" if count == 1 else f"{count:,} {of}s"


def _sources(things: Iterable[Told]) -> list[str]:
    """Return the graphs that say any of the things."""
    return list(dict.fromkeys(source for thing in things for source in thing.sources))


def _joined(things: Sequence[Thing], kind: str) -> str:
    """Return names without the word that they have in common with the heading."""
    return ", ".join(thing.label.removesuffix(f" {kind}") for thing in things)


def to_text(page: Page, width: int = 88) -> str:
    """Return a page as plain text, wrapped to a width; sources are numbers in brackets."""
    numbers = {source: number for number, source in enumerate(page.sources, 1)}
    out = [page.title, "=" * len(page.title)]
    for section in page.sections:
        out += ["", section.heading, "-" * len(section.heading)]
        for line in section.lines or [Line(NOTHING)]:
            bullet = "  " * line.depth + "• " if line.depth else ""
            out += _wrapped(line.text + _marks(line, numbers), bullet, width)
    out += ["", "Sources", "-------"]
    for source, title in page.sources.items():
        out += _wrapped(title, f"[{numbers[source]}] ", width)
    return "\n".join([*out, "", *textwrap.wrap(DISCLAIMER, width)]) + "\n"


def _wrapped(text: str, mark: str, width: int) -> list[str]:
    """Return the lines of a text that begins with a mark, the others indented below it."""
    return textwrap.wrap(
        text,
        width,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _marks(line: Line, numbers: dict[str, int]) -> str:
    marks = sorted(numbers[source] for source in line.sources)
    return " " + "".join(f"[{number}]" for number in marks) if marks else ""


def to_markdown(page: Page) -> str:
    """Return a page as Markdown; sources are footnotes."""
    numbers = {source: number for number, source in enumerate(page.sources, 1)}
    out = [f"# {_escaped(page.title)}"]
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
