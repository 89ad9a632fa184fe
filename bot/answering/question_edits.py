"""Durable jobs for what comes after a question: edited, deleted, stopped."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from dbos import DBOS, SetWorkflowID, StepOptions, error

from adoption.questions.models import Outcome
from adoption.record import Record
from bot.answering.cancellation import (
    REVISE,
    STOP,
    WITHDRAW,
    Halted,
    edit_id,
    halt_of,
    is_asked,
    newest_edit,
    standing_of,
    stop_id,
    under_way,
    withdrawal_id,
)
from bot.answering.delivery import POSTING, WRITING, Changing, Delivery, Undeliverable, patiently
from bot.answering.pipeline import ANSWER, Answering, as_asked
from bot.answering.question import Question
from bot.jobs.engine import ANSWERS, turn_of
from bot.jobs.run_owner import RunOwner
from knowledge.answers.answer import Answer

log = logging.getLogger(__name__)

Deliver = Callable[[Question, Answer, bool], str | None]
Values = dict[str, Any]

# Answers that say something; the others go with their question.
_SAYS = frozenset({Outcome.ANSWERED, Outcome.UNSURE})


class Revising:
    """Takes changes of questions on, and works on them after the answers that they concern."""

    def __init__(
        self, answering: Answering, record: Record, delivery: Delivery, deliver: Deliver
    ) -> None:
        self._answering = answering
        self._questions = record.questions
        self._feedback, self._handoffs = record.feedback, record.handoffs
        self._delivery = delivery
        self._deliver = deliver
        self._mark = RunOwner()
        self._revise = DBOS.workflow(name=REVISE)(self._revise_workflow())
        self._withdraw = DBOS.workflow(name=WITHDRAW)(self._withdraw_workflow())
        self._stop = DBOS.workflow(name=STOP)(self._stop_workflow())

    def knows(self, question: str) -> bool:
        """Whether a question of that name was taken on."""
        return is_asked(question) or self._questions.has(question)

    def take_edit(self, question: str, channel: str, ts: str, text: str, account: str) -> None:
        """Keeps the new words of a question; `ts` names the edit, which is kept once."""
        with SetWorkflowID(edit_id(question, ts)), turn_of(channel, float(ts)):
            DBOS.enqueue_workflow(ANSWERS, self._revise, question, text, ts, account)

    def take_deletion(self, question: str, channel: str, at: float) -> None:
        """Keeps that a question was deleted."""
        with SetWorkflowID(withdrawal_id(question)), turn_of(channel, at):
            DBOS.enqueue_workflow(ANSWERS, self._withdraw, question)

    def take_stop(
        self, channel: str, thread: str, account: str, streams: Sequence[str], ts: str
    ) -> None:
        """Keeps that somebody pressed stop in a conversation, at `ts`; works on it at once."""
        with SetWorkflowID(stop_id(channel, thread, account, ts)):
            DBOS.start_workflow(self._stop, channel, thread, account, list(streams), float(ts))

    def _revise_workflow(self) -> Callable[[str, str, str, str], Values | None]:
        def revise(question: str, text: str, ts: str, account: str) -> Values | None:
            mark = self._mark.claim()
            plan = DBOS.run_step(_named(WRITING, "plan"), self._plan, question, text, ts)
            if plan is None:
                return None
            asked = Question.of(plan["question"])
            found = DBOS.run_step({"name": "find"}, self._answering.find, asked)
            put = DBOS.run_step({"name": "answer"}, self._answering.put, asked, found, None)
            try:
                posted = DBOS.run_step(
                    _named(POSTING, "change"), self._change, asked, put, plan["ts"], ts, mark
                )
            except error.DBOSMaxStepRetriesExceeded:
                posted = None
            if posted is None:
                return None
            keeping = _named(WRITING, "revise")
            return DBOS.run_step(keeping, self._keep, asked, found, put, posted, ts)

        return revise

    def _plan(self, question: str, text: str, ts: str) -> Values | None:
        """The question in its new words, and what shows its answer; None with nothing to do."""
        standing = standing_of(question)
        # A later edit is worked on by itself, and an unanswered question in its last words.
        if standing is None or standing.answer is None or newest_edit(question) != ts:
            return None
        asked = replace(standing.question, text=text)
        if halt_of(asked, float(ts)) is not None or text == standing.question.text:
            return None
        return {"question": asked.as_dict(), "ts": standing.ts}

    def _change(self, asked: Question, put: Values, shown: str, ts: str, mark: str) -> str | None:
        """Shows the new answer; gives its ts, or None where it cannot or shall not be shown."""
        if halt_of(asked, float(ts)) is not None:
            return None
        answer, delivery = ANSWER.validate_python(put["answer"]), self._delivery
        status = DBOS.step_status
        tried = status is not None and bool(status.current_attempt)
        again = tried or not self._mark.is_own(mark)
        try:
            if not shown or not isinstance(delivery, Changing):
                return self._deliver(asked, answer, again)
            return patiently(lambda: delivery.change(asked, shown, answer))
        except Undeliverable as error:
            log.warning("An answer could not be changed: %s", error)
        except Halted:
            log.info("A question was taken back while it was answered anew")
        return None

    def _keep(self, asked: Question, found: Values, put: Values, posted: str, ts: str) -> Values:
        answer, outcome = ANSWER.validate_python(put["answer"]), Outcome(put["outcome"])
        spent = (found["seconds"], put["seconds"], 0.0)
        edited = datetime.fromtimestamp(float(ts), UTC)
        self._questions.edit(as_asked(asked, answer, outcome, spent), edited)
        return {
            "answer": put["answer"],
            "outcome": put["outcome"],
            "words": asked.text,
            "ts": posted,
        }

    def _withdraw_workflow(self) -> Callable[[str], None]:
        def withdraw(question: str) -> None:
            ts = DBOS.run_step(_named(WRITING, "useless"), self._useless, question)
            if ts:
                self._on_slack("remove", lambda each: each.remove(_channel_of(question), ts))
            DBOS.run_step(_named(WRITING, "forget"), self._questions.withdraw, question)

        return withdraw

    def _is_used(self, question: str) -> bool:
        """Whether anybody gave feedback on an answer, or a person was asked about it."""
        return self._feedback.is_about(question) or self._handoffs.get(question) is not None

    def _useless(self, question: str) -> str:
        """The ts of the answer that nobody needs without its question; empty where it stays."""
        standing, delivery = standing_of(question), self._delivery
        if standing is None or not standing.ts or not isinstance(delivery, Changing):
            return ""
        asked, ts = standing.question, standing.ts
        if standing.outcome in _SAYS and (
            self._is_used(question) or patiently(lambda: delivery.goes_on(asked, ts))
        ):
            return ""
        return ts

    def _stop_workflow(self) -> Callable[[str, str, str, list[str], float], None]:
        def stop(channel: str, thread: str, account: str, streams: list[str], at: float) -> None:
            own = DBOS.run_step(_named(WRITING, "own"), self._own, channel, thread, account, at)
            for ts in streams if own["begun"] else []:
                self._on_slack(f"close {ts}", lambda each, ts=ts: each.close(channel, ts))  # type: ignore[misc]
            if own["last"]:
                self._on_slack("rest", lambda each: each.at_rest(channel, thread))

        return stop

    def _own(self, channel: str, thread: str, account: str, at: float) -> dict[str, bool]:
        """Whether an answer to this person was begun, and nobody else waits for one there."""
        waiting = under_way(channel, thread, at)
        return {
            "begun": any(begun and asked.account == account for asked, begun in waiting),
            "last": all(asked.account == account for asked, _ in waiting),
        }

    def _on_slack(self, name: str, act: Callable[[Changing], None]) -> None:
        """Does something to Slack as a step; given up where it can never be done."""
        delivery = self._delivery
        if not isinstance(delivery, Changing):
            return
        try:
            DBOS.run_step(
                _named(POSTING, name), lambda: _let(lambda: patiently(lambda: act(delivery)))
            )
        except error.DBOSMaxStepRetriesExceeded:
            log.warning("Slack did not take “%s” in all the time there was", name)


def _named(options: StepOptions, name: str) -> StepOptions:
    return {**options, "name": name}


def _let(act: Callable[[], None]) -> None:
    try:
        act()
    except Undeliverable as error:
        log.info("Left as it is: %s", error)


def _channel_of(question: str) -> str:
    return question.partition(":")[0]
