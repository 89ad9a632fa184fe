"""What admins let AI tools log: each kind is switched on by somebody, or off."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, insert, select

from adoption.access.models import AllowedLogRow
from adoption.db.writes import write_lock


@dataclass(frozen=True)
class Allowed:
    """Who switched it on, and when; `by` is empty where they erased their data."""

    by: str
    at: datetime


class AllowedLogs:
    """Kinds of logs by their names; every write can be repeated."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, names: Collection[str], by: str, now: datetime) -> None:
        """Switches these on and all others off; what was on stays as it was switched on."""
        row = AllowedLogRow
        with write_lock(self._engine) as connection:
            connection.execute(delete(row).where(row.name.not_in(names)))
            on = set(connection.scalars(select(row.name)))
            for name in sorted(set(names) - on):
                new = {"name": name, "allowed_by": by, "allowed_at": now}
                connection.execute(insert(row).values(new))

    def all(self) -> dict[str, Allowed]:
        """What is on, by name."""
        query = select(AllowedLogRow.name, AllowedLogRow.allowed_by, AllowedLogRow.allowed_at)
        with self._engine.connect() as connection:
            return {name: Allowed(by or "", at) for name, by, at in connection.execute(query)}
