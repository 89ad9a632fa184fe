"""The table of channel rules."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from adoption.db.base import Base, words
from adoption.db.policies import ACCOUNT, about


class AnswerMode(StrEnum):
    """When the app answers in a channel."""

    MENTIONED = "mentioned"
    EVERY = "every"
    OFF = "off"


class ChannelRuleRow(Base):
    """How the app behaves in a channel, and who set it so."""

    __tablename__ = "channel_rules"
    __table_args__ = about("channel rules that name you")

    channel: Mapped[str] = mapped_column(String(255), primary_key=True)
    mode: Mapped[AnswerMode] = mapped_column(words(AnswerMode))
    only_asker: Mapped[bool]
    kinds: Mapped[list[Any]] = mapped_column(JSON)
    tools: Mapped[list[Any]] = mapped_column(JSON)
    helper: Mapped[str | None] = mapped_column(String(255), info=ACCOUNT)
    set_by: Mapped[str] = mapped_column(String(255), info=ACCOUNT)
    set_at: Mapped[datetime]
