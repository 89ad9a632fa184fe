from __future__ import annotations

from datetime import timedelta

from adoption.feedback.models import Reason, Vote
from adoption.feedback.section_votes import SectionVote
from adoption.questions.models import Outcome
from adoption.questions.questions import Cited
from adoption.record import Record
from tests.adoption.factories import NOON, asked

ASKER, READER = "T1:U1", "T1:U2"
TWO = [Cited(1, "p1", "Asking", "Steps", "asking.md"), Cited(2, "p2", "Data", "Rules", "data.md")]


def votes(record: Record) -> list[SectionVote]:
    return record.feedback.section_votes(100)


def test_a_pressed_section_and_a_thumb_under_a_quoted_one_are_about_that_section(record: Record):
    record.questions.add(asked("C1:1"))
    record.questions.add(asked("C1:2", outcome=Outcome.UNSURE, citations=TWO, question="Data?"))
    feedback = record.feedback
    feedback.set_vote("C1:1", ASKER, Vote.POSITIVE, NOON)
    feedback.set_vote("C1:2", READER, Vote.POSITIVE, NOON + timedelta(seconds=1), "p2")
    pressed, thumb = votes(record)
    assert (thumb.question, thumb.section.passage_id) == ("How do I ask well?", "p1")
    assert (thumb.helps, thumb.beside) == (True, ())
    assert (pressed.section.source, pressed.section.heading) == ("data.md", "Rules")
    assert [each.passage_id for each in pressed.beside] == ["p1"]
    assert pressed.person != thumb.person
    assert len(record.feedback.section_votes(1)) == 1


def test_a_thumb_that_is_about_no_single_section_is_left_out(record: Record):
    record.questions.add(asked("C1:1", citations=TWO))
    record.questions.add(asked("C1:2", outcome=Outcome.UNSURE))
    record.questions.add(asked("C1:3", outcome=Outcome.ABSTAINED))
    for id in ("C1:1", "C1:2", "C1:3"):
        record.feedback.set_vote(id, ASKER, Vote.POSITIVE, NOON)
    assert votes(record) == []


def test_a_thumb_down_counts_where_the_section_was_wrong(record: Record):
    for number, reason in enumerate((None, Reason.NOT_WHAT_I_ASKED, Reason.OUTDATED)):
        record.questions.add(asked(f"C1:{number}", question=f"{reason}?"))
        record.feedback.set_vote(f"C1:{number}", ASKER, Vote.NEGATIVE, NOON)
        if reason is not None:
            record.feedback.set_reason(f"C1:{number}", ASKER, reason, None, NOON)
    assert {each.question for each in votes(record)} == {"None?", "not what I asked?"}
    assert not any(each.helps for each in votes(record))


def test_a_question_whose_words_were_deleted_teaches_nothing(record: Record):
    record.questions.add(asked("C1:1"))
    record.feedback.set_vote("C1:1", ASKER, Vote.POSITIVE, NOON)
    assert len(votes(record)) == 1
    record.personal_data.erase(ASKER)
    assert votes(record) == []
