"""OWL in RDF/XML: the same ontologies as `obo`, and the Orphanet Rare Disease Ontology.

Format: https://www.w3.org/TR/owl2-mapping-to-rdf/ as the OWL API, ROBOT and rdflib write it. The
file is read once, class by class; only what terms are made of is kept until its end, because the
annotations of an axiom may stand anywhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from ..errors import SourceError
from ..identifiers import try_parse_curie
from ..records import Agent, Mapping, Name, Record, Release, Skipped, Tag, Term
from ..vocabulary import MATCHES, OWL, RDF, RDFS, SKOS
from .files import head, opened
from .terms import MATERIAL_BASIS, PART_OF, SITES, checked, is_lay, predicate_of_source, scope_of
from .xml import check

_OBO = "http://purl.obolibrary.org/obo/"
_OIO = "http://www.geneontology.org/formats/oboInOwl#"
_EFO = "http://www.ebi.ac.uk/efo/"
_DEFINITIONS = (_OBO + "IAO_0000115", _EFO + "definition")
_REPLACED_BY = _OBO + "IAO_0100001"
_ALTERNATIVE_TERM = _EFO + "alternative_term"
_MAPPING_NOTE = _OBO + "ECO_0000218"
_LICENSE = "http://purl.org/dc/terms/license"
_NOTES = {"E": SKOS.exactMatch, "NTBT": SKOS.broadMatch, "BTNT": SKOS.narrowMatch}
"""How ORDO says of what kind a cross-reference is, by the note's first word."""

_KINDS = {
    "disorder": "disorder",
    "subtype of a disorder": "subtype",
    "group of disorders": "group",
}
"""The classes under which ORDO puts its records, by their names."""

Value: TypeAlias = tuple[str, str]
"""An IRI or a text, and the text's language."""

Annotations: TypeAlias = dict[tuple[str, str, str], list[tuple[str, str]]]
"""Of (subject, property, object) the (property, value) pairs that annotate it."""


@dataclass(slots=True)
class _Class:
    """What is said of one class: the values of its properties, and its restrictions."""

    said: dict[str, list[Value]] = field(default_factory=lambda: defaultdict(list))
    relations: list[tuple[str, str]] = field(default_factory=list)

    def values(self, property: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value for value, _ in self.said.get(property, ())))

    def first(self, *properties: str) -> str:
        return next((v for p in properties for v, _ in self.said.get(p, ()) if v), "")

    def english(self, property: str) -> str:
        ranked = sorted(self.said.get(property, ()), key=lambda value: value[1] not in ("en", ""))
        return ranked[0][0] if ranked else ""


def read(path: Path) -> Iterator[Record]:
    """Yield the Release, then one Term per named class, in the file's order, with its Agents.

    Raises SourceError naming the class near which the file is broken.
    """
    head(path)
    classes: dict[str, _Class] = {}
    annotations: Annotations = defaultdict(list)
    release = Release()
    for element in _elements(path):
        kind = _kind(element)
        about = element.get(_tag(RDF.base + "about"), "")
        if kind == OWL.base + "Ontology":
            release = _release(element)
        elif kind == OWL.base + "Axiom":
            _annotate(element, annotations)
        elif kind == OWL.base + "Class" and about:
            _describe(element, classes.setdefault(about, _Class()))
    yield release
    for iri, found in classes.items():
        yield from _term(iri, found, classes, annotations)


def _elements(path: Path) -> Iterator[Element]:
    """Yield each child of the root, whole, and let go of it afterwards."""
    stack: list[Element] = []
    elements = 0
    last = "its head"
    try:
        with opened(path) as stream:
            for event, element in iterparse(
                stream, events=("start", "end"), forbid_dtd=False, forbid_entities=True
            ):
                if event == "start":
                    if not stack and element.tag != _tag(RDF.base + "RDF"):
                        raise SourceError(path, f"is XML but no RDF: its root is {element.tag!r}")
                    stack.append(element)
                    elements += 1
                    check(path, element, len(stack), elements, last)
                    continue
                stack.pop()
                if len(stack) == 1:
                    elements = 0
                    last = element.get(_tag(RDF.base + "about"), last)
                    yield element
                    stack[0].clear()
    except ParseError as error:
        problem = f"is broken or cut off after {last} ({error})"
        where = f"line {error.position[0]}"
        raise SourceError(path, problem, where, "download it again") from error
    except DefusedXmlException as error:
        raise SourceError(
            path,
            "declares entities, which are not expanded here",
            "its head",
            "convert it: robot convert --input FILE --output FILE.obo",
        ) from error
    except (LookupError, UnicodeError, ValueError) as error:
        raise SourceError(
            path, f"cannot be decoded ({error})", advice="download it again"
        ) from error


def _tag(iri: str) -> str:
    """Return an IRI as the parser names an element or attribute."""
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    return f"{{{iri[:cut]}}}{iri[cut:]}"


def _iri(element: Element) -> str:
    return element.tag.replace("{", "", 1).replace("}", "", 1)


def _kind(element: Element) -> str:
    """Return the class of a node: its element's name, or the rdf:type of a rdf:Description."""
    if element.tag != _tag(RDF.base + "Description"):
        return _iri(element)
    kind = element.find(_tag(RDF.type))
    return "" if kind is None else kind.get(_tag(RDF.base + "resource"), "")


def _value(element: Element) -> Value:
    resource = element.get(_tag(RDF.base + "resource"))
    language = element.get("{http://www.w3.org/XML/1998/namespace}lang", "")
    return resource or (element.text or "").strip(), language


def _release(element: Element) -> Release:
    said = {_iri(child): _value(child)[0] for child in element}
    version = said.get(OWL.base + "versionInfo") or said.get(OWL.base + "versionIRI", "")
    return Release(version, said.get(_LICENSE, ""))


def _describe(element: Element, found: _Class) -> None:
    for child in element:
        property = _iri(child)
        if property in (RDFS.base + "subClassOf", OWL.base + "equivalentClass"):
            for restriction in child.iter(_tag(OWL.base + "Restriction")):
                on, some = (
                    restriction.find(_tag(OWL.base + name))
                    for name in ("onProperty", "someValuesFrom")
                )
                if on is not None and some is not None:
                    found.relations.append((_value(on)[0], _value(some)[0]))
        if value := _value(child):
            found.said[property].append(value)


def _annotate(element: Element, annotations: Annotations) -> None:
    said = [(_iri(child), _value(child)[0]) for child in element]
    of = dict(said)
    key = tuple(of.get(f"{OWL.base}annotated{part}", "") for part in _PARTS)
    annotations[key[0], key[1], key[2]] += [
        pair for pair in said if not pair[0].startswith(OWL.base + "annotated")
    ]


_PARTS = ("Source", "Property", "Target")


def _term(
    iri: str, found: _Class, classes: dict[str, _Class], annotations: Annotations
) -> Iterator[Record]:
    def sources(property: str, value: str) -> tuple[str, ...]:
        notes = annotations.get((iri, property, value), ())
        return tuple(note for said, note in notes if said == _OIO + "source")

    parents = tuple(p for p in found.values(RDFS.base + "subClassOf") if p)
    subsets = found.values(_OIO + "inSubset")
    term = Term(
        iri,
        name=found.english(RDFS.label),
        definition=found.first(*_DEFINITIONS),
        names=tuple(_names(iri, found, annotations)),
        parents=parents,
        parent_sources=tuple(
            (parent, source) for parent in parents for source in sources(_SUBCLASS, parent)
        ),
        part_of=_targets(found, PART_OF),
        sites=_targets(found, SITES),
        mappings=tuple(_mappings(iri, found, annotations)),
        tags=(
            *(Tag(s.rpartition("#")[2], sources(_OIO + "inSubset", s)) for s in subsets),
            *map(Tag, _kinds(iri, classes)),
        ),
        deprecated=found.first(OWL.deprecated) == "true",
        replaced_by=found.values(_REPLACED_BY),
        consider=found.values(_OIO + "consider"),
        alternatives=found.values(_OIO + "hasAlternativeId"),
        comment="\n".join(found.values(RDFS.comment)),
    )
    for record in checked(term):
        yield record
        if isinstance(record, Term):
            yield from _agents(record.id, found, classes)


_SUBCLASS = RDFS.base + "subClassOf"


def _names(iri: str, found: _Class, annotations: Annotations) -> Iterator[Name]:
    for property, values in found.said.items():
        local = property.removeprefix(_OIO)
        if local.endswith("Synonym") and local != property:
            for text, language in values:
                notes = annotations.get((iri, property, text), ())
                lay = any(is_lay(note) for by, note in notes if by == _OIO + "hasSynonymType")
                yield Name(text, scope_of(local), language or "en", lay)
        elif property == _ALTERNATIVE_TERM:
            yield from (Name(text, "exact", lang or "en") for text, lang in values)
        elif property == RDFS.label:
            yield from (
                Name(text, "exact", lang) for text, lang in values if lang not in ("", "en")
            )


def _targets(found: _Class, predicates: frozenset[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(to for by, to in found.relations if by in predicates and to))


def _mappings(iri: str, found: _Class, annotations: Annotations) -> Iterator[Mapping]:
    for predicate in MATCHES:
        yield from (Mapping(iri, predicate, to) for to in found.values(predicate))
    property = _OIO + "hasDbXref"
    for reference in found.values(property):
        notes = annotations.get((iri, property, reference), ())
        said = [note for by, note in notes if by == _OIO + "source"]
        words = [note.split(" ", 1)[0] for by, note in notes if by == _MAPPING_NOTE]
        known = next((_NOTES[word] for word in words if word in _NOTES), None)
        yield Mapping(iri, known or predicate_of_source(said), reference)


def _kinds(iri: str, classes: dict[str, _Class]) -> Iterator[str]:
    """Yield what ORDO says that a record is, by the class at the top of those it is under."""
    seen, todo = {iri}, [iri] if "Orphanet_" in iri else []
    while todo:
        for parent in classes.get(todo.pop(), _Class()).values(_SUBCLASS):
            name = classes[parent].english(RDFS.label).lower() if parent in classes else ""
            if name in _KINDS:
                yield _KINDS[name]
            elif parent not in seen:
                seen.add(parent)
                todo.append(parent)


def _agents(record: str, found: _Class, classes: dict[str, _Class]) -> Iterator[Agent | Skipped]:
    for agent in _targets(found, MATERIAL_BASIS):
        label = classes[agent].english(RDFS.label) if agent in classes else ""
        if curie := try_parse_curie(agent):
            yield Agent(record, "has material basis in", label, curie)
        else:
            yield Skipped(f"{record} {agent}", "refers to an identifier of no registry")
