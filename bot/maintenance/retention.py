"""Forgets what is older than it may become, in the record and among the jobs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine

from adoption.privacy.retention import forget as forget_in_record
from bot.jobs.store import Ledger


def forget(
    engine: Engine, jobs_url: str, before: datetime, *, dry_run: bool = False
) -> dict[str, int]:
    """Removes questions asked before a moment, and jobs that ended before it.

    Args:
        engine: of the record.
        dry_run: only counts.

    Returns:
        The number of rows of each table that go; finished jobs, which hold questions and answers
        too, as `jobs`.
    """
    gone = forget_in_record(engine, before, dry_run=dry_run)
    with Ledger.open(jobs_url) as ledger:
        gone["jobs"] = ledger.forget(before, dry_run)
    return gone
