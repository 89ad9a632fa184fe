"""A real Chroma server for the tests, started from its package and stopped with them."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.conftest import environment
from tests.servers import free_port


class Chroma:
    """A server that can be killed and started again on its port and folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}/"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and waits until it answers."""
        program = Path(sys.executable).parent / "chroma"
        where = ["--path", str(self._folder), "--host", "127.0.0.1", "--port", str(self._port)]
        self._process = subprocess.Popen(
            [program, "run", *where],
            env=environment(ANONYMIZED_TELEMETRY="False"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 60
        while True:
            assert self._process.poll() is None, "Chroma ended"
            assert time.monotonic() < deadline, "Chroma does not answer"
            try:
                urlopen(f"{self.url}api/v2/heartbeat", timeout=5).read()
                return
            except (URLError, OSError):
                time.sleep(0.1)

    def end(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Ends it by a signal."""
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(30)


@contextmanager
def stoppable_chroma(folder: Path) -> Iterator[Chroma]:
    made = Chroma(folder)
    try:
        made.start()
        yield made
    finally:
        made.end(signal.SIGTERM)


@contextmanager
def chroma_server(folder: Path) -> Iterator[str]:
    with stoppable_chroma(folder) as server:
        yield server.url
