"""A check-in: stored once."""

from __future__ import annotations

from dataclasses import dataclass

from adoption.feedback.feedback import CheckIn
from bot.container import JobContext
from bot.jobs.job import job


@dataclass(frozen=True)
class CheckInGiven:
    """What somebody reported.

    Attributes:
        minutes_low, minutes_high: what the tool saves them in a week.
        consent: whether the comment may be quoted.
    """

    account: str
    tool: str
    minutes_low: float
    minutes_high: float
    comment: str | None
    consent: bool


@job("check_ins.store", version=1)
def store_check_in(context: JobContext, given: CheckInGiven) -> None:
    """Stores a check-in that somebody made by themselves, due on the day it was made."""
    at = context.enqueued_at
    check_in = CheckIn(
        id=f"check-in:{context.key}",
        account=given.account,
        due_on=at.astimezone(context.container.settings.zone).date(),
        tool=given.tool,
        done_at=at,
        minutes_low=given.minutes_low,
        minutes_high=given.minutes_high,
        comment=given.comment,
        consent=given.consent,
    )
    context.step(context.container.record.feedback.add_check_ins, [check_in], at)


JOBS = (store_check_in,)
