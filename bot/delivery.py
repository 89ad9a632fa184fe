"""Brings answers to Slack, each once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.blocks.answers import ANSWER_EVENT, answer_message
from bot.jobs import RateLimited, Undeliverable
from bot.questions import Question
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
    """Posts into the thread of the question."""

    def __init__(
        self,
        client: WebClient,
        help_channel: str | None = None,
        limited: Callable[[], None] = lambda: None,
    ) -> None:
        self._client = client
        self._help_channel = help_channel
        self._limited = limited

    def post(self, question: Question, answer: Answer, repeated: bool) -> None:
        """Posts the answer; with `repeated`, only if it is not in the thread already.

        Raises:
            Undeliverable: the channel or the thread is gone or closed to us.
            RateLimited: Slack wants to be asked later.
        """
        try:
            if repeated and self._is_posted(question):
                return
            message = answer_message(answer, question.id, self._help_channel)
            self._client.chat_postMessage(
                channel=question.channel,
                thread_ts=question.thread,
                text=message.text,
                blocks=message.blocks,
                metadata={
                    "event_type": ANSWER_EVENT,
                    "event_payload": {"question": question.id},
                },
                unfurl_links=False,
                unfurl_media=False,
            )
        except SlackApiError as error:
            code = error.response.get("error", "")
            if error.response.status_code == 429:
                self._limited()
                raise RateLimited(_retry_after(error)) from error
            if code in _FINAL:
                raise Undeliverable(f"Slack says {code} for {question.channel}.") from error
            raise

    def _is_posted(self, question: Question) -> bool:
        return any(
            message.get("metadata", {}).get("event_payload", {}).get("question") == question.id
            for message in self._thread(question)
        )

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
