"""The tables of what people say and what is done about it: overrides, stories, targets."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from adoption.db.base import Base, words


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


class Tier(StrEnum):
    """The three tiers of training."""

    AWARENESS = "awareness"
    HANDS_ON = "hands-on"
    ADVANCED = "advanced"


class Override(Base):
    """Somebody did something else than a tool recommended, and why."""

    __tablename__ = "overrides"
    __table_args__ = (Index("ix_overrides_at", "at"),)

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
    consent: Mapped[bool]
    # Whether the programme team may see who told it.
    named: Mapped[bool] = mapped_column(default=False)


class Story(Base):
    """What somebody achieved with a tool; minutes saved a week where told, as a range."""

    __tablename__ = "stories"
    __table_args__ = (Index("ix_stories_at", "at"),)

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    tool: Mapped[str | None] = mapped_column(String(255))
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
    minutes_low: Mapped[float | None]
    minutes_high: Mapped[float | None]
    consent: Mapped[bool]


class Escalation(Base):
    """A question that was handed to a person."""

    __tablename__ = "escalations"
    __table_args__ = (Index("ix_escalations_asked_at", "asked_at"),)

    interaction_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class CheckIn(Base):
    """A follow-up with a person, due on a day; minutes saved a week as told, as a range."""

    __tablename__ = "check_ins"
    __table_args__ = (
        Index("ix_check_ins_due_on", "due_on"),
        Index("ix_check_ins_done_at", "done_at"),
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


class Training(Base):
    """A tier of training that somebody completed."""

    __tablename__ = "trainings"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    tier: Mapped[Tier] = mapped_column(words(Tier), primary_key=True)
    done_on: Mapped[date]


class Theme(Base):
    """A theme of people's words, kept so that it keeps its name from week to week."""

    __tablename__ = "themes"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    centre: Mapped[bytes] = mapped_column(LargeBinary)
    first_week: Mapped[str] = mapped_column(String(8))
    sizes: Mapped[dict[str, Any]] = mapped_column(JSON)


class FollowUp(Base):
    """An action that a digest recommended, who took it and what came of it."""

    __tablename__ = "follow_ups"

    week: Mapped[str] = mapped_column(String(8), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    said: Mapped[str] = mapped_column(Text)
    owner: Mapped[str | None] = mapped_column(String(255))
    did: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime | None]


class Target(Base):
    """What a measure should reach by a day, for all or for one wave, team or tool."""

    __tablename__ = "targets"

    measure: Mapped[str] = mapped_column(String(64), primary_key=True)
    dimension: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    value: Mapped[float]
    by: Mapped[date | None]
    set_at: Mapped[datetime]


class AlertRow(Base):
    """An alert that was raised, so that it is raised once."""

    __tablename__ = "alerts"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    raised_at: Mapped[datetime]
