"""Workers that can be killed at any moment, and a Slack that fails now and then."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from slack_emulator import Faults, LocalWorkspace
from tests.support.processes import Process, start

_PAGE = resource.getpagesize()
_TICKS = os.sysconf("SC_CLK_TCK")


def shaky(seed: int) -> Faults:
    """Fails one request in a hundred, half of them after its effect, and puts two off.

    Of the events, two in a hundred come again or late, and one in two hundred ends its socket.
    """
    calls = {"500": 0.005, "lost": 0.005, "429": 0.02}
    events = {"drop": 0.005, "refresh": 0.002, "redeliver": 0.01, "reorder": 0.01}
    return Faults(calls | events, seed, methods=("chat.", "conversations."))


class Fleet:
    """The workers of one run.

    Args:
        restart: whether each worker has a parent that starts it anew when it is killed.
    """

    def __init__(
        self,
        slack: LocalWorkspace,
        data_dir: Path,
        log: Path,
        *,
        restart: bool = False,
        **settings: str,
    ) -> None:
        self._log = log
        self._arguments = ["--restart"] if restart else []
        self._settings = {
            "UPTAKE_DATA_DIR": str(data_dir),
            "UPTAKE_SLACK_API_URL": slack.api_url,
            "UPTAKE_MESSAGES_PER_MINUTE": "60000",
            "UPTAKE_TAKEOVER_SECONDS": "3",
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
        } | settings
        self.alive: list[Process] = []

    def start(self) -> Process:
        """Starts a worker."""
        made = start(self._settings, self._log, self._arguments)
        self.alive.append(made)
        return made

    def memory(self) -> int:
        """The MiB of memory that the workers have in use together, as Linux counts it."""
        pages = [_lines_of(each, "statm")[0].split() for each in self._processes()]
        return sum(int(each[1]) for each in pages) * _PAGE >> 20

    def processor_seconds(self) -> float:
        """The processor time that the living processes have used so far."""
        stats = [_lines_of(each, "stat")[0] for each in self._processes()]
        # After the name in brackets; the times are the twelfth and thirteenth from there.
        used = [stat.rpartition(")")[2].split()[11:13] for stat in stats]
        return sum(int(ticks) for pair in used for ticks in pair) / _TICKS

    def strike(self, worker: Process) -> bool:
        """Ends what answers in a worker at once, and has it started anew; False if nothing does."""
        if not self._arguments:
            self.kill(worker)
            self.start()
            return True
        children = _children_of(worker.pid)
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        return bool(children)

    def kill(self, worker: Process) -> None:
        """Ends a worker at once, whatever it does, for good."""
        worker.send(signal.SIGKILL)
        self.alive.remove(worker)

    def close(self) -> None:
        """Ends everything."""
        for worker in [*self.alive]:
            self.kill(worker)

    def _processes(self) -> list[int]:
        return [pid for each in self.alive for pid in (each.pid, *_children_of(each.pid))]


def _children_of(pid: int) -> list[int]:
    return [int(child) for line in _lines_of(pid, f"task/{pid}/children") for child in line.split()]


def _lines_of(pid: int, file: str) -> list[str]:
    return Path(f"/proc/{pid}/{file}").read_text("ascii").splitlines()


@contextmanager
def fleet(
    slack: LocalWorkspace, data_dir: Path, log: Path, *, restart: bool = False, **settings: str
) -> Iterator[Fleet]:
    """A fleet without workers yet, ended with the block."""
    made = Fleet(slack, data_dir, log, restart=restart, **settings)
    try:
        yield made
    finally:
        made.close()
