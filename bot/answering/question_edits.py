"""What comes after a question: it is edited and answered anew, deleted, or stopped."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from adoption.questions.models import Outcome
from bot.answering.answered import answered_question, edits_of, under_way
from bot.answering.pipeline import Generated, Searched, answer_from, asked, search
from bot.container import Container, JobContext
from bot.conversation.question import (
    ANSWER,
    EDIT,
    STOP,
    WITHDRAW,
    Edit,
    Ended,
    Question,
    Stop,
    Withdrawal,
)
from bot.delivery.cancellation import Cancelled, cancel_reason_of
from bot.jobs.job import does
from bot.jobs.patience import StepFailed
from bot.jobs.runtime import Turn
from bot.slack.errors import SlackRefused

log = logging.getLogger(__name__)

# Answers that say something; the others go with their question.
_SAYS = frozenset({Outcome.ANSWERED, Outcome.UNSURE})


@dataclass(frozen=True)
class Plan:
    """A question in its new words.

    Attributes:
        ts: of the message that shows its answer; empty for none.
        is_new: whether it asked nothing before, and so is not in the record.
    """

    question: Question
    ts: str
    is_new: bool = False


def is_known(container: Container, question: str) -> bool:
    """Whether a question of that name was asked."""
    asked = container.jobs.stored(ANSWER, keys=[question])
    return bool(asked) or container.record.questions.has(question)


def enqueue_edit(container: Container, edit: Edit) -> None:
    """Stores the new words of a question, to be answered after what was asked before them."""
    turn = Turn(edit.channel, float(edit.ts))
    container.jobs.enqueue(EDIT, edit, key=edit.key, turn=turn)


def enqueue_withdrawal(container: Container, withdrawal: Withdrawal, at: float) -> None:
    """Stores that a question was deleted at a moment."""
    turn = Turn(withdrawal.channel, at)
    container.jobs.enqueue(WITHDRAW, withdrawal, key=withdrawal.key, turn=turn)


def enqueue_stop(container: Container, press: Stop) -> None:
    """Stores a press of the stop button, which is worked on at once."""
    container.jobs.enqueue(STOP, press, key=press.key)


@does(EDIT)
def answer_edit(context: JobContext, edit: Edit) -> Ended | None:
    """Answers a question in its new words, in the place of the old answer."""
    container = context.container
    made = context.step(plan, container, edit)
    if made is None:
        return None
    question = made.question
    try:
        searched = context.step(search, container, question)
        generated = context.try_once(answer_from, container, question, searched)
        ts = context.step(change, context, made, edit, generated)
    except StepFailed as error:
        log.warning("An edited question was not answered again: %s", error)
        return None
    if ts is None:
        return None
    return context.step(record_edit, container, edit, searched, generated, made, ts)


def plan(container: Container, edit: Edit) -> Plan | None:
    """What is to be answered anew; None where there is nothing to do."""
    jobs = container.jobs
    known = answered_question(jobs, edit.question)
    # A later edit is worked on by itself, and an unanswered question in its last words.
    if known is None or known.answer is None or edits_of(jobs, edit.question)[-1].key != edit.key:
        return None
    question = replace(known.question, text=edit.text)
    if cancel_reason_of(jobs, question, float(edit.ts)) or edit.text == known.question.text:
        return None
    return Plan(question, known.ts, known.answer.is_small_talk)


def change(context: JobContext, plan: Plan, edit: Edit, generated: Generated) -> str | None:
    """Shows the new answer; returns its ts, or None where it cannot or shall not be shown."""
    if cancel_reason_of(context.container.jobs, plan.question, float(edit.ts)):
        return None
    delivery, answer = context.container.delivery, generated.answer
    try:
        if not plan.ts:
            return delivery.post(plan.question, answer, context.is_retry)
        return delivery.change(plan.question, plan.ts, answer)
    except SlackRefused as error:
        log.warning("An answer could not be changed: %s", error)
    except Cancelled:
        log.info("A question was deleted while it was being answered again")
    return None


def record_edit(
    container: Container,
    edit: Edit,
    searched: Searched,
    generated: Generated,
    plan: Plan,
    ts: str,
) -> Ended:
    """Puts the new words and the new answer into the record."""
    spent = (searched.seconds, generated.seconds, 0.0)
    questions = container.record.questions
    row = asked(plan.question, generated.answer, generated.outcome, spent)
    if generated.answer.is_small_talk:
        questions.withdraw(row.id)
    elif plan.is_new:
        questions.add(row)
    else:
        questions.edit(row, datetime.fromtimestamp(float(edit.ts), UTC))
    seconds = searched.seconds + generated.seconds
    return Ended(generated.answer, generated.outcome, seconds, edit.text, ts)


@does(WITHDRAW)
def withdraw(context: JobContext, withdrawal: Withdrawal) -> None:
    """Deletes the words of a question, and its answer where nobody else needs it."""
    container = context.container
    ts = context.step(needless_answer, container, withdrawal.question)
    if ts:
        context.slack(container.delivery.remove, withdrawal.channel, ts)
    context.step(container.record.questions.withdraw, withdrawal.question)


def needless_answer(container: Container, question: str) -> str:
    """The ts of the answer to delete with its question; empty where it stays."""
    known = answered_question(container.jobs, question)
    if known is None or not known.ts:
        return ""
    record = container.record
    is_used = known.outcome in _SAYS and (
        record.feedback.is_about(question)
        or record.handoffs.get(question) is not None
        or container.delivery.continues_after(known.question, known.ts)
    )
    return "" if is_used else known.ts


@dataclass(frozen=True)
class Waiting:
    """Who waits for answers in a conversation in which somebody pressed stop.

    Attributes:
        begun: whether an answer to this person was begun.
        alone: whether nobody else waits for one there.
    """

    begun: bool
    alone: bool


@does(STOP)
def stop(context: JobContext, press: Stop) -> None:
    """Ends the answers that are growing for whoever pressed stop."""
    delivery = context.container.delivery
    waiting = context.step(waiting_for, context.container, press)
    for ts in press.streams if waiting.begun else ():
        context.slack(delivery.close, press.channel, ts)
    if waiting.alone:
        context.slack(delivery.at_rest, press.channel, press.thread)


def waiting_for(container: Container, press: Stop) -> Waiting:
    """Who waits in the conversation."""
    there = under_way(container.jobs, press.channel, press.thread, press.at)
    return Waiting(
        begun=any(begun and asked.account == press.account for asked, begun in there),
        alone=all(asked.account == press.account for asked, _ in there),
    )
