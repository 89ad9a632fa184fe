"""The tables of the record: people, what they asked, what was cited, what they thought of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from adoption.db.base import Base, UtcDateTime, words

__all__ = [
    "Base",
    "CitationRow",
    "Feedback",
    "Interaction",
    "Outcome",
    "Person",
    "Reason",
    "Surface",
    "UtcDateTime",
    "Vote",
]


class Outcome(StrEnum):
    """How a question ended.

    What its asker stopped, or withdrew before there was a reply, is neither answered nor not.
    """

    ANSWERED = "answered"
    UNSURE = "unsure"
    ABSTAINED = "abstained"
    FAILED = "failed"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"


class Surface(StrEnum):
    """Where a question was asked."""

    CHANNEL = "channel"
    PRIVATE = "private"
    GROUP = "group"
    DIRECT = "direct"
    TERMINAL = "terminal"


class Vote(StrEnum):
    """A thumb under an answer."""

    POSITIVE = "positive"
    NEGATIVE = "negative"


class Reason(StrEnum):
    """Why an answer did not help."""

    WRONG = "wrong"
    OUTDATED = "outdated"
    INCOMPLETE = "incomplete"
    HARD_TO_FOLLOW = "hard to follow"
    NOT_WHAT_I_ASKED = "not what I asked"
    OTHER = "other"


class Person(Base):
    """Someone who asked or pressed; `id` is a pseudonym, `account` the only tie to Slack."""

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account: Mapped[str | None] = mapped_column(String(255), unique=True)
    first_seen: Mapped[datetime]


class Interaction(Base):
    """One question and how it ended."""

    __tablename__ = "interactions"
    __table_args__ = (Index("ix_interactions_asked_at", "asked_at"),)

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    asked_at: Mapped[datetime]
    surface: Mapped[Surface] = mapped_column(words(Surface))
    channel: Mapped[str] = mapped_column(String(255))
    question: Mapped[str] = mapped_column(Text)
    outcome: Mapped[Outcome] = mapped_column(words(Outcome))
    answer: Mapped[str] = mapped_column(Text)
    tool: Mapped[str | None] = mapped_column(String(255))
    index_version: Mapped[str] = mapped_column(String(64))
    model: Mapped[str | None] = mapped_column(String(255))
    find_seconds: Mapped[float]
    answer_seconds: Mapped[float]
    post_seconds: Mapped[float]

    citations: Mapped[list[CitationRow]] = relationship(
        back_populates="interaction", order_by="CitationRow.number", cascade="all, delete-orphan"
    )


class CitationRow(Base):
    """One numbered source under one answer."""

    __tablename__ = "citations"

    interaction_id: Mapped[str] = mapped_column(ForeignKey("interactions.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    passage_id: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(Text)
    heading: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)

    interaction: Mapped[Interaction] = relationship(back_populates="citations")


class Feedback(Base):
    """What one person thinks of one answer; the last press counts.

    A thumb can arrive before the answer's own row is written, so `interaction_id` is no
    foreign key.
    """

    __tablename__ = "feedback"

    interaction_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    vote: Mapped[Vote] = mapped_column(words(Vote))
    voted_at: Mapped[datetime]
    reason: Mapped[Reason | None] = mapped_column(words(Reason))
    comment: Mapped[str | None] = mapped_column(Text)
