"""How often each person and each token may call."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

# Callers that are remembered; who has not called for longest is forgotten first.
_MOST = 50_000


class Pace:
    """A token bucket for each caller: a minute's calls, refilled evenly.

    Args:
        clock: seconds.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, *keys: str) -> float:
        """Counts a call for each key; the seconds to wait where one of them has none left.

        A call that has to wait is not counted.
        """
        with self._lock:
            now = self._clock()
            left = {key: self._left_of(key, now) for key in keys}
            if min(left.values()) < 1:
                return (1 - min(left.values())) * 60 / self._per_minute
            for key, calls in left.items():
                self._left[key] = (calls - 1, now)
                self._left.move_to_end(key)
            while len(self._left) > _MOST:
                self._left.popitem(last=False)
            return 0.0

    def _left_of(self, key: str, now: float) -> float:
        calls, then = self._left.get(key, (float(self._per_minute), now))
        return min(calls + max(now - then, 0.0) * self._per_minute / 60, float(self._per_minute))
