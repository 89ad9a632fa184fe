"""The daily roll-ups: sums of the usage rows, written in the same transaction as the rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, delete, func, or_, select, tuple_

from adoption.db.writes import chunks, upsert
from adoption.people.models import Member
from adoption.usage.models import Event, FirstUse, PersonDay, PersonWeek, TeamDay

EVENTS = [event.value for event in Event]
# What shows that a person took something from a tool.
OF_VALUE = {Event.ACCEPTED.value, Event.EDITED.value}
NO_TEAM = 0

Cell = tuple[date, str, str]
TeamCell = tuple[date, str, int]


class Deltas:
    """What a batch of usage adds to and takes from each day of each person and team."""

    def __init__(self) -> None:
        self.people: dict[Cell, list[int]] = {}
        self.teams: dict[TeamCell, list[int]] = {}
        self.shrunk: set[tuple[str, str]] = set()
        self.corrects = False

    def add(
        self, day: date, tool: str, person: str | None, team: int | None, event: str, count: int
    ) -> None:
        """Counts `count` more of an event, or less where it is negative."""
        if count == 0:
            return
        self.corrects = self.corrects or count < 0
        at = EVENTS.index(event)
        if person is not None:
            cell = self.people.setdefault((day, tool, person), [0] * len(EVENTS))
            cell[at] += count
            if count < 0:
                self.shrunk.add((person, tool))
        of_team = self.teams.setdefault((day, tool, team or NO_TEAM), [0] * len(EVENTS))
        of_team[at] += count

    def write(self, connection: Connection) -> None:
        """Updates the roll-ups in the caller's transaction, which writes the rows as well."""
        _add(connection, PersonDay, ("day", "tool", "person_id"), self.people)
        _add(connection, TeamDay, ("day", "tool", "team_id"), self.teams)
        _add_weeks(connection, self.people)
        _widen_first_uses(connection, self.people)
        if self.corrects:
            drop_empty_days(connection)
            renew_first_uses(connection, self.shrunk)


def move_people(connection: Connection, moved: Mapping[str, tuple[int | None, int | None]]) -> None:
    """Takes people's days from their old team to the new one (`person: (old, new)`)."""
    deltas = Deltas()
    for people in chunks(moved):
        days = select(PersonDay).where(PersonDay.person_id.in_(people))
        for row in connection.execute(days).mappings():
            old, new = moved[row["person_id"]]
            for event in EVENTS:
                deltas.add(row["day"], row["tool"], None, old, event, -row[event])
                deltas.add(row["day"], row["tool"], None, new, event, row[event])
    _add(connection, TeamDay, ("day", "tool", "team_id"), deltas.teams)
    drop_empty_days(connection)


def merge_people(connection: Connection, kept: str, gone: str) -> None:
    """Adds the days of `gone` to those of `kept`: a day on which both were active is one."""
    teams = teams_of(connection)
    # Whoever of the two is on the roster decides the team of both.
    team = teams[kept] if kept in teams else teams.get(gone)
    deltas = Deltas()
    days = select(PersonDay).where(PersonDay.person_id.in_([kept, gone]))
    tools = set()
    for row in connection.execute(days).mappings().all():
        tools.add(row["tool"])
        was = teams.get(row["person_id"])
        for event in EVENTS:
            deltas.add(row["day"], row["tool"], row["person_id"], was, event, -row[event])
            deltas.add(row["day"], row["tool"], kept, team, event, row[event])
    deltas.write(connection)
    connection.execute(delete(FirstUse).where(FirstUse.person_id == gone))
    renew_first_uses(connection, [(kept, tool) for tool in tools])


def drop_empty_days(connection: Connection) -> None:
    """Deletes days that are empty after a correction."""
    for table in (PersonDay, TeamDay):
        nothing = [getattr(table, event) == 0 for event in EVENTS]
        connection.execute(delete(table).where(*nothing))
    connection.execute(delete(PersonWeek).where(PersonWeek.actions == 0))


def _add_weeks(connection: Connection, cells: Mapping[Cell, Sequence[int]]) -> None:
    weeks: dict[Cell, int] = {}
    for (day, tool, person), counts in cells.items():
        week = (day - timedelta(days=day.weekday()), tool, person)
        weeks[week] = weeks.get(week, 0) + sum(counts)
    rows = [
        {"monday": monday, "tool": tool, "person_id": person, "actions": actions}
        for (monday, tool, person), actions in weeks.items()
        if actions
    ]
    if rows:
        insert = upsert(connection, PersonWeek)
        grown = {"actions": PersonWeek.actions + insert.excluded.actions}
        keys = ["monday", "tool", "person_id"]
        connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=grown), rows)


def renew_first_uses(connection: Connection, pairs: Collection[tuple[str, str]]) -> None:
    """Recomputes first and last days for pairs of person and tool that lost something."""
    value = case((or_(PersonDay.accepted > 0, PersonDay.edited > 0), PersonDay.day))
    for chunk in chunks(pairs):
        connection.execute(
            delete(FirstUse).where(tuple_(FirstUse.person_id, FirstUse.tool).in_(chunk))
        )
        found = (
            select(
                PersonDay.person_id,
                PersonDay.tool,
                func.min(PersonDay.day).label("first_day"),
                func.max(PersonDay.day).label("last_day"),
                func.min(value).label("first_value"),
            )
            .where(tuple_(PersonDay.person_id, PersonDay.tool).in_(chunk))
            .group_by(PersonDay.person_id, PersonDay.tool)
        )
        names = ["person_id", "tool", "first_day", "last_day", "first_value"]
        connection.execute(upsert(connection, FirstUse).from_select(names, found))


def teams_of(connection: Connection) -> dict[str, int | None]:
    """The present team of everybody on the roster."""
    found = connection.execute(select(Member.person_id, Member.team_id))
    return dict(found.all())


def _add(
    connection: Connection,
    table: type[PersonDay] | type[TeamDay],
    keys: Sequence[str],
    cells: Mapping[Any, Sequence[int]],
) -> None:
    rows = [
        dict(zip(keys, cell, strict=True)) | dict(zip(EVENTS, counts, strict=True))
        for cell, counts in cells.items()
        if any(counts)
    ]
    if not rows:
        return
    insert = upsert(connection, table)
    grown = {event: getattr(table, event) + insert.excluded[event] for event in EVENTS}
    done = insert.on_conflict_do_update(index_elements=list(keys), set_=grown)
    connection.execute(done, rows)


def _widen_first_uses(connection: Connection, cells: Mapping[Cell, Sequence[int]]) -> None:
    uses: dict[tuple[str, str], list[date | None]] = {}
    for (day, tool, person), counts in sorted(cells.items()):
        if not any(count > 0 for count in counts):
            continue
        use = uses.setdefault((person, tool), [day, day, None])
        use[1] = day
        taken = any(counts[EVENTS.index(event)] > 0 for event in OF_VALUE)
        if taken and use[2] is None:
            use[2] = day
    if not uses:
        return
    insert = upsert(connection, FirstUse)
    new = insert.excluded
    earliest = {name: _least(getattr(FirstUse, name), new[name]) for name in _FIRST}
    done = insert.on_conflict_do_update(
        index_elements=["person_id", "tool"],
        set_=earliest
        | {"last_day": case((new.last_day > FirstUse.last_day, new.last_day), else_=_LAST)},
    )
    connection.execute(
        done,
        [
            {
                "person_id": person,
                "tool": tool,
                "first_day": first,
                "last_day": last,
                "first_value": value,
            }
            for (person, tool), (first, last, value) in uses.items()
        ],
    )


_FIRST = ("first_day", "first_value")
_LAST: Any = FirstUse.last_day


def _least(old: Any, new: Any) -> ColumnElement[Any]:
    """The earlier of two days, either of which may be missing."""
    return case((old.is_(None), new), (new < old, new), else_=old)
