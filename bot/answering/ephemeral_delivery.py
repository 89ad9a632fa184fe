"""Brings an answer to the asker alone where the channel's rule says so."""

from __future__ import annotations

from collections.abc import Callable

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from adoption.channels.channel_rules import ChannelRule
from adoption.channels.models import AnswerMode
from adoption.questions.models import Surface
from bot.answering.blocks import answer_message
from bot.answering.delivery import RateLimited, Undeliverable
from bot.answering.message_edits import retry_after
from bot.answering.question import Question
from bot.answering.slack_delivery import SlackDelivery
from bot.features.channels.blocks import whispered
from bot.slack.identity import user_of
from knowledge.answers.answer import Answer, Confidence
from knowledge.answers.answerer import Tell

_IN_CHANNELS = (Surface.CHANNEL, Surface.PRIVATE)


class RuledDelivery:
    """Delivers as the rule of the channel has it, and hands everything else on."""

    def __init__(
        self,
        inner: SlackDelivery,
        client: WebClient,
        rule_of: Callable[[str], ChannelRule],
        help_channel: str | None = None,
    ) -> None:
        self._inner = inner
        self._client = client
        self._rule_of = rule_of
        self._help_channel = help_channel

    def begin(self, question: Question) -> Tell | None:
        """What hears the sentences of an answer as they come; None where not everyone may."""
        rule = (
            self._rule_of(question.channel) if question.surface in _IN_CHANNELS else ChannelRule()
        )
        # What turns out to be no answer would be for the asker alone.
        if rule.only_asker or rule.mode is AnswerMode.EVERY:
            return None
        return self._inner.begin(question)

    def post(self, question: Question, answer: Answer, repeated: bool) -> str:
        """Posts the answer, to everyone or to the asker alone; gives its ts where all see it.

        What one person sees cannot be looked for: after a crash they may see it twice.

        Raises:
            Undeliverable: trying again cannot help.
            RateLimited: Slack wants to be asked later.
        """
        if question.surface not in _IN_CHANNELS or not self._whispers(question, answer):
            return self._inner.post(question, answer, repeated)
        message = answer_message(answer, question.id, self._help_channel)
        if answer.citations:
            message = whispered(message, question.id)
        # A thread that does not exist yet is not shown to anybody.
        is_root = question.id == f"{question.channel}:{question.thread}"
        try:
            self._client.chat_postEphemeral(
                channel=question.channel,
                user=user_of(question.account),
                text=message.text,
                blocks=message.blocks,
                thread_ts=None if is_root else question.thread,
            )
        except SlackApiError as error:
            if error.response.status_code == 429:
                raise RateLimited(retry_after(error)) from error
            code = error.response.get("error", "")
            if code in ("internal_error", "fatal_error", "service_unavailable"):
                raise
            raise Undeliverable(f"Slack says {code} for {question.channel}.") from error
        return ""

    def change(self, question: Question, ts: str, answer: Answer) -> str:
        """Shows another answer in the place of one that everyone sees; see `Corrections`."""
        return self._inner.change(question, ts, answer)

    def remove(self, channel: str, ts: str) -> None:
        """Takes a message back; see `Corrections`."""
        self._inner.remove(channel, ts)

    def goes_on(self, question: Question, ts: str) -> bool:
        """Whether anything was said after an answer; see `Corrections`."""
        return self._inner.goes_on(question, ts)

    def cut_short(self, question: Question, repeated: bool, keep: bool) -> tuple[str, str]:
        """Ends an answer that was begun; see `SlackDelivery`."""
        return self._inner.cut_short(question, repeated, keep)

    def close(self, channel: str, ts: str) -> None:
        """Ends a message that was growing; see `Corrections`."""
        self._inner.close(channel, ts)

    def at_rest(self, channel: str, thread: str) -> None:
        """Shows that nothing is worked on; see `Corrections`."""
        self._inner.at_rest(channel, thread)

    def _whispers(self, question: Question, answer: Answer) -> bool:
        """Only for the asker; and “I don't know” under a question nobody put to the app."""
        rule = self._rule_of(question.channel)
        unasked = rule.mode is AnswerMode.EVERY and answer.outcome is Confidence.ABSTAINED
        return rule.only_asker or unasked
