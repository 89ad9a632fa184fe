"""Takes jobs up at once, without asking the database ten times a second for nothing.

The thread of a queue polls at an interval, which it waits for on its stop event. These events let
it wait longer while nothing happens, and end the wait when something does or falls due.
"""

from __future__ import annotations

import heapq
import threading
import time

# How long a queue is polled at its own interval after something happened in it; longer than the
# windows in which messages are counted.
AWAKE_SECONDS = 15.0
# How often it is polled otherwise: for what other workers left.
IDLE_SECONDS = 2.0


class WakingEvent(threading.Event):
    """A stop event whose waits are long while nothing happens, and which `wake` ends.

    Args:
        idle: seconds that a wait takes at least while nothing happens.
        ends_each: whether `wake` ends every wait, or the long ones alone.
    """

    def __init__(self, idle: float = IDLE_SECONDS, ends_each: bool = True) -> None:
        super().__init__()
        self._idle = idle
        self._ends_each = ends_each
        self._bell = threading.Event()
        self._due: list[float] = []
        self._lock = threading.Lock()
        self._awake_until = time.monotonic() + AWAKE_SECONDS

    def wake(self, delay: float = 0.0) -> None:
        """Ends a wait, or the next one; with a delay, so many seconds from now once more."""
        now = time.monotonic()
        with self._lock:
            ends = self._ends_each or now > self._awake_until
            self._awake_until = now + AWAKE_SECONDS
            if delay > 0:
                heapq.heappush(self._due, now + delay)
        if ends:
            self._bell.set()

    def set(self) -> None:
        """Stops the thread that waits."""
        super().set()
        self._bell.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Whether it is set, after `timeout` seconds at most, or more where nothing happens."""
        if self.is_set():
            return True
        self._bell.wait(self._patience(timeout) if timeout else timeout)
        # What is rung for after this line ends the next wait.
        self._bell.clear()
        return self.is_set()

    def _patience(self, timeout: float) -> float:
        """How long to wait for where `timeout` is asked for."""
        now = time.monotonic()
        with self._lock:
            while self._due and self._due[0] <= now:
                self._awake_until = max(self._awake_until, heapq.heappop(self._due) + AWAKE_SECONDS)
            if now <= self._awake_until:
                return timeout
            left = self._due[0] - now if self._due else self._idle
        return max(timeout, min(left, self._idle))


def dozing(event: threading.Event, idle: float) -> WakingEvent:
    """Has the threads that wait on another library's event wait as on the one returned.

    What waits already when this is called ends its wait as before.
    """
    waking = WakingEvent(idle, ends_each=False)
    stop = event.set

    def set() -> None:
        stop()
        waking.set()

    # The threads hold the event itself, so it is its methods that are replaced.
    event.set, event.wait = set, waking.wait  # type: ignore[method-assign]
    return waking
