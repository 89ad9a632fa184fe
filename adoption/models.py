"""The tables of the record: people, what they asked, what was cited, what they thought of it."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    DateTime,
    Dialect,
    Double,
    Enum,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Outcome(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    UNSURE = "unsure"
    ABSTAINED = "abstained"
    FAILED = "failed"


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


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC on every database (SQLite drops the zone otherwise)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC; a moment without a zone is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment in the record needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment with its zone, whatever the database gave."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _words(kind: type[StrEnum]) -> Enum:
    """A text column that takes the values of `kind` and nothing else."""
    return Enum(
        kind,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        length=32,
        validate_strings=True,
    )


class Base(DeclarativeBase):
    """The root of all tables; constraints have names, so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: dict[Any, Any] = {  # noqa: RUF012
        datetime: UtcDateTime(),
        float: Double(),
        Outcome: _words(Outcome),
        Surface: _words(Surface),
        Vote: _words(Vote),
        Reason: _words(Reason),
    }


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
    surface: Mapped[Surface]
    channel: Mapped[str] = mapped_column(String(255))
    question: Mapped[str] = mapped_column(Text)
    outcome: Mapped[Outcome]
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
    vote: Mapped[Vote]
    voted_at: Mapped[datetime]
    reason: Mapped[Reason | None]
    comment: Mapped[str | None] = mapped_column(Text)
