"""What the button that asks a person says: whom it asks, and how far that has come."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from adoption.channels.channel_rules import ChannelRules
from adoption.handoffs.handoffs import Handoff
from bot.conversation.question import Question
from bot.slack.errors import SlackError
from bot.slack.gateway import SlackGateway
from bot.texts import texts

log = logging.getLogger(__name__)

_CHANNELS = ("C", "G")


@dataclass(frozen=True)
class Help:
    """Who helps with a question.

    Attributes:
        channel: the name of the channel that is asked, with its `#`; empty for a person.
        state: how far it has come; empty while nobody was asked.
    """

    channel: str = ""
    state: str = ""


def ask_a_person(question: Question) -> Help:
    """Nobody was asked yet, and no channel is known."""
    return Help()


def helper_in(rules: ChannelRules, help_channel: str | None, channel: str) -> str:
    """The person or channel that helps with questions from a channel; empty for nobody."""
    return rules.get(channel).helper or help_channel or ""


class HelpDesk:
    """Says who helps with a question, by the record and Slack's names.

    Args:
        helper_of: the channel or person who helps in a channel; empty for nobody.
        handoff_of: the hand-off of a question.
    """

    def __init__(
        self,
        slack: SlackGateway,
        helper_of: Callable[[str], str],
        handoff_of: Callable[[str], Handoff | None],
    ) -> None:
        self._slack = slack
        self._helper_of = helper_of
        self._handoff_of = handoff_of
        self._names: dict[str, str] = {}

    def of(self, question: Question) -> Help:
        """Who helps with a question, and how far that has come."""
        channel = self.name_of(self._helper_of(question.channel), only_channels=True)
        handoff = self._handoff_of(question.id)
        return Help(channel, self.state_of(handoff) if handoff is not None else "")

    def state_of(self, handoff: Handoff) -> str:
        """How far a hand-off has come, in words."""
        say = texts("delivery")
        helper = self.name_of(handoff.solved_by or handoff.taken_by or "")
        if handoff.answered_at is not None:
            return say["helped"].format(helper=helper or say["colleague"])
        if handoff.taken_by:
            return say["taken"].format(helper=helper or say["colleague"])
        where = self.name_of(handoff.channel or "", only_channels=True)
        return say["asked_where"].format(where=where) if where else say["asked"]

    def name_of(self, id: str, only_channels: bool = False) -> str:
        """What Slack calls a channel (`#general`) or a person; empty where it does not say."""
        is_channel = id.startswith(_CHANNELS)
        if not id or (only_channels and not is_channel):
            return ""
        if id not in self._names:
            try:
                self._names[id] = self._channel(id) if is_channel else self._person(id)
            except SlackError as error:
                log.info("Slack does not name %s: %s", id, error.code)
                return ""
        return self._names[id]

    def _channel(self, id: str) -> str:
        name = str(self._slack.channel(id).get("name") or "")
        return f"#{name}" if name else ""

    def _person(self, id: str) -> str:
        found = self._slack.user(id)
        profile = found.get("profile") or {}
        names = (profile.get("display_name"), profile.get("real_name"), found.get("real_name"))
        return next((str(name) for name in names if name), "")
