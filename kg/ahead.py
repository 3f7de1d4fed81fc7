"""The records of many files, read in a process of its own, ahead of who takes them.

Whatever becomes of that process, all records come: what it has not sent is read here, and so what
is wrong with a file is raised here, by its reader.
"""

from __future__ import annotations

import gc
import json
import os
import pickle
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, islice
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import IO, BinaryIO, NamedTuple

from .readers import read
from .records import Record

_BATCH = 1000
"""So many records are sent at once."""

_PIPE = 1 << 20
"""Bytes that wait between the two, where a system lets one say so; too few, and both wait."""

_WORTHWHILE = 8 << 20
"""Files of so many bytes take longer to read than a process takes to start."""


class Job(NamedTuple):
    """Files of one format, whose records belong together."""

    format: str
    files: Sequence[Path]

    def records(self) -> Iterator[Record]:
        """Read the files; raises SourceError, UnknownFormat."""
        return chain.from_iterable(read(file, self.format) for file in self.files)


@contextmanager
def reading(jobs: Sequence[Job]) -> Iterator[Iterator[Iterator[Record]]]:
    """Give the records of each job in turn; each raises SourceError and UnknownFormat.

    Those of a job are to be taken before the next job's.
    """
    with _reader(jobs) as sent:
        yield (_records(job, sent) for job in jobs)


def _records(job: Job, sent: Iterator[list[Record]]) -> Iterator[Record]:
    """Yield the records that are sent of a job, and then read those that are not."""
    count = 0
    for batch in sent:
        if not batch:
            return
        yield from batch
        count += len(batch)
    yield from islice(job.records(), count, None)


@contextmanager
def _reader(jobs: Sequence[Job]) -> Iterator[Iterator[list[Record]]]:
    """Run the process, if there is a processor for it; gives the batches that it sends."""
    size = sum(file.stat().st_size for job in jobs for file in job.files if file.is_file())
    if not sys.executable or os.cpu_count() == 1 or size < _WORTHWHILE:
        yield iter(())
        return
    said = json.dumps([(job.format, [str(file) for file in job.files]) for job in jobs])
    command = [sys.executable, "-P", "-m", __name__, said]
    try:
        process = Popen(command, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, pipesize=_PIPE)
    except OSError:
        yield iter(())
        return
    with process:
        try:
            assert process.stdout
            yield _batches(process.stdout)
        finally:
            process.kill()


def _batches(stream: IO[bytes]) -> Iterator[list[Record]]:
    """Yield what is sent: batches of records, an empty one after each job's last."""
    with suppress(EOFError, OSError, pickle.UnpicklingError):
        while True:
            yield pickle.load(stream)


def _send(jobs: Sequence[Job], stream: BinaryIO) -> None:
    """Send the records of the jobs in batches."""
    for job in jobs:
        records = job.records()
        while batch := list(islice(records, _BATCH)):
            pickle.dump(batch, stream, pickle.HIGHEST_PROTOCOL)
        pickle.dump([], stream)
        stream.flush()


if __name__ == "__main__":
    gc.disable()  # no cycles are made
    said = json.loads(sys.argv[1])
    _send(
        [Job(format, [Path(file) for file in files]) for format, files in said], sys.stdout.buffer
    )
