"""Shows an answer in Slack while a language model writes it, sentence by sentence."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.conversation.question import Question
from bot.slack.errors import SlackError, SlackRateLimited, SlackUnavailable
from bot.slack.gateway import SlackGateway
from bot.slack.identity import user_of
from bot.slack.messages import PUBLIC, Message, Place
from bot.slack.mrkdwn import markdown
from knowledge.retrieval.confidence import Confidence

log = logging.getLogger(__name__)

# Slack takes a hundred appends a minute and more from the whole workspace's app; five people
# at once are served at this pace, and none reads faster.
PAUSE_SECONDS = 1.0
_LONGEST_SENTENCE = 3000


def place_of(question: Question) -> Place:
    """Where a question is answered; a direct conversation is read by whoever asks."""
    return Place(question.channel, question.thread, reader=user_of(question.account))


class Stream:
    """One message that grows. Where Slack refuses, nothing more is shown until the end.

    Attributes:
        shown: what the message says so far.
        ts: of the message; None while there is none.
        uncertain: whether Slack may have begun a message although its receipt did not come.
        broken: whether nothing more is shown.
    """

    def __init__(
        self,
        slack: SlackGateway,
        question: Question,
        clock: Callable[[], float],
        audiences: frozenset[str] = PUBLIC,
    ) -> None:
        """Begins nothing yet; `audiences` are those of everything that may be said."""
        self._slack = slack
        self._question = question
        self._clock = clock
        self._audiences = audiences
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
        # A space at the end, because Slack drops one at the beginning of a piece.
        self._waiting += markdown(sentence, _LONGEST_SENTENCE) + " "
        if self.ts is None or self._clock() - self._last >= PAUSE_SECONDS:
            self._show()

    def end(self, message: Message, metadata: dict[str, Any]) -> bool:
        """Adds what is missing of an answer's message; False if it must be rewritten."""
        words = message.words
        if self.ts is None or self.broken or not words.startswith(self.shown.rstrip()):
            return False
        rest = words[len(self.shown) :] if words.startswith(self.shown) else ""
        try:
            last = replace(message, text=rest, blocks=message.blocks[1:])
            self._slack.stop_stream(place_of(self._question), self.ts, last, metadata=metadata)
        except SlackError as error:
            log.info("A stream could not be ended: %s", error.code)
            return False
        return True

    def _show(self) -> None:
        piece, self._waiting = self._waiting, ""
        try:
            place, part = place_of(self._question), Message(piece, audiences=self._audiences)
            if self.ts is None:
                self.ts = self._slack.start_stream(place, self._question.account, part)
            else:
                self._slack.append_stream(place, self.ts, part)
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
