"""A file that is read while it is written, part by part.

What is written does not wait for its reader, as it would with a pipe alone; and the reader begins
at once, as it could not with a file alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO, TypeAlias

Read: TypeAlias = Callable[[Path], None]

_PIPE = 1 << 20
"""Bytes that a pipe should hold, where a system lets one say so; it is 64 kB otherwise."""

_CUT, _END = 0, -1
"""Instead of a number of bytes that were written: a part ends here, or everything does."""


class Followed:
    """A file to `write`, and to `cut` into parts that are read one after another meanwhile.

    `opened` is entered in a thread of its own and gives what reads: it is called for each part
    with a path that can be read once, from the part's beginning to its end. A system without
    /dev/fd calls it once with the file, when the context is left. `reading` becomes done, or has
    what was raised; leaving the context does not wait for it, unless by an error: then the reader
    is given nothing more.
    """

    reading: Future[None]

    def __init__(self, path: Path, opened: Callable[[], AbstractContextManager[Read]]) -> None:
        self.path = path
        self._opened = opened
        self._pool = ThreadPoolExecutor(1)
        self._written: SimpleQueue[int] = SimpleQueue()
        self._held: list[int] = []
        self._tell: Callable[[int], None] = self._written.put
        self._failed = False

    def __enter__(self) -> Followed:
        self._stream = self.path.open("wb", buffering=0)
        follow = self._read_parts if Path("/dev/fd").is_dir() else self._read_whole
        self.reading = self._pool.submit(follow)
        return self

    def write(self, data: bytes) -> None:
        """Write to the file; raises OSError."""
        self._stream.write(data)
        self._tell(len(data))

    def cut(self) -> None:
        """Let what is written from here on be another part."""
        self._tell(_CUT)

    def hold(self) -> None:
        """Let what is written from here on be read only when the context is left."""
        self._tell = self._held.append

    def __exit__(self, kind: object, *_: object) -> None:
        self._stream.close()
        self._failed = kind is not None
        for size in (*self._held, _END):
            self._written.put(size)
        self._pool.shutdown(wait=kind is not None)

    def _read_parts(self) -> None:
        with (
            self.path.open("rb") as file,
            self._opened() as read,
            ThreadPoolExecutor(1) as feeder,
        ):
            ended = False
            while not ended:
                out_of, into = os.pipe()
                feeding = feeder.submit(self._feed, file, into)
                try:
                    read(Path(f"/dev/fd/{out_of}"))
                finally:
                    os.close(out_of)
                    ended = feeding.result()

    def _feed(self, file: BinaryIO, into: int) -> bool:
        """Copy a part into a pipe as it is written; returns whether it is the last.

        A broken pipe means that the reader failed, and says why.
        """
        with suppress(BrokenPipeError), os.fdopen(into, "wb") as pipe:
            _widen(pipe)
            while (size := self._written.get()) > 0 and not self._failed:
                pipe.write(file.read(size))
                pipe.flush()
            return self._failed or size == _END
        return True

    def _read_whole(self) -> None:
        while self._written.get() != _END:
            pass
        if not self._failed:
            with self._opened() as read:
                read(self.path)


def _widen(pipe: BinaryIO) -> None:
    """Let a pipe hold more, on Linux: each time that it is full, two threads change turns."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)
