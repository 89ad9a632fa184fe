"""Forgets every night what is older than the setting lets it become."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta

from bot.features.office import Office
from bot.jobs.deeds import Deed
from bot.maintenance.retention import forget

log = logging.getLogger(__name__)

# When few people ask, by the clocks on the wall.
HOUR = timedelta(hours=3)


class Retention:
    """The deed of forgetting, and when it is due.

    Every worker looks at the clock; the deed is named by the day, so that one of them acts, once.
    A night on which nobody ran is made up for as soon as somebody does.
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._taken: date | None = None
        office.deeds.on("forget", self._forget)

    def step(self, now: datetime) -> None:
        """Keeps the deed of today, if it is due."""
        days = self._office.settings.forget_after_days
        if days is None:
            return
        night = (now.astimezone(self._office.settings.zone).replace(tzinfo=None) - HOUR).date()
        if night != self._taken:
            before = now - timedelta(days=days)
            self._office.deeds.take(f"forget-{night}", "forget", before=before.isoformat())
            self._taken = night

    def _forget(self, deed: Deed) -> None:
        before = datetime.fromisoformat(deed.values["before"])
        gone = deed.step("forget", self._gone, before)
        log.info("Forgotten from before %s: %s", f"{before:%Y-%m-%d}", gone)

    def _gone(self, before: datetime) -> dict[str, int]:
        office = self._office
        return forget(office.record, office.settings.jobs_url, before)
