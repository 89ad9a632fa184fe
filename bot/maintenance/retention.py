"""Removes what is older than it may become, from the record and from the jobs."""

from __future__ import annotations

from datetime import datetime

from adoption.record import Record
from bot.jobs.store import Ledger


def forget(
    record: Record, jobs_url: str, before: datetime, *, dry_run: bool = False
) -> dict[str, int]:
    """Removes questions asked before a moment, and jobs that ended before it.

    Args:
        dry_run: only counts.

    Returns:
        The number of rows of each table that go; finished jobs, which hold questions and answers
        too, as `jobs`.
    """
    gone = record.forget(before, dry_run=dry_run)
    with Ledger.open(jobs_url) as ledger:
        gone["jobs"] = ledger.forget(before, dry_run)
    return gone
