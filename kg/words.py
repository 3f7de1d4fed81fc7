"""Words for people: lists as a sentence has them, numbers of things, names that differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def listed(words: Sequence[str], comma: bool = False) -> str:
    """Return words as a sentence lists them, if need be with a comma before the last.

    >>> listed(["neck", "larynx", "jaw"])
    'neck, larynx and jaw'
    """
    *rest, last = words or [""]
    return f"{', '.join(rest)}{',' if comma else ''} and {last}" if rest else last


def counted(number: int, noun: str) -> str:
    """Return a noun with its number.

    >>> counted(0, "voice"), counted(1, "voice"), counted(2, "authority"), counted(1500, "type")
    ('no voice', '1 voice', '2 authorities', '1,500 types')
    """
    plural = noun.removesuffix("y") + "ies" if noun.endswith("y") else noun + "s"
    return f"{number:,} {plural if number > 1 else noun}" if number else f"no {noun}"


def distinct(names: Iterable[str], main: str) -> list[str]:
    """Return the names without those that differ from the main one or another in case only.

    >>> distinct(["dyt6", "DYT6", "torsion dystonia 6"], "Torsion dystonia 6")
    ['dyt6']
    """
    found = {main.casefold(): main}
    for name in names:
        found.setdefault(name.casefold(), name)
    return list(found.values())[1:]
