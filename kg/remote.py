"""The indexes of a store, for a graph that is reached by SPARQL alone.

A hierarchy and a facet fetch what is asked of them when it is asked: everything above a thing, or
everything below it, is one query. Names are looked for by a query that finds too many, which the
index of names then ranks as it ranks its own. What no query can tell — which name is spelled like a
misspelt one, whose symptoms are most alike — needs the whole: its names, or its hierarchies and
shortcuts, are downloaded once for each release, and kept.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TypeAlias, cast

from .arrays import FACETS, KINDS, Arrays, Facet, Relation, Taxonomy
from .indexes import CLASSES, NAMED, NAMING, WAYS
from .names import Entry, Match, Names, fold
from .vocabulary import DKG, SKOS

Cells: TypeAlias = dict[str, str]
"""A row of an answer: the text of each value, by the name of its column."""

Ask: TypeAlias = Callable[[str], Iterable[Cells]]

_LONGEST_NAME = 1024
_AT_ONCE = 200
"""So many things are asked about in one query."""

_MAX_WORDS = 12
"""Of a name of more words, these are looked for."""

_IRI = re.compile(r"[^\x00-\x20<>\"{}|^`\\]+")

# The hierarchies, as they are asked for


def place(label: str, iri: str) -> int:
    """Return a number for a thing that sorts as its name does, and then as its IRI.

    What is asked for bit by bit cannot be counted through; but bytes are digits.

    >>> place("Ab", "x:2") < place("ab c", "x:1") < place("b", "x:0")
    True
    """
    key = f"{(label or iri).casefold()}\0{iri}".encode()
    return int.from_bytes(key[:_LONGEST_NAME].ljust(_LONGEST_NAME, b"\0"), "big")


class _Texts(Mapping[int, str]):
    """A text for each number that has been met."""

    def __init__(self, met: dict[int, str]) -> None:
        self._met = met

    def __getitem__(self, number: int) -> str:
        return self._met[number]

    def __iter__(self) -> Iterator[int]:
        raise NotImplementedError("only Store.whole can be counted through")

    def __len__(self) -> int:
        raise NotImplementedError("only Store.whole can be counted through")


class _Numbers(Mapping[str, int]):
    """The number of each thing of a kind, looked up when it is asked for."""

    def __init__(self, number: Callable[[str], int | None]) -> None:
        self._number = number

    def __getitem__(self, iri: str) -> int:
        number = self._number(iri)
        if number is None:
            raise KeyError(iri)
        return number

    __iter__ = _Texts.__iter__  # type: ignore[assignment]
    __len__ = _Texts.__len__


class _Asked(Relation):
    """A relation whose rows are fetched when they are asked for."""

    def __init__(self, row: Callable[[int], Sequence[int]]) -> None:
        super().__init__((), ())
        self._row = row

    def __getitem__(self, number: int) -> Sequence[int]:
        return self._row(number)

    def count(self, number: int) -> int:
        """Return to how many things a thing is related."""
        return len(self._row(number))


class RemoteTaxonomy(Taxonomy):
    """The hierarchy of one kind of thing, fetched around what is asked for."""

    def __init__(self, ask: Ask, kind: str) -> None:
        self._ask = ask
        self._class = CLASSES.get(kind, "")
        self._iris: dict[int, str] = {}
        self._labels: dict[int, str] = {}
        self._known: dict[str, int | None] = {}
        self._expected: dict[str, None] = {}
        self._steps: dict[str, dict[int, set[int]]] = {"up": {}, "down": {}}
        self.trunks: dict[int, set[int]] = {}
        self.iris = cast(list[str], _Texts(self._iris))
        self.labels = cast(list[str], _Texts(self._labels))
        self.numbers = cast(dict[str, int], _Numbers(self.number))
        self.parents = _Asked(lambda number: self._direct(number, "up"))
        self.children = _Asked(lambda number: self._direct(number, "down"))
        self.above = _Asked(lambda number: self._all(number, "up"))
        self.below = _Asked(lambda number: self._all(number, "down"))

    def expect(self, iris: Iterable[str]) -> None:
        """Hear of things that will be asked for one by one, so that one query answers for all."""
        self._expected |= dict.fromkeys(iris)

    def number(self, iri: str) -> int | None:
        """Return the number of a thing, None for what is not of this kind."""
        if iri not in self._known:
            others = self._expected.keys() - self._known.keys() - {iri}
            for some in _parts([iri, *sorted(others)]):
                self.meet(f"VALUES ?thing {{ {_list(some)} }}")
                self._known |= {one: None for one in some if one not in self._known}
        return self._known[iri]

    def known(self, iri: str) -> int | None:
        """Return the number of a thing that has been met."""
        return self._known.get(iri)

    def meet(self, which: str) -> None:
        """Look up the names of the things of this kind that a pattern selects."""
        rows = self._ask(f"SELECT DISTINCT ?thing ?label ?language {{ {which} {self._of_kind} }}")
        for iri, labels in _labelled(rows).items():
            if self._known.get(iri) is None:
                label = min(labels, default=(True, ""))[1]
                number = self._known[iri] = place(label, iri)
                self._iris[number], self._labels[number] = iri, label

    def _direct(self, number: int, way: str) -> list[int]:
        self._reach(number, way)
        return sorted(self._steps[way][number])

    def _all(self, number: int, way: str) -> list[int]:
        self._reach(number, way)
        steps, found, waiting = self._steps[way], set[int](), [number]
        while waiting:
            following = steps[waiting.pop()] - found
            found |= following
            waiting += following
        return sorted(found - {number})

    def _reach(self, number: int, way: str) -> None:
        """Fetch everything above a thing, or below it, with the steps between, if it is not here.

        A step is `skos:broader` between two things of this kind; the closure says which there are.
        """
        steps = self._steps[way]
        if number in steps:
            return
        asked = [self._iris[number]]
        if way == "up":
            numbers = ((iri, self.number(iri)) for iri in self._expected if iri != asked[0])
            asked += [iri for iri, one in numbers if one is not None and one not in steps]
        for some in _parts(asked):
            self._fetch(some, way)
        if way == "down":
            self.trunks[number] = set(self._all(number, "down"))

    def _fetch(self, iris: list[str], way: str) -> None:
        starts = f"VALUES ?start {{ {_list(iris)} }}"
        near, far, thing = ("?lower", "?upper", "?start skos:broaderTransitive ?thing .")
        if way == "down":
            near, far, thing = ("?upper", "?lower", "?thing skos:broaderTransitive ?start .")
        self.meet(f"{starts} {thing}")
        begin = f"{starts} ?lower skos:broader ?upper .".replace("?start", near)
        further = f"{starts} {thing} ?lower skos:broader ?upper .".replace("?thing", near)
        found: dict[int, set[int]] = {self.numbers[iri]: set() for iri in iris}
        for which in (begin, further):
            for row in self._ask(f"SELECT DISTINCT ?lower ?upper {{ {which} {self._typed(far)} }}"):
                one, other = (self._known.get(row[end[1:]]) for end in (near, far))
                if one is not None and other is not None:
                    found.setdefault(one, set()).add(other)
                    found.setdefault(other, set())
        for one, others in found.items():
            self._steps[way].setdefault(one, set()).update(others)

    def _typed(self, thing: str) -> str:
        return f"{thing} a <{self._class}> ." if self._class else ""

    @property
    def _of_kind(self) -> str:
        return f"{self._typed('?thing')} {_LABEL}"


class RemoteFacet(Facet):
    """One sort of shortcut, fetched for one condition, or for all below one that was asked for."""

    def __init__(
        self, ask: Ask, name: str, conditions: RemoteTaxonomy, things: RemoteTaxonomy
    ) -> None:
        self._ask = ask
        self._way = WAYS[name]
        self._conditions = conditions
        self._of: dict[int, list[int]] = {}
        self._found = self.things = things
        self.of = _Asked(self._things)

    def _things(self, number: int) -> list[int]:
        if number not in self._of:
            iri = f"<{self._conditions.iris[number]}>"
            trunks = self._conditions.trunks
            trunk = next((top for top, below in trunks.items() if number in below), None)
            if trunk is None or number in trunks:
                members, which = {number}, f"VALUES ?condition {{ {iri} }}"
            else:
                top = self._conditions.iris[trunk]
                members, which = trunks[trunk], f"?condition skos:broaderTransitive <{top}> ."
            which += f" ?condition <{self._way}> ?thing ."
            self._found.meet(which)
            rows = self._ask(f"SELECT ?condition ?thing {{ {which} }}")
            found: dict[int, set[int]] = {member: set() for member in members}
            for row in rows:
                condition = self._conditions.known(row["condition"])
                thing = self._found.known(row["thing"])
                if condition in found and thing is not None:
                    found[condition].add(thing)
            self._of |= {member: sorted(things) for member, things in found.items()}
        return self._of[number]


class RemoteArrays(Arrays):
    """The taxonomies and facets of a graph at an endpoint."""

    def __init__(self, ask: Ask) -> None:
        super().__init__({})
        self._ask = ask

    def taxonomy(self, kind: str) -> Taxonomy:
        """Return the things of one of KINDS with their hierarchy, or of a facet, without one."""
        return self._remote(kind)

    def _remote(self, kind: str) -> RemoteTaxonomy:
        if kind not in self._taxonomies:
            self._taxonomies[kind] = RemoteTaxonomy(self._ask, kind)
        return cast(RemoteTaxonomy, self._taxonomies[kind])

    def facet(self, name: str) -> Facet:
        """Return one of FACETS."""
        if name not in self._facets:
            things = self._remote(FACETS[name])
            self._facets[name] = RemoteFacet(self._ask, name, self._remote("condition"), things)
        return self._facets[name]


_LABEL = "OPTIONAL { ?thing skos:prefLabel ?label } BIND (LANG(?label) AS ?language)"


def _labelled(rows: Iterable[Cells]) -> dict[str, list[tuple[bool, str]]]:
    """Return the preferred names of each thing, each with whether it is in another language."""
    found: dict[str, list[tuple[bool, str]]] = defaultdict(list)
    for row in rows:
        names = found[row["thing"]]
        if "label" in row:
            names.append((row.get("language", "") != "en", row["label"]))
    return found


def _list(iris: Iterable[str]) -> str:
    """Return IRIs as SPARQL writes them, without what it cannot write, which is no thing's name."""
    return " ".join(f"<{iri}>" for iri in iris if _IRI.fullmatch(iri))


def _parts(iris: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(iris), _AT_ONCE):
        yield list(iris[start : start + _AT_ONCE])


# Names


class RemoteNames(Names):
    """The names of a graph at an endpoint: found by a query, ranked as the index ranks them."""

    def __init__(self, ask: Ask, whole: Callable[[], Names]) -> None:
        self._ask = ask
        self._all = whole

    @cached_property
    def _whole(self) -> Names:
        return self._all()

    def exact(self, text: str, kind: str | None = None) -> list[Match]:
        """Return the things with this very name; those whose preferred name it is come first."""
        return self._having_all(text).exact(text, kind)

    def search(self, text: str, kind: str | None = None, limit: int = 20) -> list[Match]:
        """Return what has all the words, the last as a prefix; else what is spelled alike."""
        if not fold(text):
            return []
        found = self._having_all(text).having(text, kind, limit)
        return found or self.similar(text, kind, limit)

    def similar(self, text: str, kind: str | None = None, limit: int = 5) -> list[Match]:
        """Return what is spelled like the text, best first, none that is far from it."""
        return self._whole.similar(text, kind, limit)

    def phenotypes(self, words: Mapping[str, Iterable[str]], limit: int) -> list[Match]:
        """Return the phenotypes whose names have most of the words, whatever their endings."""
        return self._whole.phenotypes(words, limit)

    @cache  # noqa: B019 - as long as the endpoint is open
    def _having_all(self, text: str) -> Names:
        """Return an index of the names that have the words of a text somewhere, and some more."""
        words = dict.fromkeys(fold(text).split()[:_MAX_WORDS])
        if not words:
            return Names.build(":memory:", ())
        tests = " && ".join(f"REGEX(STR(?name), {_quoted(_spelled(word))})" for word in words)
        ways = " UNION ".join(
            f"{{ ?thing <{way}> ?name FILTER ({tests}) }}" for way in (SKOS.prefLabel, *NAMING)
        )
        things = dict.fromkeys(row["thing"] for row in self._ask(f"SELECT ?thing {{ {ways} }}"))
        entries: list[Entry] = []
        for some in _parts(list(things)):
            entries += entries_of(self._ask, f"VALUES ?thing {{ {_list(some)} }}")
        return Names.build(":memory:", entries)


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


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _spelled(word: str) -> str:
    """Return a regular expression for what folds to a word: any case, accents, apostrophes.

    Alternatives of one letter each, for engines that know of bytes only.

    >>> re.search(_spelled("menieres"), "Ménière's disease")[0]
    "Ménière's"
    """
    return "['’]?".join(f"(?:{'|'.join(_letters().get(letter, [letter]))})" for letter in word)


@cache
def _letters() -> dict[str, list[str]]:
    """Return the letters that each letter without accents stands for."""
    found: dict[str, list[str]] = defaultdict(list)
    for code in (*range(0x30, 0x7B), *range(0xC0, 0x180)):
        letter = chr(code)
        plain = "".join(
            c for c in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(c)
        ).casefold()
        if letter.isalnum() and len(plain) == 1:
            found[plain].append(letter)
    return found


# The whole, downloaded once


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


def download_arrays(ask: Ask) -> Arrays:
    """Return the hierarchies and shortcuts of the whole graph."""
    kinds = {
        kind: [row["thing"] for row in ask(f"SELECT ?thing {{ ?thing a <{CLASSES[kind]}> }}")]
        for kind in KINDS
    }
    labels = _labelled(
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
    return Arrays.build(
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
