"""Starts the product as a newcomer does, and tells where its workspace is."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.starter import Started, starter
from tests.conftest import environment

# A browser that opens nothing, so that no test opens a window on somebody's screen.
NO_WINDOW = "true %s &"
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")


@contextmanager
def tried_out(data_dir: Path, fresh: bool = False, **settings: str) -> Iterator[str]:
    """The address of the workspace of `uptake run` without tokens; stopped at the end.

    Args:
        fresh: in a process that has imported nothing yet, which takes some seconds more.
    """
    settings = {"UPTAKE_DATA_DIR": str(data_dir), "BROWSER": NO_WINDOW} | settings
    log = data_dir.parent / f"trial-{uuid.uuid4().hex[:8]}"
    log.touch()
    started = (_fresh if fresh else _forked)(settings, log, data_dir.parent)
    try:
        yield _address_in(log, started)
    finally:
        started.send(signal.SIGTERM)
        code = started.wait(60)
        assert code in (0, -signal.SIGTERM), f"it ended with {code}"


class _Fresh:
    """A process with nothing imported, as a newcomer starts it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def wait(self, seconds: float) -> int:
        return self._process.wait(seconds)


def _fresh(settings: dict[str, str], log: Path, cwd: Path) -> _Fresh | Started:
    with log.open("ab") as said:
        process = subprocess.Popen(
            [sys.executable, "-c", "from bot.cli import main; main()", "run", "--port", "0"],
            cwd=cwd,
            env=environment(**settings),
            stdin=subprocess.DEVNULL,
            stdout=said,
        )
    return _Fresh(process)


def _forked(settings: dict[str, str], log: Path, cwd: Path) -> _Fresh | Started:
    return starter().start(settings, log, ["--port", "0"], cwd=str(cwd))


def _address_in(log: Path, started: _Fresh | Started) -> str:
    """Reads what it says until it is connected."""
    while started.alive:
        said = log.read_text("utf-8")
        found = _ADDRESS.search(said)
        if found and "connected" in said:
            return found[0]
        time.sleep(0.05)
    raise AssertionError(f"it ended before it was connected: {log.read_text('utf-8')}")
