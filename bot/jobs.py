"""Durable jobs: what was acknowledged is finished, once, whatever happens to the process."""

from __future__ import annotations

import logging
import sqlite3
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from dbos import DBOS, DBOSConfig, SetEnqueueOptions, SetWorkflowID, StepOptions, error
from pydantic import TypeAdapter
from sqlalchemy import make_url

from adoption.models import Outcome, Reason, Vote
from adoption.record import Asked, Cited, Record
from bot.questions import Question
from bot.talk import Live, Talk
from knowledge.answerer import Answerer
from knowledge.answers import Answer, Confidence
from knowledge.retriever import Found
from uptake import UptakeError

log = logging.getLogger(__name__)

# Grows when the steps of a job change, so that a job begun under the old ones is not taken
# up under the new ones.
JOBS_VERSION = "uptake-1"
ANSWERS = "answers"
_AT_ONCE = 16
_POLL_SECONDS = 0.1
# One second, two, four … some four minutes in all before an answer is given up.
_POSTING: StepOptions = {
    "name": "post",
    "retries_allowed": True,
    "max_attempts": 9,
    "interval_seconds": 1.0,
    "backoff_rate": 2.0,
}
_WRITING: StepOptions = {"name": "record", "retries_allowed": True, "max_attempts": 5}

SORRY = (
    "Sorry, something went wrong on my side and I could not look this up. "
    "Please try again in a while, or ask a colleague."
)

_FOUND = TypeAdapter(Found)
_ANSWER = TypeAdapter(Answer)


class Undeliverable(UptakeError):
    """An answer can never reach its place: the channel is gone, or the bot is not in it."""


class Delivery(Protocol):
    """Hands an answer to the person who asked."""

    def post(self, question: Question, answer: Answer, repeated: bool) -> None:
        """Shows the answer; with `repeated`, looks first whether it is shown already.

        Raises:
            Undeliverable: trying again cannot help.
        """


@dataclass(frozen=True)
class Ended:
    """How a question ended.

    Attributes:
        seconds: from the beginning of the search to the answer.
    """

    answer: Answer
    outcome: Outcome
    seconds: float


class Jobs:
    """Takes questions and thumbs on, and works on them in durable steps.

    One at a time in a process: DBOS keeps one registry of workflows.
    """

    def __init__(
        self,
        answerer: Answerer,
        record: Record,
        delivery: Delivery,
        clock: Callable[[], float],
        talk: Talk | None = None,
    ) -> None:
        self._answerer = answerer
        self._record = record
        self._delivery = delivery
        self._clock = clock
        self._talk = talk
        # Differs in every process: a job that finds another one's mark has been taken up again.
        self._mark = uuid.uuid4().hex
        self._answer = DBOS.workflow(name="answer")(self._answer_workflow())
        self._vote = DBOS.workflow(name="vote")(self._vote_workflow())
        self._reason = DBOS.workflow(name="reason")(self._reason_workflow())

    def launch(self, url: str, executor: str) -> None:
        """Opens the database of jobs and takes up what `executor` left unfinished."""
        _prepare(url)
        config: DBOSConfig = {
            "name": "uptake",
            "system_database_url": url,
            "application_version": JOBS_VERSION,
            "executor_id": executor,
            "log_level": "ERROR",
            "enable_otlp": False,
        }
        DBOS(config=config)
        DBOS.launch()
        DBOS.register_queue(
            ANSWERS,
            worker_concurrency=_AT_ONCE,
            partition_concurrency=1,
            # Slack takes about one message a second in a channel.
            partition_limiter={"limit": 1, "period": 1.0},
            polling_interval_sec=_POLL_SECONDS,
        )

    def close(self, grace: int = 0) -> None:
        """Stops working; jobs still running after `grace` seconds go on at the next launch."""
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=grace)

    def take_question(self, question: Question) -> None:
        """Keeps a question; one that is kept already is not answered twice."""
        with SetWorkflowID(question.id), SetEnqueueOptions(queue_partition_key=question.channel):
            DBOS.enqueue_workflow(ANSWERS, self._answer, question.as_dict())

    def takes_part(self, channel: str, thread: str) -> bool:
        """Whether a question was answered in this thread."""
        return self._talk is not None and self._talk.takes_part(channel, thread)

    def answer_now(self, question: Question) -> Ended:
        """Answers a question without waiting in a queue, and waits for its end."""
        with SetWorkflowID(question.id):
            ended = DBOS.start_workflow(self._answer, question.as_dict()).get_result()
        return Ended(
            _ANSWER.validate_python(ended["answer"]), Outcome(ended["outcome"]), ended["seconds"]
        )

    def take_vote(self, interaction: str, account: str, vote: Vote, pressed: float) -> None:
        """Keeps a thumb, pressed at `pressed` seconds since 1970."""
        with SetWorkflowID(f"vote:{interaction}:{account}:{pressed}"):
            DBOS.start_workflow(self._vote, interaction, account, vote.value, pressed)

    def take_reason(
        self, id: str, interaction: str, account: str, reason: Reason, comment: str | None
    ) -> None:
        """Keeps why an answer did not help; `id` names the dialog it was said in."""
        given = self._clock()
        with SetWorkflowID(f"reason:{id}"):
            DBOS.start_workflow(self._reason, interaction, account, reason.value, comment, given)

    def _answer_workflow(self) -> Callable[[dict[str, Any]], dict[str, Any]]:
        def answer(values: dict[str, Any]) -> dict[str, Any]:
            question = Question.of(values)
            mark = DBOS.run_step({"name": "mark"}, lambda: self._mark)
            found = DBOS.run_step({"name": "find"}, self._find, question)
            put = DBOS.run_step({"name": "answer"}, self._put, question, found, mark)
            try:
                posted = DBOS.run_step(_POSTING, self._post, question, put, mark)
            except error.DBOSMaxStepRetriesExceeded:
                posted = {"posted": False, "seconds": 0.0}
            return DBOS.run_step({"name": "record"}, self._keep, question, found, put, posted)

        return answer

    def _vote_workflow(self) -> Callable[[str, str, str, float], bool]:
        def vote(interaction: str, account: str, thumb: str, pressed: float) -> bool:
            return DBOS.run_step(
                _WRITING,
                self._record.keep_vote,
                interaction,
                account,
                Vote(thumb),
                datetime.fromtimestamp(pressed, UTC),
            )

        return vote

    def _reason_workflow(self) -> Callable[[str, str, str, str | None, float], bool]:
        def reason(
            interaction: str, account: str, why: str, comment: str | None, given: float
        ) -> bool:
            return DBOS.run_step(
                _WRITING,
                self._record.keep_reason,
                interaction,
                account,
                Reason(why),
                comment,
                datetime.fromtimestamp(given, UTC),
            )

        return reason

    def _find(self, question: Question) -> dict[str, Any]:
        began = time.perf_counter()
        try:
            text = question.text if self._talk is None else self._talk.in_full(question)
            found = _FOUND.dump_python(self._answerer.find(text), mode="json")
        except UptakeError as error:
            log.error("Finding failed: %s", error)
            found = None
        return {"found": found, "seconds": time.perf_counter() - began}

    def _put(self, question: Question, found: dict[str, Any], mark: str) -> dict[str, Any]:
        began = time.perf_counter()
        if found["found"] is None:
            answer, outcome = Answer(question.text, Confidence.ABSTAINED, SORRY), Outcome.FAILED
        else:
            live = self._delivery if isinstance(self._delivery, Live) else None
            # What another process has begun to show is not begun anew; `post` ends it.
            tell = live.begin(question) if live and mark == self._mark else None
            answer = self._answerer.answer(
                _FOUND.validate_python(found["found"]), question.account, tell
            )
            outcome = Outcome(answer.outcome.value)
        return {
            "answer": _ANSWER.dump_python(answer, mode="json"),
            "outcome": outcome.value,
            "seconds": time.perf_counter() - began,
        }

    def _post(self, question: Question, put: dict[str, Any], mark: str) -> dict[str, Any]:
        began = time.perf_counter()
        status = DBOS.step_status
        again = status is not None and bool(status.current_attempt)
        repeated = again or mark != self._mark
        try:
            self._delivery.post(question, _ANSWER.validate_python(put["answer"]), repeated)
            posted = True
        except Undeliverable as error:
            log.warning("An answer could not be delivered: %s", error)
            posted = False
        return {"posted": posted, "seconds": time.perf_counter() - began}

    def _keep(
        self,
        question: Question,
        found: dict[str, Any],
        put: dict[str, Any],
        posted: dict[str, Any],
    ) -> dict[str, Any]:
        answer = _ANSWER.validate_python(put["answer"])
        outcome = Outcome(put["outcome"]) if posted["posted"] else Outcome.FAILED
        if self._talk is not None and posted["posted"]:
            self._talk.keep(question)
        self._record.keep_interaction(
            Asked(
                id=question.id,
                account=question.account,
                asked_at=question.moment,
                surface=question.surface,
                channel=question.channel,
                question=question.text,
                outcome=outcome,
                answer=answer.text,
                index_version=answer.index_version,
                model=answer.model,
                tool=answer.tool,
                find_seconds=found["seconds"],
                answer_seconds=put["seconds"],
                post_seconds=posted["seconds"],
                citations=[
                    Cited(each.number, each.passage_id, each.title, each.heading, each.source)
                    for each in answer.citations
                ],
            )
        )
        return {
            "answer": put["answer"],
            "outcome": outcome.value,
            "seconds": found["seconds"] + put["seconds"],
        }


def _prepare(url: str) -> None:
    """Lets SQLite write ahead: a job is kept in about a millisecond instead of several."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        with sqlite3.connect(address.database, timeout=30) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
        connection.close()
