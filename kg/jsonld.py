"""JSON-LD, compact: one object for each thing, under the terms of `ontology/context.jsonld`.

Format: https://www.w3.org/TR/json-ld11/
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any, BinaryIO, cast

import pyoxigraph as ox

from . import resources
from .errors import DiseaseKGError
from .store import Term
from .vocabulary import PREFIXES, RDF


class _Context:
    """The terms of `ontology/context.jsonld`, and how values are written under them."""

    def __init__(self) -> None:
        text = resources.path("ontology", "context.jsonld").read_text(encoding="utf-8")
        self.text = text.strip().removeprefix("{").removesuffix("}").strip()
        definitions = json.loads(text)["@context"]
        entries = {name: _definition(entry) for name, entry in definitions.items()}
        prefixes = {
            name: entry["@id"]
            for name, entry in entries.items()
            if "@prefix" in entry or entry["@id"].endswith(("/", "#"))
        }
        self._names = frozenset(entries)
        self._prefixes = sorted(prefixes.items(), key=lambda item: -len(item[1]))
        self.terms: dict[str, tuple[str, str, str]] = {}
        for name, entry in entries.items():
            if name not in prefixes and not entry["@id"].startswith("@"):
                kind = self._expanded(entry.get("@type", ""), prefixes)
                iri = self._expanded(entry["@id"], prefixes)
                self.terms[iri] = (name, kind, entry.get("@language", ""))
        self.compact = lru_cache(maxsize=1 << 17)(self._compact)

    @staticmethod
    def _expanded(text: str, prefixes: dict[str, str]) -> str:
        prefix, _, local = text.partition(":")
        return prefixes[prefix] + local if prefix in prefixes else text

    def _compact(self, iri: str) -> str:
        for prefix, base in self._prefixes:
            local = iri[len(base) :]
            if local and iri.startswith(base) and not local.startswith("//"):
                return f"{prefix}:{local}"
        if iri.partition(":")[0] in self._names:
            raise DiseaseKGError(f"JSON-LD would take <{iri}> for a name of its context")
        return iri

    def term(self, iri: str) -> str:
        """Return the term for a property or a class, or its compact IRI."""
        return self.terms[iri][0] if iri in self.terms else self.compact(iri)

    def node(self, node: ox.NamedNode | ox.BlankNode) -> str:
        return self.compact(node.value) if isinstance(node, ox.NamedNode) else str(node)

    def value(self, term: Term, kind: str, language: str) -> object:
        """Return an object as JSON: a string where the term's definition says the rest."""
        if isinstance(term, ox.Literal):
            return _literal(self, term, kind, language)
        if kind == "@vocab" and isinstance(term, ox.NamedNode):
            return self.term(term.value)
        return self.node(term) if kind in {"@id", "@vocab"} else {"id": self.node(term)}


@cache
def _context() -> _Context:
    return _Context()


def _definition(entry: object) -> dict[str, str]:
    return entry if isinstance(entry, dict) else {"@id": str(entry)}


_STRING = PREFIXES["xsd"] + "string"
_BOOLEAN = PREFIXES["xsd"] + "boolean"


def _literal(context: _Context, literal: ox.Literal, kind: str, language: str) -> object:
    """Return a literal as JSON; numbers stay strings, because JSON has no 1.10 and no 1E400."""
    text = literal.value
    if literal.language:
        if literal.language == language:
            return text
        return {"@value": text, "@language": literal.language}
    datatype = literal.datatype.value
    if datatype == kind == _BOOLEAN and text in {"true", "false"}:
        return text == "true"
    if datatype == kind or (datatype == _STRING and not kind and not language):
        return text
    if datatype == _STRING:
        return {"@value": text}
    return {"@value": text, "type": context.term(datatype)}


def write(groups: Iterable[list[ox.Triple]], stream: BinaryIO) -> None:
    """Write one object for each subject, each property on a line of its own."""
    context = _context()
    stream.write(f'{{\n  {context.text},\n  "@graph": ['.encode())
    separator = "\n"
    for triples in groups:
        if triples:
            stream.write((separator + _object(context, triples)).encode())
            separator = ",\n"
    stream.write(b"\n  ]\n}\n")


def _object(context: _Context, triples: list[Any]) -> str:
    values: dict[str, list[object]] = {}
    for triple in triples:
        iri = triple.predicate.value
        if iri == RDF.type and isinstance(triple.object, ox.NamedNode):
            key, value = "type", cast(object, context.term(triple.object.value))
        else:
            key, kind, language = context.terms.get(iri) or (context.compact(iri), "", "")
            value = context.value(triple.object, kind, language)
        values.setdefault(key, []).append(value)
    keys = sorted(values, key=lambda key: (key != "type", key))
    lines = [f'"id": {_json(context.node(triples[0].subject))}']
    lines += [f'"{key}": {_json(_single(values[key]))}' for key in keys]
    return "    {" + ",\n     ".join(lines) + "}"


def _single(values: list[object]) -> object:
    return values[0] if len(values) == 1 else values


_json = json.JSONEncoder(ensure_ascii=False).encode
