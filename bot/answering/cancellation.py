"""What came after a question was asked: edits, a deletion, the stop button; kept as jobs.

Each has an id that begins with the question's, or names the conversation: so a job finds what
concerns it, in whatever order Slack tells it, in any worker.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dbos import DBOS
from pydantic import TypeAdapter

from adoption.questions.models import Outcome
from bot.answering.question import Question
from knowledge.answers.answer import Answer
from uptake import UptakeError

ANSWER, REVISE, WITHDRAW, STOP = "answer", "revise", "withdraw", "stop"
_ANSWER = TypeAdapter(Answer)
_WAITING = ["ENQUEUED", "PENDING", "DELAYED"]


class Halt(StrEnum):
    """Why a question is not to be answered any more; the words are those of the outcome."""

    WITHDRAWN = Outcome.WITHDRAWN.value
    STOPPED = Outcome.STOPPED.value


class Halted(UptakeError):
    """Whoever asked wants no answer any more."""

    def __init__(self, halt: Halt) -> None:
        super().__init__(f"The question was {halt.value}.")
        self.halt = halt


@dataclass(frozen=True)
class Standing:
    """What a question's jobs know of it by now.

    Attributes:
        question: in the words that were answered last, or were asked.
        answer: the last one; None while there is none.
        outcome: how the last answer ended.
        ts: the message that shows the answer; empty where that is not known.
    """

    question: Question
    answer: Answer | None = None
    outcome: Outcome | None = None
    ts: str = ""


def edit_id(question: str, ts: str) -> str:
    """Names an edit for good; `ts` is the edit's own."""
    return f"{question}/edit/{ts}"


def withdrawal_id(question: str) -> str:
    """Names the deletion of a question."""
    return f"{question}/withdrawn"


def stop_id(channel: str, thread: str, account: str, ts: str) -> str:
    """Names a press of the stop button."""
    return f"stop:{channel}:{thread}:{account}:{ts}"


def halt_of(question: Question, since: float | None = None) -> Halt | None:
    """Whether a question is still to be answered; None where it is.

    Args:
        since: only a stop after this moment counts; from the asking on where it is left out.
    """
    if DBOS.list_workflows(
        workflow_ids=[withdrawal_id(question.id)], load_input=False, load_output=False
    ):
        return Halt.WITHDRAWN
    before = question.asked_at if since is None else since
    stops = _ids(stop_id(question.channel, question.thread, question.account, ""))
    if any(float(id.rpartition(":")[2]) > before for id in stops):
        return Halt.STOPPED
    return None


def wording_of(question: Question) -> str:
    """The words of a question after its last edit so far."""
    last = newest_edit(question.id)
    if not last:
        return question.text
    (job,) = DBOS.list_workflows(workflow_ids=[edit_id(question.id, last)], load_output=False)
    return str(job.input["args"][1]) if job.input else question.text


def newest_edit(question: str) -> str:
    """The ts of the last edit that is kept; empty where there is none."""
    edits = [id.rpartition("/")[2] for id in _ids(edit_id(question, ""))]
    return max(edits, key=float, default="")


def standing_of(question: str) -> Standing | None:
    """What the jobs of a question know of it by now; None where there are none any more."""
    found = DBOS.list_workflows(workflow_ids=[question], name=ANSWER, limit=1)
    job = found[0] if found else None
    if job is None or job.input is None:
        return None
    standing = _after(Standing(Question.of(job.input["args"][0])), job.output)
    revised = DBOS.list_workflows(workflow_id_prefix=edit_id(question, ""), name=REVISE)
    for each in sorted(revised, key=lambda one: float(one.workflow_id.rpartition("/")[2])):
        standing = _after(standing, each.output)
    return standing


def is_asked(question: str) -> bool:
    """Whether there is a job that answers, or answered, a question."""
    return bool(
        DBOS.list_workflows(
            workflow_ids=[question], name=ANSWER, load_input=False, load_output=False
        )
    )


def under_way(channel: str, thread: str, before: float) -> list[tuple[Question, bool]]:
    """Questions of a conversation, asked before a moment, that have no end yet.

    Each with whether it is being answered already; the others wait for their turn.
    """
    jobs = DBOS.list_workflows(
        name=ANSWER, status=_WAITING, workflow_id_prefix=f"{channel}:", load_output=False
    )
    asked = [
        (Question.of(job.input["args"][0]), job.status == "PENDING") for job in jobs if job.input
    ]
    return [
        (question, begun)
        for question, begun in asked
        if question.thread == thread and question.asked_at < before
    ]


def _after(standing: Standing, output: Any) -> Standing:
    """The same after a job that ended with `output`."""
    if not isinstance(output, dict):
        return standing
    asked = standing.question.as_dict() | {"text": output.get("words") or standing.question.text}
    return Standing(
        Question.of(asked),
        _ANSWER.validate_python(output["answer"]),
        Outcome(output["outcome"]),
        str(output.get("ts") or ""),
    )


def _ids(prefix: str) -> list[str]:
    found = DBOS.list_workflows(workflow_id_prefix=prefix, load_input=False, load_output=False)
    return [job.workflow_id for job in found if job.workflow_id.startswith(prefix)]
