"""Thumbs, why an answer did not help, and what it saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adoption.feedback.models import Reason, TimeSaved, Vote
from bot.container import JobContext
from bot.features.ratings.saving_blocks import saved_message, saving_question
from bot.features.ratings.sections import store_section
from bot.jobs.job import job
from bot.slack.identity import user_of
from bot.slack.messages import Place


@dataclass(frozen=True)
class Thumb:
    """A thumb under an answer; `at` is when it was pressed.

    Attributes:
        place: where the answer is, and where the person alone may be asked something.
    """

    question: str
    account: str
    vote: Vote
    at: datetime
    place: Place


@dataclass(frozen=True)
class GivenReason:
    """Why an answer did not help."""

    question: str
    account: str
    reason: Reason
    comment: str | None


@dataclass(frozen=True)
class GivenSaving:
    """What an answer saved somebody; `url` shows it where they pressed."""

    question: str
    account: str
    saved: TimeSaved
    at: datetime
    url: str


@job("ratings.vote", version=1)
def store_vote(context: JobContext, thumb: Thumb) -> None:
    """Stores a thumb; a thumb up asks once what the answer saved, a thumb down drops that."""
    if not _may_rate(context, thumb.question, thumb.account):
        return
    feedback = context.container.record.feedback
    context.step(feedback.set_vote, thumb.question, thumb.account, thumb.vote, thumb.at)
    if thumb.vote is Vote.POSITIVE:
        key = f"{thumb.question}:{thumb.account}"
        context.container.jobs.enqueue(ask_saving, thumb, key=key)
    else:
        context.step(feedback.remove_time_saved, thumb.question, thumb.account)


@job("ratings.reason", version=1)
def store_reason(context: JobContext, given: GivenReason) -> None:
    """Stores why an answer did not help."""
    if not _may_rate(context, given.question, given.account):
        return
    context.step(
        context.container.record.feedback.set_reason,
        given.question,
        given.account,
        given.reason,
        given.comment,
        context.enqueued_at,
    )


@job("ratings.ask_saving", version=1)
def ask_saving(context: JobContext, thumb: Thumb) -> None:
    """Asks the person alone what the answer saved them."""
    place = Place(thumb.place.channel, thumb.place.thread, only_for=user_of(thumb.account))
    context.post_once("ask", place, saving_question(thumb.question))


@job("ratings.saving", version=1)
def store_saving(context: JobContext, given: GivenSaving) -> None:
    """Stores what an answer saved somebody, and shows it where they pressed."""
    container = context.container
    if not _may_rate(context, given.question, given.account):
        return
    stored = context.step(
        container.record.feedback.set_time_saved,
        given.question,
        given.account,
        given.saved,
        given.at,
    )
    if stored and given.url:
        message = saved_message(given.question, given.saved)
        context.slack(container.slack.respond, given.url, message, replace=True)


def _may_rate(context: JobContext, question: str, account: str) -> bool:
    """Whether somebody can read where a question was asked, as its id says it."""
    sees = context.container.visibility.sees
    return context.step(sees, account, question.partition(":")[0])


JOBS = (store_vote, store_reason, ask_saving, store_saving, store_section)
