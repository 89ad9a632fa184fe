"""Reads the roster and the daily roll-ups as the measures want them; never the usage rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property

from sqlalchemy import Engine, case, func, select

from adoption.measures import Decisions, Person
from adoption.people.directory import known_names
from adoption.people.models import Member, Seat, Team
from adoption.rollout.membership import wave_name, with_waves
from adoption.usage.models import CoveredDay, FirstUse, PersonDay, PersonWeek, TeamDay, Tool
from adoption.usage.rollups import EVENTS

PersonDays = dict[str, set[date]]
# One bit a week in a number of 64 bits with a sign.
_MOST_WEEKS = 62
# Pseudonyms have none.
_SPACE = " "


@dataclass(frozen=True)
class Roster:
    """Everybody on the roster with their groups; all by pseudonym."""

    people: list[Person] = field(default_factory=list)
    teams: dict[str, str | None] = field(default_factory=dict)
    waves: dict[str, str | None] = field(default_factory=dict)
    seats: dict[str, set[str]] = field(default_factory=dict)

    def with_seat(self, tool: str) -> list[Person]:
        """Those who have a seat for a tool; everybody where the roster names no seats for it."""
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

    @cached_property
    def any_days(self) -> PersonDays:
        """The days on which each person was active with any tool."""
        return _union(self.days.values())

    @cached_property
    def any_first_days(self) -> dict[str, date]:
        """When each person first used any tool."""
        return _earliest(self.first_days.values())

    @cached_property
    def any_first_values(self) -> dict[str, date]:
        """When each person first took something from any tool."""
        return _earliest(self.first_values.values())


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
        query = select(PersonDay.tool, PersonDay.person_id, PersonDay.day, total).where(
            PersonDay.day >= start, PersonDay.day <= end
        )
        days: dict[tuple[str, str], set[date]] = {}
        counts: Counter[tuple[str, str]] = Counter()
        with self.engine.connect() as connection:
            for tool, person, day, count in connection.execute(query).all():
                days.setdefault((tool, person), set()).add(day)
                counts[tool, person] += count
        return self._uses(((*who, seen, counts[who]) for who, seen in days.items()), end)

    def weekly_uses(self, monday: date, sunday: date) -> Uses:
        """Use in whole weeks from a Monday to a Sunday; each week's Monday represents its days.

        Windows of whole weeks up to that Sunday come out as from `uses`. The database puts a
        person's weeks together, a bit for each, so that a row a person and tool is read.

        Raises:
            ValueError: there are more weeks than one number has bits.
        """
        span = (monday, sunday)
        if span not in self._weeks:
            self._weeks[span] = self._read_weeks(monday, sunday)
        return self._weeks[span]

    def active_people(self, start: date, end: date) -> dict[str, dict[date, frozenset[str]]]:
        """By tool and day from `start` to `end`, both included, the people who were active.

        The database puts the people of a day together, so that a row a day and tool is read.
        """
        query = (
            select(
                PersonDay.tool, PersonDay.day, func.aggregate_strings(PersonDay.person_id, _SPACE)
            )
            .where(PersonDay.day >= start, PersonDay.day <= end)
            .group_by(PersonDay.day, PersonDay.tool)
        )
        found: dict[str, dict[date, frozenset[str]]] = {}
        with self.engine.connect() as connection:
            for tool, day, people in connection.execute(query):
                found.setdefault(tool, {})[day] = frozenset(people.split(_SPACE))
        return found

    def _read_weeks(self, monday: date, sunday: date) -> Uses:
        weeks = _mondays(monday, sunday)
        if len(weeks) > _MOST_WEEKS:
            raise ValueError(f"{len(weeks)} weeks are more than the {_MOST_WEEKS} of one reading")
        if not weeks:
            return self._uses([], sunday)
        bits = case({day: 1 << place for place, day in enumerate(weeks)}, value=PersonWeek.monday)
        query = (
            select(
                PersonWeek.tool,
                PersonWeek.person_id,
                func.sum(bits),
                func.sum(PersonWeek.actions),
            )
            .where(PersonWeek.monday >= weeks[0], PersonWeek.monday <= weeks[-1])
            .group_by(PersonWeek.tool, PersonWeek.person_id)
        )

        @cache
        def days_of(bits: int) -> set[date]:
            return {day for place, day in enumerate(weeks) if bits >> place & 1}

        with self.engine.connect() as connection:
            # PostgreSQL sums whole numbers to decimals.
            read = [
                (tool, person, days_of(int(bits)), int(actions))
                for tool, person, bits, actions in connection.execute(query).all()
            ]
        return self._uses(read, sunday)

    def _uses(self, read: Iterable[tuple[str, str, set[date], int]], end: date) -> Uses:
        firsts = select(
            FirstUse.tool, FirstUse.person_id, FirstUse.first_day, FirstUse.first_value
        ).where(FirstUse.first_day <= end)
        made = Uses()
        for tool, person, days, count in read:
            made.days.setdefault(tool, {})[person] = days
            made.actions[person] = made.actions.get(person, 0) + count
        with self.engine.connect() as connection:
            for tool, person, first, value in connection.execute(firsts).all():
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

    def deciders(self, start: date, end: date) -> dict[str, int]:
        """By tool, how many people it names whose recommendations came to an end in a span."""
        ended = PersonDay.accepted + PersonDay.edited + PersonDay.overridden + PersonDay.ignored
        query = (
            select(PersonDay.tool, func.count(PersonDay.person_id.distinct()))
            .where(PersonDay.day >= start, PersonDay.day <= end, ended > 0)
            .group_by(PersonDay.tool)
        )
        with self.engine.connect() as connection:
            return {tool: int(people) for tool, people in connection.execute(query)}

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


def _mondays(start: date, end: date) -> list[date]:
    first = start + timedelta(days=-start.weekday() % 7)
    return [first + timedelta(days=back) for back in range(0, (end - first).days + 1, 7)]


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
