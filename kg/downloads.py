"""What no query can tell of a graph at an endpoint, downloaded once for each release, and kept.

To find which name is spelled like a misspelt one, or whose symptoms are most alike, all names are
needed, or all hierarchies and shortcuts.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from .arrays import KINDS, Arrays
from .indexes import CLASSES, NAMED, NAMING, WAYS
from .names import Entry
from .vocabulary import DKG, SKOS

Cells: TypeAlias = dict[str, str]
"""A row of an answer: the text of each value, by the name of its column."""

Ask: TypeAlias = Callable[[str], Iterable[Cells]]

_AT_ONCE = 200
"""So many things are asked about in one query."""

_IRI = re.compile(r"[^\x00-\x20<>\"{}|^`\\]+")

LABEL = "OPTIONAL { ?thing skos:prefLabel ?label } BIND (LANG(?label) AS ?language)"


def labelled(rows: Iterable[Cells]) -> dict[str, list[tuple[bool, str]]]:
    """Return the preferred names of each thing, each with whether it is in another language."""
    found: dict[str, list[tuple[bool, str]]] = defaultdict(list)
    for row in rows:
        names = found[row["thing"]]
        if "label" in row:
            names.append((row.get("language", "") != "en", row["label"]))
    return found


def listed(iris: Iterable[str]) -> str:
    """Return IRIs as SPARQL writes them, without what it cannot write, which is no thing's name."""
    return " ".join(f"<{iri}>" for iri in iris if _IRI.fullmatch(iri))


def parts(iris: Sequence[str]) -> Iterator[list[str]]:
    """Yield the IRIs in lists that one query can hold."""
    for start in range(0, len(iris), _AT_ONCE):
        yield list(iris[start : start + _AT_ONCE])


def entries_of(ask: Ask, which: str = "") -> Iterator[Entry]:
    """Yield every name of everything that has one, or of the things that a pattern selects."""
    kinds: dict[str, int] = {}
    types = f"FILTER (?type IN ({', '.join(f'<{kind}>' for kind in NAMED)}))"
    for row in ask(f"SELECT ?thing ?type {{ {which} ?thing a ?type {types} }}"):
        kind = NAMED.index(row["type"])  # a thing of several kinds is of the last of them
        kinds[row["thing"]] = max(kind, kinds.get(row["thing"], 0))
    names: dict[str, list[tuple[bool, str]]] = defaultdict(list)
    ways = ", ".join(f"<{way}>" for way in (SKOS.prefLabel, *NAMING))
    for row in ask(
        f"SELECT ?thing ?way ?name ?language {{ {which} ?thing ?way ?name "
        f"FILTER (?way IN ({ways})) BIND (LANG(?name) AS ?language) }}"
    ):
        if row["thing"] not in kinds:
            continue
        if row["way"] == SKOS.prefLabel:
            names[row["thing"]].append((row.get("language", "") != "en", row["name"]))
        else:
            yield Entry(row["thing"], _kind(kinds[row["thing"]]), row["name"], False)
    for iri, preferred in names.items():
        best = min(preferred)
        for name in preferred:
            yield Entry(iri, _kind(kinds[iri]), name[1], name == best)


def _kind(number: int) -> str:
    return NAMED[number].removeprefix(DKG.base)


def cache_directory() -> Path:
    """Return where downloads are kept: DISEASE_KG_CACHE, or the user's folder of caches."""
    chosen = os.environ.get("DISEASE_KG_CACHE")
    if chosen:
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("disease-kg")


def kept(key: str, name: str, write: Callable[[Path], None]) -> Path:
    """Return a file of the cache, which `write` writes to a path beside it when it is missing."""
    folder = cache_directory() / hashlib.sha256(key.encode()).hexdigest()[:32]
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = folder / f".{name}.{os.getpid()}"
        try:
            write(beside)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    return path


def arrays(ask: Ask) -> Arrays:
    """Return the hierarchies and shortcuts of the whole graph."""
    from .packing import pack  # which needs numpy

    kinds = {
        kind: [row["thing"] for row in ask(f"SELECT ?thing {{ ?thing a <{CLASSES[kind]}> }}")]
        for kind in KINDS
    }
    labels = labelled(
        ask(
            "SELECT ?thing ?label ?language { ?thing skos:prefLabel ?label "
            "BIND (LANG(?label) AS ?language) }"
        )
    )
    broader = ask("SELECT ?lower ?upper { ?lower skos:broader ?upper }")
    ways = {
        name: [
            (row["condition"], row["thing"])
            for row in ask(f"SELECT ?condition ?thing {{ ?condition <{way}> ?thing }}")
        ]
        for name, way in WAYS.items()
    }
    return pack(
        kinds,
        {iri: min(names)[1] for iri, names in labels.items()},
        ((row["lower"], row["upper"]) for row in broader),
        ways,
        _shares(ask),
    )


def _shares(ask: Ask) -> dict[tuple[str, str], float]:
    """Return how often each condition has each symptom, as the mean of what its statements say.

    One property a query: engines tell half a million triples sooner than they join them.
    """

    def told(property: str) -> dict[str, str]:
        rows = ask(f"SELECT ?said ?told {{ ?said <{property}> ?told }}")
        return {row["said"]: row["told"] for row in rows}

    phenotypes, conditions = told(DKG.phenotype), told(DKG.condition)
    lower, upper = told(DKG.frequencyLower), told(DKG.frequencyUpper)
    frequencies, excluded = told(DKG.frequency), told(DKG.excluded)
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for said in sorted(phenotypes.keys() & conditions.keys()):
        bounds = frequencies.get(said, said)
        if excluded.get(said) == "true":
            share = 0.0
        elif bounds in lower and bounds in upper:
            share = (float(lower[bounds]) + float(upper[bounds])) / 2
        else:
            continue
        found[conditions[said], phenotypes[said]].append(share)
    return {pair: sum(shares) / len(shares) for pair, shares in found.items()}
