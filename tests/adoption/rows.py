"""Rows for any table of the record, made from its columns: a new table needs no new test."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    Enum,
    Float,
    Integer,
    LargeBinary,
    Table,
    Text,
    insert,
)

from adoption.db.base import UtcDateTime
from adoption.db.policies import PERSON_ID, QUESTION_ID
from adoption.tables import METADATA
from tests.adoption.factories import NOON

TEAM, WAVE = 1, "wave"
# Tables that others have a foreign key to, and the name of that key.
_PARENTS = {
    "pulse_rounds": "round_id",
    "training_courses": "course_id",
    "training_sessions": "session_id",
}


def add_person(connection: Connection, id: str, account: str | None) -> None:
    connection.execute(
        insert(METADATA.tables["people"]), {"id": id, "account": account, "first_seen": NOON}
    )


def add_team(connection: Connection) -> None:
    connection.execute(
        insert(METADATA.tables["teams"]), {"id": TEAM, "key": "team", "name": "Team"}
    )


def add_wave(connection: Connection) -> None:
    """A wave that nobody owns, for the rows that belong to one."""
    add_row(connection, METADATA.tables["waves"], 0, id=WAVE, owner=None)


def add_parents(connection: Connection) -> None:
    """Pulse rounds, courses and sessions, for the rows that belong to one."""
    for table, key in _PARENTS.items():
        for number in range(20):
            add_row(connection, METADATA.tables[table], number, id=f"{key}-{number}")


def add_row(connection: Connection, table: Table, number: int, **fields: Any) -> dict[str, Any]:
    """Inserts a row whose values are told apart by `number`; gives it."""
    row = {column.name: _value(column, number) for column in table.c} | fields
    if "id" in table.c and isinstance(table.c["id"].type, Integer) and "id" not in fields:
        del row["id"]
    connection.execute(insert(table), row)
    return row


def key_besides_person(table: Table, row: dict[str, Any]) -> tuple[Any, ...]:
    """What tells a person's rows of a table apart."""
    return tuple(row.get(c.name) for c in table.primary_key if c.name != PERSON_ID)


def _value(column: Column[Any], number: int) -> Any:
    kind = column.type
    if column.name == "team_id":
        return TEAM
    if column.name == QUESTION_ID:
        return f"C1:{number}"
    if column.name == "wave_id":
        return WAVE
    if isinstance(kind, Enum) and kind.enum_class is not None:
        members = list(kind.enum_class)
        return members[number % len(members)]
    for of, value in _VALUES:
        if isinstance(kind, of):
            return value(number)
    return f"{column.name}-{number}"[: getattr(kind, "length", None) or 60]


def _day(number: int) -> date:
    return date.fromordinal(NOON.date().toordinal() - number)


def _moment(number: int) -> datetime:
    return NOON


_VALUES: tuple[tuple[type, Any], ...] = (
    (UtcDateTime, _moment),
    (Date, _day),
    (Boolean, lambda number: True),
    (Integer, lambda number: number),
    (Float, float),
    (JSON, lambda number: []),
    (LargeBinary, lambda number: number.to_bytes(20, "big")),
    (Text, lambda number: f"text {number}"),
)
