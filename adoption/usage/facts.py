"""Reported usage of the AI tools: each report is stored once, and the roll-ups move with it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Engine, delete, select

from adoption.db.writes import StoreCounts, chunks, upsert, write_lock
from adoption.people.directory import people_for, plain, teams_for
from adoption.usage.keys import key_of_day, key_of_id
from adoption.usage.models import CoveredDay, Event, PersonDay, UsageRow
from adoption.usage.rollups import Deltas, teams_of


@dataclass(frozen=True, slots=True)
class Usage:
    """How often something happened with a tool on one day, as a source reports it.

    Attributes:
        source: who reports it (an export's format, or the HTTP API).
        person: an e-mail address, login or Slack account; None where only a team is known.
        team: the team's key or name, used where no person is named.
        id: the source's own id of the report; without one, all but the count identifies it.
    """

    source: str
    tool: str
    day: date
    event: Event
    count: int = 1
    person: str | None = None
    team: str | None = None
    attributes: Mapping[str, Any] | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Covered:
    """A day for which a source reports all use of a tool."""

    tool: str
    source: str
    day: date


def key_of(usage: Usage) -> bytes:
    """What identifies a report, in 20 bytes: the source's id, or everything but the count."""
    if usage.id is not None:
        return key_of_id(["id", usage.source, usage.tool], usage.id)
    attributes = json.dumps(usage.attributes, sort_keys=True) if usage.attributes else ""
    parts = [
        "is",
        usage.source,
        usage.tool,
        plain(usage.person or ""),
        plain(usage.team or "") if not usage.person else "",
        usage.day.isoformat(),
        usage.event.value,
        attributes,
    ]
    return key_of_day(usage.day, parts)


class UsageStore:
    """Stores what the tools report."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def store(
        self, facts: Sequence[Usage], now: datetime, covered: Iterable[Covered] = ()
    ) -> StoreCounts:
        """Stores reports in one transaction; one that is known is corrected, not added.

        Of a report that is twice in the batch, the later one counts. The days of the reports are
        covered by their source.

        Args:
            covered: further days for which the source reports all use, if there was none too.
        """
        reported = {key_of(fact): fact for fact in facts}
        days = {(fact.tool, fact.source, fact.day) for fact in facts}
        days.update((each.tool, each.source, each.day) for each in covered)
        if not days:
            return StoreCounts()
        with write_lock(self.engine) as connection:
            rows = _rows(connection, reported, now)
            known = _known(connection, list(rows))
            new = [row for key, row in rows.items() if key not in known]
            changed = [row for key, row in rows.items() if key in known and row != known[key]]
            teams = teams_of(connection)
            deltas = Deltas()
            for row in changed:
                _count(deltas, known[row["key"]], teams, -1)
            for row in [*new, *changed]:
                _count(deltas, row, teams, 1)
            _write(connection, new, changed)
            deltas.write(connection)
            _cover(connection, days)
        return StoreCounts(len(new), len(changed), len(rows) - len(new) - len(changed))

    def days_by_person(self, tool: str, days: Collection[date]) -> set[date]:
        """Those of some days of which a tool's use is known by person."""
        if not days:
            return set()
        query = select(PersonDay.day).where(
            PersonDay.tool == tool, PersonDay.day >= min(days), PersonDay.day <= max(days)
        )
        with self.engine.connect() as connection:
            return set(connection.scalars(query.distinct())) & set(days)

    def drop_totals(self, tool: str, source: str, days: Collection[date]) -> int:
        """Deletes totals of the whole company for days of which use is now known by person.

        Otherwise everybody's use would be counted twice.

        Args:
            source: the one that knows it by person.
        """
        others = select(CoveredDay.day).where(CoveredDay.tool == tool, CoveredDay.source != source)
        with self.engine.connect() as connection:
            covered = set(connection.scalars(others)) & set(days)
        known = self.days_by_person(tool, covered)
        if not known:
            return 0
        with write_lock(self.engine) as connection:
            query = select(UsageRow).where(
                UsageRow.day >= min(known),
                UsageRow.day <= max(known),
                UsageRow.tool == tool,
                UsageRow.person_id.is_(None),
                UsageRow.team_id.is_(None),
            )
            found = connection.execute(query).mappings()
            rows = [dict(row) for row in found if row["day"] in known]
            deltas = Deltas()
            for row in rows:
                _count(deltas, row, {}, -1)
            for part in chunks([row["id"] for row in rows]):
                connection.execute(delete(UsageRow).where(UsageRow.id.in_(part)))
            deltas.write(connection)
        return len(rows)

    def gaps(self, tools: Iterable[str]) -> list[tuple[str, date, date]]:
        """By tool, spans between its first and its last covered day that no source covers."""
        query = select(CoveredDay.tool, CoveredDay.day).where(CoveredDay.tool.in_(list(tools)))
        days: dict[str, set[date]] = {}
        with self.engine.connect() as connection:
            for tool, day in connection.execute(query):
                days.setdefault(tool, set()).add(day)
        return [
            (tool, a + timedelta(days=1), b - timedelta(days=1))
            for tool, found in sorted(days.items())
            for a, b in pairwise(sorted(found))
            if b - a > timedelta(days=1)
        ]


def _rows(
    connection: Connection, reported: Mapping[bytes, Usage], now: datetime
) -> dict[bytes, dict[str, Any]]:
    people = people_for(connection, {plain(u.person) for u in reported.values() if u.person}, now)
    named = {plain(u.team): u.team.strip() for u in reported.values() if u.team and not u.person}
    teams = teams_for(connection, named)
    return {
        key: {
            "key": key,
            "source": fact.source,
            "tool": fact.tool,
            "person_id": people[plain(fact.person)] if fact.person else None,
            "team_id": teams[plain(fact.team)] if fact.team and not fact.person else None,
            "day": fact.day,
            "event": fact.event,
            "count": fact.count,
            "attributes": dict(fact.attributes) if fact.attributes else None,
        }
        for key, fact in reported.items()
    }


_COLUMNS = (
    UsageRow.key,
    UsageRow.source,
    UsageRow.tool,
    UsageRow.person_id,
    UsageRow.team_id,
    UsageRow.day,
    UsageRow.event,
    UsageRow.count,
    UsageRow.attributes,
)


def _known(connection: Connection, keys: Sequence[bytes]) -> dict[bytes, dict[str, Any]]:
    found: dict[bytes, dict[str, Any]] = {}
    for part in chunks(keys):
        query = select(*_COLUMNS).where(UsageRow.key.in_(part))
        found.update({row["key"]: dict(row) for row in connection.execute(query).mappings()})
    return found


def _cover(connection: Connection, days: Iterable[tuple[str, str, date]]) -> None:
    rows = [{"tool": tool, "source": source, "day": day} for tool, source, day in days]
    connection.execute(upsert(connection, CoveredDay).on_conflict_do_nothing(), rows)


def _count(
    deltas: Deltas, row: Mapping[str, Any], teams: Mapping[str, int | None], sign: int
) -> None:
    person = row["person_id"]
    team = row["team_id"] if person is None else teams.get(person)
    deltas.add(row["day"], row["tool"], person, team, row["event"], sign * row["count"])


def _write(
    connection: Connection, new: Sequence[dict[str, Any]], changed: Sequence[dict[str, Any]]
) -> None:
    if new:
        connection.execute(upsert(connection, UsageRow), new)
    if changed:
        insert = upsert(connection, UsageRow)
        names = [column.key for column in _COLUMNS if column.key != "key"]
        renewed = {name: insert.excluded[name] for name in names}
        connection.execute(
            insert.on_conflict_do_update(index_elements=["key"], set_=renewed), changed
        )
