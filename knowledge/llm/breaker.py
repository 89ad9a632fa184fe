"""Leaves a language model alone for a while after it failed several times in a row.

Neither pybreaker, circuitbreaker nor purgatory takes a clock; the first lets one call through
at a time, and the second lets every waiting call be the probe.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from knowledge.errors import ModelResting, ModelUnavailable

FAILURES = 5
REST_SECONDS = 60.0


class Breaker:
    """Closed, it lets every call through; open, none; after a rest, one as a probe."""

    def __init__(
        self,
        clock: Callable[[], float],
        failures: int = FAILURES,
        rest: float = REST_SECONDS,
    ) -> None:
        """A closed one.

        Args:
            clock: seconds that only grow.
            failures: how many in a row open it.
            rest: seconds until a probe is let through.
        """
        self._clock = clock
        self._most = failures
        self._rest = rest
        self._lock = threading.Lock()
        self._failed = 0
        self._opened: float | None = None
        self._probing = False

    @property
    def is_open(self) -> bool:
        """Whether calls are refused, or only a probe is let through."""
        return self._opened is not None

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Around a call; a `ModelUnavailable` that leaves it counts as a failure.

        Raises:
            ModelResting: the call must not be made.
        """
        self._enter()
        failed = False
        try:
            yield
        except ModelUnavailable:
            failed = True
            raise
        finally:
            self._leave(failed)

    def _enter(self) -> None:
        with self._lock:
            if self._opened is None:
                return
            if self._probing or self._clock() < self._opened + self._rest:
                raise ModelResting(
                    "The language model failed several times and isn't asked for a while."
                )
            self._probing = True

    def _leave(self, failed: bool) -> None:
        with self._lock:
            self._failed = self._failed + 1 if failed else 0
            if not failed:
                self._opened = None
            elif self._probing or self._failed >= self._most:
                self._opened = self._clock()
            self._probing = False
