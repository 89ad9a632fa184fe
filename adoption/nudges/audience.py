"""Whom a message about a tool is for: who never used it or stopped, less those left in peace."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from adoption.measures.segments import Transition, transitions
from adoption.measures.use import MONTH, Days
from adoption.nudges.models import Excluded

# Exports that are older say too little about who uses a tool now.
FRESH = timedelta(days=14)
_STOPPED = (Transition.LAPSED, Transition.INACTIVE)
_SATURDAY = 5


@dataclass(frozen=True)
class Holder:
    """Somebody who has a tool.

    Attributes:
        id: their pseudonym.
        account: in Slack; empty for somebody who is not there.
        since: the day from which on the tool was theirs; None where that is unknown.
    """

    id: str
    account: str = ""
    team: str | None = None
    role: str | None = None
    since: date | None = None
    on_leave: bool = False
    part_time: bool = False


@dataclass(frozen=True)
class KnownUse:
    """What is known of a tool's use.

    Attributes:
        days: by day, who used it, in the eight weeks up to the last covered day.
        first_days: when each person first used it.
        covered: the days that some source reported.
    """

    days: Days = field(default_factory=dict)
    first_days: Mapping[str, date] = field(default_factory=dict)
    covered: frozenset[date] = frozenset()

    def covers(self, start: date, end: date) -> bool:
        """Whether use is known of every weekday from `start` to `end`, both included."""
        days = (start + timedelta(days=n) for n in range((end - start).days + 1))
        return all(day in self.covered or day.weekday() >= _SATURDAY for day in days)


@dataclass(frozen=True)
class Past:
    """What rules somebody out, whatever they use; by pseudonym.

    Attributes:
        recent: who was picked for a message in the last two weeks.
        unmoved: who had three messages in a row and did not react.
    """

    opted_out: Collection[str] = frozenset()
    recent: Collection[str] = frozenset()
    unmoved: Collection[str] = frozenset()


@dataclass(frozen=True)
class Audience:
    """Whom a message is for.

    Attributes:
        holders: everybody who has the tool, by pseudonym.
        picked: those whom the message is for.
        excluded: who might get it but is left out, and why.
    """

    holders: Mapping[str, Holder]
    picked: Sequence[str] = ()
    excluded: Mapping[str, Excluded] = field(default_factory=dict)


def audience_of(
    holders: Sequence[Holder], known: KnownUse, past: Past, today: date, grace_days: int
) -> Audience:
    """Whom a message about a tool is for on a day.

    Somebody never used the tool only where exports cover every weekday since it was theirs, and
    stopped only where they cover the last four weeks; of others nothing is known.

    Args:
        grace_days: for so many days a new person is left in peace.
    """
    idle = _idle(holders, known, today)
    excluded: dict[str, Excluded] = {}
    for each in holders:
        if each.id in idle:
            why = _excluded(each, past, today, grace_days) or idle[each.id]
            if why is not None:
                excluded[each.id] = why
    picked = sorted(idle.keys() - excluded.keys())
    return Audience({each.id: each for each in holders}, picked, excluded)


def _idle(holders: Sequence[Holder], known: KnownUse, today: date) -> dict[str, Excluded | None]:
    """Those who do not use the tool as far as is known, marked where that is not enough."""
    end = max((day for day in known.covered if day < today), default=None)
    if end is None or today - end > FRESH:
        return {each.id: Excluded.UNKNOWN for each in holders}
    ids = [each.id for each in holders]
    moved = transitions(ids, known.days, known.first_days, end)
    stopped = set().union(*(moved[each] for each in _STOPPED))
    is_month_known = known.covers(end - timedelta(days=MONTH - 1), end)

    @cache
    def is_known_since(since: date | None) -> bool:
        return since is not None and since <= end and known.covers(since, end)

    idle: dict[str, Excluded | None] = {}
    for each in holders:
        if each.id in stopped:
            idle[each.id] = None if is_month_known else Excluded.UNKNOWN
        elif each.id in moved[Transition.NEVER]:
            idle[each.id] = None if is_known_since(each.since) else Excluded.UNKNOWN
    return idle


def _excluded(holder: Holder, past: Past, today: date, grace_days: int) -> Excluded | None:
    """Why somebody is left out whatever they use, or None."""
    since = holder.since
    is_new = since is not None and today - since < timedelta(days=grace_days)
    reasons = {
        Excluded.NOT_IN_SLACK: not holder.account,
        Excluded.OPTED_OUT: holder.id in past.opted_out,
        Excluded.ON_LEAVE: holder.on_leave,
        Excluded.PART_TIME: holder.part_time,
        Excluded.NEW: is_new,
        Excluded.RECENT: holder.id in past.recent,
        Excluded.NO_REACTION: holder.id in past.unmoved,
    }
    return next((why for why, holds in reasons.items() if holds), None)
