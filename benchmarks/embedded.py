"""The embedded graph: its build beside its own bulk load, `show` beside the import of rdflib.

Run with the project installed: python benchmarks/embedded.py [RUNS]

Whole processes, one after the other, the two of a pair in turns; medians, and their ratio. Memory
is the operating system's peak of the process. The build and the bulk load must hold as many quads.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kg.store import Store

LOAD = """
import sys, pyoxigraph
store = pyoxigraph.Store(sys.argv[2])
store.bulk_load(path=sys.argv[1], format=pyoxigraph.RdfFormat.N_QUADS, lenient=True)
store.flush()
print(len(store))
"""


def run(command: list[str]) -> tuple[float, float, str]:
    """Return wall seconds, peak memory in MB and standard output of a command."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    output = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"failed: {' '.join(command)}")
    return time.perf_counter() - started, usage.ru_maxrss / 1000, output


def medians(commands: dict[str, list[str]], runs: int) -> dict[str, tuple[float, float]]:
    """Return the median seconds and memory of each command, run in turns after one warm-up."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            seconds, memory, _ = run(command)
            if turn:
                taken[name].append((seconds, memory))
    return {
        name: (statistics.median(s for s, _ in runs), statistics.median(m for _, m in runs))
        for name, runs in taken.items()
    }


def report(title: str, ours: str, peer: str, taken: dict[str, tuple[float, float]]) -> None:
    """Print a pair and its ratio."""
    print(f"\n{title}")
    for name in (ours, peer):
        seconds, memory = taken[name]
        print(f"  {name:34} {seconds:8.2f} s {memory:8.0f} MB")
    print(f"  {'ratio':34} {taken[ours][0] / taken[peer][0]:8.2f}")


def main() -> None:
    """Run both pairs."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        built, quads, loaded = folder / "built", folder / "graph.nq", folder / "loaded"
        build = ["disease-kg", "build", "--quiet", "--output", str(built)]
        run(build)
        store = Store.open(built)
        with quads.open("wb") as stream:
            for quad in store.quads():
                stream.write(f"{quad} .\n".encode())
        load = [
            "sh", "-c", f'rm -rf "{loaded}" && exec "$0" "$@"',
            sys.executable, "-c", LOAD, str(quads), str(loaded),
        ]  # fmt: skip
        count = int(run(load)[2])
        if count != len(store):
            raise SystemExit(f"not the same graph: {len(store)} quads built, {count} loaded")
        print(f"{count:,} quads, {os.cpu_count()} cores, {runs} runs")
        pair = {"disease-kg build": build, "pyoxigraph bulk load": load}
        report("Build", *pair, medians(pair, runs))
        shown = ["disease-kg", "show", "--store", str(built), "focal dystonia"]
        pair = {"disease-kg show": shown, "import rdflib": [sys.executable, "-c", "import rdflib"]}
        report("Cold start", *pair, medians(pair, 3 * runs))


if __name__ == "__main__":
    main()
