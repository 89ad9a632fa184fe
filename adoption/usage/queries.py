"""Reads the roster and the daily roll-ups as the measures want them; never the usage rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from sys import intern

from sqlalchemy import Engine, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from adoption.measures import Decisions, Person, eligible
from adoption.measures.use import Days
from adoption.people.directory import known_names
from adoption.people.models import Member, Seat, Team
from adoption.privacy.groups import Minimum
from adoption.rollout.membership import wave_name, with_waves
from adoption.usage.models import CoveredDay, FirstUse, PersonDay, PersonWeek, TeamDay, Tool
from adoption.usage.rollups import EVENTS, NO_TEAM

# Pseudonyms have none.
_SPACE = " "
# Recommendations with a known end.
_DECIDED = PersonDay.accepted + PersonDay.edited + PersonDay.overridden + PersonDay.ignored
_DECIDED_IN_TEAM = TeamDay.accepted + TeamDay.edited + TeamDay.overridden + TeamDay.ignored


@dataclass(frozen=True)
class Roster:
    """Everybody on the roster with their groups; all by pseudonym."""

    people: list[Person] = field(default_factory=list)
    teams: dict[str, str | None] = field(default_factory=dict)
    waves: dict[str, str | None] = field(default_factory=dict)
    seats: dict[str, set[str]] = field(default_factory=dict)
    _eligible: dict[date, frozenset[str]] = field(default_factory=dict, repr=False, compare=False)

    def eligible(self, day: date) -> frozenset[str]:
        """Everybody who may use the tools on a day."""
        if day not in self._eligible:
            self._eligible[day] = eligible(self.people, day)
        return self._eligible[day]

    def with_seat(self, tool: str, day: date, minimum: Minimum) -> frozenset[str]:
        """Those of them who have a seat for a tool; all where the roster names no seats for it.

        All as well where those without a seat are too few to be shown: a figure of the others,
        beside that of everybody, would tell of them.
        """
        everybody = self.eligible(day)
        holders = everybody & (self.seats.get(tool) or everybody)
        are_few = len(everybody - holders) < minimum.people
        return everybody if are_few and len(holders) >= minimum.people else holders


@dataclass(frozen=True)
class Uses:
    """Use of every tool over a span of days.

    Attributes:
        days: by tool and day, the people who were active.
        first_days: by tool, when each person first used it.
    """

    days: Mapping[str, Days] = field(default_factory=dict)
    first_days: Mapping[str, Mapping[str, date]] = field(default_factory=dict)

    @cached_property
    def any_days(self) -> Days:
        """By day, the people who were active with any tool."""
        found: dict[date, set[str]] = {}
        for by_day in self.days.values():
            for day, people in by_day.items():
                found.setdefault(day, set()).update(people)
        return found

    @cached_property
    def any_first_days(self) -> dict[str, date]:
        """When each person first used any tool."""
        found: dict[str, date] = {}
        for firsts in self.first_days.values():
            for person, day in firsts.items():
                found[person] = min(day, found.get(person, day))
        return found


@dataclass(frozen=True)
class Coverage:
    """The days of a span for which use is known, because some source reported them.

    Attributes:
        start, end: the span, both days included.
        days: the covered days by tool; a tool without any is missing.
    """

    start: date
    end: date
    days: dict[str, frozenset[date]] = field(default_factory=dict)

    @property
    def any_days(self) -> frozenset[date]:
        """The days that are covered for at least one tool."""
        return frozenset().union(*self.days.values())

    def is_covered(self, tool: str, day: date) -> bool:
        """Whether something is known of a tool on a day."""
        return day in self.days.get(tool, frozenset())

    def missing(self, tool: str) -> list[date]:
        """The days of the span on which nothing is known of a tool."""
        covered = self.days.get(tool, frozenset())
        whole = (self.start + timedelta(days=n) for n in range((self.end - self.start).days + 1))
        return [day for day in whole if day not in covered]

    def gaps(self, tool: str) -> list[tuple[date, date]]:
        """The missing days of a tool as spans, both ends included."""
        return spans(self.missing(tool))


def spans(days: Iterable[date]) -> list[tuple[date, date]]:
    """Days as spans without gaps, in order, both ends included."""
    found: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        if found and day - found[-1][1] == timedelta(days=1):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


@dataclass(frozen=True)
class Deciders:
    """Who decided on a tool's recommendations.

    Attributes:
        people: those whom the tool names; none where it reports teams only.
        in_teams: how many people are in the teams that it reports; None for the whole company.
    """

    people: frozenset[str] = frozenset()
    in_teams: int | None = None

    @property
    def count(self) -> int | None:
        """How many they are at most; None for the whole company."""
        return len(self.people) or self.in_teams


class UseReader:
    """Reads what the roll-ups hold; the roster and whole weeks once, for one report."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._weeks: dict[tuple[date, date], Uses] = {}

    def roster(self) -> Roster:
        """Everybody on the roster, those who left too."""
        return self._roster

    @cached_property
    def _roster(self) -> Roster:
        query = with_waves(
            select(
                Member.person_id, Member.eligible_since, Member.left_on, Team.name, wave_name()
            ).outerjoin(Team, Team.id == Member.team_id)
        )
        made = Roster()
        with self.engine.connect() as connection:
            for pseudonym, since, left, team, wave in connection.execute(query):
                id = intern(pseudonym)
                made.people.append(Person(id, since, left))
                made.teams[id] = team
                made.waves[id] = wave
            holders = select(Seat.tool, func.aggregate_strings(Seat.person_id, _SPACE))
            for tool, people in connection.execute(holders.group_by(Seat.tool)):
                made.seats[tool] = set(_pseudonyms(people))
        return made

    def uses(self, start: date, end: date) -> Uses:
        """Use from `start` to `end`, both included, and every first day up to `end`."""
        return Uses(self.active_people(start, end), self._first_days(end))

    def weekly_uses(self, monday: date, sunday: date) -> Uses:
        """Use in whole weeks from a Monday to a Sunday; each week's Monday represents its days.

        Windows of whole weeks up to that Sunday come out as from `uses`.
        """
        span = (monday, sunday)
        if span not in self._weeks:
            days = self._by_day(PersonWeek.tool, PersonWeek.monday, PersonWeek.person_id, *span)
            self._weeks[span] = Uses(days, self._first_days(sunday))
        return self._weeks[span]

    def active_people(self, start: date, end: date) -> dict[str, Days]:
        """By tool and day from `start` to `end`, both included, the people who were active."""
        return self._by_day(PersonDay.tool, PersonDay.day, PersonDay.person_id, start, end)

    def actions(self, monday: date, sunday: date) -> dict[str, int]:
        """The events of each person with all tools, in whole weeks from a Monday to a Sunday."""
        query = (
            select(PersonWeek.person_id, func.sum(PersonWeek.actions))
            .where(PersonWeek.monday >= monday, PersonWeek.monday <= sunday)
            .group_by(PersonWeek.person_id)
        )
        with self.engine.connect() as connection:
            # PostgreSQL sums whole numbers to decimals.
            return {person: int(total) for person, total in connection.execute(query)}

    def first_values(self, end: date) -> dict[str, date]:
        """When each person first took something from any tool, up to `end`."""
        first = func.min(FirstUse.first_value)
        query = select(FirstUse.person_id, first).where(FirstUse.first_value <= end)
        with self.engine.connect() as connection:
            rows = connection.execute(query.group_by(FirstUse.person_id)).all()
        return {person: day for person, day in rows if day is not None}

    def _first_days(self, end: date) -> dict[str, dict[str, date]]:
        found: dict[str, dict[str, date]] = {}
        by_day = self._by_day(FirstUse.tool, FirstUse.first_day, FirstUse.person_id, date.min, end)
        for tool, days in by_day.items():
            for day, people in days.items():
                found.setdefault(tool, {}).update(dict.fromkeys(people, day))
        return found

    def _by_day(
        self,
        tool: InstrumentedAttribute[str],
        day: InstrumentedAttribute[date],
        person: InstrumentedAttribute[str],
        start: date,
        end: date,
    ) -> dict[str, Days]:
        """By tool and day, the people of a roll-up; the database puts those of a day together."""
        query = (
            select(tool, day, func.aggregate_strings(person, _SPACE))
            .where(day >= start, day <= end)
            .group_by(day, tool)
        )
        found: dict[str, dict[date, frozenset[str]]] = {}
        with self.engine.connect() as connection:
            for name, on, people in connection.execute(query):
                found.setdefault(name, {})[on] = frozenset(_pseudonyms(people))
        return dict(found)

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

    def decisions_by_person(self, start: date, end: date) -> dict[str, Decisions]:
        """What became of recommendations to each person who decided on any, over all tools."""
        sums = [func.sum(getattr(PersonDay, event)) for event in EVENTS]
        query = (
            select(PersonDay.person_id, *sums)
            .where(PersonDay.day >= start, PersonDay.day <= end, _DECIDED > 0)
            .group_by(PersonDay.person_id)
        )
        with self.engine.connect() as connection:
            rows = connection.execute(query).all()
        # PostgreSQL sums whole numbers to decimals.
        return {who: Decisions(*map(int, counts)) for who, *counts in rows}

    def deciders(self, start: date, end: date) -> dict[str, Deciders]:
        """By tool, whose recommendations came to an end in a span, both ends included."""
        people, teams = self._deciders(start, end), self._deciding_teams(start, end)
        sizes = self.team_sizes(end)
        return {
            tool: Deciders(people.get(tool, frozenset()), people_in(found, sizes))
            for tool, found in teams.items()
        }

    def team_sizes(self, day: date) -> dict[int, int]:
        """How many people each team has on a day."""
        here = or_(Member.left_on.is_(None), Member.left_on > day)
        query = select(Member.team_id, func.count()).where(here).group_by(Member.team_id)
        with self.engine.connect() as connection:
            sizes = connection.execute(query).all()
        return {team: size for team, size in sizes if team is not None}

    def _deciding_teams(self, start: date, end: date) -> dict[str, set[int]]:
        span = (TeamDay.day >= start, TeamDay.day <= end, _DECIDED_IN_TEAM > 0)
        query = select(TeamDay.tool, TeamDay.team_id).where(*span).distinct()
        found: dict[str, set[int]] = {}
        with self.engine.connect() as connection:
            for tool, team in connection.execute(query):
                found.setdefault(tool, set()).add(team)
        return found

    def _deciders(self, start: date, end: date) -> dict[str, frozenset[str]]:
        span = (PersonDay.day >= start, PersonDay.day <= end, _DECIDED > 0)
        who = select(PersonDay.tool, PersonDay.person_id).where(*span).distinct().subquery()
        people = func.aggregate_strings(who.c.person_id, _SPACE)
        query = select(who.c.tool, people).group_by(who.c.tool)
        with self.engine.connect() as connection:
            return {
                tool: frozenset(_pseudonyms(people)) for tool, people in connection.execute(query)
            }

    def coverage(self, start: date, end: date) -> Coverage:
        """The days from `start` to `end`, both included, that some source covers, by tool."""
        query = select(CoveredDay.tool, CoveredDay.day).where(
            CoveredDay.day >= start, CoveredDay.day <= end
        )
        days: dict[str, set[date]] = {}
        with self.engine.connect() as connection:
            for tool, day in connection.execute(query):
                days.setdefault(tool, set()).add(day)
        return Coverage(start, end, {tool: frozenset(found) for tool, found in days.items()})

    def first_day(self) -> date | None:
        """The first day with reported use; None where there is none."""
        with self.engine.connect() as connection:
            return connection.scalar(select(func.min(TeamDay.day)))

    def beginnings(self, end: date, people: int) -> dict[str, date]:
        """The day by which so many people had used each tool, where so many did up to `end`."""
        query = select(FirstUse.tool, FirstUse.first_day).where(FirstUse.first_day <= end)
        firsts: dict[str, list[date]] = {}
        with self.engine.connect() as connection:
            for tool, day in connection.execute(query).all():
                firsts.setdefault(tool, []).append(day)
        return {
            tool: sorted(days)[people - 1] for tool, days in firsts.items() if len(days) >= people
        }

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
        return known_names(self.engine)


def people_in(teams: set[int], sizes: Mapping[int, int]) -> int | None:
    """How many people are in some teams of given sizes; None for the whole company."""
    return None if teams == {NO_TEAM} else sum(sizes.get(team, 0) for team in teams)


def _pseudonyms(people: str) -> Iterable[str]:
    """Pseudonyms out of one text; the same ones are one object, so sets compare no letters."""
    return map(intern, people.split(_SPACE))
