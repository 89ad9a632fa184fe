"""Tables of pulse rounds. No row says what somebody answered, and none can be tied to who did."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from adoption.db.base import Base, words
from adoption.db.policies import ACCOUNT, about, everything


class RoundState(StrEnum):
    """How far a round has come."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class PulseRoundRow(Base):
    """A round of the pulse.

    `salt` is a part of what receipts are made with, and is deleted when the round ends; `key_check`
    shows whether the other part is the one that the round was opened with.
    """

    __tablename__ = "pulse_rounds"
    __table_args__ = about("pulse rounds you planned")

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    state: Mapped[RoundState] = mapped_column(words(RoundState))
    first_on: Mapped[date]
    days: Mapped[int]
    # Weeks from one round to the next; 0 for none.
    every: Mapped[int]
    opens_at: Mapped[datetime]
    reminds_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    # Whether invitations and reminders were handed to the queue.
    is_invited: Mapped[bool]
    is_reminded: Mapped[bool]
    set_by: Mapped[str] = mapped_column(String(255), info=ACCOUNT)
    # Decides by chance which way the figures of the round are rounded.
    rounding: Mapped[str] = mapped_column(String(32))
    salt: Mapped[str | None] = mapped_column(String(32))
    key_check: Mapped[str | None] = mapped_column(String(32))


class PulseInvitationRow(Base):
    """Somebody who is invited to a round that is open; `number` is their group in it."""

    __tablename__ = "pulse_invitations"
    __table_args__ = about("pulse rounds you are invited to", deletes=everything)

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("pulse_rounds.id"), primary_key=True)
    number: Mapped[int]


class PulseReceiptRow(Base):
    """That somebody has answered an open round, under a keyed hash that does not say who.

    The key is not in the database, and the rows are deleted when the round ends. They are stored
    in the order of the hash, which is none in time.
    """

    __tablename__ = "pulse_receipts"
    __table_args__ = about() | {"sqlite_with_rowid": False}

    round_id: Mapped[str] = mapped_column(ForeignKey("pulse_rounds.id"), primary_key=True)
    receipt: Mapped[str] = mapped_column(String(32), primary_key=True)


class PulseGroupRow(Base):
    """How often each score was given in a group of a round: a row of five counts a statement."""

    __tablename__ = "pulse_groups"
    __table_args__ = about()

    round_id: Mapped[str] = mapped_column(ForeignKey("pulse_rounds.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    wave: Mapped[str | None] = mapped_column(String(255))
    invited: Mapped[int]
    answered: Mapped[int]
    counts: Mapped[list[Any]] = mapped_column(JSON)


class PulseCommentRow(Base):
    """A comment in a round, without team, wave or scores, under a random id."""

    __tablename__ = "pulse_comments"
    __table_args__ = about() | {"sqlite_with_rowid": False}

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("pulse_rounds.id"))
    text: Mapped[str] = mapped_column(Text)
