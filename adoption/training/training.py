"""Training that people completed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Engine

from adoption.db.writes import replace, write_lock
from adoption.people.directory import person_of
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
