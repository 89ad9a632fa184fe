"""Stores what an admin decides about what people taught."""

from __future__ import annotations

from dataclasses import dataclass

from adoption.feedback.models import LessonDecision
from adoption.privacy.models import RestrictedAction
from bot.access import Attempt, is_allowed
from bot.container import Container, JobContext
from bot.features.lessons.taught import taught_for
from bot.jobs.job import job


@dataclass(frozen=True)
class LessonDecided:
    """An admin's decision about what people taught.

    Attributes:
        decision: None to leave it to people again.
    """

    account: str
    lesson: str
    decision: LessonDecision | None


@job("lessons.decide", version=1)
def decide(context: JobContext, given: LessonDecided) -> None:
    """Stores the decision; of what the admin may not read, nothing changes."""
    if not is_allowed(context, Attempt(given.account, RestrictedAction.LESSONS)):
        return
    if not context.step(_may_read, context.container, given):
        return
    decisions, at = context.container.record.lesson_decisions, context.enqueued_at
    if given.decision is None:
        context.step(decisions.undo, given.lesson)
    else:
        context.step(decisions.decide, given.lesson, given.decision, given.account, at)
    context.container.refresh_home(context, admins=True)


JOBS = (decide,)


def _may_read(container: Container, given: LessonDecided) -> bool:
    taught = taught_for(container, given.account)
    return any(each.lesson == given.lesson for each in taught.lessons)
