"""Lets go of the questions of those who want none of theirs kept, once they are answered."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from adoption.record import Record
from bot.answering.answered import forget_answered
from bot.answering.question import Question
from bot.jobs.runtime import JobRuntime
from bot.observability.question_metrics import Course, Observer

# So long a question can still be handed to a person or shared, and Slack may send it again.
_SECONDS = 600.0


class Unkept(Observer):
    """Notes such questions as they end, and removes their jobs a while later.

    A process that ends meanwhile leaves them to `uptake forget`, as it does all old jobs.
    """

    def __init__(self, record: Record, jobs: JobRuntime[Any], clock: Callable[[], float]) -> None:
        self._record = record
        self._jobs = jobs
        self._clock = clock
        self._lock = threading.Lock()
        self._ended: deque[tuple[float, str]] = deque()

    def ended(self, question: Question, course: Course) -> None:
        """Notes a question whose asker wants none kept."""
        if self._record.logging_pauses.is_paused(question.account):
            with self._lock:
                self._ended.append((self._clock(), question.id))

    def step(self) -> None:
        """Removes what has been answered long enough; called now and then."""
        due = self._clock() - _SECONDS
        with self._lock:
            ids = [id for at, id in self._ended if at <= due]
            self._ended = deque(each for each in self._ended if each[0] > due)
        forget_answered(self._jobs, ids)
