"""Sends people the answers to questions that had none when they asked.

Questions are looked up again whenever the guides have changed, by everybody's guides alone.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from adoption.reports.waiting import WaitingQuestion, sent_key, waiting_questions
from bot.container import Container, JobContext
from bot.delivery.blocks import late_message
from bot.jobs.job import Due, job
from bot.jobs.runtime import Schedule
from bot.slack.identity import user_of
from bot.slack.messages import Place
from knowledge.answers.answer import Answer
from knowledge.answers.requests import stands_alone, understand
from knowledge.errors import IndexUnavailable
from knowledge.index.passages import EVERYONE
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
    for found in context.step(answered_by_now, container):
        send_later(container, LateAnswer(found.id, found.account, found.text))
    context.step(notices.add, f"{_LOOKED}{version}", context.enqueued_at)


@job("answering.send_late", version=1)
def send_late(context: JobContext, late: LateAnswer) -> None:
    """Sends somebody the answer to a question of theirs, once."""
    container, notices = context.container, context.container.record.notices
    key, user = sent_key(late.question), user_of(late.account)
    if not user or context.step(notices.is_posted, key):
        return
    answer = late.answer or context.step(_answer_to, container, late.text)
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
    """Has an answer sent; however often it is found, once."""
    container.jobs.enqueue(send_late, late, key=late.question)


def answered_by_now(container: Container) -> list[WaitingQuestion]:
    """Questions that had no answer and have one now; a wording is looked up once."""
    since = container.now() - WAITS
    known: dict[str, bool] = {}
    found = []
    for waiting in waiting_questions(container.engine, since, _MOST):
        if waiting.text not in known:
            answer = _answer_to(container, waiting.text) if stands_alone(waiting.text) else None
            known[waiting.text] = answer is not None
        if known[waiting.text]:
            found.append(waiting)
    return found


def _answer_to(container: Container, text: str) -> Answer | None:
    """The answer from the guides that everyone may read; None where it is not sure."""
    answerer = container.answerer
    found = answerer.find(understand(text).requests[0].text)
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
