"""A file that is read while it is written.

What is written does not wait for its reader, as it would with a pipe alone; and the reader begins
at once, as it could not with a file alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue

_PIPE = 1 << 20
"""Bytes that a pipe should hold, where a system lets one say so; it is 64 kB otherwise."""


class Followed:
    """A file to `write`; `reader` is called with a path, in a thread of its own.

    That path can be read once, from the beginning to the end of what is written. A system without
    /dev/fd calls the reader with the file, once it is complete. `reading` becomes done, or has
    what the reader raised; leaving the context does not wait for it, unless by an error.
    """

    reading: Future[None]

    def __init__(self, path: Path, reader: Callable[[Path], None]) -> None:
        self.path = path
        self._reader = reader
        self._pool = ThreadPoolExecutor(2)
        self._written: SimpleQueue[int] = SimpleQueue()
        self._is_followed = Path("/dev/fd").is_dir()

    def __enter__(self) -> Followed:
        self._stream = self.path.open("wb", buffering=0)
        if self._is_followed:
            out_of, into = os.pipe()
            self.reading = self._pool.submit(self._read, out_of)
            self._pool.submit(self._feed, into)
        return self

    def _read(self, descriptor: int) -> None:
        try:
            self._reader(Path(f"/dev/fd/{descriptor}"))
        finally:
            os.close(descriptor)

    def _feed(self, descriptor: int) -> None:
        """Copy what has been written; a broken pipe means that the reader failed, and says why."""
        _widen(descriptor)
        with (
            suppress(BrokenPipeError),
            self.path.open("rb") as file,
            os.fdopen(descriptor, "wb") as pipe,
        ):
            while size := self._written.get():
                pipe.write(file.read(size))
                pipe.flush()

    def write(self, data: bytes) -> None:
        """Write to the file; raises OSError."""
        self._stream.write(data)
        self._written.put(len(data))

    def __exit__(self, kind: object, *_: object) -> None:
        self._stream.close()
        self._written.put(0)
        if not self._is_followed and kind is None:
            self.reading = self._pool.submit(self._reader, self.path)
        self._pool.shutdown(wait=kind is not None)


def _widen(descriptor: int) -> None:
    """Let a pipe hold more, on Linux: each time that it is full, two threads change turns."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, _PIPE)
