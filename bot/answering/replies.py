"""Helpers' replies to askers, as stored by the jobs that deliver them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.jobs.job import JobKind
from bot.jobs.runtime import JobRuntime


@dataclass(frozen=True)
class Reply:
    """A message in the thread of an offer.

    Attributes:
        thread: ts of the offer.
        ts: of the reply itself.
    """

    channel: str
    thread: str
    account: str
    ts: str
    text: str

    @property
    def key(self) -> str:
        """Names the reply."""
        return f"{self.channel}:{self.ts}"

    @property
    def moment(self) -> datetime:
        """When it was written."""
        return datetime.fromtimestamp(float(self.ts), UTC)


# Brings a reply to the asker; the feature handoff does it.
BRING_REPLY: JobKind[Reply, None] = JobKind.of("handoff.reply", 1, Reply)


def reply_at(jobs: JobRuntime[Any], channel: str, ts: str) -> Reply | None:
    """The reply that was written there; None if its job is gone."""
    found = jobs.stored(BRING_REPLY, keys=[f"{channel}:{ts}"])
    return found[-1].payload if found else None
