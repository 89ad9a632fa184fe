"""Changes what stands in Slack already: an answer put anew, taken back, or ended early."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.answering.blocks import ANSWER_EVENT, answer_message, stopped_note
from bot.answering.delivery import RateLimited, Undeliverable
from bot.answering.question import Question
from knowledge.answers.answer import Answer

log = logging.getLogger(__name__)

# Slack's errors after which another try gives the same.
FINAL = frozenset(
    (
        "channel_not_found is_archived not_in_channel restricted_action user_not_found "
        "account_inactive token_revoked invalid_auth thread_not_found message_not_found "
        "missing_scope cannot_reply_to_message invalid_blocks msg_too_long cant_update_message "
        "cant_delete_message edit_window_closed unknown_method feature_not_enabled"
    ).split()
)
_PAGE = 200


def retry_after(error: SlackApiError) -> float:
    """The seconds that Slack wants to be left alone."""
    headers = {name.lower(): value for name, value in error.response.headers.items()}
    try:
        return max(float(headers["retry-after"]), 0.0)
    except (KeyError, ValueError):
        return 1.0


def metadata_of(question: str) -> dict[str, Any]:
    """What marks a message as the whole answer to a question."""
    return {"event_type": ANSWER_EVENT, "event_payload": {"question": question}}


class Corrections:
    """What can be done to the app's own messages."""

    def __init__(
        self,
        client: WebClient,
        help_channel: str | None = None,
        limited: Callable[[], None] = lambda: None,
    ) -> None:
        self._client = client
        self._help_channel = help_channel
        self._limited = limited

    def change(self, question: Question, ts: str, answer: Answer) -> str:
        """Shows another answer in the place of the one in message `ts`; gives its ts.

        Raises:
            Undeliverable: the message is gone, or closed to us.
            RateLimited: Slack wants to be asked later.
        """
        message = answer_message(answer, question.id, self._help_channel)
        with self._asking(question.channel):
            self._client.chat_update(
                channel=question.channel,
                ts=ts,
                text=message.text,
                blocks=message.blocks,
                metadata=metadata_of(question.id),
            )
        return ts

    def remove(self, channel: str, ts: str) -> None:
        """Takes a message back; one that is gone already stays gone.

        Raises:
            Undeliverable: it cannot be taken back.
            RateLimited: Slack wants to be asked later.
        """
        with self._asking(channel):
            self._client.chat_delete(channel=channel, ts=ts)

    def goes_on(self, question: Question, ts: str) -> bool:
        """Whether anything was said in the thread after the answer in message `ts`."""
        try:
            with self._asking(question.channel):
                return any(float(each["ts"]) > float(ts) for each in self._thread(question))
        except Undeliverable:
            # A thread whose last message goes with its root.
            return False

    def close(self, channel: str, ts: str) -> None:
        """Ends a message that was growing, with a note; a finished answer is left as it is.

        Slack ends it by itself when somebody presses stop, so the note may have to be put there.

        Raises:
            Undeliverable: it is gone, or closed to us.
            RateLimited: Slack wants to be asked later.
        """
        note = stopped_note()
        with self._asking(channel):
            try:
                self._client.chat_stopStream(channel=channel, ts=ts, blocks=[note])
                return
            except SlackApiError as error:
                if error.response.get("error") != "message_not_in_streaming_state":
                    raise
            message = self._message(channel, ts)
            blocks = message.get("blocks") or []
            whole = message.get("metadata", {}).get("event_type") == ANSWER_EVENT
            if message and not whole and note["block_id"] not in _ids(blocks):
                self._client.chat_update(
                    channel=channel,
                    ts=ts,
                    text=str(message.get("text") or ""),
                    blocks=[*blocks, note],
                )

    def at_rest(self, channel: str, thread: str) -> None:
        """Shows that nothing is worked on in a conversation.

        Raises:
            Undeliverable: Slack shows no such thing there.
            RateLimited: Slack wants to be asked later.
        """
        with self._asking(channel):
            self._client.agents_sessions_setStatus(
                channel_id=channel, thread_ts=thread, status="active"
            )

    def _message(self, channel: str, ts: str) -> dict[str, Any]:
        page = self._client.conversations_replies(
            channel=channel, ts=ts, latest=ts, oldest=ts, inclusive=True, include_all_metadata=True
        )
        found = cast(list[dict[str, Any]], page.get("messages") or [])
        return next((each for each in found if each["ts"] == ts), {})

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

    @contextmanager
    def _asking(self, channel: str) -> Iterator[None]:
        """Tells apart what can be tried again, and when, from what cannot."""
        try:
            yield
        except SlackApiError as error:
            code = error.response.get("error", "")
            if error.response.status_code == 429:
                self._limited()
                raise RateLimited(retry_after(error)) from error
            if code in FINAL:
                raise Undeliverable(f"Slack says {code} for {channel}.") from error
            raise


def _ids(blocks: list[dict[str, Any]]) -> set[str]:
    return {str(block.get("block_id")) for block in blocks}
