"""Starts the product as a newcomer does, and tells where its workspace is."""

from __future__ import annotations

import re
import signal
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.processes import Process, start

# A browser that opens nothing, so that no test opens a window on somebody's screen.
NO_WINDOW = "true %s &"
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")


@contextmanager
def tried_out(data_dir: Path, *, example: bool = False, **settings: str) -> Iterator[str]:
    """The address of the workspace of `uptake run` without tokens; stopped at the end.

    Args:
        example: with the example company; otherwise with the record of the data folder.
    """
    settings = {"UPTAKE_DATA_DIR": str(data_dir), "BROWSER": NO_WINDOW} | settings
    log = data_dir.parent / f"trial-{uuid.uuid4().hex[:8]}"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.touch()
    options = ["--port", "0", *([] if example else ["--empty"])]
    started = start(settings, log, options, cwd=data_dir.parent)
    try:
        yield _address_in(log, started)
    finally:
        started.send(signal.SIGTERM)
        code = started.wait(60)
        assert code in (0, -signal.SIGTERM), f"it ended with {code}"


def _address_in(log: Path, started: Process) -> str:
    """Reads what it says until it is ready."""
    while started.alive:
        said = log.read_text("utf-8")
        found = _ADDRESS.search(said)
        if found and "is ready" in said:
            return found[0]
        time.sleep(0.05)
    raise AssertionError(f"it ended before it was ready: {log.read_text('utf-8')}")
