"""Makes one person of two pseudonyms that turn out to be the same."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, select, update

from adoption.feedback.models import CheckIn, Override, Story, Training
from adoption.people.programme_models import HomeRow, RoleRow, StoryCard
from adoption.questions.desk_models import HelpCall, Remark, Saving
from adoption.questions.models import Feedback, Interaction, Person
from adoption.usage.models import FirstUse, Handle, Member, PersonDay, Seat, UsageRow
from adoption.usage.rollups import EVENTS, Deltas, renew_first_uses, teams_of

# Tables in which a person may stand in any number of rows.
_MANY: tuple[Any, ...] = (
    Interaction,
    Override,
    Story,
    StoryCard,
    CheckIn,
    Handle,
    UsageRow,
    Remark,
    HelpCall,
)
# Tables in which the person is part of the key, with the rest of that key.
_KEYED: tuple[tuple[Any, str | None], ...] = (
    (Feedback, "interaction_id"),
    (Saving, "interaction_id"),
    (Seat, "tool"),
    (Training, "tier"),
    (Member, None),
    (RoleRow, None),
    (HomeRow, None),
)


def merge_people(connection: Connection, *, kept: str, gone: str) -> None:
    """Moves everything of `gone` to `kept`; where both have a row, that of `kept` stays."""
    _move_days(connection, kept, gone)
    for table in _MANY:
        connection.execute(update(table).where(table.person_id == gone).values(person_id=kept))
    for table, other in _KEYED:
        of_kept: Any = select(table.person_id if other is None else getattr(table, other)).where(
            table.person_id == kept
        )
        if other is None:
            double = table.person_id.is_not(None) if connection.scalar(of_kept) else None
        else:
            double = getattr(table, other).in_(of_kept)
        if double is not None:
            connection.execute(delete(table).where(table.person_id == gone, double))
        connection.execute(update(table).where(table.person_id == gone).values(person_id=kept))
    account = connection.scalar(select(Person.account).where(Person.id == gone))
    connection.execute(delete(Person).where(Person.id == gone))
    connection.execute(
        update(Person).where(Person.id == kept, Person.account.is_(None)).values(account=account)
    )


def _move_days(connection: Connection, kept: str, gone: str) -> None:
    """The roll-ups follow: days that both were active on become one."""
    teams = teams_of(connection)
    # Whoever of the two is on the roster decides the team of both.
    home = teams[kept] if kept in teams else teams.get(gone)
    deltas = Deltas()
    days = select(PersonDay).where(PersonDay.person_id.in_([kept, gone]))
    tools = set()
    for row in connection.execute(days).mappings().all():
        tools.add(row["tool"])
        was = teams.get(row["person_id"])
        for event in EVENTS:
            deltas.add(row["day"], row["tool"], row["person_id"], was, event, -row[event])
            deltas.add(row["day"], row["tool"], kept, home, event, row[event])
    deltas.write(connection)
    connection.execute(delete(FirstUse).where(FirstUse.person_id == gone))
    renew_first_uses(connection, [(kept, tool) for tool in tools])
