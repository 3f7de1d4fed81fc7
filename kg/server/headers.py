"""What every answer carries: headers that keep it safe, and who may keep it for how long."""

from __future__ import annotations

from zlib import crc32

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Access-Control-Allow-Origin": "*",
    "Vary": "Accept, Accept-Encoding",
}


def add(app: FastAPI) -> None:
    """Add them to every answer of the application; HEAD is answered as GET."""
    app.add_middleware(_Headers)
    app.add_middleware(
        CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"]
    )
    app.add_middleware(_HeadAsGet)


class _HeadAsGet:
    """Answers HEAD as GET; the server leaves the content out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("method") == "HEAD":
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)


class _Headers:
    """Adds to every answer what keeps it safe, and says who may keep it.

    An address without a query says nothing of who asks: its answer may be kept, with a tag of the
    very bytes. One with a query is what somebody typed or chose, and not kept, nor is an error.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        public = scope["method"] == "GET" and not scope["query_string"]
        known = Headers(scope=scope).get("if-none-match") if public else None
        begun: Message = {}

        async def add(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = message
                return
            if begun:  # the first part of the content: what is kept comes in one
                headers = MutableHeaders(scope=begun)
                for name, value in _SAFE.items():
                    headers.setdefault(name, value)
                keep = public and begun["status"] in (200, 301, 304)
                headers["Cache-Control"] = "public, max-age=3600" if keep else "no-store"
                if keep and begun["status"] == 200 and not message.get("more_body"):
                    content = message.get("body", b"")
                    headers.setdefault("ETag", f'W/"{crc32(content):08x}-{len(content):x}"')
                    if known and not _tags(known).isdisjoint(_tags(headers["ETag"]) | {"*"}):
                        begun, message = _unchanged(begun), {**message, "body": b""}
                await send(begun)
                begun = {}
            await send(message)

        await self._app(scope, receive, add)


def _tags(text: str) -> frozenset[str]:
    """Return the tags of a list of them, without what marks a weak one."""
    return frozenset(tag.strip().removeprefix("W/") for tag in text.split(","))


def _unchanged(begun: Message) -> Message:
    """Return the beginning of an answer as that of one which says that it is still the same."""
    kept = [(k, v) for k, v in begun["headers"] if not k.lower().startswith(b"content-")]
    return {**begun, "status": 304, "headers": kept}
