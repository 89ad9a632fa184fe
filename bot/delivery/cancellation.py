"""Whether a question is still to be answered, by the stops and deletions that are stored."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from adoption.questions.models import Outcome
from bot.conversation.question import STOP, WITHDRAW, Question, stops_key
from bot.jobs.job import JobKind
from bot.jobs.runtime import JobRuntime
from uptake import UptakeError


class CancelReason(StrEnum):
    """Why a question is not to be answered any more; the values are those of the outcome."""

    WITHDRAWN = Outcome.WITHDRAWN.value
    STOPPED = Outcome.STOPPED.value


class Cancelled(UptakeError):
    """Whoever asked wants no answer any more."""

    def __init__(self, reason: CancelReason) -> None:
        super().__init__(f"The question was {reason.value}.")
        self.reason = reason


def cancelling(question: Question) -> list[tuple[JobKind[Any, Any], str]]:
    """The jobs that cancel a question: their kinds, and how their keys begin."""
    stops = stops_key(question.channel, question.thread, question.account)
    return [(WITHDRAW, question.id), (STOP, stops)]


def cancel_reason_of(
    jobs: JobRuntime[Any], question: Question, since: float | None = None
) -> CancelReason | None:
    """Why a question is not to be answered any more; None where it is.

    Args:
        since: only a stop after this moment counts; after the question where it is left out.
    """
    # Most questions are neither stopped nor deleted.
    if not jobs.is_any(cancelling(question)):
        return None
    if jobs.stored(WITHDRAW, keys=[question.id]):
        return CancelReason.WITHDRAWN
    before = question.asked_at if since is None else since
    stops = jobs.stored(STOP, prefix=stops_key(question.channel, question.thread, question.account))
    return CancelReason.STOPPED if any(each.payload.at > before for each in stops) else None
