"""Measures disease-kg beside the tools of its field, and writes benchmarks/RESULTS.md.

    pip install . -r benchmarks/requirements.txt
    python benchmarks/run.py --sources DOWNLOADS     # what `disease-kg fetch` got, or your files

Answers are compared before times are taken; whole processes run in turns, after a warm-up.
Memory is the operating system's peak of a process.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import sys
import tempfile
from pathlib import Path

import asking
import growing
import processes
from measure import Row

HERE = Path(__file__).parent


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
    """Run everything that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sources", type=Path, help="the publishers' files; none: embedded only")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--rdflib-timeout", type=float, default=1800)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    given = parser.parse_args()
    sections = [_machine(given.runs)]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        embedded = folder / "embedded"
        embedded.mkdir()
        row, store = processes.builds("embedded build", [], embedded, given.runs)
        rows = [row]
        if given.sources:
            full = folder / "full"
            full.mkdir()
            arguments = ["--sources", str(given.sources)]
            row, store = processes.builds("full build", arguments, full, given.runs)
            rows.append(row)
            embedded = full
        sections.append(table("Build", rows))
        built = embedded / "built"
        sections.append(table("Questions in Python", asking.run(store)))
        sections.append(table("Cold start", processes.starts(built, given.runs)))
        sections.append(table("Export", processes.exports(built, embedded, given.runs)))
        peers = processes.with_rdflib(store, built, embedded, given.rdflib_timeout)
        sections.append(table("Beside rdflib and pySHACL", peers))
        if given.sizes:
            rows = growing.grow(folder, given.sizes)
            sections.append(table("Growth", rows))
            plot(rows, HERE / "growth.svg")
    (HERE / "RESULTS.md").write_text("\n".join(sections), "utf-8")
    sys.stdout.write("\n".join(sections))


def _machine(runs: int) -> str:
    return (
        "# Results\n\n"
        f"Python {platform.python_version()}, {os.cpu_count()} cores, medians of {runs} runs; "
        "written by `benchmarks/run.py`. The ratio is to the first line of each group.\n"
    )


if __name__ == "__main__":
    main()
