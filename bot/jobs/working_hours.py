"""When people work, by the clocks where they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FORM = re.compile(
    r"(?P<first>[a-z]{3})-(?P<last>[a-z]{3}) "
    r"(?P<start>\d{1,2}(?::\d\d)?)-(?P<end>\d{1,2}(?::\d\d)?)"
)
# Working days with a whole hour come again within this many days in every zone.
_LOOKED_AHEAD = 15


@dataclass(frozen=True)
class WorkingHours:
    """Hours on some days of the week.

    Attributes:
        days: 0 for Monday to 6 for Sunday.
        end: the first moment that is none of theirs, on the same day.

    Raises:
        ValueError: there is no such day or hour, or less than an hour.
    """

    days: frozenset[int]
    start: time
    end: time

    def __post_init__(self) -> None:
        minutes = [each.hour * 60 + each.minute for each in (self.start, self.end)]
        if not self.days or minutes[1] - minutes[0] < 60:
            raise ValueError("working hours need a day, and an hour on it at least")

    @classmethod
    def parse(cls, text: str) -> WorkingHours:
        """The hours in words: `Mon-Fri 9:00-17:00`; a week may begin on any day.

        Raises:
            ValueError: they are written differently.
        """
        found = _FORM.fullmatch(" ".join(text.lower().split()))
        if not found or not {found["first"], found["last"]} <= set(_DAYS):
            raise ValueError(f"“{text}” is no time of work; write it like Mon-Fri 9:00-17:00")
        first, last = _DAYS.index(found["first"]), _DAYS.index(found["last"])
        days = frozenset((first + more) % 7 for more in range((last - first) % 7 + 1))
        return cls(days, _time(found["start"]), _time(found["end"]))

    def span(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """First moment and end of the hours on a day, UTC; None where the day has none.

        Where the clocks are set, an hour that is missing or comes twice counts as none of theirs.
        """
        if day.weekday() not in self.days:
            return None
        start = max(_moments(day, self.start, zone))
        end = min(_moments(day, self.end, zone))
        return (start, end) if start < end else None


def next_working_moment(now: datetime, zone: ZoneInfo, hours: WorkingHours) -> datetime:
    """`now` where it is in working hours by the clocks of a zone, or else their next beginning.

    Returns:
        The moment in UTC.

    Raises:
        ValueError: `now` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    today = now.astimezone(zone).date()
    spans = (hours.span(today + timedelta(days=n), zone) for n in range(_LOOKED_AHEAD))
    return next(max(now.astimezone(UTC), span[0]) for span in spans if span and now < span[1])


def working_moment_before(at: datetime, zone: ZoneInfo, hours: WorkingHours) -> datetime:
    """`at` by the clocks of a zone, moved into the working hours of its day or of an earlier one.

    Returns:
        The moment in UTC. It may be later than `at` on the same day, where `at` is before work.
    """
    local = at.astimezone(zone)
    days = (local.date() - timedelta(days=back) for back in range(_LOOKED_AHEAD))
    day, span = next((day, span) for day in days if (span := hours.span(day, zone)))
    wanted = datetime.combine(day, local.time(), zone).astimezone(UTC)
    return min(max(wanted, span[0]), span[1] - timedelta(minutes=1))


def _time(text: str) -> time:
    hour, _, minute = text.partition(":")
    return time(int(hour), int(minute or 0))


def _moments(day: date, at: time, zone: ZoneInfo) -> list[datetime]:
    """The moments at which the clocks may show a time on a day, UTC."""
    return [datetime.combine(day, at.replace(fold=fold), zone).astimezone(UTC) for fold in (0, 1)]
