"""Jobs that are killed, starved or locked out on purpose, each in a process of its own.

A job is killed at its n-th step, a step being whatever it is about to do to a folder: open a file
to write, rename, remove, make a folder. The interpreter tells of each beforehand (audit events), so
that no part of the program has to be known or changed. Run as a script it takes jobs as lines of
JSON and forks a child for each, because a fork costs less than a start.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NOBODY = 65534

_NEEDED = ["shacl", "httpx", "zstandard", "kg.build", "kg.exports", "kg.fetch", "kg.validation"]
_NEEDED += [f"kg.readers.{name}" for name in ("obo", "sssom", "hpoa", "hpo_genes", "turtle")]
_STEPS = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree", "sqlite3.connect"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_CLONE_NEWNS, _MS_PRIVATE = 0x20000, 1 << 18 | 1 << 14


@dataclass(frozen=True)
class Job:
    """What is done to a folder, and what is done to whoever does it.

    `die_at` is the step before which it is killed, `die_after` the seconds after which;
    `file_size` the bytes that a file may have, `disk` those of the folder's whole disk;
    `locked_out` that it may write nowhere.
    """

    what: str
    folder: str
    given: dict[str, str] = field(default_factory=dict)
    url: str = ""
    die_at: int = -1
    die_after: float = -1
    file_size: int = -1
    disk: int = -1
    locked_out: bool = False


@dataclass(frozen=True)
class Outcome:
    """How a job ended: by a signal, by an error with its message, or well after so many steps."""

    signal: int = 0
    error: str = ""
    message: str = ""
    steps: int = 0
    impossible: str = ""


class Server:
    """The process that forks a child for each job."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.faults"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, job: Job) -> Outcome:
        """Return how a job ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(job)) + "\n")
        self._process.stdin.flush()
        return Outcome(**json.loads(self._process.stdout.readline()))

    def killed(self, job: Job, most: int, reset: Callable[[], None]) -> Iterator[Outcome]:
        """Yield the outcomes of a job killed at up to so many steps, evenly spread.

        `reset` puts the folder in the state that each begins with. The first and the last step are
        among them.
        """
        reset()
        steps = self.run(job).steps
        for step in sorted({round(n * (steps - 1) / (most - 1)) for n in range(most)}):
            reset()
            yield self.run(replace(job, die_at=step))


@contextmanager
def server() -> Iterator[Server]:
    """Start a server of jobs, and stop it."""
    running = Server()
    try:
        yield running
    finally:
        running._process.communicate()


# --- what is held afterwards, and who serves files meanwhile


def whole(directory: Path) -> str:
    """Return the checksum of a store, every part of which is as it was built."""
    from kg import manifest
    from kg.store import Store

    store = Store.open(directory)
    checks = list(manifest.verify(store, deep=True))
    assert [check.sentence for check in checks if not check.good] == []
    assert store.names.search("dystonia")
    return str(manifest.canonical(store.lines())["sha256"])


def sentence(message: str) -> None:
    """Hold that an error is one short sentence, and no traceback."""
    assert message
    assert "\n" not in message
    assert "Traceback" not in message
    assert len(message) < 400


class Publisher(BaseHTTPRequestHandler):
    """Serves one file, whole, by its entity tag."""

    body = b"format-version: 1.2\n" + b"! a line\n" * 2_000

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("ETag", f'"{len(self.body)}"')
        self.send_header("Last-Modified", f"Tue, 0{len(self.body) % 9 + 1} May 2026 10:00:00 GMT")
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)


@contextmanager
def published() -> Iterator[str]:
    """Serve the publisher's file at an address of this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Publisher) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{running.server_address[1]}/mondo.obo"
        finally:
            running.shutdown()
            thread.join()


# --- in the process that is killed


def do(job: Job) -> None:
    """Do a job: build a store, or fetch a file."""
    if job.what == "build":
        from kg.build import build

        build(Path(job.folder), {id: Path(file) for id, file in job.given.items()}, again=True)
    elif job.what == "fetch":
        from kg.fetch import fetch
        from kg.sources import all_sources

        source = replace(all_sources()["mondo"], download=job.url)
        list(fetch(source, Path(job.folder), wait=0))
    elif job.what == "export":
        from kg.exports import export_to
        from kg.store import Store

        export_to(Store.open(job.given["store"]), Path(job.folder) / "graph.ttl", "turtle")
    else:
        raise ValueError(job.what)


def _child(job: Job) -> Outcome:
    try:
        _constrain(job)
    except OSError as error:
        return Outcome(impossible=str(error))
    taken = 0

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal taken
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING
        if (writes or event in _STEPS) and str(arguments[0]).startswith(job.folder):
            if taken == job.die_at:
                os.kill(os.getpid(), signal.SIGKILL)
            taken += 1

    sys.addaudithook(hook)
    if job.die_after >= 0:
        threading.Timer(job.die_after, os.kill, (os.getpid(), signal.SIGKILL)).start()
    try:
        do(job)
    except Exception as error:
        return Outcome(error=_kind(error), message=str(error), steps=taken)
    return Outcome(steps=taken)


def _kind(error: Exception) -> str:
    from kg.errors import DiseaseKGError

    own = "own: " if isinstance(error, DiseaseKGError) else ""
    return own + type(error).__name__


def _constrain(job: Job) -> None:
    if job.disk >= 0:
        _own_disk(job.folder, job.disk)
    if job.file_size >= 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (job.file_size, job.file_size))
    if job.locked_out and os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def _own_disk(folder: str, size: int) -> None:
    """Put a small disk under a folder, for this process alone; raises OSError without the right."""
    libc = ctypes.CDLL(None, use_errno=True)
    calls = (
        lambda: libc.unshare(_CLONE_NEWNS),
        lambda: libc.mount(None, b"/", None, _MS_PRIVATE, None),
        lambda: libc.mount(b"tmpfs", folder.encode(), b"tmpfs", 0, f"size={size}".encode()),
    )
    for call in calls:
        if call() != 0:
            raise OSError(ctypes.get_errno(), "no disk of its own")


def _fork(job: Job) -> Outcome:
    receiving, sending = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(receiving)
        status = 1
        try:
            os.write(sending, json.dumps(asdict(_child(job))).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(sending)
    with os.fdopen(receiving, "rb") as stream:
        said = stream.read()
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return Outcome(signal=os.WTERMSIG(status))
    return Outcome(**json.loads(said)) if said else Outcome(error="no answer")


def main() -> None:
    """Do the jobs that come on standard input."""
    for name in _NEEDED:  # loaded once, before the forks
        import_module(name)
    for line in sys.stdin:
        print(json.dumps(asdict(_fork(Job(**json.loads(line))))), flush=True)


if __name__ == "__main__":
    main()
