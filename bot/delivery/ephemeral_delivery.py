"""Shows an answer to the asker alone where the channel's rule says so."""

from __future__ import annotations

import time
from collections.abc import Callable

from adoption.channels.channel_rules import ChannelRule
from adoption.channels.models import AnswerMode
from adoption.questions.models import OUTSIDE_SLACK, Surface
from bot.conversation.question import Question
from bot.delivery.blocks import only_for_asker
from bot.delivery.help import ask_a_person
from bot.delivery.message_edits import HelpOf
from bot.delivery.slack_delivery import CancelReasonOf, SlackDelivery, wanted
from bot.slack.gateway import SlackGateway
from bot.slack.identity import user_of
from bot.slack.messages import PUBLIC, Message, Place
from knowledge.answers.answer import Answer
from knowledge.answers.answerer import Tell
from knowledge.retrieval.confidence import Confidence

_IN_CHANNELS = (Surface.CHANNEL, Surface.PRIVATE)


class EphemeralDelivery(SlackDelivery):
    """Delivers as the rule of the channel says; nothing of what is asked outside Slack.

    Args:
        rule_of: gives the rule of a channel.
    """

    def __init__(
        self,
        slack: SlackGateway,
        rule_of: Callable[[str], ChannelRule],
        help_of: HelpOf = ask_a_person,
        cancel_reason_of: CancelReasonOf = wanted,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(slack, help_of, cancel_reason_of, clock)
        self._rule_of = rule_of

    def begin(self, question: Question, audiences: frozenset[str] = PUBLIC) -> Tell | None:
        """What hears the sentences of an answer as they come; None where not everyone may."""
        in_channel = question.surface in _IN_CHANNELS
        rule = self._rule_of(question.channel) if in_channel else ChannelRule()
        # What turns out to be no answer would be for the asker alone.
        is_alone = rule.only_asker or rule.mode is AnswerMode.EVERY
        if is_alone or question.surface in OUTSIDE_SLACK:
            return None
        return super().begin(question, audiences)

    def post(self, question: Question, answer: Answer, is_retry: bool) -> str:
        """Posts the answer, to everyone or to the asker alone; returns its ts where all see it.

        What one person sees cannot be looked for: after a crash they may see it twice.
        """
        if question.surface in OUTSIDE_SLACK:
            return ""
        if not self._is_ephemeral(question, answer):
            return super().post(question, answer, is_retry)
        message = self._for_asker(question, answer)
        # A thread that does not exist yet is not shown to anybody.
        is_root = question.id == f"{question.channel}:{question.thread}"
        thread = "" if is_root else question.thread
        place = Place(question.channel, thread, only_for=user_of(question.account))
        return self._slack.post(place, message).ts

    def cut_short(self, question: Question, is_retry: bool, keep: bool) -> tuple[str, str]:
        """Ends an answer that was begun; outside Slack, none is."""
        if question.surface in OUTSIDE_SLACK:
            return "", ""
        return super().cut_short(question, is_retry, keep)

    def change_alone(self, question: Question, answer: Answer, url: str) -> None:
        """Shows the answer as it is now to its asker, who alone sees it and pressed in it."""
        message, reader = self._for_asker(question, answer), user_of(question.account)
        self._slack.respond(url, message, replace=True, reader=reader)

    def _for_asker(self, question: Question, answer: Answer) -> Message:
        message = self.message(question, answer)
        return only_for_asker(message, question.id) if answer.citations else message

    def _is_ephemeral(self, question: Question, answer: Answer) -> bool:
        """What is only for the asker; and “I don't know” under a question nobody put to the app."""
        if answer.is_personal:
            return question.surface is not Surface.DIRECT
        if question.surface not in _IN_CHANNELS:
            return False
        rule = self._rule_of(question.channel)
        unasked = rule.mode is AnswerMode.EVERY and answer.outcome is Confidence.ABSTAINED
        return rule.only_asker or unasked
