from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from adoption.feedback.models import Reason, Vote
from adoption.record import Record
from tests.adoption.factories import NOON, asked


def test_a_question_is_written_down_once(record: Record):
    assert record.questions.add(asked())
    assert not record.questions.add(asked(question="another wording"))
    row = record.questions.get("C1:1")
    assert row.question == "How do I ask well?"
    assert row.asked_at == NOON
    assert [(c.number, c.title) for c in row.citations] == [(1, "Asking well")]
    assert record.questions.count() == 1


def test_what_a_database_cannot_hold_is_left_out(record: Record):
    record.questions.add(asked(question="a\0b\ud800c <!channel> ’ 🙂"))
    assert record.questions.get("C1:1").question == "ab?c <!channel> ’ 🙂"


def test_the_last_thumb_counts_whatever_the_order_of_arrival(record: Record):
    record.questions.add(asked())
    assert record.feedback.set_vote("C1:1", "T1:U2", Vote.NEGATIVE, NOON + timedelta(seconds=2))
    assert not record.feedback.set_vote("C1:1", "T1:U2", Vote.POSITIVE, NOON + timedelta(seconds=1))
    assert record.feedback.opinion("C1:1", "T1:U2").vote is Vote.NEGATIVE


def test_turning_the_thumb_up_takes_the_reason_back(record: Record):
    record.questions.add(asked())
    record.feedback.set_vote("C1:1", "T1:U2", Vote.NEGATIVE, NOON)
    assert record.feedback.set_reason("C1:1", "T1:U2", Reason.WRONG, "no", NOON)
    assert record.feedback.opinion("C1:1", "T1:U2").reason is Reason.WRONG
    record.feedback.set_vote("C1:1", "T1:U2", Vote.POSITIVE, NOON + timedelta(seconds=1))
    assert record.feedback.opinion("C1:1", "T1:U2").reason is None
    assert not record.feedback.set_reason("C1:1", "T1:U2", Reason.WRONG, "no", NOON)


def test_a_reason_that_overtakes_its_thumb_is_kept(record: Record):
    assert record.feedback.set_reason("C1:1", "T1:U2", Reason.OUTDATED, None, NOON)
    assert record.feedback.opinion("C1:1", "T1:U2").vote is Vote.NEGATIVE


def test_many_writers_at_once_make_one_person_and_one_row_each(record: Record):
    def write(number: int) -> None:
        record.questions.add(asked(f"C1:{number % 8}"))
        record.feedback.set_vote(f"C1:{number % 8}", "T1:U1", Vote.POSITIVE, NOON)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(32)))
    rows = record.questions.between(NOON, NOON + timedelta(seconds=1))
    assert len(rows) == 8
    assert len({row.person_id for row in rows}) == 1
    assert len(record.feedback.votes(NOON, NOON + timedelta(seconds=1))) == 8


def test_the_same_slack_user_id_in_two_workspaces_is_two_people(record: Record):
    record.questions.add(asked("C1:1", account="T1:U1"))
    record.questions.add(asked("C1:2", account="T2:U1"))
    rows = record.questions.between(NOON, NOON + timedelta(seconds=1))
    assert len({row.person_id for row in rows}) == 2


def test_an_edit_replaces_the_words_once_and_keeps_who_asked_and_when(record: Record):
    record.questions.add(asked())
    record.feedback.set_vote("C1:1", "T1:U2", Vote.POSITIVE, NOON)
    edited = asked(
        question="Better words?", answer="New.", asked_at=NOON + timedelta(1), citations=[]
    )
    later = NOON + timedelta(minutes=1)
    assert not record.questions.edit(asked("C1:9"), later)
    for _ in range(2):
        assert record.questions.edit(edited, later)
    row = record.questions.get("C1:1")
    assert row is not None
    assert (row.question, row.answer, row.asked_at, row.citations) == (
        "Better words?",
        "New.",
        NOON,
        [],
    )
    assert record.questions.edits("C1:1") == [later]
    assert record.feedback.is_about("C1:1")
    assert not record.feedback.is_about("C1:9")
    record.questions.withdraw("C1:1")
    withdrawn = record.questions.get("C1:1")
    assert withdrawn is not None
    assert (withdrawn.question, withdrawn.answer) == ("", "New.")
    assert record.questions.has("C1:1")
    assert record.questions.ids_of("T1:U1") == ["C1:1"]
