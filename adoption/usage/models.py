"""The tables of usage: what the tools report, and the daily roll-ups of it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from adoption.db.base import Base, words
from adoption.db.policies import ACCOUNT, about


class Event(StrEnum):
    """What became of a tool's recommendation."""

    SHOWN = "shown"
    ACCEPTED = "accepted"
    EDITED = "edited"
    OVERRIDDEN = "overridden"
    IGNORED = "ignored"


class Tool(Base):
    """What is known of a tool beside its use.

    `seat_cost` is what one seat costs a month, in the money of the record.
    """

    __tablename__ = "tools"
    __table_args__ = about("tools you own")

    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    owner: Mapped[str | None] = mapped_column(String(255), info=ACCOUNT)
    seat_cost: Mapped[float | None]


class ToolToken(Base):
    """A bearer token of a tool; only its SHA-256 is stored."""

    __tablename__ = "tool_tokens"
    __table_args__ = about()

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    tool: Mapped[str] = mapped_column(String(255), index=True)
    made_at: Mapped[datetime]


class UsageRow(Base):
    """How often something happened with a tool on a day, as a source reported it.

    `key` identifies the report (`adoption/usage/keys.py`): reported again with another count, the
    row changes and none is added. A person or a team is named, or neither (the whole company).
    """

    __tablename__ = "usage"
    __table_args__ = (Index("ix_usage_day", "day"), about("usage entries that tools report of you"))

    # SQLite numbers rows by itself only where the column is its own INTEGER.
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary(20), unique=True)
    source: Mapped[str] = mapped_column(String(64))
    tool: Mapped[str] = mapped_column(String(255))
    person_id: Mapped[str | None] = mapped_column(String(32))
    team_id: Mapped[int | None]
    day: Mapped[date]
    event: Mapped[Event] = mapped_column(words(Event))
    count: Mapped[int] = mapped_column(BigInteger)
    attributes: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class CoveredDay(Base):
    """A day for which a source reported a tool's use, whether there was any or not.

    Where no source covers a day, nothing is known of it, which is not the same as no use.
    """

    __tablename__ = "covered_days"
    __table_args__ = about()

    tool: Mapped[str] = mapped_column(String(255), primary_key=True)
    source: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)


class _Counts:
    """The five counts that every roll-up carries."""

    shown: Mapped[int] = mapped_column(BigInteger, default=0)
    accepted: Mapped[int] = mapped_column(BigInteger, default=0)
    edited: Mapped[int] = mapped_column(BigInteger, default=0)
    overridden: Mapped[int] = mapped_column(BigInteger, default=0)
    ignored: Mapped[int] = mapped_column(BigInteger, default=0)


class PersonDay(_Counts, Base):
    """What one person did with one tool on one day: the sum of the usage rows."""

    __tablename__ = "person_days"
    __table_args__ = (
        Index("ix_person_days_person_id", "person_id", "tool"),
        about("days on which you used a tool", is_derived=True),
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    tool: Mapped[str] = mapped_column(String(255), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(32), primary_key=True)


class PersonWeek(Base):
    """How much one person did with one tool in the week of a Monday: what a digest reads."""

    __tablename__ = "person_weeks"
    __table_args__ = about("weeks in which you used a tool", is_derived=True)

    monday: Mapped[date] = mapped_column(primary_key=True)
    tool: Mapped[str] = mapped_column(String(255), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    actions: Mapped[int] = mapped_column(BigInteger)


class TeamDay(_Counts, Base):
    """What a team did with one tool on one day; team 0 is everybody without one."""

    __tablename__ = "team_days"
    __table_args__ = about()

    day: Mapped[date] = mapped_column(primary_key=True)
    tool: Mapped[str] = mapped_column(String(255), primary_key=True)
    team_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class FirstUse(Base):
    """When a person first and last used a tool, and first took something from it."""

    __tablename__ = "first_uses"
    __table_args__ = about("tools you have used, with first and last day", is_derived=True)

    person_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    tool: Mapped[str] = mapped_column(String(255), primary_key=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    first_value: Mapped[date | None]
