from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from adoption.questions.dismissed import Dismissed
from tests.adoption.factories import fresh_record

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


def test_the_first_dismissal_stays_however_it_is_written(tmp_path: Path):
    stored = fresh_record(tmp_path).dismissed_questions
    stored.dismiss("Where is the gym?", "T1:U1", AT)
    stored.dismiss("where is  the gym", "T1:U2", AT + timedelta(days=1))
    stored.dismiss("Who won the match?", "T1:U1", AT + timedelta(days=2))
    assert stored.all() == [
        Dismissed("Where is the gym?", "T1:U1", AT),
        Dismissed("Who won the match?", "T1:U1", AT + timedelta(days=2)),
    ]


def test_a_dismissal_is_taken_back_once(tmp_path: Path):
    stored = fresh_record(tmp_path).dismissed_questions
    stored.dismiss("Where is the gym?", "T1:U1", AT)
    stored.restore("WHERE IS THE GYM")
    stored.restore("Where is the gym?")
    assert stored.all() == []


def test_who_dismissed_it_is_erased_and_the_decision_holds(tmp_path: Path):
    record = fresh_record(tmp_path)
    record.dismissed_questions.dismiss("Where is the gym?", "T1:U1", AT)
    record.personal_data.erase("T1:U1")
    assert [each.by for each in record.dismissed_questions.all()] == [""]
