"""Brings answers to Slack, each once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, cast

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.blocks.answers import ANSWER_EVENT, Message, answer_message
from bot.jobs import RateLimited, Undeliverable
from bot.questions import Question
from bot.streams import Stream, impatient
from knowledge.answerer import Tell
from knowledge.answers import Answer

# Slack's errors after which another try gives the same.
_FINAL = frozenset(
    (
        "channel_not_found is_archived not_in_channel restricted_action user_not_found "
        "account_inactive token_revoked invalid_auth thread_not_found message_not_found "
        "missing_scope cannot_reply_to_message invalid_blocks msg_too_long"
    ).split()
)
_PAGE = 200


def _retry_after(error: SlackApiError) -> float:
    headers = {name.lower(): value for name, value in error.response.headers.items()}
    try:
        return max(float(headers["retry-after"]), 0.0)
    except (KeyError, ValueError):
        return 1.0


class SlackDelivery:
    """Posts into the thread of the question; an answer being put grows there."""

    def __init__(
        self,
        client: WebClient,
        help_channel: str | None = None,
        limited: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._streaming = impatient(client)
        self._help_channel = help_channel
        self._limited = limited
        self._clock = clock
        self._streams: dict[str, Stream] = {}

    def begin(self, question: Question) -> Tell | None:
        """What hears the sentences of an answer as they come."""
        stream = Stream(self._streaming, question, self._clock)
        self._streams[question.id] = stream
        return stream.tell

    def post(self, question: Question, answer: Answer, repeated: bool) -> None:
        """Posts the answer, or ends the message in which it grew.

        With `repeated`, only if it is not in the thread already; a message that a process
        began and did not end is made whole.

        Raises:
            Undeliverable: the channel or the thread is gone or closed to us.
            RateLimited: Slack wants to be asked later.
        """
        stream = self._streams.get(question.id)
        message = answer_message(answer, question.id, self._help_channel)
        try:
            if not (repeated and self._is_posted(question)):
                self._bring(question, message, stream, repeated)
        except SlackApiError as error:
            code = error.response.get("error", "")
            if error.response.status_code == 429:
                self._limited()
                raise RateLimited(_retry_after(error)) from error
            if code in _FINAL:
                self._streams.pop(question.id, None)
                raise Undeliverable(f"Slack says {code} for {question.channel}.") from error
            raise
        self._streams.pop(question.id, None)

    def _bring(
        self, question: Question, message: Message, stream: Stream | None, repeated: bool
    ) -> None:
        metadata = {"event_type": ANSWER_EVENT, "event_payload": {"question": question.id}}
        begun = stream.ts if stream is not None else None
        if stream is not None and begun is not None:
            if stream.end(message.words, message.blocks[1:], metadata):
                return
        elif repeated or (stream is not None and stream.uncertain):
            begun = self._left_open(question)
        if begun is None:
            self._client.chat_postMessage(
                channel=question.channel,
                thread_ts=question.thread,
                text=message.text,
                blocks=message.blocks,
                metadata=metadata,
                unfurl_links=False,
                unfurl_media=False,
            )
        else:
            self._rewrite(question.channel, begun, message, metadata)

    def _rewrite(self, channel: str, ts: str, message: Message, metadata: dict[str, Any]) -> None:
        """Puts the whole answer in place of what a message shows so far."""
        try:
            self._client.chat_stopStream(channel=channel, ts=ts)
        except SlackApiError as error:
            # It has ended already: by a person, or by Slack after some minutes.
            if error.response.status_code == 429 or error.response.get("error") in _FINAL:
                raise
        self._client.chat_update(
            channel=channel, ts=ts, text=message.text, blocks=message.blocks, metadata=metadata
        )

    def _is_posted(self, question: Question) -> bool:
        return any(
            message.get("metadata", {}).get("event_payload", {}).get("question") == question.id
            for message in self._thread(question)
        )

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

    def _thread(self, question: Question) -> Iterator[dict[str, Any]]:
        cursor = None
        while True:
            page = self._client.conversations_replies(
                channel=question.channel,
                ts=question.thread,
                include_all_metadata=True,
                limit=_PAGE,
                cursor=cursor,
            )
            data = cast(dict[str, Any], page.data)
            yield from data.get("messages", [])
            cursor = data.get("response_metadata", {}).get("next_cursor")
            if not cursor:
                return
