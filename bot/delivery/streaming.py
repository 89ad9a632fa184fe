"""Shows an answer in Slack while a language model writes it, sentence by sentence."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from bot.conversation.question import Question
from bot.delivery.blocks import NOT_SURE
from bot.slack.errors import SlackError, SlackRateLimited, SlackUnavailable
from bot.slack.gateway import SlackGateway
from bot.slack.messages import Place
from bot.slack.mrkdwn import markdown
from knowledge.retrieval.confidence import Confidence

log = logging.getLogger(__name__)

# Slack takes a hundred appends a minute and more from the whole workspace's app; five people
# at once are served at this pace, and none reads faster.
PAUSE_SECONDS = 1.0
_LONGEST_SENTENCE = 3000


class Stream:
    """One message that grows. Where Slack refuses, nothing more is shown until the end.

    Attributes:
        shown: what the message says so far.
        ts: of the message; None while there is none.
        uncertain: whether Slack may have begun a message although its receipt did not come.
        broken: whether nothing more is shown.
    """

    def __init__(self, slack: SlackGateway, question: Question, clock: Callable[[], float]) -> None:
        self._slack = slack
        self._question = question
        self._clock = clock
        self._waiting = ""
        self._last = 0.0
        self.shown = ""
        self.ts: str | None = None
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
        try:
            self._slack.stop_stream(
                self._question.channel, self.ts, text=rest, blocks=blocks, metadata=metadata
            )
        except SlackError as error:
            log.info("A stream could not be ended: %s", error.code)
            return False
        return True

    def _show(self) -> None:
        piece, self._waiting = self._waiting, ""
        try:
            if self.ts is None:
                place = Place(self._question.channel, self._question.thread)
                self.ts = self._slack.start_stream(place, self._question.account, piece)
            else:
                self._slack.append_stream(self._question.channel, self.ts, piece)
        # Showing it early is a courtesy: whatever goes wrong with it must not lose the answer.
        except Exception as error:
            log.info("Slack does not stream: %s", error)
            self.broken = True
            self.uncertain = self.ts is None and _may_have_begun(error)
            return
        self.shown += piece
        self._last = self._clock()


def _may_have_begun(error: Exception) -> bool:
    refused = isinstance(error, SlackError) and not isinstance(error, SlackUnavailable)
    return not (refused or isinstance(error, SlackRateLimited))
