"""Time that answers saved, as people reported it: a modelled range, never a measurement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select

from adoption.feedback.models import TimeSaved, TimeSavedRow
from adoption.measures import Range
from adoption.privacy.disclosure import ROUNDED_TO, show_count
from adoption.privacy.groups import Minimum

# What each reply stands for, in minutes from and to.
MINUTES = {
    TimeSaved.NOTHING: (0, 0),
    TimeSaved.MINUTES: (2, 30),
    TimeSaved.HOUR: (30, 90),
    TimeSaved.MORE: (90, 240),
}
# In minutes, what the hours are widened to.
_STEP = ROUNDED_TO * 60


@dataclass(frozen=True)
class HoursSaved:
    """Hours that answers saved in a span, from so many reports, rounded to the nearest 5.

    The hours are widened to multiples of 5: otherwise weeks taken from a longer span would leave
    what a few people reported.
    """

    hours: Range
    reports: int


def hours_saved(
    engine: Engine, start: datetime, end: datetime, minimum: Minimum
) -> HoursSaved | None:
    """The sum of what people reported; None where fewer people than the minimum did."""
    query = select(TimeSavedRow.saved, TimeSavedRow.person_id).where(
        TimeSavedRow.at >= start, TimeSavedRow.at < end
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    reports = show_count([person for _, person in rows], minimum)
    if not reports:
        return None
    low = sum(MINUTES[saved][0] for saved, _ in rows)
    high = sum(MINUTES[saved][1] for saved, _ in rows)
    widened = Range(low // _STEP * ROUNDED_TO, -(-high // _STEP) * ROUNDED_TO)
    return HoursSaved(widened, reports)
