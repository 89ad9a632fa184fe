from __future__ import annotations

from datetime import timedelta

from adoption.feedback.models import TimeSaved, Vote
from adoption.record import Record
from tests.adoption.factories import NOON

ME = "T1:U1"


def test_the_last_word_on_what_was_saved_counts_and_goes_with_a_thumb_down(record: Record):
    assert record.feedback.set_time_saved("C1:1", ME, TimeSaved.MINUTES, NOON)
    assert record.feedback.set_time_saved("C1:1", ME, TimeSaved.MORE, NOON + timedelta(seconds=1))
    assert not record.feedback.set_time_saved("C1:1", ME, TimeSaved.NOTHING, NOON)
    assert record.feedback.time_saved("C1:1", ME) is TimeSaved.MORE
    record.feedback.set_vote("C1:1", ME, Vote.NEGATIVE, NOON + timedelta(seconds=2))
    record.feedback.remove_time_saved("C1:1", ME)
    assert record.feedback.time_saved("C1:1", ME) is None
    assert not record.feedback.set_time_saved(
        "C1:1", ME, TimeSaved.HOUR, NOON + timedelta(seconds=3)
    )
