"""What can be watched of a question's way: taken, begun, ended; for metrics, traces, statuses."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation.question import Question

log = logging.getLogger(__name__)

# What asks nothing and is counted as nothing.
SMALL_TALK = "small talk"


@dataclass(frozen=True)
class Course:
    """How a question went, without a word of what was asked or answered.

    Attributes:
        outcome: answered, unsure, abstained, failed, stopped, withdrawn or `SMALL_TALK`.
        waited: seconds from asking to the beginning of the search, by two clocks; never below 0.
        find, answer, post: seconds of each step.
    """

    outcome: str
    model: str | None
    index_version: str
    waited: float
    find: float
    answer: float
    post: float


class Observer:
    """Someone who watches; does nothing unless it says otherwise."""

    def taken(self, question: Question) -> None:
        """A question was kept."""

    def ended(self, question: Question, course: Course) -> None:
        """A question was answered, or given up, and written down."""


class Observers(Observer):
    """Several who watch; what goes wrong with one of them never reaches a question."""

    def __init__(self, all: Sequence[Observer] = ()) -> None:
        self._all = tuple(all)

    def taken(self, question: Question) -> None:
        """Tells everyone that a question was kept."""
        for each in self._all:
            try:
                each.taken(question)
            # A watcher of any kind may fail in any way.
            except Exception as error:
                log.warning("%s failed: %s", type(each).__name__, type(error).__name__)

    def ended(self, question: Question, course: Course) -> None:
        """Tells everyone how a question went."""
        for each in self._all:
            try:
                each.ended(question, course)
            except Exception as error:
                log.warning("%s failed: %s", type(each).__name__, type(error).__name__)
