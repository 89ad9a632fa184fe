"""The table of follow-ups with people."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from adoption.db.base import Base, words
from adoption.db.policies import PLACE, about


class FollowUpState(StrEnum):
    """How far a follow-up has come."""

    DUE = "due"
    SENT = "sent"
    ANSWERED = "answered"
    CANCELLED = "cancelled"
    # Slack did not take it; cancelled once admins know.
    REFUSED = "refused"


class Feeling(StrEnum):
    """How it goes."""

    WELL = "well"
    MIXED = "mixed"
    STUCK = "stuck"


class Obstacle(StrEnum):
    """What is in the way."""

    NOTHING = "nothing"
    TIME = "time"
    ACCESS = "access"
    KNOW_HOW = "know-how"
    RESULTS = "results"
    FIT = "fit"


class FollowUpRow(Base):
    """A follow-up with somebody.

    `occasion` is what it follows. `answer_key` names the dialog that answered it, so that the same
    one can be repeated. `point` is the question that was handed over, `draft` the submission that
    was made of a practice.
    """

    __tablename__ = "follow_ups"
    __table_args__ = (
        Index("ix_follow_ups_due_on", "due_on"),
        about("follow-ups with you"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    occasion: Mapped[str] = mapped_column(String(64))
    weeks: Mapped[int]
    due_on: Mapped[date]
    state: Mapped[FollowUpState] = mapped_column(words(FollowUpState))
    how: Mapped[Feeling | None] = mapped_column(words(Feeling))
    obstacle: Mapped[Obstacle | None] = mapped_column(words(Obstacle))
    answered_on: Mapped[date | None]
    answer_key: Mapped[str | None] = mapped_column(String(255))
    point: Mapped[str | None] = mapped_column(String(255), info=PLACE)
    draft: Mapped[str | None] = mapped_column(String(64))
