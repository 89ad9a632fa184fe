from __future__ import annotations

from adoption.record import Record
from tests.adoption.factories import NOON, asked

ME, OTHER = "T1:U1", "T1:U2"


def test_while_logging_is_paused_no_question_is_stored(record: Record):
    pauses = record.logging_pauses
    pauses.pause(ME, NOON)
    assert pauses.is_paused(ME)
    assert not record.questions.add(asked("D1:1", account=ME))
    assert not record.threads.add("D1:1", "D1", "1", ME)
    assert record.questions.add(asked("D2:1", account=OTHER))
    assert record.questions.count() == 1
    pauses.resume(ME)
    assert not pauses.is_paused(ME)
    assert record.questions.add(asked("D1:1", account=ME))
