"""Measuring: whole processes by the operating system's account, questions in process by medians."""

from __future__ import annotations

import gc
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Row:
    """One comparison: what was done, by whom, in how many seconds and MB; the first is ours."""

    what: str
    taken: dict[str, tuple[float, float | None]] = field(default_factory=dict)
    note: str = ""


def process(command: list[str], timeout: float = 3600) -> tuple[float, float, str]:
    """Return wall seconds, peak memory in MB and standard output of a command.

    A command that fails ends the benchmark; one that takes too long takes `inf` seconds. Memory is
    0 where it cannot be told: the system counts this process's own, until the command begins.
    """
    started = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert child.stdout is not None
    timer = subprocess.Popen(["sh", "-c", f"sleep {timeout} && kill -9 {child.pid}"])
    output = child.stdout.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - started
    timer.kill()
    timer.wait()
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    memory = usage.ru_maxrss / 1000 if usage.ru_maxrss > own else 0.0
    if seconds >= timeout:
        return float("inf"), memory, output
    if status:
        raise SystemExit(f"failed: {' '.join(command)}")
    return seconds, memory, output


def python(script: str, *arguments: object) -> list[str]:
    """Return the command that runs a script of Python."""
    return [sys.executable, "-c", script, *map(str, arguments)]


def in_turns(commands: dict[str, list[str]], runs: int) -> dict[str, tuple[float, float | None]]:
    """Return the median seconds and memory of each command, run in turns after one warm-up."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for turn in range(runs + 1 if runs > 1 else 1):
        for name, command in commands.items():
            seconds, memory, _ = process(command)
            if turn or runs == 1:
                taken[name].append((seconds, memory))
    return {
        name: (statistics.median(s for s, _ in runs), statistics.median(m for _, m in runs))
        for name, runs in taken.items()
    }


def median(question: Callable[[], object], runs: int = 5, at_least: float = 0.05) -> float:
    """Return the median seconds of a question in this process, asked often enough to be timed."""
    question()
    times = 1
    gc.disable()
    try:
        while True:
            taken = [_seconds(question, times) for _ in range(runs)]
            if sum(taken) >= at_least or statistics.median(taken) > at_least / runs:
                return statistics.median(taken) / times
            times *= 4
    finally:
        gc.enable()


def _seconds(question: Callable[[], object], times: int) -> float:
    started = time.perf_counter()
    for _ in range(times):
        question()
    return time.perf_counter() - started
