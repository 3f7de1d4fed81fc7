"""A page as plain text and as Markdown."""

from __future__ import annotations

import textwrap

from .data import DISCLAIMER, NOTHING, Line, Page


def to_text(page: Page, width: int = 88) -> str:
    """Return a page as plain text, wrapped to a width; sources are numbers in brackets."""
    numbers = {source: number for number, source in enumerate(page.sources, 1)}
    out = [page.title, "=" * len(page.title)]
    for section in page.sections:
        out += ["", section.heading, "-" * len(section.heading)]
        for line in section.lines or [Line(NOTHING)]:
            bullet = "  " * line.depth + "• " if line.depth else ""
            out += _wrapped(line.text + _marks(line, numbers), bullet, width)
    out += ["", "Sources", "-------"]
    for source, title in page.sources.items():
        out += _wrapped(title, f"[{numbers[source]}] ", width)
    return "\n".join([*out, "", *textwrap.wrap(DISCLAIMER, width)]) + "\n"


def _wrapped(text: str, mark: str, width: int) -> list[str]:
    """Return the lines of a text that begins with a mark, the others indented below it."""
    return textwrap.wrap(
        text,
        width,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _marks(line: Line, numbers: dict[str, int]) -> str:
    marks = sorted(numbers[source] for source in line.sources)
    return " " + "".join(f"[{number}]" for number in marks) if marks else ""


def to_markdown(page: Page) -> str:
    """Return a page as Markdown; sources are footnotes."""
    numbers = {source: number for number, source in enumerate(page.sources, 1)}
    out = [f"# {_escaped(page.title)}"]
    for section in page.sections:
        out += ["", f"## {_escaped(section.heading)}", ""]
        depth = 0
        for line in section.lines or [Line(NOTHING)]:
            if not line.depth or not depth:
                out += [""] if out[-1] else []
            bullet = "  " * (line.depth - 1) + "- " if line.depth else ""
            notes = "".join(f"[^{numbers[source]}]" for source in line.sources)
            out.append(bullet + _escaped(line.text) + notes)
            depth = line.depth
    out += ["", "## Sources", ""]
    out += [f"[^{numbers[source]}]: {_escaped(title)}" for source, title in page.sources.items()]
    return "\n".join([*out, "", f"*{DISCLAIMER}*"]) + "\n"


def _escaped(text: str) -> str:
    for character in "\\`*_[]<>#|":
        text = text.replace(character, "\\" + character)
    return text
