from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from adoption.follow_ups.counts import follow_up_counts, upcoming
from adoption.follow_ups.models import Feeling, Obstacle
from adoption.people.roster import RosterRow
from adoption.privacy.groups import Minimum
from adoption.record import Record
from adoption.reports.digest.digest import weekly_digest
from adoption.reports.digest.formats import digest_as_text
from adoption.reports.rich_text import plain
from adoption.reports.weeks import Week
from adoption.submissions.schemas import FaqFields, StoryFields
from tests.adoption.factories import NOON, fresh_record
from tests.adoption.follow_ups.test_follow_ups import START, account, day

MINIMUM, ZONE = Minimum(5), ZoneInfo("UTC")
WEEK = Week.of_day(day(2))


def asked(record: Record, teams: list[str | None]) -> list[str]:
    """Everybody is asked; their follow-ups in the order of the teams."""
    rows = [
        RosterRow(f"p{n}@example.com", team, eligible_since=START, account=account(n))
        for n, team in enumerate(teams)
    ]
    record.roster.store(rows, NOON)
    ids = {}
    for id in record.follow_ups.open_due(day(2)):
        ids[record.follow_ups.to_send(id, day(2))] = id
        record.follow_ups.set_sent(id)
    return [ids[account(n)] for n in range(len(teams))]


def answered(record: Record, id: str, number: int, how: Feeling, obstacle: Obstacle) -> None:
    assert record.follow_ups.answer(id, account(number), how, obstacle, day(2), f"k{number}")


def test_the_digest_shows_how_it_goes_and_what_came_of_it(tmp_path: Path):
    record = fresh_record(tmp_path)
    ids = asked(record, ["Sales"] * 12 + ["Law"] * 8)
    for n, id in enumerate(ids):
        stuck = n >= 10
        how = Feeling.STUCK if stuck else Feeling.WELL
        answered(record, id, n, how, Obstacle.TIME if stuck else Obstacle.NOTHING)
    follow_ups = record.follow_ups
    for n, id in enumerate(ids[:5]):
        question = f"D{n}:1.0"
        record.handoffs.open(question, account(n), NOON, ("D1", ""), "C1")
        follow_ups.set_point(id, question)
    record.handoffs.solve("D0:1.0", "U9", NOON)
    for n in range(5):
        record.stories.save_draft(ids[n], account(n), StoryFields(title="T"), NOON)
    for n in range(5, 9):
        record.faqs.submit_fields(ids[n], account(n), FaqFields("Q?", "A."), False, NOON)
    for id in ids[:9]:
        follow_ups.set_draft(id, id)
    digest = weekly_digest(record, WEEK, ZONE)
    text = digest_as_text(digest)
    assert "Of about 20 people who were asked how it goes, " in text
    assert "Most often in the way: no time to learn it (about" in text
    assert "About 5 open points were handed to a person; " in text
    assert " of them have an answer." in text
    # Four people shared what became an entry: too few to be counted.
    assert "became drafts of about 5 stories." in text
    (found,) = [each for each in digest.recommendations if each.subject == "follow-ups:time"]
    assert found.owner == "Team leads"
    assert plain(found.text).startswith("Take something off")
    off = weekly_digest(record, WEEK, ZONE, features_off=["follow_ups"])
    assert "Follow-ups" not in digest_as_text(off)


def test_nobody_is_shown_where_few_answered(tmp_path: Path):
    record = fresh_record(tmp_path)
    ids = asked(record, ["Sales"] * 6)
    for n in range(4):
        answered(record, ids[n], n, Feeling.STUCK, Obstacle.FIT)
    counts = follow_up_counts(record.engine, day(2), day(2), MINIMUM)
    assert counts.everybody.feelings == {}
    assert counts.teams == {}
    assert "stuck" not in digest_as_text(weekly_digest(record, WEEK, ZONE))


@settings(max_examples=10)
@given(
    st.lists(st.sampled_from(["Sales", "Law", None]), min_size=1, max_size=24),
    st.integers(0, 2**24 - 1),
    st.integers(5, 9),
)
def test_every_team_that_is_shown_has_the_minimum_of_answers(tmp_path_factory, teams, said, least):
    record = fresh_record(tmp_path_factory.mktemp("r"))
    ids = asked(record, teams)
    people = [n for n in range(len(teams)) if said >> n & 1]
    for n in people:
        answered(record, ids[n], n, Feeling.MIXED, Obstacle.FIT)
    counts = follow_up_counts(record.engine, day(2), day(2), Minimum(least))
    sizes = {"Sales": 0, "Law": 0, "none": 0}
    for n in people:
        sizes[teams[n] or "none"] += 1
    for name in counts.teams:
        if name != "others":
            assert sizes[name] >= least
    hidden = sum(size for name, size in sizes.items() if name not in counts.teams)
    assert hidden == 0 or hidden >= least or len(people) < least
    assert bool(counts.everybody.feelings) == (len(people) >= least)
    record.close()


def test_a_champion_sees_how_many_are_due_but_never_few(tmp_path: Path):
    record = fresh_record(tmp_path)
    rows = [
        RosterRow(
            f"p{n}@example.com",
            "Sales" if n < 9 else "Law",
            eligible_since=START + timedelta(days=n // 6),
            account=account(n),
        )
        for n in range(12)
    ]
    record.roster.store(rows, NOON)
    found = upcoming(record.engine, "Sales", day(1), 28, MINIMUM)
    assert [(each.due_on, each.weeks) for each in found] == [(day(2), 2)]
    assert found[0].people in (5, 10)
    assert upcoming(record.engine, "Law", day(1), 28, MINIMUM) == []
