"""What was asked and answered, looked up by the question's name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dbos import DBOS

from bot.answering.cancellation import edit_id, standing_of
from bot.answering.question import Question
from knowledge.answers.answer import Answer

_DONE = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_AT_ONCE = 1000
# SQLite takes no condition that is much longer.
_FEW = 100


@dataclass(frozen=True)
class Case:
    """A question, and its answer where there is one yet."""

    question: Question
    answer: Answer | None


def case_of(question: str) -> Case | None:
    """The question of that name with its last answer, as its jobs keep them; None if gone."""
    standing = standing_of(question)
    return None if standing is None else Case(standing.question, standing.answer)


@dataclass(frozen=True)
class Reply:
    """What a helper wrote: who, and the words."""

    account: str
    text: str


def reply_at(channel: str, ts: str) -> Reply | None:
    """The reply that was brought to an asker from there, as its job keeps it; None if gone."""
    found = DBOS.list_workflows(workflow_ids=[relay_key(channel, ts)], name="relay", limit=1)
    if not found or found[0].input is None:
        return None
    _, _, _, account, text, _ = found[0].input["args"]
    return Reply(account, text)


def relay_key(channel: str, ts: str) -> str:
    """What names the job that brings a reply to the asker."""
    return f"relay:{channel}:{ts}"


def forget_jobs(questions: list[str], account: str) -> None:
    """Removes finished jobs that hold somebody's words: their questions, and all they sent."""
    named = re.compile(rf"\b{re.escape(account)}\b")
    own = {
        job.workflow_id
        for job in DBOS.list_workflows(status=_DONE, load_output=False)
        if named.search(str(job.input))
    }
    forget_answered(questions)
    _delete(sorted(own))


def forget_answered(questions: list[str]) -> None:
    """Removes the jobs of those questions that are answered."""
    if not questions:
        return
    done = DBOS.list_workflows(
        workflow_ids=questions, status=_DONE, load_input=False, load_output=False
    )
    gone = [job.workflow_id for job in done]
    for begin in range(0, len(gone), _FEW):
        changed = DBOS.list_workflows(
            workflow_id_prefix=[edit_id(each, "") for each in gone[begin : begin + _FEW]],
            status=_DONE,
            load_input=False,
            load_output=False,
        )
        _delete([job.workflow_id for job in changed])
    _delete(gone)


def _delete(ids: list[str]) -> None:
    for begin in range(0, len(ids), _AT_ONCE):
        DBOS.delete_workflows(ids[begin : begin + _AT_ONCE])
