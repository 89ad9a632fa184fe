"""What admins decided about guides, as the index takes it."""

from __future__ import annotations

from contextlib import closing

from adoption.record import Record
from bot.settings import Settings
from ingest.parse.documents import Ruling


def rulings_in(record: Record) -> dict[str, Ruling]:
    """What was decided about each guide, by its source."""
    return {
        source: Ruling(each.reviewed.isoformat() if each.reviewed else "", each.excluded)
        for source, each in record.guide_decisions.all().items()
    }


def rulings_kept(settings: Settings) -> dict[str, Ruling]:
    """The same for whoever has not opened the record.

    Raises:
        RecordUnavailable: the database does not answer.
    """
    with closing(Record.open(settings.record_url)) as record:
        return rulings_in(record)
