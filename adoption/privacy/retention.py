"""Forgets what is older than it may become: questions, what hangs on them, and people."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Table,
    and_,
    delete,
    exists,
    func,
    select,
)

from adoption.db.tables import METADATA
from adoption.people.programme_models import RefusedTry
from adoption.questions.models import Base, Interaction, Person

_QUESTION = "interaction_id"


def forget(engine: Engine, before: datetime, *, dry_run: bool = False) -> dict[str, int]:
    """Removes questions asked before a moment, with sources, thumbs and reasons under them.

    People go whom nothing tells of any more. Everything goes in one transaction.

    Args:
        dry_run: only counts.

    Returns:
        The number of rows of each table that go.
    """
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        gone = _forget(connection, before)
        if dry_run:
            connection.rollback()
        else:
            connection.commit()
    return gone


def _forget(connection: Connection, before: datetime) -> dict[str, int]:
    questions, people = _table(Interaction), _table(Person)
    old = select(questions.c.id).where(questions.c.asked_at < before)
    # What hangs on a question goes before it: afterwards nobody could tell that it did.
    conditions: list[tuple[Table, ColumnElement[bool]]] = [
        (table, table.c[_QUESTION].in_(old))
        for table in reversed(METADATA.sorted_tables)
        if table is not questions and _QUESTION in table.c
    ]
    conditions.append((questions, questions.c.asked_at < before))
    tries = _table(RefusedTry)
    conditions.append((tries, tries.c.at < before))
    gone = {table.name: _remove(connection, table, which) for table, which in conditions}
    unknown = and_(people.c.first_seen < before, ~_told_of(people))
    gone[people.name] = _remove(connection, people, unknown)
    return {name: count for name, count in gone.items() if count}


def _told_of(people: Table) -> ColumnElement[bool]:
    """Whether any row of any table points to a person."""
    told: ColumnElement[bool] = people.c.id.is_(None)
    for table in METADATA.sorted_tables:
        for column in table.c:
            if table is not people and column.references(people.c.id):
                told |= exists().where(column == people.c.id)
    return told


def _remove(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    count = connection.scalar(select(func.count()).select_from(table).where(which)) or 0
    connection.execute(delete(table).where(which))
    return count


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table
