"""What people taught, as far as somebody may read the guides that it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from adoption.feedback.lesson_decisions import Decided, lesson_of
from adoption.feedback.section_votes import SectionVote
from adoption.privacy.redaction import redact
from bot.container import Container
from bot.slack.identity import user_of
from bot.slack.messages import Place
from knowledge.answers.requests import stands_alone

# The newest votes that are looked through.
_MOST = 500
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Taught:
    """What people said of one section under one question.

    Attributes:
        lesson: names it.
        question: without what would name somebody.
        title, heading: of the section's guide, and those above it.
        counts: whether it counts by itself, for as many people agree as are needed.
        decided: what an admin decided.
    """

    lesson: str
    question: str
    title: str
    heading: str
    counts: bool
    decided: Decided | None

    @property
    def waits(self) -> bool:
        """Whether it counts once somebody else agrees."""
        return self.decided is None and not self.counts


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


def taught_for(container: Container, account: str) -> TaughtList:
    """What people taught that somebody in Slack may read.

    Raises:
        SlackError: Slack does not say now what they may read.
    """
    if not user_of(account):
        return TaughtList()
    audiences = {each.audience for each in container.guides.guides()}
    readable = container.visibility.readable_at(audiences, Place(user_of(account)))
    return taught_among(container, readable)


def taught_among(container: Container, readable: frozenset[str]) -> TaughtList:
    """What people taught about guides for these audiences; nothing where nothing is learned.

    A section whose guide is gone teaches nothing, and is left out.
    """
    needed = container.settings.learn_from_people
    if not needed:
        return TaughtList()
    guides = {each.source: each for each in container.guides.guides()}
    by_lesson: dict[str, list[SectionVote]] = {}
    for vote in container.record.feedback.section_votes(_MOST):
        if _sources(vote) <= guides.keys():
            by_lesson.setdefault(lesson_of(vote), []).append(vote)
    shown: list[Taught] = []
    about: set[str] = set()
    decided, names = container.record.lesson_decisions.all(), container.record.name_hashes()
    for lesson, votes in by_lesson.items():
        own = {guides[source].audience for vote in votes for source in _sources(vote)}
        teaches = any(vote.helps for vote in votes) and stands_alone(votes[0].question)
        if own <= readable and teaches:
            section = votes[0].section
            question, title = redact(votes[0].question, names), guides[section.source].title
            counts = _counts(votes, needed)
            shown.append(
                Taught(lesson, question, title, section.heading, counts, decided.get(lesson))
            )
            about |= own
    return TaughtList(tuple(shown), frozenset(about))


def _sources(vote: SectionVote) -> set[str]:
    return {vote.section.source, *(each.source for each in vote.beside)}


def _counts(votes: Iterable[SectionVote], needed: int) -> bool:
    """Whether so many people say that it helps as are needed, and one more for each other."""
    said = Counter(helps for _, helps in {(vote.person, vote.helps) for vote in votes})
    return said[True] >= needed + said[False]
