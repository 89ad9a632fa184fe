"""Has digest, alerts and what else is scheduled done, once, when their time has come."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from adoption.weeks import Week
from bot.programme.digests import digest_key
from bot.programme.office import Office

log = logging.getLogger(__name__)

# Monday at eight for the week, and every day at eight for alerts.
HOUR = timedelta(hours=8)
_ROUND_SECONDS = 30.0


class Schedule:
    """Looks at the clock; every worker does, and the deed's id lets one of them act.

    A digest that was due while nobody was there is made as soon as somebody is; only the last
    one, for older weeks can be had with `/uptake digest`.
    """

    def __init__(
        self,
        office: Office,
        is_due: Callable[[Week], bool],
        more: Sequence[Callable[[datetime], None]] = (),
    ) -> None:
        """Has `more` look at the clock as well, each for itself."""
        self._office = office
        self._is_due = is_due
        self._looks = (self._look, *more)
        self._done: set[str] = set()
        self._stop = threading.Event()

    def step(self, now: datetime) -> None:
        """Keeps the deeds that are due."""
        for look in self._looks:
            try:
                look(now)
            # The database may be away for a while; the next round tries again.
            except Exception as error:
                log.warning("A round of the schedule failed: %s", type(error).__name__)

    def start(self) -> None:
        """Begins to look in the background."""
        threading.Thread(target=self._run, name="schedule", daemon=True).start()

    def stop(self) -> None:
        """Ends that."""
        self._stop.set()

    def _look(self, now: datetime) -> None:
        place = self._office.settings.admin_channel
        if place is None:
            return
        zone = self._office.settings.zone
        # By the clocks on the wall: eight is eight, also when they are changed.
        begun = (now.astimezone(zone).replace(tzinfo=None) - HOUR).date()
        last = Week.of(datetime(begun.year, begun.month, begun.day, 12, tzinfo=zone), zone).previous
        key = digest_key(str(last))
        if key not in self._done and self._is_due(last):
            self._take(key, "digest_week", week=str(last), place=place)
        if f"alerts-{begun}" not in self._done:
            week = Week.of(
                datetime(begun.year, begun.month, begun.day, 12, tzinfo=zone) - timedelta(days=1),
                zone,
            )
            self._take(
                f"alerts-{begun}", "alerts", week=str(week), day=begun.isoformat(), place=place
            )

    def _take(self, id: str, kind: str, **values: str) -> None:
        self._office.deeds.take(id, kind, **values)
        self._done.add(id)

    def _run(self) -> None:
        while not self._stop.is_set():
            self.step(self._office.now())
            self._stop.wait(_ROUND_SECONDS)
