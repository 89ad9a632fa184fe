"""The table in which DBOS keeps its jobs, asked for what its own lists are too slow to say."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from dbos._dbos import _get_dbos_instance
from dbos._sys_db import SystemDatabase
from sqlalchemy import Engine, TextClause, text

from adoption.db.writes import Lock, lock

# The last character there is: what begins with a text sorts before the text with it.
_LAST = "\U0010ffff"
_INDEX = "uptake_jobs_by_id"


def table_in(schema: str | None) -> str:
    """What the table is called in SQL."""
    return f'"{schema}".workflow_status' if schema else "workflow_status"


def index_ids(database: SystemDatabase) -> None:
    """Has PostgreSQL find the ids that begin with a text, in whatever language it sorts."""
    if database._is_sqlite:
        return
    table = table_in(database.schema)
    with database.engine.begin() as connection:
        lock(connection, Lock.WORKER_TABLE)
        # Asked first, because making one holds up whoever writes.
        there = text("SELECT to_regclass(:name)")
        if connection.scalar(there, {"name": f'"{database.schema}".{_INDEX}'}) is None:
            make = f'CREATE INDEX {_INDEX} ON {table} (workflow_uuid COLLATE "C")'
            connection.execute(text(make))


def is_any(begins: Sequence[str]) -> bool:
    """Whether a job is stored whose id begins with one of these texts."""
    engine, table = _database()
    bounds = {f"low{n}": begin for n, begin in enumerate(begins)}
    bounds |= {f"high{n}": begin + _LAST for n, begin in enumerate(begins)}
    with engine.connect() as connection:
        query = _beginning(table, engine.dialect.name == "postgresql", len(begins))
        return connection.execute(query, bounds).first() is not None


@cache
def _beginning(table: str, is_server: bool, count: int) -> TextClause:
    id = 'workflow_uuid COLLATE "C"' if is_server else "workflow_uuid"
    begins = (f"({id} >= :low{n} AND {id} < :high{n})" for n in range(count))
    return text(f"SELECT 1 FROM {table} WHERE {' OR '.join(begins)} LIMIT 1")


def open_ids(name: str) -> list[str]:
    """The ids of the jobs of that name that wait for a worker or run."""
    engine, table = _database()
    query = _query(
        f"SELECT workflow_uuid FROM {table} "
        "WHERE status IN ('ENQUEUED', 'PENDING', 'DELAYED') AND name = :name"
    )
    with engine.connect() as connection:
        return list(connection.execute(query, {"name": name}).scalars())


def seconds_to_next(now: float) -> float | None:
    """In how many seconds the next delayed job is due, in any worker; None where none is.

    Args:
        now: seconds since 1970.
    """
    engine, table = _database()
    query = _query(f"SELECT min(delay_until_epoch_ms) FROM {table} WHERE status = 'DELAYED'")
    with engine.connect() as connection:
        due = connection.scalar(query)
    return None if due is None else max(due / 1000 - now, 0.0)


def _database() -> tuple[Engine, str]:
    database = _get_dbos_instance()._sys_db
    engine = database.engine
    if engine.dialect.name == "postgresql":
        # One round trip for a look-up, without one to begin and one to end a transaction.
        engine = engine.execution_options(isolation_level="AUTOCOMMIT")
    return engine, table_in(database.schema)


@cache
def _query(sql: str) -> TextClause:
    return text(sql)
