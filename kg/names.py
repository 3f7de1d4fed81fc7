"""The index of names: whole words, prefixes and small misspellings, ranked.

An SQLite database in the store's folder, built with it: a table of every name, and two full-text
indexes over it, by word and by trigram (https://www.sqlite.org/fts5.html).
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from .identifiers import compress

_SCHEMA = """
CREATE TABLE name (
    id INTEGER PRIMARY KEY, iri TEXT, kind TEXT, text TEXT, folded TEXT, preferred INTEGER
);
CREATE INDEX name_folded ON name (folded);
CREATE INDEX name_iri ON name (iri);
CREATE VIRTUAL TABLE word USING fts5 (
    folded, content=name, content_rowid=id, detail=column
);
CREATE VIRTUAL TABLE trigram USING fts5 (
    folded, content=name, content_rowid=id, tokenize=trigram, detail=none
);
"""


_SHORT = 5
"""What is asked with so few letters is part of too many names to be near them for that."""


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
    plain = unicodedata.normalize("NFKD", text.replace("'", "").replace("’", ""))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", letters.casefold()))


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
        db = sqlite3.connect(path)
        db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SCHEMA)
        db.executemany(
            "INSERT INTO name (iri, kind, text, folded, preferred) VALUES (?, ?, ?, ?, ?)",
            ((e.iri, e.kind, e.text, fold(e.text), e.preferred) for e in entries),
        )
        db.executescript(
            "INSERT INTO word(word) VALUES ('rebuild');"
            "INSERT INTO trigram(trigram) VALUES ('rebuild');"
        )
        db.commit()
        return cls(db)

    def exact(self, text: str, kind: str | None = None) -> list[Match]:
        """Return the things with this very name; those whose preferred name it is come first."""
        return self._matches(
            "SELECT id AS rowid, 100.0 FROM name found WHERE folded = ? {of_kind}",
            (fold(text),),
            kind,
            limit=20,
        )

    def search(self, text: str, kind: str | None = None, limit: int = 20) -> list[Match]:
        """Return what has all the words, the last as a prefix; else what is spelled alike."""
        folded = fold(text)
        if not folded:
            return []
        words = " ".join(f'"{word}"' for word in folded.split()) + "*"
        found: list[Match] = []
        with suppress(sqlite3.OperationalError):  # a letter that SQLite's Unicode does not have
            found = self._matches(
                "SELECT rowid, rank FROM word found WHERE word MATCH ? {of_kind} "
                "ORDER BY rank LIMIT 500",
                (words,),
                kind,
                limit,
                folded,
            )
        return found or self.similar(text, kind, limit)

    def similar(self, text: str, kind: str | None = None, limit: int = 5) -> list[Match]:
        """Return what is spelled like the text, best first, none that is far from it."""
        folded = fold(text)
        grams = list(dict.fromkeys(folded[i : i + 3] for i in range(len(folded) - 2)))
        if not grams:
            return []
        query = " OR ".join(f'"{gram}"' for gram in grams)
        found = self._matches(
            "SELECT rowid, rank FROM trigram found WHERE trigram MATCH ? {of_kind} "
            "ORDER BY rank LIMIT 300",
            (query,),
            kind,
            limit,
            folded,
        )
        return [match for match in found if match.score >= 70]

    def _matches(
        self,
        candidates: str,
        parameters: tuple[str, ...],
        kind: str | None,
        limit: int,
        folded: str = "",
    ) -> list[Match]:
        """Return one match a thing, the candidates ranked by how near their names are.

        `candidates` is SQL; its {of_kind} becomes the condition that the thing is of that kind.
        """
        is_kind = "AND (SELECT k.kind FROM name k WHERE k.id = found.rowid) = ?"
        of_kind = "" if kind is None else is_kind
        rows = self._db.execute(
            f"""SELECT n.iri, n.kind, n.text, n.folded, n.preferred,
                       (SELECT p.text FROM name p WHERE p.iri = n.iri AND p.preferred)
                FROM ({candidates.format(of_kind=of_kind)}) c JOIN name n ON n.id = c.rowid""",
            parameters if kind is None else (*parameters, kind),
        ).fetchall()
        best: dict[str, tuple[float, int, int, Match]] = {}
        for iri, its_kind, text, name, preferred, label in rows:
            score = _likeness(folded, name) if folded else 100.0
            match = Match(iri, its_kind, label or text, text, round(score, 1))
            rank = (score, -len(name), preferred)
            if iri not in best or rank > best[iri][:3]:
                best[iri] = (*rank, match)
        ranked = sorted(best.values(), key=lambda b: (-b[0], -b[1], -b[2], b[3].label, b[3].iri))
        return [match for *_, match in ranked[:limit]]


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
    rows = [(compress(m.iri) or m.iri, m.label, m.matched, f"{m.score:g}") for m in matches]
    if format == "tsv":
        head = ("id", "label", "matched", "score")
        return "".join("\t".join(row) + "\n" for row in (head, *rows))
    widths = [max((len(row[i]) for row in rows), default=0) for i in range(2)]
    return "".join(
        f"{id:{widths[0]}}  {label:{widths[1]}}  {'' if matched == label else matched}".rstrip()
        + "\n"
        for id, label, matched, _ in rows
    )
