"""Keeps what the app called, for questions about it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from slack_emulator.models import Json
from slack_emulator.state.core import Core

_KEPT = 50_000


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
        """Give the error it was answered with, empty where there was none."""
        return "" if self.answer.get("ok") else str(self.answer.get("error"))


class Calls:
    """The calls of the app, oldest first."""

    def __init__(self, core: Core) -> None:
        """Take the shared core."""
        self._core = core
        self._calls: deque[Call] = deque(maxlen=_KEPT)

    def heard(self, method: str, arguments: Json, answer: Json, at: float) -> None:
        """Keep a call."""
        with self._core.lock:
            self._calls.append(Call(method, arguments, answer, at))
            self._core.wake()

    def of(self, method: str = "") -> list[Call]:
        """Give the calls of a method, or all."""
        with self._core.lock:
            return [call for call in self._calls if method in ("", call.method)]
