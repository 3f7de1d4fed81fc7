"""What is read while it is written, and what is read ahead in a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from threading import Event, Timer
from time import sleep
from typing import Any

import pytest

from kg import ahead
from kg.ahead import Job, reading
from kg.errors import SourceError
from kg.streams import Followed, Read

OBO = "format-version: 1.4\ndata-version: 2026-01-01\n"
TERM = "\n[Term]\nid: MONDO:{:07}\nname: condition {}\n"


@pytest.fixture
def jobs(tmp_path: Path) -> list[Job]:
    """Two jobs, the first of two files."""
    files = []
    for number, terms in enumerate((2500, 3, 1200)):
        file = tmp_path / f"{number}.obo"
        said = (TERM.format(n, n) for n in range(number * 10_000 + 1, number * 10_000 + 1 + terms))
        file.write_text(OBO + "".join(said))
        files.append(file)
    return [Job("obo", files[:2]), Job("obo", files[2:])]


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let small files be worth a process, on every machine."""
    monkeypatch.setattr(ahead, "_WORTHWHILE", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that are read by this process."""
    files: list[Path] = []
    read = ahead.read

    def noted(path: Path, format: str) -> Iterator[object]:
        files.append(path)
        return read(path, format)

    monkeypatch.setattr(ahead, "read", noted)
    return files


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Popen[bytes]]:
    """The processes that are started."""
    processes: list[Popen[bytes]] = []

    def start(*arguments: Any, **options: Any) -> Popen[bytes]:
        processes.append(Popen(*arguments, **options))
        return processes[-1]

    monkeypatch.setattr(ahead, "Popen", start)
    return processes


def taken(jobs: list[Job]) -> list[list[object]]:
    with reading(jobs) as records:
        return [list(each) for each in records]


@pytest.mark.usefixtures("always")
def test_records_read_ahead_are_the_same(jobs: list[Job], here: list[Path]) -> None:
    said = [[*job.records()] for job in jobs]
    here.clear()
    assert taken(jobs) == said
    assert here == [], "none was read by this process"
    assert [len(records) for records in said] == [2501 + 4, 1201]


@pytest.mark.usefixtures("always")
def test_what_is_wrong_with_a_file_is_said_as_its_reader_says_it(
    jobs: list[Job], here: list[Path]
) -> None:
    broken = jobs[1].files[0]
    broken.write_text(broken.read_text() + "this is not OBO\n")
    got = []
    with pytest.raises(SourceError, match="is not OBO") as raised, reading(jobs) as records:
        for each in records:
            got += each
    assert raised.value.where.startswith("line ")
    assert len(got) == 2505 + 1200, "what came before it was read"
    assert here == [broken]


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("after", [0, 1, 1001, 2505, 2600])
def test_all_records_come_though_the_process_dies(
    jobs: list[Job], after: int, started: list[Popen[bytes]]
) -> None:
    said = [[*job.records()] for job in jobs]
    got: list[list[object]] = []
    with reading(jobs) as records:
        for each in records:
            got.append([])
            for record in each:
                if sum(map(len, got)) == after:
                    started[0].kill()
                got[-1].append(record)
    assert got == said


@pytest.mark.usefixtures("always")
def test_all_records_come_though_no_process_can_be_started(
    jobs: list[Job], here: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [[*job.records()] for job in jobs]
    for executable in ("", "/nothing/there", "/bin/false"):
        here.clear()
        monkeypatch.setattr(sys, "executable", executable)
        assert taken(jobs) == said
        assert here == [file for job in jobs for file in job.files]


@pytest.mark.usefixtures("always")
def test_the_process_ends_with_who_reads(jobs: list[Job], started: list[Popen[bytes]]) -> None:
    with reading(jobs) as records:
        next(next(records))
        assert started[0].poll() is None or started[0].poll() == 0
    assert started[0].poll() is not None


def parts_of(path: Path, written: list[bytes | None]) -> list[bytes]:
    """Write to a followed file, None being a cut; returns what its reader got in each part."""
    got: list[bytes] = []

    @contextmanager
    def opened() -> Iterator[Read]:
        yield lambda part: got.append(part.read_bytes())
        got.append(b"closed")

    with Followed(path, opened) as file:
        for data in written:
            if data is None:
                file.cut()
            else:
                file.write(data)
    file.reading.result()
    assert path.read_bytes() == b"".join(data for data in written if data)
    return got


def test_a_followed_file_is_read_in_parts(tmp_path: Path) -> None:
    big = bytes(range(256)) * 20_000
    assert parts_of(tmp_path / "a", [b"a", big, None, b"b", None, None, b"c"]) == [
        b"a" + big,
        b"b",
        b"",
        b"c",
        b"closed",
    ]
    assert parts_of(tmp_path / "b", []) == [b"", b"closed"]


def test_a_followed_file_without_descriptors_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "is_dir", lambda path: False)
    assert parts_of(tmp_path / "a", [b"a", None, b"b"]) == [b"ab", b"closed"]


def test_what_is_held_is_read_when_the_context_is_left(tmp_path: Path) -> None:
    got: list[bytes] = []
    began = Event()

    @contextmanager
    def opened() -> Iterator[Read]:
        def read(part: Path) -> None:
            with part.open("rb") as stream:
                while data := stream.read1():
                    got.append(data)
                    began.set()

        yield read

    path = tmp_path / "a"
    with Followed(path, opened) as file:
        file.write(b"early")
        file.hold()
        file.write(b"late")
        file.cut()
        file.write(b"last")
        assert path.read_bytes() == b"earlylatelast", "it is written all the same"
        assert began.wait(10)
        sleep(0.05)
        assert got == [b"early"]
    file.reading.result(10)
    assert b"".join(got) == b"earlylatelast"


@pytest.mark.parametrize("later", ["hold", "cut"])
def test_after_an_error_nothing_more_is_read(tmp_path: Path, later: str) -> None:
    got: list[bytes] = []
    left = Event()

    @contextmanager
    def opened() -> Iterator[Read]:
        def read(part: Path) -> None:
            assert left.wait(10)
            got.append(part.read_bytes())

        yield read

    with pytest.raises(ValueError, match="invalid"), Followed(tmp_path / "a", opened) as file:
        file.write(b"early")
        sleep(0.05)  # in which it goes into the pipe
        getattr(file, later)()
        for _ in range(100):
            file.write(bytes(100_000))
        Timer(0.2, left.set).start()
        raise ValueError("invalid")
    assert b"".join(got) == b"early"


def test_after_an_error_nothing_is_read_without_descriptors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "is_dir", lambda path: False)

    @contextmanager
    def opened() -> Iterator[Read]:
        raise AssertionError("it is read")
        yield

    with pytest.raises(ValueError, match="invalid"), Followed(tmp_path / "a", opened) as file:
        file.write(b"early")
        raise ValueError("invalid")
    file.reading.result(10)


def test_a_reader_that_fails_says_so_at_the_end(tmp_path: Path) -> None:
    @contextmanager
    def opened() -> Iterator[Read]:
        def fail(part: Path) -> None:
            raise ValueError("no more")

        yield fail

    with Followed(tmp_path / "a", opened) as file:
        for _ in range(50):
            file.write(bytes(100_000))
            file.cut()
    with pytest.raises(ValueError, match="no more"):
        file.reading.result(10)
    assert (tmp_path / "a").stat().st_size == 5_000_000
