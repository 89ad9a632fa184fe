"""The people of the example company with their habits, and the chance that moves them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from adoption.reports.weeks import Week

TOOLS = ("GitHub Copilot", "Microsoft 365 Copilot", "ChatGPT Enterprise")
WAVES = 4
# Shares of a large company; in one of 400 people the last two teams are under any minimum.
TEAMS = {
    "Sales": 20,
    "Engineering": 24,
    "Finance": 13,
    "Support": 15,
    "Operations": 14,
    "Marketing": 9,
    "Law": 4,
    "Board": 1,
}
# Of a small one; what changes in a team is seen only where it has some forty people.
SMALL_TEAMS = {
    "Sales": 46,
    "Engineering": 26,
    "Support": 21,
    "Finance": 14,
    "Operations": 10,
    "Board": 3,
}
# One person in so many leaves in the middle.
_LEAVES = 40


@dataclass(frozen=True)
class Colleague:
    """Somebody of the company who has a Slack account and a name.

    Attributes:
        account: team and user id in Slack.
    """

    account: str
    address: str
    name: str
    team: str
    is_champion: bool = False
    is_admin: bool = False


@dataclass(frozen=True)
class Employee:
    """One person.

    Attributes:
        start: the day from which on the tools are theirs.
        keenness: the share of working days on which they would use a tool, 0 to 1.
        colleague: their name and part, for those in Slack.
    """

    number: int
    address: str
    account: str
    team: str
    wave: int
    start: date
    left_on: date | None
    keenness: float
    tools: tuple[str, ...]
    colleague: Colleague | None = None


@dataclass(frozen=True)
class Planted:
    """What is hidden in the last week, for a digest to find."""

    week: Week
    team: str = "Finance"
    tool: str = "Microsoft 365 Copilot"
    reason: str = "wrong data: missing data"


@dataclass(frozen=True)
class Company:
    """The company; the same one for the same arguments.

    Attributes:
        weeks: how many it has been using the tools for, up to and with `last`.
        cast: those of its people who are in Slack by name.
        teams: the teams with their shares.
        guides: what the paths of the guides that answered begin with.
        silent_team: the team that uses nothing in the last week.
        first_habit: how much of their later use people begin with, 0 to 1.
        through: the last day with use; the last week's Sunday where it is left out.
    """

    size: int
    weeks: int
    last: Week
    seed: int
    cast: Sequence[Colleague] = field(default_factory=tuple)
    teams: Mapping[str, int] = field(default_factory=lambda: TEAMS)
    guides: str = ""
    silent_team: str = Planted.team
    first_habit: float = 1.0
    through: date | None = None

    @property
    def monday(self) -> date:
        """The first day."""
        return self.last.monday - timedelta(weeks=self.weeks - 1)

    @property
    def mondays(self) -> list[date]:
        """The first days of all weeks."""
        return [self.monday + timedelta(weeks=number) for number in range(self.weeks)]

    @property
    def now(self) -> datetime:
        """The Monday morning after the last week."""
        return datetime.combine(self.last.next.monday, time(8), UTC)

    @property
    def planted(self) -> Planted:
        """What is hidden in the last week."""
        return Planted(self.last, self.silent_team)

    def chance(self, subject: str, monday: date | None = None) -> random.Random:
        """The chance for one subject in one week, which no other subject moves."""
        week = -1 if monday is None else (monday - self.monday).days // 7
        return random.Random(f"{self.seed} {subject} {week}")

    @cached_property
    def people(self) -> Sequence[Employee]:
        """Everybody, the cast first."""
        names = [name for name, parts in self.teams.items() for _ in range(parts)]
        chance = self.chance("people")
        # A few are not keen at all.
        never = set(chance.sample(range(self.size), self.size // 12))
        made = []
        for number in range(self.size):
            known = self.cast[number] if number < len(self.cast) else None
            team = known.team if known else names[number * len(names) // self.size]
            keen = chance.betavariate(2.2, 1.6)
            keen = 0.8 if known else 0.0 if number in never else keen
            made.append(self._employee(number, team, keen, known))
        return made

    @cached_property
    def active_people(self) -> Sequence[Employee]:
        """Those who did not leave."""
        return [each for each in self.people if each.left_on is None]

    @property
    def admins(self) -> Sequence[Colleague]:
        """Those of the cast who run the programme."""
        return [each for each in self.cast if each.is_admin]

    @property
    def champions(self) -> Sequence[Colleague]:
        """The champions of the cast."""
        return [each for each in self.cast if each.is_champion]

    def moment(self, chance: random.Random, monday: date) -> datetime:
        """Some moment of working hours in a week, UTC."""
        day = monday + timedelta(days=chance.randrange(5))
        return datetime.combine(day, time(8), UTC) + timedelta(minutes=chance.randrange(9 * 60))

    def _employee(self, number: int, team: str, keen: float, known: Colleague | None) -> Employee:
        wave = number % WAVES
        start = self.monday + timedelta(weeks=wave * max(1, self.weeks // 2 // WAVES))
        leaves = not known and number % _LEAVES == _LEAVES - 1
        middle = self.monday + timedelta(weeks=self.weeks // 2)
        return Employee(
            number=number,
            address=known.address if known else f"person{number}@example.com",
            account=known.account if known else f"T1:U{number}",
            team=team,
            wave=wave,
            start=start,
            left_on=max(middle, start) if leaves else None,
            keenness=keen,
            tools=TOOLS if team == "Engineering" else TOOLS[1:],
            colleague=known,
        )
