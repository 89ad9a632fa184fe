"""Workers that can be started in a second and killed at any moment, and the Slack they talk to."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.responses import JSONResponse

from tests.conftest import environment
from tests.e2e.fleet import PersistentSlack


@dataclass
class TimedSlack(PersistentSlack):
    """Knows when everything happened, and can be as faulty as a network is."""

    sent: dict[str, float] = field(default_factory=dict)
    acknowledged_at: dict[str, float] = field(default_factory=dict)
    posted_at: list[tuple[float, str, str]] = field(default_factory=list)

    def deliver(self, kind: str, payload: dict[str, Any]) -> str:
        """Sends a payload, and notes when."""
        envelope = super().deliver(kind, payload)
        self.sent[envelope] = time.monotonic()
        return envelope

    def note_acknowledged(self) -> None:
        """Notes by when what has been acknowledged was."""
        now = time.monotonic()
        for envelope in [*self.acknowledged]:
            self.acknowledged_at.setdefault(envelope, now)

    def _do(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if method == "agents.sessions.setStatus":
            return {"ok": True}
        if method == "chat.postMessage":
            now = time.monotonic()
            self.posted_at.append((now, arguments["channel"], arguments["thread_ts"]))
        return super()._do(method, arguments)

    def be_faulty(self, rng: random.Random) -> None:
        """One request in a hundred fails, half of them after its effect; two are put off."""

        def answer(method: str, arguments: dict[str, Any]) -> JSONResponse | None:
            if not method.startswith(("chat.", "conversations.")):
                return None
            chance = rng.random()
            if chance < 0.005:
                self._do(method, arguments)
            if chance < 0.01:
                return JSONResponse({"ok": False, "error": "internal_error"}, 500)
            if chance < 0.03:
                body = {"ok": False, "error": "ratelimited"}
                return JSONResponse(body, 429, headers={"Retry-After": "1"})
            return None

        self.answer_with = answer


class Fleet:
    """The workers of one run."""

    def __init__(self, slack: TimedSlack, data_dir: Path, log: Path, **settings: str) -> None:
        self._zygote = subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / "zygote.py")],
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._log = log
        self._settings = {
            "UPTAKE_DATA_DIR": str(data_dir),
            "UPTAKE_SLACK_API_URL": slack.api,
            "UPTAKE_MESSAGES_PER_MINUTE": "60000",
            "UPTAKE_TAKEOVER_SECONDS": "3",
            "SLACK_BOT_TOKEN": "xoxb-bench",
            "SLACK_APP_TOKEN": "xapp-bench",
        } | settings
        self.alive: list[int] = []

    def start(self) -> int:
        """Starts a worker; gives its process id."""
        assert self._zygote.stdin is not None
        assert self._zygote.stdout is not None
        wanted = {"settings": self._settings, "log": str(self._log)}
        self._zygote.stdin.write(json.dumps(wanted) + "\n")
        self._zygote.stdin.flush()
        pid = int(self._zygote.stdout.readline())
        self.alive.append(pid)
        return pid

    def kill(self, pid: int) -> None:
        """Ends a worker at once, whatever it does."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        self.alive.remove(pid)

    def close(self) -> None:
        """Ends everything."""
        for pid in [*self.alive]:
            self.kill(pid)
        assert self._zygote.stdin is not None
        self._zygote.stdin.close()
        self._zygote.wait(30)


@contextmanager
def fleet(slack: TimedSlack, data_dir: Path, log: Path, **settings: str) -> Iterator[Fleet]:
    """A fleet without workers yet, ended with the block."""
    made = Fleet(slack, data_dir, log, **settings)
    try:
        yield made
    finally:
        made.close()
