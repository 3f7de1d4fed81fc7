"""How cost grows: hierarchies of 10,000 to 1,000,000 conditions with Mondo's branching and depth.

A graph of so many conditions is that many of the embedded Mondo's own, copied as often as it takes
below the same root: names, synonyms and parents, each copy with identifiers of its own.
"""

from __future__ import annotations

import gzip
import random
import re
from pathlib import Path

from measure import Row, process

from kg import resources

ROOT = "MONDO:0700096"


def write(path: Path, conditions: int) -> None:
    """Write an OBO file of about so many conditions."""
    text = gzip.decompress(resources.path("data", "snapshot", "mondo.obo.gz").read_bytes()).decode()
    head, *stanzas = text.split("\n[Term]\n")
    live = {_id(stanza): stanza for stanza in stanzas if "is_obsolete: true" not in stanza}
    if conditions < len(live):
        kept = _some(live, conditions)
        stanzas = [stanza for stanza in stanzas if _id(stanza) in kept]
    with path.open("w", encoding="utf-8") as file:
        file.write(head + "\n")
        file.writelines(f"\n[Term]\n{stanza.strip()}\n" for stanza in stanzas)
        for copy in range(1, round(conditions / len(live))):
            first = 1_000_000 + copy * len(live)
            names = {id: f"MONDO:{first + place}" for place, id in enumerate(live)}
            names[ROOT] = ROOT
            for id, stanza in live.items():
                if id != ROOT:
                    file.write(f"\n[Term]\n{_copied(stanza, names, copy)}")


def _id(stanza: str) -> str:
    return stanza.partition("\n")[0].removeprefix("id: ")


def _some(live: dict[str, str], conditions: int) -> set[str]:
    """Return so many conditions and what is above them, those of the curated statements first."""
    curated = "".join(file.read_text() for file in resources.path("data").rglob("*.ttl"))
    wanted = sorted(set(re.findall(r"MONDO_[0-9]{7}", curated)))
    waiting = random.Random(1).sample(sorted(live), len(live))
    waiting += [id.replace("_", ":") for id in wanted]
    kept: set[str] = set()
    while len(kept) < conditions:
        stack = [waiting.pop()]
        while stack:
            id = stack.pop()
            if id in live and id not in kept:
                kept.add(id)
                stack += re.findall(r"^is_a: (\S+)", live[id], re.MULTILINE)
    return kept


def _copied(stanza: str, names: dict[str, str], copy: int) -> str:
    lines = []
    for line in stanza.strip().split("\n"):
        key, _, value = line.partition(": ")
        if key == "id":
            lines.append(f"id: {names[value]}")
        elif key == "is_a":
            lines.append(f"is_a: {names[value.split(' ')[0]]}")
        elif key == "name":
            lines.append(f"name: {value} {copy}")
        elif key == "synonym":
            lines.append(line)
    return "\n".join(lines) + "\n"


def grow(folder: Path, sizes: list[int]) -> list[Row]:
    """Return what a build, a validation and an export take at each size."""
    rows = []
    for size in sizes:
        source, built = folder / "grown.obo", folder / "grown"
        write(source, size)
        command = ["disease-kg", "build", "--again", "--quiet", "--source", f"mondo={source}"]
        row = Row(f"{size:,} conditions")
        row.taken["build"] = process([*command, "--output", str(built)], 7200)[:2]
        judge = f"disease-kg validate --quiet --summary --store {built} || true"
        row.taken["validate"] = process(["sh", "-c", judge])[:2]
        export = ["disease-kg", "export", "--quiet", "--store", str(built), "-f", "turtle"]
        row.taken["export"] = process([*export, "-o", str(folder / "grown.ttl")])[:2]
        rows.append(row)
    return rows
