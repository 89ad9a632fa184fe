"""Looks at each source when its time has come, and tells the admins when one fails."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from dbos import error

from bot.features.office import Office
from bot.features.sources.blocks import Found, source_message
from bot.jobs.deeds import Deed
from ingest.errors import SourceWrong
from ingest.sources.registry import SourceRegistry
from ingest.sources.source import Source
from ingest.sources.sync import Synced

log = logging.getLogger(__name__)

SYNCED, SKIPPED = "synced", "skipped"
_LISTED = 5

# Brings one source here and into the index, when nobody else writes to it; with True, also
# where somebody has just done so.
SyncSource = Callable[[Source, bool], Synced]


class SourceDeeds:
    """The deed of looking at a source."""

    def __init__(self, office: Office, book: SourceRegistry, sync: SyncSource) -> None:
        self._office, self._book, self._sync = office, book, sync
        office.deeds.on("source", self._look)

    def _look(self, deed: Deed) -> None:
        office, id = self._office, deed.values["source"]
        try:
            seen = deed.step("sync", self._synced, deed, id)
        except error.DBOSMaxStepRetriesExceeded:
            log.warning("The source %s could not be looked at; its next time is waited for.", id)
            return
        if seen["state"] == SKIPPED:
            return
        found = Found(**seen["found"])
        before = deed.step("before", self._told, id)
        if found.state == before or (not before and found.fine):
            return
        team = deed.step("team", self._team)
        for number, place in enumerate(deed.step("admins", office.admin_places, team)):
            office.post(deed, f"tell {number}", place, source_message(found))
        deed.step("said", self._keep, id, found.state)

    def _synced(self, deed: Deed, id: str) -> dict[str, Any]:
        try:
            source = self._book.source(id)
        except SourceWrong:
            return {"state": SKIPPED}
        # Who was interrupted may have been done with all but the telling.
        outcome = self._sync(source, deed.repeated)
        if outcome.skipped:
            return {"state": SKIPPED}
        unread = [f"{each.source}: {each.reason}" for each in outcome.problems]
        found = Found(id, source.owner, outcome.reason, unread[:_LISTED], len(unread))
        return {"state": SYNCED, "found": vars(found)}

    def _told(self, id: str) -> str:
        """What the admins have been told of a source, as long as it holds."""
        told = (
            state
            for state in Found.STATES
            if self._office.record.notices.is_posted(_key(id, state))
        )
        return next(told, "")

    def _keep(self, id: str, state: str) -> None:
        notices = self._office.record.notices
        for each in Found.STATES:
            notices.remove(_key(id, each))
        if state:
            notices.add(_key(id, state), self._office.now())

    def _team(self) -> str:
        return str(self._office.courier.client.auth_test()["team_id"])


class SourceSchedule:
    """Keeps a deed for every source whose time has come.

    Every worker looks; the deed is named by the source and the stretch of its schedule, so that
    one of them acts, once.
    """

    def __init__(self, office: Office, book: SourceRegistry) -> None:
        self._office, self._book = office, book
        self._done: dict[str, str] = {}
        self._wrong = ""

    def step(self, now: datetime) -> None:
        """Keeps the deeds that are due."""
        try:
            due = self._book.due(now)
        except SourceWrong as error:
            # Said once, not every round.
            if str(error) != self._wrong:
                log.warning("%s", error)
            self._wrong = str(error)
            return
        self._wrong = ""
        for source in due:
            id = deed_id(source, now)
            if self._done.get(source.id) != id:
                self._office.deeds.take(id, "source", source=source.id)
                self._done[source.id] = id


def deed_id(source: Source, now: datetime) -> str:
    """What names a look at a source: stretches of its schedule are counted since 1970."""
    stretch = int(now.astimezone(UTC).timestamp() // (source.every * 60))
    return f"source:{source.id}:{source.every}:{stretch}"


def _key(id: str, state: str) -> str:
    return f"source:{id}:{state}"
