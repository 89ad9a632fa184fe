"""What the record holds about one person: counted, given out, and taken back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Connection,
    Engine,
    LargeBinary,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from adoption.db.base import Base
from adoption.feedback.models import FollowUp
from adoption.people.directory import find_people, plain, writing
from adoption.people.programme_models import (
    FaqCard,
    FaqState,
    GuideRow,
    HomeRow,
    NoticeRow,
    RefusedTry,
    RoleRow,
    StoryCard,
)
from adoption.questions.desk_models import ChannelRule, HelpCall, Pause
from adoption.questions.models import Interaction, Person
from adoption.submissions.faqs import faq_id
from adoption.usage.models import Handle
from adoption.usage.rollups import upsert

_PERSON, _QUESTION = "person_id", "interaction_id"
# Says of a place, or of somebody, that it is not known any more.
NOBODY = ""


@dataclass(frozen=True)
class Mine:
    """What is kept about somebody.

    Attributes:
        rows: how many rows of each table tell of them, by the table's name.
        paused: whether their questions are not written down.
    """

    since: datetime | None
    rows: Mapping[str, int]
    paused: bool


def kept_of(engine: Engine, account: str) -> Mine:
    """What is kept about somebody, in numbers."""
    with engine.connect() as connection:
        person = _person(connection, account)
        paused = connection.scalar(select(Pause.since).where(Pause.account == account))
        if person is None:
            return Mine(None, {}, paused is not None)
        counts = {
            table.name: connection.scalar(
                select(func.count()).select_from(table).where(table.c[_PERSON] == person)
            )
            or 0
            for table in _personal()
        }
        since = connection.scalar(select(Person.first_seen).where(Person.id == person))
    return Mine(since, {name: n for name, n in counts.items() if n}, paused is not None)


def export(engine: Engine, account: str) -> dict[str, Any]:
    """Everything that is kept about somebody, by table, as JSON can hold it."""
    with engine.connect() as connection:
        # Whoever has pressed something and never asked has no row of people.
        person = _person(connection, account) or NOBODY
        people = _table(Person)
        found = {people.name: _rows(connection, people, people.c.id == person)}
        for table in _personal():
            found[table.name] = _rows(connection, table, table.c[_PERSON] == person)
        ids = [row["id"] for row in found[_table(Interaction).name]]
        for table in Base.metadata.sorted_tables:
            if _QUESTION in table.c and _PERSON not in table.c:
                found[table.name] = _rows(connection, table, table.c[_QUESTION].in_(ids))
        for table, column in _accounts():
            names = [account, account.partition(":")[2]]
            more = _rows(connection, table, table.c[column].in_(names))
            found[table.name] = [*found.get(table.name, ()), *more]
    return {name: rows for name, rows in found.items() if rows}


def questions_of(engine: Engine, account: str) -> list[str]:
    """The ids of the questions somebody asked."""
    with engine.connect() as connection:
        query = select(Interaction.id).where(Interaction.person_id == _person(connection, account))
        return list(connection.scalars(query))


def erase(engine: Engine, account: str) -> bool:
    """Takes everything back that tells of somebody, their words above all; False if nothing did.

    What is counted stays (that a question was asked, when, and how it ended), under a pseudonym
    that nothing ties to a person any more. A pause stays, so that nothing new is written down.
    """
    with writing(engine) as connection:
        person = _person(connection, account)
        # Also whoever has never asked anything may have pressed something.
        named = _unnamed(connection, account)
        if person is not None:
            _forgotten(connection, person)
        said = NoticeRow.key.contains(account, autoescape=True)
        connection.execute(delete(NoticeRow).where(said))
    return person is not None or named


def _unnamed(connection: Connection, account: str) -> bool:
    """Takes somebody's account out of where it stands outside of `people`; whether it did."""
    found = 0
    for table, column in _accounts():
        if table.name != Pause.__tablename__:
            names = [account, account.partition(":")[2]]
            gone = update(table).where(table.c[column].in_(names))
            found += connection.execute(gone.values({column: _nothing(table, column)})).rowcount
    return bool(found)


def _forgotten(connection: Connection, person: str) -> None:
    for old in connection.scalars(
        select(Interaction.id).where(Interaction.person_id == person)
    ).all():
        _rename(connection, old, f"erased:{uuid.uuid4().hex}")
        # What was approved is the programme's; a draft from their question is theirs.
        waits = FaqCard.state != FaqState.PUBLISHED
        connection.execute(delete(FaqCard).where(FaqCard.id == faq_id(old), waits))
    for table in _personal():
        emptied = _emptied(table)
        if emptied:
            connection.execute(update(table).where(table.c[_PERSON] == person).values(emptied))
    calls = update(HelpCall).where(HelpCall.person_id == person)
    connection.execute(calls.values(home_channel=NOBODY, home_thread=NOBODY))
    drafts = (FaqCard.person_id == person) & (FaqCard.state != FaqState.PUBLISHED)
    connection.execute(delete(FaqCard).where(drafts))
    # Drafts and places of stories, and what the app shows a person by role.
    for own in (StoryCard, RoleRow, HomeRow):
        connection.execute(delete(own).where(own.person_id == person))
    connection.execute(delete(Handle).where(Handle.person_id == person))
    connection.execute(update(Person).where(Person.id == person).values(account=None))


def is_paused(engine: Engine, account: str) -> bool:
    """Whether somebody wants none of their questions written down."""
    with engine.connect() as connection:
        since = connection.scalar(select(Pause.since).where(Pause.account == account))
    return since is not None


def pause(engine: Engine, account: str, since: datetime | None) -> None:
    """Stops writing somebody's questions down from now on; with None, begins again."""
    with writing(engine) as connection:
        if since is None:
            connection.execute(delete(Pause).where(Pause.account == account))
        else:
            row = {"account": account, "since": since}
            connection.execute(upsert(connection, Pause).on_conflict_do_nothing(), [row])


def _person(connection: Connection, account: str) -> str | None:
    return find_people(connection, [plain(account)]).get(plain(account))


def _personal() -> Iterator[Table]:
    return (table for table in Base.metadata.sorted_tables if _PERSON in table.c)


def _accounts() -> list[tuple[Table, str]]:
    """Where somebody's Slack account, or its id in the workspace, stands outside of `people`."""
    return [
        (_table(Pause), "account"),
        (_table(HelpCall), "taken_by"),
        (_table(HelpCall), "solved_by"),
        (_table(ChannelRule), "helper"),
        (_table(ChannelRule), "set_by"),
        (_table(FollowUp), "owner"),
        (_table(StoryCard), "decided_by"),
        (_table(FaqCard), "decided_by"),
        (_table(RefusedTry), "account"),
        (_table(GuideRow), "decided_by"),
    ]


def _rows(connection: Connection, table: Table, which: Any) -> list[dict[str, Any]]:
    columns = [column for column in table.c if not isinstance(column.type, LargeBinary)]
    rows = connection.execute(select(*columns).where(which)).mappings()
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _emptied(table: Table) -> dict[str, Any]:
    """A person's own words (texts without a length), and what they allowed, taken back."""
    values: dict[str, Any] = {}
    for column in table.c:
        if type(column.type) is Text:
            values[column.name] = None if column.nullable else ""
        if isinstance(column.type, Boolean) and column.name in ("named", "consent"):
            values[column.name] = False
    return values


def _nothing(table: Table, column: str) -> str | None:
    return None if table.c[column].nullable else NOBODY


def _rename(connection: Connection, old: str, new: str) -> None:
    """A question's id is its place in Slack, where its author stands: it gets another."""
    table = _table(Interaction)
    row = connection.execute(select(table).where(table.c.id == old)).mappings().one()
    # A direct channel has one person in it.
    channel = NOBODY if row["channel"].startswith("D") else row["channel"]
    connection.execute(insert(table).values(dict(row) | {"id": new, "channel": channel}))
    for other in Base.metadata.sorted_tables:
        if _QUESTION in other.c:
            moved = update(other).where(other.c[_QUESTION] == old)
            connection.execute(moved.values({_QUESTION: new}))
    connection.execute(delete(table).where(table.c.id == old))


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table
