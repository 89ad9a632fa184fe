"""The tables of personal tokens, of what AI tools may log, and of signatures that were seen."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from adoption.db.base import Base
from adoption.db.policies import ACCOUNT, about, everything


class AccessTokenRow(Base):
    """A token by which an AI tool asks in somebody's name; only its SHA-256 is stored.

    `id` names it where it is shown, and `may_write` is whether it may log something too.
    """

    __tablename__ = "access_tokens"
    __table_args__ = about(
        "tokens of AI tools that ask in your name", deletes=everything, expires="expires_at"
    )

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    id: Mapped[str] = mapped_column(String(32), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    client: Mapped[str] = mapped_column(String(64))
    may_write: Mapped[bool]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_on: Mapped[date | None]


class AllowedLogRow(Base):
    """A kind of log that an admin lets AI tools write; none is written without its row."""

    __tablename__ = "allowed_logs"
    __table_args__ = about("what you let AI tools log")

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    allowed_by: Mapped[str | None] = mapped_column(String(255), info=ACCOUNT)
    allowed_at: Mapped[datetime]


class SeenSignatureRow(Base):
    """A signed request that was answered; only the SHA-256 of its signature is stored."""

    __tablename__ = "seen_signatures"
    __table_args__ = about(expires="seen_at")

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    seen_at: Mapped[datetime]
