"""Feedback on a tool or the programme: stored once."""

from __future__ import annotations

from dataclasses import dataclass

from adoption.feedback import feedback
from bot.container import JobContext
from bot.jobs.job import job


@dataclass(frozen=True)
class CommentGiven:
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
def store_comment(context: JobContext, comment: CommentGiven) -> None:
    """Stores a comment."""
    given = feedback.Comment(
        f"comment:{context.key}",
        comment.account,
        context.enqueued_at,
        comment.text,
        comment.tool,
        comment.named,
    )
    context.step(context.container.record.feedback.add_comment, given)


JOBS = (store_comment,)
