"""Use of the tools in a week, as it may be shown: all together, by tool, by team, week by week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, timedelta

from adoption.measures import (
    Decisions,
    Share,
    acceptance_rate,
    active,
    adoption_rate,
    habit_rate,
    habitual,
    intensity,
    never_used,
    override_rate,
    stickiness,
)
from adoption.measures.use import MONTH, WEEK, Days, of_people
from adoption.privacy.disclosure import (
    HIDDEN,
    ShownShare,
    show_mean,
    show_people,
    show_ratio,
    show_share,
    show_share_of_many,
)
from adoption.privacy.groups import Minimum, groups
from adoption.reports.known_use import KnownDays
from adoption.usage.queries import Deciders, Roster, UseReader, Uses

TREND_WEEKS = 12


@dataclass(frozen=True)
class UseFigures:
    """Use by one group up to the last day of a week; shares are of its eligible people.

    Attributes:
        eligible: people who may use the tools, rounded; 0 where they are too few to be shown.
        weekly, monthly: active in 7 days, in 28 days.
        habitual: active in each of the last four weeks.
        never_used: no use so far, on days that imports cover; hidden where a week of the last
            twelve has none. Who is neither this nor monthly active is dormant; the share of
            these is not shown, because all three add up to everybody.
        stickiness: mean weekly active over monthly active people, 0 to 1.
        users: people active in the week, rounded, where no roster says who is eligible.
    """

    eligible: int = 0
    weekly: ShownShare = HIDDEN
    monthly: ShownShare = HIDDEN
    habitual: ShownShare = HIDDEN
    never_used: ShownShare = HIDDEN
    stickiness: float | None = None
    acceptance: ShownShare = HIDDEN
    overrides: ShownShare = HIDDEN
    users: int = 0


@dataclass(frozen=True)
class GroupUse:
    """A team or tool: this week, last week, and four weeks ago."""

    name: str
    now: UseFigures
    before: UseFigures
    month_before: UseFigures = field(default_factory=UseFigures)

    @property
    def direction(self) -> int:
        """1 where weekly use rose, -1 where it fell, against last week or four weeks ago."""
        return self.before.weekly.change_to(self.now.weekly) or self.month_before.weekly.change_to(
            self.now.weekly
        )

    @property
    def compared(self) -> tuple[str, ShownShare]:
        """Against when the direction holds, and the share then."""
        if self.before.weekly.change_to(self.now.weekly):
            return "since last week", self.before.weekly
        return "in four weeks", self.month_before.weekly


@dataclass(frozen=True)
class WeeklyUse:
    """All use in a week.

    Attributes:
        trend: by Monday, the weekly active share of the last twelve weeks.
    """

    now: UseFigures = field(default_factory=UseFigures)
    before: UseFigures = field(default_factory=UseFigures)
    month_before: UseFigures = field(default_factory=UseFigures)
    tools: Sequence[GroupUse] = field(default_factory=tuple)
    teams: Sequence[GroupUse] = field(default_factory=tuple)
    trend: Mapping[date, ShownShare] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        """Whether there is a roster, or any use at all."""
        return bool(self.now.eligible or self.now.users or self.before.users or self.tools)


@dataclass(frozen=True)
class Decided:
    """What became of recommendations.

    Attributes:
        people: who decided, as far as the tools name them.
        count: how many decided; where a tool names nobody, how many are in the teams it reports.
    """

    decisions: Decisions = Decisions()  # noqa: RUF009
    people: frozenset[str] = frozenset()
    count: int = 0


def recent_uses(reader: UseReader, end: date) -> Uses:
    """Use in the thirteen weeks up to the Sunday `end`: last week's habit looks back one more."""
    return reader.weekly_uses(end - timedelta(days=WEEK * (TREND_WEEKS + 1) - 1), end)


def company_use(reader: UseReader, end: date, minimum: Minimum) -> WeeklyUse:
    """Everybody's use this week and last, without teams, tools, trend and decisions."""
    roster, known = reader.roster(), known_days(reader, end)
    uses = recent_uses(reader, end)
    days, firsts = uses.any_days, uses.any_first_days
    now, before = (
        figures(roster.eligible(day), days, firsts, day, Decided(), minimum, known, is_whole=True)
        for day in (end, end - timedelta(days=WEEK))
    )
    return WeeklyUse(now, before)


def weekly_use(reader: UseReader, end: date, minimum: Minimum) -> WeeklyUse:
    """The use of the week that ends on the Sunday `end`, from thirteen weeks of roll-ups."""
    roster = reader.roster()
    uses, known = recent_uses(reader, end), known_days(reader, end)
    ends = (end, end - timedelta(days=WEEK))
    weeks = [(day - timedelta(days=WEEK - 1), day) for day in ends]
    told = [reader.decisions(*week) for week in weeks]
    tools = shown_tools(roster, uses, [*told[0], *told[1]], ends, minimum)
    decided = [
        shown_decisions(by_tool, reader.deciders(*week), tools, minimum)
        for by_tool, week in zip(told, weeks, strict=True)
    ]
    days, firsts = uses.any_days, uses.any_first_days
    month_before = end - timedelta(days=MONTH)
    whole = [
        figures(roster.eligible(day), days, firsts, day, decisions, minimum, known, is_whole=True)
        for day, decisions in zip(ends, map(total, decided), strict=True)
    ]
    return WeeklyUse(
        whole[0],
        whole[1],
        _month_before(roster.eligible(month_before), days, month_before, minimum),
        _by_tool(roster, uses, ends, decided, tools, minimum, known),
        _by_team(roster, days, firsts, ends, minimum, known),
        weekly_trend(roster, days, end, TREND_WEEKS, minimum, known.any_days),
    )


def figures(
    people: frozenset[str],
    days: Days,
    firsts: Mapping[str, date],
    end: date,
    decided: Decided,
    minimum: Minimum,
    known: KnownDays,
    is_whole: bool = False,
    regular: AbstractSet[str] | None = None,
) -> UseFigures:
    """The figures of one group, as they may be shown; `is_whole` where it is everybody.

    Args:
        people: those of the group who are eligible on `end`.
        known: the days for which use is known; figures of others are hidden.
        regular: who is habitual on `end`, where that is known from a larger group.
    """
    monthly = adoption_rate(people, days, end)
    # Who is not on the roster counts in no figure: they are few.
    own = of_people(days, people) if people else days

    def shown(share: Share) -> ShownShare:
        return show_share(share, minimum)

    def of_events(share: Share) -> ShownShare:
        return show_share(share, minimum, decided.count)

    return UseFigures(
        eligible=show_people(people, minimum) or 0,
        weekly=shown(adoption_rate(people, days, end, WEEK))
        if known.covers_any(end, WEEK)
        else HIDDEN,
        monthly=shown(monthly) if known.covers_any(end, MONTH) else HIDDEN,
        habitual=(show_share if is_whole else show_share_of_many)(
            habit_rate(people, habitual(days, end) if regular is None else regular), minimum
        ),
        never_used=show_share_of_many(never_used(people, firsts, end), minimum)
        if known.covers_every_week(end)
        else HIDDEN,
        stickiness=show_ratio(stickiness(own, end), active(own, end, MONTH), minimum),
        acceptance=of_events(acceptance_rate(decided.decisions, decided.people)),
        overrides=of_events(override_rate(decided.decisions, decided.people)),
        users=0 if people else show_people(active(days, end, WEEK), minimum) or 0,
    )


def shown_intensity(
    days: Days, people: AbstractSet[str], end: date, minimum: Minimum
) -> float | None:
    """Active days of an active person in four weeks, of eligible people, as they may be shown."""
    own = of_people(days, people) if people else days
    users, mean = active(own, end, MONTH), intensity(own, end)
    if mean is None or len(users) < minimum.people:
        return None
    key = Share.of((), users).whole_key or 0
    return show_mean(mean, len(users), key, key + 2)[0]


def known_days(reader: UseReader, end: date) -> KnownDays:
    """The days up to `end` for which use is known."""
    return KnownDays(reader.coverage(date.min, end).days, reader.roster().seats)


def weekly_trend(
    roster: Roster,
    days: Days,
    end: date,
    weeks: int,
    minimum: Minimum,
    covered: frozenset[date],
) -> dict[date, ShownShare]:
    """By Monday, the weekly active share of each of the weeks up to the Sunday `end`.

    A week without a covered day is hidden: it has no data, which is not the same as no use.
    """
    sundays = [end - timedelta(days=WEEK * back) for back in reversed(range(weeks))]
    return {
        sunday - timedelta(days=WEEK - 1): show_share(
            adoption_rate(roster.eligible(sunday), days, sunday, WEEK), minimum
        )
        if has_data(covered, sunday)
        else HIDDEN
        for sunday in sundays
    }


def has_data(covered: frozenset[date], sunday: date) -> bool:
    """Whether any day of the week that ends on `sunday` is covered."""
    return any(sunday - timedelta(days=back) in covered for back in range(WEEK))


def shown_tools(
    roster: Roster,
    uses: Uses,
    decided: Iterable[str],
    ends: Sequence[date],
    minimum: Minimum,
) -> list[str]:
    """The tools that may be shown: those that enough people may use, or did where none are known.

    Where a tool reports only teams, no people are seen at all.
    """
    found = []
    for tool in sorted({*uses.days, *decided}):
        seats = [len(roster.with_seat(tool, end, minimum)) for end in ends]
        people = seats if any(seats) else [len(set().union(*uses.days.get(tool, {}).values()))]
        if not any(0 < count < minimum.people for count in people):
            found.append(tool)
    return found


def shown_decisions(
    decided: Mapping[str, Decisions],
    deciders: Mapping[str, Deciders],
    tools: Sequence[str],
    minimum: Minimum,
) -> dict[str, Decided]:
    """What became of recommendations, where enough people decided, or teams of enough people.

    What is left out counts in no total either, or a subtraction would bring it back.

    Args:
        deciders: who decided, by tool.
    """
    found = {}
    for tool in tools:
        who = deciders.get(tool, Deciders())
        count = minimum.people if who.count is None else who.count
        if tool in decided and count >= minimum.people:
            found[tool] = Decided(decided[tool], who.people, count)
    return found


def total(by_tool: Mapping[str, Decided]) -> Decided:
    """The decisions of all tools; as many people as of the tool with most, who count once."""
    decisions = sum((each.decisions for each in by_tool.values()), Decisions())
    people = frozenset().union(*(each.people for each in by_tool.values()))
    return Decided(decisions, people, max((each.count for each in by_tool.values()), default=0))


def _by_tool(
    roster: Roster,
    uses: Uses,
    ends: tuple[date, date],
    decided: Sequence[Mapping[str, Decided]],
    shown: Sequence[str],
    minimum: Minimum,
    known: KnownDays,
) -> list[GroupUse]:
    made, month_before = [], ends[0] - timedelta(days=MONTH)
    for tool in shown:
        days, firsts = uses.days.get(tool, {}), uses.first_days.get(tool, {})
        now, before = (
            figures(
                roster.with_seat(tool, day, minimum),
                days,
                firsts,
                day,
                by_tool.get(tool, Decided()),
                minimum,
                known.of(tool),
            )
            for day, by_tool in zip(ends, decided, strict=True)
        )
        had = roster.with_seat(tool, month_before, minimum)
        then = _month_before(had, days, month_before, minimum)
        made.append(GroupUse(tool, now, before, then))
    return made


def _by_team(
    roster: Roster,
    days: Days,
    firsts: Mapping[str, date],
    ends: tuple[date, date],
    minimum: Minimum,
    known: KnownDays,
) -> list[GroupUse]:
    month_before = ends[0] - timedelta(days=MONTH)
    # Each week has the groups of those who were there: a figure of those who stayed, beside that
    # of everybody, would tell of those who left.
    parts = {
        day: groups({who: roster.teams[who] for who in roster.eligible(day)}, minimum)
        for day in (*ends, month_before)
    }
    regular = {day: habitual(days, day) for day in ends}
    made = []
    for name in sorted(parts[ends[0]]) if len(parts[ends[0]]) > 1 else []:
        people = {day: shown.get(name, frozenset()) for day, shown in parts.items()}
        now, before = (
            figures(
                people[day],
                of_people(days, people[day]),
                firsts,
                day,
                Decided(),
                minimum,
                known,
                regular=regular[day],
            )
            for day in ends
        )
        there = people[month_before]
        then = _month_before(there, of_people(days, there), month_before, minimum)
        made.append(GroupUse(name, now, before, then))
    return made


def _month_before(people: frozenset[str], days: Days, then: date, minimum: Minimum) -> UseFigures:
    """The weekly and monthly share of those who were eligible four weeks before."""
    weekly, monthly = (adoption_rate(people, days, then, window) for window in (WEEK, MONTH))
    return UseFigures(
        show_people(people, minimum) or 0,
        show_share(weekly, minimum),
        show_share(monthly, minimum),
    )
