from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adoption.feedback.feedback import Override
from adoption.feedback.models import OverrideReason, Reason, TimeSaved, Vote
from adoption.measures import Range
from adoption.people.roster import RosterRow
from adoption.privacy.disclosure import HIDDEN
from adoption.privacy.groups import Minimum
from adoption.questions.models import Outcome
from adoption.questions.questions import Cited
from adoption.record import Record
from adoption.reports.actions import ActionBook
from adoption.reports.digest.digest import weekly_digest
from adoption.reports.digest.formats import digest_as_json, digest_as_markdown, digest_as_text
from adoption.reports.feedback.savings import hours_saved
from adoption.reports.questions import MOST_LISTED, QuestionFigures, Tally, most
from adoption.reports.recommendations import NOT_OVER
from adoption.reports.use import WeeklyUse
from adoption.reports.weeks import Week
from adoption.usage.facts import Usage
from adoption.usage.models import Event
from tests.adoption.factories import NOON, asked, fresh_record, publish_story
from tests.adoption.reports.shares import is_near
from tests.support.examples import examples

UTC = ZoneInfo("UTC")
WEEK = Week(2026, 47)


@pytest.fixture
def record(tmp_path: Path):
    record = Record.open(f"sqlite:///{tmp_path / 'record.sqlite'}")
    yield record
    record.close()


def hand_counted(record: Record) -> None:
    """Five questions of five people this week, one the week before."""
    minute = timedelta(minutes=1)
    topic = [Cited(1, "p", "Budget", "", "b.md"), Cited(2, "q", "Sponsor", "", "s.md")]
    record.questions.add(asked("1", account="T:A"))
    record.questions.add(asked("2", account="T:B", citations=topic, asked_at=NOON + minute))
    record.questions.add(asked("3", account="T:C", citations=topic, outcome=Outcome.UNSURE))
    record.questions.add(
        asked("4", account="T:D", outcome=Outcome.ABSTAINED, question="Where is the gym?")
    )
    record.questions.add(
        asked("5", account="T:E", outcome=Outcome.ABSTAINED, question="where is  the gym")
    )
    record.questions.add(
        asked("0", account="T:C", outcome=Outcome.FAILED, asked_at=NOON - timedelta(days=7))
    )
    record.feedback.set_vote("1", "T:A", Vote.POSITIVE, NOON)
    record.feedback.set_vote("2", "T:B", Vote.NEGATIVE, NOON)
    record.feedback.set_vote("2", "T:C", Vote.NEGATIVE, NOON)
    record.feedback.set_reason("2", "T:C", Reason.OUTDATED, "since spring", NOON)
    record.feedback.set_vote("3", "T:D", Vote.NEGATIVE, NOON)
    record.feedback.set_vote("3", "T:D", Vote.POSITIVE, NOON + minute)
    record.feedback.set_vote("3", "T:E", Vote.NEGATIVE, NOON)


def test_the_digest_agrees_with_a_count_by_hand(record: Record):
    hand_counted(record)
    shown = weekly_digest(record, WEEK, UTC).questions
    assert (shown.questions, shown.people) == (5, 5)
    assert is_near(shown.answered, 3, 5)
    assert is_near(shown.helpful, 2, 5)
    digest = weekly_digest(record, WEEK, UTC, Minimum(6))
    # Five people asked and voted, too few to show how often and what came of it.
    assert digest.questions.questions is None
    assert digest.questions.people is None
    assert digest.questions.answered == digest.questions.resolved == HIDDEN
    assert digest.questions.helpful == HIDDEN
    # Nor is it shown how often so few people were answered from a guide, or gave a reason.
    # By name, for which of the two came up more often would be said by their order.
    assert digest.topics == [Tally("Asking well", None), Tally("Budget", None)]
    assert [(gap.name, gap.count) for gap in digest.gaps] == [("Where is the gym?", None)]
    assert digest.reasons == [Tally("outdated", None)]
    assert digest.before.questions is None
    assert digest.before.answered == HIDDEN
    assert digest.before.helpful == HIDDEN


def test_a_guide_is_named_as_it_is_called_now_and_one_for_few_is_not(record: Record):
    minute = timedelta(minutes=1)
    cited = [Cited(1, "p", "Plan to lay people off", "", "b.md")]
    for number in range(8):
        at = NOON + number * minute
        record.questions.add(
            asked(str(number), account=f"T:{number}", citations=cited, asked_at=at)
        )
        record.feedback.set_vote(str(number), f"T:{number}", Vote.NEGATIVE, at)

    def digest(**named: str) -> str:
        titles = {"b.md": named["b"]} if named else {}
        return digest_as_text(weekly_digest(record, WEEK, UTC, named=titles))

    assert "Summer party" in digest(b="Summer party")
    assert "lay people off" not in digest(b="Summer party")
    assert "lay people off" not in digest()
    # What was recommended about it stays out of the next week's digest.
    then = {"b.md": "Plan to lay people off"}
    recommended = weekly_digest(record, WEEK, UTC, named=then).recommendations
    ActionBook(record.engine).recommend(WEEK, recommended)
    after = {
        name: digest_as_text(weekly_digest(record, WEEK.next, UTC, named=titles))
        for name, titles in (("then", then), ("now", {"b.md": "Summer party"}))
    }
    assert "lay people off" in after["then"]
    assert "lay people off" not in after["now"]


def test_a_week_that_is_not_over_has_lists_and_no_figure(record: Record):
    hand_counted(record)
    add_use(record)
    shown = weekly_digest(record, WEEK, UTC, is_over=False)
    # What its figures are once it is over.
    over = weekly_digest(record, WEEK, UTC)
    assert (over.questions.questions, over.use.now.eligible) == (5, 60)
    assert over.guides[0].thumbs_down in (5, 10)
    assert (shown.headline, shown.key_figures) == (NOT_OVER, ())
    assert shown.questions == QuestionFigures(None, None)
    assert shown.use == WeeklyUse()
    assert [gap.name for gap in shown.gaps] == ["Where is the gym?"]
    assert [topic.name for topic in shown.topics] == [topic.name for topic in over.topics]
    lists = [*shown.gaps, *shown.topics, *shown.reasons]
    assert {each.count for each in lists} == {None}
    assert (shown.guides, shown.overrides, shown.places, shown.themes) == ([], [], [], [])
    assert (shown.saved, shown.programme) == (None, [])


def add_use(record: Record) -> None:
    """Three more thumbs down, and what sixty people used on a day of the week."""
    for who in "FGH":
        record.feedback.set_vote("2", f"T:{who}", Vote.NEGATIVE, NOON)
    people = [f"p{n}" for n in range(60)]
    record.roster.store([RosterRow(who, "Sales", tools=["Helper"]) for who in people], NOON)
    used = [Usage("s", "Helper", WEEK.monday, Event.ACCEPTED, 1, who) for who in people[:20]]
    record.usage.store(used, NOON)
    gave = [
        Override(
            f"o{n}", f"T:{n}", "Helper", NOON, OverrideReason.DISAGREES, text="no", consent=True
        )
        for n in range(9)
    ]
    record.feedback.add_overrides(gave)


def test_what_is_listed_is_in_the_order_of_what_is_shown(record: Record):
    named = [("Zebra", f"p{n}") for n in range(4)] + [("Ape", "p0"), ("Bear", "p1"), ("Bear", "p2")]
    assert [each.name for each in most(named, Minimum())] == ["Ape", "Bear", "Zebra"]
    # A reason that one person gave is not the reason of five thumbs.
    hand_counted(record)
    add_use(record)
    assert [(g.title, g.reason) for g in weekly_digest(record, WEEK, UTC).guides] == [
        ("Budget", None)
    ]
    for who in "BFGH":
        record.feedback.set_reason("2", f"T:{who}", Reason.WRONG, "", NOON)
    assert weekly_digest(record, WEEK, UTC).guides[0].reason is None
    record.feedback.set_reason("2", "T:C", Reason.WRONG, "", NOON)
    assert weekly_digest(record, WEEK, UTC).guides[0].reason == "wrong"


def test_guides_to_fix_are_in_the_order_of_what_is_shown_of_them(record: Record):
    for n in range(6):
        # The last guide by name has most thumbs down, by one.
        cited = [Cited(1, f"p{n}", f"Guide {n}", "Steps", f"{n}.md")]
        record.questions.add(asked(f"g{n}", citations=cited))
        for person in range(5 + n):
            record.feedback.set_vote(f"g{n}", f"T:{person}", Vote.NEGATIVE, NOON)
    found = weekly_digest(record, WEEK, UTC).guides
    shown = [(-(each.thumbs_down or 0), each.title) for each in found]
    assert shown == sorted(shown)
    assert 1 < len({count for count, _ in shown}) < len(shown)


def test_a_story_says_its_minutes_once_where_they_are_one_figure(record: Record):
    publish_story(
        record,
        "1",
        "T:A",
        NOON,
        title="Notes",
        changed="They write themselves.",
        figure="5",
        unit="hours",
        consent=True,
    )
    text = digest_as_text(weekly_digest(record, WEEK, UTC))
    assert "saves 300 min a week" in text
    assert "Notes. They write themselves." in text


def test_the_digest_reads_well_in_every_form(record: Record):
    hand_counted(record)
    digest = weekly_digest(record, WEEK, UTC)
    text = digest_as_text(digest)
    assert "Week of 16 November 2026" in text
    assert f"Answered           {digest.questions.answered}" in text
    assert "- Where is the gym?" in text
    assert "too few to show" in text
    assert f"| Answered | {digest.questions.answered} | – |" in digest_as_markdown(digest)
    parsed = json.loads(digest_as_json(digest))
    assert parsed["week"] == "2026-W47"
    assert parsed["questions"]["answered"]["share"] == digest.questions.answered.value
    assert parsed["before"]["helpful"] is None


def test_an_empty_week_is_a_digest_too(record: Record):
    digest = weekly_digest(record, Week(2020, 53), UTC)
    assert digest.questions.questions == 0
    assert "Nothing was reported this week." in digest_as_text(digest)
    assert json.loads(digest_as_json(digest))["questions"]["answered"] is None


def test_peoples_words_stay_words_in_markdown(record: Record):
    wild = "see [this](https://evil) <!channel> | `x` *b* https://evil.com\n# title"
    record.questions.add(asked(outcome=Outcome.ABSTAINED, question=wild))
    from markdown_it import MarkdownIt

    html = MarkdownIt("gfm-like", {"linkify": False}).render(
        digest_as_markdown(weekly_digest(record, WEEK, UTC))
    )
    assert "<a " not in html
    assert "<em>" not in html
    assert html.count("<h1>") == 1
    assert "&lt;!channel&gt;" in html
    assert "see [this](https://evil)" in html


THUMBS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(Vote), st.sampled_from([None, *Reason])),
    max_size=6,
)
ROWS = st.lists(
    st.tuples(
        st.integers(0, 7),
        st.sampled_from(Outcome),
        st.integers(-9, 8),
        st.sampled_from(["Budget", "Sponsor", "Trust"]),
        THUMBS,
    ),
    max_size=20,
)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("123456")), max_size=40))
def test_what_came_up_is_counted_from_as_many_people_as_may_be_shown(said):
    counts = Counter(name for name, _ in said)
    for tally in most(said, Minimum()):
        people = {person for name, person in said if name == tally.name}
        assert (tally.count is None) is (len(people) < 5)
        assert tally.count is None or abs(tally.count - counts[tally.name]) < 5


def test_hours_saved_in_a_week_of_few_people_do_not_follow_from_a_longer_span(record: Record):
    for number, saved in enumerate([TimeSaved.HOUR] * 5 + [TimeSaved.MORE]):
        at = NOON - timedelta(weeks=1) if number < 5 else NOON
        record.questions.add(asked(str(number), account=f"T:{number}", asked_at=at))
        record.feedback.set_time_saved(str(number), f"T:{number}", saved, at)
    first, second = WEEK.previous.bounds(UTC), WEEK.bounds(UTC)
    assert hours_saved(record.engine, *second, Minimum()) is None
    shown = [hours_saved(record.engine, first[0], end, Minimum()) for end in (first[1], second[1])]
    assert [each.hours for each in shown if each] == [Range(0, 10), Range(0, 15)]
    # Six reports are rounded up or down.
    assert [each.reports in (5, 10) for each in shown if each] == [True, True]


@settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(ROWS)
def test_the_figures_hold_for_any_record(tmp_path_factory: pytest.TempPathFactory, rows):
    record = fresh_record(tmp_path_factory.mktemp("any"))
    expected = Counter()
    people, topics, reasons = set(), Counter(), Counter()
    for number, (person, outcome, days, title, thumbs) in enumerate(rows):
        at = NOON + timedelta(days=days)
        cited = [Cited(1, "p", title, "", "t.md")]
        answered = outcome in (Outcome.ANSWERED, Outcome.UNSURE)
        record.questions.add(
            asked(
                str(number),
                account=f"T:{person}",
                outcome=outcome,
                asked_at=at,
                citations=cited if answered else [],
            )
        )
        last = {}
        for order, (voter, vote, reason) in enumerate(thumbs):
            pressed = at + timedelta(seconds=order)
            record.feedback.set_vote(str(number), f"T:{voter}", vote, pressed)
            if vote is Vote.POSITIVE:
                last[voter] = (vote, None)
            else:
                if reason:
                    record.feedback.set_reason(str(number), f"T:{voter}", reason, None, pressed)
                before = last.get(voter, (None, None))[1]
                last[voter] = (vote, reason or before)
        # Wednesday noon: the week runs from two days and a half before to four and a half after.
        if -2 <= days <= 4:
            expected["asked"] += 1
            expected["left"] += outcome not in (Outcome.STOPPED, Outcome.WITHDRAWN)
            expected["answered"] += answered
            people.add(person)
            topics.update([title] if answered else [])
            reasons.update(r.value for v, r in last.values() if r and v is Vote.NEGATIVE)
    digest = weekly_digest(record, WEEK, UTC, Minimum(9))
    shown = weekly_digest(record, WEEK, UTC).questions
    record.close()
    # As few people as these leave no counts.
    assert digest.questions.questions == digest.questions.people == (None if people else 0)
    assert digest.questions.answered == HIDDEN
    if len(people) >= 5:
        assert abs((shown.questions or 0) - expected["asked"]) < 5
    if shown.answered != HIDDEN:
        assert is_near(shown.answered, expected["answered"], expected["left"])
    assert {t.name: t.count for t in digest.topics} == dict.fromkeys(topics)
    assert {t.name: t.count for t in digest.reasons} == dict.fromkeys(reasons)
    assert all(len(listed) <= MOST_LISTED for listed in (digest.topics, digest.gaps))
