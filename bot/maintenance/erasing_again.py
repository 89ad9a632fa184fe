"""Erases in a backup, before it is restored, what people had erased after it was made."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from adoption.errors import RecordUnavailable
from adoption.privacy.erasures import Erasure
from adoption.record import Record
from bot.jobs.store import Ledger
from bot.settings import Settings

RECORD = "record.sqlite"
log = logging.getLogger(__name__)


def erase_again(settings: Settings, draft: Path, made_at: datetime) -> None:
    """Erases in the unpacked backup what was erased in the data that it takes the place of.

    Args:
        draft: where the backup is unpacked.
        made_at: when it was made.
    """
    later = _erased_since(settings, made_at)
    if not later or not (draft / RECORD).exists():
        return
    record = Record.open(f"sqlite:///{draft / RECORD}")
    try:
        for account in record.erasures.accounts_of(later):
            _forget_jobs(settings, draft, account)
            record.personal_data.erase(account)
        record.erasures.add_all(later)
    finally:
        record.close()


def _erased_since(settings: Settings, moment: datetime) -> Sequence[Erasure]:
    """The erasures in the data that is there; none where there is none, or it is damaged."""
    if not settings.shared and not (settings.data_dir / RECORD).exists():
        return ()
    try:
        record = Record.open(settings.record_url)
    except (RecordUnavailable, SQLAlchemyError):
        log.warning("The record that is replaced cannot be read: whoever had their data erased")
        log.warning("since %s has to ask for it again.", moment.isoformat())
        return ()
    try:
        return record.erasures.since(moment)
    finally:
        record.close()


def _forget_jobs(settings: Settings, draft: Path, account: str) -> None:
    address = make_url(settings.jobs_url)
    if address.get_backend_name() == "sqlite":
        with Ledger.open(f"sqlite:///{draft / Path(address.database or '').name}") as jobs:
            jobs.forget_account(account)
