"""The tables of nudges: campaigns, who was picked for them, and who wants none."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from adoption.db.base import Base, words
from adoption.db.policies import ACCOUNT, about


class NudgeState(StrEnum):
    """What became of somebody who was picked."""

    PLANNED = "planned"
    HELD_OUT = "held out"
    SENT = "sent"
    SKIPPED = "skipped"


class Excluded(StrEnum):
    """Why somebody gets no message, before a campaign is approved or after it."""

    NOT_IN_SLACK = "not in Slack"
    OPTED_OUT = "wants no reminders"
    ON_LEAVE = "on leave"
    PART_TIME = "part-time"
    NEW = "new"
    RECENT = "picked lately"
    NO_REACTION = "no reaction"
    UNKNOWN = "use unknown"
    NO_TOOL = "has the tool no more"
    USED = "used the tool"
    STOPPED = "campaign stopped"
    LATE = "too late"
    REFUSED = "refused by Slack"


class Reaction(StrEnum):
    """What somebody pressed in their message."""

    WILL_TRY = "will try"
    NO_MORE = "no more"


class CampaignRow(Base):
    """Messages about one tool that an admin approved; `holdout` is the share that gets none."""

    __tablename__ = "nudge_campaigns"
    __table_args__ = about("reminders about a tool that you approved", expires="approved_at")

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    tool: Mapped[str] = mapped_column(String(255))
    holdout: Mapped[float]
    approved_by: Mapped[str] = mapped_column(String(255), info=ACCOUNT)
    approved_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]


def _unsent(table: Table) -> ColumnElement[bool]:
    """Messages that wait to be sent: somebody who erases their data gets none."""
    return table.c.state == NudgeState.PLANNED


class NudgeRow(Base):
    """Somebody who was picked for a campaign; `due_at` is when their message is due, or would be.

    `campaign_id` refers to a campaign that may have expired before it.
    """

    __tablename__ = "nudges"
    __table_args__ = (
        Index("ix_nudges_person_id_due_at", "person_id", "due_at"),
        about(
            "reminders about a tool that were planned for you", deletes=_unsent, expires="due_at"
        ),
    )

    campaign_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    state: Mapped[NudgeState] = mapped_column(words(NudgeState))
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    skipped_for: Mapped[Excluded | None] = mapped_column(words(Excluded))
    reaction: Mapped[Reaction | None] = mapped_column(words(Reaction))


class NudgeOptOutRow(Base):
    """Somebody who wants no reminders about tools."""

    __tablename__ = "nudge_opt_outs"
    __table_args__ = about("requests for no reminders about tools")

    account: Mapped[str] = mapped_column(String(255), primary_key=True, info=ACCOUNT)
    since: Mapped[datetime]
