"""Messages to the admins of the programme: in their channel, or else to each of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from bot.container import Container, JobContext
from bot.slack.blocks import line
from bot.slack.identity import team_of, user_of
from bot.slack.messages import Message, Place, Posted
from bot.texts import texts

log = logging.getLogger(__name__)

T = TypeVar("T")


def admin_places(container: Container) -> list[str]:
    """Where messages to admins go: their channel, or else each admin who is known."""
    channel = container.admins.channel
    return [channel] if channel else known_admins(container)


def known_admins(container: Container) -> list[str]:
    """The user ids of admins: those whom the setting names, or else who opened Home as one."""
    admins = container.admins
    if admins.named:
        return admins.named
    known = container.record.home_views.accounts(admins_only=True)
    return [user_of(each) for each in known if team_of(each) == admins.team and user_of(each)]


def post_to_admins(
    context: JobContext, part: str, message: Message, *, but: str = ""
) -> list[Posted]:
    """Posts a message to the admins, once; see `reach_admins`.

    Args:
        part: names the message among those of the job.
    """

    def post(place: str) -> Posted | None:
        return context.post_once(f"{part} {place}", Place(place), message)

    return reach_admins(context, post, but=but)


def reach_admins(context: JobContext, send: Callable[[str], T | None], *, but: str = "") -> list[T]:
    """Sends something to the admins; where Slack refuses their channel, to each of them.

    A channel may be archived, or the app no longer in it. Then the admins also hear that, once a
    day.

    Args:
        send: sends it to a channel or person, once; None where Slack refuses.
        but: the channel or person who has it already.

    Returns:
        What `send` returned for each place that took it.
    """
    container = context.container
    places = context.step(admin_places, container)
    sent = _sent(send, places, but)
    channel = container.admins.channel
    if sent or not channel or channel == but:
        return sent
    reached = _sent(send, context.step(known_admins, container), but)
    if not reached:
        log.error("No admin can be reached: not in their channel, and none by direct message")
    else:
        _say_why(context, channel)
    return reached


def _sent(send: Callable[[str], T | None], places: Sequence[str], but: str) -> list[T]:
    tried = (send(each) for each in places if each != but)
    return [each for each in tried if each is not None]


def _say_why(context: JobContext, channel: str) -> None:
    """Says that the admins' channel refuses messages, once a day."""
    container = context.container
    key = f"admins direct:{channel}:{_day(context)}"
    if context.step(container.record.notices.is_posted, key):
        return
    text = texts("delivery")["admins_directly"].format(channel=f"<#{channel}>")
    for user in context.step(known_admins, container):
        context.post_once(f"{key} {user}", Place(user), line(text))
    context.step(container.record.notices.add, key, context.enqueued_at)


def _day(context: JobContext) -> date:
    return context.enqueued_at.astimezone(context.container.settings.zone).date()
