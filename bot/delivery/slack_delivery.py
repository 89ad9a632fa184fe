"""Shows answers in Slack, each once."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from bot.conversation.question import Question
from bot.delivery.blocks import ANSWER_EVENT
from bot.delivery.cancellation import Cancelled, CancelReason
from bot.delivery.help import ask_a_person
from bot.delivery.message_edits import ENDED_ALREADY, HelpOf, MessageEdits, metadata_of
from bot.delivery.streaming import Stream, place_of
from bot.slack.errors import SlackRateLimited, SlackRefused, SlackUnavailable
from bot.slack.gateway import SlackGateway
from bot.slack.messages import PUBLIC, Message
from knowledge.answers.answer import Answer
from knowledge.answers.answerer import Tell
from knowledge.retrieval.confidence import Confidence

# Why a question is not to be answered any more; None where it is.
CancelReasonOf = Callable[[Question], CancelReason | None]


def wanted(question: Question) -> CancelReason | None:
    """Every question is still to be answered."""
    return None


class SlackDelivery(MessageEdits):
    """Posts into the thread of the question; an answer that is being written grows there.

    Args:
        cancel_reason_of: asked before each piece of a growing answer, and where Slack has ended it.
    """

    def __init__(
        self,
        slack: SlackGateway,
        help_of: HelpOf = ask_a_person,
        cancel_reason_of: CancelReasonOf = wanted,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(slack, help_of)
        self._clock = clock
        self._cancel_reason_of = cancel_reason_of
        self._streams: dict[str, Stream] = {}

    def begin(self, question: Question, audiences: frozenset[str] = PUBLIC) -> Tell | None:
        """What hears the sentences of an answer as they come; raises Cancelled in between."""
        stream = Stream(self._slack, question, self._clock, audiences)
        self._streams[question.id] = stream

        def tell(outcome: Confidence, sentence: str) -> None:
            self._check_wanted(question)
            stream.tell(outcome, sentence)

        return tell

    def post(self, question: Question, answer: Answer, is_retry: bool) -> str:
        """Posts the answer, or ends the message in which it grew; returns its ts.

        With `is_retry`, only if it is not in the thread already; a message that a process began
        and did not end is completed.

        Raises:
            Cancelled: Slack has ended the message because somebody pressed stop.
        """
        message = self.message(question, answer)
        try:
            shown = self._posted(question) if is_retry else None
            ts = shown or self._show(question, message, is_retry)
        except SlackRefused:
            self._streams.pop(question.id, None)
            raise
        self._streams.pop(question.id, None)
        return ts

    def cut_short(self, question: Question, is_retry: bool, keep: bool) -> tuple[str, str]:
        """Ends an answer that was begun: with a note, or without a trace where not to `keep`."""
        stream = self._streams.get(question.id)
        ts, shown = (stream.ts, stream.shown) if stream is not None else (None, "")
        if ts is None and (is_retry or (stream is not None and stream.uncertain)):
            ts = self._left_open(question)
            if ts is not None and keep:
                # Another process has shown it, and only Slack knows how far it came.
                shown = str(self._slack.read_reply(question.channel, ts).get("text") or "")
        if ts is not None and keep:
            self.close(question.channel, ts)
        elif ts is not None:
            self.remove(question.channel, ts)
        self._streams.pop(question.id, None)
        return (ts, shown.strip()) if ts is not None and keep else ("", "")

    def _check_wanted(self, question: Question) -> None:
        reason = self._cancel_reason_of(question)
        if reason is not None:
            raise Cancelled(reason)

    def _show(self, question: Question, message: Message, is_retry: bool) -> str:
        stream = self._streams.get(question.id)
        metadata = metadata_of(question.id)
        begun = stream.ts if stream is not None else None
        if stream is not None and begun is not None:
            if stream.end(message, metadata):
                return begun
            self._check_wanted(question)
        elif is_retry or (stream is not None and stream.uncertain):
            begun = self._left_open(question)
        if begun is not None:
            self._rewrite(question, begun, message, metadata)
            return begun
        return self._slack.post(place_of(question), message, metadata=metadata).ts

    def _rewrite(
        self, question: Question, ts: str, message: Message, metadata: dict[str, Any]
    ) -> None:
        """Puts the whole answer in place of what a message shows so far."""
        try:
            self._slack.stop_stream(place_of(question), ts)
        except SlackRateLimited:
            raise
        except SlackRefused as error:
            # It has ended already: by a person, or by Slack after some minutes.
            if error.code != ENDED_ALREADY:
                raise
        except SlackUnavailable:
            # It may have ended; if it has not, it cannot be updated, and both are tried again.
            pass
        reader = place_of(question).reader
        self._slack.update(question.channel, ts, message, metadata=metadata, reader=reader)

    def _posted(self, question: Question) -> str | None:
        for message in self._slack.thread(question.channel, question.thread):
            payload = message.get("metadata", {}).get("event_payload", {})
            if payload.get("question") == question.id:
                return str(message["ts"])
        return None

    def _left_open(self, question: Question) -> str | None:
        """The message that another process began to stream for a question and did not end.

        Only a streamed message has a `streaming_state`, and a finished one names its question.
        In a channel one question is answered at a time.
        """
        ours = {stream.ts for stream in self._streams.values()}
        for message in self._slack.thread(question.channel, question.thread):
            if (
                message.get("user") == self._slack.bot
                and message.get("streaming_state")
                and message.get("metadata", {}).get("event_type") != ANSWER_EVENT
                and message["ts"] not in ours
                and float(message["ts"]) > question.asked_at
            ):
                return str(message["ts"])
        return None
