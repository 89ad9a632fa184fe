"""Tables of feedback: votes, comments, time saved, overrides, check-ins."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from adoption.db.base import Base, words
from adoption.db.policies import ACCOUNT, WITH_QUESTION, about


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


class VoteRow(Base):
    """What one person thinks of one answer; the last press counts.

    A thumb can arrive before the answer's own row is written, so `interaction_id` is no
    foreign key.
    """

    __tablename__ = "votes"
    __table_args__ = (
        Index("ix_votes_voted_at", "voted_at"),
        about("votes on answers", expires=WITH_QUESTION, unties=True),
    )

    interaction_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    vote: Mapped[Vote] = mapped_column(words(Vote))
    voted_at: Mapped[datetime]
    # The section that answers the question, as they say; None for a thumb.
    passage_id: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[Reason | None] = mapped_column(words(Reason))
    comment: Mapped[str | None] = mapped_column(Text)


class LessonDecision(StrEnum):
    """What an admin decides about what people taught."""

    APPROVED = "approved"
    REVOKED = "revoked"


class LessonDecisionRow(Base):
    """Whether what was said of a section under a question counts; `lesson` is made of both."""

    __tablename__ = "lesson_decisions"
    __table_args__ = about("decisions you made on what people taught", expires="decided_at")

    lesson: Mapped[str] = mapped_column(String(64), primary_key=True)
    decision: Mapped[LessonDecision] = mapped_column(words(LessonDecision))
    decided_by: Mapped[str | None] = mapped_column(String(255), info=ACCOUNT)
    decided_at: Mapped[datetime]


class TimeSaved(StrEnum):
    """How much time an answer saved somebody, as they say."""

    NOTHING = "nothing"
    MINUTES = "minutes"
    HOUR = "an hour"
    MORE = "more"


class TimeSavedRow(Base):
    """How much time one answer saved one person; the last press counts."""

    __tablename__ = "time_saved"
    __table_args__ = about(
        "notes on the time an answer saved you", expires=WITH_QUESTION, unties=True
    )

    interaction_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    saved: Mapped[TimeSaved] = mapped_column(words(TimeSaved))
    at: Mapped[datetime]


class CommentRow(Base):
    """What somebody thinks of a tool or of the programme; `tool` is None for the programme."""

    __tablename__ = "feedback_comments"
    __table_args__ = (
        Index("ix_feedback_comments_at", "at"),
        about("comments on tools and the programme", unties=True),
    )

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    tool: Mapped[str | None] = mapped_column(String(255))
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
    # Whether the programme team may see who wrote it.
    named: Mapped[bool]


class OverrideReason(StrEnum):
    """Why a recommendation was not followed, first level.

    Source: the AHRQ CDSiC override taxonomy, now the HL7 CDS Hooks non-adherence reasons.
    """

    DOES_NOT_APPLY = "does not apply"
    BAD_MOMENT = "bad moment"
    DISAGREES = "disagrees"
    NOT_POSSIBLE = "not possible"
    WRONG_DATA = "wrong data"
    DECLINED = "declined"


# The second level, with the words for people.
DETAILS: dict[OverrideReason, tuple[str, ...]] = {
    OverrideReason.DOES_NOT_APPLY: ("special case", "already handled", "outdated situation"),
    OverrideReason.BAD_MOMENT: ("too early", "too late", "wrong person", "interrupted"),
    OverrideReason.DISAGREES: ("own judgement", "evidence is weak", "no trust yet"),
    OverrideReason.NOT_POSSIBLE: ("policy", "no access", "cost", "no time"),
    OverrideReason.WRONG_DATA: ("wrong data", "missing data", "technical fault"),
    OverrideReason.DECLINED: ("no reason given",),
}


class Weight(StrEnum):
    """How much an override mattered."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class OverrideRow(Base):
    """Somebody did something else than a tool recommended, and why."""

    __tablename__ = "overrides"
    __table_args__ = (Index("ix_overrides_at", "at"), about("overrides you logged", unties=True))

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    tool: Mapped[str] = mapped_column(String(255))
    at: Mapped[datetime]
    reason: Mapped[OverrideReason] = mapped_column(words(OverrideReason))
    detail: Mapped[str | None] = mapped_column(String(64))
    text: Mapped[str | None] = mapped_column(Text)
    recommended: Mapped[str | None] = mapped_column(Text)
    did_instead: Mapped[str | None] = mapped_column(Text)
    weight: Mapped[Weight] = mapped_column(words(Weight))
    # Whether the text may be quoted.
    consent: Mapped[bool]
    # Whether the programme team may see who logged it.
    named: Mapped[bool] = mapped_column(default=False)


class CheckInRow(Base):
    """A follow-up with a person, due on a day; minutes saved a week as reported, as a range."""

    __tablename__ = "check_ins"
    __table_args__ = (
        Index("ix_check_ins_due_on", "due_on"),
        Index("ix_check_ins_done_at", "done_at"),
        about("check-ins with you", unties=True),
    )

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    tool: Mapped[str | None] = mapped_column(String(255))
    due_on: Mapped[date]
    done_at: Mapped[datetime | None]
    minutes_low: Mapped[float | None]
    minutes_high: Mapped[float | None]
    comment: Mapped[str | None] = mapped_column(Text)
    consent: Mapped[bool]
