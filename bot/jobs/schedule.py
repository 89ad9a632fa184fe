"""Has digest, alerts and what else is scheduled done, once, when their time has come."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from adoption.reports.weeks import Week
from bot.features.digest.jobs import digest_key
from bot.features.office import Office

log = logging.getLogger(__name__)

_ROUND_SECONDS = 30.0
# So many weeks are made up for, the last one among them.
CAUGHT_UP = 4
_PATIENCE = timedelta(hours=1)


def _before(week: Week) -> list[Week]:
    """The weeks before one that may still be made up for, the oldest first."""
    found = [week]
    while len(found) < CAUGHT_UP:
        found.append(found[-1].previous)
    return found[:0:-1]


class Schedule:
    """Looks at the clock; every worker does, and the deed's id lets one of them act.

    A digest that was due while nobody was there is made as soon as somebody is. Where more than
    one was missed, the last few come in short before the newest, the oldest first: one a round,
    and each when the one before it is posted.
    """

    def __init__(
        self,
        office: Office,
        is_due: Callable[[Week], bool],
        is_missed: Callable[[Week], bool] = lambda week: False,
        more: Sequence[Callable[[datetime], None]] = (),
    ) -> None:
        """Has `more` look at the clock as well, each for itself."""
        self._office = office
        self._is_due = is_due
        self._is_missed = is_missed
        self._looks = (self._look, *more)
        self._taken: dict[str, datetime] = {}
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
        # On Mondays for the week, every day for alerts, by the clocks on the wall: eight is eight,
        # also when they are changed.
        hour = timedelta(hours=self._office.settings.digest_hour)
        begun = (now.astimezone(zone).replace(tzinfo=None) - hour).date()
        last = Week.of(datetime(begun.year, begun.month, begun.day, 12, tzinfo=zone), zone).previous
        self._digests(last, place, now)
        if f"alerts-{begun}" not in self._taken:
            week = Week.of(
                datetime(begun.year, begun.month, begun.day, 12, tzinfo=zone) - timedelta(days=1),
                zone,
            )
            day = begun.isoformat()
            self._take(f"alerts-{day}", "alerts", now, week=str(week), day=day, place=place)

    def _digests(self, last: Week, place: str, now: datetime) -> None:
        """Takes the oldest digest that is due, unless one is still under way."""
        for week in (*_before(last), last):
            key, late = digest_key(str(week)), week != last
            if not (self._is_missed(week) if late else self._is_due(week)):
                continue
            since = self._taken.get(key)
            if since is None:
                self._take(key, "digest_week", now, week=str(week), place=place, late=late)
            # One that can never be posted does not hold up the next ones for good.
            if since is None or now - since < _PATIENCE:
                return

    def _take(self, id: str, kind: str, now: datetime, **values: str | bool) -> None:
        self._office.deeds.take(id, kind, **values)
        self._taken[id] = now

    def _run(self) -> None:
        while not self._stop.is_set():
            self.step(self._office.now())
            self._stop.wait(_ROUND_SECONDS)
