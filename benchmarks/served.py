"""A server of the site, started as its user would start it, for the benchmarks that need one."""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, ready: str) -> Iterator[tuple[str, int]]:
    """Start a server; yield its address and process number once it answers at an address."""
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(3000):
            with suppress(OSError):
                urllib.request.urlopen(address + ready).read()
                break
            if server.poll() is not None:
                raise SystemExit(f"{command[0]} ended with {server.returncode}")
            time.sleep(0.1)
        yield address, server.pid
    finally:
        server.terminate()
        server.wait()


@contextmanager
def served(directory: Path, *options: str) -> Iterator[tuple[str, int]]:
    """Serve the store in a folder; yield the address and the process number."""
    port = free_port()
    command = ["disease-kg", "serve", "--quiet", "--store", str(directory), "--port", str(port)]
    with running([*command, *options], port, "/about") as server:
        yield server
