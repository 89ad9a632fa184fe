"""A real Chroma server for the tests, started from its package and stopped with them."""

from __future__ import annotations

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


@contextmanager
def chroma_server(folder: Path) -> Iterator[str]:
    port = free_port()
    program = Path(sys.executable).parent / "chroma"
    process = subprocess.Popen(
        [program, "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)],
        env=environment(ANONYMIZED_TELEMETRY="False"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}/"
    try:
        deadline = time.monotonic() + 60
        while True:
            assert process.poll() is None, "Chroma ended"
            assert time.monotonic() < deadline, "Chroma does not answer"
            try:
                urlopen(f"{url}api/v2/heartbeat", timeout=5).read()
                break
            except (URLError, OSError):
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(30)
