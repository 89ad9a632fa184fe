"""Takes questions up at once, without asking the database ten times a second for nothing.

The thread of a queue polls at an interval, which it waits for on its stop event. This event
lets it wait longer while nothing happens, and ends the wait when something does.
"""

from __future__ import annotations

import threading
import time

# How long a queue is polled at its own interval after something happened in it; longer than the
# windows in which messages are counted.
AWAKE_SECONDS = 15.0
# How often it is polled otherwise: for what other workers left.
IDLE_SECONDS = 2.0


class WakingEvent(threading.Event):
    """A stop event whose waits are long while nothing happens, and which `wake` ends."""

    def __init__(self, idle: float = IDLE_SECONDS) -> None:
        super().__init__()
        self._idle = idle
        self._bell = threading.Event()
        self._awake_until = time.monotonic() + AWAKE_SECONDS

    def wake(self) -> None:
        """Ends a wait, or the next one."""
        self._awake_until = time.monotonic() + AWAKE_SECONDS
        self._bell.set()

    def set(self) -> None:
        """Stops the thread that waits."""
        super().set()
        self._bell.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Whether it is set, after `timeout` seconds at most, or more where nothing happens."""
        if self.is_set():
            return True
        if timeout is not None and time.monotonic() > self._awake_until:
            timeout = max(timeout, self._idle)
        self._bell.wait(timeout)
        # What is rung for after this line ends the next wait.
        self._bell.clear()
        return self.is_set()
