from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, Text, select

from adoption.channels.channel_rules import ChannelRule
from adoption.db.policies import PERSON_ID, policy_of
from adoption.db.writes import write_lock
from adoption.feedback.feedback import Comment, Override
from adoption.feedback.models import OverrideReason, Reason, TimeSaved, Vote
from adoption.privacy.disclosure import HIDDEN
from adoption.privacy.models import RestrictedAction
from adoption.questions.models import Outcome, Surface
from adoption.questions.questions import Asked, Cited
from adoption.record import Record
from adoption.reports.digest.digest import weekly_digest
from adoption.reports.weeks import Week
from adoption.submissions.models import State
from adoption.submissions.schemas import FaqFields, faq_id
from adoption.submissions.submissions import Decision
from adoption.tables import METADATA
from tests.adoption.factories import asked as answered
from tests.adoption.factories import fresh_record
from tests.adoption.rows import add_parents, add_person, add_row, add_team, add_wave
from tests.support.examples import examples

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ME, OTHER = "T1:U1", "T1:U2"


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
    """Every value in every table."""
    with record.engine.connect() as connection:
        return str(
            [
                tuple(row)
                for table in METADATA.sorted_tables
                for row in connection.execute(select(table))
            ]
        )


def filled(record: Record) -> None:
    record.questions.add(asked("D1:1"))
    record.questions.add(asked("C1:2", OTHER))
    record.feedback.set_vote("D1:1", ME, Vote.NEGATIVE, NOON)
    record.feedback.set_reason("D1:1", ME, Reason.OTHER, "Zanzibar was missing", NOON)
    record.feedback.set_vote("C1:2", ME, Vote.POSITIVE, NOON)
    record.feedback.set_time_saved("C1:2", ME, TimeSaved.HOUR, NOON)
    record.feedback.add_overrides(
        [
            Override(
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
    record.feedback.add_comment(Comment("remark:V2", ME, NOON, "Zanzibar", named=True))
    record.handoffs.open("D1:1", ME, NOON, ("D1", "1.0"))
    record.handoffs.open("C1:2", OTHER, NOON, ("C1", "2.0"))
    record.handoffs.take("C1:2", "U1", NOON)
    record.channel_rules.set("C8", ChannelRule(helper="U1"), ME, NOON)
    record.refused_actions.add("press", ME, RestrictedAction.ROLES, "", NOON)


def test_what_is_kept_of_me_is_counted_and_given_out_in_full(record: Record):
    filled(record)
    mine = record.personal_data.summary(ME)
    assert mine.counts["questions you asked"] == mine.counts["overrides you logged"] == 1
    assert mine.counts["votes on answers"] == 2
    given = record.personal_data.export(ME)
    json.dumps(given)
    assert given["interactions"][0]["question"] == "May I enter Zanzibar's salary?"
    assert given["overrides"][0]["text"] == "Zanzibar again"
    assert given["citations"][0]["title"] == "Guide"
    assert [row["interaction_id"] for row in given["handoffs"]] == ["D1:1", "C1:2"]
    assert (
        record.personal_data.summary("T1:U9").counts == {} == record.personal_data.export("T1:U9")
    )


def test_after_erasing_the_counts_stand_and_nothing_leads_to_me(record: Record):
    filled(record)
    assert record.questions.ids_of(ME) == ["D1:1"]
    before = record.questions.count()
    assert record.personal_data.erase(ME)
    assert record.questions.count() == before
    assert len(record.feedback.votes(NOON, NOON + timedelta(1))) == 2
    left = everything(record)
    # The other person asked about Zanzibar as well; that question and its answer stay.
    assert left.count("Zanzibar") == 2
    for trace in ("T1:U1", "'U1'", "D1"):
        assert trace not in left
    assert "T1:U2" in left
    assert record.personal_data.summary(ME).counts == {}
    assert not record.personal_data.erase(ME)


def test_who_erases_and_comes_back_is_no_crowd(record: Record):
    """Five people are five people, and not one who erased four times."""
    week = Week.of(NOON, ZoneInfo("UTC"))
    said = {"citations": [Cited(1, "p", "Budget", "", "b.md")], "asked_at": NOON}
    record.questions.add(answered("other", account=OTHER, **said))
    for n in range(9):
        record.questions.add(answered(f"C1:{n}", account=ME, **said))
        for id in ("other", f"C1:{n}"):
            record.feedback.set_vote(id, ME, Vote.NEGATIVE, NOON)
        given = Override(f"o{n}", ME, "Copilot", NOON, OverrideReason.DISAGREES)
        record.feedback.add_overrides([given])
        assert record.personal_data.erase(ME)
    record.feedback.set_vote("other", OTHER, Vote.NEGATIVE, NOON)
    digest = weekly_digest(record, week, ZoneInfo("UTC"))
    assert (digest.questions.questions, digest.questions.people) == (None, None)
    assert digest.questions.helpful == digest.questions.answered == HIDDEN
    assert (digest.guides, digest.overrides, digest.places) == ([], [], [])
    assert [each.count for each in digest.topics] == [None]
    # Nor do they agree with themselves on what answers a question.
    assert len(record.feedback.section_votes(99)) == 1
    # What they did is counted with that of others.
    for n in range(5):
        record.questions.add(answered(f"C2:{n}", account=f"T1:U1{n}", **said))
    assert weekly_digest(record, week, ZoneInfo("UTC")).questions.questions == 15


def test_drafts_of_faq_entries_go_with_whoever_asked_or_saved_them(record: Record):
    filled(record)
    book, fields = record.faqs, FaqFields("Zebra?", "Zebra.")
    ids = [faq_id(question) for question in ("D1:1", "C1:2", "C1:3", "C1:4")]
    for id, account in zip(ids, (OTHER, ME, ME, OTHER), strict=True):
        assert book.submit_fields(id, account, fields, True, NOON)
    book.decide(ids[2], Decision(State.PUBLISHED, "press", ME, NOON))
    assert len(record.personal_data.export(ME)["submissions"]) == 2
    assert record.personal_data.erase(ME)
    # From their question; saved by them; approved, which is the programme's; another's.
    found = [book.get(id) for id in ids]
    assert [each and each.fields.question for each in found] == [None, None, "Zebra?", "Zebra?"]
    assert found[2] is not None
    assert (found[2].account, found[2].named, found[2].decided_by) == ("", False, "")


# What an erasure leaves: otherwise what somebody asked not to happen would happen again.
STAYS = ("logging_pauses", "nudge_opt_outs")
SECRET, PLACE_OF_MINE = "the secret of Zanzibar", "D0MINE"


def _mine(column: Any) -> Any:
    """What a column holds where the row is mine."""
    if "account" in column.info:
        return ME
    if "mentions" in column.info:
        return f"greeting:{ME}"
    if "place" in column.info:
        return PLACE_OF_MINE
    is_written = "words" in column.info or PERSON_ID in column.table.c
    return SECRET if is_written and type(column.type) is Text else None


@settings(max_examples=examples(15))
@given(st.data())
def test_whatever_tables_there_are_an_erasure_leaves_nothing_of_a_person(data: st.DataObject):
    with tempfile.TemporaryDirectory() as folder:
        record = fresh_record(Path(folder))
        filled: set[str] = set()
        with write_lock(record.engine) as connection:
            add_team(connection)
            add_wave(connection)
            add_parents(connection)
            add_person(connection, "me", ME)
            add_person(connection, "other", OTHER)
            asked = METADATA.tables["interactions"]
            add_row(connection, asked, 1, id="C1:1", person_id="me", **_values(asked))
            add_row(connection, asked, 2, id="C1:2", person_id="other")
            for table in METADATA.sorted_tables:
                if table.name in ("people", "teams", "interactions", *STAYS):
                    continue
                if not policy_of(table).words or not data.draw(st.booleans(), table.name):
                    continue
                filled.add(table.name)
                of_person = "person_id" in table.c
                fields = {"person_id": "me"} if of_person else {}
                mine = _values(table)
                add_row(connection, table, 1, **(fields | mine))
                theirs = {"person_id": "other"} if of_person else {}
                add_row(connection, table, 2, **theirs)
        before = record.personal_data.export(OTHER)
        exported = record.personal_data.export(ME)
        json.dumps(exported)
        assert set(exported) == filled | {"people", "interactions"}
        assert sum(record.personal_data.summary(ME).counts.values()) == len(filled) + 1
        assert record.personal_data.erase(ME)
        assert record.personal_data.export(ME) == {}
        assert record.personal_data.summary(ME).counts == {}
        left = everything(record)
        for trace in (ME, "'U1'", SECRET, PLACE_OF_MINE):
            assert trace not in left
        assert record.personal_data.export(OTHER) == before
        assert not record.personal_data.erase(ME)
        record.close()


def _values(table: Table) -> dict[str, Any]:
    return {c.name: value for c in table.c if (value := _mine(c)) is not None}
