"""The tables of the programme in Slack: stories, FAQ entries, roles, Home, what was said."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from adoption.db.base import Base, words


class StoryState(StrEnum):
    """How far a success story has come."""

    DRAFT = "draft"
    AWAITING = "awaiting"
    CHANGES = "changes"
    DECLINED = "declined"
    PUBLISHED = "published"


class FaqState(StrEnum):
    """How far a FAQ entry has come."""

    AWAITING = "awaiting"
    DECLINED = "declined"
    PUBLISHED = "published"


class Role(StrEnum):
    """What somebody is for the programme, beside a user."""

    CHAMPION = "champion"


class Tried(StrEnum):
    """What somebody tried who may not do it."""

    CHANNEL_RULE = "channel rule"
    ROLES = "roles"
    DIGEST = "digest"
    STORY = "story"
    FAQ = "faq"
    HELP = "help"
    SHARE = "share"
    GUIDE = "guide"


class Ruling(StrEnum):
    """What an admin decides about a guide."""

    HOLDS = "holds"
    LEFT_OUT = "left out"
    BROUGHT_BACK = "brought back"


class StoryCard(Base):
    """A success story with everything that its author filled in, and where it stands.

    `review` lists the messages that ask admins to decide; `decision` names the press that
    decided, so that the same press can be repeated and a second one is told.
    """

    __tablename__ = "story_cards"
    __table_args__ = (Index("ix_story_cards_state", "state"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    state: Mapped[StoryState] = mapped_column(words(StoryState))
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    note: Mapped[str | None] = mapped_column(Text)
    updated_at: Mapped[datetime]
    review: Mapped[list[Any]] = mapped_column(JSON)
    decision: Mapped[str | None] = mapped_column(String(255))
    decided_by: Mapped[str | None] = mapped_column(String(255))
    channel: Mapped[str | None] = mapped_column(String(64))
    ts: Mapped[str | None] = mapped_column(String(32))
    link: Mapped[str | None] = mapped_column(Text)
    reactions: Mapped[int]


class FaqCard(Base):
    """A FAQ entry that was drafted from a person's reply, and where it stands.

    `id` is made of the question's name, which it does not tell; `named` says whether the
    programme team may see who drafted it. `review` and `decision` are those of a story.
    """

    __tablename__ = "faq_cards"
    __table_args__ = (Index("ix_faq_cards_state", "state"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    state: Mapped[FaqState] = mapped_column(words(FaqState))
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    named: Mapped[bool]
    note: Mapped[str | None] = mapped_column(Text)
    updated_at: Mapped[datetime]
    review: Mapped[list[Any]] = mapped_column(JSON)
    decision: Mapped[str | None] = mapped_column(String(255))
    decided_by: Mapped[str | None] = mapped_column(String(255))


class RoleRow(Base):
    """A role that an admin gave somebody, with the team it is for."""

    __tablename__ = "roles"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(words(Role))
    team: Mapped[str | None] = mapped_column(String(255))
    trained_on: Mapped[date | None]
    named_at: Mapped[datetime]


class HomeRow(Base):
    """A Home tab that somebody has opened, with the hash of what it shows."""

    __tablename__ = "homes"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    hash: Mapped[str] = mapped_column(String(255))
    is_admin: Mapped[bool]
    seen_at: Mapped[datetime]


class NoticeRow(Base):
    """Something that is said once for good."""

    __tablename__ = "notices"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    said_at: Mapped[datetime]


class RefusedTry(Base):
    """Something that somebody tried and may not do."""

    __tablename__ = "refused_tries"
    __table_args__ = (Index("ix_refused_tries_at", "at"),)

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    account: Mapped[str] = mapped_column(String(255))
    act: Mapped[Tried] = mapped_column(words(Tried))
    about: Mapped[str] = mapped_column(String(255))
    at: Mapped[datetime]


class GuideRow(Base):
    """What admins decided about a guide; `id` is made of its source.

    `decision` names the press that decided last, so that it can be repeated and a second one
    is told.
    """

    __tablename__ = "guide_rulings"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    reviewed_on: Mapped[date | None]
    left_out: Mapped[bool]
    decision: Mapped[str] = mapped_column(String(255))
    decided_by: Mapped[str | None] = mapped_column(String(255))
    decided_at: Mapped[datetime]
