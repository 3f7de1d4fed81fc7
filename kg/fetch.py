"""The publishers' files, from the publishers: resumed, verified, several releases side by side.

A file comes to `DIRECTORY/SOURCE/DATE/NAME`, the date being that of its release as the server says
it. It is downloaded beside its place and put there when it is whole and is data; what was broken
off stays as `.part`, to be resumed. `fetched.json` keeps what the server said of each file, so that
an unchanged one is not sent again (RFC 9110, conditional and range requests).
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from . import __version__
from .errors import FetchError, SourceError
from .locks import LOCK, hold
from .readers.files import head, opened
from .readers.limits import MAX_BYTES, MAX_SECONDS
from .sources import Source

if TYPE_CHECKING:
    import httpx

Progress: TypeAlias = Callable[[str], None]

TRIES = 4
"""So often a download is tried before it is given up; each goes on where the last broke off."""

MAX_REDIRECTS = 5
MAX_WAIT = 60.0
"""Seconds that a server may ask to wait for."""

_TIMEOUT = 30.0
_STEP = 5.0
_BUSY = {429, 503}
_WAIT = 1.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """One file as it was fetched; `unchanged` when the server says that it is what is here."""

    url: str
    path: str
    size: int
    sha256: str
    etag: str = ""
    modified: str = ""
    retrieved: str = ""
    unchanged: bool = False


def locations(source: Source) -> list[str]:
    """Return the addresses of a source's files; none where the publisher has no fixed one."""
    return source.download.split()


def fetch(
    source: Source, directory: Path, progress: Progress = lambda message: None, wait: float = _WAIT
) -> Iterator[Fetched]:
    """Fetch a source's files into a directory, and yield each.

    `wait` is the first pause, in seconds, before another try; later ones are twice as long. Raises
    FetchError, which says what to get from where and where to put it.
    """
    folder = directory / source.id
    with _locked(folder), _client() as client:
        known = _known(folder)
        for url in locations(source):
            download = _Download(client, url, folder, known.get(url), progress)
            known[url] = download.run(wait)
            _remember(folder, known)
            yield known[url]


@contextmanager
def _client() -> Iterator[httpx.Client]:
    import httpx

    def no_downgrade(response: httpx.Response) -> None:
        following = response.next_request
        if following and response.url.scheme == "https" != following.url.scheme:
            raise FetchError(str(response.url), "redirects to an address without encryption")

    headers = {"User-Agent": f"disease-kg/{__version__}", "Accept-Encoding": "identity"}
    with httpx.Client(
        headers=headers,
        timeout=_TIMEOUT,
        follow_redirects=True,
        max_redirects=MAX_REDIRECTS,
        event_hooks={"response": [no_downgrade]},
    ) as client:
        yield client


class _Download:
    """One file on its way."""

    def __init__(
        self,
        client: httpx.Client,
        url: str,
        folder: Path,
        known: Fetched | None,
        progress: Progress,
    ) -> None:
        self._client = client
        self._url = url
        self._folder = folder
        self._known = known if known and Path(known.path).is_file() else None
        self._progress = progress
        self._name = url.rstrip("/").rpartition("/")[2].partition("?")[0]
        self._part = folder / f"{self._name}.part"
        self._validator = folder / f"{self._name}.part.etag"

    def run(self, wait: float) -> Fetched:
        """Download, trying again after a pause where that may help; raises FetchError."""
        import httpx

        problem = ""
        for attempt in range(TRIES):
            if attempt:
                time.sleep(wait * 2 ** (attempt - 1))
                self._progress(f"trying {self._url} again: {problem}")
            try:
                fetched = self._attempt()
            except httpx.TooManyRedirects:
                raise self._failed(f"redirects more than {MAX_REDIRECTS} times") from None
            except httpx.TransportError as error:
                problem = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
                continue
            except OSError as error:
                raise self._failed(f"cannot be written: {error.strerror or error}") from error
            if isinstance(fetched, Fetched):
                return fetched
            problem = fetched
        raise self._failed(f"cannot be fetched ({problem})")

    def _attempt(self) -> Fetched | str:
        """Return the file, or why it is worth another try."""
        resumable = self._part.exists() and self._validator.exists()
        begun = self._part.stat().st_size if resumable else 0
        with self._client.stream("GET", self._url, headers=self._headers(begun)) as response:
            status = response.status_code
            if status == 304 and self._known:
                return Fetched(**{**asdict(self._known), "unchanged": True})
            if status in _BUSY or status >= 500:
                _be_patient(response)
                return f"the server says {status}"
            if status == 416:
                self._forget()
                return "what was there of it is of another release"
            if status not in (200, 206):
                raise self._failed(f"cannot be fetched: the server says {status}")
            self._write(response, begun if status == 206 else 0)
            return self._finish(response)

    def _headers(self, begun: int) -> dict[str, str]:
        if begun:
            return {"Range": f"bytes={begun}-", "If-Range": self._validator.read_text("utf-8")}
        if self._known is None:
            return {}
        said = {"If-None-Match": self._known.etag, "If-Modified-Since": self._known.modified}
        return {name: value for name, value in said.items() if value}

    def _write(self, response: httpx.Response, begun: int) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        validator = _strong(response)
        if validator:
            self._validator.write_text(validator, "utf-8")
        elif not begun:
            self._validator.unlink(missing_ok=True)
        size = begun
        last = start = time.monotonic()
        total = begun + int(response.headers.get("Content-Length") or 0)
        with self._part.open("ab" if begun else "wb") as file:
            for chunk in response.iter_raw():
                file.write(chunk)
                size += len(chunk)
                if size > MAX_BYTES:
                    raise self._failed(f"is larger than {MAX_BYTES:,} bytes")
                if time.monotonic() - start > MAX_SECONDS:
                    raise self._failed(f"takes longer than {MAX_SECONDS:,} seconds")
                if time.monotonic() - last > _STEP:
                    last = time.monotonic()
                    share = f" of {total / 1e6:,.1f}" if total > begun else ""
                    self._progress(f"{self._name}: {size / 1e6:,.1f}{share} MB")

    def _finish(self, response: httpx.Response) -> Fetched:
        """Verify what was downloaded, and put it in its place."""
        self._verify()
        modified = response.headers.get("Last-Modified", "")
        path = self._folder / _day(modified) / self._name
        path.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with self._part.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
        size = self._part.stat().st_size
        self._part.replace(path)
        self._validator.unlink(missing_ok=True)
        etag = response.headers.get("ETag", "")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return Fetched(self._url, str(path), size, digest.hexdigest(), etag, modified, now)

    def _verify(self) -> None:
        """Refuse a web page, nothing, or a broken archive; raises FetchError."""
        try:
            head(self._part)
            with opened(self._part) as stream:
                while stream.read(1 << 20):
                    pass
        except SourceError as error:
            self._forget()
            raise self._failed(f"is no data: what came {error.problem}") from error

    def _forget(self) -> None:
        self._part.unlink(missing_ok=True)
        self._validator.unlink(missing_ok=True)

    def _failed(self, problem: str) -> FetchError:
        place = self._folder / self._name
        advice = f"get it another way, put it at {place}, and run disease-kg build --sources"
        return FetchError(self._url, problem, f"{advice} {self._folder.parent}")


def _strong(response: httpx.Response) -> str:
    """Return what tells one state of a file from another, by which a download can be resumed."""
    etag = str(response.headers.get("ETag", ""))
    return etag if etag and not etag.startswith("W/") else response.headers.get("Last-Modified", "")


def _be_patient(response: httpx.Response) -> None:
    """Wait as long as a busy server asks for, within reason."""
    asked = response.headers.get("Retry-After", "")
    if asked.isdigit():
        time.sleep(min(float(asked), MAX_WAIT))


def _day(modified: str) -> str:
    """Return the day of a Last-Modified header, or today."""
    try:
        return parsedate_to_datetime(modified).date().isoformat()
    except (TypeError, ValueError):
        return datetime.now(UTC).date().isoformat()


def _known(folder: Path) -> dict[str, Fetched]:
    """Return what was fetched before; an unreadable note is as none."""
    try:
        noted = json.loads((folder / "fetched.json").read_text("utf-8"))
        return {one["url"]: Fetched(**one) for one in noted}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def _remember(folder: Path, known: dict[str, Fetched]) -> None:
    noted = [{**asdict(one), "unchanged": False} for one in known.values()]
    beside = folder / "fetched.json.part"
    beside.write_text(json.dumps(noted, indent=2) + "\n", "utf-8")
    beside.replace(folder / "fetched.json")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep others from fetching the same source at the same time; raises FetchError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = hold(folder)
    except (BlockingIOError, FileNotFoundError):
        raise FetchError(
            str(folder), "is being fetched by another process", "wait for it to end"
        ) from None
    except OSError as error:
        raise FetchError(str(folder), f"cannot be written: {error.strerror or error}") from error
    with held or nullcontext():
        try:
            yield
        finally:
            (folder / LOCK).unlink(missing_ok=True)
