"""Brings the roster from Slack once a day, where a setting asks for it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from dbos import error

from adoption.people.slack_roster import SlackMember, store_slack_members
from bot.features.office import Office
from bot.jobs.deeds import Deed

log = logging.getLogger(__name__)

# At six, before the digest and the alerts of the day are made.
_HOUR = timedelta(hours=6)


class RosterDeeds:
    """The deed of bringing the roster."""

    def __init__(self, office: Office, people: Callable[[], Sequence[SlackMember]]) -> None:
        """Takes in the `people` of the workspace."""
        self._office, self._people = office, people
        self._taken = ""
        office.deeds.on("roster", self._bring)

    def look(self, now: datetime) -> None:
        """Keeps the deed of the day, when its hour has come."""
        settings = self._office.settings
        if not settings.roster_from_slack:
            return
        day = (now.astimezone(settings.zone).replace(tzinfo=None) - _HOUR).date().isoformat()
        if day != self._taken:
            self._office.deeds.take(f"roster-{day}", "roster")
            self._taken = day

    def _bring(self, deed: Deed) -> None:
        try:
            deed.step("bring", self._keep)
        except error.DBOSMaxStepRetriesExceeded as failure:
            why = failure.errors[-1] if failure.errors else failure
            log.warning("The roster could not be brought from Slack today: %s", why)

    def _keep(self) -> None:
        now, zone = self._office.now(), self._office.settings.zone
        today = now.astimezone(zone).date()
        store_slack_members(self._office.record.roster, self._people(), today, now)
