from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adoption.feedback.feedback import Override
from adoption.feedback.models import OverrideReason, Reason, Vote
from adoption.people.roster import RosterRow
from adoption.questions.models import Outcome
from adoption.questions.questions import Cited
from adoption.record import Record
from adoption.reports.actions import ActionBook
from adoption.reports.digest.digest import weekly_digest
from adoption.reports.digest.formats import (
    digest_as_csv,
    digest_as_json,
    digest_as_markdown,
    digest_as_text,
)
from adoption.reports.digest.html import digest_as_html
from adoption.reports.digest.pictures import overrides_picture, use_picture
from adoption.reports.guides import GuideOwner
from adoption.reports.recommendations import Recommendation
from adoption.reports.weeks import Week
from adoption.usage.facts import Usage
from adoption.usage.models import Event
from tests.adoption.factories import NOON, asked, fresh_record, publish_story
from tests.adoption.reports.shares import is_near

UTC = ZoneInfo("UTC")
WEEK = Week(2026, 47)
WILD = "<script>alert(1)</script> =1+1 $x$ <@U012ABCDE> | *b* `c`"


@pytest.fixture
def record(tmp_path: Path):
    record = fresh_record(tmp_path)
    yield record
    record.close()


def action_of(record: Record, subject: str, text: str, owner: str, outcome: str) -> None:
    """A recommendation of the week before, taken on and done."""
    points = ActionBook(record.engine)
    points.recommend(WEEK.previous, [Recommendation(subject, (text,), (), "x")])
    assert points.finish(str(WEEK.previous), subject, owner, outcome, NOON)


def wild(record: Record) -> None:
    """A week in which every name and every text tries to be something else."""
    people = [f"p{n}@example.com" for n in range(12)]
    rows = [
        RosterRow(p, team=WILD if n < 6 else "=HYPERLINK(1)", tools=(WILD,), account=f"T1:U{n}")
        for n, p in enumerate(people)
    ]
    record.roster.store(rows, NOON)
    facts = [
        Usage("s", WILD, NOON.date(), event, 2, p)
        for p in people
        for event in (Event.ACCEPTED, Event.OVERRIDDEN)
    ]
    record.usage.store(facts, NOON)
    record.feedback.add_overrides(
        [
            Override(str(n), f"T1:U{n}", WILD, NOON, OverrideReason.WRONG_DATA, "missing data")
            for n in range(12)
        ]
    )
    publish_story(record, "1", "T1:U1", NOON, title=WILD, tool=WILD, consent=True)
    publish_story(record, "2", "T1:U1", NOON, title="unseen", consent=False)
    action_of(record, "a", WILD, WILD, WILD)
    for id in "12":
        record.questions.add(asked(id, outcome=Outcome.ABSTAINED, question=WILD))
    for id in "12345":
        record.questions.add(asked("a" + id, citations=[Cited(1, "p", WILD, "", "x")]))
        record.feedback.set_vote("a" + id, f"T1:U{id}", Vote.NEGATIVE, NOON)
        record.feedback.set_reason("a" + id, f"T1:U{id}", Reason.WRONG, None, NOON)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]
        if tag not in ("meta", "use", "path"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in self.open:
            assert self.open.pop() == tag


def test_the_page_is_one_file_in_which_words_stay_words(record: Record):
    wild(record)
    page = digest_as_html(weekly_digest(record, WEEK, UTC))
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert not {"script", "link", "img", "iframe", "a"} & set(tags.seen)
    assert tags.seen.count("h1") == 1
    assert "&lt;script&gt;" in page
    assert "color-scheme: light dark" in page
    assert "@media print" in page
    assert "unseen" not in page
    assert "U012ABCDE" not in page.split('id="gaps"')[1].split("</section>")[0]
    assert tags.seen.count("table") == 3


def test_the_pictures_for_messages_are_png(record: Record):
    wild(record)
    digest = weekly_digest(record, WEEK, UTC)
    for draw in (use_picture, overrides_picture):
        assert draw(digest).startswith(b"\x89PNG")


def test_nothing_known_is_drawn_as_nothing(record: Record):
    digest = weekly_digest(record, WEEK, UTC)
    assert use_picture(digest) is None
    assert overrides_picture(digest) is None
    assert "Nothing was reported this week." in digest_as_html(digest)


def test_no_cell_of_the_file_of_values_is_a_formula(record: Record):
    wild(record)
    rows = list(csv.reader(io.StringIO(digest_as_csv(weekly_digest(record, WEEK, UTC)))))
    assert rows[0] == ["section", "name", "figure", "value"]
    assert {len(row) for row in rows} == {4}
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert any(cell.startswith("'=HYPERLINK") for cell in cells)


def test_markdown_escapes_names_of_teams_and_tools(record: Record):
    from markdown_it import MarkdownIt

    wild(record)
    digest = weekly_digest(record, WEEK, UTC)
    html = MarkdownIt("gfm-like", {"linkify": False}).render(digest_as_markdown(digest))
    assert "<script>" not in html
    assert "<em>" not in html
    assert "<code>" not in html
    assert html.count("<table>") == 4


def test_what_was_done_about_last_week_is_told(record: Record):
    action_of(record, "gap:gym", "Nobody knew where the gym is.", "Ada", "A guide stands now.")
    text = digest_as_text(weekly_digest(record, WEEK, UTC))
    assert "Recommended: Nobody knew where the gym is. Done: A guide stands now." in text


def test_the_digest_has_its_parts_in_the_order_in_which_they_matter(record: Record):
    wild(record)
    text = digest_as_text(weekly_digest(record, WEEK, UTC))
    titles = [
        "In one sentence",
        "Key figures",
        "Do this week",
        "Weekly active by team",
        "Weekly active by tool",
        "Questions without an answer",
        "Stories",
        "Why people override",
        "Guides to fix",
        "You said, we did",
        "All figures",
    ]
    places = [text.index(f"\n{title}\n") for title in titles]
    assert places == sorted(places)


def test_a_guide_that_answers_unreviewed_is_its_owners_to_review(record: Record):
    for number in range(5):
        record.questions.add(asked(f"C1:{number}", account=f"T1:U{number}"))
    kept = {
        "asking.md": GuideOwner("Ann <b>", "not reviewed since May 2025"),
        "other.md": GuideOwner("Bo", "x"),
    }
    digest = weekly_digest(record, WEEK, UTC, guide_owners=kept)
    assert [(each.title, each.answers) for each in digest.guides] == [("Asking well", 5)]
    text = digest_as_text(digest)
    assert "Asking well, cited by about 5 answers, not reviewed since May 2025 (Ann <b>)" in text
    assert "Review the guide “Asking well”. (cited by about 5 answers, not reviewed since" in text
    assert [action.owner for action in digest.recommendations] == ["Ann <b>"]
    assert "<b>" not in digest_as_html(digest)
    fields = json.loads(digest_as_json(digest))["guides"][0]
    assert (fields["owner"], fields["overdue"]) == ("Ann <b>", "not reviewed since May 2025")
    assert not weekly_digest(
        record, WEEK, UTC, guide_owners={"asking.md": GuideOwner("Ann")}
    ).guides


def test_a_question_that_waits_for_a_person_is_an_action(record: Record):
    record.questions.add(asked("1", outcome=Outcome.ABSTAINED))
    for id in "23456":
        record.questions.add(asked(id, account=f"T1:U{id}"))
    for id in "12":
        record.handoffs.open(id, f"T1:U{id}", NOON, ("C1", "1.0"))
    record.handoffs.solve("2", "U2", NOON + timedelta(hours=3))
    digest = weekly_digest(record, WEEK, UTC)
    # Of fewer people than the minimum, neither how many there are is shown nor how long it took.
    assert (digest.questions.waiting, digest.questions.handed_on) == (None, None)
    assert digest.questions.to_answer is None
    assert is_near(digest.questions.resolved, 4, 6)
    said = digest_as_text(digest)
    assert "Answer the questions that still wait for a person." in said
    assert "a few were handed on this week, and a few wait" in said


def test_how_long_people_waited_is_shown_of_enough_people(record: Record):
    for id in "12345":
        record.questions.add(asked(id, account=f"T1:U{id}"))
        record.handoffs.open(id, f"T1:U{id}", NOON, ("C1", "1.0"))
        record.handoffs.solve(id, "U9", NOON + timedelta(hours=2, minutes=47 + int(id)))
    shown = weekly_digest(record, WEEK, UTC).questions
    assert (shown.waiting, shown.handed_on) == (0, 5)
    # In hours: the median is the time of one of them.
    assert shown.to_answer == timedelta(hours=3)


def test_an_address_in_an_unanswered_question_is_blotted_out(record: Record):
    record.questions.add(
        asked(outcome=Outcome.ABSTAINED, question="May ada@example.com call +47 22 33 44 55?")
    )
    digest = weekly_digest(record, WEEK, UTC)
    for show in (digest_as_text, digest_as_markdown, digest_as_json, digest_as_csv, digest_as_html):
        assert "ada@example.com" not in show(digest)
        assert "22 33 44" not in show(digest)
