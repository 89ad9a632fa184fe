"""The table of what admins decided about guides."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from adoption.db.base import Base
from adoption.db.policies import ACCOUNT, about


class GuideDecision(StrEnum):
    """What an admin decides about a guide."""

    STILL_ACCURATE = "still accurate"
    EXCLUDED = "excluded"
    INCLUDED = "included"


class GuideDecisionRow(Base):
    """What admins decided about a guide; `id` is made of its source.

    `decision_key` names the press that decided last, so that it can be repeated and a second
    one learns that it came too late.
    """

    __tablename__ = "guide_decisions"
    __table_args__ = about("decisions on guides you made")

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    reviewed_on: Mapped[date | None]
    excluded: Mapped[bool]
    decision_key: Mapped[str] = mapped_column(String(255))
    decided_by: Mapped[str | None] = mapped_column(String(255), info=ACCOUNT)
    decided_at: Mapped[datetime]
