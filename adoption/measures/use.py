"""Who uses the tools: eligible, activated, active and habitual people.

Windows are days, both ends included; `end` is the last day looked at. Over all of them,
“active” is any event on a day, and shares are of the people who are eligible on `end`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from adoption.measures.shares import Share

# Rolling windows: a week, and the 28 days that Microsoft and GitHub report by.
WEEK, MONTH = 7, 28
# Habitual is active in 9 of 12 weeks; a month has four.
HABIT_WEEKS, HABIT_WINDOW, MONTH_WEEKS = 9, 12, 4

# Who was active on each day, by pseudonym.
Days = Mapping[date, AbstractSet[str]]


@dataclass(frozen=True)
class Person:
    """A person on the roster as the measures see them.

    Attributes:
        since: the first day on which the tool was theirs to use; None where that is unknown.
        left: the first day on which they were gone.
    """

    id: str
    since: date | None = None
    left: date | None = None

    def eligible_on(self, day: date) -> bool:
        """Whether the tool was theirs to use on that day."""
        return (self.since is None or self.since <= day) and (self.left is None or day < self.left)


def eligible(roster: Sequence[Person], end: date) -> frozenset[str]:
    """Those who may use the tool on `end`: since ≤ end < left.

    Source: Microsoft's Copilot Dashboard, “Copilot licensed employees”.
    """
    return frozenset(person.id for person in roster if person.eligible_on(end))


def activated(people: AbstractSet[str], first_days: Mapping[str, date], end: date) -> Share:
    """Of the eligible, those who have ever used the tool: first day ≤ end.

    Source: product analytics' activation rate; Microsoft's readiness counts it alike.
    """
    return Share.of({p for p in people if first_days.get(p, date.max) <= end}, people)


def active(days: Days, end: date, window: int) -> AbstractSet[str]:
    """Everybody with a day of use among the `window` days up to `end`."""
    wanted = (end - timedelta(days=back) for back in range(window))
    seen = [days[day] for day in wanted if day in days]
    return seen[0] if len(seen) == 1 else set().union(*seen)


def of_people(days: Days, people: AbstractSet[str]) -> dict[date, AbstractSet[str]]:
    """The days of some people alone; days without any are left out."""
    found = {day: seen & people for day, seen in days.items()}
    return {day: seen for day, seen in found.items() if seen}


def weekly_active(days: Days, end: date) -> int:
    """WAU: how many people were active in the 7 days up to `end`. Source: GitHub's metrics."""
    return len(active(days, end, WEEK))


def monthly_active(days: Days, end: date) -> int:
    """MAU: how many people were active in the 28 days up to `end`. Source: GitHub's metrics."""
    return len(active(days, end, MONTH))


def adoption_rate(people: AbstractSet[str], days: Days, end: date, window: int = MONTH) -> Share:
    """Active among the eligible, of the eligible.

    Source: Microsoft's Copilot Dashboard, “active users / licensed employees” over 28 days.
    """
    return Share.of(people & active(days, end, window), people)


def habitual(days: Days, end: date) -> set[str]:
    """Those who were active in at least 9 of the 12 weeks up to `end`.

    Source: Microsoft vivainsights `identify_usage_segments`, 12-week version (“Habitual User”).
    """
    weeks = (active(days, end - timedelta(weeks=back), WEEK) for back in range(HABIT_WINDOW))
    counts = Counter(chain.from_iterable(weeks))
    return {person for person, count in counts.items() if count >= HABIT_WEEKS}


def habit_rate(people: AbstractSet[str], regular: AbstractSet[str]) -> Share:
    """Habitual among the eligible, of the eligible: adoption that lasts.

    Args:
        regular: those who are `habitual`, whoever else is among them.
    """
    return Share.of(people & regular, people)


def stickiness(days: Days, end: date) -> float | None:
    """WAU/MAU: mean of the four weekly active counts over the monthly one, 0 to 1.

    None where nobody was active. Source: the DAU/MAU ratio of product analytics (Facebook,
    2008), with weeks for days, because office tools rest at weekends.
    """
    monthly = monthly_active(days, end)
    weekly = sum(weekly_active(days, end - timedelta(days=WEEK * n)) for n in range(MONTH_WEEKS))
    return weekly / MONTH_WEEKS / monthly if monthly else None


def intensity(days: Days, end: date, window: int = MONTH) -> float | None:
    """Active days for each active person in the window; None where nobody was active.

    Source: Microsoft's Copilot Dashboard, “average active days per user”.
    """
    people = active(days, end, window)
    start = end - timedelta(days=window - 1)
    total = sum(len(seen) for day, seen in days.items() if start <= day <= end)
    return total / len(people) if people else None


def breadth(by_tool: Mapping[str, Days], end: date, window: int = MONTH) -> float | None:
    """Tools for each person who was active with any; None where nobody was.

    Source: “feature breadth” of product analytics, with tools for features.
    """
    users = [active(days, end, window) for days in by_tool.values()]
    people = set().union(*users)
    return sum(map(len, users)) / len(people) if people else None


def retention(days: Days, end: date, weeks: int = 12) -> dict[date, list[Share]]:
    """For each Monday of first use, the share of that cohort active week by week.

    Only weeks that are over on `end` stand in a row; week 0 is 1 by definition.
    Source: cohort (“unbounded first use, n-week”) retention as product analytics has it.
    """
    by_week: dict[date, set[str]] = {}
    for day, seen in days.items():
        if day <= end:
            by_week.setdefault(_monday(day), set()).update(seen)
    known: set[str] = set()
    rows: dict[date, list[Share]] = {}
    for first in sorted(by_week):
        cohort = by_week[first] - known
        known |= cohort
        over = ((end - first).days + 1) // WEEK
        later = [first + timedelta(weeks=n) for n in range(min(weeks, over))]
        if cohort:
            rows[first] = [Share.of(cohort & by_week.get(week, set()), cohort) for week in later]
    return rows


def activated_within(
    roster: Sequence[Person], first_days: Mapping[str, date], end: date, days: int = 30
) -> Share:
    """First use within 30 days of becoming eligible, of those whose 30 days are over on `end`.

    Source: product analytics' activation rate, as a cohort with an equal window for everybody.
    """
    over = [
        person
        for person in roster
        if person.since and person.eligible_on(end) and (end - person.since).days >= days
    ]
    begun = {
        person.id
        for person in over
        if person.since and (first_days.get(person.id, date.max) - person.since).days <= days
    }
    return Share.of(begun, {person.id for person in over})


def days_to_first_use(
    roster: Sequence[Person], first_days: Mapping[str, date], end: date
) -> float | None:
    """Median days from eligible to the first use, among the eligible who have used a tool.

    Whoever began before their own date counts as 0. None where nobody began.
    """
    return median(
        [
            max(0, (first_days[person.id] - person.since).days)
            for person in roster
            if person.since
            and person.eligible_on(end)
            and first_days.get(person.id, date.max) <= end
        ]
    )


def time_to_first_value(
    roster: Sequence[Person], first_values: Mapping[str, date], end: date
) -> float | None:
    """Median days from eligible to the first thing accepted or edited, among the eligible.

    Who has not got there counts as “longer than anybody”: None where that is half of them, or
    nobody is. Whoever was faster than their own date counts as 0.
    Source: “time to value” of customer success; the median of a survival curve, simplified.
    """
    waits = []
    for person in roster:
        if person.since is None or not person.eligible_on(end):
            continue
        got = first_values.get(person.id)
        reached = got is not None and got <= end
        waits.append(max(0, (got - person.since).days) if got and reached else math.inf)
    middle = median(waits)
    return None if middle is None or math.isinf(middle) else middle


def dormant(
    people: AbstractSet[str], days: Days, first_days: Mapping[str, date], end: date
) -> Share:
    """Of the eligible, those who used the tool once but not in the 28 days up to `end`.

    Source: GitHub's “inactive seats”; adoption reports keep them apart from never used.
    """
    used = {p for p in people if first_days.get(p, date.max) <= end}
    return Share.of(used - active(days, end, MONTH), people)


def never_used(people: AbstractSet[str], first_days: Mapping[str, date], end: date) -> Share:
    """Of the eligible, those without a single day of use up to `end`: 1 − activated."""
    return Share.of({p for p in people if first_days.get(p, date.max) > end}, people)


def median(values: Sequence[float]) -> float | None:
    """The middle of the values, or the mean of the two in the middle; None of nothing."""
    ranked = sorted(values)
    if not ranked:
        return None
    low, high = ranked[(len(ranked) - 1) // 2], ranked[len(ranked) // 2]
    return high if math.isinf(high) else (low + high) / 2


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
