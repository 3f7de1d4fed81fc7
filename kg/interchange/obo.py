"""The conditions as an ontology in OBO 1.4, https://owlcollab.github.io/oboformat/doc/obo-syntax.html

Names with their scopes, records of other registries with the sources that say them, what is
broader, who says rare (as subsets), and what replaces a withdrawn condition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

import pyoxigraph as ox

from .. import __version__
from ..identifiers import converter, short, try_parse_curie
from ..vocabulary import DCTERMS, DKG, MAPPED, RDF, RDFS, SKOS
from .conditions import SYNONYMS, Conditions, Said, xrefs
from .obographs import TOLD, synonyms

_QUOTED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": " ", "\t": "\\t", "\f": " "})
_NOT_QUOTED = _QUOTED | str.maketrans({"!": "\\!", "{": "\\{", "}": "\\}", '"': '"'})
_IN_ID = re.compile(r'([\\{}!,"\[\]()])')
_TYPE = ox.NamedNode(RDF.type)
_AUTHORITY = ox.NamedNode(DKG.RarityAuthority)
_CONTROL = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f]")


def write(conditions: Conditions, stream: BinaryIO) -> None:
    """Write the head, then a stanza a condition, and one for each property of mappings."""
    for line in _head(conditions):
        stream.write(f"{line}\n".encode())
    for said in conditions.told(*TOLD):
        lines = "\n".join(_stanza(conditions, said))
        stream.write(f"\n[Term]\n{lines}\n".encode())
    for way in MAPPED:
        name = way.removeprefix(SKOS.base)
        lines = f"id: skos:{name}\nname: {name}\nis_metadata_tag: true"
        stream.write(f"\n[Typedef]\n{lines}\n".encode())


def _head(conditions: Conditions) -> Iterator[str]:
    yield "format-version: 1.4"
    yield f"data-version: {__version__}"
    authority = conditions.store.find(None, _TYPE, _AUTHORITY)
    for iri in sorted({quad.subject.value for quad in authority}):
        yield f'subsetdef: {_subset(iri)} "Listed as rare by {_quoted(conditions.label(iri))}"'
    prefixes = {short(iri).partition(":")[0] for iri in (*conditions.iris, *conditions.withdrawn)}
    for prefix in sorted(prefix for prefix in prefixes if prefix not in ("http", "https")):
        yield f"idspace: {prefix} {converter().registry(prefix).uri_prefix}"
    yield f"idspace: skos {SKOS.base}"
    yield "ontology: disease-kg"


def _stanza(conditions: Conditions, said: Said) -> Iterator[str]:
    """Yield the lines of one condition, in the order that the format asks for."""
    yield f"id: {_id(said.iri)}"
    if label := said.english(SKOS.prefLabel):
        yield f"name: {_unquoted(label)}"
    if definition := said.english(SKOS.definition):
        yield f'def: "{_quoted(definition)}" []'
    for authority in said.all(DKG.rareAccordingTo):
        yield f"subset: {_subset(authority)}"
    for way, name in synonyms(said):
        yield f'synonym: "{_quoted(name)}" {SYNONYMS[way].upper()} []'
    for record, sources in xrefs(said).items():
        named = ", ".join(f'source="graph:{_quoted(source)}"' for source in sources if source)
        yield f"xref: {_in_id(record)}" + (f" {{{named}}}" if named else "")
    for way in MAPPED:
        if way != SKOS.mappingRelation:
            for iri in said.all(way):
                yield f"property_value: skos:{way.removeprefix(SKOS.base)} {_id(iri)}"
    for value in conditions.broader(said):
        comment = _unquoted(conditions.label(value.text))
        yield f"is_a: {_id(value.text)}" + (f" ! {comment}" if comment else "")
    if said.withdrawn:
        yield "is_obsolete: true"
        for iri in said.all(DCTERMS.isReplacedBy):
            yield f"replaced_by: {_id(iri)}"
        for iri in said.all(RDFS.seeAlso):
            yield f"consider: {_id(iri)}"


def _id(iri: str) -> str:
    return _in_id(try_parse_curie(iri) or iri)


def _in_id(text: str) -> str:
    if text.startswith(("http://", "https://")):
        return text
    return _IN_ID.sub(r"\\\1", text).replace(" ", "%20")


def _subset(authority: str) -> str:
    return "rare_" + authority.rpartition("/")[2]


def _quoted(text: str) -> str:
    return _CONTROL.sub(" ", text).translate(_QUOTED)


def _unquoted(text: str) -> str:
    return _CONTROL.sub(" ", text).translate(_NOT_QUOTED)
