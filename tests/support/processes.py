"""Starts the product as processes that are watched, and killed with the test run."""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_ROOT = Path(__file__).parents[2]
# What the `uptake` command runs.
COMMAND = (sys.executable, "-c", "from bot.cli import main; main()")


def environment(**settings: str) -> dict[str, str]:
    """The environment of a child process: this one's without any of Uptake's settings."""
    rest = {k: v for k, v in os.environ.items() if not k.startswith(("UPTAKE_", "SLACK_"))}
    return rest | {"PYTHONPATH": str(_ROOT)} | settings


class Process:
    """A started process, with its output in a log.

    Attributes:
        pid: Its process id.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.pid = process.pid
        atexit.register(self.send, signal.SIGKILL)

    @property
    def alive(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def send(self, number: signal.Signals) -> None:
        """Sends it a signal, unless it has ended."""
        self._process.send_signal(number)

    def wait(self, seconds: float) -> int:
        """Its exit code, when it has ended: the negative number of a signal that ended it.

        Raises:
            TimeoutExpired: It has not ended in time.
        """
        return self._process.wait(seconds)


def start(
    settings: Mapping[str, str],
    log: Path,
    arguments: Sequence[str] = (),
    program: Path | None = None,
    cwd: Path | None = None,
) -> Process:
    """Starts `uptake run`, or a program around it, with settings; its output goes to a log."""
    command = COMMAND if program is None else (sys.executable, str(program))
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*command, "run", *arguments],
            cwd=cwd,
            env=environment(**settings),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    return Process(process)
