"""Keeps what the app called, for questions about it and for a check of its types."""

from __future__ import annotations

import json
import os
import uuid
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from slack_emulator.models import Json
from slack_emulator.state.core import Core

_KEPT = 50_000
RECORD = "SLACK_EMULATOR_RECORD"


@dataclass(frozen=True)
class Call:
    """One call of the Web API.

    Attributes:
        method: The method, or `response_url`.
        arguments: What the app sent.
        answer: What it was answered.
        at: When, by the workspace's clock.
    """

    method: str
    arguments: Json
    answer: Json
    at: float

    @property
    def error(self) -> str:
        """Return the error it was answered with, empty where there was none."""
        return "" if self.answer.get("ok") else str(self.answer.get("error"))


class Calls:
    """The calls of the app, oldest first."""

    def __init__(self, core: Core) -> None:
        """Take the shared core."""
        self._core = core
        self._calls: deque[Call] = deque(maxlen=_KEPT)
        folder = os.environ.get(RECORD)
        self._record = Path(folder) / f"{uuid.uuid4().hex}.jsonl" if folder else None

    def add(self, method: str, arguments: Json, answer: Json, at: float) -> None:
        """Keep a call; its message or view is recorded where SLACK_EMULATOR_RECORD says so."""
        with self._core.lock:
            self._calls.append(Call(method, arguments, answer, at))
            if self._record and answer.get("ok"):
                _append(self._record, arguments)
            self._core.wake()

    def of(self, method: str = "") -> list[Call]:
        """Return the calls of a method, or all."""
        with self._core.lock:
            return [call for call in self._calls if method in ("", call.method)]


def _append(path: Path, arguments: Json) -> None:
    sent = {name: arguments[name] for name in ("blocks", "view") if arguments.get(name)}
    if sent:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(sent, ensure_ascii=False) + "\n")
