"""Lets the search learn from what people say of the sections under answers."""

from __future__ import annotations

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
    """The votes on sections under questions that stand by themselves, the newest first."""
    votes = record.feedback.section_votes(_MOST)
    return [_judgement(each) for each in votes if stands_alone(each.question)]


def _judgement(vote: SectionVote) -> Judgement:
    beside = tuple(map(_section, vote.beside))
    return Judgement(vote.question, vote.person, _section(vote.section), vote.helps, beside)


def _section(cited: CitedSection) -> Section:
    return Section(cited.passage_id, cited.source, cited.heading)
