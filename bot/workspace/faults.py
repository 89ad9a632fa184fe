"""Faults on demand: what goes wrong between Slack and an app, each at a seeded rate."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.workspace.errors import WorkspaceError

KINDS: Mapping[str, str] = {
    "500": "the call fails with an HTTP 500 before anything was done",
    "429": "the call is refused with Retry-After",
    "lost": "the call is done, but its answer is an HTTP 500",
    "timeout": "the call is done, but its answer comes too late",
    "slow": "the answer comes late",
    "drop": "the socket closes after an event was sent on it",
    "refresh": "the socket is told to connect anew",
    "redeliver": "an event that was sent is sent again",
    "reorder": "an event comes after the one that follows it",
}


@dataclass
class Faults:
    """How often each fault happens.

    The rolls come from one seeded generator, so that a run with one caller can be repeated.

    Attributes:
        rates: The share of calls or events with a fault, 0 to 1, by its kind.
        seed: Where the rolls begin.
        slow_seconds: How late a slow answer is.
        timeout_seconds: How late an answer is that comes too late; slack_sdk waits 30 seconds.
        retry_after: The seconds in `Retry-After` of a 429.
    """

    rates: dict[str, float] = field(default_factory=dict)
    seed: int = 0
    slow_seconds: float = 2.0
    timeout_seconds: float = 35.0
    retry_after: int = 1

    def __post_init__(self) -> None:
        """Check the rates."""
        for kind, rate in self.rates.items():
            _check(kind, rate)
        self._random = random.Random(self.seed)
        self._lock = threading.Lock()

    def set(self, kind: str, rate: float) -> None:
        """Set one rate while the workspace runs; 1 means always, 0 never.

        Raises:
            WorkspaceError: Where there is no such fault, or the rate is not between 0 and 1.
        """
        _check(kind, rate)
        with self._lock:
            self.rates[kind] = rate

    def strikes(self, kind: str) -> bool:
        """Roll whether a fault happens now."""
        rate = self.rates.get(kind, 0.0)
        if rate <= 0:
            return False
        with self._lock:
            return self._random.random() < rate


def faults_of(settings: Iterable[str], seed: int = 0) -> Faults:
    """Read faults from settings such as `429=0.02`.

    Raises:
        WorkspaceError: Where one is not a known kind, an equals sign and a rate.
    """
    rates = {}
    for setting in settings:
        kind, _, rate = setting.partition("=")
        try:
            rates[kind] = float(rate)
        except ValueError:
            words = f"The fault {setting!r} must be a kind and a rate, such as 429=0.02."
            raise WorkspaceError(words) from None
    return Faults(rates, seed)


def _check(kind: str, rate: float) -> None:
    if kind not in KINDS:
        raise WorkspaceError(f"There is no fault {kind!r}. Choose from: {', '.join(KINDS)}.")
    if not 0 <= rate <= 1:
        raise WorkspaceError(f"The rate of {kind} must be between 0 and 1, not {rate}.")
