"""When a guide's review is too long ago, and the words that say so: one rule for all places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

USUAL_DAYS = 180
# A story describes what happened once, so it needs no review.
_TOLD = "story"


def utc_today() -> date:
    """This day, in UTC."""
    return datetime.now(UTC).date()


@dataclass(frozen=True)
class Reviews:
    """The rule: a review holds for so many days.

    Attributes:
        today: gives the day that a review's age is counted to.
    """

    days: int = USUAL_DAYS
    today: Callable[[], date] = utc_today

    def overdue(self, reviewed: str, kind: str = "") -> bool:
        """Whether a known review is more than `days` ago; a guide without one vouches for none.

        Args:
            reviewed: ISO date; empty or malformed if unknown.
        """
        day = day_of(reviewed)
        return day is not None and kind != _TOLD and day < self.today() - timedelta(days=self.days)

    def wanted(self, reviewed: str, kind: str = "") -> bool:
        """Whether somebody should review a guide: it is overdue, or nothing is known."""
        return self.overdue(reviewed, kind) or (kind != _TOLD and day_of(reviewed) is None)


def day_of(reviewed: str) -> date | None:
    """The day of a review, or None if it is unknown."""
    try:
        return date.fromisoformat(reviewed)
    except ValueError:
        return None


def overdue_in_words(reviewed: str) -> str:
    """What is said of a review that is too long ago: `not reviewed since May 2025`."""
    day = day_of(reviewed)
    return f"not reviewed since {day:%B %Y}" if day else "never reviewed"
