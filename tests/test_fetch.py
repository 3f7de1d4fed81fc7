"""Fetching from a server that is slow, cuts off, redirects, lies and changes its mind."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import cli
from kg.errors import FetchError
from kg.fetch import TRIES, Fetched, fetch, locations
from kg.locks import LOCK, hold
from kg.sources import Source, all_sources, found

DATA = b"format-version: 1.2\n" + b"! a line of data\n" * 4000
MODIFIED = "Tue, 05 May 2026 10:00:00 GMT"


@dataclass
class Behavior:
    """What the server does next; `seen` has what it was asked."""

    body: bytes = DATA
    etag: str = '"one"'
    statuses: list[int] = field(default_factory=list)
    cut_after: list[int] = field(default_factory=list)
    ranges: bool = True
    length: int | None = None
    redirect: str = ""
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)


class Server(ThreadingHTTPServer):
    behavior: Behavior


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        does = self.server.behavior
        asked = {name.lower(): value for name, value in self.headers.items()}
        does.seen.append((self.path, asked))
        if does.redirect and self.path != "/moved/mondo.obo":
            self.send_response(302)
            self.send_header("Location", does.redirect)
            self.end_headers()
            return
        if does.statuses:
            self.send_response(does.statuses.pop(0))
            self.send_header("Retry-After", "0")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if asked.get("if-none-match") == does.etag:
            self.send_response(304)
            self.end_headers()
            return
        start = 0
        if does.ranges and asked.get("if-range") == does.etag and "range" in asked:
            start = int(asked["range"].removeprefix("bytes=").rstrip("-"))
        body = does.body[start:]
        self.send_response(206 if start else 200)
        self.send_header("ETag", does.etag)
        self.send_header("Last-Modified", MODIFIED)
        self.send_header("Content-Length", str(does.length or len(body)))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(does.body)}/{len(does.body)}")
        self.end_headers()
        if does.cut_after:
            body = body[: does.cut_after.pop(0)]
        self.wfile.write(body)
        self.close_connection = True


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as running:
        running.behavior = Behavior()
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield running
        finally:
            running.shutdown()
            thread.join()


def source(server: Server, path: str = "/mondo.obo") -> Source:
    address = f"http://127.0.0.1:{server.server_address[1]}{path}"
    return replace(all_sources()["mondo"], download=address)


def fetched(server: Server, folder: Path, path: str = "/mondo.obo") -> Fetched:
    (one,) = fetch(source(server, path), folder, wait=0)
    return one


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_a_file_comes_to_its_release_and_is_found_there(server: Server, tmp_path: Path) -> None:
    one = fetched(server, tmp_path)
    path = tmp_path / "mondo" / "2026-05-05" / "mondo.obo"
    assert Path(one.path) == path
    assert path.read_bytes() == DATA
    assert (one.size, one.unchanged, len(one.sha256)) == (len(DATA), False, 64)
    assert left(tmp_path) == {"mondo.obo", "fetched.json"}
    assert found(tmp_path) == {"mondo": [path]}
    _, asked = server.behavior.seen[0]
    assert asked["user-agent"].startswith("disease-kg/")


def test_what_is_unchanged_is_not_sent_again(server: Server, tmp_path: Path) -> None:
    first = fetched(server, tmp_path)
    again = fetched(server, tmp_path)
    assert again.unchanged
    assert again == replace(first, unchanged=True)
    assert server.behavior.seen[1][1]["if-none-match"] == '"one"'
    Path(first.path).unlink()
    assert not fetched(server, tmp_path).unchanged


def test_a_download_that_is_cut_off_goes_on(server: Server, tmp_path: Path) -> None:
    server.behavior.cut_after = [1000, 5000]
    assert Path(fetched(server, tmp_path).path).read_bytes() == DATA
    ranges = [asked.get("range") for _, asked in server.behavior.seen]
    assert ranges == [None, "bytes=1000-", "bytes=6000-"]


def test_a_server_that_cannot_go_on_begins_again(server: Server, tmp_path: Path) -> None:
    server.behavior.cut_after = [1000]
    server.behavior.ranges = False
    assert Path(fetched(server, tmp_path).path).read_bytes() == DATA


def test_another_release_in_between_is_not_pasted_on(server: Server, tmp_path: Path) -> None:
    server.behavior.cut_after = [1000] * TRIES
    with pytest.raises(FetchError):
        fetched(server, tmp_path)
    assert "mondo.obo.part" in left(tmp_path)
    server.behavior.etag, server.behavior.body = '"two"', DATA[::-1]
    server.behavior.body = b"format-version: 1.2\n" + DATA
    assert Path(fetched(server, tmp_path).path).read_bytes() == server.behavior.body


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_asked_again(server: Server, tmp_path: Path, status: int) -> None:
    server.behavior.statuses = [status]
    assert fetched(server, tmp_path).size == len(DATA)
    server.behavior.statuses = [status] * TRIES
    server.behavior.etag = '"two"'
    with pytest.raises(FetchError, match=f"the server says {status}"):
        fetched(server, tmp_path)
    assert "mondo.obo" in left(tmp_path)  # what was there


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_file_that_is_not_there_is_asked_for_once(
    server: Server, tmp_path: Path, status: int
) -> None:
    server.behavior.statuses = [status]
    with pytest.raises(FetchError, match=f"the server says {status}"):
        fetched(server, tmp_path)
    assert len(server.behavior.seen) == 1


@pytest.mark.parametrize(
    "body",
    [b"<!DOCTYPE html><html>sorry</html>", b"", gzip.compress(DATA)[:-20], gzip.compress(b"")],
)
def test_what_is_no_data_never_gets_the_name(server: Server, tmp_path: Path, body: bytes) -> None:
    server.behavior.body = body
    with pytest.raises(FetchError, match="is no data"):
        fetched(server, tmp_path)
    assert left(tmp_path) <= {"fetched.json"}


def test_a_bomb_never_gets_the_name(server: Server, tmp_path: Path) -> None:
    server.behavior.body = gzip.compress(b"\n" * (1 << 27))
    with pytest.raises(FetchError, match="far more"):
        fetched(server, tmp_path)
    assert not left(tmp_path)


def test_a_wrong_length(server: Server, tmp_path: Path) -> None:
    """Too long: the rest never comes. Too short: what comes after it is not of the file."""
    server.behavior.length = len(DATA) + 10
    with pytest.raises(FetchError, match="cannot be fetched"):
        fetched(server, tmp_path)
    assert "mondo.obo" not in left(tmp_path)


def test_redirects(server: Server, tmp_path: Path) -> None:
    server.behavior.redirect = "/moved/mondo.obo"
    assert fetched(server, tmp_path).size == len(DATA)
    server.behavior.redirect = "/again"
    with pytest.raises(FetchError, match="redirects more than 5 times"):
        fetched(server, tmp_path, "/other/mondo.obo")


def test_no_network_says_what_to_put_where(tmp_path: Path) -> None:
    closed = Server(("127.0.0.1", 0), Handler)
    closed.server_close()
    with pytest.raises(FetchError) as caught:
        fetched(closed, tmp_path)
    said = str(caught.value)
    assert str(tmp_path / "mondo" / "mondo.obo") in said
    assert f"disease-kg build --sources {tmp_path}" in said


def test_one_at_a_time(server: Server, tmp_path: Path) -> None:
    folder = tmp_path / "mondo"
    folder.mkdir()
    with hold(folder) or nullcontext(), pytest.raises(FetchError, match="another process"):
        fetched(server, tmp_path)
    assert (folder / LOCK).exists()  # as one that was killed leaves it
    assert fetched(server, tmp_path).size == len(DATA)
    assert not (folder / LOCK).exists()


def test_a_folder_that_cannot_be_made(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FetchError, match="cannot be written"):
        fetched(server, tmp_path / "file")


def test_the_command_lists_where_each_source_is() -> None:
    said = CliRunner().invoke(cli, ["fetch", "--list", "--format", "csv", "mondo", "hpoa"])
    assert said.exit_code == 0
    assert said.stdout.splitlines()[0] == "source,files,address"
    assert locations(all_sources()["hpoa"])[0] in said.stdout


def test_the_command_refuses_an_unknown_source() -> None:
    assert CliRunner().invoke(cli, ["fetch", "mondoo"]).exception is not None
