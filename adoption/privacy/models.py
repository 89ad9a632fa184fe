"""The table of actions that were refused."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from adoption.db import policies
from adoption.db.base import Base, words
from adoption.db.policies import ACCOUNT


class RestrictedAction(StrEnum):
    """What only some people may do."""

    CHANNEL_RULE = "channel rule"
    ROLES = "roles"
    DIGEST = "digest"
    STORY = "story"
    FAQ = "faq"
    HELP = "help"
    SHARE = "share"
    GUIDE = "guide"
    PULSE = "pulse"
    TRAINING = "training"
    NUDGES = "nudges"
    ROLLOUT = "rollout"
    READINESS = "readiness"
    SETUP = "set-up"
    TARGETS = "targets"
    ROSTER = "roster"
    LESSONS = "lessons"
    AI_TOOLS = "AI tools"


class RefusedActionRow(Base):
    """Something that somebody tried and may not do."""

    __tablename__ = "refused_actions"
    __table_args__ = (
        Index("ix_refused_actions_at", "at"),
        policies.about("actions you were refused", expires="at"),
    )

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    account: Mapped[str] = mapped_column(String(255), info=ACCOUNT)
    action: Mapped[RestrictedAction] = mapped_column(words(RestrictedAction))
    about: Mapped[str] = mapped_column(String(255))
    at: Mapped[datetime]


class ErasureRow(Base):
    """That somebody had their data erased, by a hash of their account, and when.

    It says nothing else of them, and outlives the erasure: an older backup is not to bring back
    what was erased.
    """

    __tablename__ = "erasures"
    __table_args__ = policies.about(expires="erased_at")

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    erased_at: Mapped[datetime]
