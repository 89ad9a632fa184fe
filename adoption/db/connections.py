"""Connections to PostgreSQL that need few round trips to the server.

SQLAlchemy can ask the server before each use of a connection whether it is still there, and wraps
what is read into a transaction: four round trips for one statement. Here a statement outside a
transaction is one. Whether the server is gone is seen on the connection itself, which it closes as
it ends; it is asked only where the connection rested so long that something between may have
dropped it.
"""

from __future__ import annotations

import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

# After so long at rest, the server is asked.
_RESTED_SECONDS = 30.0
# Connections at most; a statement is over in a moment, so those who want one wait for little. The
# one that was used last is taken first, so that few are opened.
_MOST = 10
_USED = "uptake_used_at"


def server_engine(url: str | URL, begins: bool = False) -> Engine:
    """An engine for a PostgreSQL server.

    Args:
        begins: whether statements are in a transaction, as SQLAlchemy has it; otherwise each
            outside of `begun` is one by itself, and what it writes is stored at once.
    """
    engine = create_engine(
        url,
        isolation_level="READ COMMITTED" if begins else "AUTOCOMMIT",
        pool_size=_MOST,
        max_overflow=0,
        pool_use_lifo=True,
        # Parameters are people's words: no error may carry them into a log.
        hide_parameters=True,
    )
    notice_ends(engine)
    return engine


def notice_ends(engine: Engine) -> None:
    """Has connections replaced before their use where the server has closed them.

    Each is looked at by itself, so one that breaks does not take the others with it.
    """

    def taken(connection: DBAPIConnection, entry: ConnectionPoolEntry, _: object) -> None:
        if not _may_be_gone(connection, entry):
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error

    def failed(context: ExceptionContext) -> None:
        context.invalidate_pool_on_disconnect = False

    event.listen(engine, "checkout", taken)
    event.listen(engine, "checkin", _rests)
    event.listen(engine, "handle_error", failed)


@contextmanager
def begun(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            connection.execution_options(isolation_level="READ COMMITTED")
        with connection.begin():
            yield connection


def _may_be_gone(connection: Any, entry: ConnectionPoolEntry) -> bool:
    """Whether the server has closed a connection, or said something, or was not heard for long."""
    if connection.closed:
        return True
    rested = time.monotonic() - entry.info.get(_USED, time.monotonic())
    return rested > _RESTED_SECONDS or _is_readable(connection.fileno())


def _is_readable(file: int) -> bool:
    poll = select.poll()
    poll.register(file, select.POLLIN)
    return bool(poll.poll(0))


def _rests(_: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
    entry.info[_USED] = time.monotonic()
