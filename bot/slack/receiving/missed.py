"""What people wrote while the app could not take it in: read from Slack and taken in afterwards.

Slack sends an event that is not acknowledged three times again: at once, after one minute and
after five (https://docs.slack.dev/apis/events-api/#retries). What is away for longer misses it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from slack_bolt import BoltRequest, BoltResponse

from bot.slack.errors import SlackError, SlackRefused
from bot.slack.gateway import SlackGateway
from uptake import UptakeError

log = logging.getLogger(__name__)

_LOOK_SECONDS = 5.0
# A connection may have been dead for this long before that is noticed.
_MARGIN = 300.0
_AGAIN_SECONDS = 30.0
# Whatever came less than so many seconds ago is sent once more by Slack.
SLACK_TRIES = 300.0
# Nobody waits for longer for an answer.
LONGEST_GAP = 86_400.0
# Threads that began so long before the gap are looked into.
_THREAD_SECONDS = 86_400.0

Json = Mapping[str, Any]
Dispatch = Callable[[BoltRequest], BoltResponse]


class NotTakenIn(UptakeError):
    """A message could still not be stored."""


def take_in_missed(slack: SlackGateway, dispatch: Dispatch, since: float) -> int:
    """Hands the app every message that came after a moment, the oldest first; gives how many.

    What was taken in before is not taken in again: the message's place names the question.

    Raises:
        SlackError: Slack does not answer.
        NotTakenIn: a message could not be stored.
    """
    found = sorted(_missed(slack, since), key=lambda event: float(event["ts"]))
    for event in found:
        for kind in _kinds_of(event, slack.bot):
            response = dispatch(_request(slack.team, {**event, "type": kind}))
            if response.status >= 500:
                raise NotTakenIn("A message that was missed could not be stored.")
    return len(found)


def _missed(slack: SlackGateway, since: float) -> Iterator[Json]:
    for channel in slack.own_channels():
        place = {"channel": channel["id"], "channel_type": _type_of(channel)}
        try:
            messages = _written(slack, channel["id"], since)
        except SlackRefused as error:
            log.warning("What was missed in a channel cannot be read: %s", error.code)
            continue
        yield from ({**each, **place} for each in messages if _is_persons(each))


def _written(slack: SlackGateway, channel: str, since: float) -> list[Json]:
    """The messages and replies after a moment that the app has not answered."""
    found: list[Json] = []
    for message in slack.written_since(channel, since - _THREAD_SECONDS):
        if float(message["ts"]) > since and slack.bot not in (message.get("reply_users") or ()):
            found.append(message)
        if float(message.get("latest_reply") or 0) > since and _has_others(message, slack.bot):
            found += slack.replied_since(channel, message["ts"], since)
    return found


def _has_others(message: Json, bot: str) -> bool:
    """Whether anybody but the app replied, who may have asked something."""
    return message.get("reply_users") != [bot] or message.get("reply_users_count") != 1


def after_a_stop(last_asked: float | None, now: float) -> float | None:
    """From when on messages may have been missed while no worker ran; None where none were.

    After a short stop, Slack sends them by itself.
    """
    return None if last_asked is None or now - last_asked < SLACK_TRIES else last_asked


def _is_persons(message: Json) -> bool:
    return bool(message.get("user")) and not message.get("bot_id")


def _kinds_of(event: Json, bot: str) -> tuple[str, ...]:
    """The events that Slack sends of a message."""
    mentioned = f"<@{bot}" in str(event.get("text") or "") and event["channel_type"] != "im"
    return ("message", "app_mention") if mentioned else ("message",)


def _type_of(channel: Json) -> str:
    kinds = {"is_im": "im", "is_mpim": "mpim", "is_private": "group"}
    return next((kind for flag, kind in kinds.items() if channel.get(flag)), "channel")


def _request(team: str, event: Json) -> BoltRequest:
    """An event as Slack sends it; it came from Slack's API, so nothing else signs it."""
    body = {
        "type": "event_callback",
        "team_id": team,
        "event_id": f"missed-{event['channel']}-{event['ts']}",
        "event": {**event, "event_ts": event["ts"]},
    }
    return BoltRequest(mode="socket_mode", body=body)


class Attendance:
    """Notices when messages cannot be taken in, and has them looked for as soon as they can.

    Args:
        can_hear: whether Slack can reach the app.
        can_store: whether the record answers.
        take_in: takes in what came after a moment, as `take_in_missed` does.
        clock: seconds since 1970.
        since: from when on messages may have been missed; None where none were.

    Attributes:
        is_away: whether the record did not answer when it was last asked.
    """

    def __init__(
        self,
        can_hear: Callable[[], bool],
        can_store: Callable[[], bool],
        take_in: Callable[[float], int],
        clock: Callable[[], float],
        since: float | None = None,
    ) -> None:
        self._can_hear, self._can_store = can_hear, can_store
        self._take_in, self._clock = take_in, clock
        self._since = since
        self._seen = self._next = clock()
        self.is_away = False

    def missed(self) -> None:
        """Notes that a message of this moment could not be stored."""
        self._missed_since(self._clock())

    def step(self) -> None:
        """Looks whether messages are missed, and whether they can be taken in now."""
        is_away = not self._can_store()
        if is_away != self.is_away:
            log.warning("The record does not answer" if is_away else "The record answers again")
        self.is_away = is_away
        if is_away or not self._can_hear():
            self._missed_since(self._seen)
            return
        now = self._seen = self._clock()
        # A clock that was set back is no reason to wait.
        is_early = self._next - _AGAIN_SECONDS <= now < self._next
        if self._since is not None and not is_early:
            self._next = now + _AGAIN_SECONDS
            self._look(self._since, now)

    def _look(self, since: float, now: float) -> None:
        try:
            count = self._take_in(max(since - _MARGIN, now - LONGEST_GAP))
        except SlackRefused as error:
            needed = f" (it needs {error.needed})" if error.needed else ""
            log.error("What was missed cannot be taken in: %s%s", error, needed)
        except (SlackError, NotTakenIn) as error:
            log.warning("What was missed cannot be taken in yet: %s", error)
            return
        else:
            log.info("Looked for what was missed: %d messages since then", count)
        if self._since == since:
            self._since = None

    def _missed_since(self, moment: float) -> None:
        self._since = moment if self._since is None else min(self._since, moment)


@contextmanager
def attending(attendance: Attendance) -> Iterator[None]:
    """Looks every few seconds, until the end of the block."""
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            try:
                attendance.step()
            # Whatever it is, the next look tries again: nobody else knows what was missed.
            except Exception as error:
                log.warning("Looking for what was missed failed: %s", type(error).__name__)
            stop.wait(_LOOK_SECONDS)

    thread = threading.Thread(target=run, name="attendance", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
