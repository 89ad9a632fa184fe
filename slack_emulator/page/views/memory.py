"""What the page itself remembers: what was read, what was pressed, what was offered."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

from slack_emulator.models import Json
from slack_emulator.people.inputs import options_in

_MOST_OFFERED = 500


class Memory:
    """Kept in memory for as long as the workspace runs; safe to use from several threads."""

    def __init__(self) -> None:
        """Start with nothing remembered."""
        self._lock = threading.Lock()
        self._read: dict[tuple[str, str], str] = {}
        self._chosen: dict[tuple[str, str, str], dict[tuple[str, str], str]] = {}
        self._offered: dict[str, list[Json]] = {}

    def mark_read(self, viewer: str, channel: str, ts: str) -> None:
        """Note that a person has seen a channel up to a message."""
        with self._lock:
            key = (viewer, channel)
            self._read[key] = max(ts, self._read.get(key, ""))

    def read_until(self, viewer: str, channel: str) -> str:
        """Return the last message a person has seen in a channel, empty at first."""
        with self._lock:
            return self._read.get((viewer, channel), "")

    def choose(
        self, viewer: str, channel: str, ts: str, element: tuple[str, str], value: str
    ) -> None:
        """Note what a person picked in an element (block id, action id) of a message."""
        with self._lock:
            self._chosen.setdefault((viewer, channel, ts), {})[element] = value

    def chosen(self, viewer: str, channel: str, ts: str) -> Mapping[tuple[str, str], str]:
        """Return what a person picked in the elements of a message."""
        with self._lock:
            return dict(self._chosen.get((viewer, channel, ts), {}))

    def offer(self, viewer: str, options: Sequence[Json]) -> None:
        """Note the choices an external menu offered, groups taken apart."""
        flat = options_in({"option_groups": options}) if _grouped(options) else list(options)
        with self._lock:
            self._offered[viewer] = [*flat, *self._offered.get(viewer, [])][:_MOST_OFFERED]

    def offered(self, viewer: str) -> Sequence[Json]:
        """Return the choices offered to a person lately."""
        with self._lock:
            return list(self._offered.get(viewer, []))


def _grouped(options: Sequence[Json]) -> bool:
    return bool(options) and "options" in options[0]
