"""What is stored of questions and their answers, looked up by the question's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from adoption.questions.models import Outcome
from bot.conversation.question import ANSWER, EDIT, Edit, Ended, Question
from bot.delivery.cancellation import cancelling
from bot.jobs.runtime import JobRuntime
from bot.jobs.stored import StoredJob
from bot.visibility import Visibility
from knowledge.answers.answer import Answer


@dataclass(frozen=True)
class AnsweredQuestion:
    """A question with its latest words and answer, as its jobs have stored them.

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

    def is_visible_to(self, account: str, visibility: Visibility) -> bool:
        """Whether somebody may see it: the asker, and where all see it, who reads it there.

        Raises:
            SlackError: Slack does not say now who is there.
        """
        if account == self.question.account:
            return True
        return bool(self.ts) and visibility.sees(account, self.question.channel)

    def after(self, ended: Ended | None) -> AnsweredQuestion:
        """The question with the words and the answer of a later job."""
        if ended is None:
            return self
        question = replace(self.question, text=ended.words)
        return AnsweredQuestion(question, ended.answer, ended.outcome, ended.ts)


def answered_question(jobs: JobRuntime[Any], question: str) -> AnsweredQuestion | None:
    """The question of that name with its last answer; None where it is not stored any more."""
    found = jobs.stored(ANSWER, keys=[question])
    if not found:
        return None
    answered = AnsweredQuestion(found[0].payload).after(found[0].result)
    for edit in edits_of(jobs, question):
        answered = answered.after(edit.result)
    return answered


def edits_of(jobs: JobRuntime[Any], question: str) -> list[StoredJob[Edit, Ended | None]]:
    """The edits of a question that are stored, the oldest first."""
    found = jobs.stored(EDIT, prefix=_edits_key(question))
    return sorted(found, key=lambda each: float(each.payload.ts))


def is_as_asked(jobs: JobRuntime[Any], question: Question) -> bool:
    """Whether nobody has edited, stopped or deleted a question so far."""
    return not jobs.is_any([*cancelling(question), (EDIT, _edits_key(question.id))])


def _edits_key(question: str) -> str:
    """How the keys of the edits of a question begin."""
    return f"{question}/"


def latest_words(jobs: JobRuntime[Any], question: Question) -> str:
    """The words of a question after its last edit so far."""
    edits = edits_of(jobs, question.id)
    return edits[-1].payload.text if edits else question.text


def under_way(
    jobs: JobRuntime[Any], channel: str, thread: str, before: float
) -> list[tuple[Question, bool]]:
    """Questions of a conversation, asked before a moment, that have no end yet.

    Each with whether it is being answered already; the others wait for their turn.
    """
    return [
        (job.payload, job.is_running)
        for job in jobs.stored(ANSWER, prefix=f"{channel}:", only_open=True)
        if job.payload.thread == thread and job.payload.asked_at < before
    ]


def finished(jobs: JobRuntime[Any], questions: Sequence[str]) -> list[str]:
    """Those of `questions`, by id, whose jobs have all ended, in any worker."""
    return sorted(set(questions) - jobs.open_keys(ANSWER))


def forget_answered(jobs: JobRuntime[Any], questions: Sequence[str]) -> None:
    """Deletes the jobs of those questions that are answered, and of their edits."""
    for question in questions:
        jobs.forget(EDIT, [edit.key for edit in edits_of(jobs, question)])
    jobs.forget(ANSWER, questions)


def forget_jobs(jobs: JobRuntime[Any], questions: Sequence[str], account: str) -> None:
    """Deletes finished jobs that hold somebody's words: their questions, and all they sent."""
    forget_answered(jobs, questions)
    jobs.forget_account(account)
