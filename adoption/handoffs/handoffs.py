"""Questions handed over to a person: who asked, who took them, when they were solved."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, select, update

from adoption.db.writes import insert_new, write_lock
from adoption.handoffs.models import HandoffRow
from adoption.people.directory import person_of
from adoption.people.models import Person


@dataclass(frozen=True)
class Handoff:
    """A question handed over to a person.

    Attributes:
        account: who asked; None where they erased their data.
        channel, ts: the message that helpers see it in; None until it is posted.
        offers: how often it has been offered.
        reply_ts: the newest reply that the asker got; None before there is one.
    """

    interaction_id: str
    account: str | None
    asked_at: datetime
    asked_channel: str
    asked_thread: str
    channel: str | None
    ts: str | None
    offers: int
    offered_at: datetime
    taken_by: str | None
    solved_by: str | None
    solved_at: datetime | None
    reply_ts: str | None
    answered_at: datetime | None = None


_COLUMNS = [
    Person.account if name == "account" else getattr(HandoffRow, name)
    for name in Handoff.__dataclass_fields__
]


class Handoffs:
    """Stores hand-offs; of two people who take or solve one at once, one does."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open(
        self,
        interaction_id: str,
        account: str,
        at: datetime,
        asked: tuple[str, str],
        target: str | None = None,
    ) -> bool:
        """Stores a hand-off; False if there is one for this question already.

        Args:
            asked: channel and thread it was asked in.
            target: the channel or person it goes to.
        """
        with write_lock(self._engine) as connection:
            row = {
                "interaction_id": interaction_id,
                "person_id": person_of(connection, account, at),
                "asked_at": at,
                "asked_channel": asked[0],
                "asked_thread": asked[1],
                "channel": target,
                "offers": 1,
                "offered_at": at,
            }
            return insert_new(connection, HandoffRow, row)

    def set_message(self, interaction_id: str, channel: str, ts: str) -> None:
        """Stores the message that helpers see a hand-off in."""
        self._change(interaction_id, channel=channel, ts=ts)

    def set_offered(self, interaction_id: str, offers: int, at: datetime) -> None:
        """Stores that a hand-off was offered for the `offers`-th time."""
        self._change(interaction_id, offers=offers, offered_at=at)

    def take(self, interaction_id: str, helper: str, at: datetime) -> bool:
        """Gives a hand-off to a helper; False if somebody else has it, or it is solved."""
        taken = update(HandoffRow).where(
            HandoffRow.interaction_id == interaction_id,
            HandoffRow.solved_at.is_(None),
            (HandoffRow.taken_by.is_(None)) | (HandoffRow.taken_by == helper),
        )
        with write_lock(self._engine) as connection:
            values = {"taken_by": helper, "taken_at": func.coalesce(HandoffRow.taken_at, at)}
            return connection.execute(taken.values(values)).rowcount > 0

    def solve(self, interaction_id: str, by: str, at: datetime) -> bool:
        """Stores that a hand-off is solved; False if somebody else had said so."""
        solved = update(HandoffRow).where(
            HandoffRow.interaction_id == interaction_id,
            (HandoffRow.solved_at.is_(None)) | (HandoffRow.solved_by == by),
        )
        values = {
            "solved_by": by,
            "solved_at": func.coalesce(HandoffRow.solved_at, at),
            "answered_at": func.coalesce(HandoffRow.answered_at, at),
        }
        with write_lock(self._engine) as connection:
            return connection.execute(solved.values(values)).rowcount > 0

    def set_reply(self, interaction_id: str, ts: str, at: datetime) -> None:
        """Stores a helper's reply: when the first came, and which is the newest."""
        handoff = HandoffRow.interaction_id == interaction_id
        newest = (HandoffRow.reply_ts.is_(None)) | (HandoffRow.reply_ts < ts)
        answered_at = func.coalesce(HandoffRow.answered_at, at)
        with write_lock(self._engine) as connection:
            connection.execute(update(HandoffRow).where(handoff).values(answered_at=answered_at))
            connection.execute(update(HandoffRow).where(handoff, newest).values(reply_ts=ts))

    def get(self, interaction_id: str) -> Handoff | None:
        """The hand-off of a question, or None."""
        return next(iter(self._found(HandoffRow.interaction_id == interaction_id)), None)

    def at_message(self, channel: str, ts: str) -> Handoff | None:
        """The hand-off whose message is there, or None."""
        return next(iter(self._found(HandoffRow.channel == channel, HandoffRow.ts == ts)), None)

    def is_on_its_way(self, targets: Collection[str]) -> bool:
        """Whether a hand-off goes to one of these, who may see it before its message is known."""
        return bool(self._found(HandoffRow.ts.is_(None), HandoffRow.channel.in_(targets)))

    def waiting(self, offered_before: datetime, fewer_than: int) -> Sequence[Handoff]:
        """Hand-offs nobody has taken, last offered before a moment, fewer times than so many."""
        return self._found(
            HandoffRow.taken_by.is_(None),
            HandoffRow.solved_at.is_(None),
            HandoffRow.offered_at <= offered_before,
            HandoffRow.offers < fewer_than,
        )

    def open_of(self, account: str) -> Sequence[Handoff]:
        """Somebody's hand-offs that have no answer yet, the one offered first first."""
        return self._found(
            Person.account == account,
            HandoffRow.answered_at.is_(None),
            HandoffRow.solved_at.is_(None),
        )

    def _found(self, *conditions: Any) -> list[Handoff]:
        query = select(*_COLUMNS).join(Person, Person.id == HandoffRow.person_id).where(*conditions)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(HandoffRow.offered_at)).all()
        return [Handoff(*row) for row in rows]

    def _change(self, interaction_id: str, **values: Any) -> None:
        changed = update(HandoffRow).where(HandoffRow.interaction_id == interaction_id)
        with write_lock(self._engine) as connection:
            connection.execute(changed.values(**values))
