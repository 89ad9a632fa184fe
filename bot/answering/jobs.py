"""Answers questions: what was acknowledged is answered once, whatever happens to the process."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace

from adoption.questions.models import Outcome
from bot.answering.answered import is_as_asked, latest_words
from bot.answering.pipeline import (
    Delivered,
    Generated,
    Searched,
    answer_from,
    asked,
    cancelled_answer,
    failed_answer,
    search,
)
from bot.answering.question_edits import answer_edit, stop, withdraw
from bot.container import Container, JobContext
from bot.conversation.question import ANSWER, Ended, Question
from bot.delivery.cancellation import Cancelled, CancelReason, cancel_reason_of
from bot.jobs.job import does
from bot.jobs.patience import StepFailed
from bot.jobs.runtime import Turn
from bot.observability.question_metrics import SMALL_TALK, Course
from bot.slack.errors import SlackRefused
from bot.slack.messages import PUBLIC, readers_of
from knowledge.answers.requests import understand

log = logging.getLogger(__name__)


def enqueue_question(container: Container, question: Question) -> None:
    """Stores a question; one that is stored already is not answered twice."""
    turn = Turn(question.channel, question.asked_at)
    container.jobs.enqueue(ANSWER, question, key=question.id, turn=turn)
    container.observer.taken(question)


def answer_now(container: Container, question: Question) -> Ended:
    """Answers a question without waiting in a queue, and waits for its end."""
    return container.jobs.enqueue_and_wait(ANSWER, question, key=question.id)


@dataclass(frozen=True)
class Drafted:
    """An answer before it is shown.

    Attributes:
        words: of the question, after its edits.
        seconds: of the search.
    """

    generated: Generated
    words: str
    seconds: float = 0.0


@dataclass(frozen=True)
class Recorded:
    """How a question ended, and which features have something to do after it, by their names."""

    ended: Ended
    due: tuple[str, ...]


@does(ANSWER)
def answer(context: JobContext, question: Question) -> Ended:
    """Searches and answers, shows the answer, records it."""
    container = context.container
    try:
        drafted = context.step(generate, context, question)
    except StepFailed as error:
        log.error("%s", error)
        drafted = Drafted(failed_answer(question), question.text)
    try:
        delivered = context.step(post, context, question, drafted.generated)
    except StepFailed as error:
        log.warning("%s", error)
        delivered = Delivered(posted=False)
    recorded = context.step(record, container, question, drafted, delivered)
    for after in container.on_answered:
        if after.name in recorded.due:
            after.enqueue(container, question)
    return recorded.ended


def generate(context: JobContext, question: Question) -> Drafted:
    """Searches, and answers from what was found; shows the answer as it grows.

    What was found is not stored: when a process dies before the answer, another one searches anew.
    """
    searched = find(context.container, question)
    delivery = context.container.delivery
    # What another process has begun to show is not begun anew; `post` ends it.
    show = None if context.is_retry else delivery.begin(question, audiences_in(searched))
    generated = answer_from(context.container, question, searched, show)
    return Drafted(generated, searched.words, searched.seconds)


def find(container: Container, question: Question) -> Searched:
    """Searches for a question in its last words, unless it is cancelled."""
    jobs = container.jobs
    if is_as_asked(jobs, question):
        return search(container, question)
    reason = cancel_reason_of(jobs, question)
    if reason is not None:
        return Searched(None, question.text, cancelled=reason)
    return search(container, replace(question, text=latest_words(jobs, question)))


def audiences_in(searched: Searched) -> frozenset[str]:
    """The audiences of everything that an answer may quote, and the guides that it may quote."""
    passages = (hit.passage for found in searched.found for hit in found.hits)
    return PUBLIC.union(*map(readers_of, passages))


def post(context: JobContext, question: Question, generated: Generated) -> Delivered:
    """Shows the answer; ends the message of one that was cancelled meanwhile."""
    began = time.perf_counter()
    delivery = context.container.delivery
    try:
        reason = cancel_reason_of(context.container.jobs, question) or generated.cancelled
        if reason is not None:
            raise Cancelled(reason)
        ts = delivery.post(question, generated.answer, context.is_retry)
        delivered = Delivered(True, ts)
    except SlackRefused as error:
        log.warning("An answer could not be delivered: %s", error)
        delivered = Delivered(False)
    except Cancelled as cancelled:
        delivered = _cut_short(context, question, cancelled.reason)
    return replace(delivered, seconds=time.perf_counter() - began)


def _cut_short(context: JobContext, question: Question, reason: CancelReason) -> Delivered:
    keep = reason is CancelReason.STOPPED
    try:
        ts, shown = context.container.delivery.cut_short(question, context.is_retry, keep)
    except SlackRefused as error:
        log.warning("Part of an answer could not be removed: %s", error)
        ts, shown = "", ""
    return Delivered(False, ts, shown, cancelled=reason)


def record(
    container: Container, question: Question, drafted: Drafted, delivered: Delivered
) -> Recorded:
    """Puts the question and how it ended into the record; small talk is no question."""
    words, generated = replace(question, text=drafted.words), drafted.generated
    ended = _ended(words, generated, delivered)
    answer = ended.answer
    is_shown = bool(delivered.posted or delivered.shown)
    spent = (drafted.seconds, generated.seconds, delivered.seconds)
    is_question = understand(words.text).is_question
    if is_question:
        row = asked(words, answer, ended.outcome, spent)
        container.record.questions.add(row, thread=question.thread if is_shown else "")
    elif is_shown:
        container.conversation.keep(question)
    waited = max(container.clock() - question.asked_at - sum(spent), 0.0)
    outcome = ended.outcome.value if is_question else SMALL_TALK
    course = Course(outcome, answer.model, answer.index_version, waited, *spent)
    container.observer.ended(question, course)
    ended = replace(ended, seconds=drafted.seconds + generated.seconds)
    due = (each.name for each in container.on_answered if each.is_due(container, question))
    return Recorded(ended, tuple(due))


def _ended(question: Question, generated: Generated, delivered: Delivered) -> Ended:
    if delivered.cancelled is not None:
        generated = cancelled_answer(question, delivered.cancelled, delivered.shown)
    elif not delivered.posted:
        generated = replace(generated, outcome=Outcome.FAILED)
    return Ended(generated.answer, generated.outcome, 0.0, question.text, delivered.ts)


JOBS = (answer, answer_edit, withdraw, stop)
