"""What one part of the programme adds to a digest or a report, and the days that it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from adoption.reports.recommendations import Finding
from adoption.reports.rich_text import Section


@dataclass(frozen=True)
class Span:
    """Whole days by the clocks of a zone, both ends included."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The first moment of the days, and the first one after them."""
        start = datetime.combine(self.first, time(), self.zone)
        return start, datetime.combine(self.last + timedelta(days=1), time(), self.zone)


@dataclass(frozen=True)
class Part:
    """What a part of the programme has to show.

    Attributes:
        section: its lines and table; a digest's message shows the first lines.
        findings: what changed or calls for action; the weightiest become *Do this week*.
    """

    section: Section | None = None
    findings: Sequence[Finding] = ()
