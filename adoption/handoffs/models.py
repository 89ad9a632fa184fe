"""The table of questions handed over to a person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from adoption.db.base import Base
from adoption.db.policies import ACCOUNT, PLACE, WITH_QUESTION, about


class HandoffRow(Base):
    """A question handed over to a person.

    `asked_channel` and `asked_thread` are where it was asked; `channel` and `ts` are the message
    that helpers see it in; `reply_ts` is the newest reply under it that the asker got.
    """

    __tablename__ = "handoffs"
    __table_args__ = (
        Index("ix_handoffs_message", "channel", "ts"),
        Index("ix_handoffs_asked_at", "asked_at"),
        Index("ix_handoffs_offered_at", "offered_at"),
        about("questions handed over to a person", expires=WITH_QUESTION, unties=True),
    )

    interaction_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    asked_channel: Mapped[str] = mapped_column(String(255), info=PLACE)
    asked_thread: Mapped[str] = mapped_column(String(32), info=PLACE)
    channel: Mapped[str | None] = mapped_column(String(255))
    ts: Mapped[str | None] = mapped_column(String(32))
    offers: Mapped[int]
    offered_at: Mapped[datetime]
    taken_by: Mapped[str | None] = mapped_column(String(255), info=ACCOUNT)
    taken_at: Mapped[datetime | None]
    solved_by: Mapped[str | None] = mapped_column(String(255), info=ACCOUNT)
    solved_at: Mapped[datetime | None]
    reply_ts: Mapped[str | None] = mapped_column(String(32))
    # When the first reply came, or somebody said that it is solved.
    answered_at: Mapped[datetime | None]
