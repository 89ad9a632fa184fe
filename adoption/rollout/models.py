"""Tables of rollout waves: their teams, what was decided at their gates, and their messages."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from adoption.db.base import Base, words
from adoption.db.policies import ACCOUNT, WORDS, about


class WaveState(StrEnum):
    """Where a wave is."""

    PLANNED = "planned"
    LIVE = "live"
    PAUSED = "paused"
    PASSED = "passed"


class Advice(StrEnum):
    """What the figures say at a gate; an admin decides go or pause."""

    GO = "go"
    PAUSE = "pause"
    UNKNOWN = "not enough data"


class MessageKind(StrEnum):
    """The messages around a go-live, in the order in which they are sent."""

    WHY = "why"
    TEAM = "team"
    PREPARE = "prepare"
    LAUNCH = "launch"
    FIRST_WEEK = "first week"
    TWO_WEEKS = "two weeks"
    CHANGES = "changes"
    SIX_WEEKS = "six weeks"


def _wave() -> ForeignKey:
    """Refers to a wave, and goes with it."""
    return ForeignKey("waves.id", ondelete="CASCADE")


class WaveRow(Base):
    """A wave; `name` is also what the roster and targets call it, so it never changes.

    `version` grows with every change, so that of two who edit it neither overwrites the other.
    """

    __tablename__ = "waves"
    __table_args__ = about("rollout waves that you own")

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    name: Mapped[str] = mapped_column(String(255), unique=True)
    state: Mapped[WaveState] = mapped_column(words(WaveState))
    go_live: Mapped[date]
    gate_on: Mapped[date]
    owner: Mapped[str | None] = mapped_column(String(255), info=ACCOUNT)
    helpful_least: Mapped[float | None]
    readiness_least: Mapped[float | None]
    needs_no_barrier: Mapped[bool]
    # What the programme costs for the wave, once, and the hours a week that it should save.
    cost: Mapped[float | None]
    hours_promised: Mapped[float | None]
    # Names the press that made it live, so that it can be repeated.
    launch_key: Mapped[str | None] = mapped_column(String(255))
    version: Mapped[int]


class WaveTeamRow(Base):
    """A team of a wave; a team is in one wave."""

    __tablename__ = "wave_teams"
    __table_args__ = about()

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), primary_key=True)
    wave_id: Mapped[str] = mapped_column(_wave(), index=True)


class WaveDecisionRow(Base):
    """What an admin decided at a gate: once for each wave and gate date."""

    __tablename__ = "wave_decisions"
    __table_args__ = about("decisions on rollout waves that you took")

    wave_id: Mapped[str] = mapped_column(
        ForeignKey("waves.id", ondelete="CASCADE"), primary_key=True
    )
    gate_on: Mapped[date] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(255))
    decision: Mapped[Advice] = mapped_column(words(Advice))
    advice: Mapped[Advice] = mapped_column(words(Advice))
    figures: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, info=WORDS)
    delay_days: Mapped[int]
    account: Mapped[str] = mapped_column(String(255), info=ACCOUNT)
    at: Mapped[datetime]


class WaveMessageRow(Base):
    """A message of a wave's calendar: who sends it, and what became of it.

    `reminded_for` is the day for which its owner was reminded: a day that moves is a new one.
    """

    __tablename__ = "wave_messages"
    __table_args__ = about("messages of a rollout that you send")

    wave_id: Mapped[str] = mapped_column(
        ForeignKey("waves.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[MessageKind] = mapped_column(words(MessageKind), primary_key=True)
    owner: Mapped[str | None] = mapped_column(String(255), info=ACCOUNT)
    reminded_for: Mapped[date | None]
    sent_at: Mapped[datetime | None]
