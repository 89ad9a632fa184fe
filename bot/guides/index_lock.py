"""One writer to a shared index at a time, over all machines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from adoption.db.writes import Lock
from adoption.errors import RecordUnavailable
from bot.settings import Settings


@contextmanager
def index_lock(settings: Settings) -> Iterator[None]:
    """Waits until nobody else writes to a shared index; on one machine the index's own lock does.

    Raises:
        RecordUnavailable: the database does not answer.
    """
    if not settings.shared:
        yield
        return
    engine = create_engine(settings.record_url)
    try:
        connection = engine.connect()
        connection.execute(text("SELECT pg_advisory_lock(:n)"), {"n": int(Lock.INDEX)})
    except SQLAlchemyError as error:
        engine.dispose()
        raise RecordUnavailable(
            f"The database at {engine.url.render_as_string()} does not answer. "
            "Check UPTAKE_DATABASE_URL and that it runs."
        ) from error
    try:
        yield
    finally:
        # The lock is released with the connection.
        connection.close()
        engine.dispose()
