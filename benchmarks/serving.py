"""The site under load: pages a second for 50 clients, and ASK while another query runs for long.

    python benchmarks/serving.py STORE [SECONDS]

Needs wrk (Debian's package of that name). Pages are drawn at random from all conditions: first each
is made anew, later ones are kept.
"""

from __future__ import annotations

import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

from served import served

from kg.server.links import path
from kg.store import Store

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"


def memory(pid: int) -> float:
    """Return the resident memory of a process and of all below it, in MB."""
    total = 0
    waiting = [str(pid)]
    while waiting:
        one = waiting.pop()
        with suppress(OSError):
            status = Path(f"/proc/{one}/status").read_text()
            total += sum(map(int, re.findall(r"VmRSS:\s+(\d+)", status)))
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += (task / "children").read_text().split()
    return total / 1000


def load(address: str, script: Path, seconds: int) -> str:
    """Return what wrk says of 50 clients for some seconds."""
    command = ["wrk", "-t1", "-c50", f"-d{seconds}s", "--latency", "-s", str(script), address]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def said(output: str) -> str:
    """Return the rate, the latencies and the failures out of wrk's words."""
    rate = re.findall(r"Requests/sec:\s+([\d.]+)", output)[0]
    half = re.findall(r"50%\s+(\S+)", output)[0]
    most = re.findall(r"99%\s+(\S+)", output)[0]
    bad = re.findall(r"Non-2xx or 3xx responses: (\d+)", output)
    return f"{float(rate):7.0f} pages/s, median {half}, 99% {most}, {bad[0] if bad else 0} failures"


def asks(address: str, seconds: float) -> list[float]:
    """Return how long each ASK took, in milliseconds, while a slow query runs over and over."""
    going = threading.Event()

    def slow() -> None:
        while not going.is_set():
            with suppress(OSError):
                urllib.request.urlopen(f"{address}/sparql?{urlencode({'query': SLOW})}").read()

    thread = threading.Thread(target=slow, daemon=True)
    thread.start()
    taken = []
    until = time.monotonic() + seconds
    ask = f"{address}/sparql?" + urlencode({"query": "ASK { ?s a dkg:Condition }"})
    while time.monotonic() < until:
        begun = time.perf_counter()
        urllib.request.urlopen(ask).read()
        taken.append((time.perf_counter() - begun) * 1000)
        time.sleep(0.02)
    going.set()
    return taken


def main() -> None:
    """Start a server, load it, and say how it went."""
    directory, seconds = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 60
    iris = Store.open(directory).arrays.taxonomy("condition").iris
    with served(directory, "--workers", "2") as (address, pid):
        time.sleep(15)  # until the lists are warm
        for name, chosen in (
            ("pages at random", iris),
            ("the same 1,000 pages", random.Random(1).sample(iris, 1000)),
        ):
            with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
                paths = ",".join(f'"{path(iri, "condition")}"' for iri in chosen)
                script.write(
                    f"paths={{{paths}}}\nrequest=function() return wrk.format("
                    '"GET",paths[math.random(#paths)],{["Accept"]="text/html"}) end\n'
                )
                script.flush()
                before = memory(pid)
                output = load(address, Path(script.name), seconds)
                print(f"{name:22} {said(output)}; memory {before:.0f} → {memory(pid):.0f} MB")
        taken = sorted(asks(address, seconds / 3))
        p95 = taken[int(len(taken) * 0.95)]
        print(
            f"ASK beside a slow query: median {statistics.median(taken):.1f} ms, 95% {p95:.1f} ms"
        )


if __name__ == "__main__":
    main()
