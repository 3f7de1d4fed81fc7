"""OBO 1.4 flat files: Mondo, the Human Disease Ontology, UBERON, HPO and the like.

Format: https://owlcollab.github.io/oboformat/doc/GO.format.obo-1_4.html
Read line by line, so that an error names its line and a large ontology streams.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ..errors import SourceError
from ..identifiers import try_parse_curie
from ..records import Agent, Mapping, Name, Record, Release, Scope, Skipped, Tag, Term
from ..vocabulary import MATCHES, SKOS
from .files import lines
from .terms import MATERIAL_BASIS, PART_OF, SITES, checked, is_lay, predicate_of_source, scope_of

_MATCHES = {match.removeprefix(SKOS.base): match for match in MATCHES}
_STANZA = re.compile(r"\[(\w+)\]$")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"\s*(.*)$')
_END = re.compile(r"\s*(?:!|$)")
_QUALIFIER = re.compile(r"\{[^{}=]*=")
_SOURCE = re.compile(r'source="((?:[^"\\]|\\.)*)"')
_LICENSE = re.compile(r'\s*\S*license\s+"?([^\s"]+)')
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "t": "\t", "W": " "}


def read(path: Path) -> Iterator[Record]:
    """Yield the Release, then one Term per [Term] stanza; Skipped for a stanza without an id.

    Raises SourceError for a line that is no OBO.
    """
    version = license = ""
    stanza = ""
    start = 0
    tags: list[tuple[str, str]] = []
    for number, line in lines(path):
        if not line or line.startswith("!"):
            continue
        if match := _STANZA.match(line):
            if start == 0:
                yield Release(version, license)
            elif stanza == "Term":
                yield from _term(tags, start)
            stanza, start, tags = match[1], number, []
            continue
        tag, colon, value = line.partition(":")
        if not colon:
            raise SourceError(path, f"is not OBO: {line[:60]!r}", f"line {number}")
        if start:
            tags.append((tag, value.strip()))
        elif tag == "data-version":
            version = value.strip()
        elif tag == "property_value" and (match := _LICENSE.match(value)):
            license = match[1]
    if start == 0:
        raise SourceError(path, "has no terms", advice="download it again")
    if stanza == "Term":
        yield from _term(tags, start)


def _term(tags: list[tuple[str, str]], line: int) -> Iterator[Term | Agent | Skipped]:
    """Yield one stanza as a record."""
    values: dict[str, list[str]] = {}
    for tag, value in tags:
        values.setdefault(tag, []).append(value)
    if "id" not in values:
        yield Skipped(f"line {line}", "no identifier")
        return
    id = _first(values["id"][0])
    said = values.get("relationship", []) + values.get("intersection_of", [])
    relations = [parts for value in said if len(parts := value.split()) > 1]
    term = Term(
        id,
        name=_unescape(_bare(values["name"][0])) if values.get("name") else "",
        definition=_quoted(values["def"][0])[0] if "def" in values else "",
        names=tuple(_name(value) for value in values.get("synonym", [])),
        parents=tuple(dict.fromkeys(_first(value) for value in values.get("is_a", []))),
        part_of=_targets(relations, PART_OF),
        sites=_targets(relations, SITES),
        parent_sources=tuple(
            (_first(value), source)
            for value in values.get("is_a", [])
            for source in _sources(value)
        ),
        mappings=(
            *_mappings(id, values.get("xref", [])),
            *_matches(id, values.get("property_value", [])),
        ),
        alternatives=tuple(_first(value) for value in values.get("alt_id", [])),
        tags=tuple(_tag(value) for value in values.get("subset", [])),
        deprecated=values.get("is_obsolete", [""])[0].startswith("true"),
        replaced_by=tuple(_first(value) for value in values.get("replaced_by", [])),
        consider=tuple(_first(value) for value in values.get("consider", [])),
        comment=_unescape(values["comment"][0]) if "comment" in values else "",
    )
    for record in checked(term):
        yield record
        if isinstance(record, Term):
            yield from _agents(record.id, said)


def _agents(record: str, said: list[str]) -> Iterator[Agent | Skipped]:
    """Yield what brings a disease about; the agent's name stands behind an exclamation mark."""
    for value in said:
        relation, _, rest = value.partition(" ")
        if relation in MATERIAL_BASIS:
            agent, _, label = _bare(rest).partition(" ! ")
            if curie := try_parse_curie(agent.strip()):
                yield Agent(record, "has material basis in", label.strip(), curie)
            else:
                yield Skipped(f"{record} {agent}", "refers to an identifier of no registry")


def _targets(relations: list[list[str]], predicates: frozenset[str]) -> tuple[str, ...]:
    found = (parts[1] for parts in relations if parts[0] in predicates)
    return tuple(dict.fromkeys(found))


def _mappings(id: str, values: list[str]) -> Iterator[Mapping]:
    """Yield the cross-references; what each means stands in its sources."""
    for value in values:
        yield Mapping(id, predicate_of_source(_sources(value)), _unescape(_first(value)))


def _matches(id: str, values: list[str]) -> Iterator[Mapping]:
    """Yield the SKOS matches that a term states as properties."""
    for value in values:
        property, _, rest = value.partition(" ")
        if predicate := _MATCHES.get(property.removeprefix("skos:").removeprefix(SKOS.base)):
            yield Mapping(id, predicate, _unescape(_quoted(rest)[0].split(" ", 1)[0]))


def _tag(value: str) -> Tag:
    return Tag(_first(value), tuple(_sources(value)))


def _name(value: str) -> Name:
    text, rest = _quoted(value)
    words = rest.partition("[")[0].split()
    scope: Scope = scope_of(words[0]) if words else "related"
    return Name(text, scope, lay=any(map(is_lay, words[1:])))


def _quoted(value: str) -> tuple[str, str]:
    """Return the quoted text at the beginning of a value, and what follows it."""
    match = _QUOTED.match(value)
    return (_unescape(match[1]), match[2]) if match else (_unescape(_bare(value)), "")


def _first(value: str) -> str:
    return value.split(maxsplit=1)[0] if value else ""


def _bare(value: str) -> str:
    start, _ = _qualifiers(value)
    return value[:start].rstrip() if start < len(value) else value


def _sources(value: str) -> list[str]:
    start, end = _qualifiers(value)
    return [_unescape(source) for source in _SOURCE.findall(value[start:end])]


def _qualifiers(value: str) -> tuple[int, int]:
    """Return from where to where the braces at the end of a value go, perhaps before a comment.

    Without any they are empty, at its end. (A regular expression for it takes the square of time.)
    """
    end = value.rfind("}")
    while end >= 0 and not _END.match(value, end + 1):
        end = value.rfind("}", 0, end)
    found = _QUALIFIER.search(value, 0, end) if end >= 0 else None
    return (found.start(), end) if found else (len(value), len(value))


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), text)
