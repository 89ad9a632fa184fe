"""Socket Mode: up to ten WebSocket connections, each payload to one of them in turn."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from dataclasses import dataclass, field

from starlette.websockets import WebSocket, WebSocketDisconnect

from slack_emulator.models import Json
from slack_emulator.state.core import Core
from slack_emulator.transport.bodies import parsed
from slack_emulator.transport.delivery import Envelope, Outbox

MOST_CONNECTIONS = 10
_CONNECTION_SECONDS = 18_060
_CLOSE_GRACE_SECONDS = 10.0


@dataclass(eq=False)
class Connection:
    """One open socket of the app.

    Attributes:
        leaving: Whether it was asked to connect again; it gets nothing more.
    """

    id: str
    loop: asyncio.AbstractEventLoop
    queue: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    leaving: bool = False

    def put(self, message: Json) -> None:
        """Send a message from any thread."""
        text = json.dumps(message)
        self.loop.call_soon_threadsafe(self.queue.put_nowait, text)

    def end(self) -> None:
        """Close the socket from any thread."""
        self.loop.call_soon_threadsafe(self.gone.set)


class SocketHub:
    """All connections of the app."""

    def __init__(self, core: Core, outbox: Outbox, app_id: str) -> None:
        """Take the shared core, the outbox that is acknowledged to, and the app's id."""
        self._core = core
        self._outbox = outbox
        self._app_id = app_id
        self._tickets: set[str] = set()
        self._connections: list[Connection] = []

    def new_ticket(self) -> str:
        """Return a ticket that opens one connection."""
        with self._core.lock:
            ticket = secrets.token_urlsafe(16)
            self._tickets.add(ticket)
            return ticket

    @property
    def connections(self) -> int:
        """Return how many sockets are open and not leaving."""
        with self._core.lock:
            return sum(not connection.leaving for connection in self._connections)

    def send(self, envelope: Envelope) -> bool:
        """Send an envelope over the connection whose turn it is."""
        with self._core.lock:
            for connection in self._connections:
                if not connection.leaving:
                    # The one that was used goes to the end of the line.
                    self._connections.remove(connection)
                    self._connections.append(connection)
                    envelope.connection = connection.id
                    connection.put(envelope.to_json())
                    return True
        return False

    def drop(self, connection: str = "") -> int:
        """Break one connection, or all; returns how many."""
        with self._core.lock:
            found = [c for c in self._connections if connection in ("", c.id)]
            for each in found:
                each.leaving = True
                each.end()
            return len(found)

    def refresh(self, connection: str = "") -> int:
        """Ask the app to connect anew, over one connection or all; returns how many."""
        with self._core.lock:
            found = [c for c in self._connections if connection in ("", c.id) and not c.leaving]
            for each in found:
                self._dismiss(each, "refresh_requested")
            return len(found)

    def _dismiss(self, connection: Connection, reason: str) -> None:
        connection.leaving = True
        debug = {"host": "applink-local"}
        connection.put({"type": "disconnect", "reason": reason, "debug_info": debug})
        connection.loop.call_soon_threadsafe(
            connection.loop.call_later, _CLOSE_GRACE_SECONDS, connection.gone.set
        )

    async def serve(self, socket: WebSocket) -> None:
        """Serve one connection until either side closes it."""
        if not self._use_ticket(socket.query_params.get("ticket", "")):
            await socket.close(4401)
            return
        await socket.accept()
        connection = Connection(self._core.new_id("conn"), asyncio.get_running_loop())
        self._greet(connection)
        tasks = [
            asyncio.create_task(self._send(socket, connection)),
            asyncio.create_task(self._receive(socket)),
            asyncio.create_task(_wait(connection.gone)),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            with self._core.lock:
                self._connections.remove(connection)
                self._core.changed("people")
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._outbox.lost(connection.id)
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await socket.close(1012)

    def _use_ticket(self, ticket: str) -> bool:
        with self._core.lock:
            known = ticket in self._tickets
            self._tickets.discard(ticket)
            return known

    def _greet(self, connection: Connection) -> None:
        with self._core.lock:
            full = self.connections >= MOST_CONNECTIONS
            self._connections.append(connection)
            connection.put(
                {
                    "type": "hello",
                    "num_connections": self.connections,
                    "connection_info": {"app_id": self._app_id},
                    "debug_info": {
                        "host": "applink-local",
                        "build_number": 1,
                        "approximate_connection_time": _CONNECTION_SECONDS,
                    },
                }
            )
            if full:
                self._dismiss(connection, "too_many_websockets")
            self._core.changed("people")
        self._outbox.wake()

    async def _send(self, socket: WebSocket, connection: Connection) -> None:
        while True:
            await socket.send_text(await connection.queue.get())

    async def _receive(self, socket: WebSocket) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while True:
                self._take(await socket.receive_text())

    def _take(self, text: str) -> None:
        with contextlib.suppress(ValueError):
            message = parsed(text)
            if isinstance(message, dict) and isinstance(message.get("envelope_id"), str):
                answer = message.get("payload")
                self._outbox.acknowledge(
                    message["envelope_id"], answer if isinstance(answer, dict) else None
                )


async def _wait(event: asyncio.Event) -> None:
    await event.wait()
