"""Writes to the record: the write lock, upserts, and what a batch of them did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum, unique
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from adoption.db.base import Base
from adoption.db.connections import begun
from adoption.db.texts import storable

# How many keys one query names: far under the limit of either database.
CHUNK = 2000
T = TypeVar("T")


@unique
class Lock(IntEnum):
    """PostgreSQL's advisory locks of the database: any numbers do, as long as they differ.

    Jobs and the index share the database, so their locks are here as well.
    """

    MIGRATION = 7_261_001
    WRITES = 7_261_002
    MODEL_BUDGET = 7_261_003
    INDEX = 7_261_004
    WORKER_TABLE = 7_261_005
    TAKEOVER = 7_261_006
    TURNS = 7_261_007


@dataclass(frozen=True)
class StoreCounts:
    """What a batch did: rows that are new, that changed, and that were there already."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: StoreCounts) -> StoreCounts:
        return StoreCounts(
            self.new + other.new,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
        )


def lock(connection: Connection, name: Lock) -> None:
    """Makes the transaction of a connection the only one that holds this lock.

    SQLite has one writer at a time, whatever the lock is called.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": int(name)})


@contextmanager
def write_lock(engine: Engine, name: Lock = Lock.WRITES) -> Iterator[Connection]:
    """A transaction that is the only one to write under this lock.

    A batch reads what is there and writes the difference; two at once would count twice.
    """
    with begun(engine) as connection:
        lock(connection, name)
        yield connection


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """A transaction that runs beside others on PostgreSQL; SQLite has one writer at a time."""
    with begun(engine) as connection:
        if engine.dialect.name == "sqlite":
            # Taking the write lock first makes read-then-write one step for every writer.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection


def upsert(connection: Connection, table: type[Base]) -> SqliteInsert | PostgresqlInsert:
    """An insert in the dialect of the connection, which knows `on_conflict_…`."""
    sqlite = connection.dialect.name == "sqlite"
    return sqlite_insert(table) if sqlite else postgresql_insert(table)


def insert_new(connection: Connection, table: type[Base], row: Mapping[str, Any]) -> bool:
    """Inserts a row unless its key is taken, also by someone who writes at this moment."""
    keys = inspect(table).primary_key
    done = upsert(connection, table).values(dict(row)).on_conflict_do_nothing().returning(*keys)
    return connection.execute(done).first() is not None


def insert_all_new(
    connection: Connection, table: type[Base], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Inserts those rows whose key is not taken."""
    if rows:
        insert = upsert(connection, table).on_conflict_do_nothing()
        connection.execute(insert, [dict(row) for row in rows])


def replace(
    connection: Connection,
    table: type[Base],
    rows: Sequence[Mapping[str, Any]],
    newer_by: str | None = None,
) -> None:
    """Inserts rows; a row under a key that is taken gets the new values.

    Args:
        newer_by: a column of moments: a row that is newer than what is to be written stays.
    """
    if not rows:
        return
    keys = [column.name for column in inspect(table).primary_key]
    insert = upsert(connection, table)
    renewed = {name: insert.excluded[name] for name in rows[0] if name not in keys}
    where = None
    if newer_by is not None:
        where = getattr(table, newer_by) <= insert.excluded[newer_by]
    done = insert.on_conflict_do_update(index_elements=keys, set_=renewed, where=where)
    connection.execute(done, [_storable(row) for row in rows])


def chunks(things: Iterable[T]) -> Iterator[list[T]]:
    """Things in parts that one query can name."""
    things = list(things)
    for start in range(0, len(things), CHUNK):
        yield things[start : start + CHUNK]


def _storable(row: Mapping[str, Any]) -> dict[str, Any]:
    return {k: storable(v) if type(v) is str else v for k, v in row.items()}
