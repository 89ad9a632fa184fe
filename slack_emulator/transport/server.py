"""Runs the workspace's HTTP server in a thread of its own, on this computer alone."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading

import uvicorn
from starlette.applications import Starlette

from slack_emulator.errors import WorkspaceError

HOST = "127.0.0.1"
_START_SECONDS = 10.0
_STOP_SECONDS = 10.0
_TICK_SECONDS = 1.0
_BACKLOG = 2048
_GOODBYE_SECONDS = 0.5


class _PromptServer(uvicorn.Server):
    """Ends at once; uvicorn's own server waits a fifth of a second first, in every test."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._ending = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def end(self) -> None:
        """End from any thread."""
        self.should_exit = self.force_exit = True
        if self._loop:
            self._loop.call_soon_threadsafe(self._ending.set)

    async def main_loop(self) -> None:
        """Wait for the end; a tick keeps the date of the answers."""
        self._loop = asyncio.get_running_loop()
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), _TICK_SECONDS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close everything; what still runs is cancelled with the loop."""
        for server in self.servers:
            server.close()
        for listening in sockets or ():
            listening.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        # One round of the loop lets the goodbyes out.
        await asyncio.sleep(0)
        # Windows that are still open listen for news without end: they are hung up on.
        for connection in list(self.server_state.connections):
            if (transport := getattr(connection, "transport", None)) is not None:
                transport.close()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=_GOODBYE_SECONDS)


class Server:
    """A uvicorn server in a thread.

    Attributes:
        port: The port it listens on, known from the start.
    """

    def __init__(self, port: int) -> None:
        """Take the port, 0 for a free one, and hold it.

        Raises:
            WorkspaceError: Where the port is taken.
        """
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((HOST, port))
        except (OSError, OverflowError) as fault:
            self._socket.close()
            words = f"Port {port} cannot be used: {fault}. Choose another with --port."
            raise WorkspaceError(words) from fault
        self.port: int = self._socket.getsockname()[1]
        self._server: _PromptServer | None = None
        self._thread: threading.Thread | None = None

    def start(self, app: Starlette) -> None:
        """Serve the app; returns when it is up.

        Raises:
            WorkspaceError: Where it does not come up.
        """
        config = uvicorn.Config(
            app,
            log_level="error",
            lifespan="off",
            # uvloop raises where something is sent to a client that has just left.
            loop="asyncio",
            ws="websockets-sansio",
            ws_ping_interval=None,
            backlog=_BACKLOG,
        )
        self._server = _PromptServer(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="workspace-server", daemon=True
        )
        self._thread.start()
        waited = threading.Event()
        for _ in range(int(_START_SECONDS / 0.01)):
            if self._server.started:
                return
            waited.wait(0.01)
        raise WorkspaceError("The workspace's server did not start.")

    def stop(self) -> None:
        """Stop serving."""
        if self._server and self._thread:
            self._server.end()
            self._thread.join(_STOP_SECONDS)
        with contextlib.suppress(OSError):
            self._socket.close()
