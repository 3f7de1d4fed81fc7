"""Every spelling of an identifier ↔ one CURIE ↔ one IRI.

The table is `ontology/prefixes.json`, an extended prefix map as the `curies` library reads it
(https://curies.readthedocs.io): preferred prefix, IRI, synonyms and the registry's pattern. It is
read here with the standard library, because importing `curies` costs a command 0.2 s; a test
holds the two to the same answers.
"""

import json
import re
from dataclasses import dataclass
from functools import lru_cache

from . import resources
from .errors import InvalidIdentifier

_UNSAFE = re.compile(
    r"[\x00-\x20\x7f-\x9f\s<>\"{}|\\^`"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff0-\uffff\ud800-\udfff]"
)
"""What no IRI may have (RFC 3987): controls, what turns or hides text, no characters."""

_SPACED = re.compile(r"([\w.-]+):? +(\S*\d\S*)")
_NOT_LOCAL = re.compile(r"[^A-Za-z0-9_.-]")
_DATED = re.compile(r"_\d{4}_\d{2}_\d{2}$")  # SNOMEDCT_US_2025_09_01


@dataclass(frozen=True, slots=True)
class Registry:
    """One registry of identifiers: its preferred prefix, IRI base and local pattern."""

    prefix: str
    uri_prefix: str
    pattern: re.Pattern[str] | None


class Converter:
    """The whole table, indexed by prefix and by IRI base."""

    def __init__(self, entries: list[dict[str, object]]) -> None:
        self._by_prefix: dict[str, Registry] = {}
        self._by_uri: dict[str, Registry] = {}
        for entry in entries:
            pattern = entry.get("pattern")
            registry = Registry(
                str(entry["prefix"]),
                str(entry["uri_prefix"]),
                re.compile(str(pattern), re.ASCII) if pattern else None,
            )
            for name in [registry.prefix, *_strings(entry.get("prefix_synonyms"))]:
                self._by_prefix[name.lower()] = registry
            for uri in [registry.uri_prefix, *_strings(entry.get("uri_prefix_synonyms"))]:
                self._by_uri.setdefault(uri, registry)
        longest_first = sorted(self._by_uri, key=len, reverse=True)
        self._uri = re.compile("|".join(map(re.escape, longest_first)))

    @property
    def registries(self) -> list[Registry]:
        """The registries, each once, in the order of the table."""
        return list(dict.fromkeys(self._by_prefix.values()))

    def registry(self, prefix: str) -> Registry:
        """Return the registry of a prefix in any spelling; raise InvalidIdentifier."""
        found = self._by_prefix.get(prefix.lower()) or self._by_prefix.get(
            _DATED.sub("", prefix).lower()
        )
        if found is None:
            raise InvalidIdentifier(prefix, "no registry has this prefix")
        return found

    def locate(self, iri: str) -> tuple[Registry, str] | None:
        """Return the registry an IRI belongs to and the local part, or None."""
        begins = self._uri.match(iri)
        if begins is None or begins.end() == len(iri):
            return None
        return self._by_uri[begins[0]], iri[begins.end() :]


def _strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


@lru_cache(maxsize=1)
def converter() -> Converter:
    """Return the converter of `ontology/prefixes.json`."""
    text = resources.path("ontology", "prefixes.json").read_text(encoding="utf-8")
    return Converter(json.loads(text))


def _canonical(registry: Registry, local: str, text: str) -> str:
    if registry.prefix == "GARD":
        local = local.lstrip("0")
    elif registry.prefix == "OMIM" and local.startswith(("PS", "ps")):
        registry = converter().registry("OMIMPS")
    if registry.prefix == "OMIMPS":
        local = local.removeprefix("PS").removeprefix("ps")
    if registry.pattern and not registry.pattern.match(local):
        if not registry.pattern.match(local.upper()):
            expected = f"{registry.prefix} identifiers match {registry.pattern.pattern}"
            raise InvalidIdentifier(text, expected)
        local = local.upper()
    if not local or _UNSAFE.search(local):
        raise InvalidIdentifier(text, "its local part has characters that no IRI may have")
    return f"{registry.prefix}:{local}"


def _joined(text: str) -> str:
    """Return "OMIM 602629" or "ORPHA: 93962" with a colon alone, any other text as it is."""
    spaced = _SPACED.fullmatch(text)
    if spaced is None or converter().registry(spaced[1]).pattern is None:
        return text
    return f"{spaced[1]}:{spaced[2]}"


def parse_curie(text: str) -> str:
    """Return the canonical CURIE of an identifier in any spelling, or of an IRI.

    Raises InvalidIdentifier for an unknown prefix or a local part against the registry's pattern.

    >>> parse_curie("Orphanet:1866"), parse_curie("GARD:0006458"), parse_curie("MIM:607131")
    ('ORPHA:1866', 'GARD:6458', 'OMIM:607131')
    >>> parse_curie("http://purl.obolibrary.org/obo/MONDO_0000477")
    'MONDO:0000477'
    >>> parse_curie("obo:MONDO_0000477"), parse_curie("MONDO_0000477")
    ('MONDO:0000477', 'MONDO:0000477')
    >>> parse_curie("mesh:d020821"), parse_curie("OMIM 602629")
    ('MESH:D020821', 'OMIM:602629')
    """
    text = text.strip().strip("<>")
    if text.startswith(("http://", "https://")):
        located = converter().locate(text)
        if located is None:
            raise InvalidIdentifier(text, "no registry has this IRI")
        registry, local = located
    else:
        prefix, colon, local = (_joined(text) if " " in text else text).partition(":")
        if not colon:  # MONDO_0000477, obo.MONDO_0000477
            prefix, _, local = text.removeprefix("obo.").partition("_")
        if not local:
            raise InvalidIdentifier(text, "an identifier has the form PREFIX:LOCAL")
        registry = converter().registry(prefix)
        local = local.removeprefix(f"{registry.prefix}:")
        if registry.pattern is None:  # obo:MONDO_0000477 is MONDO's
            registry, local = converter().locate(registry.uri_prefix + local) or (registry, local)
    return _canonical(registry, local, text)


@lru_cache(maxsize=1 << 16)
def try_parse_curie(text: str) -> str | None:
    """Return the canonical CURIE, or None where `parse_curie` raises."""
    try:
        return parse_curie(text)
    except InvalidIdentifier:
        return None


@lru_cache(maxsize=1 << 15)
def expand(text: str) -> str:
    """Return the IRI of an identifier in any spelling; raises InvalidIdentifier.

    >>> expand("DOID:0050836")
    'http://purl.obolibrary.org/obo/DOID_0050836'
    """
    prefix, _, local = parse_curie(text).partition(":")
    return converter().registry(prefix).uri_prefix + local


def compress(iri: str) -> str | None:
    """Return the canonical CURIE of an IRI, or None where no registry has it.

    >>> compress("https://rarediseases.info.nih.gov/diseases/6458")
    'GARD:6458'
    >>> compress("https://example.org/x") is None
    True
    """
    return try_parse_curie(iri)


@lru_cache(maxsize=1 << 16)
def short(iri: str) -> str:
    """Return the canonical CURIE of an IRI, or the IRI where no registry has it.

    >>> short("https://omim.org/entry/607131"), short("https://example.org/x")
    ('OMIM:607131', 'https://example.org/x')
    """
    return compress(iri) or iri


@lru_cache(maxsize=1 << 15)
def local_name(curie: str) -> str:
    """Return a CURIE as the last part of a minted IRI.

    >>> local_name("MONDO:0000477")
    'MONDO_0000477'
    """
    return _NOT_LOCAL.sub("_", curie)
