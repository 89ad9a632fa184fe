"""Reminders of a session, a day and an hour before, by the clocks of whoever has a seat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select

from adoption.people.models import Person
from adoption.training.catalogue import Session, session_in
from adoption.training.models import SeatRow, SeatState, SessionRow

_HOUR, _TOO_LATE = timedelta(hours=1), timedelta(hours=2)
# The day before may be no working day, nor those before it.
_LONGEST = timedelta(days=15)
# When somebody in a zone is reminded first, from the same time a day before the session.
FirstAt = Callable[[datetime, ZoneInfo], datetime]


@dataclass(frozen=True)
class Reminder:
    """A reminder of a session.

    Attributes:
        sequence: of the session; once it is moved, people are reminded anew.
        is_last: whether it is the one an hour before; otherwise it comes a day before.
        zone: the one in which the person was told the time.
    """

    session: str
    account: str
    sequence: int
    is_last: bool
    zone: str = "UTC"

    @property
    def key(self) -> str:
        """Names the reminder for good."""
        kind = "hour" if self.is_last else "day"
        return f"{self.session}:{self.account}:{self.sequence}:{kind}"


class Reminders:
    """Reads whom to remind."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def due(self, now: datetime, first_at: FirstAt) -> list[Reminder]:
        """The reminders whose time has come, and whose session has not begun.

        Args:
            first_at: moves a moment into somebody's working hours, on its day or before it.
        """
        return list(self._due(now, first_at))

    def _due(self, now: datetime, first_at: FirstAt) -> Iterator[Reminder]:
        query = (
            select(
                SeatRow.session_id,
                Person.account,
                SeatRow.zone,
                SeatRow.told_at,
                SessionRow.starts_at,
                SessionRow.sequence,
            )
            .join(Person, Person.id == SeatRow.person_id)
            .join(SessionRow, SessionRow.id == SeatRow.session_id)
            .where(SeatRow.state == SeatState.CONFIRMED, Person.account.is_not(None))
            .where(SeatRow.told_sequence == SessionRow.sequence)
            .where(SessionRow.starts_at > now, SessionRow.starts_at <= now + _LONGEST)
            .order_by(SessionRow.starts_at, SeatRow.pressed_at)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        for id, account, zone, told_at, starts_at, sequence in rows:
            own = ZoneInfo(zone or "UTC")
            first = first_at(day_before(starts_at, own), own)
            is_last = due_reminder(starts_at, first, told_at, now)
            if is_last is not None:
                yield Reminder(id, str(account), sequence, is_last, own.key)

    def session_of(self, reminder: Reminder, now: datetime) -> Session | None:
        """The session of a reminder; None where it was moved, has begun, or the seat is gone."""
        query = (
            select(SeatRow.state)
            .join(Person, Person.id == SeatRow.person_id)
            .where(SeatRow.session_id == reminder.session, Person.account == reminder.account)
        )
        with self._engine.connect() as connection:
            state = connection.scalar(query)
            session = session_in(connection, reminder.session)
        if session is None or state is not SeatState.CONFIRMED:
            return None
        is_planned = session.sequence == reminder.sequence and session.starts_at > now
        return session if is_planned else None


def due_reminder(
    starts_at: datetime, first: datetime, told_at: datetime | None, now: datetime
) -> bool | None:
    """Which reminder is due: the last one (True), the first one (False) or none.

    Nobody is reminded of what they were told of since the reminder's time.

    Args:
        first: when the first one is due.
        told_at: when the person was told of the session last.
    """
    last = starts_at - _HOUR
    is_last = last <= now < starts_at
    if not is_last and not first <= now < starts_at - _TOO_LATE:
        return None
    is_news = told_at is None or told_at >= (last if is_last else first)
    return None if is_news else is_last


def day_before(moment: datetime, zone: ZoneInfo) -> datetime:
    """The same time a day before by the clocks of a zone, also where they are set; UTC."""
    return (moment.astimezone(zone) - timedelta(days=1)).astimezone(UTC)
