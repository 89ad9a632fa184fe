from __future__ import annotations

from datetime import timedelta

from adoption.feedback.feedback import Comment, Override
from adoption.feedback.models import OverrideReason, TimeSaved, Vote, Weight
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


def test_only_who_agreed_is_named_and_quoted(record: Record):
    feedback = record.feedback
    for number, (named, consent) in enumerate([(True, True), (False, False), (True, False)]):
        at = NOON + timedelta(minutes=number)
        feedback.add_comment(Comment(f"c{number}", ME, at, f"words {number}", named=named))
        feedback.add_overrides(
            [
                Override(
                    f"o{number}",
                    ME,
                    "Copilot",
                    at,
                    OverrideReason.WRONG_DATA,
                    "missing data",
                    "because",
                    "send it",
                    "called them",
                    Weight.HIGH,
                    consent,
                    named,
                )
            ]
        )
    end = NOON + timedelta(hours=1)
    comments = feedback.comments(NOON, end)
    assert [(c.account, c.text, c.tool) for c in comments] == [
        (ME, "words 2", None),
        ("", "words 1", None),
        (ME, "words 0", None),
    ]
    # Of who agreed to nothing not even the reason is listed.
    hidden, shown = feedback.overrides(NOON, end)
    assert (shown.account, shown.text, shown.recommended) == (ME, "because", "send it")
    assert (shown.did_instead, shown.weight, shown.reason) == (
        "called them",
        Weight.HIGH,
        OverrideReason.WRONG_DATA,
    )
    assert (hidden.account, hidden.text, hidden.recommended, hidden.did_instead) == (
        ME,
        None,
        None,
        None,
    )
    assert feedback.comments(end, end + timedelta(1)) == []
    record.personal_data.erase(ME)
    assert feedback.comments(NOON, end) == []
    assert feedback.overrides(NOON, end) == []
