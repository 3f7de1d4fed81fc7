"""Faults injected into builds and downloads: killed, starved, locked out, raced; and the tally."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import DiseaseKGError, StoreError
from kg.store import LAYOUT, Store
from tests import faults

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "tests" / "fixtures"
SLICES = {
    "mondo": "mondo.obo",
    "do-xrefs": "do-xrefs.sssom.tsv",
    "uberon": "uberon.obo",
    "hp": "hp.obo",
    "hpoa": "phenotype.hpoa",
    "hpo-genes": "genes_to_phenotype.txt",
}


@dataclass(frozen=True)
class Line:
    """One line of the table: what was done how often, what it found, what of it is unexplained."""

    what: str
    tried: int
    found: str
    unexplained: int = 0


def _given(folder: Path) -> dict[str, Path]:
    from tests.conftest import curated_about

    mondo = (FIXTURES / "sources" / "mondo.obo").read_text("utf-8")
    ids = re.findall(r"^id: MONDO:(\d+)$", mondo, re.MULTILINE)
    about = {f"http://purl.obolibrary.org/obo/MONDO_{id}" for id in ids}
    curated = curated_about(about, folder / "curated")
    return {"curated": curated} | {id: FIXTURES / "sources" / name for id, name in SLICES.items()}


class _Faults:
    """Stores that are to be the old one or the new one after whatever happens to them."""

    def __init__(self, folder: Path, jobs: faults.Server) -> None:
        self.folder, self.jobs = folder, jobs
        given = {id: str(path) for id, path in _given(folder).items()}
        fewer = folder / "phenotype.hpoa"
        lines = Path(given["hpoa"]).read_text("utf-8").splitlines(keepends=True)
        fewer.write_text("".join(lines[:-3]))
        self.pristine, self.store = folder / "pristine", folder / "store"
        self.job = faults.Job("build", str(self.store), {**given, "hpoa": str(fewer)})
        jobs.run(faults.Job("build", str(self.pristine), given))
        self.old = faults.whole(self.pristine)
        self.reset()
        jobs.run(self.job)
        self.new = faults.whole(self.store)
        self.said: list[str] = []

    def reset(self) -> None:
        """Put the old store in its place."""
        shutil.rmtree(self.store, ignore_errors=True)
        shutil.copytree(self.pristine, self.store)

    def state(self) -> str:
        """Return which store is there, whole, or that none is."""
        try:
            found = faults.whole(self.store)
        except (AssertionError, DiseaseKGError) as error:
            return f"broken ({error})"
        return {self.old: "the old graph", self.new: "the new graph"}.get(found, "another graph")

    def line(self, what: str, outcomes: Iterator[str]) -> Line:
        """Return a line that counts in which states the store was."""
        seen = Counter(outcomes)
        bad = sum(n for state, n in seen.items() if not state.startswith("the "))
        said = ", ".join(f"{state} {n}×" for state, n in sorted(seen.items(), reverse=True))
        return Line(what, seen.total(), said, bad)

    def killed(self, steps: int) -> Iterator[str]:
        """Yield the state after a build was killed at each of its steps."""
        for _ in self.jobs.killed(self.job, steps, self.reset):
            yield self.state()

    def killed_at_random(self, number: int, seconds: float) -> Iterator[str]:
        """Yield the state after builds that were killed at a random moment."""
        chance = random.Random(5)
        for _ in range(number):
            self.reset()
            moment = chance.random() * seconds
            self.jobs.run(faults.replace(self.job, die_after=moment))
            yield self.state()

    def refused(self, **constraint: int | bool) -> str:
        """Return the state after a build that had no room or no right, and had to say so."""
        self.reset()
        outcome = self.jobs.run(faults.replace(self.job, **constraint))  # type: ignore[arg-type]
        if outcome.impossible:
            return f"the kernel does not allow it ({outcome.impossible})"
        if not outcome.error.startswith("own: ") or "\n" in outcome.message:
            return f"no sentence: {outcome.error} {outcome.message}"
        return "the sentence" if "disk" in constraint else f"{self.state()}, with a sentence"


def run() -> Iterator[Line]:
    """Kill, starve and lock out builds, downloads and exports."""
    with tempfile.TemporaryDirectory() as temporary, faults.server() as jobs:
        it = _Faults(Path(temporary).resolve(), jobs)
        steps = 1_000_000  # all there are
        yield it.line("`kill -9` of a build at each step", it.killed(steps))
        yield it.line("`kill -9` of a build at a random moment", it.killed_at_random(60, 0.6))
        yield it.line(
            "a build whose files may not grow beyond 0 to 220,000 bytes",
            (it.refused(file_size=size) for size in range(0, 240_000, 20_000)),
        )
        yield it.line(
            "a build on a disk of 8 kB to 2 MB that is full",
            (it.refused(disk=size) for size in (8_192, *range(100_000, 1_700_000, 200_000))),
        )
        if os.getuid() == 0:
            yield it.line(
                "a build into a folder of somebody else", iter([it.refused(locked_out=True)])
            )
        yield _downloads(Path(temporary) / "downloads", jobs)
        yield _layouts(it)
        yield it.line("two builds at once", _races(it, 10))


def _downloads(folder: Path, jobs: faults.Server) -> Line:
    seen: Counter[str] = Counter()
    bodies = [b"format-version: 1.2\n" + mark * 3_000 for mark in (b"! old\n", b"! newer\n")]
    before = folder.with_name("before")

    def reset() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(before, folder)

    with faults.published() as address:
        job = faults.Job("fetch", str(folder), url=address)
        faults.Publisher.body = bodies[0]
        jobs.run(job)
        shutil.copytree(folder, before)
        faults.Publisher.body = bodies[1]
        for _ in jobs.killed(job, 1_000_000, reset):
            there = {file.read_bytes() for file in folder.rglob("mondo.obo")}
            good = bodies[0] in there <= set(bodies) and not jobs.run(job).error
            seen["whole, and resumed" if good else "broken"] += 1
    said = ", ".join(f"{state} {n}×" for state, n in seen.items())
    return Line("`kill -9` of a download at each step", seen.total(), said, seen["broken"])


def _layouts(it: _Faults) -> Line:
    wrong = 0
    layouts = [*range(LAYOUT), LAYOUT + 1, None, "3", [], -1]
    for layout in layouts:
        it.reset()
        path = it.store / "manifest.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), "layout": layout}))
        try:
            Store.open(it.store)
            wrong += 1
        except StoreError as error:
            wrong += "disease-kg build" not in str(error)
    return Line("stores of other layouts", len(layouts), "each refused with what to do", wrong)


def _races(it: _Faults, number: int) -> Iterator[str]:
    code = (
        "import sys, json; from pathlib import Path; from kg.build import build; "
        "given = {id: Path(file) for id, file in json.loads(sys.argv[2]).items()}; "
        "build(Path(sys.argv[1]), given, again=True)"
    )
    for _ in range(number):
        it.reset()
        command = [sys.executable, "-c", code, str(it.store), json.dumps(it.job.given)]
        pair = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(2)]
        errors = [process.communicate()[1] for process in pair]
        yield it.state() if not any(process.returncode for process in pair) else str(errors)
