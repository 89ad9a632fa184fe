"""Finds, puts and writes down one answer; the parts that durable jobs are made of."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter

from adoption.questions.models import Outcome
from adoption.questions.questions import Asked, Cited
from bot.answering.cancellation import Halted
from bot.answering.conversation import Talk
from bot.answering.question import Question
from knowledge.answers.answer import Answer, Confidence
from knowledge.answers.answerer import Answerer, Tell
from knowledge.index.passages import Scope
from knowledge.retrieval.retriever import Found
from uptake import UptakeError

log = logging.getLogger(__name__)

SORRY = (
    "Sorry, something went wrong on my side and I could not look this up. "
    "Please try again in a while, or ask a colleague."
)

FOUND = TypeAdapter(Found)
ANSWER = TypeAdapter(Answer)

# What a question may be answered from, the narrowest first: it is answered from the first in
# which the answer is found.
ScopesOf = Callable[[Question], Sequence[Scope]]


def everything(question: Question) -> Sequence[Scope]:
    """No question is kept from anything that everyone may read."""
    return (Scope(),)


def nothing_said(question: Question) -> Answer:
    """What stands for an answer that nobody wants any more."""
    return Answer(question.text, Confidence.ABSTAINED, "")


class Answering:
    """What it takes from a question to its row; every result can be kept by a job."""

    def __init__(self, answerer: Answerer, talk: Talk | None, scopes_of: ScopesOf) -> None:
        self._answerer = answerer
        self._talk = talk
        self._scopes_of = scopes_of

    def find(self, question: Question) -> dict[str, Any]:
        """What the index holds for a question, in the light of its thread."""
        began = time.perf_counter()
        try:
            text = question.text if self._talk is None else self._talk.in_full(question)
            hits = self._answerer.find_first(text, self._scopes_of(question))
            found = FOUND.dump_python(hits, mode="json")
        except UptakeError as error:
            log.error("Finding failed: %s", error)
            found = None
        return {
            "found": found,
            "seconds": time.perf_counter() - began,
            "words": question.text,
        }

    def put(self, question: Question, found: dict[str, Any], tell: Tell | None) -> dict[str, Any]:
        """The answer to what was found; `halt` says why there is none."""
        began = time.perf_counter()
        halt = found.get("halt")
        if halt:
            answer, outcome = nothing_said(question), Outcome(halt)
        elif found["found"] is None:
            answer, outcome = Answer(question.text, Confidence.ABSTAINED, SORRY), Outcome.FAILED
        else:
            hits = FOUND.validate_python(found["found"])
            try:
                answer = self._answerer.answer(hits, question.account, tell)
                outcome = Outcome(answer.outcome.value)
            except Halted as halted:
                halt = halted.halt.value
                answer, outcome = nothing_said(question), Outcome(halt)
        return {
            "answer": ANSWER.dump_python(answer, mode="json"),
            "outcome": outcome.value,
            "seconds": time.perf_counter() - began,
            "halt": halt,
        }


def ended(
    question: Question, found: dict[str, Any], put: dict[str, Any], posted: dict[str, Any]
) -> tuple[Answer, Outcome]:
    """What a question ended with, after all."""
    answer = ANSWER.validate_python(put["answer"])
    if posted.get("halt"):
        shown = str(posted.get("shown") or "")
        return replace(nothing_said(question), text=shown), Outcome(posted["halt"])
    return answer, Outcome(put["outcome"]) if posted["posted"] else Outcome.FAILED


def as_asked(
    question: Question,
    answer: Answer,
    outcome: Outcome,
    seconds: tuple[float, float, float],
) -> Asked:
    """A question as the record keeps it; a withdrawn one without its words."""
    find, put, post = seconds
    return Asked(
        id=question.id,
        account=question.account,
        asked_at=question.moment,
        surface=question.surface,
        channel=question.channel,
        question="" if outcome is Outcome.WITHDRAWN else question.text,
        outcome=outcome,
        answer=answer.text,
        index_version=answer.index_version,
        model=answer.model,
        tool=answer.tool,
        find_seconds=find,
        answer_seconds=put,
        post_seconds=post,
        citations=[
            Cited(each.number, each.passage_id, each.title, each.heading, each.source)
            for each in answer.citations
        ],
    )
