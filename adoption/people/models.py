"""Tables of people: pseudonyms, the roster, roles, Home tabs opened, notices posted."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from adoption.db.base import Base
from adoption.db.policies import MENTIONS, about, everything


class Person(Base):
    """Someone who asked or pressed; `id` is a pseudonym, `account` the only tie to Slack."""

    __tablename__ = "people"
    __table_args__ = about("pseudonyms that stand for you")

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account: Mapped[str | None] = mapped_column(String(255), unique=True)
    first_seen: Mapped[datetime]


class Team(Base):
    """A team by a key that stays when its name changes."""

    __tablename__ = "teams"
    __table_args__ = about()

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(255))


class Handle(Base):
    """A name by which a source knows a person: an e-mail address or a login, in lower case."""

    __tablename__ = "handles"
    __table_args__ = about("addresses and logins that tools report you under", deletes=everything)

    handle: Mapped[str] = mapped_column(String(255), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)


class NameWord(Base):
    """A word of somebody's name as a hash, which is enough to redact it from a text."""

    __tablename__ = "name_words"
    __table_args__ = about()

    digest: Mapped[str] = mapped_column(String(32), primary_key=True)


class Member(Base):
    """A person on the roster; people count for the team they are in now."""

    __tablename__ = "members"
    __table_args__ = about("roster entries (team, wave, role and dates)")

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    wave: Mapped[str | None] = mapped_column(String(255))
    role: Mapped[str | None] = mapped_column(String(255))
    eligible_since: Mapped[date | None]
    left_on: Mapped[date | None]
    on_leave: Mapped[bool]
    part_time: Mapped[bool]


class Seat(Base):
    """A person's licence for a tool."""

    __tablename__ = "seats"
    __table_args__ = about("tools you have a seat for")

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    tool: Mapped[str] = mapped_column(String(255), primary_key=True)


class HomeViewRow(Base):
    """A Home tab that somebody has opened, with the hash of what it shows."""

    __tablename__ = "home_views"
    __table_args__ = about("notes on when you last opened Home", deletes=everything)

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(255))
    is_admin: Mapped[bool]
    opened_at: Mapped[datetime]


class NoticeRow(Base):
    """A message that is posted once for good; `key` may contain an account."""

    __tablename__ = "notices"
    __table_args__ = about("one-time messages you were sent")

    key: Mapped[str] = mapped_column(String(255), primary_key=True, info=MENTIONS)
    posted_at: Mapped[datetime]
