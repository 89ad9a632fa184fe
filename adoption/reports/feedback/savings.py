"""Time that answers saved, as people reported it: a modelled range, never a measurement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select

from adoption.feedback.models import TimeSaved, TimeSavedRow
from adoption.measures import Range
from adoption.privacy.groups import Minimum

# What each reply stands for, in minutes from and to.
MINUTES = {
    TimeSaved.NOTHING: (0, 0),
    TimeSaved.MINUTES: (2, 30),
    TimeSaved.HOUR: (30, 90),
    TimeSaved.MORE: (90, 240),
}


@dataclass(frozen=True)
class HoursSaved:
    """Hours that answers saved in a span, from so many reports."""

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
    if len({person for _, person in rows}) < minimum.people:
        return None
    low = sum(MINUTES[saved][0] for saved, _ in rows)
    high = sum(MINUTES[saved][1] for saved, _ in rows)
    return HoursSaved(Range(low / 60, high / 60), len(rows))
