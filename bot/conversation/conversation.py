"""Conversations in threads: what was asked before, and what a message means in its light."""

from __future__ import annotations

import logging

from sqlalchemy.exc import SQLAlchemyError

from adoption.questions.threads import Threads
from bot.conversation.question import Question
from knowledge.answers.conversation import Turn
from knowledge.answers.follow_ups import FollowUps

log = logging.getLogger(__name__)


class Conversation:
    """Remembers threads, and reads a message in the light of its thread."""

    def __init__(self, threads: Threads, follow_ups: FollowUps) -> None:
        self._threads = threads
        self._follow_ups = follow_ups

    def takes_part(self, channel: str, thread: str) -> bool:
        """Whether a question was answered in this thread."""
        return self._threads.takes_part(channel, thread)

    def keep(self, question: Question) -> None:
        """Remembers that a question is answered in its thread."""
        self._threads.add(question.id, question.channel, question.thread, question.account)

    def standalone(self, question: Question) -> str:
        """The question as it would be asked without the thread around it.

        Where the record cannot be read, the question as it is: better than no answer.
        """
        try:
            earlier = self._earlier(question)
        except SQLAlchemyError as error:
            log.warning("The thread of a question cannot be read: %s", error)
            return question.text
        return self._follow_ups.standalone(question.text, earlier, question.account)

    def _earlier(self, question: Question) -> list[Turn]:
        """What the same person asked before in the same thread, the oldest first."""
        asked = self._threads.questions(
            question.channel, question.thread, question.account, question.moment
        )
        return [Turn(text) for text in asked]
