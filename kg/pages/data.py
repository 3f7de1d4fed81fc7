"""A page as data: sections of lines, each line with the sources that say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from ..things import Thing

DISCLAIMER = (
    "This page is for information only. It is not medical advice, and it is not meant for "
    "diagnosing or treating anyone; for that, please see a physician. Where nothing is stated, "
    "there may still be something to know."
)
"""What every page ends with."""

NOTHING = "Nothing is stated."
"""What stands under a heading that has nothing else."""

_MOST = 12
"""Of a long list so many entries are shown, and the number of the rest."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is said, the graphs or pages that say it, and its depth in a list.

    `about` is a thing that the text names; `cut` says that it stands for the rest of a list.
    """

    text: str
    sources: tuple[str, ...] = ()
    depth: int = 0
    about: Thing | None = None
    cut: bool = False


@dataclass(slots=True)
class Section:
    """A heading and what is said under it; an empty one says so. Long lists are cut, or `whole`."""

    heading: str
    lines: list[Line] = field(default_factory=list)
    whole: bool = False

    def say(
        self, text: str, *sources: str | None, depth: int = 0, about: Thing | None = None
    ) -> None:
        """Add a line."""
        self.lines.append(Line(text, tuple(s for s in sources if s), depth, about))

    def list(self, texts: Sequence[str], total: int = 0, about: Sequence[Thing] = ()) -> None:
        """Add the first entries of a list, and how many more there are of the total."""
        most = self.most(texts)
        for text, thing in zip_longest(texts[:most], about[:most]):
            self.say(text, depth=1, about=thing)
        self.rest((total or len(texts)) - most)

    def most(self, entries: Sequence[object], limit: int = 0) -> int:
        """Return how many entries of a list are shown at most: all of a whole one, or the limit."""
        return len(entries) if self.whole else limit or _MOST

    def rest(self, number: int) -> None:
        """Add how many more entries a list has that is cut."""
        if number > 0:
            self.lines.append(Line(f"… and {number:,} more", depth=1, cut=True))


@dataclass(frozen=True, slots=True)
class Page:
    """A whole page, titled with the condition's name and identifier.

    `sources` are the titles of what its lines refer to, in order of mention.
    """

    title: str
    sections: tuple[Section, ...]
    sources: dict[str, str]
