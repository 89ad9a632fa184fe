"""Feedback on a tool or the programme: stored once."""

from __future__ import annotations

from dataclasses import dataclass

from adoption.feedback.comments import Remarked, keep_remark
from bot.container import JobContext
from bot.jobs.job import job


@dataclass(frozen=True)
class Comment:
    """What somebody wrote.

    Attributes:
        tool: the tool that it is about; None for the programme.
        named: whether the programme team may see their name.
    """

    account: str
    text: str
    tool: str | None
    named: bool


@job("feedback.comment", version=1)
def store_comment(context: JobContext, comment: Comment) -> None:
    """Stores a comment."""
    remark = Remarked(
        f"remark:{context.key}",
        comment.account,
        context.enqueued_at,
        comment.text,
        comment.tool,
        comment.named,
    )
    context.step(keep_remark, context.container.engine, remark)


JOBS = (store_comment,)
