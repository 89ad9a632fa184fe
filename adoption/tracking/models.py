"""Tables of what is tracked from week to week: themes, actions, targets, alerts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from adoption.db.base import Base
from adoption.db.policies import ACCOUNT, WORDS, about


class Theme(Base):
    """A theme of people's words, stored so that it has the same name from week to week."""

    __tablename__ = "themes"
    __table_args__ = about()

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    centre: Mapped[bytes] = mapped_column(LargeBinary)
    first_week: Mapped[str] = mapped_column(String(8))
    sizes: Mapped[dict[str, Any]] = mapped_column(JSON)


class ActionRow(Base):
    """An action that a digest recommended, who took it and what came of it.

    `rank` is its place among the week's, from 0 for what matters most.
    """

    __tablename__ = "actions"
    __table_args__ = about("recommendations you took on")

    week: Mapped[str] = mapped_column(String(8), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    rank: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    owner: Mapped[str | None] = mapped_column(String(255), info=ACCOUNT)
    outcome: Mapped[str | None] = mapped_column(Text, info=WORDS)
    done_at: Mapped[datetime | None]


class Target(Base):
    """What a measure should reach by a day, for all or for one wave, team or tool."""

    __tablename__ = "targets"
    __table_args__ = about()

    measure: Mapped[str] = mapped_column(String(64), primary_key=True)
    dimension: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    value: Mapped[float]
    by: Mapped[date | None]


class AlertRow(Base):
    """An alert that was raised, so that it is raised once (until the row expires)."""

    __tablename__ = "alerts"
    __table_args__ = about(expires="raised_at")

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    raised_at: Mapped[datetime]
