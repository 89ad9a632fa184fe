"""What the button that asks a person says: whom it asks, and how far that has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from adoption.channels.channel_rules import ChannelRules
from adoption.handoffs.handoffs import Handoff
from bot.conversation.question import Question
from bot.slack.gateway import SlackGateway
from bot.texts import texts

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

    def of(self, question: Question) -> Help:
        """Who helps with a question, and how far that has come."""
        channel = self._channel(self._helper_of(question.channel))
        handoff = self._handoff_of(question.id)
        return Help(channel, self.state_of(handoff) if handoff is not None else "")

    def state_of(self, handoff: Handoff) -> str:
        """How far a hand-off has come, in words."""
        say = texts("delivery")
        helper = self._slack.name_of(handoff.solved_by or handoff.taken_by or "")
        if handoff.answered_at is not None:
            return say["helped"].format(helper=helper or say["colleague"])
        if handoff.taken_by:
            return say["taken"].format(helper=helper or say["colleague"])
        where = self._channel(handoff.channel or "")
        return say["asked_where"].format(where=where) if where else say["asked"]

    def _channel(self, id: str) -> str:
        """The name of a channel; empty for a person."""
        return self._slack.name_of(id) if id.startswith(_CHANNELS) else ""
