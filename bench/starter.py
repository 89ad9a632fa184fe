"""Starts workers within a second by forking them from one process that has imported everything."""

from __future__ import annotations

import atexit
import functools
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tests.conftest import environment

ZYGOTE = Path(__file__).parent / "zygote.py"
_START_SECONDS = 120.0


class Started:
    """A worker's process.

    Attributes:
        pid: Its process id.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._ended = threading.Event()
        self._code = 0

    @property
    def alive(self) -> bool:
        """Whether it has not ended yet."""
        return not self._ended.is_set()

    def note_end(self, code: int) -> None:
        """Keeps its exit code, the negative number of a signal that ended it."""
        self._code = code
        self._ended.set()

    def send(self, number: signal.Signals) -> None:
        """Sends it a signal, unless it has ended."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def wait(self, seconds: float) -> int:
        """Its exit code, when it has ended.

        Raises:
            TimeoutError: It has not ended in time.
        """
        if not self._ended.wait(seconds):
            raise TimeoutError(f"The worker {self.pid} still runs after {seconds} s.")
        return self._code


class Starter:
    """One process that has imported everything, and the workers forked from it."""

    def __init__(self) -> None:
        self._zygote = subprocess.Popen(
            [sys.executable, str(ZYGOTE)],
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._new: queue.Queue[Started] = queue.Queue()
        self._all: dict[int, Started] = {}
        threading.Thread(target=self._listen, name="starter", daemon=True).start()

    def _listen(self) -> None:
        assert self._zygote.stdout is not None
        for line in self._zygote.stdout:
            said = json.loads(line)
            if "started" in said:
                made = self._all[said["started"]] = Started(said["started"])
                self._new.put(made)
            else:
                self._all.pop(said["ended"]).note_end(said["code"])

    def start(
        self,
        settings: Mapping[str, str],
        log: Path,
        arguments: Sequence[str] = (),
        program: str = "",
    ) -> Started:
        """Starts `uptake run`, or a program around it, with settings; its words go to a log."""
        assert self._zygote.stdin is not None
        wanted: dict[str, object] = {"program": program, "arguments": [*arguments]}
        wanted |= {"settings": dict(settings), "log": str(log)}
        self._zygote.stdin.write(json.dumps(wanted) + "\n")
        self._zygote.stdin.flush()
        return self._new.get(timeout=_START_SECONDS)

    def close(self) -> None:
        """Ends everything."""
        assert self._zygote.stdin is not None
        self._zygote.stdin.close()
        self._zygote.wait(30)


@functools.cache
def starter() -> Starter:
    """The one starter of this process, ended with it."""
    made = Starter()
    atexit.register(made.close)
    return made
