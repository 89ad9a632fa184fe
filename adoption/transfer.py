"""Copies a whole record into another database, on SQLite or PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import Connection, Engine, Integer, Table, delete, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from adoption.db.connections import begun
from adoption.errors import RecordUnavailable
from adoption.tables import METADATA

_AT_ONCE = 500

Progress = Callable[[int, int, str], None]


class RecordNotEmpty(RecordUnavailable):
    """The database to copy to holds something already."""


def copy_record(
    source: Engine, target: Engine, *, replace: bool = False, progress: Progress | None = None
) -> dict[str, int]:
    """Copies every row, all or nothing; gives the number of rows of each table.

    The source is read as it is at one moment. What was copied is counted before
    the transaction ends.

    Args:
        replace: whether rows in the target go first.
        progress: is called with rows done, rows in all, and the table.

    Raises:
        RecordNotEmpty: the target holds rows, and `replace` is not set; nothing is changed.
        RecordUnavailable: reading or writing fails; nothing is changed.
    """
    report = progress or (lambda done, whole, name: None)
    try:
        with source.connect() as reading, begun(target) as writing:
            _one_moment(reading)
            _lock_tables(writing)
            if replace:
                for table in reversed(METADATA.sorted_tables):
                    writing.execute(delete(table))
            elif any(_counts(writing).values()):
                raise RecordNotEmpty(
                    f"The record at {target.url.render_as_string()} is not empty. "
                    "Name an empty database, or replace what is there."
                )
            counts = _counts(reading)
            _copy(reading, writing, counts, report)
            if _counts(writing) != counts:
                raise RecordUnavailable("Not every row arrived. Nothing was changed; try again.")
            return counts
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise RecordUnavailable(
            f"The record could not be copied ({type(cause).__name__}). Nothing was changed. "
            "Check that both databases can be reached and have space."
        ) from error


def _copy(
    reading: Connection, writing: Connection, counts: dict[str, int], report: Progress
) -> None:
    done, whole = 0, sum(counts.values())
    for table in METADATA.sorted_tables:
        for rows in _rows(reading, table):
            writing.execute(insert(table), rows)
            done += len(rows)
            report(done, whole, table.name)
        _move_sequence(writing, table)


def _rows(reading: Connection, table: Table) -> Iterator[list[dict[str, object]]]:
    found = reading.execution_options(yield_per=_AT_ONCE).execute(select(table))
    for part in found.mappings().partitions(_AT_ONCE):
        yield [dict(row) for row in part]


def _counts(connection: Connection) -> dict[str, int]:
    return {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in METADATA.sorted_tables
    }


def _one_moment(reading: Connection) -> None:
    if reading.dialect.name == "sqlite":
        reading.exec_driver_sql("BEGIN")
    else:
        reading.execution_options(isolation_level="REPEATABLE READ")


def _lock_tables(writing: Connection) -> None:
    if writing.dialect.name == "sqlite":
        writing.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        names = ", ".join(table.name for table in METADATA.sorted_tables)
        writing.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))


def _move_sequence(writing: Connection, table: Table) -> None:
    """Has PostgreSQL number new rows after the copied ones."""
    column = table.autoincrement_column
    if column is None or writing.dialect.name == "sqlite":
        return
    if not isinstance(column.type, Integer):
        return
    sequence = text("SELECT pg_get_serial_sequence(:table, :column)")
    name = writing.scalar(sequence, {"table": table.name, "column": column.name})
    if name is not None:
        highest = writing.scalar(select(func.max(column)))
        writing.execute(
            text("SELECT setval(:name, :value, :called)"),
            {"name": name, "value": highest or 1, "called": highest is not None},
        )
