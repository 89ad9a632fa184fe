"""The tables of training: courses, sessions, who has a seat, and what people completed."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ColumnElement, ForeignKey, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from adoption.db.base import Base, words
from adoption.db.policies import ACCOUNT, about


class Tier(StrEnum):
    """The three tiers of training."""

    AWARENESS = "awareness"
    HANDS_ON = "hands-on"
    ADVANCED = "advanced"


class SeatState(StrEnum):
    """What somebody's seat in a session is; who has none has no row.

    A seat is reserved until its confirmation was sent, and confirmed from then on.
    """

    WAITING = "waiting"
    RESERVED = "reserved"
    CONFIRMED = "confirmed"
    ATTENDED = "attended"
    ABSENT = "absent"
    CANCELLED = "cancelled"


# Seats that count against those of the session before it begins.
TAKEN = (SeatState.RESERVED, SeatState.CONFIRMED)
OPEN = (SeatState.WAITING, *TAKEN)


def _open(table: Table) -> ColumnElement[bool]:
    return table.c.state.in_(OPEN)


class CourseRow(Base):
    """A course of the catalogue; empty lists are for everybody."""

    __tablename__ = "training_courses"
    __table_args__ = about()

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    title: Mapped[str] = mapped_column(String(255))
    tier: Mapped[Tier] = mapped_column(words(Tier))
    about: Mapped[str] = mapped_column(Text)
    tools: Mapped[list[str]] = mapped_column(JSON)
    roles: Mapped[list[str]] = mapped_column(JSON)
    waves: Mapped[list[str]] = mapped_column(JSON)
    materials: Mapped[list[str]] = mapped_column(JSON)


class SessionRow(Base):
    """A session of a course.

    `zone` is where it takes place. `sequence` grows whenever it is moved, as RFC 5545 wants it.
    """

    __tablename__ = "training_sessions"
    __table_args__ = about("training sessions you host")

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    course_id: Mapped[str] = mapped_column(ForeignKey("training_courses.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(index=True)
    minutes: Mapped[int]
    zone: Mapped[str] = mapped_column(String(64))
    seats: Mapped[int]
    host: Mapped[str | None] = mapped_column(String(255), info=ACCOUNT)
    place: Mapped[str] = mapped_column(String(500))
    sequence: Mapped[int]
    cancelled_at: Mapped[datetime | None]
    attendance_at: Mapped[datetime | None]


class SeatRow(Base):
    """Somebody's seat in a session, and what they were told of it.

    Every change raises `revision`; a message about a revision is sent once, and then `told_…`
    says what it said. `pressed_at` is when the person signed up or cancelled, which also orders
    the wait list. `zone` is the person's.
    """

    __tablename__ = "training_seats"
    __table_args__ = about("training sessions you signed up for", deletes=_open)

    session_id: Mapped[str] = mapped_column(ForeignKey("training_sessions.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    state: Mapped[SeatState] = mapped_column(words(SeatState))
    pressed_at: Mapped[datetime]
    revision: Mapped[int]
    told_revision: Mapped[int]
    told_state: Mapped[SeatState | None] = mapped_column(words(SeatState))
    told_sequence: Mapped[int | None]
    told_at: Mapped[datetime | None]
    zone: Mapped[str | None] = mapped_column(String(64))


class TrainingRow(Base):
    """A tier of training that somebody completed."""

    __tablename__ = "trainings"
    __table_args__ = about("trainings you completed")

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    tier: Mapped[Tier] = mapped_column(words(Tier), primary_key=True)
    done_on: Mapped[date]
