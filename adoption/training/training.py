"""Training that people completed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, Engine, select

from adoption.db.writes import replace, write_lock
from adoption.people.directory import person_of
from adoption.people.models import Person
from adoption.training.models import Tier, TrainingRow


class Training:
    """The tiers of training that people completed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

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
