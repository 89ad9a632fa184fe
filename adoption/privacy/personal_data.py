"""What the record holds about one person: counted, exported, erased as table policies say."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    Table,
    Text,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from adoption.db.policies import (
    PERSON_ID,
    QUESTION_ID,
    account_columns,
    mention_columns,
    policy_of,
    tables_with,
)
from adoption.db.writes import insert_new, write_lock
from adoption.people.directory import find_people, plain
from adoption.people.erased import ERASED
from adoption.people.merge import move_rows
from adoption.people.models import Person

# Stands for a place, or for somebody, that is not known any more.
NOBODY = ""
_PEOPLE, _QUESTIONS = "people", "interactions"
_CONSENTS = ("named", "consent")
# What someone set for themselves outlives an erasure: nothing new may be stored.
_OUTLIVES = ("logging_pauses", "nudge_opt_outs")


@dataclass(frozen=True)
class PersonalSummary:
    """What is stored about somebody, in numbers.

    Attributes:
        since: when they were first seen; None where nothing is stored under a pseudonym.
        counts: how many rows of each kind are about them, by the kind in plain words.
    """

    since: datetime | None
    counts: Mapping[str, int]


class PersonalData:
    """Reads and erases what is about a person, whatever tables there are.

    Args:
        on_questions_erased: deletes what else was made of a person's questions, given their ids.
    """

    def __init__(
        self,
        engine: Engine,
        metadata: MetaData,
        on_questions_erased: Callable[[Connection, Sequence[str]], None],
    ) -> None:
        self._engine = engine
        self._metadata = metadata
        self._on_questions_erased = on_questions_erased

    def summary(self, account: str) -> PersonalSummary:
        """What is stored about somebody, in numbers."""
        people = self._metadata.tables[_PEOPLE]
        with self._engine.connect() as connection:
            person = _person(connection, account)
            since = connection.scalar(select(people.c.first_seen).where(people.c.id == person))
            counts = {
                policy_of(table).words: _count(connection, table, which)
                for table, which in self._rows_of(connection, account)
                if table is not people
            }
        return PersonalSummary(since, {words: n for words, n in counts.items() if n})

    def export(self, account: str) -> dict[str, Any]:
        """Everything that is stored about somebody, by table, as JSON can hold it."""
        with self._engine.connect() as connection:
            found = {
                table.name: _rows(connection, table, which)
                for table, which in self._rows_of(connection, account)
            }
        return {name: rows for name, rows in found.items() if rows}

    def erase(self, account: str) -> bool:
        """Erases everything about somebody, their words above all; False if there was nothing.

        What is counted stays (that a question was asked, when, and how it ended), under a
        pseudonym that nothing ties to a person any more: what they did in Slack, under one with
        that of everybody else who erased. A pause of logging stays.
        """
        with write_lock(self._engine) as connection:
            person = _person(connection, account)
            # Also whoever has never asked anything may have pressed something.
            was_named = self._remove_account(connection, account)
            if person is not None:
                self._erase_person(connection, person)
        return person is not None or was_named

    def _rows_of(
        self, connection: Connection, account: str
    ) -> Iterator[tuple[Table, ColumnElement[bool]]]:
        """Each table that may be about somebody, with the condition for the rows that are."""
        # Whoever has pressed something and never asked has no row of people.
        person = _person(connection, account) or NOBODY
        questions = self._metadata.tables[_QUESTIONS]
        asked = select(questions.c.id).where(questions.c[PERSON_ID] == person)
        for table in self._metadata.sorted_tables:
            which: list[ColumnElement[bool]] = _named(table, account)
            if table.name == _PEOPLE:
                which.append(table.c.id == person)
            if PERSON_ID in table.c:
                which.append(table.c[PERSON_ID] == person)
            elif QUESTION_ID in table.c:
                which.append(table.c[QUESTION_ID].in_(asked))
            if which:
                yield table, or_(*which)

    def _remove_account(self, connection: Connection, account: str) -> bool:
        """Takes somebody's account out of every column that holds one; whether any did."""
        found = 0
        for column in account_columns(self._metadata):
            table = column.table
            if isinstance(table, Table) and table.name not in _OUTLIVES:
                values = {each.name: _nothing(each) for each in table.c if "words" in each.info}
                gone = update(table).where(column.in_(_names(account)))
                gone = gone.values(values | {column.name: _nothing(column)})
                found += connection.execute(gone).rowcount
        for column in mention_columns(self._metadata):
            if isinstance(column.table, Table):
                named = column.contains(account, autoescape=True)
                found += connection.execute(delete(column.table).where(named)).rowcount
        return bool(found)

    def _erase_person(self, connection: Connection, person: str) -> None:
        questions = self._metadata.tables[_QUESTIONS]
        query = select(questions.c.id).where(questions.c[PERSON_ID] == person)
        asked = list(connection.scalars(query))
        self._on_questions_erased(connection, asked)
        for id in asked:
            self._rename(connection, id, f"erased:{uuid.uuid4().hex}")
        for table in reversed(tables_with(self._metadata, PERSON_ID)):
            own = table.c[PERSON_ID] == person
            connection.execute(delete(table).where(own, policy_of(table).deletes(table)))
            emptied = _emptied(table)
            if emptied:
                connection.execute(update(table).where(own).values(emptied))
        people = self._metadata.tables[_PEOPLE]
        connection.execute(update(people).where(people.c.id == person).values(account=None))
        self._untie(connection, person)

    def _untie(self, connection: Connection, person: str) -> None:
        people = self._metadata.tables[_PEOPLE]
        seen = connection.scalar(select(people.c.first_seen).where(people.c.id == person))
        insert_new(connection, Person, {"id": ERASED, "account": None, "first_seen": seen})
        for table in tables_with(self._metadata, PERSON_ID):
            if policy_of(table).unties:
                move_rows(connection, table, ERASED, person)

    def _rename(self, connection: Connection, old: str, new: str) -> None:
        """Gives a question another id: the first is its place in Slack, where its author is."""
        table = self._metadata.tables[_QUESTIONS]
        row = connection.execute(select(table).where(table.c.id == old)).mappings().one()
        # A direct channel has one person in it.
        channel = NOBODY if row["channel"].startswith("D") else row["channel"]
        connection.execute(insert(table).values(dict(row) | {"id": new, "channel": channel}))
        for other in tables_with(self._metadata, QUESTION_ID):
            values = {QUESTION_ID: new} | ({} if PERSON_ID in other.c else _placeless(other))
            moved = update(other).where(other.c[QUESTION_ID] == old)
            connection.execute(moved.values(values))
        connection.execute(delete(table).where(table.c.id == old))


def _person(connection: Connection, account: str) -> str | None:
    return find_people(connection, [plain(account)]).get(plain(account))


def _names(account: str) -> list[str]:
    """An account as it stands in a column: with the workspace's id, or without."""
    return [account, account.partition(":")[2] or account]


def _named(table: Table, account: str) -> list[ColumnElement[bool]]:
    found = [column.in_(_names(account)) for column in table.c if "account" in column.info]
    return found + [
        column.contains(account, autoescape=True) for column in table.c if "mentions" in column.info
    ]


def _count(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).select_from(table).where(which)) or 0


def _rows(connection: Connection, table: Table, which: Any) -> list[dict[str, Any]]:
    columns = [column for column in table.c if not isinstance(column.type, LargeBinary)]
    rows = connection.execute(select(*columns).where(which)).mappings()
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _nothing(column: Column[Any]) -> str | None:
    return None if column.nullable else NOBODY


def _emptied(table: Table) -> dict[str, Any]:
    """Without a person's words (texts without a length), consents and places."""
    values = _placeless(table)
    for column in table.c:
        if type(column.type) is Text:
            values[column.name] = _nothing(column)
        if isinstance(column.type, Boolean) and column.name in _CONSENTS:
            values[column.name] = False
    return values


def _placeless(table: Table) -> dict[str, Any]:
    return {column.name: NOBODY for column in table.c if "place" in column.info}
