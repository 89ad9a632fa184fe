"""The table of training that people completed."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from adoption.db.base import Base, words
from adoption.db.policies import about


class Tier(StrEnum):
    """The three tiers of training."""

    AWARENESS = "awareness"
    HANDS_ON = "hands-on"
    ADVANCED = "advanced"


class TrainingRow(Base):
    """A tier of training that somebody completed."""

    __tablename__ = "trainings"
    __table_args__ = about("trainings you completed")

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    tier: Mapped[Tier] = mapped_column(words(Tier), primary_key=True)
    done_on: Mapped[date]
