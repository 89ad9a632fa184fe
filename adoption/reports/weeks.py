"""ISO weeks in a workspace's time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from adoption.errors import NotAWeek

_WRITTEN = re.compile(r"(?P<year>\d{4})-W(?P<week>\d{2})", re.ASCII)


@dataclass(frozen=True, order=True)
class Week:
    """One ISO 8601 week, Monday to Sunday.

    Attributes:
        year: the ISO year, which differs from the calendar's around New Year.
        number: 1 to 53.
    """

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Week:
        """The week that `2026-W47` names.

        Raises:
            NotAWeek: the text has another form, or that year has no such week.
        """
        match = _WRITTEN.fullmatch(text.strip())
        try:
            if match is None:
                raise ValueError(text)
            week = cls(int(match["year"]), int(match["week"]))
            _ = week.monday, week.next
        except (ValueError, OverflowError):
            raise NotAWeek(
                f"“{text}” is not a week. Write it like 2026-W47 (year, W, number)."
            ) from None
        return week

    @classmethod
    def of(cls, moment: datetime, zone: ZoneInfo) -> Week:
        """The week in which an aware moment lies, by the clocks of `zone`."""
        year, number, _ = moment.astimezone(zone).isocalendar()
        return cls(year, number)

    @property
    def monday(self) -> date:
        """The week's first day."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def sunday(self) -> date:
        """The week's last day."""
        return self.monday + timedelta(days=6)

    @property
    def in_words(self) -> str:
        """Its Monday, for people, who do not count weeks: `16 November 2026`."""
        return f"{self.monday.day} {self.monday:%B %Y}"

    @property
    def previous(self) -> Week:
        """The week before."""
        return self.of_day(self.monday - timedelta(days=7))

    @property
    def next(self) -> Week:
        """The week after."""
        return self.of_day(self.monday + timedelta(days=7))

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """First moment of the week and of the next one, in UTC; 167 to 169 hours apart."""
        start = datetime.combine(self.monday, time.min, zone)
        end = datetime.combine(self.next.monday, time.min, zone)
        return start.astimezone(UTC), end.astimezone(UTC)

    def is_over(self, moment: datetime, zone: ZoneInfo) -> bool:
        """Whether a moment lies after the week, by the clocks of `zone`."""
        return self.bounds(zone)[1] <= moment

    @staticmethod
    def of_day(day: date) -> Week:
        """The week in which a day lies."""
        year, number, _ = day.isocalendar()
        return Week(year, number)

    def __str__(self) -> str:
        return f"{self.year:04d}-W{self.number:02d}"
