"""Sends people the answers to questions that had none when they asked.

Questions are looked up again whenever the guides have changed, each in what its asker may read.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial

from adoption.reports.waiting import WaitingQuestion, sent_key, waiting_questions
from bot.answering.scopes import own_scope
from bot.container import Container, JobContext
from bot.delivery.blocks import late_message
from bot.jobs.job import Due, job
from bot.jobs.patience import StepFailed
from bot.jobs.runtime import Schedule
from bot.slack.identity import user_of
from bot.slack.messages import Place
from knowledge.answers.answer import Answer
from knowledge.answers.requests import stands_alone, understand
from knowledge.errors import IndexUnavailable
from knowledge.index.passages import EVERYONE, Scope
from knowledge.retrieval.confidence import Confidence

log = logging.getLogger(__name__)

# Whoever asked longer ago than this has found out otherwise.
WAITS = timedelta(days=28)
_MOST = 500
_OFTEN = "*/10 * * * *"
_LOOKED = "looked again:"


@dataclass(frozen=True)
class LateAnswer:
    """A question that has an answer now.

    Attributes:
        answer: what was written for it; None where the guides have it.
        audience: whom what was written is for.
    """

    question: str
    account: str
    text: str
    answer: Answer | None = None
    audience: str = EVERYONE


@job("answering.look_again", version=1)
def look_again(context: JobContext, due: Due) -> None:
    """Looks up questions without an answer again, once for each version of the guides."""
    container, notices = context.container, context.container.record.notices
    version = context.step(_unseen_version, container)
    if not version:
        return
    try:
        answered = context.step(answered_by_now, container)
    except StepFailed as error:
        log.warning("Questions are looked up again in ten minutes: %s", error)
        return
    for found in answered:
        send_later(container, LateAnswer(found.id, found.account, found.text))
    context.step(notices.add, f"{_LOOKED}{version}", context.enqueued_at)


@job("answering.send_late", version=1)
def send_late(context: JobContext, late: LateAnswer) -> None:
    """Sends somebody the answer to a question of theirs, once."""
    container, notices = context.container, context.container.record.notices
    key, user = sent_key(late.question), user_of(late.account)
    if not user or context.step(notices.is_posted, key):
        return
    answer = late.answer or context.step(_answer_to, container, late.account, late.text)
    if answer is None:
        return
    message = late_message(answer, late.question, late.text, late.audience)
    if context.post_once("answer", Place(user), message) is not None:
        context.step(notices.add, key, context.enqueued_at)


LATE_JOBS = (look_again, send_late)


def schedules() -> Sequence[Schedule]:
    """Every ten minutes; nothing happens where the guides have not changed."""
    return (Schedule(look_again, _OFTEN),)


def send_later(container: Container, late: LateAnswer) -> None:
    """Enqueues the job that sends an answer, once however often it is found."""
    container.jobs.enqueue(send_late, late, key=late.question)


def answered_by_now(container: Container) -> list[WaitingQuestion]:
    """Questions that had no answer and have one now that their askers may read.

    A wording is looked up once for all who may read the same.

    Raises:
        SlackError: Slack does not say now who somebody is.
    """
    since = container.now() - WAITS
    scope_of = cache(partial(own_scope, container))
    known: dict[tuple[str, Scope], bool] = {}
    found = []
    for waiting in waiting_questions(container.engine, since, _MOST):
        if not stands_alone(waiting.text):
            continue
        scope = scope_of(waiting.account)
        key = (waiting.text, scope)
        if key not in known:
            known[key] = _sure_answer(container, waiting.text, scope) is not None
        if known[key]:
            found.append(waiting)
    return found


def _answer_to(container: Container, account: str, text: str) -> Answer | None:
    """The answer from the guides that somebody may read; None where it is not sure."""
    return _sure_answer(container, text, own_scope(container, account))


def _sure_answer(container: Container, text: str, scope: Scope) -> Answer | None:
    answerer = container.answerer
    found = answerer.find(understand(text).requests[0].text, scope)
    if answerer.confidence(found) is not Confidence.ANSWERED:
        return None
    return answerer.answer(found)


def _unseen_version(container: Container) -> str:
    """The version of the guides that nothing was looked up in again; empty for none."""
    try:
        live = container.index.live()
    except IndexUnavailable as error:
        log.warning("Questions are not looked up again: %s", error)
        return ""
    name = live.name if live is not None else ""
    return "" if not name or container.record.notices.is_posted(f"{_LOOKED}{name}") else name
