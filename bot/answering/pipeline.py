"""Searches and answers one question, and puts it into the record; each a step of a job."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.exc import SQLAlchemyError

from adoption.questions.models import OUTSIDE_SLACK, Outcome
from adoption.questions.questions import Asked, Cited
from bot.answering.scopes import scopes_of
from bot.answering.small_talk import note_on, reply_to
from bot.container import Container
from bot.conversation.question import Question
from bot.delivery.cancellation import Cancelled, CancelReason
from bot.slack.errors import SlackError
from bot.texts import texts
from knowledge.answers.answer import Answer
from knowledge.answers.answerer import Tell
from knowledge.answers.conversation import topic_of
from knowledge.answers.requests import Message, stands_alone, understand
from knowledge.answers.several import together
from knowledge.index.lexical import stems_of
from knowledge.index.passages import Passage
from knowledge.retrieval.confidence import Confidence
from knowledge.retrieval.retriever import Found

log = logging.getLogger(__name__)

SORRY = (
    "Sorry, something went wrong, and I couldn't look this up. "
    "Please try again in a few minutes, or ask a colleague."
)
_PROMISES = {Confidence.ABSTAINED: "promise", Confidence.UNSURE: "promise_unsure"}
# Faults that may pass while the step is tried again.
_PASSING = (SlackError, SQLAlchemyError, OSError)


@dataclass(frozen=True)
class Searched:
    """What was found for a message.

    Attributes:
        message: what it asks; None where the search failed, or was not wanted any more.
        words: the message's, after its edits.
        found: what was found for each of its questions; nothing for small talk.
        facts: what the record says to each instead; None for a question to the guides.
    """

    message: Message | None
    words: str
    found: tuple[Found, ...] = ()
    facts: tuple[Answer | None, ...] = ()
    seconds: float = 0.0
    cancelled: CancelReason | None = None


@dataclass(frozen=True)
class Generated:
    """The answer to what was found."""

    answer: Answer
    outcome: Outcome
    seconds: float = 0.0
    cancelled: CancelReason | None = None


@dataclass(frozen=True)
class Delivered:
    """How the delivery of an answer ended.

    Attributes:
        ts: the message that shows it; empty where that is not known.
        shown: what a message says that was cut short.
    """

    posted: bool
    ts: str = ""
    shown: str = ""
    seconds: float = 0.0
    cancelled: CancelReason | None = None


def search(container: Container, question: Question) -> Searched:
    """Searches the guides for a question, in the light of its thread.

    Raises:
        SlackError, SQLAlchemyError, OSError: another try may succeed.
    """
    began = time.perf_counter()
    facts: tuple[Answer | None, ...] = ()
    try:
        message = container.conversation.understood(question)
        asked = [request.text for request in message.requests if request.is_question]
        facts = tuple(container.facts.answer_to(container, question, text) for text in asked)
        found = _found(container, question, asked, facts)
    except _PASSING:
        raise
    # Whatever else goes wrong, the person gets a message that says so.
    except Exception:
        log.exception("A search failed")
        message, found = None, ()
    return Searched(message, question.text, found, facts, time.perf_counter() - began)


def _found(
    container: Container, question: Question, asked: Sequence[str], facts: Sequence[Answer | None]
) -> tuple[Found, ...]:
    """What the guides have for each question; nothing for one that the record answers."""
    if all(facts):
        return tuple(Found(text, (), {}, "") for text in asked)
    scopes, find = scopes_of(container, question), container.answerer.find_first
    return tuple(
        Found(text, (), {}, "") if fact else find(text, scopes)
        for text, fact in zip(asked, facts, strict=True)
    )


def answer_from(
    container: Container, question: Question, searched: Searched, show: Tell | None = None
) -> Generated:
    """The answer to a question from what was found.

    Args:
        show: hears the sentences as they come.
    """
    began = time.perf_counter()
    generated = _generated(container, question, searched, show)
    return replace(generated, seconds=time.perf_counter() - began)


def _generated(
    container: Container, question: Question, searched: Searched, show: Tell | None
) -> Generated:
    if searched.cancelled is not None:
        return cancelled_answer(question, searched.cancelled)
    message = searched.message
    if message is None:
        return failed_answer(question)
    if not message.is_question:
        return Generated(reply_to(message), Outcome.ABSTAINED)
    asked = replace(question, text=searched.words)
    # Several answers are shown at once, each below its question.
    show = show if len(searched.found) == 1 else None
    answer = container.answerer.answer
    try:
        answers = [
            fact or answer(found, question.account, show)
            for found, fact in zip(searched.found, searched.facts, strict=True)
        ]
    except Cancelled as cancelled:
        return cancelled_answer(question, cancelled.reason)
    except Exception:
        log.exception("A question could not be answered")
        return failed_answer(question)
    before = container.conversation.answered_before(asked, message)
    own = [each.text for each in understand(asked.text).requests]
    new = [_new(*each, before) for each in zip(answers, own, searched.found, strict=True)]
    whole = together(question.text, new)
    notes = (whole.note, note_on(message), _promise(container, question, searched, whole))
    whole = replace(whole, note=" ".join(filter(None, notes)))
    return Generated(whole, Outcome(whole.outcome.value))


def _new(answer: Answer, said: str, found: Found, before: Sequence[str]) -> Answer:
    """An answer, or that the guides say no more.

    They don't where a follow-up was given this answer already and is about something that the
    cited sections do not mention.

    Args:
        said: the follow-up in the person's words.
        before: the answers that the thread has.
    """
    if answer.text not in before or not answer.citations:
        return answer
    cited = {each.passage_id for each in answer.citations}
    if topic_of(said) <= _mentioned(hit.passage for hit in found.hits if hit.passage.id in cited):
        return answer
    text = texts("answering")["nothing_more"]
    return Answer(answer.question, Confidence.ABSTAINED, text, index_version=answer.index_version)


def _mentioned(passages: Iterable[Passage]) -> set[str]:
    """The stems of the words in passages and their headings."""
    return {stem for each in passages for stem in stems_of(f"{each.context}\n{each.text}")}


def _promise(container: Container, question: Question, searched: Searched, answer: Answer) -> str:
    """That the answer is sent once there is one; empty where that can't be said.

    A question that is not logged, or that needs its thread, is not looked up again, nor is one
    that an AI tool asked.
    """
    name = _PROMISES.get(answer.outcome)
    if name is None or question.surface in OUTSIDE_SLACK or not stands_alone(question.text):
        return ""
    if any(found.unreadable or found.foreign for found in searched.found):
        return ""
    is_paused = container.record.logging_pauses.is_paused(question.account)
    return "" if is_paused else texts("answering")[name]


def failed_answer(question: Question) -> Generated:
    """The answer that is shown where the search failed."""
    return Generated(Answer(question.text, Confidence.ABSTAINED, SORRY), Outcome.FAILED)


def cancelled_answer(question: Question, reason: CancelReason, shown: str = "") -> Generated:
    """The answer that is stored for a cancelled question."""
    answer = Answer(question.text, Confidence.ABSTAINED, shown)
    return Generated(answer, Outcome(reason.value), cancelled=reason)


def asked(
    question: Question, answer: Answer, outcome: Outcome, seconds: tuple[float, float, float]
) -> Asked:
    """A question as the record stores it; a withdrawn one without its words."""
    find, answer_seconds, post = seconds
    return Asked(
        id=question.id,
        account=question.account,
        asked_at=question.moment,
        surface=question.surface,
        client=question.client,
        channel=question.channel,
        question="" if outcome is Outcome.WITHDRAWN else question.text,
        outcome=outcome,
        # What is said of the asker's own data, and names of others, stays out of the record.
        answer="" if answer.is_personal else answer.text,
        index_version=answer.index_version,
        model=answer.model,
        tool=answer.tool,
        find_seconds=find,
        answer_seconds=answer_seconds,
        post_seconds=post,
        citations=[
            Cited(each.number, each.passage_id, each.title, each.heading, each.source)
            for each in answer.citations
        ],
    )
