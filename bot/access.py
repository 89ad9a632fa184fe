"""What only admins may do: checked, refused, and every refused try recorded."""

from __future__ import annotations

from dataclasses import dataclass

from adoption.privacy.models import RestrictedAction
from bot.container import Container, JobContext
from bot.jobs.job import job
from bot.slack.blocks import line
from bot.slack.identity import team_of, user_of

NOT_ALLOWED = "Only an admin of the programme can do that. Nothing was changed."


@dataclass(frozen=True)
class Attempt:
    """What somebody tried.

    Attributes:
        about: what it was about, as the audit log names it: a channel, a week, a story.
        url: of the interaction on which they are answered; empty for a direct message.
        words: what they are told if they may not; nothing where it is empty.
    """

    account: str
    act: RestrictedAction
    about: str = ""
    url: str = ""
    words: str = NOT_ALLOWED


def is_allowed(context: JobContext, attempt: Attempt) -> bool:
    """Whether whoever tried is an admin; otherwise the try is recorded, and they are told."""
    is_admin = context.container.admins.is_admin
    if context.step(is_admin, user_of(attempt.account)):
        return True
    _refuse(context, attempt)
    return False


def turn_away(container: Container, attempt: Attempt, key: str) -> None:
    """Records, in a job, a try that a listener has refused; tells the person.

    Args:
        key: names the press, command or dialog.
    """
    container.jobs.enqueue(refuse, attempt, key=key)


@job("access.refuse", version=1)
def refuse(context: JobContext, attempt: Attempt) -> None:
    """Records a refused try, and tells the person."""
    _refuse(context, attempt)


JOBS = (refuse,)


def admin_places(container: Container, team: str) -> list[str]:
    """Where admins are told something: their channel, or else each of those who are known."""
    admins = container.admins
    if admins.channel:
        return [admins.channel]
    if admins.named:
        return admins.named
    known = container.record.home_views.accounts(admins_only=True)
    return [user_of(each) for each in known if team_of(each) == team and user_of(each)]


def _refuse(context: JobContext, attempt: Attempt) -> None:
    add, at = context.container.record.refused_actions.add, context.enqueued_at
    context.step(add, context.id, attempt.account, attempt.act, attempt.about, at)
    if attempt.words:
        context.reply("refused", attempt.url, attempt.account, line(attempt.words))
