"""A TCP proxy between the app and a part of it, which can be slow, or let nothing through."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

_CHUNK = 65_536
_LOOK_SECONDS = 0.05


@dataclass
class Proxy:
    """Passes bytes on between two sides.

    Attributes:
        port: where it listens.
        delay: seconds that whatever goes to the server is held back.
        is_cut: whether nothing goes through either way; new connections are taken and not served,
            as where a router drops packets.
    """

    target: tuple[str, int]
    port: int = 0
    delay: float = 0.0
    is_cut: bool = False
    sent: list[bytes] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def serve(self, listener: socket.socket) -> None:
        """Takes connections until the end."""
        while not self.over.is_set():
            with suppress(OSError):
                client, _ = listener.accept()
                threading.Thread(target=self._join, args=(client,), daemon=True).start()

    def _join(self, client: socket.socket) -> None:
        self._wait_while_cut()
        try:
            server = socket.create_connection(self.target, 10)
        except OSError:
            client.close()
            return
        server.settimeout(None)
        for one, other, to_server in ((client, server, True), (server, client, False)):
            threading.Thread(target=self._pump, args=(one, other, to_server), daemon=True).start()

    def _pump(self, one: socket.socket, other: socket.socket, to_server: bool) -> None:
        with suppress(OSError):
            while chunk := one.recv(_CHUNK):
                self._wait_while_cut()
                if to_server:
                    self.sent.append(chunk)
                    time.sleep(self.delay)
                other.sendall(chunk)
        for each in (one, other):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _wait_while_cut(self) -> None:
        while self.is_cut and not self.over.is_set():
            time.sleep(_LOOK_SECONDS)


@contextmanager
def proxy(host: str, port: int) -> Iterator[Proxy]:
    """A proxy to a server, until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = Proxy((host, port), listener.getsockname()[1])
        threading.Thread(target=made.serve, args=(listener,), daemon=True).start()
        try:
            yield made
        finally:
            made.over.set()
