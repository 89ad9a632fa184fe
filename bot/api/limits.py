"""Limits on requests ahead of any work: size of body and header, time to arrive, connections."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol


@dataclass(frozen=True)
class Limits:
    """What a request may take.

    Attributes:
        body: bytes of a body; Slack's and a batch of 1,000 events stay far below.
        header: bytes of the request line and all headers.
        seconds: within which the header must have arrived, then the body, and within which the
            client must take what it is answered.
        connections: open at once on one port.
        held: bytes of all bodies that are arriving or being worked on at once.
    """

    body: int = 2_000_000
    header: int = 32_768
    seconds: float = 10.0
    connections: int = 1000
    held: int = 64_000_000


LIMITS = Limits()


class Refused(Exception):
    """A request that is over a limit; says with which status and sentence it is answered."""


class LimitBody:
    """ASGI middleware: reads the body within its limits, and only then calls the application.

    A header over its limit is answered 431, a body over its limit 413 as soon as that is known,
    and a slow one 408. Where the client leaves early, nothing is called and nothing is logged.
    A request that the end of the server cuts off is no error either.
    """

    def __init__(self, app: ASGIApp, limits: Limits = LIMITS) -> None:
        self.app, self.limits, self.held = app, limits, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = bytearray()
        try:
            self._check(scope)
            await self._read(receive, body)
            await self.app(scope, _replay(bytes(body), receive), send)
        except Refused as refused:
            await _refuse(send, *refused.args)
        except (ClientDisconnect, asyncio.CancelledError):
            return
        finally:
            self.held -= len(body)

    def _check(self, scope: Scope) -> None:
        limits, names = self.limits, {name for name, _ in scope["headers"]}
        if _header_size(scope) > limits.header:
            status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            raise Refused(status, f"The header is over {limits.header} bytes.")
        if {b"content-length", b"transfer-encoding"} <= names:
            # A proxy may have read another body than this server would.
            raise Refused(HTTPStatus.BAD_REQUEST, "The length of the body is stated twice.")
        if _announced(scope) > limits.body:
            raise self._too_large()

    async def _read(self, receive: Receive, body: bytearray) -> None:
        try:
            async with asyncio.timeout(self.limits.seconds):
                while await self._add_part(receive, body):
                    pass
        except TimeoutError:
            said = "The request took too long to arrive."
            raise Refused(HTTPStatus.REQUEST_TIMEOUT, said) from None

    async def _add_part(self, receive: Receive, body: bytearray) -> bool:
        """Adds what arrives next to a body; whether there is more of it."""
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        part = message.get("body", b"")
        body += part
        self.held += len(part)
        if len(body) > self.limits.body:
            raise self._too_large()
        if self.held > self.limits.held:
            said = "Too much arrives at once. Send it again."
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, said)
        return bool(message.get("more_body", False))

    def _too_large(self) -> Refused:
        said = f"The request is over {self.limits.body} bytes. Send less at a time."
        return Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, said)


def limited(
    app: ASGIApp, port: int, limits: Limits = LIMITS, *, grace: int, **options: Any
) -> Config:
    """The configuration of a server that answers on `port` within the limits.

    Args:
        grace: seconds for requests that are under way at the end; one at least.
    """

    class Protocol(LimitedProtocol):
        bounds = limits

    return Config(
        LimitBody(app, limits),
        host="0.0.0.0",
        port=port,
        http=Protocol,
        h11_max_incomplete_event_size=limits.header,
        # uvloop raises where something is sent to a client that has just left.
        loop="asyncio",
        # Nothing here answers a WebSocket, and a connection that became one would have no limits.
        ws="none",
        # Whoever reaches the port writes nothing into the log.
        log_level="error",
        timeout_graceful_shutdown=max(grace, 1),
        **options,
    )


class LimitedProtocol(H11Protocol):
    """Closes connections over the limit, and those of clients that send or read too slowly.

    Uvicorn times only the pause between two requests. The h11 protocol stops to read a header at
    its limit; httptools reads on.
    """

    bounds = LIMITS
    _overdue: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Starts the clock of the first header, or refuses the connection."""
        if len(self.connections) >= self.bounds.connections:
            transport.abort()
            return
        super().connection_made(transport)
        # Whatever the network does not take at once counts as unread.
        transport.set_write_buffer_limits(high=0)
        self._watch_header()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops the clocks."""
        if self.transport is None:
            return
        self._stop_watching()
        self._stop_waiting()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Starts the clock of an answer that the client does not read."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(self.bounds.seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Stops the clock: everything was read."""
        super().resume_writing()
        self._stop_waiting()

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

    def _stop_waiting(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

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
