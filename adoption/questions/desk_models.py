"""The tables of what people set and ask for: help of a person, rules of channels, remarks."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from adoption.db.base import Base, words


class Hearing(StrEnum):
    """When the app answers in a channel."""

    MENTIONED = "mentioned"
    EVERY = "every"
    OFF = "off"


class Saved(StrEnum):
    """What an answer saved somebody, as they say."""

    NOTHING = "nothing"
    MINUTES = "minutes"
    HOUR = "an hour"
    MORE = "more"


class Remark(Base):
    """What somebody thinks of a tool or of the programme; `tool` is None for the programme."""

    __tablename__ = "remarks"
    __table_args__ = (Index("ix_remarks_at", "at"),)

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    tool: Mapped[str | None] = mapped_column(String(255))
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
    named: Mapped[bool]


class Saving(Base):
    """What one answer saved one person; the last word counts."""

    __tablename__ = "savings"

    interaction_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    saved: Mapped[Saved] = mapped_column(words(Saved))
    at: Mapped[datetime]


class HelpCall(Base):
    """A question on its way to a person.

    `home_*` is where it was asked, `channel` and `ts` the message that people see it in,
    `reply_ts` the newest reply under it that was brought to the asker.
    """

    __tablename__ = "help_calls"
    __table_args__ = (
        Index("ix_help_calls_place", "channel", "ts"),
        Index("ix_help_calls_offered_at", "offered_at"),
    )

    interaction_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    home_channel: Mapped[str] = mapped_column(String(255))
    home_thread: Mapped[str] = mapped_column(String(32))
    channel: Mapped[str | None] = mapped_column(String(255))
    ts: Mapped[str | None] = mapped_column(String(32))
    offers: Mapped[int]
    offered_at: Mapped[datetime]
    taken_by: Mapped[str | None] = mapped_column(String(255))
    taken_at: Mapped[datetime | None]
    solved_by: Mapped[str | None] = mapped_column(String(255))
    solved_at: Mapped[datetime | None]
    reply_ts: Mapped[str | None] = mapped_column(String(32))


class ChannelRule(Base):
    """How the app behaves in a channel, and who set it so."""

    __tablename__ = "channel_rules"

    channel: Mapped[str] = mapped_column(String(255), primary_key=True)
    hearing: Mapped[Hearing] = mapped_column(words(Hearing))
    only_asker: Mapped[bool]
    kinds: Mapped[list[Any]] = mapped_column(JSON)
    tools: Mapped[list[Any]] = mapped_column(JSON)
    helper: Mapped[str | None] = mapped_column(String(255))
    set_by: Mapped[str] = mapped_column(String(255))
    set_at: Mapped[datetime]


class Pause(Base):
    """Somebody whose questions are not written down."""

    __tablename__ = "pauses"

    account: Mapped[str] = mapped_column(String(255), primary_key=True)
    since: Mapped[datetime]
