"""The communication calendar of a wave: six weeks before its go-live to six weeks after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select, update

from adoption.db.writes import insert_new, write_lock
from adoption.rollout.models import MessageKind, WaveMessageRow, WaveRow, WaveState
from adoption.rollout.wave import Wave

# Weeks from the go-live. Source: the playbook's calendar (`communication`), with its weekly
# message in the first and the fourth week.
WEEKS: Mapping[MessageKind, int] = {
    MessageKind.WHY: -6,
    MessageKind.TEAM: -4,
    MessageKind.PREPARE: -1,
    MessageKind.LAUNCH: 0,
    MessageKind.FIRST_WEEK: 1,
    MessageKind.TWO_WEEKS: 2,
    MessageKind.CHANGES: 4,
    MessageKind.SIX_WEEKS: 6,
}
# What is later than this is not worth sending any more; the calendar shows that it was missed.
LATEST_DAYS = 14


@dataclass(frozen=True)
class WaveMessage:
    """A message of a wave's calendar.

    Attributes:
        owner: the account of whoever sends it; empty where nobody does.
        reminded_for: the due day for which its owner was reminded.
    """

    kind: MessageKind
    due_on: date
    owner: str = ""
    reminded_for: date | None = None
    sent_at: datetime | None = None

    def needs_reminder(self, today: date, state: WaveState) -> bool:
        """Whether its owner is to be reminded, once for each due day.

        What comes with or after the go-live waits until the wave is live.
        """
        waits = state is WaveState.PLANNED and WEEKS[self.kind] >= 0
        late = (today - self.due_on).days
        is_open = self.sent_at is None and self.reminded_for != self.due_on
        return is_open and not waits and 0 <= late <= LATEST_DAYS


def due_on(kind: MessageKind, go_live: date) -> date:
    """The day on which a message is due."""
    return go_live + timedelta(weeks=WEEKS[kind])


class WaveCalendar:
    """Stores who sends the messages of the waves, and what became of them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, wave: Wave) -> list[WaveMessage]:
        """The messages of a wave's calendar, in order; the wave's owner sends what nobody does."""
        query = select(
            WaveMessageRow.kind,
            WaveMessageRow.owner,
            WaveMessageRow.reminded_for,
            WaveMessageRow.sent_at,
        ).where(WaveMessageRow.wave_id == wave.id)
        with self._engine.connect() as connection:
            stored = {row.kind: row for row in connection.execute(query)}
        made = []
        for kind in MessageKind:
            row, due = stored.get(kind), due_on(kind, wave.plan.go_live)
            owner = (row.owner if row else "") or wave.plan.owner
            made.append(
                WaveMessage(kind, due, owner, row.reminded_for, row.sent_at)
                if row
                else WaveMessage(kind, due, owner)
            )
        return made

    def set_owners(self, id: str, owners: Mapping[MessageKind, str]) -> None:
        """Stores who sends which message; an empty account leaves it to the wave's owner."""
        for kind, owner in owners.items():
            self._set_message(id, kind, {"owner": owner or None})

    def set_reminded(self, id: str, kind: MessageKind, due: date) -> None:
        """Stores that a message's owner was reminded for a day."""
        self._set_message(id, kind, {"reminded_for": due})

    def set_sent(self, id: str, kind: MessageKind, now: datetime) -> None:
        """Stores that a message was sent; the first time counts."""
        self._set_message(id, kind, {"sent_at": now}, only_new=True)

    def _set_message(
        self, id: str, kind: MessageKind, values: Mapping[str, Any], only_new: bool = False
    ) -> None:
        with write_lock(self._engine) as connection:
            if connection.scalar(select(WaveRow.id).where(WaveRow.id == id)) is None:
                return
            insert_new(connection, WaveMessageRow, {"wave_id": id, "kind": kind})
            own = (WaveMessageRow.wave_id == id) & (WaveMessageRow.kind == kind)
            if only_new:
                own &= WaveMessageRow.sent_at.is_(None)
            connection.execute(update(WaveMessageRow).where(own).values(dict(values)))
