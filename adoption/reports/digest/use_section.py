"""The digest's figures of use: all together, by tool, by team; this week beside the last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from adoption.measures import (
    Decisions,
    Person,
    Share,
    acceptance_rate,
    active,
    adoption_rate,
    changed,
    dormant,
    eligible,
    habit_rate,
    never_used,
    override_rate,
    stickiness,
    weekly_active,
)
from adoption.measures.use import HABIT_WEEKS, MONTH, WEEK
from adoption.privacy.groups import Minimum, groups
from adoption.usage.queries import PersonDays, Roster, UseReader, Uses

# The share of a group that is empty or not shown.
NO_SHARE = Share(0, 0)


@dataclass(frozen=True)
class UseFigures:
    """Use on the last day of a week.

    Attributes:
        active: people active in the week, on the roster or not.
        weekly: active in the week, of the eligible; `adoption` in 28 days.
        stickiness: mean weekly over monthly active people, 0 to 1.
    """

    eligible: int = 0
    active: int = 0
    weekly: Share = NO_SHARE
    adoption: Share = NO_SHARE
    habit: Share = NO_SHARE
    dormant: Share = NO_SHARE
    never_used: Share = NO_SHARE
    stickiness: float | None = None
    acceptance: Share = NO_SHARE
    overrides: Share = NO_SHARE


@dataclass(frozen=True)
class GroupUse:
    """A team or tool: this week, the week before, four weeks before."""

    name: str
    now: UseFigures
    before: UseFigures
    month_before: Share = NO_SHARE

    @property
    def direction(self) -> int:
        """1 where weekly use rose, -1 where it fell, against last week or four weeks ago."""
        return changed(self.before.weekly, self.now.weekly) or changed(
            self.month_before, self.now.weekly
        )

    @property
    def since(self) -> str:
        """Against when the direction holds."""
        sudden = changed(self.before.weekly, self.now.weekly)
        return "since last week" if sudden else "in four weeks"


@dataclass(frozen=True)
class UseSection:
    """All of a week's use."""

    now: UseFigures = field(default_factory=UseFigures)
    before: UseFigures = field(default_factory=UseFigures)
    tools: Sequence[GroupUse] = field(default_factory=tuple)
    teams: Sequence[GroupUse] = field(default_factory=tuple)

    @property
    def known(self) -> bool:
        """Whether there is a roster, or any use at all."""
        return bool(self.now.eligible or self.now.active or self.before.active or self.tools)


def use_section(reader: UseReader, end: date, minimum: Minimum) -> UseSection:
    """The use of the week that ends on the Sunday `end`, read from nine weeks of roll-ups.

    Groups under the minimum are folded; where even all people are fewer, shares are left out.
    """
    roster = reader.roster()
    # The habit of the week before four weeks ago reaches back another four.
    uses = reader.weekly_uses(end - timedelta(days=2 * MONTH + WEEK - 1), end)
    ends = (end, end - timedelta(days=WEEK))
    decided = [reader.decisions(day - timedelta(days=WEEK - 1), day) for day in ends]
    tools = shown_tools(roster, uses, [*decided[0], *decided[1]], ends, minimum)
    decided = [
        shown_decisions(by_tool, uses, tools, end, WEEK, minimum)
        for by_tool, end in zip(decided, ends, strict=True)
    ]
    all_days = uses.any_days
    firsts = uses.any_first_days
    whole = [
        figures(roster.people, all_days, firsts, day, _sum(by_tool), minimum)
        for day, by_tool in zip(ends, decided, strict=True)
    ]
    return UseSection(
        whole[0],
        whole[1],
        _by_tool(roster, uses, ends, decided, tools, minimum),
        _by_team(roster, uses, all_days, ends, minimum),
    )


def figures(
    people: Sequence[Person],
    days: PersonDays,
    firsts: dict[str, date],
    end: date,
    decisions: Decisions,
    minimum: Minimum,
) -> UseFigures:
    """The figures of one group; one under the minimum has none but the count of events."""
    may = eligible(people, end)
    users = weekly_active(days, end)
    if len(may) < minimum.people:
        return UseFigures(
            active=users if users >= minimum.people else 0,
            acceptance=acceptance_rate(decisions),
            overrides=override_rate(decisions),
        )
    return UseFigures(
        eligible=len(may),
        active=users,
        weekly=Share(len(may & active(days, end, WEEK)), len(may)),
        adoption=adoption_rate(people, days, end),
        habit=habit_rate(people, days, end),
        dormant=dormant(people, days, firsts, end),
        never_used=never_used(people, firsts, end),
        stickiness=stickiness(days, end),
        acceptance=acceptance_rate(decisions),
        overrides=override_rate(decisions),
    )


def shown_tools(
    roster: Roster,
    uses: Uses,
    decided: Iterable[str],
    ends: Sequence[date],
    minimum: Minimum,
) -> list[str]:
    """The tools that may be shown: those that enough people may use, or did where none are known.

    Where only teams are told of, no people are seen at all.
    """
    found = []
    for tool in sorted({*uses.days, *decided}):
        seats = [len(eligible(roster.with_seat(tool), end)) for end in ends]
        people = seats if any(seats) else [len(uses.days.get(tool, {}))]
        if not any(0 < count < minimum.people for count in people):
            found.append(tool)
    return found


def shown_decisions(
    decided: dict[str, Decisions],
    uses: Uses,
    tools: Sequence[str],
    end: date,
    window: int,
    minimum: Minimum,
) -> dict[str, Decisions]:
    """What became of recommendations, where enough people (or whole teams) decided.

    What is left out counts in no total either, or a subtraction would bring it back.
    """
    users = {tool: len(active(uses.days.get(tool, {}), end, window)) for tool in tools}
    return {
        tool: decided[tool]
        for tool in tools
        if tool in decided and not 0 < users[tool] < minimum.people
    }


def _by_tool(
    roster: Roster,
    uses: Uses,
    ends: tuple[date, date],
    decided: Sequence[dict[str, Decisions]],
    shown: Sequence[str],
    minimum: Minimum,
) -> list[GroupUse]:
    made = []
    for tool in shown:
        people, days = roster.with_seat(tool), uses.days.get(tool, {})
        firsts = uses.first_days.get(tool, {})
        now, before = (
            figures(people, days, firsts, day, by_tool.get(tool, Decisions()), minimum)
            for day, by_tool in zip(ends, decided, strict=True)
        )
        made.append(GroupUse(tool, now, before, _month_before(people, days, ends[0], minimum)))
    return made


def _by_team(
    roster: Roster,
    uses: Uses,
    days: PersonDays,
    ends: tuple[date, date],
    minimum: Minimum,
) -> list[GroupUse]:
    firsts = uses.any_first_days
    # The teams are folded by who is there now: who left is shown in no group.
    may = eligible(roster.people, ends[0])
    shown = groups({person: roster.teams[person] for person in may}, minimum)
    if len(shown) < 2:
        return []
    made = []
    for name, members in sorted(shown.items()):
        people = roster.only(members)
        own = {person: days[person] for person in members if person in days}
        now, before = (figures(people, own, firsts, day, Decisions(), minimum) for day in ends)
        made.append(GroupUse(name, now, before, _month_before(people, own, ends[0], minimum)))
    return made


def _month_before(people: Sequence[Person], days: PersonDays, end: date, minimum: Minimum) -> Share:
    then = end - timedelta(days=WEEK * HABIT_WEEKS)
    may = eligible(people, then)
    if len(may) < minimum.people:
        return NO_SHARE
    return Share(len(may & active(days, then, WEEK)), len(may))


def _sum(by_tool: dict[str, Decisions]) -> Decisions:
    return sum(by_tool.values(), Decisions())
