"""For which days use is known: what no import covers is kept apart from no use."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from adoption.measures.use import HABIT_WINDOW, WEEK


@dataclass(frozen=True)
class KnownDays:
    """The days that imports cover, by tool.

    Attributes:
        seats: the tools that the roster names seats for.
    """

    by_tool: Mapping[str, frozenset[date]]
    seats: Collection[str] = ()

    @property
    def any_days(self) -> frozenset[date]:
        """The days that are covered for at least one tool."""
        return frozenset().union(*self.by_tool.values())

    def of(self, tool: str) -> KnownDays:
        """Those of one tool."""
        return KnownDays({tool: self.by_tool.get(tool, frozenset())})

    def covers_any(self, end: date, window: int) -> bool:
        """Whether anything is known of the days up to `end`."""
        days = [end - timedelta(days=back) for back in range(window)]
        return any(day in covered for covered in self.by_tool.values() for day in days)

    def covers_every_week(self, end: date) -> bool:
        """Whether each tool has data in each of the last twelve weeks, as far as its data goes.

        A tool without any in that time counts only where people have seats for it.
        """
        start = end - timedelta(days=WEEK * HABIT_WINDOW - 1)
        told = []
        for tool, days in self.by_tool.items():
            before = [day for day in days if day <= end]
            if before and (tool in self.seats or max(before) >= start):
                told.append(_has_no_gap(frozenset(before), max(start, min(before)), end))
        return bool(told) and all(told)


def _has_no_gap(days: frozenset[date], start: date, end: date) -> bool:
    """Whether each week, counted back from `end`, that begins after `start` has a day."""
    weeks = ((end - start).days + 1) // WEEK
    return all(
        any(end - timedelta(days=WEEK * week + back) in days for back in range(WEEK))
        for week in range(max(1, weeks))
    )
