"""The index of names: whole words, prefixes and small misspellings, ranked.

An SQLite database in the store's folder, built with it: a table of every name, a full-text index
of their words (https://www.sqlite.org/fts5.html), and the list of all words, in which a misspelt
one is looked up. Names are numbered kind by kind, the shorter first: a search that reads the first
few of those that have its words has read the nearest ones.
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import combinations, groupby
from math import log
from pathlib import Path

from .identifiers import short

_SCHEMA = """
CREATE TABLE name (
    id INTEGER PRIMARY KEY, iri TEXT, kind TEXT, text TEXT, folded TEXT, preferred INTEGER
);
CREATE VIRTUAL TABLE word USING fts5 (
    folded, content=name, content_rowid=id, detail=column, prefix='1 2 3'
);
CREATE VIRTUAL TABLE stem USING fts5 (
    folded, content=name, content_rowid=id, tokenize='porter unicode61'
);
CREATE TABLE kind (kind TEXT, first INTEGER, last INTEGER);
CREATE TABLE vocabulary (words TEXT);
"""
_INDEX = """
INSERT INTO word(word) VALUES ('rebuild');
INSERT INTO stem(rowid, folded) SELECT id, folded FROM name WHERE kind = 'Phenotype';
CREATE INDEX name_folded ON name (folded);
CREATE INDEX name_iri ON name (iri) WHERE preferred;
INSERT INTO kind SELECT kind, min(id), max(id) FROM name GROUP BY kind;
CREATE VIRTUAL TABLE temp.spelled USING fts5vocab (main, word, row);
INSERT INTO vocabulary SELECT group_concat(term, char(10)) FROM (
    SELECT term FROM temp.spelled ORDER BY length(term), doc DESC, term
);
DROP TABLE temp.spelled;
"""

_WORD = re.compile(r"[^\W_]+")

_SHORT = 5
"""What is asked with so few letters is part of too many names to be near them for that."""

_CANDIDATES = 200
"""So many names are compared with what was asked."""

_MAX_WORDS = 12
"""Of what is asked in more words, these are looked for."""

_NEAREST = 3
"""So many words are taken for one that no symptom's name has."""

_ALTERNATIVES = 8
"""So many words are tried for a misspelt one."""

_STANDS_FOR, _SPELLED_LIKE = 0.9, 0.7
"""What a name is worth that has not the word itself, but another for it, or one spelled like it."""

_BESIDE = 0.5
"""So much of its worth a name loses that says much beside what was asked."""

_ELSEWHERE = 0.5
"""So much of what the best name lacks counts if another name of the same thing has it."""

_MANNER = 0.3
"""So much of its worth a word has that says how something is: badly, often, suddenly."""

_UNHEARD = 0.5
"""So much of its worth a word has that no name has."""

_MEANT = 20
"""A name that has less of what was asked, of 100, is not offered."""

_ALIKE = 70
"""A name that is less like what was asked, of 100, is not offered."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One name of one thing; `kind` is the local name of its class (Condition, BodySite, …)."""

    iri: str
    kind: str
    text: str
    preferred: bool


@dataclass(frozen=True, slots=True)
class Match:
    """A thing found, by the name that matched best; `score` is 100 for the same name."""

    iri: str
    kind: str
    label: str
    matched: str
    score: float


def fold(text: str) -> str:
    """Return a name as it is compared: no case, no accents, no punctuation.

    >>> fold("Ménière's disease, familial")
    'menieres disease familial'
    """
    letters = text.replace("'", "").replace("’", "")
    if not letters.isascii():
        plain = unicodedata.normalize("NFKD", letters)
        letters = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(_WORD.findall(letters.casefold()))


class Names:
    """The index, opened read-only."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    @classmethod
    def open(cls, path: Path) -> Names:
        """Open an index."""
        location = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        return cls(sqlite3.connect(location, uri=True, check_same_thread=False))

    @classmethod
    def build(cls, path: Path | str, entries: Iterable[Entry]) -> Names:
        """Write an index of all entries, ":memory:" for one that is not kept."""
        db = sqlite3.connect(path, check_same_thread=False)
        db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SCHEMA)
        rows = [(e.iri, e.kind, e.text, fold(e.text), e.preferred) for e in entries]
        rows.sort(key=lambda row: (row[1], len(row[3]), not row[4], row[3], row[0]))
        db.executemany(
            "INSERT INTO name (iri, kind, text, folded, preferred) VALUES (?, ?, ?, ?, ?)", rows
        )
        db.executescript(_INDEX)
        db.commit()
        return cls(db)

    def close(self) -> None:
        """Close the index; nothing can be asked of it afterwards."""
        self._db.close()

    def entries(self) -> Iterator[Entry]:
        """Yield every name of everything that has one, kind by kind, the shorter first."""
        found = self._db.execute("SELECT iri, kind, text, preferred FROM name ORDER BY id")
        return (Entry(iri, kind, text, bool(best)) for iri, kind, text, best in found)

    def exact(self, text: str, kind: str | None = None) -> list[Match]:
        """Return the things with this very name; those whose preferred name it is come first."""
        folded = fold(text)
        found = self._db.execute("SELECT id FROM name WHERE folded = ?", (folded,)).fetchall()
        return self._matches([id for (id,) in found], folded, kind, limit=20)

    def search(self, text: str, kind: str | None = None, limit: int = 20) -> list[Match]:
        """Return what has all the words, the last as a prefix; else what is spelled alike."""
        return self.having(text, kind, limit) or self.similar(text, kind, limit)

    def having(self, text: str, kind: str | None = None, limit: int = 20) -> list[Match]:
        """Return what has all the words, the last as a prefix."""
        folded = fold(text)
        if not folded:
            return []
        words = [[f'"{word}"'] for word in folded.split()]
        words[-1][0] += "*"
        return self._matches(self._having(words, kind), folded, kind, limit)

    def similar(self, text: str, kind: str | None = None, limit: int = 5) -> list[Match]:
        """Return what is spelled like the text, best first, none that is far from it.

        Each word may be one that is spelled like it; one of several words may be missing.
        """
        folded = fold(text)
        asked = folded.split()[:_MAX_WORDS]
        words = [[f'"{near}"' for near in self._near(word)] for word in asked]
        if asked and not words[-1]:
            words[-1] = self._beginning(asked[-1])
        for kept in range(len(words), max(0, len(words) - 2), -1):
            found: dict[int, None] = {}
            for some in combinations(words, kept):
                if all(some):
                    found.update(dict.fromkeys(self._having(some, kind)))
            matches = self._matches(list(found), folded, kind, limit)
            if near := [match for match in matches if match.score >= _ALIKE]:
                return near
        return []

    def phenotypes(
        self, words: Mapping[str, Iterable[str]], limit: int, manners: Container[str] = ()
    ) -> list[Match]:
        """Return the phenotypes whose names have most of the words, whatever their endings.

        Each word comes with others that may stand for it; one that no name has is taken for those
        spelled like it, unless it is short: too many are like it. The score, 0 to 100, is the part
        of what was asked that a name has, a rare word counting more than a frequent one, less what
        the name says beside it. Several words may stand for one, together: a longer name has only
        a part of it. `manners` are words that say how it is rather than what it is, and count less.
        """
        parts: dict[int, dict[str, float]] = defaultdict(dict)
        covered: dict[int, int] = defaultdict(int)
        rarity: dict[str, float] = {}
        for word, others in words.items():
            found: dict[int, tuple[float, int]] = {}
            for size, some in groupby(sorted(others, key=_size), _size):
                found |= dict.fromkeys(self._stemmed(some), (_STANDS_FOR, size))
            found |= dict.fromkeys(self._stemmed([word]), (1.0, _size(word)))
            if not found and len(word) >= _SHORT:
                near = self._stemmed(self._near(word)[:_NEAREST])
                found = dict.fromkeys(near, (_SPELLED_LIKE, 1))
            rarity[word] = log((len(self._symptoms) + 1) / (len(found) + 1))
            rarity[word] *= _MANNER if word in manners else 1 if found else _UNHEARD
            for id, (part, size) in found.items():
                if " " in word:
                    part *= min(1.0, size / self._symptoms[id][2])
                parts[id][word] = part * rarity[word]
                covered[id] += size
        has: dict[str, dict[str, float]] = defaultdict(dict)
        best: dict[str, tuple[float, int, str]] = {}
        for id, mine in parts.items():
            iri, text, length = self._symptoms[id]
            for word, part in mine.items():
                has[iri][word] = max(part, has[iri].get(word, 0.0))
            said = min(1.0, covered[id] / length)
            score = sum(mine.values()) * (1 - _BESIDE * (1 - said))
            best[iri] = max(best.get(iri, (0.0, 0, "")), (score, -len(text), text))
        asked = sum(rarity.values())
        scores = {
            iri: 100 * (score + _ELSEWHERE * (sum(has[iri].values()) - score)) / asked
            for iri, (score, _, _) in best.items()
        }
        ranked = sorted(scores, key=lambda iri: (-scores[iri], -best[iri][1], iri))
        ranked = [iri for iri in ranked if scores[iri] >= _MEANT][:limit]
        labels = dict(self._labels(ranked))
        return [
            Match(iri, "Phenotype", labels.get(iri, text), text, round(scores[iri], 1))
            for iri in ranked
            for _, _, text in [best[iri]]
        ]

    def knows(self, word: str) -> bool:
        """Return whether the name of a phenotype has a word, in any form."""
        return bool(self._stemmed([word]))

    @cached_property
    def _symptoms(self) -> dict[int, tuple[str, str, int]]:
        """The IRI, the text and the number of words of each name of a phenotype."""
        first, last = self._kinds.get("Phenotype", (1, 0))
        rows = self._db.execute(
            "SELECT id, iri, text, folded FROM name WHERE id BETWEEN ? AND ?", (first, last)
        )
        return {id: (iri, text, _size(folded) or 1) for id, iri, text, folded in rows}

    def _stemmed(self, words: Iterable[str]) -> list[int]:
        """Return the names of phenotypes that have any of the words, whatever their endings."""
        query = " OR ".join(f'"{word}"' for word in words)
        with suppress(sqlite3.OperationalError):  # a letter that SQLite's Unicode has not
            rows = self._db.execute("SELECT rowid FROM stem WHERE stem MATCH ?", (query,))
            return [id for (id,) in rows] if query else []
        return []

    def _having(self, words: Sequence[Sequence[str]], kind: str | None) -> list[int]:
        """Return the first names of a kind that have one of the alternatives for each word."""
        query = " AND ".join(f"({' OR '.join(alternatives)})" for alternatives in words)
        kinds = [self._kinds.get(kind, (1, 0))] if kind else self._kinds.values()
        found: list[int] = []
        for first, last in kinds:
            with suppress(sqlite3.OperationalError):  # a letter that SQLite's Unicode has not
                found += (
                    id
                    for (id,) in self._db.execute(
                        "SELECT rowid FROM word WHERE word MATCH ? AND rowid BETWEEN ? AND ? "
                        "ORDER BY rowid LIMIT ?",
                        (query, first, last, _CANDIDATES),
                    )
                )
        return found

    @cached_property
    def _kinds(self) -> dict[str, tuple[int, int]]:
        rows = self._db.execute("SELECT kind, first, last FROM kind")
        return {kind: (first, last) for kind, first, last in rows}

    @cached_property
    def _vocabulary(self) -> list[str]:
        """The words of all names, the shorter first; of the same length, the more frequent."""
        ((words,),) = self._db.execute("SELECT words FROM vocabulary")
        return words.split("\n") if words else []

    def _near(self, word: str) -> list[str]:
        """Return the words that are spelled like a word, the nearest first."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        errors = min(len(word) // 3, 3)
        words = self._vocabulary
        begin = bisect_left(words, len(word) - errors, key=len)
        end = bisect_left(words, len(word) + errors + 1, key=len)
        found = process.extract(
            word, words[begin:end], scorer=OSA.distance, score_cutoff=errors, limit=_ALTERNATIVES
        )
        return [near for near, _, _ in found]

    def _beginning(self, word: str) -> list[str]:
        """Return words that begin with something that is spelled like a word, quoted."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        if len(word) < _SHORT:
            return []
        longer = self._vocabulary[bisect_left(self._vocabulary, len(word) + 1, key=len) :]
        found = process.extract(
            word,
            [near[: len(word) + 1] for near in longer],
            scorer=OSA.distance,
            score_cutoff=len(word) // 3,
            limit=_ALTERNATIVES,
        )
        return [f'"{longer[place]}"' for _, _, place in found]

    def _matches(
        self, ids: Sequence[int], folded: str, kind: str | None, limit: int
    ) -> list[Match]:
        """Return one match a thing, ranked by how near their names are to what was asked."""
        best: dict[str, tuple[float, int, int, str, str]] = {}
        for iri, its_kind, text, name, preferred in self._names(ids):
            rank = (_likeness(folded, name), -len(name), preferred)
            if kind in (None, its_kind) and (iri not in best or rank > best[iri][:3]):
                best[iri] = (*rank, its_kind, text)
        labels = dict(self._labels(list(best)))
        ranked = sorted(
            best,
            key=lambda iri: (
                *(-n for n in best[iri][:3]),
                best[iri][3] != "Condition",
                labels.get(iri, ""),
                iri,
            ),
        )
        return [
            Match(iri, its_kind, labels.get(iri, text), text, round(score, 1))
            for iri in ranked[:limit]
            for score, _, _, its_kind, text in [best[iri]]
        ]

    def _names(self, ids: Sequence[int]) -> Iterator[tuple[str, str, str, str, int]]:
        marks = ",".join("?" * len(ids))
        return self._db.execute(
            f"SELECT iri, kind, text, folded, preferred FROM name WHERE id IN ({marks})", ids
        )

    def _labels(self, iris: Sequence[str]) -> Iterator[tuple[str, str]]:
        marks = ",".join("?" * len(iris))
        return self._db.execute(
            f"SELECT iri, min(text) FROM name WHERE iri IN ({marks}) AND preferred GROUP BY iri",
            iris,
        )


def _size(words: str) -> int:
    """Return how many words there are."""
    return len(words.split())


def _likeness(asked: str, name: str) -> float:
    """Return how near two folded names are, 0 to 100: as they stand, or their words sorted.

    A name that has what was asked, but more besides, comes to 90 at most.
    """
    from rapidfuzz import fuzz

    near = max(fuzz.ratio(asked, name), fuzz.token_sort_ratio(asked, name))
    if _SHORT < len(asked) <= len(name):
        near = max(near, 0.9 * fuzz.partial_ratio(asked, name))
    return near


def to_table(matches: list[Match], format: str) -> str:
    """Return matches as an aligned table, TSV or JSON."""
    if format == "json":
        return json.dumps([asdict(match) for match in matches], indent=2, ensure_ascii=False) + "\n"
    rows = [(short(m.iri), m.label, m.matched, f"{m.score:g}") for m in matches]
    if format == "tsv":
        head = ("id", "label", "matched", "score")
        return "".join("\t".join(row) + "\n" for row in (head, *rows))
    widths = [max((len(row[i]) for row in rows), default=0) for i in range(2)]
    return "".join(
        f"{id:{widths[0]}}  {label:{widths[1]}}  {'' if matched == label else matched}".rstrip()
        + "\n"
        for id, label, matched, _ in rows
    )
