"""Makes one person of two pseudonyms that turn out to be the same."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, MetaData, Table, delete, select, tuple_, update

from adoption.db.policies import PERSON_ID, policy_of, tables_with
from adoption.people.models import Person
from adoption.people.usage_history import UsageHistory


def merge_people(
    connection: Connection, metadata: MetaData, history: UsageHistory, *, kept: str, gone: str
) -> None:
    """Moves everything of `gone` to `kept`; where both have a row, that of `kept` stays.

    Every table with a `person_id` takes part; sums of usage are moved by `history`.
    """
    history.merge_people(connection, kept, gone)
    for table in tables_with(metadata, PERSON_ID):
        if not policy_of(table).is_derived:
            move_rows(connection, table, kept, gone)
    account = connection.scalar(select(Person.account).where(Person.id == gone))
    connection.execute(delete(Person).where(Person.id == gone))
    connection.execute(
        update(Person).where(Person.id == kept, Person.account.is_(None)).values(account=account)
    )


def move_rows(connection: Connection, table: Table, kept: str, gone: str) -> None:
    """Moves the rows of `gone` to `kept`; where both have a row, that of `kept` stays."""
    person = table.c[PERSON_ID]
    if person.primary_key:
        connection.execute(delete(table).where(person == gone, _taken(table, kept)))
    connection.execute(update(table).where(person == gone).values({PERSON_ID: kept}))


def _taken(table: Table, kept: str) -> ColumnElement[bool]:
    """The rows whose key `kept` has as well."""
    person = table.c[PERSON_ID]
    others = [column for column in table.primary_key if column is not person]
    if not others:
        return select(person).where(person == kept).exists()
    mine = table.alias()
    keys = select(*(mine.c[column.name] for column in others)).where(mine.c[PERSON_ID] == kept)
    return tuple_(*others).in_(keys)
