"""Who people are as users: Microsoft's five usage segments, and how people move between months."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from enum import StrEnum

from adoption.measures.use import HABIT_WINDOW, MONTH, Days, active, habitual

POWER_ACTIONS, NOVICE_ACTIONS = 15, 1


class Segment(StrEnum):
    """How much and how steadily somebody uses the tools, over 12 weeks."""

    POWER = "power user"
    HABITUAL = "habitual user"
    NOVICE = "novice user"
    LOW = "low user"
    NON_USER = "non-user"


class Transition(StrEnum):
    """How somebody's last 28 days compare to the 28 days before."""

    NEW = "new"
    RETAINED = "retained"
    REACTIVATED = "reactivated"
    LAPSED = "lapsed"
    INACTIVE = "inactive"
    NEVER = "never used"


def segments(
    people: Collection[str], days: Days, actions: Mapping[str, int], end: date
) -> dict[Segment, set[str]]:
    """Everybody's segment: power (habitual, and a mean of 15 or more actions a week), habitual
    (active in 9 of 12 weeks), novice (a mean of 1 or more actions a week), low, non-user.

    Args:
        actions: events of each person in the 12 weeks up to `end`.

    Source: Microsoft vivainsights `identify_usage_segments`, 12-week version.
    """
    regular = habitual(days, end)
    found: dict[Segment, set[str]] = {segment: set() for segment in Segment}
    for person in people:
        mean = actions.get(person, 0) / HABIT_WINDOW
        if person in regular:
            segment = Segment.POWER if mean >= POWER_ACTIONS else Segment.HABITUAL
        elif mean >= NOVICE_ACTIONS:
            segment = Segment.NOVICE
        else:
            segment = Segment.LOW if mean > 0 else Segment.NON_USER
        found[segment].add(person)
    return found


def transitions(
    people: Collection[str], days: Days, first_days: Mapping[str, date], end: date
) -> dict[Transition, set[str]]:
    """How everybody moved: new, retained, reactivated, lapsed, still inactive, or never used.

    Source: growth accounting of product analytics, with 28-day windows.
    """
    now, before = active(days, end, MONTH), active(days, end - timedelta(days=MONTH), MONTH)
    found: dict[Transition, set[str]] = {transition: set() for transition in Transition}
    for person in people:
        first = first_days.get(person, date.max)
        if first > end:
            transition = Transition.NEVER
        elif person in now:
            began = first > end - timedelta(days=MONTH)
            stayed = Transition.RETAINED if person in before else Transition.REACTIVATED
            transition = Transition.NEW if began else stayed
        else:
            transition = Transition.LAPSED if person in before else Transition.INACTIVE
        found[transition].add(person)
    return found
