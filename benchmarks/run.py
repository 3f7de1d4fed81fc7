"""Measures disease-kg beside the tools of its field, and writes benchmarks/RESULTS.md.

    pip install . -r benchmarks/requirements.txt
    python benchmarks/run.py --sources DOWNLOADS     # what `disease-kg fetch` got, or your files

Answers are compared before times are taken; whole processes run in turns, after a warm-up.
Memory is the operating system's peak of a process.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import growing
import processes
from measure import Row

HERE = Path(__file__).parent
SECTIONS = ["build", "questions", "start", "export", "rdflib", "growth"]


def table(title: str, rows: list[Row]) -> str:
    """Return comparisons as Markdown; the ratio is to the first, which is ours."""
    lines = [
        f"## {title}",
        "",
        "| what | by | time | memory | × |",
        "| --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        first = next(iter(row.taken.values()))[0]
        what = row.what + (f" ({row.note})" if row.note else "")
        for name, (seconds, memory) in row.taken.items():
            size = f"{memory / 1000:.2f} GB" if memory else ""
            ratio = "" if seconds == first else f"{seconds / first:,.3g}"
            lines.append(f"| {what} | {name} | {_time(seconds)} | {size} | {ratio} |")
            what = ""
    return "\n".join(lines) + "\n"


def _time(seconds: float) -> str:
    if math.isinf(seconds):
        return "not finished"
    return f"{seconds:.2f} s" if seconds >= 0.1 else f"{seconds * 1000:.3g} ms"


def plot(rows: list[Row], path: Path) -> None:
    """Write how cost grows as SVG: both axes logarithmic, a line of slope 1 is linear growth."""
    sizes = [int(row.what.split()[0].replace(",", "")) for row in rows]
    names = list(rows[0].taken)
    times = [row.taken[name][0] for row in rows for name in names]
    low, high = math.log10(min(times)), math.log10(max(times))
    left, right = math.log10(sizes[0]), math.log10(sizes[-1])

    def place(size: int, seconds: float) -> str:
        x = 60 + 480 * (math.log10(size) - left) / ((right - left) or 1)
        y = 320 - 280 * (math.log10(seconds) - low) / ((high - low) or 1)
        return f"{x:.1f},{y:.1f}"

    colors = ("#1b6ca8", "#a8431b", "#3b7a2a")
    parts = []
    for name, color in zip(names, colors, strict=True):
        points = [place(s, row.taken[name][0]) for s, row in zip(sizes, rows, strict=True)]
        parts.append(f'<polyline fill="none" stroke="{color}" points="{" ".join(points)}"/>')
        for point, row in zip(points, rows, strict=True):
            x, y = point.split(",")
            parts.append(f'<text x="{x}" y="{y}" fill="{color}">{row.taken[name][0]:.0f} s</text>')
        x, y = points[-1].split(",")
        parts.append(f'<text x="{float(x) + 45}" y="{y}" fill="{color}">{name}</text>')
    for size in sizes:
        x = place(size, 10**low).split(",")[0]
        parts.append(f'<text x="{x}" y="345">{size:,}</text>')
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 680 360" '
        'font-family="sans-serif" font-size="12">\n'
        + "\n".join(parts)
        + '\n<text x="60" y="16">Seconds by number of conditions, logarithmic</text>\n</svg>\n',
        "utf-8",
    )


def main() -> None:
    """Run what was asked for; sections of RESULTS.md that are not measured anew stay."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sources", type=Path, help="the publishers' files; none: embedded only")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=SECTIONS, choices=SECTIONS)
    parser.add_argument("--rdflib-timeout", type=float, default=1800)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    given = parser.parse_args()
    results = HERE / "RESULTS.md"
    known = _sections(results.read_text("utf-8")) if results.exists() else {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        measured = {title: table(title, rows) for title, rows in _measured(given, folder)}
    text = "\n".join([_machine(given.runs), *({**known, **measured}).values()])
    results.write_text(text, "utf-8")
    sys.stdout.write(text)


def _sections(text: str) -> dict[str, str]:
    parts = text.split("\n## ")[1:]
    return {part.partition("\n")[0]: f"## {part.strip()}\n" for part in parts}


def _measured(given: argparse.Namespace, folder: Path) -> Iterator[tuple[str, list[Row]]]:
    """Yield the title and the comparisons of each section."""
    ours = ["--sources", str(given.sources)] if given.sources else []
    title = "full build" if given.sources else "embedded build"
    if "build" in given.only:
        rows = [processes.builds("embedded build", [], folder / "embedded", given.runs)]
        if given.sources:
            rows.append(processes.builds(title, ours, folder / "full", given.runs))
        yield "Build", rows
    built = folder / ("full" if given.sources else "embedded") / "built"
    if not built.exists():
        command = ["disease-kg", "build", "--quiet", "--output", str(built), *ours]
        processes.process(command)
    if "questions" in given.only:
        lines = processes.process([sys.executable, str(HERE / "asking.py"), str(built)])[2]
        yield "Questions in Python", [Row(**json.loads(line)) for line in lines.splitlines()]
    if "start" in given.only:
        yield "Cold start", processes.starts(built, given.runs)
    if "export" in given.only:
        yield "Export", processes.exports(built, folder, given.runs)
    if "rdflib" in given.only:
        rows = processes.with_rdflib(built, folder, given.rdflib_timeout)
        yield "Beside rdflib and pySHACL", rows
    if "growth" in given.only:
        rows = growing.grow(folder, given.sizes)
        plot(rows, HERE / "growth.svg")
        yield "Growth", rows


def _machine(runs: int) -> str:
    return (
        "# Results\n\n"
        "A section says what was measured when it was last run. "
        f"Python {platform.python_version()}, {os.cpu_count()} cores, medians of {runs} runs; "
        "written by `benchmarks/run.py`. The ratio is to the first line of each group.\n"
    )


if __name__ == "__main__":
    main()
