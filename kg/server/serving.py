"""Serves the application of the environment, in one process or several."""

from __future__ import annotations

import socket

import uvicorn

from ..errors import DiseaseKGError


def run(host: str, port: int, workers: int, log_level: str) -> None:
    """Answer requests until the process is told to end; raises DiseaseKGError for a taken port.

    What is sent goes out at once: a page is written in two parts, and without TCP_NODELAY, which
    connections take over from the socket that they come to, the second waits some 40 ms for the
    other side to confirm the first.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise DiseaseKGError(f"{host}:{port} cannot be served: {error.strerror}") from error
    with listening:
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        uvicorn.run(
            "kg.server.app:from_environment",
            factory=True,
            fd=listening.fileno(),
            workers=workers,
            log_level=log_level,
            access_log=log_level == "info",
        )
