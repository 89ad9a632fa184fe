"""What every part of the workspace shares: one lock, one clock, ids, and what changed."""

from __future__ import annotations

import itertools
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from slack_emulator.models import Change, ChangeKind, Traffic
from slack_emulator.state.clock import Clock

Found = TypeVar("Found")

KEPT_CHANGES = 20_000
KEPT_TRAFFIC = 50_000
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ID_LENGTH = 9
_MICROSECONDS = 1_000_000


class Core:
    """The lock, the clock, the ids and the two logs of one workspace.

    Attributes:
        clock: Seconds since the epoch.
        lock: Guards all state; may be taken again by its holder.
    """

    def __init__(self, clock: Clock) -> None:
        """Take the clock."""
        self.clock = clock
        self.lock = threading.RLock()
        self._condition = threading.Condition(self.lock)
        self._changes: deque[Change] = deque(maxlen=KEPT_CHANGES)
        self._traffic: dict[int, Traffic] = {}
        self._numbers = itertools.count(1)
        self._entries = itertools.count(1)
        self._ids = itertools.count(1)
        self._last_ts = 0
        self._rings: dict[int, Callable[[], None]] = {}

    def ts(self) -> str:
        """Return a new message timestamp; each is later than the one before."""
        with self.lock:
            self._last_ts = max(int(self.clock() * _MICROSECONDS), self._last_ts + 1)
            seconds, rest = divmod(self._last_ts, _MICROSECONDS)
            return f"{seconds}.{rest:06d}"

    def new_id(self, prefix: str) -> str:
        """Return a new id such as C00000001A; no two of a workspace are the same."""
        number, digits = next(self._ids), ""
        while number:
            number, digit = divmod(number, len(_DIGITS))
            digits = _DIGITS[digit] + digits
        return f"{prefix}0{digits.rjust(_ID_LENGTH - 1, '0')}"

    def changed(
        self, kind: ChangeKind, channel: str = "", ts: str = "", thread: str = "", user: str = ""
    ) -> None:
        """Note that something changed, and wake all who wait."""
        with self.lock:
            self._changes.append(Change(next(self._numbers), kind, channel, ts, thread, user))
            self._condition.notify_all()
            for ring in list(self._rings.values()):
                ring()

    @property
    def number(self) -> int:
        """Return the number of the newest change."""
        with self.lock:
            return self._changes[-1].number if self._changes else 0

    def changes(self, after: int) -> Sequence[Change] | None:
        """Return the changes after a number, or nothing where they are not kept any more."""
        with self.lock:
            oldest = self._changes[0].number if self._changes else 1
            if after < oldest - 1 or after > self.number:
                return None
            return list(itertools.islice(self._changes, after - oldest + 1, None))

    def subscribe(self, ring: Callable[[], None]) -> Callable[[], None]:
        """Call `ring` after each change; returns the way to stop that."""
        with self.lock:
            key = next(self._entries)
            self._rings[key] = ring

        def stop() -> None:
            with self.lock:
                self._rings.pop(key, None)

        return stop

    def log(self, name: str, payload: Any, *, to_app: bool, note: str = "") -> int:
        """Keep a payload for the developer panel and give its number."""
        with self.lock:
            number = next(self._entries)
            self._traffic[number] = Traffic(number, to_app, name, note, self.clock(), payload)
            if len(self._traffic) > KEPT_TRAFFIC:
                self._traffic.pop(next(iter(self._traffic)))
            self.changed("traffic", ts=str(number))
            return number

    def describe(self, number: int, payload: Any, note: str) -> None:
        """Return a payload that was logged its content and what came of it."""
        with self.lock:
            if number in self._traffic:
                self._traffic[number] = replace(self._traffic[number], payload=payload, note=note)
            self.changed("traffic", ts=str(number))

    def annotate(self, number: int, note: str) -> None:
        """Say what came of a payload that was logged."""
        with self.lock:
            if number in self._traffic:
                self._traffic[number] = replace(self._traffic[number], note=note)
            self._condition.notify_all()

    def traffic(self, after: int = 0) -> Sequence[Traffic]:
        """Return the payloads after a number."""
        with self.lock:
            newest = next(reversed(self._traffic), 0)
            if newest - after < len(self._traffic):
                wanted = range(after + 1, newest + 1)
                return [self._traffic[n] for n in wanted if n in self._traffic]
            return [entry for number, entry in self._traffic.items() if number > after]

    def wake(self) -> None:
        """Let all who wait look again."""
        with self.lock:
            self._condition.notify_all()

    def wait_for(self, found: Callable[[], Found], seconds: float) -> Found:
        """Return what `found` gives as soon as it is true, or its last answer when time is up."""
        with self._condition:
            self._condition.wait_for(lambda: bool(found()), seconds)
            return found()
