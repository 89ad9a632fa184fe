"""The table of submissions: stories and FAQ entries, from draft to published."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from adoption.db.base import Base, words
from adoption.db.policies import ACCOUNT, about


class Kind(StrEnum):
    """What a submission is."""

    STORY = "story"
    FAQ = "faq"


class State(StrEnum):
    """How far a submission has come."""

    DRAFT = "draft"
    AWAITING = "awaiting review"
    CHANGES = "changes requested"
    DECLINED = "declined"
    PUBLISHED = "published"


def _personal(table: Table) -> ColumnElement[bool]:
    """Every story, and what was not published: an approved FAQ entry is the programme's."""
    return (table.c.kind == Kind.STORY) | (table.c.state != State.PUBLISHED)


class SubmissionRow(Base):
    """A story or a FAQ entry with what its author wrote, and how far it has come.

    `fields` has the fields of the kind's schema. `review_messages` lists channel and ts of the
    messages that ask admins to decide. `decision_key` names the press that decided, so that the
    same press can be repeated and a second one learns that it came too late. `channel`, `ts` and
    `link` are the message it was posted as.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        Index("ix_submissions_kind_state", "kind", "state"),
        Index("ix_submissions_message", "channel", "ts"),
        about("stories and FAQ entries you submitted", deletes=_personal),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[Kind] = mapped_column(words(Kind))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    state: Mapped[State] = mapped_column(words(State))
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    # Whether the programme team may see who wrote it.
    named: Mapped[bool]
    note: Mapped[str | None] = mapped_column(Text)
    updated_at: Mapped[datetime]
    review_messages: Mapped[list[Any]] = mapped_column(JSON)
    decision_key: Mapped[str | None] = mapped_column(String(255))
    decided_by: Mapped[str | None] = mapped_column(String(255), info=ACCOUNT)
    channel: Mapped[str | None] = mapped_column(String(64))
    ts: Mapped[str | None] = mapped_column(String(32))
    link: Mapped[str | None] = mapped_column(Text)
    reactions: Mapped[int]
