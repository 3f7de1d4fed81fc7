"""No network for the tests but the machine's own: refused to this process and to its children.

Three walls, each for what the one before it does not see. An audit hook refuses what Python code
asks of sockets, in this process and, through `sitecustomize`, in every Python that it starts. Where
the kernel allows it (Linux, as root), the whole process moves to a network of its own with nothing
in it but the loopback device, which holds native code and browsers as well.
"""

from __future__ import annotations

import ctypes
import fcntl
import ipaddress
import os
import socket
import struct
import sys
from functools import cache
from pathlib import Path
from typing import Any

_CLONE_NEWNET = 0x40000000
_SIOCSIFFLAGS, _UP = 0x8914, 0x1
_CONNECTING = {"socket.connect", "socket.sendto", "socket.sendmsg"}
_RESOLVING = {"socket.getaddrinfo", "socket.gethostbyname"}
_HERE = {"", "localhost", "localhost.", "testserver"}


attempts: list[str] = []
"""What this process has asked of other hosts, and was refused."""


class NetworkRefused(OSError):
    """Something in the tests has asked for another host."""


@cache
def wall() -> bool:
    """Put up all the walls, once; returns whether this process has a network of its own."""
    pass_on()
    own = leave_network()
    install()
    return own


def install() -> None:
    """Refuse the network to this interpreter, for good."""
    sys.addaudithook(_hook)


def pass_on() -> None:
    """Have every Python that this process starts refuse it as well."""
    folder = str(Path(__file__).with_name("offline_site"))
    paths = [folder, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))


def leave_network() -> bool:
    """Move this process to a network of its own; returns whether the kernel let it."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNET) != 0:
        return False
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", _UP))
    return True


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _CONNECTING:
        address = arguments[1] if len(arguments) > 1 else None
        if isinstance(address, tuple) and address and not _is_here(str(address[0])):
            _refuse(f"{event} to {address[0]}")
    elif event in _RESOLVING and not _is_here(_text(arguments[0])):
        _refuse(f"{event} of {arguments[0]!r}")


def _refuse(what: str) -> None:
    attempts.append(what)
    raise NetworkRefused(f"the tests have no network: {what}")


def _text(host: Any) -> str:
    return host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")


def _is_here(host: str) -> bool:
    if host in _HERE:
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
