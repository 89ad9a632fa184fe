from __future__ import annotations

from datetime import timedelta

from adoption.record import Record
from tests.adoption.factories import NOON

ME = "T1:U1"


def test_of_two_helpers_one_takes_a_question_and_its_times_are_kept(record: Record):
    calls = record.handoffs
    assert calls.open("C1:1", ME, NOON, ("C1", "1.0"))
    assert not calls.open("C1:1", ME, NOON, ("C1", "1.0"))
    assert "C1:1" in [call.interaction_id for call in calls.waiting(NOON, 3)]
    assert calls.waiting(NOON - timedelta(1), 3) == []
    calls.set_message("C1:1", "C9", "9.0")
    assert calls.take("C1:1", "U2", NOON)
    assert not calls.take("C1:1", "U3", NOON)
    assert calls.take("C1:1", "U2", NOON + timedelta(1))
    assert "C1:1" not in [call.interaction_id for call in calls.waiting(NOON, 3)]
    assert calls.solve("C1:1", "U3", NOON)
    assert not calls.solve("C1:1", "U2", NOON)
    found = calls.at_message("C9", "9.0")
    assert found is not None
    assert (found.taken_by, found.solved_at) == ("U2", NOON)


def test_the_first_reply_answers_a_question_and_the_newest_is_known(record: Record):
    calls = record.handoffs
    calls.open("C1:1", ME, NOON, ("C1", "1.0"))
    calls.set_reply("C1:1", "3.0", NOON + timedelta(hours=1))
    calls.set_reply("C1:1", "2.0", NOON + timedelta(hours=2))
    found = calls.get("C1:1")
    assert found is not None
    assert (found.reply_ts, found.answered_at) == ("3.0", NOON + timedelta(hours=1))
    assert calls.solve("C1:1", "U2", NOON + timedelta(hours=3))
    solved = calls.get("C1:1")
    assert solved is not None
    assert solved.answered_at == NOON + timedelta(hours=1)
