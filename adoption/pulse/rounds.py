"""Rounds of the pulse: planned, open for some days, then closed or cancelled.

    planned ──open──▶ open ──close──▶ closed
       └──── cancel ───┴──────▶ cancelled

There is one round at a time. Every change can be repeated, and of two at once one happens. When a
round ends, who was invited and who has answered is deleted, and groups in which too few people
answered become part of others.
"""

from __future__ import annotations

import hashlib
import random
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, delete, insert, or_, select, update

from adoption.db.writes import insert_new, write_lock
from adoption.people.directory import may_be_asked
from adoption.people.models import Member, Person
from adoption.privacy.groups import Minimum
from adoption.pulse.grouping import Cell, merged, nearest
from adoption.pulse.models import (
    PulseCommentRow,
    PulseGroupRow,
    PulseInvitationRow,
    PulseReceiptRow,
    PulseRoundRow,
    RoundState,
)
from adoption.pulse.receipts import key_check
from adoption.pulse.statements import ELEMENTS, HIGHEST, LOWEST
from adoption.rollout.membership import wave_name, with_waves

# From nine in the morning on the first day to five in the afternoon on the last.
_OPENS, _CLOSES = time(9), time(17)
_RUNNING = (RoundState.PLANNED, RoundState.OPEN)
_SCORES = range(LOWEST, HIGHEST + 1)


@dataclass(frozen=True)
class Plan:
    """When a round is.

    Attributes:
        first_on: its first day.
        days: how many days later it closes.
        every: weeks until the next round; 0 where there is none.
    """

    first_on: date
    days: int
    every: int = 0

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime, datetime]:
        """When it opens, when those who have not answered are reminded, and when it closes."""
        middle = self.first_on + timedelta(days=(self.days + 1) // 2)
        last = self.first_on + timedelta(days=self.days)
        return (
            datetime.combine(self.first_on, _OPENS, zone),
            datetime.combine(middle, _OPENS, zone),
            datetime.combine(last, _CLOSES, zone),
        )

    def next_after(self, today: date) -> Plan | None:
        """The round that follows, on `today` or later; None where none does."""
        if not self.every:
            return None
        weeks = max(1, -(-(today - self.first_on).days // (7 * self.every))) * self.every
        return Plan(self.first_on + timedelta(weeks=weeks), self.days, self.every)


@dataclass(frozen=True)
class Round:
    """A round as the record has it; `set_by` is the account of whoever planned it."""

    id: str
    state: RoundState
    first_on: date
    days: int
    every: int
    opens_at: datetime
    reminds_at: datetime
    closes_at: datetime
    is_invited: bool
    is_reminded: bool
    set_by: str

    @property
    def plan(self) -> Plan:
        """When it is."""
        return Plan(self.first_on, self.days, self.every)

    def wants_reminders(self, now: datetime) -> bool:
        """Whether those who have not answered are to be reminded."""
        return self.is_open_at(now) and now >= self.reminds_at and not self.is_reminded

    def is_open_at(self, now: datetime) -> bool:
        """Whether it takes answers at a moment."""
        return self.state is RoundState.OPEN and now < self.closes_at


_COLUMNS = [getattr(PulseRoundRow, each.name) for each in fields(Round)]


class PulseRounds:
    """Plans, opens and ends rounds.

    Args:
        secret: the part of the receipts' key that is not in the database.
    """

    def __init__(self, engine: Engine, secret: bytes) -> None:
        self._engine = engine
        self._secret = secret

    def running(self) -> Round | None:
        """The round that is planned or open, or None."""
        with self._engine.connect() as connection:
            return _running(connection)

    def get(self, id: str) -> Round | None:
        """One round, or None."""
        with self._engine.connect() as connection:
            return _get(connection, id)

    def plan(self, id: str, plan: Plan, zone: ZoneInfo, by: str) -> bool:
        """Plans a round; False where another one is planned or open.

        Raises:
            ValueError: it lasts less than a day.
        """
        if plan.days < 1:
            raise ValueError("A round of the pulse lasts a day at least.")
        opens, reminds, closes = plan.moments(zone)
        row = {
            "id": id,
            "state": RoundState.PLANNED,
            "first_on": plan.first_on,
            "days": plan.days,
            "every": plan.every,
            "opens_at": opens,
            "reminds_at": reminds,
            "closes_at": closes,
            "is_invited": False,
            "is_reminded": False,
            "set_by": by,
            "rounding": uuid.uuid4().hex,
        }
        with write_lock(self._engine) as connection:
            if _get(connection, id) is not None:
                return True
            return _running(connection) is None and insert_new(connection, PulseRoundRow, row)

    def open(self, id: str, minimum: Minimum, now: datetime, today: date) -> RoundState | None:
        """Opens a planned round that is due, for everybody on the roster who may be asked.

        Each person's group is decided here, and stays: it has twice the minimum, for if only the
        minimum was invited and answered, everybody did. A round that is due too late, or for too
        few people, is cancelled.

        Returns:
            The state afterwards; None where there is no such round.
        """
        with write_lock(self._engine) as connection:
            found = _get(connection, id)
            if found is None or found.state is not RoundState.PLANNED or now < found.opens_at:
                return found.state if found else None
            numbers = _invited(connection, minimum, today) if now < found.closes_at else {}
            if not numbers:
                _end(connection, id, RoundState.CANCELLED)
                return RoundState.CANCELLED
            _store_groups(connection, id, numbers)
            salt = secrets.token_hex(16)
            check = key_check(self._secret, salt)
            values = {"state": RoundState.OPEN, "salt": salt, "key_check": check}
            connection.execute(_change(id).values(values))
            return RoundState.OPEN

    def set_sent(self, id: str, *, reminders: bool) -> None:
        """Stores that invitations were sent, and reminders if they were, or are not to be sent."""
        values = {"is_invited": True} | ({"is_reminded": True} if reminders else {})
        with write_lock(self._engine) as connection:
            connection.execute(_change(id).values(values))

    def close(self, id: str, minimum: Minimum, now: datetime) -> bool:
        """Closes an open round that is over; True for one that is closed, also before."""
        with write_lock(self._engine) as connection:
            found = _get(connection, id)
            if found is None or found.state is not RoundState.OPEN or now < found.closes_at:
                return found is not None and found.state is RoundState.CLOSED
            _merge_groups(connection, id, minimum)
            _shuffle_comments(connection, id)
            _end(connection, id, RoundState.CLOSED)
            return True

    def cancel(self, id: str) -> bool:
        """Cancels a round, and deletes its answers; True for one that is cancelled, also before."""
        with write_lock(self._engine) as connection:
            found = _get(connection, id)
            if found is None or found.state not in _RUNNING:
                return found is not None and found.state is RoundState.CANCELLED
            for table in (PulseGroupRow, PulseCommentRow):
                connection.execute(delete(table).where(table.round_id == id))
            _end(connection, id, RoundState.CANCELLED)
            return True


def next_id(id: str) -> str:
    """The id of the round that follows a round."""
    return hashlib.blake2b(id.encode(), digest_size=16).hexdigest()


def no_counts() -> list[list[int]]:
    """How often each score was given to each statement, before anybody answers."""
    return [[0] * len(_SCORES) for _ in ELEMENTS]


def _get(connection: Connection, id: str) -> Round | None:
    row = connection.execute(select(*_COLUMNS).where(PulseRoundRow.id == id)).first()
    return None if row is None else Round(*row)


def _running(connection: Connection) -> Round | None:
    row = connection.execute(select(*_COLUMNS).where(PulseRoundRow.state.in_(_RUNNING))).first()
    return None if row is None else Round(*row)


def _change(id: str) -> Any:
    return update(PulseRoundRow).where(PulseRoundRow.id == id)


def _end(connection: Connection, id: str, state: RoundState) -> None:
    for table in (PulseReceiptRow, PulseInvitationRow):
        connection.execute(delete(table).where(table.round_id == id))
    connection.execute(_change(id).values(state=state, salt=None, key_check=None))


def _invited(connection: Connection, minimum: Minimum, today: date) -> dict[str, Cell]:
    """The group of each person who can be asked; nobody where they are too few."""
    query = (
        with_waves(select(Member.person_id, Member.team_id, wave_name()))
        .join(Person, Person.id == Member.person_id)
        .where(
            may_be_asked(today),
            or_(Member.eligible_since.is_(None), Member.eligible_since <= today),
        )
    )
    cells = {person: Cell(team, wave or None) for person, team, wave in connection.execute(query)}
    groups = merged(_sizes(cells.values()), minimum.doubled)
    return {person: groups[cell] for person, cell in cells.items() if cell in groups}


def _sizes(cells: Any) -> dict[Cell, int]:
    sizes: dict[Cell, int] = {}
    for cell in cells:
        sizes[cell] = sizes.get(cell, 0) + 1
    return sizes


def _store_groups(connection: Connection, id: str, groups: Mapping[str, Cell]) -> None:
    sizes = _sizes(groups.values())
    numbers = {cell: number for number, cell in enumerate(sizes, start=1)}
    rows = [_row(id, numbers[cell], cell, invited=size) for cell, size in sizes.items()]
    connection.execute(insert(PulseGroupRow), rows)
    invitations = [
        {"round_id": id, "person_id": person, "number": numbers[cell]}
        for person, cell in sorted(groups.items())
    ]
    connection.execute(insert(PulseInvitationRow), invitations)


def _row(id: str, number: int, cell: Cell, invited: int) -> dict[str, Any]:
    return {
        "round_id": id,
        "number": number,
        "team_id": cell.team,
        "wave": cell.wave,
        "invited": invited,
        "answered": 0,
        "counts": no_counts(),
    }


def _merge_groups(connection: Connection, id: str, minimum: Minimum) -> None:
    """Leaves only groups in which the minimum has answered."""
    own = PulseGroupRow.round_id == id
    found = connection.execute(select(*PulseGroupRow.__table__.c).where(own)).mappings().all()
    connection.execute(delete(PulseGroupRow).where(own))
    rows = merged_rows([dict(row) for row in found], minimum)
    if rows:
        connection.execute(insert(PulseGroupRow), rows)


def merged_rows(rows: Sequence[Mapping[str, Any]], minimum: Minimum) -> list[dict[str, Any]]:
    """Rows of groups, added up until in each the minimum has answered; none where too few have."""
    answered = {Cell(row["team_id"], row["wave"]): int(row["answered"]) for row in rows}
    groups = merged(answered, minimum)
    made: dict[Cell, dict[str, Any]] = {}
    for row in rows if groups else ():
        cell = Cell(row["team_id"], row["wave"])
        group = groups[cell] if cell in groups else nearest(cell, groups.values())
        sum = made.setdefault(group, _row(row["round_id"], len(made) + 1, group, 0))
        sum["invited"] += row["invited"]
        sum["answered"] += row["answered"]
        sum["counts"] = [
            [one + other for one, other in zip(*pair, strict=True)]
            for pair in zip(sum["counts"], row["counts"], strict=True)
        ]
    return list(made.values())


def _shuffle_comments(connection: Connection, id: str) -> None:
    """Writes the comments anew under other ids, all at once and in no order."""
    own = PulseCommentRow.round_id == id
    texts = list(connection.scalars(select(PulseCommentRow.text).where(own)))
    connection.execute(delete(PulseCommentRow).where(own))
    random.SystemRandom().shuffle(texts)
    rows = [{"id": secrets.token_hex(16), "round_id": id, "text": text} for text in texts]
    if rows:
        connection.execute(insert(PulseCommentRow), rows)
