"""Training: the catalogue, seats, messages, attendance, and what people completed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import Connection, Engine, select

from adoption.db.writes import replace, write_lock
from adoption.people.directory import person_of
from adoption.people.models import Person
from adoption.training.attendance import Attendance
from adoption.training.catalogue import Catalogue, Session
from adoption.training.learners import Learners
from adoption.training.models import Tier, TrainingRow
from adoption.training.notices import SeatNotices
from adoption.training.reminders import Reminders
from adoption.training.seats import Seats


class Training:
    """Everything about training in one record."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @cached_property
    def catalogue(self) -> Catalogue:
        """Courses and sessions."""
        return Catalogue(self._engine)

    @cached_property
    def seats(self) -> Seats:
        """Who has a seat in which session."""
        return Seats(self._engine)

    @cached_property
    def notices(self) -> SeatNotices:
        """What people are owed a message about."""
        return SeatNotices(self._engine)

    @cached_property
    def reminders(self) -> Reminders:
        """Whom to remind."""
        return Reminders(self._engine)

    @cached_property
    def attendance(self) -> Attendance:
        """Who came."""
        return Attendance(self._engine)

    @cached_property
    def learners(self) -> Learners:
        """What decides which courses are for somebody."""
        return Learners(self._engine)

    def next_for(self, account: str, now: datetime, roles: Collection[str] = ()) -> list[Session]:
        """The sessions to come that are for somebody, the next one first.

        Args:
            roles: those that they have beside that of the roster.
        """
        learner = self.learners.learner(account, roles)
        return [each for each in self.catalogue.sessions(now) if learner.fits(each.course)]

    def add(self, account: str, tier: Tier, done_on: date, now: datetime) -> None:
        """Stores that somebody completed a tier of training; the last day stored holds."""
        with write_lock(self._engine) as connection:
            person = person_of(connection, account, now)
            row = {"person_id": person, "tier": tier, "done_on": done_on}
            replace(connection, TrainingRow, [row])


def trained_on(connection: Connection, tier: Tier) -> dict[str, date]:
    """When each account completed a tier of training."""
    query = (
        select(Person.account, TrainingRow.done_on)
        .join(TrainingRow, TrainingRow.person_id == Person.id)
        .where(TrainingRow.tier == tier, Person.account.is_not(None))
    )
    return {account: day for account, day in connection.execute(query) if account}
