"""A client of the SPARQL 1.1 Protocol: one query, one whole answer, or an error that says why not.

https://www.w3.org/TR/sparql11-protocol/. What fails by chance is tried again, after a pause that
grows; what is wrong is not. Credentials come from the environment and go nowhere else: not to
another host, not over the net in the clear, not into a message.
"""

from __future__ import annotations

import os
import random
import re
import time
from base64 import b64encode
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING
from weakref import finalize

from .errors import EndpointError

if TYPE_CHECKING:
    import httpx

    _Flow = Generator[httpx.Request, httpx.Response, None]

ROWS = "application/sparql-results+json"
TRIPLES = "application/n-triples"

_KINDS = {
    ROWS: (ROWS, "application/json"),
    TRIPLES: (TRIPLES, "text/plain", "text/ntriples"),
}
"""What may be asked for, and the media types that servers call it by."""

_PASSING = (429, 502, 503, 504)
"""The states that are worth another try."""

_LONGEST = 60.0
"""A pause that a server asks for is kept up to so many seconds."""

TIMEOUT, RETRIES, MOST_MB = 60.0, 3, 1024
"""What holds where the environment says nothing."""

_ADDRESSES = "the address of the endpoint itself is needed, such as …/query or …/sparql"


@dataclass(frozen=True, slots=True)
class Settings:
    """How an endpoint is asked: `timeout` is of a whole answer, `retries` beside the first try."""

    timeout: float = TIMEOUT
    retries: int = RETRIES
    most_bytes: int = MOST_MB << 20
    user: str = ""
    password: str = ""
    token: str = ""

    @classmethod
    def of_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Return what DISEASE_KG_ENDPOINT_TIMEOUT, …_RETRIES, …_MOST_MB, …_USER, … say.

        Raises EndpointError for a number that is none.
        """
        found = os.environ if environment is None else environment

        def number(name: str, default: float) -> float:
            text = found.get(f"DISEASE_KG_ENDPOINT_{name}", "") or str(default)
            if not re.fullmatch(r"\d{1,9}(\.\d+)?", text):
                raise EndpointError(f"DISEASE_KG_ENDPOINT_{name}", f"is no number: {text!r}")
            return float(text)

        return cls(
            number("TIMEOUT", TIMEOUT) or TIMEOUT,
            int(number("RETRIES", RETRIES)),
            int(number("MOST_MB", MOST_MB)) << 20,
            found.get("DISEASE_KG_ENDPOINT_USER", ""),
            found.get("DISEASE_KG_ENDPOINT_PASSWORD", ""),
            found.get("DISEASE_KG_ENDPOINT_TOKEN", ""),
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer, and the number of rows at which the server says that it was cut, or 0."""

    content: bytes
    cut_at: int = 0


class Client:
    """A connection to one endpoint. Raises EndpointError for an address that is none."""

    def __init__(
        self,
        url: str,
        settings: Settings | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        import httpx

        self.url = url
        self.settings = settings or Settings.of_environment()
        self._sleep = sleep
        try:
            address = httpx.URL(url)
        except (httpx.InvalidURL, TypeError):
            address = httpx.URL("")
        if address.userinfo:
            self.url = str(address.copy_with(userinfo=b""))
            raise self._error(
                "is given with a password, which other users of this machine can read",
                "set DISEASE_KG_ENDPOINT_USER and DISEASE_KG_ENDPOINT_PASSWORD instead",
            )
        if address.scheme not in ("http", "https") or not address.host:
            raise self._error("is no address of an endpoint", "it begins with http:// or https://")
        secret = self.settings.user or self.settings.token
        if secret and address.scheme == "http" and not _is_local(address.host):
            raise self._error("would get your credentials in the clear", "use https://")
        self._http = httpx.Client(
            timeout=self.settings.timeout,
            headers={"User-Agent": "disease-kg", "Accept-Encoding": "gzip"},
            auth=self._auth(),
        )
        finalize(self, self._http.close)

    def ask(self, query: str, kind: str = ROWS) -> Reply:
        """Return the whole answer to a query, as ROWS or TRIPLES; raises EndpointError."""
        import httpx

        for attempt in range(self.settings.retries + 1):
            last = attempt == self.settings.retries
            try:
                response, content = self._once(query, kind)
            except httpx.TimeoutException as error:
                if last or not isinstance(error, httpx.ConnectTimeout):
                    raise self._too_slow() from None
                pause = None
            except httpx.TransportError as error:
                if last:
                    raise self._error(*_unreachable(error)) from None
                pause = None
            else:
                if response.status_code not in _PASSING or last:
                    return self._reply(response, content, kind)
                pause = _asked_pause(response.headers.get("Retry-After", ""))
            self._sleep(random.uniform(0.5, 1) * 2**attempt if pause is None else pause)
        raise AssertionError("the last try returns or raises")

    def _once(self, query: str, kind: str) -> tuple[httpx.Response, bytes]:
        """Return one response, and all of its content if that comes in time and is not too much."""
        until = time.monotonic() + self.settings.timeout
        accept = ", ".join((kind, *(f"{other};q=0.5" for other in _KINDS[kind][1:])))
        chunks: list[bytes] = []
        size = 0
        with self._http.stream(
            "POST", self.url, data={"query": query}, headers={"Accept": accept}
        ) as response:
            for chunk in response.iter_bytes():
                chunks.append(chunk)
                size += len(chunk)
                if size > self.settings.most_bytes:
                    raise self._error(
                        f"answers with more than {self.settings.most_bytes >> 20:,} MB",
                        "ask for less, or set DISEASE_KG_ENDPOINT_MOST_MB",
                    )
                if time.monotonic() > until:
                    raise self._too_slow()
        return response, b"".join(chunks)

    def _reply(self, response: httpx.Response, content: bytes, kind: str) -> Reply:
        status = response.status_code
        media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        said = _gist(content, media_type)
        if 300 <= status < 400:
            raise self._error(
                f"redirects to {response.headers.get('Location', 'nowhere')}",
                "give that address, if you trust it",
            )
        if status in (401, 403):
            raise self._error(
                f"asks for other credentials (HTTP {status})",
                "set DISEASE_KG_ENDPOINT_USER and DISEASE_KG_ENDPOINT_PASSWORD, or …_TOKEN",
            )
        if status == 404:
            raise self._error("is not there (HTTP 404)", _ADDRESSES)
        if status == 400:
            raise self._error(f"refuses the query (HTTP 400): {said}")
        if status in _PASSING:
            raise self._error(f"is not available (HTTP {status}): {said}", "try again later")
        if status != 200:
            raise self._error(f"fails (HTTP {status}): {said}")
        if media_type not in _KINDS[kind]:
            raise self._error(
                f"answers with {media_type or 'no media type'} and not with SPARQL results: {said}",
                _ADDRESSES,
            )
        if state := response.headers.get("X-SQL-State"):  # of Virtuoso, with status 200
            message = response.headers.get("X-SQL-Message", state)
            raise self._error(
                f"gave the query up half-way and answers in part: {message}",
                "allow it more time, in the server's settings",
            )
        cut_at = response.headers.get("X-SPARQL-MaxRows", "")
        return Reply(content, int(cut_at) if cut_at.isdigit() else 0)

    def _auth(self) -> httpx.Auth | None:
        import httpx

        settings = self.settings
        digest = httpx.DigestAuth(settings.user, settings.password)
        basic = f"{settings.user}:{settings.password}".encode()
        first = (
            f"Bearer {settings.token}" if settings.token else f"Basic {b64encode(basic).decode()}"
        )

        class _Credentials(httpx.Auth):
            """A token, or a user's password: Basic, or Digest where that is refused for it.

            Virtuoso tells that it wants Digest only to who comes without credentials.
            """

            wants_digest = False

            def auth_flow(self, request: httpx.Request) -> _Flow:
                if not self.wants_digest:
                    request.headers["Authorization"] = first
                    response = yield request
                    if response.status_code != 401 or settings.token:
                        return
                    del request.headers["Authorization"]
                self.wants_digest = True
                yield from digest.auth_flow(request)

        return _Credentials() if settings.user or settings.token else None

    def _too_slow(self) -> EndpointError:
        return self._error(
            f"has not answered within {self.settings.timeout:g} s",
            "set DISEASE_KG_ENDPOINT_TIMEOUT for more seconds, or ask for less",
        )

    def _error(self, problem: str, advice: str = "") -> EndpointError:
        return EndpointError(self.url, problem, advice)


def _unreachable(error: Exception) -> tuple[str, str]:
    import httpx

    if isinstance(error, httpx.ConnectError):
        return f"cannot be reached: {error}", "is the server running, and the address right?"
    return f"cut the answer off: {error}", "try again; the server or a proxy may have ended it"


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _asked_pause(retry_after: str) -> float | None:
    """Return the seconds that a server asks to wait for, None if it asks for none.

    >>> _asked_pause("2"), _asked_pause("Wed, 21 Oct 2015 07:28:00 GMT"), _asked_pause("soon")
    (2.0, 0.0, None)
    """
    if retry_after.isdigit():
        return min(float(retry_after), _LONGEST)
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    seconds = (until - datetime.now(until.tzinfo or UTC)).total_seconds()
    return min(max(0.0, seconds), _LONGEST)


def _gist(content: bytes, media_type: str) -> str:
    """Return the title of a page, or the first line of a message.

    >>> _gist(b"<html><title>It works!</title>", "text/html")
    'It works!'
    """
    text = content[:2000].decode("utf-8", "replace")
    title = re.search(r"<title>\s*(.*?)\s*</title>", text, re.IGNORECASE | re.DOTALL)
    if title:
        return title[1]
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0][:200] if lines else f"nothing ({media_type or 'no media type'})"
