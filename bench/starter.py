"""Starts processes within a second by forking them from one that has imported everything."""

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
        cwd: str = "",
    ) -> Started:
        """Starts `uptake run`, or a program around it, with settings; its words go to a log."""
        return self._start(settings, ["run", *arguments], log, log, cwd=cwd, program=program)

    def run(
        self,
        arguments: Sequence[str],
        settings: Mapping[str, str],
        folder: Path,
        cwd: Path,
        typed: str | None,
        seconds: float,
    ) -> subprocess.CompletedProcess[str]:
        """Runs `uptake` with `arguments` to its end; its words are kept in a folder of its own.

        Raises:
            TimeoutExpired: It has not ended in time, and was killed.
        """
        input, output, errors = (folder / name for name in ("input", "output", "errors"))
        if typed is not None:
            input.write_text(typed, "utf-8")
        given = os.devnull if typed is None else str(input)
        started = self._start(settings, arguments, output, errors, given, cwd=str(cwd))
        try:
            code = started.wait(seconds)
        except TimeoutError as error:
            started.send(signal.SIGKILL)
            raise subprocess.TimeoutExpired(list(arguments), seconds) from error
        said, wrong = (path.read_bytes().decode() for path in (output, errors))
        return subprocess.CompletedProcess(["uptake", *arguments], code, said, wrong)

    def _start(
        self,
        settings: Mapping[str, str],
        arguments: Sequence[str],
        output: Path,
        errors: Path,
        input: str = os.devnull,
        cwd: str = "",
        program: str = "",
    ) -> Started:
        assert self._zygote.stdin is not None
        wanted = {
            "program": program,
            "arguments": [*arguments],
            "environment": environment(**settings),
        }
        wanted |= {"input": input, "output": str(output), "errors": str(errors), "cwd": cwd}
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
