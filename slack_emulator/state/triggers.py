"""The short-lived keys of interactions: trigger ids and response addresses."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from slack_emulator.errors import SlackError
from slack_emulator.state.core import Core

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS = 30 * 60
MOST_RESPONSES = 5


@dataclass
class ResponsePlace:
    """Where a `response_url` leads.

    Attributes:
        ts: The message the person acted on, or empty.
        thread: The thread it is in, or empty.
        until: When it ends, in seconds since the epoch.
        uses: How often it was used.
    """

    user: str
    channel: str
    ts: str
    thread: str
    until: float
    uses: int = 0


class Triggers:
    """All trigger ids and response addresses of a workspace."""

    def __init__(self, core: Core, seconds: float = TRIGGER_SECONDS) -> None:
        """Take the shared core, and how many seconds a trigger id lasts."""
        self._core = core
        self._seconds = seconds
        self._triggers: dict[str, tuple[str, float]] = {}
        self._used: set[str] = set()
        self._places: dict[str, ResponsePlace] = {}

    def new(self, user: str) -> str:
        """Return a trigger id; it can be used once, and not for long."""
        with self._core.lock:
            made = f"{self._core.new_id('')}.{self._core.new_id('')}.trigger"
            self._triggers[made] = (user, self._core.clock() + self._seconds)
            return made

    def exchange(self, trigger_id: str) -> str:
        """Use a trigger id and return whose action it came from.

        Raises:
            SlackError: `invalid_trigger_id`, `expired_trigger_id` or `exchanged_trigger_id`.
        """
        with self._core.lock:
            if trigger_id not in self._triggers:
                raise SlackError("invalid_trigger_id")
            user, until = self._triggers[trigger_id]
            if trigger_id in self._used:
                raise SlackError("exchanged_trigger_id")
            if self._core.clock() >= until:
                raise SlackError("expired_trigger_id")
            self._used.add(trigger_id)
            return user

    def new_place(self, user: str, channel: str, ts: str = "", thread: str = "") -> str:
        """Return the key of a response address."""
        with self._core.lock:
            key = secrets.token_urlsafe(16)
            until = self._core.clock() + RESPONSE_SECONDS
            self._places[key] = ResponsePlace(user, channel, ts, thread, until)
            return key

    def use_place(self, key: str) -> ResponsePlace:
        """Use a response address: five times at most, within thirty minutes.

        Raises:
            SlackError: `invalid_url`, `expired_url` or `used_url`, with HTTP 404.
        """
        with self._core.lock:
            place = self._places.get(key)
            if place is None:
                raise SlackError("invalid_url", status=404)
            if self._core.clock() >= place.until:
                raise SlackError("expired_url", status=404)
            if place.uses >= MOST_RESPONSES:
                raise SlackError("used_url", status=404)
            place.uses += 1
            return place
