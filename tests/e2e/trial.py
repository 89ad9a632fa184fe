"""Starts the product as a newcomer does, and tells where its workspace is."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import environment

# A browser that opens nothing, so that no test opens a window on somebody's screen.
NO_WINDOW = "true %s &"
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")


@contextmanager
def tried_out(data_dir: Path, **settings: str) -> Iterator[str]:
    """The address of the workspace of `uptake run` without tokens; stopped at the end."""
    process = subprocess.Popen(
        [sys.executable, "-c", "from bot.cli import main; main()", "run", "--port", "0"],
        cwd=data_dir.parent,
        env=environment(UPTAKE_DATA_DIR=str(data_dir), **{"BROWSER": NO_WINDOW} | settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield _address_from(process)
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(60)
        assert code in (0, -signal.SIGTERM), f"it ended with {code}"


def _address_from(process: subprocess.Popen[str]) -> str:
    """Reads what it prints until it is connected."""
    assert process.stdout is not None
    address = ""
    for line in process.stdout:
        address = address or (found[0] if (found := _ADDRESS.search(line)) else "")
        if "connected" in line:
            os.set_blocking(process.stdout.fileno(), False)
            return address
    raise AssertionError(f"it ended with {process.wait()} before it was connected")
