from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from adoption.db.base import Base
from adoption.feedback.comments import Remarked, drop_saving, keep_remark, keep_saving, saving_of
from adoption.feedback.models import OverrideReason
from adoption.feedback.voices import Overridden, Voices
from adoption.handoffs.handoffs import HelpCalls
from adoption.people.programme_models import FaqState, Tried
from adoption.privacy.audit import keep_refusal
from adoption.privacy.personal_data import erase, export, kept_of, pause, questions_of
from adoption.questions.channel_rules import DEFAULT, Rule, keep_rule, rule_of
from adoption.questions.desk_models import Hearing, Saved
from adoption.questions.models import Outcome, Reason, Surface, Vote
from adoption.questions.record import Asked, Cited, Record
from adoption.submissions.faqs import FaqBook, FaqFields, faq_id

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ME, OTHER = "T1:U1", "T1:U2"


@pytest.fixture
def record(tmp_path: Path):
    record = Record.open(f"sqlite:///{tmp_path / 'record.sqlite'}")
    yield record
    record.close()


def asked(id: str, account: str = ME) -> Asked:
    return Asked(
        id=id,
        account=account,
        asked_at=NOON,
        surface=Surface.DIRECT,
        channel=id.partition(":")[0],
        question="May I enter Zanzibar's salary?",
        outcome=Outcome.ANSWERED,
        answer="Zanzibar: no.",
        index_version="1",
        citations=[Cited(1, "p", "Guide", "", "guide.md")],
    )


def everything(record: Record) -> str:
    """Every text in every table."""
    with record.engine.connect() as connection:
        tables = [
            row[0]
            for row in connection.execute(
                text("select name from sqlite_master where type = 'table'")
            )
        ]
        return str(
            [
                tuple(row)
                for table in tables
                for row in connection.execute(text(f'select * from "{table}"'))
            ]
        )


def filled(record: Record) -> None:
    record.keep_interaction(asked("D1:1"))
    record.keep_interaction(asked("C1:2", OTHER))
    record.keep_vote("D1:1", ME, Vote.NEGATIVE, NOON)
    record.keep_reason("D1:1", ME, Reason.OTHER, "Zanzibar was missing", NOON)
    record.keep_vote("C1:2", ME, Vote.POSITIVE, NOON)
    keep_saving(record.engine, "C1:2", ME, Saved.HOUR, NOON)
    Voices(record.engine).keep_overrides(
        [
            Overridden(
                "override:V1",
                ME,
                "Copilot",
                NOON,
                OverrideReason.DISAGREES,
                text="Zanzibar again",
                named=True,
            )
        ]
    )
    keep_remark(record.engine, Remarked("remark:V2", ME, NOON, "Zanzibar", named=True))
    HelpCalls(record.engine).open("D1:1", ME, NOON, ("D1", "1.0"))
    HelpCalls(record.engine).open("C1:2", OTHER, NOON, ("C1", "2.0"))
    HelpCalls(record.engine).take("C1:2", "U1", NOON)
    keep_rule(record.engine, "C8", Rule(helper="U1"), ME, NOON)
    keep_refusal(record.engine, "press", ME, Tried.ROLES, "", NOON)


def test_what_is_kept_of_me_is_counted_and_given_out_in_full(record: Record):
    filled(record)
    mine = kept_of(record.engine, ME)
    assert mine.rows["interactions"] == mine.rows["overrides"] == mine.rows["remarks"] == 1
    assert mine.rows["feedback"] == 2
    assert not mine.paused
    given = export(record.engine, ME)
    json.dumps(given)
    assert given["interactions"][0]["question"] == "May I enter Zanzibar's salary?"
    assert given["overrides"][0]["text"] == "Zanzibar again"
    assert given["citations"][0]["title"] == "Guide"
    assert [row["interaction_id"] for row in given["help_calls"]] == ["D1:1", "C1:2"]
    assert kept_of(record.engine, "T1:U9").rows == {} == export(record.engine, "T1:U9")


def test_after_erasing_the_counts_stand_and_nothing_leads_to_me(record: Record):
    filled(record)
    assert questions_of(record.engine, ME) == ["D1:1"]
    before = record.count()
    assert erase(record.engine, ME)
    assert record.count() == before
    assert len(record.feedback(NOON, NOON + timedelta(1))) == 2
    left = everything(record)
    # The other person asked about Zanzibar as well; that question and its answer stay.
    assert left.count("Zanzibar") == 2
    for trace in ("T1:U1", "'U1'", "D1"):
        assert trace not in left
    assert "T1:U2" in left
    assert kept_of(record.engine, ME).rows == {}
    assert not erase(record.engine, ME)


def test_drafts_of_faq_entries_go_with_whoever_asked_or_saved_them(record: Record):
    filled(record)
    book, fields = FaqBook(record.engine), FaqFields("Zebra?", "Zebra.")
    ids = [faq_id(question) for question in ("D1:1", "C1:2", "C1:3", "C1:4")]
    for id, account in zip(ids, (OTHER, ME, ME, OTHER), strict=True):
        assert book.send(id, account, fields, True, NOON)
    book.decide(ids[2], FaqState.PUBLISHED, "press", ME, "", NOON)
    assert len(export(record.engine, ME)["faq_cards"]) == 3
    assert erase(record.engine, ME)
    # From their question; saved by them; approved, which is the programme's; another's.
    found = [book.get(id) for id in ids]
    assert [each and each.fields.question for each in found] == [None, None, "Zebra?", "Zebra?"]
    assert found[2] is not None
    assert (found[2].account, found[2].named, found[2].decided_by) == ("", False, "")


def test_while_paused_no_question_is_written_down(record: Record):
    pause(record.engine, ME, NOON)
    assert kept_of(record.engine, ME).paused
    assert not record.keep_interaction(asked("D1:1"))
    assert record.keep_interaction(asked("D2:1", OTHER))
    assert record.count() == 1
    pause(record.engine, ME, None)
    assert record.keep_interaction(asked("D1:1"))


def test_the_last_word_on_what_was_saved_counts_and_goes_with_a_thumb_down(record: Record):
    engine = record.engine
    assert keep_saving(engine, "C1:1", ME, Saved.MINUTES, NOON)
    assert keep_saving(engine, "C1:1", ME, Saved.MORE, NOON + timedelta(seconds=1))
    assert not keep_saving(engine, "C1:1", ME, Saved.NOTHING, NOON)
    assert saving_of(engine, "C1:1", ME) is Saved.MORE
    record.keep_vote("C1:1", ME, Vote.NEGATIVE, NOON + timedelta(seconds=2))
    drop_saving(engine, "C1:1", ME)
    assert saving_of(engine, "C1:1", ME) is None
    assert not keep_saving(engine, "C1:1", ME, Saved.HOUR, NOON + timedelta(seconds=3))


def test_of_two_helpers_one_takes_a_question_and_its_times_are_kept(record: Record):
    calls = HelpCalls(record.engine)
    assert calls.open("C1:1", ME, NOON, ("C1", "1.0"))
    assert not calls.open("C1:1", ME, NOON, ("C1", "1.0"))
    assert "C1:1" in [call.interaction_id for call in calls.waiting(NOON, 3)]
    assert calls.waiting(NOON - timedelta(1), 3) == []
    calls.place("C1:1", "C9", "9.0")
    assert calls.take("C1:1", "U2", NOON)
    assert not calls.take("C1:1", "U3", NOON)
    assert calls.take("C1:1", "U2", NOON + timedelta(1))
    assert "C1:1" not in [call.interaction_id for call in calls.waiting(NOON, 3)]
    assert calls.solve("C1:1", "U3", NOON)
    assert not calls.solve("C1:1", "U2", NOON)
    found = calls.at_place("C9", "9.0")
    assert found is not None
    assert (found.taken_by, found.solved_at) == ("U2", NOON)


def test_the_newest_rule_of_a_channel_counts(record: Record):
    assert rule_of(record.engine, "C1") == DEFAULT
    newer = Rule(Hearing.EVERY, True, ("faq",), ("Copilot",), "U5")
    keep_rule(record.engine, "C1", newer, ME, NOON)
    keep_rule(record.engine, "C1", DEFAULT, ME, NOON - timedelta(1))
    assert rule_of(record.engine, "C1") == newer


def test_on_postgresql_the_same_is_kept_erased_and_taken_once(postgres: str):
    record = Record.open(postgres)
    try:
        filled(record)
        assert export(record.engine, ME)["help_calls"]
        assert erase(record.engine, ME)
        assert kept_of(record.engine, ME).rows == {}
        test_of_two_helpers_one_takes_a_question_and_its_times_are_kept(record)
        test_the_newest_rule_of_a_channel_counts(record)
        assert keep_saving(record.engine, "C7:1", ME, Saved.MORE, NOON + timedelta(1))
        assert not keep_saving(record.engine, "C7:1", ME, Saved.HOUR, NOON)
        assert saving_of(record.engine, "C7:1", ME) is Saved.MORE
        pause(record.engine, ME, NOON)
        assert not record.keep_interaction(asked("D5:1"))
    finally:
        with record.engine.begin() as connection:
            for table in reversed(Base.metadata.sorted_tables):
                connection.execute(table.delete())
        record.close()
