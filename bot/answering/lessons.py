"""Lets the search learn from what people say of the sections under answers."""

from __future__ import annotations

from adoption.feedback.lesson_decisions import lesson_of
from adoption.feedback.models import LessonDecision
from adoption.feedback.section_votes import CitedSection, SectionVote
from adoption.record import Record
from bot.settings import Settings
from knowledge.answers.requests import stands_alone
from knowledge.index.index import Index
from knowledge.retrieval.learner import Learner
from knowledge.retrieval.lessons import Judgement, Section

# The newest votes that are learned from.
_MOST = 5000


def learner_of(settings: Settings, index: Index, record: Record) -> Learner | None:
    """What learns from the record's votes; None where nothing is to be learned."""
    if not settings.learn_from_people:
        return None
    return Learner(index, lambda: judgements(record), settings.learn_from_people)


def judgements(record: Record) -> list[Judgement]:
    """The votes on sections under questions that stand by themselves, the newest first.

    Those that an admin has revoked are left out.
    """
    decided = record.lesson_decisions.all()
    found = []
    for vote in record.feedback.section_votes(_MOST):
        own = decided.get(lesson_of(vote))
        decision = own.decision if own else None
        if decision is not LessonDecision.REVOKED and stands_alone(vote.question):
            found.append(_judgement(vote, decision is LessonDecision.APPROVED))
    return found


def _judgement(vote: SectionVote, approved: bool) -> Judgement:
    section, beside = _section(vote.section), tuple(map(_section, vote.beside))
    return Judgement(vote.question, vote.person, section, vote.helps, beside, approved)


def _section(cited: CitedSection) -> Section:
    return Section(cited.passage_id, cited.source, cited.heading)
