"""Carries out what people decide about their own data, and deletes what is due."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from slack_sdk.models.views import View

from bot.answering.answered import forget_answered, forget_jobs
from bot.container import Container, JobContext, OnAnswered
from bot.conversation.question import Question
from bot.features.privacy.blocks import Choices, privacy_dialog
from bot.jobs.job import Due, job
from bot.jobs.runtime import Schedule
from bot.maintenance.retention import forget
from bot.settings import OptionalFeature, Settings
from bot.slack.blocks import line
from bot.slack.identity import user_of
from bot.slack.messages import Place, Posted, only_for
from bot.texts import texts

log = logging.getLogger(__name__)

_FILE = "my-uptake-data.json"
# At night, by the clocks on the wall.
_NIGHTLY = "0 3 * * *"
# So long a question can still be handed over or shared, and Slack may send it again.
_KEPT_SECONDS = 600.0


@dataclass(frozen=True)
class Request:
    """A button in somebody's own dialog.

    Attributes:
        view: id of the dialog, which shows what came of it.
    """

    account: str
    view: str


@dataclass(frozen=True)
class RevokedToken:
    """A token that somebody revokes; `view` is the dialog that shows what came of it."""

    account: str
    view: str
    token: str


@dataclass(frozen=True)
class UnloggedQuestion:
    """A question that is not to be logged, by its id."""

    question: str


@job("privacy.export", version=1)
def export_data(context: JobContext, request: Request) -> None:
    """Sends somebody everything that is stored about them."""
    say = texts("privacy")
    place = Place(user_of(request.account))
    posted = context.post_once("export", place, line(say["export_message"]))
    if posted is not None:
        context.slack(_upload, context.container, request.account, posted)
    _show(context, request, say["exported"])


@job("privacy.erase", version=1)
def erase_data(context: JobContext, request: Request) -> None:
    """Erases what is stored about somebody."""
    context.step(_erase, context.container, request.account)
    _show(context, request, texts("privacy")["erased"])


@job("privacy.pause", version=1)
def pause_logging(context: JobContext, request: Request) -> None:
    """Stops logging somebody's questions."""
    pauses = context.container.record.logging_pauses
    context.step(pauses.pause, request.account, context.enqueued_at)
    _show(context, request)


@job("privacy.resume", version=1)
def resume_logging(context: JobContext, request: Request) -> None:
    """Logs somebody's questions again."""
    context.step(context.container.record.logging_pauses.resume, request.account)
    _show(context, request)


@job("privacy.stop_reminders", version=1)
def stop_reminders(context: JobContext, request: Request) -> None:
    """Sends somebody no reminders about tools any more."""
    nudges = context.container.record.nudges
    context.step(nudges.opt_out, request.account, context.enqueued_at)
    _show(context, request)


@job("privacy.allow_reminders", version=1)
def allow_reminders(context: JobContext, request: Request) -> None:
    """Sends somebody reminders about tools again."""
    context.step(context.container.record.nudges.opt_in, request.account)
    _show(context, request)


@job("privacy.revoke_token", version=1)
def revoke_token(context: JobContext, revoked: RevokedToken) -> None:
    """Ends that an AI tool asks in somebody's name."""
    tokens = context.container.record.access_tokens
    context.step(tokens.revoke, revoked.account, id=revoked.token)
    _show(context, Request(revoked.account, revoked.view), texts("privacy")["revoked"])


@job("privacy.forget_question", version=1)
def forget_question(context: JobContext, unlogged: UnloggedQuestion) -> None:
    """Deletes the jobs of a question whose asker paused logging."""
    context.step(forget_answered, context.container.jobs, [unlogged.question])


@job("privacy.retention", version=1)
def delete_old(context: JobContext, due: Due) -> None:
    """Deletes what is older than the setting allows."""
    container = context.container
    days = container.settings.forget_after_days
    if days is not None:
        before = due.at - timedelta(days=days)
        settings = container.settings
        gone = context.step(forget, container.record, settings.jobs_url, before)
        log.info("Deleted from before %s: %s", f"{before:%Y-%m-%d}", gone)


JOBS = (
    export_data,
    erase_data,
    pause_logging,
    resume_logging,
    stop_reminders,
    allow_reminders,
    revoke_token,
    forget_question,
    delete_old,
)


def schedules(settings: Settings) -> Sequence[Schedule]:
    """Retention at night, where a setting limits it."""
    return () if settings.forget_after_days is None else (Schedule(delete_old, _NIGHTLY),)


def _is_paused(container: Container, question: Question) -> bool:
    return container.record.logging_pauses.is_paused(question.account)


def _forget_later(container: Container, question: Question) -> None:
    unlogged = UnloggedQuestion(question.id)
    container.jobs.enqueue(forget_question, unlogged, key=question.id, delay=_KEPT_SECONDS)


# The jobs of a question are deleted in a while, if its asker paused logging.
ON_ANSWERED = OnAnswered("privacy", _is_paused, _forget_later)


def dialog_for(container: Container, account: str, notice: str = "") -> View:
    """What is stored about somebody, as a dialog."""
    record = container.record
    is_out = record.nudges.is_opted_out(account)
    has_nudges = OptionalFeature.NUDGES not in container.settings.features_off
    choices = Choices(
        record.logging_pauses.is_paused(account),
        not is_out if has_nudges or is_out else None,
        record.access_tokens.of(account, container.now()),
        container.settings.mcp_url is not None,
    )
    summary = record.personal_data.summary(account)
    return privacy_dialog(summary, choices, container.minimum.people, notice)


def _show(context: JobContext, request: Request, notice: str = "") -> None:
    """Shows what came of it, if the dialog is still open."""
    context.slack(_update, context.container, request, notice)


def _update(container: Container, request: Request, notice: str) -> None:
    view = dialog_for(container, request.account, notice)
    account = request.account
    container.slack.update_dialog(
        request.view, view, audiences=only_for(account), reader=user_of(account)
    )


def _upload(container: Container, account: str, posted: Posted) -> None:
    """Makes and sends the file in one step, so that nothing of it is stored with the job."""
    data = container.record.personal_data.export(account)
    content = json.dumps(data, ensure_ascii=False, indent=1)
    place = Place(posted.channel, posted.ts, reader=user_of(account))
    container.slack.attach(place, _FILE, content, audiences=only_for(account))


def _erase(container: Container, account: str) -> bool:
    record = container.record
    record.erasures.add(account, container.now())
    # The jobs go first: once the record is erased, nothing says which were theirs.
    forget_jobs(container.jobs, record.questions.ids_of(account), account)
    return record.personal_data.erase(account)
