"""The tests have no network, and neither has what they start: the walls hold."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys

import httpx
import pyoxigraph as ox
import pytest

from tests.offline import NetworkRefused, wall

OUTSIDE = "192.0.2.1"  # set aside for documentation: https://www.rfc-editor.org/rfc/rfc5737
REFUSED = "the tests have no network"


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_a_connection_outside_is_refused(family: socket.AddressFamily) -> None:
    host = OUTSIDE if family == socket.AF_INET else "2001:db8::1"
    with socket.socket(family) as one, pytest.raises(NetworkRefused, match=REFUSED):
        one.connect((host, 80))
    with socket.socket(family, socket.SOCK_DGRAM) as one, pytest.raises(NetworkRefused):
        one.sendto(b"x", (host, 53))


@pytest.mark.parametrize("name", ["example.org", b"example.org"])
def test_no_name_is_asked_for(name: str | bytes) -> None:
    with pytest.raises(NetworkRefused, match=REFUSED):
        socket.getaddrinfo(name, 80)
    with pytest.raises(NetworkRefused, match=REFUSED):
        socket.gethostbyname(name)  # type: ignore[arg-type]


def test_what_is_built_on_sockets_is_refused_too() -> None:
    with pytest.raises((NetworkRefused, httpx.ConnectError), match=REFUSED):
        httpx.get(f"http://{OUTSIDE}/")
    with pytest.raises(NetworkRefused, match=REFUSED):
        asyncio.run(asyncio.open_connection(OUTSIDE, 80))


def test_a_python_that_is_started_is_refused_too() -> None:
    script = f"import socket; socket.create_connection(({OUTSIDE!r}, 80), timeout=5)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 1
    assert REFUSED in done.stderr


def test_the_machine_itself_is_reached() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as one,
        server.accept()[0] as other,
    ):
        one.sendall(b"x")
        assert other.recv(1) == b"x"


@pytest.mark.skipif(not wall(), reason="the kernel gives this user no network of its own")
def test_native_code_is_refused_too() -> None:
    """Oxigraph asks by itself, past Python: the network is not there."""
    asking = f"SELECT * {{ SERVICE <http://{OUTSIDE}/> {{ ?s ?p ?o }} }}"
    with pytest.raises((OSError, RuntimeError), match=r"[Nn]etwork is unreachable"):
        list(ox.Store().query(asking))
