"""Brings answers to Slack, each once."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.answering.blocks import ANSWER_EVENT, answer_message
from bot.answering.cancellation import Halt, Halted
from bot.answering.delivery import Undeliverable
from bot.answering.message_edits import FINAL, Corrections, metadata_of
from bot.answering.question import Question
from bot.answering.streaming import Stream, impatient
from bot.slack.messages import Message
from knowledge.answers.answer import Answer, Confidence
from knowledge.answers.answerer import Tell

# Whether a question is still to be answered; None where it is.
HaltOf = Callable[[Question], Halt | None]


def wanted(question: Question) -> Halt | None:
    """Every question is still to be answered."""
    return None


class SlackDelivery(Corrections):
    """Posts into the thread of the question; an answer being put grows there.

    Args:
        halt_of: asked before each piece of a growing answer, and where Slack has ended it.
    """

    def __init__(
        self,
        client: WebClient,
        help_channel: str | None = None,
        limited: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
        halt_of: HaltOf = wanted,
    ) -> None:
        super().__init__(client, help_channel, limited)
        self._streaming = impatient(client)
        self._clock = clock
        self._halt_of = halt_of
        self._streams: dict[str, Stream] = {}

    def begin(self, question: Question) -> Tell | None:
        """What hears the sentences of an answer as they come; raises Halted in between."""
        stream = Stream(self._streaming, question, self._clock)
        self._streams[question.id] = stream

        def tell(outcome: Confidence, sentence: str) -> None:
            self._look(question)
            stream.tell(outcome, sentence)

        return tell

    def post(self, question: Question, answer: Answer, repeated: bool) -> str:
        """Posts the answer, or ends the message in which it grew; gives its ts.

        With `repeated`, only if it is not in the thread already; a message that a process
        began and did not end is made whole.

        Raises:
            Undeliverable: the channel or the thread is gone or closed to us.
            RateLimited: Slack wants to be asked later.
            Halted: Slack has ended the message because somebody pressed stop.
        """
        message = answer_message(answer, question.id, self._help_channel)
        try:
            with self._asking(question.channel):
                shown = self._posted(question) if repeated else None
                ts = shown or self._bring(question, message, repeated)
        except Undeliverable:
            self._streams.pop(question.id, None)
            raise
        self._streams.pop(question.id, None)
        return ts

    def cut_short(self, question: Question, repeated: bool, keep: bool) -> tuple[str, str]:
        """Ends an answer that was begun: with a note, or without a trace where not to `keep`.

        Returns:
            The ts of the message and what it says; both empty where nothing was begun.

        Raises:
            Undeliverable: the message is gone, or closed to us.
            RateLimited: Slack wants to be asked later.
        """
        stream = self._streams.get(question.id)
        ts, shown = (stream.ts, stream.shown) if stream is not None else (None, "")
        if ts is None and (repeated or (stream is not None and stream.uncertain)):
            with self._asking(question.channel):
                ts = self._left_open(question)
                if ts is not None and keep:
                    # Another process has shown it, and only Slack knows how far it came.
                    shown = str(self._message(question.channel, ts).get("text") or "")
        if ts is not None and keep:
            self.close(question.channel, ts)
        elif ts is not None:
            self.remove(question.channel, ts)
        self._streams.pop(question.id, None)
        return (ts, shown.strip()) if ts is not None and keep else ("", "")

    def _look(self, question: Question) -> None:
        halt = self._halt_of(question)
        if halt is not None:
            raise Halted(halt)

    def _bring(self, question: Question, message: Message, repeated: bool) -> str:
        stream = self._streams.get(question.id)
        metadata = metadata_of(question.id)
        begun = stream.ts if stream is not None else None
        if stream is not None and begun is not None:
            if stream.end(message.words, message.blocks[1:], metadata):
                return begun
            self._look(question)
        elif repeated or (stream is not None and stream.uncertain):
            begun = self._left_open(question)
        if begun is not None:
            self._rewrite(question.channel, begun, message, metadata)
            return begun
        posted = self._client.chat_postMessage(
            channel=question.channel,
            thread_ts=question.thread,
            text=message.text,
            blocks=message.blocks,
            metadata=metadata,
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(posted["ts"])

    def _rewrite(self, channel: str, ts: str, message: Message, metadata: dict[str, Any]) -> None:
        """Puts the whole answer in place of what a message shows so far."""
        try:
            self._client.chat_stopStream(channel=channel, ts=ts)
        except SlackApiError as error:
            # It has ended already: by a person, or by Slack after some minutes.
            if error.response.status_code == 429 or error.response.get("error") in FINAL:
                raise
        self._client.chat_update(
            channel=channel, ts=ts, text=message.text, blocks=message.blocks, metadata=metadata
        )

    def _posted(self, question: Question) -> str | None:
        for message in self._thread(question):
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
        for message in self._thread(question):
            if (
                message.get("user") == self._bot
                and message.get("streaming_state")
                and message.get("metadata", {}).get("event_type") != ANSWER_EVENT
                and message["ts"] not in ours
                and float(message["ts"]) > question.asked_at
            ):
                return str(message["ts"])
        return None

    @cached_property
    def _bot(self) -> str:
        return str(self._client.auth_test()["user_id"])
