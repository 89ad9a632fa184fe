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
from bot.executors import Executor, Executors, Watch
from bot.observe import Course, Observer
from bot.questions import Question
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
# Questions are taken up by the second in which they were asked, the oldest first; counted from
# 2020, because DBOS's priorities end at 2³¹.
_PRIORITIES_FROM = 1_577_836_800
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


@dataclass(frozen=True)
class Pace:
    """How fast and how patiently this worker works.

    Attributes:
        per_minute: messages over all channels; a channel gets one a second.
        silence: seconds after which a worker that is not heard of counts as dead.
    """

    per_minute: int = 300
    silence: float = 30.0


@dataclass(frozen=True)
class Backlog:
    """What waits: how many questions, and since how many seconds the oldest."""

    waiting: int
    oldest: float


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
        observer: Observer | None = None,
    ) -> None:
        self._answerer = answerer
        self._record = record
        self._delivery = delivery
        self._clock = clock
        self._observer = observer or Observer()
        self._executors: Executors | None = None
        self._watch: Watch | None = None
        self._underway: set[str] = set()
        # Differs in every process: a job that finds another one's mark has been taken up again.
        self._mark = uuid.uuid4().hex
        self._answer = DBOS.workflow(name="answer")(self._answer_workflow())
        self._vote = DBOS.workflow(name="vote")(self._vote_workflow())
        self._reason = DBOS.workflow(name="reason")(self._reason_workflow())

    def launch(self, url: str, executor: str, pace: Pace | None = None) -> None:
        """Opens the database of jobs and takes up what `executor`, or a dead one, left."""
        pace = pace or Pace()
        _prepare(url)
        self._executors = Executors(url, Executor(executor, JOBS_VERSION), pace.silence)
        config: DBOSConfig = {
            "name": "uptake",
            "system_database_url": url,
            "application_version": JOBS_VERSION,
            "executor_id": executor,
            "log_level": "ERROR",
            "enable_otlp": False,
        }
        # Heard of before the first job runs, or another worker would take the job over.
        self._executors.join()
        dbos = DBOS(config=config)
        DBOS.launch()
        DBOS.register_queue(
            ANSWERS,
            worker_concurrency=_AT_ONCE,
            partition_concurrency=1,
            # Slack takes about one message a second in a channel.
            partition_limiter={"limit": 1, "period": 1.0},
            # And some hundreds a minute in a workspace.
            limiter={"limit": max(pace.per_minute // 6, 1), "period": 10.0},
            polling_interval_sec=_POLL_SECONDS,
        )
        self._watch = Watch(self._executors, dbos)
        self._watch.start()

    def close(self, grace: int = 0) -> bool:
        """Takes nothing up any more, and waits up to `grace` seconds for what is running.

        Returns:
            Whether nothing is left running; what is goes on in another worker, or at the
            next launch.
        """
        if self._watch is not None:
            self._watch.retire()
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=grace)
        if self._watch is not None:
            self._watch.stop()
        idle = not self._underway
        if self._executors is not None:
            # A worker with a step under way is left to be missed: another one that began at
            # once could do the step a second time.
            if idle:
                self._executors.leave()
            self._executors.close()
        return idle

    def take_question(self, question: Question) -> None:
        """Keeps a question; one that is kept already is not answered twice."""
        age = int(question.asked_at) - _PRIORITIES_FROM
        order = SetEnqueueOptions(
            queue_partition_key=question.channel, priority=min(max(age, 1), 2**31 - 1)
        )
        with SetWorkflowID(question.id), order:
            DBOS.enqueue_workflow(ANSWERS, self._answer, question.as_dict())
        self._observer.taken(question)

    def backlog(self) -> Backlog:
        """The questions that wait for their turn, in all workers together."""
        waiting = DBOS.list_workflows(
            status="ENQUEUED", queue_name=ANSWERS, load_input=False, load_output=False
        )
        oldest = min((job.created_at or 0 for job in waiting), default=None)
        age = 0.0 if oldest is None else max(self._clock() - oldest / 1000, 0.0)
        return Backlog(len(waiting), age)

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
            self._underway.add(question.id)
            try:
                return steps(question)
            finally:
                self._underway.discard(question.id)

        def steps(question: Question) -> dict[str, Any]:
            mark = DBOS.run_step({"name": "mark"}, lambda: self._mark)
            found = DBOS.run_step({"name": "find"}, self._find, question)
            put = DBOS.run_step({"name": "answer"}, self._put, question, found)
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
            found = _FOUND.dump_python(self._answerer.find(question.text), mode="json")
        except UptakeError as error:
            log.error("Finding failed: %s", error)
            found = None
        return {"found": found, "seconds": time.perf_counter() - began}

    def _put(self, question: Question, found: dict[str, Any]) -> dict[str, Any]:
        began = time.perf_counter()
        if found["found"] is None:
            answer, outcome = Answer(question.text, Confidence.ABSTAINED, SORRY), Outcome.FAILED
        else:
            answer = self._answerer.answer(_FOUND.validate_python(found["found"]))
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
        # A copy of a job has an id of its own: the original may have come this far.
        copied = DBOS.workflow_id != question.id
        doubtful = self._executors is not None and self._executors.doubtful
        repeated = again or copied or doubtful or mark != self._mark
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
        spent = (found["seconds"], put["seconds"], posted["seconds"])
        waited = max(self._clock() - question.asked_at - sum(spent), 0.0)
        course = Course(outcome.value, answer.model, answer.index_version, waited, *spent)
        self._observer.ended(question, course)
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
