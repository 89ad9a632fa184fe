"""Tables of questions: what was asked and cited, edits, threads, model use, paused logging."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from adoption.db.base import Base, words
from adoption.db.policies import ACCOUNT, PLACE, WITH_QUESTION, about


class Outcome(StrEnum):
    """How a question ended.

    A question that its asker stopped, or withdrew before there was a reply, is neither answered
    nor unanswered.
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
    MCP = "mcp"


# Where nobody sees an answer in Slack.
OUTSIDE_SLACK = frozenset({Surface.TERMINAL, Surface.MCP})


class Interaction(Base):
    """One question and how it ended.

    `client` is the AI tool that asked in the person's name; empty where they asked themselves.
    """

    __tablename__ = "interactions"
    __table_args__ = (
        Index("ix_interactions_asked_at", "asked_at"),
        about("questions you asked", expires="asked_at", unties=True),
    )

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    asked_at: Mapped[datetime]
    surface: Mapped[Surface] = mapped_column(words(Surface))
    client: Mapped[str] = mapped_column(String(64), info=PLACE)
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
    __table_args__ = about("sources under answers you got", expires=WITH_QUESTION)

    interaction_id: Mapped[str] = mapped_column(ForeignKey("interactions.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    passage_id: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(Text)
    heading: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)

    interaction: Mapped[Interaction] = relationship(back_populates="citations")


class QuestionEditRow(Base):
    """A question that was edited after it was answered.

    The earlier words are not stored: whoever edits them does not want to have said them.
    """

    __tablename__ = "question_edits"
    __table_args__ = about("edits of your questions", expires=WITH_QUESTION)

    interaction_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    edited_at: Mapped[datetime] = mapped_column(primary_key=True)


class ThreadTurn(Base):
    """The thread in which a question was answered.

    It is written before the question's own row, so `interaction_id` is no foreign key.
    """

    __tablename__ = "thread_turns"
    __table_args__ = (
        Index("ix_thread_turns_channel_thread", "channel", "thread"),
        about("threads your questions belong to", expires=WITH_QUESTION),
    )

    interaction_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    channel: Mapped[str] = mapped_column(String(255), info=PLACE)
    thread: Mapped[str] = mapped_column(String(255), info=PLACE)


class ModelUse(Base):
    """What the language model used for one person on one day."""

    __tablename__ = "model_use"
    __table_args__ = about("days on which answers to you used the language model")

    day: Mapped[date] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(
        String(32), ForeignKey("people.id"), primary_key=True, index=True
    )
    tokens_in: Mapped[int]
    tokens_out: Mapped[int]
    cost: Mapped[float]


class LoggingPause(Base):
    """Somebody whose questions are not logged."""

    __tablename__ = "logging_pauses"
    __table_args__ = about("requests to pause logging")

    account: Mapped[str] = mapped_column(String(255), primary_key=True, info=ACCOUNT)
    since: Mapped[datetime]


class DismissedQuestionRow(Base):
    """A question without an answer that an admin dismissed; `id` is made of its words."""

    __tablename__ = "dismissed_questions"
    __table_args__ = about("questions you dismissed", expires="dismissed_at")

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    question: Mapped[str] = mapped_column(Text)
    dismissed_by: Mapped[str | None] = mapped_column(String(255), info=ACCOUNT)
    dismissed_at: Mapped[datetime]
