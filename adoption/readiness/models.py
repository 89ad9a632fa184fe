"""The table of the readiness checklist."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from adoption.db.base import Base
from adoption.db.policies import ACCOUNT, WORDS, about


class ReadinessItemRow(Base):
    """What is known of one item of a wave's checklist; an item without a row is open.

    `text` says what an item of the company's own is about. `is_met` is what the data said at
    `checked_at`, and `missing` what they lack; both are null for items that a person marks done.
    """

    __tablename__ = "readiness_items"
    __table_args__ = about("items of a readiness checklist that you own")

    wave_id: Mapped[str] = mapped_column(
        ForeignKey("waves.id", ondelete="CASCADE"), primary_key=True
    )
    item: Mapped[str] = mapped_column(String(64), primary_key=True)
    text: Mapped[str | None] = mapped_column(String(255))
    owner: Mapped[str | None] = mapped_column(String(255), info=ACCOUNT)
    due_on: Mapped[date | None]
    evidence: Mapped[str | None] = mapped_column(Text, info=WORDS)
    done_at: Mapped[datetime | None]
    is_met: Mapped[bool | None]
    missing: Mapped[str | None] = mapped_column(String(1000))
    checked_at: Mapped[datetime | None]
