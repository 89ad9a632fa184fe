"""What Slack has sent and waits to hear of: taking it in comes before answering."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

# So long answers wait for the end of what arrives; Slack waits three seconds to hear of it.
_MOST_SECONDS = 0.5
_LOOK_SECONDS = 0.01


class Arrivals:
    """Counts the payloads that are being taken in."""

    def __init__(self) -> None:
        self._count = 0
        self._lock = threading.Lock()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Counts one for as long as the block takes."""
        with self._lock:
            self._count += 1
        try:
            yield
        finally:
            with self._lock:
                self._count -= 1

    def wait_for_a_lull(self) -> None:
        """Waits until nothing is being taken in, half a second at most."""
        until = time.monotonic() + _MOST_SECONDS
        while self._count and time.monotonic() < until:
            time.sleep(_LOOK_SECONDS)
