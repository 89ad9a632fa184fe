"""What people taught, as far as somebody may read the guides that it is about."""

from __future__ import annotations

from bot.container import Container
from bot.guides.taught import TaughtList, taught_among
from bot.slack.identity import user_of
from bot.slack.messages import Place


def taught_for(container: Container, account: str) -> TaughtList:
    """What people taught that somebody in Slack may read.

    Raises:
        SlackError: Slack does not say now what they may read.
    """
    if not user_of(account):
        return TaughtList()
    audiences = {each.audience for each in container.guides.guides()}
    return taught_readable(
        container, container.visibility.readable_at(audiences, Place(user_of(account)))
    )


def taught_readable(container: Container, readable: frozenset[str]) -> TaughtList:
    """What people taught about the guides for these audiences."""
    needed = container.settings.learn_from_people
    return taught_among(container.record, container.guides.guides(), readable, needed)
