"""The indexes of a store, for a graph that is reached by SPARQL alone.

A hierarchy and a facet fetch what is asked of them when it is asked: everything above a thing, or
everything below it, is one query. Names are looked for by a query that finds too many, which the
index of names then ranks as it ranks its own.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import cast

from .arrays import FACETS, Arrays, Facet, Relation, Taxonomy
from .downloads import LABEL, Ask, entries_of, labelled, listed, parts
from .indexes import CLASSES, NAMING, WAYS
from .names import Entry, Match, Names, fold
from .vocabulary import SKOS

_LONGEST_NAME = 1024
_MAX_WORDS = 12
"""Of a name of more words, these are looked for."""

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
            for some in parts([iri, *sorted(others)]):
                self.meet(f"VALUES ?thing {{ {listed(some)} }}")
                self._known |= {one: None for one in some if one not in self._known}
        return self._known[iri]

    def known(self, iri: str) -> int | None:
        """Return the number of a thing that has been met."""
        return self._known.get(iri)

    def meet(self, which: str) -> None:
        """Look up the names of the things of this kind that a pattern selects."""
        rows = self._ask(f"SELECT DISTINCT ?thing ?label ?language {{ {which} {self._of_kind} }}")
        for iri, labels in labelled(rows).items():
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
        for some in parts(asked):
            self._fetch(some, way)
        if way == "down":
            self.trunks[number] = set(self._all(number, "down"))

    def _fetch(self, iris: list[str], way: str) -> None:
        starts = f"VALUES ?start {{ {listed(iris)} }}"
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
        return f"{self._typed('?thing')} {LABEL}"


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

    def phenotypes(
        self, words: Mapping[str, Iterable[str]], limit: int, manners: Container[str] = ()
    ) -> list[Match]:
        """Return the phenotypes whose names have most of the words, whatever their endings."""
        return self._whole.phenotypes(words, limit, manners)

    def knows(self, word: str) -> bool:
        """Return whether the name of a phenotype has a word, in any form."""
        return self._whole.knows(word)

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
        for some in parts(list(things)):
            entries += entries_of(self._ask, f"VALUES ?thing {{ {listed(some)} }}")
        return Names.build(":memory:", entries)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _spelled(word: str) -> str:
    """Return a regular expression for what folds to a word: any case, accents, apostrophes.

    Alternatives of one letter each, for engines that know of bytes only.

    >>> import re
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
