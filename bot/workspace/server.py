"""Runs the workspace's HTTP server in a thread of its own, on this computer alone."""

from __future__ import annotations

import contextlib
import socket
import threading

import uvicorn
from starlette.applications import Starlette

from bot.workspace.errors import WorkspaceError

HOST = "127.0.0.1"
_START_SECONDS = 10.0
_STOP_SECONDS = 10.0
_BACKLOG = 2048


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
        self._server: uvicorn.Server | None = None
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
            ws="websockets-sansio",
            ws_ping_interval=None,
            timeout_graceful_shutdown=1,
            backlog=_BACKLOG,
        )
        self._server = uvicorn.Server(config)
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
            # Open windows would hold a gentle end up; nothing here needs one.
            self._server.should_exit = self._server.force_exit = True
            self._thread.join(_STOP_SECONDS)
        with contextlib.suppress(OSError):
            self._socket.close()
