"""What a process that evaluates strangers' queries may do: so much memory, and no network."""

from __future__ import annotations

import ctypes
import platform
import signal
import struct
import sys
from contextlib import suppress

_SOCKET = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""Audit architecture and number of the system call socket(2), by machine."""

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _FILTER = 38, 22, 2
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 13  # with EACCES


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def confine(memory: int) -> None:
    """Limit this process to so many bytes of address space and, on Linux, to no network at all.

    The network is refused by a filter of system calls, from now on and for good:
    https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html
    A system without such limits, or that refuses them, leaves the deadline alone.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent says when it is over
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    if sys.platform == "linux" and platform.machine() in _SOCKET:
        _refuse_sockets(*_SOCKET[platform.machine()])


def _refuse_sockets(architecture: int, socket: int) -> None:
    instructions = b"".join(
        struct.pack("HBBI", *instruction)
        for instruction in (
            (_LOAD, 0, 0, 4),  # the architecture
            (_EQUAL, 0, 2, architecture),
            (_LOAD, 0, 0, 0),  # the number of the system call
            (_EQUAL, 1, 0, socket),
            (_RETURN, 0, 0, _ALLOW),
            (_RETURN, 0, 0, _REFUSE),
        )
    )
    libc = ctypes.CDLL(None, use_errno=True)
    program = _Program(len(instructions) // 8, instructions)
    for call in (
        (_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (_PR_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0),
    ):
        if libc.prctl(*call) != 0:
            raise OSError(ctypes.get_errno(), "the network cannot be refused to this process")
