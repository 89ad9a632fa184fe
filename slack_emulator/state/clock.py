"""The time of the workspace: the computer's own, or one that a test moves by hand."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeAlias

Clock: TypeAlias = Callable[[], float]


class ManualClock:
    """A clock that stands still until it is moved.

    Attributes:
        now: Seconds since the epoch.
    """

    def __init__(self, now: float = 1_780_000_000.0) -> None:
        """Start at a moment."""
        self.now = now
        self._lock = threading.Lock()

    def __call__(self) -> float:
        """Return the moment it stands at."""
        with self._lock:
            return self.now

    def advance(self, seconds: float) -> None:
        """Move it forward."""
        with self._lock:
            self.now += seconds
