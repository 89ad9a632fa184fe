"""Reads the roster and the daily roll-ups as the measures want them; never the usage rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Engine, Select, func, select

from adoption.directory import known_names
from adoption.measures import Decisions, Person
from adoption.rollups import EVENTS
from adoption.use_models import (
    FirstUse,
    Member,
    PersonDay,
    PersonWeek,
    Seat,
    Team,
    TeamDay,
    Tool,
)

PersonDays = dict[str, set[date]]


@dataclass(frozen=True)
class Roster:
    """Everybody on the roster with their groups; all by pseudonym."""

    people: list[Person] = field(default_factory=list)
    teams: dict[str, str | None] = field(default_factory=dict)
    waves: dict[str, str | None] = field(default_factory=dict)
    seats: dict[str, set[str]] = field(default_factory=dict)

    def with_seat(self, tool: str) -> list[Person]:
        """Those who have a seat for a tool; everybody where the roster tells of no seats for it."""
        holders = self.seats.get(tool)
        return [p for p in self.people if p.id in holders] if holders else self.people

    def only(self, people: Iterable[str]) -> list[Person]:
        """The persons of some pseudonyms."""
        wanted = set(people)
        return [person for person in self.people if person.id in wanted]


@dataclass(frozen=True)
class Uses:
    """Use of every tool over a span of days.

    Attributes:
        days: by tool, the days on which each person was active.
        actions: events of each person in the span.
        first_days, first_values: by tool, when each person first used it, and first took
            something from it.
    """

    days: dict[str, PersonDays] = field(default_factory=dict)
    actions: dict[str, int] = field(default_factory=dict)
    first_days: dict[str, dict[str, date]] = field(default_factory=dict)
    first_values: dict[str, dict[str, date]] = field(default_factory=dict)

    @property
    def any_days(self) -> PersonDays:
        """The days on which each person was active with any tool."""
        return _union(self.days.values())

    @property
    def any_first_days(self) -> dict[str, date]:
        """When each person first used any tool."""
        return _earliest(self.first_days.values())

    @property
    def any_first_values(self) -> dict[str, date]:
        """When each person first took something from any tool."""
        return _earliest(self.first_values.values())


class UseReader:
    """Reads what the roll-ups hold."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def roster(self) -> Roster:
        """Everybody on the roster, those who left too."""
        query = select(
            Member.person_id, Member.eligible_since, Member.left_on, Team.name, Member.wave
        ).outerjoin(Team, Team.id == Member.team_id)
        made = Roster()
        with self.engine.connect() as connection:
            for id, since, left, team, wave in connection.execute(query):
                made.people.append(Person(id, since, left))
                made.teams[id] = team
                made.waves[id] = wave
            for person, tool in connection.execute(select(Seat.person_id, Seat.tool)):
                made.seats.setdefault(tool, set()).add(person)
        return made

    def uses(self, start: date, end: date) -> Uses:
        """Use from `start` to `end`, both included, and every first day up to `end`."""
        total = sum(getattr(PersonDay, event) for event in EVENTS)
        days = select(PersonDay.tool, PersonDay.person_id, PersonDay.day, total)
        return self._uses(days.where(PersonDay.day >= start, PersonDay.day <= end), end)

    def weekly_uses(self, monday: date, sunday: date) -> Uses:
        """Use in whole weeks from a Monday to a Sunday; each week's Monday stands for its days.

        Windows of whole weeks up to that Sunday come out as from `uses`, from a seventh of
        the rows.
        """
        weeks = select(
            PersonWeek.tool, PersonWeek.person_id, PersonWeek.monday, PersonWeek.actions
        ).where(PersonWeek.monday >= monday, PersonWeek.monday <= sunday)
        return self._uses(weeks, sunday)

    def _uses(self, query: Select[str, str, date, int], end: date) -> Uses:
        firsts = select(
            FirstUse.tool, FirstUse.person_id, FirstUse.first_day, FirstUse.first_value
        ).where(FirstUse.first_day <= end)
        made = Uses()
        with self.engine.connect() as connection:
            for tool, person, day, count in connection.execute(query):
                made.days.setdefault(tool, {}).setdefault(person, set()).add(day)
                made.actions[person] = made.actions.get(person, 0) + count
            for tool, person, first, value in connection.execute(firsts):
                made.first_days.setdefault(tool, {})[person] = first
                if value is not None and value <= end:
                    made.first_values.setdefault(tool, {})[person] = value
        return made

    def decisions(self, start: date, end: date) -> dict[str, Decisions]:
        """What became of each tool's recommendations in a span of days, both ends included."""
        sums = [func.sum(getattr(TeamDay, event)) for event in EVENTS]
        query = (
            select(TeamDay.tool, *sums)
            .where(TeamDay.day >= start, TeamDay.day <= end)
            .group_by(TeamDay.tool)
        )
        with self.engine.connect() as connection:
            rows = connection.execute(query).all()
        # PostgreSQL sums whole numbers to decimals.
        return {tool: Decisions(*(int(count or 0) for count in counts)) for tool, *counts in rows}

    def person_decisions(self, start: date, end: date) -> dict[str, Decisions]:
        """What became of recommendations to each person, over all tools."""
        sums = [func.sum(getattr(PersonDay, event)) for event in EVENTS]
        query = (
            select(PersonDay.person_id, *sums)
            .where(PersonDay.day >= start, PersonDay.day <= end)
            .group_by(PersonDay.person_id)
        )
        with self.engine.connect() as connection:
            rows = connection.execute(query).all()
        return {who: Decisions(*(int(count or 0) for count in counts)) for who, *counts in rows}

    def last_days(self) -> dict[str, date]:
        """The last day that each tool told of."""
        query = select(TeamDay.tool, func.max(TeamDay.day)).group_by(TeamDay.tool)
        with self.engine.connect() as connection:
            return dict(connection.execute(query).all())

    def owners(self) -> dict[str, str]:
        """Who owns each tool, where that is known."""
        with self.engine.connect() as connection:
            found = connection.execute(select(Tool.name, Tool.owner))
            return {tool: owner for tool, owner in found if owner}

    def seat_costs(self) -> dict[str, float]:
        """What a seat of each tool costs a month, where that is known."""
        with self.engine.connect() as connection:
            found = connection.execute(select(Tool.name, Tool.seat_cost))
            return {tool: cost for tool, cost in found if cost is not None}

    def names(self) -> frozenset[str]:
        """The hashes of name words, for redaction."""
        with self.engine.connect() as connection:
            return known_names(connection)


def _union(parts: Iterable[PersonDays]) -> PersonDays:
    whole: PersonDays = {}
    for part in parts:
        for person, days in part.items():
            whole.setdefault(person, set()).update(days)
    return whole


def _earliest(parts: Iterable[dict[str, date]]) -> dict[str, date]:
    whole: dict[str, date] = {}
    for part in parts:
        for person, day in part.items():
            whole[person] = min(day, whole.get(person, day))
    return whole
