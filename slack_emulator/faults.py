"""Faults on demand: what goes wrong between Slack and an app, each at a seeded rate."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from slack_emulator.errors import WorkspaceError

KINDS: Mapping[str, str] = {
    "500": "the call fails with an HTTP 500 before anything was done",
    "429": "the call is refused with Retry-After",
    "lost": "the call is done, but its answer is an HTTP 500",
    "timeout": "the call is done, but its answer comes too late",
    "slow": "the answer comes late",
    "nonsense": "the call is done, but its answer is no JSON object",
    "drop": "the socket closes after an event was sent on it",
    "refresh": "the socket is asked to connect again",
    "redeliver": "an event that was sent is sent again",
    "reorder": "an event comes after the one that follows it",
}

_OF_CALLS = frozenset(("500", "429", "lost", "timeout", "slow", "nonsense"))


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
        methods: Beginnings of the methods whose calls may fail by a rate; all where it is empty.
        refused_blocks: Types of blocks that are answered `invalid_blocks`, as where Slack rolls a
            new block out in steps.
    """

    rates: dict[str, float] = field(default_factory=dict)
    seed: int = 0
    slow_seconds: float = 2.0
    timeout_seconds: float = 35.0
    retry_after: int = 1
    methods: tuple[str, ...] = ()
    refused_blocks: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Check the rates."""
        for kind, rate in self.rates.items():
            _check(kind, rate)
        self._random = random.Random(self.seed)
        self._lock = threading.Lock()
        self._planned: list[tuple[str, str]] = []

    def set(self, kind: str, rate: float) -> None:
        """Set one rate while the workspace runs; 1 means always, 0 never.

        Raises:
            WorkspaceError: Where there is no such fault, or the rate is not between 0 and 1.
        """
        _check(kind, rate)
        with self._lock:
            self.rates[kind] = rate

    def plan(self, method: str, fault: str, times: int = 1) -> None:
        """Have the next calls of a method go wrong.

        Args:
            method: The method.
            fault: A kind of fault for calls, or an error that Slack answers, such as `is_archived`.
            times: How many calls.

        Raises:
            WorkspaceError: Where the fault is one of events.
        """
        if fault in KINDS and fault not in _OF_CALLS:
            raise WorkspaceError(f"The fault {fault} happens to events, not to calls.")
        with self._lock:
            self._planned += [(method, fault)] * times

    @property
    def planned(self) -> int:
        """Return how many planned faults are still to come."""
        with self._lock:
            return len(self._planned)

    def forget(self) -> None:
        """Drop all planned faults that are still to come."""
        with self._lock:
            self._planned.clear()

    def take(self, method: str) -> str:
        """Return the fault that is planned for this call of a method, or an empty text."""
        with self._lock:
            found = next((each for each in self._planned if each[0] == method), None)
            if found is None:
                return ""
            self._planned.remove(found)
            return found[1]

    def happens(self, kind: str, method: str = "") -> bool:
        """Roll whether a fault happens now, to a call of a method or to an event."""
        rate = self.rates.get(kind, 0.0)
        spared = method and self.methods and not method.startswith(self.methods)
        if rate <= 0 or spared:
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
