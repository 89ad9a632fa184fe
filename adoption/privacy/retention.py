"""Removes what is older than it may become: questions, what belongs to them, and people."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    MetaData,
    Table,
    and_,
    delete,
    exists,
    func,
    select,
)

from adoption.db.policies import PERSON_ID, QUESTION_ID, WITH_QUESTION, policy_of, tables_with
from adoption.db.writes import transaction

_PEOPLE, _QUESTIONS = "people", "interactions"


def forget(
    engine: Engine, metadata: MetaData, before: datetime, *, dry_run: bool = False
) -> dict[str, int]:
    """Removes the rows that each table's policy lets expire, in one transaction.

    Questions asked before the moment go with everything that belongs to them. People go of
    to whom no row belongs any more.

    Args:
        dry_run: only counts.

    Returns:
        The number of rows of each table that go.
    """
    with transaction(engine) as connection:
        gone = {
            table.name: _remove(connection, table, which)
            for table, which in _expired(metadata, before)
        }
        people = metadata.tables[_PEOPLE]
        unknown = and_(people.c.first_seen < before, ~_is_referenced(metadata, people))
        gone[people.name] = _remove(connection, people, unknown)
        if dry_run:
            connection.rollback()
    return {name: count for name, count in gone.items() if count}


def _expired(metadata: MetaData, before: datetime) -> list[tuple[Table, ColumnElement[bool]]]:
    questions = metadata.tables[_QUESTIONS]
    old = select(questions.c.id).where(questions.c.asked_at < before)
    found: list[tuple[Table, ColumnElement[bool]]] = []
    # What belongs to a question goes before it: afterwards it could not be found.
    for table in reversed(metadata.sorted_tables):
        expires = policy_of(table).expires
        if expires == WITH_QUESTION:
            found.insert(0, (table, table.c[QUESTION_ID].in_(old)))
        elif expires is not None:
            found.append((table, table.c[expires] < before))
    return found


def _is_referenced(metadata: MetaData, people: Table) -> ColumnElement[bool]:
    """Whether any row of any table belongs to a person."""
    used: ColumnElement[bool] = people.c.id.is_(None)
    for table in tables_with(metadata, PERSON_ID):
        used |= exists().where(table.c[PERSON_ID] == people.c.id)
    return used


def _remove(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    count = connection.scalar(select(func.count()).select_from(table).where(which)) or 0
    connection.execute(delete(table).where(which))
    return count
