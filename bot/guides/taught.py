"""What people taught the search: sections that they say answer a question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adoption.feedback.lesson_decisions import Decided, lesson_of
from adoption.feedback.models import LessonDecision
from adoption.feedback.section_votes import SectionVote
from adoption.privacy.redaction import redact
from adoption.record import Record
from knowledge.answers.requests import stands_alone
from knowledge.guides.health import Guide

# The newest votes that are looked through.
_MOST = 500
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Taught:
    """What people said of one section under one question.

    Attributes:
        lesson: names it.
        question: without what would name somebody.
        guide: that the section is in.
        heading: those above the section.
        counts: whether it counts by itself, for as many people agree as are needed.
        decided: what an admin decided.
    """

    lesson: str
    question: str
    guide: Guide
    heading: str
    counts: bool
    decided: Decided | None

    @property
    def waits(self) -> bool:
        """Whether it counts once somebody else agrees."""
        return self.decided is None and not self.counts

    @property
    def in_use(self) -> bool:
        """Whether it changes the section's rank now."""
        if self.decided is None:
            return self.counts
        return self.decided.decision is LessonDecision.APPROVED

    def as_fields(self) -> dict[str, Any]:
        """What it says, as plain names, texts and truth values."""
        return {
            "question": self.question,
            "source": self.guide.source,
            "title": self.guide.title,
            "heading": self.heading,
            "in_use": self.in_use,
            "decided": self.decided.decision.value if self.decided else None,
        }


@dataclass(frozen=True)
class TaughtList:
    """What somebody may read of what people taught, the newest first.

    Attributes:
        audiences: of the guides that it is about.
    """

    lessons: tuple[Taught, ...] = ()
    audiences: frozenset[str] = frozenset()

    @property
    def waiting(self) -> list[Taught]:
        """What not enough people agree on yet."""
        return [each for each in self.lessons if each.waits]

    @property
    def settled(self) -> list[Taught]:
        """What counts or was revoked, what was decided last first."""
        told = [each for each in self.lessons if not each.waits]
        return sorted(told, key=lambda each: each.decided.at if each.decided else _LONG_AGO)[::-1]


def taught_among(
    record: Record, guides: Iterable[Guide], readable: frozenset[str], needed: int
) -> TaughtList:
    """What people taught about guides for these audiences; nothing where nothing is learned.

    A section whose guide is gone teaches nothing, and is left out.

    Args:
        needed: how many people have to agree; 0 where nothing is learned.
    """
    if not needed:
        return TaughtList()
    by_source = {each.source: each for each in guides}
    by_lesson: dict[str, list[SectionVote]] = {}
    for vote in record.feedback.section_votes(_MOST):
        if _sources(vote) <= by_source.keys():
            by_lesson.setdefault(lesson_of(vote), []).append(vote)
    shown: list[Taught] = []
    about: set[str] = set()
    decided, names = record.lesson_decisions.all(), record.name_hashes()
    for lesson, votes in by_lesson.items():
        own = {by_source[source].audience for vote in votes for source in _sources(vote)}
        teaches = any(vote.helps for vote in votes) and stands_alone(votes[0].question)
        if own <= readable and teaches:
            question, section = redact(votes[0].question, names), votes[0].section
            guide, counts = by_source[section.source], _counts(votes, needed)
            shown.append(
                Taught(lesson, question, guide, section.heading, counts, decided.get(lesson))
            )
            about |= own
    return TaughtList(tuple(shown), frozenset(about))


def _sources(vote: SectionVote) -> set[str]:
    return {vote.section.source, *(each.source for each in vote.beside)}


def _counts(votes: Iterable[SectionVote], needed: int) -> bool:
    """Whether so many people say that it helps as are needed, and one more for each other."""
    said = Counter(helps for _, helps in {(vote.person, vote.helps) for vote in votes})
    return said[True] >= needed + said[False]
