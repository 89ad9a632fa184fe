"""Limits on requests ahead of any work: size of body and header, time to arrive, connections."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol


@dataclass(frozen=True)
class Limits:
    """What a request may take.

    Attributes:
        body: bytes of a body; Slack's and a batch of 1,000 events stay far below.
        header: bytes of the request line and all headers.
        seconds: within which the header, and then the body, must have arrived.
        connections: open at once on one port.
        held: bytes of all bodies that are arriving at once.
    """

    body: int = 2_000_000
    header: int = 32_768
    seconds: float = 10.0
    connections: int = 1000
    held: int = 64_000_000


LIMITS = Limits()


class TooLarge(Exception):
    """The body is over the limit."""


class TooMuchAtOnce(Exception):
    """All bodies that are arriving are over the limit together."""


class Disconnected(Exception):
    """The client left before the body had arrived."""


class LimitBody:
    """ASGI middleware: reads the body within its limits, and only then calls the application.

    A header over its limit is answered 431, a body over its limit 413 as soon as that is known,
    and a slow one 408. Where the client leaves early, nothing is called and nothing is logged.
    """

    def __init__(self, app: ASGIApp, limits: Limits = LIMITS) -> None:
        self.app, self.limits, self.held = app, limits, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if _header_size(scope) > self.limits.header:
            status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            await _refuse(send, status, f"The header is over {self.limits.header} bytes.")
            return
        try:
            if _announced(scope) > self.limits.body:
                raise TooLarge
            async with asyncio.timeout(self.limits.seconds):
                body = await self._read(receive)
        except TooLarge:
            said = f"The request is over {self.limits.body} bytes. Send less at a time."
            await _refuse(send, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, said)
        except TooMuchAtOnce:
            await _refuse(send, HTTPStatus.SERVICE_UNAVAILABLE, "Too much arrives. Send it again.")
        except TimeoutError:
            await _refuse(send, HTTPStatus.REQUEST_TIMEOUT, "The request took too long to arrive.")
        except Disconnected:
            return
        else:
            await self.app(scope, _replay(body, receive), send)

    async def _read(self, receive: Receive) -> bytes:
        body = bytearray()
        more = True
        try:
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Disconnected
                part = message.get("body", b"")
                body += part
                self.held += len(part)
                more = message.get("more_body", False)
                if len(body) > self.limits.body:
                    raise TooLarge
                if self.held > self.limits.held:
                    raise TooMuchAtOnce
        finally:
            self.held -= len(body)
        return bytes(body)


def limited(app: ASGIApp, port: int, limits: Limits = LIMITS, **options: Any) -> Config:
    """The configuration of a server that answers on `port` within the limits."""

    class Protocol(LimitedProtocol):
        bounds = limits

    return Config(
        LimitBody(app, limits),
        host="0.0.0.0",
        port=port,
        http=Protocol,
        h11_max_incomplete_event_size=limits.header,
        **options,
    )


class LimitedProtocol(H11Protocol):
    """Closes connections over the limit, and those whose header does not arrive in time.

    Uvicorn times only the pause between two requests. The h11 protocol stops to read a header at
    its limit; httptools reads on.
    """

    bounds = LIMITS
    _overdue: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Starts the clock of the first header, or refuses the connection."""
        if len(self.connections) >= self.bounds.connections:
            transport.abort()
            return
        super().connection_made(transport)
        self._watch_header()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops the clock."""
        if self.transport is None:
            return
        self._stop_watching()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Passes data on; a header that has begun must end in time."""
        if self.transport is None:
            return
        super().data_received(data)
        self._watch_header()

    def _watch_header(self) -> None:
        waits = self.cycle is None or self.cycle.response_complete
        if not waits:
            self._stop_watching()
        elif self._overdue is None:
            self._overdue = self.loop.call_later(self.bounds.seconds, self._close_overdue)

    def _stop_watching(self) -> None:
        if self._overdue is not None:
            self._overdue.cancel()
            self._overdue = None

    def _close_overdue(self) -> None:
        self._overdue = None
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()


def _announced(scope: Scope) -> int:
    """The length of the body as the header states it; 0 where it does not."""
    said = dict(scope["headers"]).get(b"content-length", b"")
    return int(said) if said.isdigit() else 0


def _header_size(scope: Scope) -> int:
    line = len(scope.get("raw_path") or b"") + len(scope["query_string"])
    return line + sum(len(name) + len(value) + 4 for name, value in scope["headers"])


def _replay(body: bytes, receive: Receive) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return messages.pop() if messages else await receive()

    return replayed


async def _refuse(send: Send, status: HTTPStatus, sentence: str) -> None:
    body = json.dumps({"error": sentence}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": body})
