"""Conversations in threads: what was asked before, and what a message means in its light."""

from __future__ import annotations

import logging
from dataclasses import replace

from sqlalchemy.exc import SQLAlchemyError

from adoption.questions.threads import Threads
from bot.conversation.question import Question
from knowledge.answers.conversation import Turn
from knowledge.answers.follow_ups import FollowUps
from knowledge.answers.requests import Message, understand

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

    def understood(self, question: Question) -> Message:
        """What a message asks, as it would be asked without the thread around it."""
        message = understand(question.text, attachments=question.attachments)
        if not message.is_question:
            return message
        turns, requests = self._earlier(question), []
        for request in message.requests:
            text = self._follow_ups.standalone(request.text, turns, question.account)
            requests.append(replace(request, text=text))
            turns.append(Turn(text))
        return replace(message, requests=tuple(requests))

    def answered_before(self, question: Question, message: Message) -> list[str]:
        """The answers before a follow-up in its thread; nothing for what stands by itself.

        Args:
            message: what the question was understood as.
        """
        own = {request.text for request in understand(question.text).requests}
        if all(request.text in own for request in message.requests):
            return []
        try:
            return self._threads.answers(
                question.channel, question.thread, question.account, question.moment
            )
        except SQLAlchemyError as error:
            log.warning("The thread of a question cannot be read: %s", error)
            return []

    def _earlier(self, question: Question) -> list[Turn]:
        """What the same person asked before in the same thread, the oldest first.

        Nothing where the record cannot be read: better than no answer.
        """
        if question.begins_thread:
            return []
        try:
            asked = self._threads.questions(
                question.channel, question.thread, question.account, question.moment
            )
        except SQLAlchemyError as error:
            log.warning("The thread of a question cannot be read: %s", error)
            return []
        return [Turn(text) for text in asked]
