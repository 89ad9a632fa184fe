"""Shows an answer in Slack while a language model puts it, sentence by sentence."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.answering.blocks import NOT_SURE
from bot.answering.question import Question
from bot.slack.mrkdwn import markdown
from knowledge.answers.answer import Confidence

log = logging.getLogger(__name__)

# Slack takes a hundred appends a minute and more from the whole workspace's app; five people
# at once are served at this pace, and none reads faster.
PAUSE_SECONDS = 1.0
_LONGEST_SENTENCE = 3000


class Stream:
    """One message that grows. Where Slack refuses, nothing more is shown until the end."""

    def __init__(self, client: WebClient, question: Question, clock: Callable[[], float]) -> None:
        self._client = client
        self._question = question
        self._clock = clock
        self._waiting = ""
        self._last = 0.0
        self.shown = ""
        self.ts: str | None = None
        # Slack may or may not have begun a message when its receipt does not come.
        self.uncertain = False
        self.broken = False

    def tell(self, outcome: Confidence, sentence: str) -> None:
        """Shows a sentence, with others that come within a second."""
        if self.broken:
            return
        if not self.shown and not self._waiting and outcome is Confidence.UNSURE:
            self._waiting = f"{NOT_SURE}\n\n"
        # A space at the end, because Slack drops one at the beginning of a piece.
        self._waiting += markdown(sentence, _LONGEST_SENTENCE) + " "
        if self.ts is None or self._clock() - self._last >= PAUSE_SECONDS:
            self._show()

    def end(self, words: str, blocks: list[dict[str, Any]], metadata: dict[str, Any]) -> bool:
        """Adds what is missing and the blocks below it; False if the message must be rewritten.

        Args:
            words: the whole answer.
            blocks: what stands below it.
        """
        if self.ts is None or self.broken or not words.startswith(self.shown.rstrip()):
            return False
        rest = words[len(self.shown) :] if words.startswith(self.shown) else ""
        chunks = [_chunk(rest)] if rest else None
        try:
            self._client.chat_stopStream(
                channel=self._question.channel,
                ts=self.ts,
                chunks=chunks,
                blocks=blocks,
                metadata=metadata,
            )
        except SlackApiError as error:
            log.info("A stream could not be ended: %s", error.response.get("error"))
            return False
        return True

    def _show(self) -> None:
        piece, self._waiting = self._waiting, ""
        try:
            if self.ts is None:
                self.ts = self._start(piece)
            else:
                self._client.chat_appendStream(
                    channel=self._question.channel, ts=self.ts, chunks=[_chunk(piece)]
                )
        except SlackApiError as error:
            log.info("Slack does not stream: %s", error.response.get("error"))
            self.broken = True
            self.uncertain = self.ts is None and error.response.status_code >= 500
            return
        # Showing it early is a courtesy: whatever goes wrong with it must not lose the answer.
        except Exception as error:
            log.info("Slack did not answer while streaming: %s", error)
            self.broken = True
            self.uncertain = self.ts is None
            return
        self.shown += piece
        self._last = self._clock()

    def _start(self, piece: str) -> str:
        team, _, user = self._question.account.rpartition(":")
        begun = self._client.chat_startStream(
            channel=self._question.channel,
            thread_ts=self._question.thread,
            recipient_team_id=team or None,
            recipient_user_id=user or None,
            chunks=[_chunk(piece)],
        )
        return str(begun["ts"])


def _chunk(text: str) -> dict[str, str]:
    return {"type": "markdown_text", "text": text}


def impatient(client: WebClient) -> WebClient:
    """The same client without waiting where Slack limits the rate: streaming is given up then."""
    return WebClient(token=client.token, base_url=client.base_url, timeout=10, retry_handlers=[])
