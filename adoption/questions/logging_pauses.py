"""Who wants none of their questions logged."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, delete, select

from adoption.db.writes import insert_new, write_lock
from adoption.questions.models import LoggingPause


class LoggingPauses:
    """The accounts that paused logging."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def is_paused(self, account: str) -> bool:
        """Whether somebody wants none of their questions logged."""
        with self._engine.connect() as connection:
            return is_paused(connection, account)

    def pause(self, account: str, since: datetime) -> None:
        """Stops logging somebody's questions from now on."""
        with write_lock(self._engine) as connection:
            insert_new(connection, LoggingPause, {"account": account, "since": since})

    def resume(self, account: str) -> None:
        """Logs somebody's questions again."""
        with write_lock(self._engine) as connection:
            connection.execute(delete(LoggingPause).where(LoggingPause.account == account))


def is_paused(connection: Connection, account: str) -> bool:
    """As `LoggingPauses.is_paused`, in a transaction of the caller's."""
    query = select(LoggingPause.since).where(LoggingPause.account == account)
    return connection.scalar(query) is not None
