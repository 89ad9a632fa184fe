"""Syncs each source when it is due, and writes to the admins when one fails or works again."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from bot.admin_messages import post_to_admins
from bot.container import Container, JobContext
from bot.features.sources.blocks import SourceState, source_message
from bot.features.sources.owners import tell_owners
from bot.jobs.job import Due, job
from bot.jobs.patience import StepFailed
from bot.jobs.runtime import Schedule
from bot.settings import Settings
from ingest.errors import SourceWrong
from ingest.sources.source import Source

log = logging.getLogger(__name__)

# Sources are due at most every few minutes.
_OFTEN = "*/5 * * * *"
_LISTED = 5
_STATES = ("unreachable", "unread")


@dataclass(frozen=True)
class DueSource:
    """A source whose time has come, by its id."""

    source: str


@job("sources.find_due", version=1)
def find_due(context: JobContext, due: Due) -> None:
    """Has every source synced that is due; several workers sync each once."""
    for id, period in context.step(_due, context.container):
        # Periods are counted since 1970.
        number = int(due.at.timestamp() // (period * 60))
        key = f"{id}:{period}:{number}"
        context.container.jobs.enqueue(sync_source, DueSource(id), key=key)


@job("sources.sync", version=1)
def sync_source(context: JobContext, due: DueSource) -> None:
    """Syncs a source, and writes to the admins once when its state changes."""
    container = context.container
    try:
        state = context.step(_sync, container, due.source, context.is_retry)
    except StepFailed as error:
        log.warning("The source %s could not be synced; it is tried again: %s", due.source, error)
        return
    if state is None:
        return
    before = context.step(_told, container, due.source)
    if state.name == before:
        return
    post_to_admins(context, "tell", source_message(state))
    context.step(_remember, container, due.source, state.name)


JOBS = (find_due, sync_source, tell_owners)


def schedules(settings: Settings) -> Sequence[Schedule]:
    """Every few minutes."""
    return (Schedule(find_due, _OFTEN), Schedule(tell_owners, _OFTEN))


def _due(container: Container) -> list[tuple[str, int]]:
    """Id and period, in minutes, of the sources that are due."""
    try:
        return [(each.id, each.every) for each in container.sync.sources.due(container.now())]
    except SourceWrong as error:
        log.warning("%s", error)
        return []


def _sync(container: Container, id: str, again: bool) -> SourceState | None:
    """Syncs a source; None where it is gone, or another worker has just synced it."""
    try:
        source: Source = container.sync.sources.source(id)
    except SourceWrong:
        return None
    # An interrupted run may have done everything but write to the admins.
    synced = container.sync.source(source, again)
    if synced.skipped:
        return None
    unread = [f"{each.source}: {each.reason}" for each in synced.problems]
    return SourceState(id, source.owner, synced.reason, tuple(unread[:_LISTED]), len(unread))


def _told(container: Container, id: str) -> str:
    """The state in the last message to the admins; empty for none, or a working source."""
    notices = container.record.notices
    return next((state for state in _STATES if notices.is_posted(_key(id, state))), "")


def _remember(container: Container, id: str, state: str) -> None:
    notices = container.record.notices
    for each in _STATES:
        notices.remove(_key(id, each))
    if state:
        notices.add(_key(id, state), container.now())


def _key(id: str, state: str) -> str:
    return f"source:{id}:{state}"
