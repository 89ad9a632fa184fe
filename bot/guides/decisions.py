"""What admins decided about guides, as the index takes it."""

from __future__ import annotations

from contextlib import closing

from adoption.record import Record
from bot.settings import Settings
from ingest.parse.documents import Decision


def decisions_in(record: Record) -> dict[str, Decision]:
    """What was decided about each guide, by its source."""
    return {
        source: Decision(each.reviewed.isoformat() if each.reviewed else "", each.excluded)
        for source, each in record.guide_decisions.all().items()
    }


def stored_decisions(settings: Settings) -> dict[str, Decision]:
    """The same for whoever has not opened the record.

    Raises:
        RecordUnavailable: the database does not answer.
    """
    with closing(Record.open(settings.record_url)) as record:
        return decisions_in(record)
