"""Durable jobs: what was acknowledged is finished, once, whatever happens to the process."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from dbos import DBOS, SetWorkflowID, error

from adoption.feedback.models import Reason, Vote
from adoption.questions.models import Outcome
from bot.answering.cancellation import Halt, Halted, halt_of, wording_of
from bot.answering.conversation import Live
from bot.answering.delivery import POSTING, WRITING, Changing, Delivery, Undeliverable, patiently
from bot.answering.pipeline import ANSWER, Answering, ScopesOf, as_asked, ended, everything
from bot.answering.question import Question
from bot.answering.question_edits import Revising
from bot.container import Container
from bot.jobs.engine import ANSWERS, Backlog, Pace, turn_of
from bot.jobs.run_owner import RunOwner
from bot.jobs.workers import Executor, moment
from bot.observability.question_metrics import Course, Observer
from knowledge.answers.answer import Answer

log = logging.getLogger(__name__)

# Grows when the steps of a job change, so that a job begun under the old ones is not taken
# up under the new ones.
JOBS_VERSION = "uptake-2"


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
        container: Container,
        delivery: Delivery,
        observer: Observer | None = None,
        scopes_of: ScopesOf = everything,
        clock: Callable[[], float] = time.time,
    ) -> None:
        record, talk = container.record, container.talk
        self._container = container
        self._answering = Answering(container.answerer, talk, scopes_of)
        self._record = record
        self._delivery = delivery
        self._clock = clock
        self._observer = observer or Observer()
        self._talk = talk
        self._runtime = container.jobs
        self._launched = 0.0
        self._underway: set[str] = set()
        self._mark = RunOwner()
        self._answer = DBOS.workflow(name="answer")(self._answer_workflow())
        self._vote = DBOS.workflow(name="vote")(self._vote_workflow())
        self._reason = DBOS.workflow(name="reason")(self._reason_workflow())
        self.revising = Revising(self._answering, record, delivery, self._deliver)

    def launch(self, url: str, executor: str, pace: Pace | None = None) -> None:
        """Opens the database of jobs and takes up what `executor`, or a dead one, left."""
        self._launched = self._clock()
        self._runtime.launch(self._container, url, Executor(executor, JOBS_VERSION), pace)

    def close(self, grace: int = 0) -> None:
        """Takes nothing up any more, and waits up to `grace` seconds for what is running.

        What runs on is finished by another worker, or at the next launch.
        """
        self._runtime.close(grace, lambda: not self._underway)

    @property
    def idle(self) -> bool:
        """Whether no answer is under way in this process."""
        return not self._underway and self._runtime.idle

    def take_question(self, question: Question) -> None:
        """Keeps a question; one that is kept already is not answered twice."""
        with SetWorkflowID(question.id), turn_of(question.channel, question.asked_at):
            DBOS.enqueue_workflow(ANSWERS, self._answer, question.as_dict())
        self._observer.taken(question)

    def finished(self, questions: list[str]) -> list[str]:
        """Those of `questions`, by id, that wait for nothing any more, in any worker."""
        open = DBOS.list_workflows(
            workflow_ids=questions,
            status=["ENQUEUED", "PENDING", "DELAYED"],
            load_input=False,
            load_output=False,
        )
        return sorted(set(questions) - {job.workflow_id for job in open})

    @property
    def watching(self) -> bool:
        """Whether this worker still looks after its jobs and the others'."""
        return self._runtime.watching

    def backlog(self) -> Backlog:
        """The questions that wait for their turn, in all workers together."""
        return self._runtime.backlog()

    def takes_part(self, channel: str, thread: str) -> bool:
        """Whether a question was answered in this thread."""
        return self._talk is not None and self._talk.takes_part(channel, thread)

    def answer_now(self, question: Question) -> Ended:
        """Answers a question without waiting in a queue, and waits for its end."""
        with SetWorkflowID(question.id):
            ended = DBOS.start_workflow(self._answer, question.as_dict()).get_result()
        return Ended(
            ANSWER.validate_python(ended["answer"]), Outcome(ended["outcome"]), ended["seconds"]
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
            mark = self._mark.claim()
            found = DBOS.run_step({"name": "find"}, self._find, question)
            put = DBOS.run_step({"name": "answer"}, self._put, question, found, mark)
            try:
                posted = DBOS.run_step(POSTING, self._post, question, put, mark)
            except error.DBOSMaxStepRetriesExceeded:
                posted = {"posted": False, "seconds": 0.0}
            return DBOS.run_step(WRITING, self._keep, question, found, put, posted)

        return answer

    def _vote_workflow(self) -> Callable[[str, str, str, float], bool]:
        def vote(interaction: str, account: str, thumb: str, pressed: float) -> bool:
            return DBOS.run_step(
                WRITING,
                self._record.feedback.set_vote,
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
                WRITING,
                self._record.feedback.set_reason,
                interaction,
                account,
                Reason(why),
                comment,
                datetime.fromtimestamp(given, UTC),
            )

        return reason

    def _find(self, question: Question) -> dict[str, Any]:
        halt = halt_of(question)
        if halt is not None:
            return {"found": None, "seconds": 0.0, "words": question.text, "halt": halt.value}
        return self._answering.find(replace(question, text=wording_of(question)))

    def _put(self, question: Question, found: dict[str, Any], mark: str) -> dict[str, Any]:
        live = self._delivery if isinstance(self._delivery, Live) else None
        # What another process has begun to show is not begun anew; `post` ends it.
        tell = live.begin(question) if live and self._mark.is_own(mark) else None
        return self._answering.put(question, found, tell)

    def _post(self, question: Question, put: dict[str, Any], mark: str) -> dict[str, Any]:
        began = time.perf_counter()
        status = DBOS.step_status
        again = status is not None and bool(status.current_attempt)
        # A copy of a job has an id of its own: the original may have come this far. So may one
        # that waited when a backup was taken, and was answered before that was put back.
        copied = DBOS.workflow_id != question.id or question.asked_at < self._launched
        repeated = again or copied or not self._mark.is_own(mark)
        try:
            halt = halt_of(question)
            if put.get("halt") or halt is not None:
                raise Halted(halt or Halt(put["halt"]))
            ts = self._deliver(question, ANSWER.validate_python(put["answer"]), repeated)
            end: dict[str, Any] = {"posted": ts is not None, "ts": ts or ""}
        except Halted as halted:
            end = self._halt(question, halted.halt, repeated)
        return end | {"seconds": time.perf_counter() - began}

    def _halt(self, question: Question, halt: Halt, repeated: bool) -> dict[str, Any]:
        """Ends what was begun of an answer that nobody wants any more."""
        ts, shown, delivery = "", "", self._delivery
        keep = halt is Halt.STOPPED
        if isinstance(delivery, Changing):
            try:
                ts, shown = patiently(lambda: delivery.cut_short(question, repeated, keep))
            except Undeliverable as error:
                log.warning("What was begun of an answer stays: %s", error)
        return {"posted": False, "ts": ts, "shown": shown, "halt": halt.value}

    def _deliver(self, question: Question, answer: Answer, repeated: bool) -> str | None:
        """Shows an answer; gives the ts of its message, or None where it can never be shown."""
        began = moment()

        def post() -> str:
            # A worker that was stopped for long may have been given up meanwhile.
            doubtful = self._runtime.doubtful(began)
            return self._delivery.post(question, answer, repeated or doubtful)

        try:
            return patiently(post)
        except Undeliverable as error:
            log.warning("An answer could not be delivered: %s", error)
            return None

    def _keep(
        self,
        question: Question,
        found: dict[str, Any],
        put: dict[str, Any],
        posted: dict[str, Any],
    ) -> dict[str, Any]:
        answer, outcome = ended(question, found, put, posted)
        asked = replace(question, text=found.get("words") or question.text)
        if self._talk is not None and (posted["posted"] or posted.get("shown")):
            self._talk.keep(question)
        spent = (found["seconds"], put["seconds"], posted["seconds"])
        self._record.questions.add(as_asked(asked, answer, outcome, spent))
        waited = max(self._clock() - question.asked_at - sum(spent), 0.0)
        course = Course(outcome.value, answer.model, answer.index_version, waited, *spent)
        self._observer.ended(question, course)
        return {
            "answer": ANSWER.dump_python(answer, mode="json"),
            "outcome": outcome.value,
            "seconds": found["seconds"] + put["seconds"],
            "words": asked.text,
            "ts": posted.get("ts") or "",
        }
