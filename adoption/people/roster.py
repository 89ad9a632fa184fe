"""The roster: who may use the tools, since when, in which team and wave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, bindparam, delete, func, select, update

from adoption.db.writes import StoreCounts, insert_all_new, replace, write_lock
from adoption.people.directory import (
    add_handles,
    add_names,
    find_people,
    people_for,
    plain,
    teams_for,
)
from adoption.people.merge import merge_people
from adoption.people.models import Member, Person, Seat, Team
from adoption.people.usage_history import UsageHistory


@dataclass(frozen=True)
class RosterRow:
    """One person as the roster has them; what is left out is unknown.

    Attributes:
        person: the e-mail address or login that names the row.
        team_key: stays when the team's name changes; the name itself where there is none.
        account: team and user id in Slack (`T1:U1`), which ties questions to the person.
        aliases: further logins under which tools report the person.
        name: the person's name; only hashes of its words are stored.
        tools: those the person has a seat for.
        on_leave, part_time: gets no nudges; on leave, no pulse and no follow-ups either.
    """

    person: str
    team: str | None = None
    team_key: str | None = None
    wave: str | None = None
    role: str | None = None
    eligible_since: date | None = None
    left_on: date | None = None
    account: str | None = None
    name: str | None = None
    aliases: Sequence[str] = field(default_factory=tuple)
    tools: Sequence[str] = field(default_factory=tuple)
    on_leave: bool = False
    part_time: bool = False


class Roster:
    """Stores the roster, and says what it has of somebody."""

    def __init__(self, engine: Engine, metadata: MetaData, history: UsageHistory) -> None:
        self.engine = engine
        self._metadata = metadata
        self._history = history

    def size(self) -> int:
        """How many people are listed and haven't left."""
        query = select(func.count()).select_from(Member).where(Member.left_on.is_(None))
        with self.engine.connect() as connection:
            return connection.scalar(query) or 0

    def team_of(self, account: str) -> str | None:
        """The name of somebody's team, or nothing; None where they are not listed, or left."""
        query = (
            select(func.coalesce(Team.name, ""))
            .select_from(Member)
            .join(Person, Person.id == Member.person_id)
            .outerjoin(Team, Team.id == Member.team_id)
            .where(Person.account == account, Member.left_on.is_(None))
        )
        with self.engine.connect() as connection:
            return connection.scalar(query)

    def is_empty(self) -> bool:
        """Whether nobody is on the roster."""
        with self.engine.connect() as connection:
            return connection.scalar(select(Member.person_id).limit(1)) is None

    def store(self, rows: Sequence[RosterRow], now: datetime) -> StoreCounts:
        """Stores people in one transaction; the last row of a person holds.

        A team that is named differently is renamed; a person in another team takes their
        history along; two pseudonyms that turn out to be one person become one.
        """
        with write_lock(self.engine) as connection:
            return self.store_in(connection, rows, now)

    def store_in(
        self, connection: Connection, rows: Sequence[RosterRow], now: datetime
    ) -> StoreCounts:
        """As `store`, in a transaction of the caller's that holds the write lock."""
        by_handle = {plain(row.person): row for row in rows}
        if not by_handle:
            return StoreCounts()
        self._join_accounts(connection, by_handle, now)
        people = people_for(connection, by_handle, now)
        _tie_accounts(connection, by_handle, people)
        teams = _teams(connection, by_handle)
        before = _members(connection)
        after = {people[handle]: _member(row, teams) for handle, row in by_handle.items()}
        _add_words(connection, by_handle, people)
        seats = {people[h]: frozenset(filter(None, row.tools)) for h, row in by_handle.items()}
        other_seats = _store_seats(connection, seats)
        new = [person for person in after if person not in before]
        changed = [
            person
            for person in after
            if person in before and (after[person] != before[person] or person in other_seats)
        ]
        touched = {person: after[person] for person in [*new, *changed]}
        replace(connection, Member, [{"person_id": p} | dict(m) for p, m in touched.items()])
        self._move(connection, before, touched)
        return StoreCounts(len(new), len(changed), len(after) - len(new) - len(changed))

    def _move(
        self,
        connection: Connection,
        before: Mapping[str, Mapping[str, Any]],
        after: Mapping[str, Mapping[str, Any]],
    ) -> None:
        """Takes the days of people who changed teams along."""
        moved = {
            person: (before.get(person, _NOBODY)["team_id"], member["team_id"])
            for person, member in after.items()
        }
        moved = {p: (old, new) for p, (old, new) in moved.items() if old != new}
        self._history.move_people(connection, moved)

    def _join_accounts(
        self, connection: Connection, rows: Mapping[str, RosterRow], now: datetime
    ) -> None:
        """Makes one person of all the handles of a row, the one with the Slack account if any."""
        wanted = {h for handle, row in rows.items() for h in _handles(handle, row)}
        found = find_people(connection, wanted)
        for handle, row in rows.items():
            names = _handles(handle, row)
            known = [found[h] for h in names if h in found]
            if not known and len(names) > 1:
                known = [people_for(connection, [handle], now)[handle]]
            for gone in dict.fromkeys(person for person in known if person != known[0]):
                merge_people(connection, self._metadata, self._history, kept=known[0], gone=gone)
                found = {h: known[0] if person == gone else person for h, person in found.items()}
            if known:
                add_handles(connection, {handle: known[0]})
                # A later row of the same roster may share a name with this one.
                found |= dict.fromkeys(names, known[0])


_FIELDS = ("team_id", "wave", "role", "eligible_since", "left_on", "on_leave", "part_time")
_NOBODY: Mapping[str, Any] = dict.fromkeys(_FIELDS)


def team_key(row: RosterRow) -> str | None:
    """What names a row's team for good."""
    key = row.team_key or row.team
    return plain(key) if key else None


def _add_words(
    connection: Connection, rows: Mapping[str, RosterRow], people: Mapping[str, str]
) -> None:
    aliases = {plain(a): people[h] for h, row in rows.items() for a in row.aliases if a.strip()}
    add_handles(connection, aliases)
    add_names(connection, [row.name for row in rows.values() if row.name])


def _handles(handle: str, row: RosterRow) -> list[str]:
    """All names of a person; the Slack account goes first, for its person outlives a merge."""
    return [h for h in (plain(row.account or ""), handle, *map(plain, row.aliases)) if h]


def _tie_accounts(
    connection: Connection, rows: Mapping[str, RosterRow], people: Mapping[str, str]
) -> None:
    accounts = {people[h]: row.account.strip() for h, row in rows.items() if row.account}
    for person, account in accounts.items():
        connection.execute(
            update(Person)
            .where(Person.id == person, Person.account.is_(None))
            .values(account=account)
        )


def _teams(connection: Connection, rows: Mapping[str, RosterRow]) -> dict[str, int]:
    """The ids of all teams named, each under its present name."""
    names = {key: row.team or key for row in rows.values() if (key := team_key(row))}
    ids = teams_for(connection, names)
    for key, id in ids.items():
        connection.execute(
            update(Team).where(Team.id == id, Team.name != names[key]).values(name=names[key])
        )
    return ids


def _member(row: RosterRow, teams: Mapping[str, int]) -> dict[str, Any]:
    key = team_key(row)
    return {
        "team_id": teams[key] if key else None,
        "wave": row.wave,
        "role": row.role,
        "eligible_since": row.eligible_since,
        "left_on": row.left_on,
        "on_leave": row.on_leave,
        "part_time": row.part_time,
    }


def _members(connection: Connection) -> dict[str, dict[str, Any]]:
    columns = [getattr(Member, name) for name in _FIELDS]
    found = connection.execute(select(Member.person_id, *columns)).mappings()
    return {row["person_id"]: {name: row[name] for name in _FIELDS} for row in found}


def _store_seats(connection: Connection, wanted: Mapping[str, frozenset[str]]) -> set[str]:
    """Gives and takes seats; the people whose seats were others before."""
    there: dict[str, set[str]] = {}
    for person, tool in connection.execute(select(Seat.person_id, Seat.tool)):
        there.setdefault(person, set()).add(tool)
    other = {person for person, tools in wanted.items() if tools != there.get(person, set())}
    gone = [{"p": person, "t": tool} for person in other for tool in there.get(person, set())]
    if gone:
        condition = (Seat.person_id == bindparam("p")) & (Seat.tool == bindparam("t"))
        connection.execute(delete(Seat).where(condition), gone)
    new = [{"person_id": p, "tool": tool} for p in sorted(other) for tool in sorted(wanted[p])]
    insert_all_new(connection, Seat, new)
    return other
