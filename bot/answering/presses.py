"""A press on a button of a hand-off, as its job gets it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.jobs.job import JobKind
from bot.slack.identity import user_of
from bot.slack.messages import Place


@dataclass(frozen=True)
class Press:
    """A button that somebody pressed.

    Attributes:
        question: id of the question that it is about.
        channel: where they pressed; empty for Home.
        at: seconds since 1970.
        alone: whether only they see the message that they pressed on.
        url: changes that message, for half an hour.
    """

    question: str
    account: str
    channel: str
    thread: str
    at: float
    alone: bool = False
    url: str = ""

    @property
    def user(self) -> str:
        """Slack's id of the person."""
        return user_of(self.account)

    @property
    def moment(self) -> datetime:
        """When they pressed."""
        return datetime.fromtimestamp(self.at, UTC)

    @property
    def place(self) -> Place:
        """Where they alone see a reply: where they pressed, or directly if it was in Home."""
        if not self.channel:
            return Place(self.user)
        return Place(self.channel, self.thread, only_for=self.user)

    @property
    def channel_only(self) -> Place:
        """As `place`, outside any thread: there few would see it."""
        return Place(self.channel, only_for=self.user) if self.channel else Place(self.user)


# Offers a question to whoever helps; the feature handoff does it.
ASK_FOR_HELP: JobKind[Press, None] = JobKind.of("handoff.ask", 1, Press)
