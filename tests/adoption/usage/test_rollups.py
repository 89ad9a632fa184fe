from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from adoption.db.engine import downgrade
from adoption.db.writes import StoreCounts
from adoption.feedback.models import Vote
from adoption.people.models import Handle, Member, Team
from adoption.people.roster import RosterRow
from adoption.record import Record
from adoption.usage.facts import Usage
from adoption.usage.models import Event, FirstUse, PersonDay, PersonWeek, TeamDay, UsageRow
from adoption.usage.rollups import EVENTS
from tests.adoption.factories import NOON, asked, fresh_record
from tests.support.examples import examples

NOW = datetime(2026, 11, 21, tzinfo=UTC)
DAY = date(2026, 11, 16)


@pytest.fixture(params=["sqlite", "postgresql"])
def record(request: pytest.FixtureRequest, tmp_path: Path):
    if request.param == "sqlite":
        record = Record.open(f"sqlite:///{tmp_path / 'record.sqlite'}")
    else:
        record = Record.open(request.getfixturevalue("postgres"))
    yield record
    downgrade(record.engine, "base")
    record.close()


def use(person: str | None = "ada@example.com", **fields: object) -> Usage:
    return Usage(
        **({"source": "test", "tool": "Copilot", "day": DAY, "event": Event.ACCEPTED} | fields),
        person=person,
    )


def keep(record: Record, *facts: Usage) -> StoreCounts:
    return record.usage.store(facts, NOW)


def enrol(record: Record, *rows: RosterRow) -> StoreCounts:
    return record.roster.store(rows, NOW)


def counted(record: Record) -> tuple[Counter, Counter, dict]:
    """The roll-ups as the slow and obvious count of the usage rows would have them."""
    people, teams, first = Counter(), Counter(), {}
    with record.engine.connect() as connection:
        team_of = dict(connection.execute(select(Member.person_id, Member.team_id)).all())
        for row in connection.execute(select(UsageRow)).mappings():
            team = team_of.get(row["person_id"]) if row["person_id"] else row["team_id"]
            teams[row["day"], row["tool"], team or 0, row["event"].value] += row["count"]
            if row["person_id"] is None or row["count"] == 0:
                continue
            people[row["day"], row["tool"], row["person_id"], row["event"].value] += row["count"]
            seen = first.setdefault((row["person_id"], row["tool"]), (set(), set()))
            seen[0].add(row["day"])
            if row["event"] in (Event.ACCEPTED, Event.EDITED):
                seen[1].add(row["day"])
    firsts = {k: (min(a), max(a), min(v) if v else None) for k, (a, v) in first.items()}
    return +people, +teams, firsts


def rolled(record: Record) -> tuple[Counter, Counter, dict]:
    people, teams = Counter(), Counter()
    with record.engine.connect() as connection:
        for table, who, counter in (
            (PersonDay, "person_id", people),
            (TeamDay, "team_id", teams),
        ):
            for row in connection.execute(select(table)).mappings():
                assert any(row[event] for event in EVENTS)
                for event in EVENTS:
                    counter[row["day"], row["tool"], row[who], event] += row[event]
        firsts = {
            (row["person_id"], row["tool"]): (row["first_day"], row["last_day"], row["first_value"])
            for row in connection.execute(select(FirstUse)).mappings()
        }
        weeks = Counter()
        for row in connection.execute(select(PersonWeek)).mappings():
            assert row["actions"] > 0
            weeks[row["monday"], row["tool"], row["person_id"]] = row["actions"]
    by_week = Counter()
    for (day, tool, person, _), count in people.items():
        by_week[day - timedelta(days=day.weekday()), tool, person] += count
    assert weeks == +by_week
    return +people, +teams, firsts


def test_a_fact_told_again_changes_nothing(record: Record):
    assert keep(record, use(), use("bob")) == StoreCounts(new=2)
    assert keep(record, use("BOB "), use()) == StoreCounts(unchanged=2)
    assert rolled(record) == counted(record)


def test_a_corrected_count_takes_the_place_of_the_old_one(record: Record):
    keep(record, use(count=5))
    assert keep(record, use(count=2)) == StoreCounts(changed=1)
    assert sum(rolled(record)[0].values()) == 2
    keep(record, use(count=0))
    assert rolled(record) == (Counter(), Counter(), {}) == counted(record)


def test_facts_with_the_sources_own_names_may_be_alike(record: Record):
    assert keep(record, use(id="1"), use(id="2")) == StoreCounts(new=2)
    assert sum(rolled(record)[0].values()) == 2


def test_first_and_last_days_hold_when_old_news_comes_late(record: Record):
    shown = use(event=Event.SHOWN, day=DAY - timedelta(days=9))
    keep(record, use(day=DAY))
    keep(record, use(day=DAY + timedelta(days=3)), shown)
    assert rolled(record) == counted(record)
    [(first, last, value)] = rolled(record)[2].values()
    assert (first, last, value) == (shown.day, DAY + timedelta(days=3), DAY)


def test_a_renamed_team_keeps_its_history(record: Record):
    enrol(record, RosterRow("ada@example.com", team="Sales", team_key="t-1"))
    keep(record, use())
    assert enrol(record, RosterRow("ada@example.com", team="Revenue", team_key="t-1")).new == 0
    with record.engine.connect() as connection:
        assert connection.execute(select(Team.name)).scalars().all() == ["Revenue"]
    assert len(rolled(record)[1]) == 1
    assert rolled(record) == counted(record)


def test_a_person_who_changes_teams_takes_their_days_along(record: Record):
    enrol(record, RosterRow("ada@example.com", team="Sales"))
    keep(record, use(), use("bob"))
    enrol(record, RosterRow("ada@example.com", team="Law"), RosterRow("bob", team="Law"))
    assert rolled(record) == counted(record)
    assert list(rolled(record)[1].values()) == [2]


def test_the_same_roster_twice_changes_nothing(record: Record):
    rows = [
        RosterRow("ada@example.com", "Sales", wave="1", tools=("Copilot",), aliases=("ada-l",)),
        RosterRow("bob@example.com", "Law", left_on=DAY),
    ]
    assert enrol(record, *rows) == StoreCounts(new=2)
    assert enrol(record, *rows) == StoreCounts(unchanged=2)
    assert enrol(record, RosterRow("ada@example.com", "Sales", wave="1")) == StoreCounts(changed=1)


def test_a_login_and_a_slack_account_of_one_person_become_one(record: Record):
    record.questions.add(asked("1", account="T1:U1"))
    record.feedback.set_vote("1", "T1:U1", Vote.POSITIVE, NOON)
    keep(record, use("ada-l"), use("ada@example.com", event=Event.SHOWN))
    enrol(record, RosterRow("ada@example.com", "Sales", account="T1:U1", aliases=("ada-l",)))
    keep(record, use("ada-l", day=DAY + timedelta(days=1)))
    people, _, _ = rolled(record)
    assert {person for _, _, person, _ in people} == {record.questions.get("1").person_id}
    assert rolled(record) == counted(record)
    assert record.feedback.opinion("1", "T1:U1") is not None
    with record.engine.connect() as connection:
        assert len(connection.execute(select(Handle)).all()) == 2


def test_who_is_on_the_roster_first_asks_as_the_same_person(record: Record):
    enrol(record, RosterRow("ada@example.com", account="T1:U1"))
    keep(record, use())
    record.questions.add(asked("1", account="T1:U1"))
    [(_, _, person, _)] = rolled(record)[0]
    assert record.questions.get("1").person_id == person


PEOPLE = ["ada", "bob", "cyd"]
FACTS = st.builds(
    lambda person, team, tool, day, event, count, id: Usage(
        source="s",
        tool=tool,
        day=DAY + timedelta(days=day),
        event=event,
        count=count,
        person=person,
        team=team,
        id=id,
    ),
    st.sampled_from([*PEOPLE, "T1:U1", None]),
    st.sampled_from(["sales", "law", None]),
    st.sampled_from(["a", "b"]),
    st.integers(-2, 2),
    st.sampled_from(Event),
    st.integers(0, 3),
    st.sampled_from([None, None, "1", "2"]),
)
ROSTER = st.builds(
    lambda person, team, account, aliases: RosterRow(
        person, team=team, account=account, aliases=aliases
    ),
    st.sampled_from(PEOPLE),
    st.sampled_from(["sales", "law", None]),
    st.sampled_from([None, None, "T1:U1"]),
    st.sampled_from([(), (), ("cyd",)]),
)
STEPS = st.lists(
    st.one_of(st.lists(FACTS, min_size=1, max_size=6), st.lists(ROSTER, min_size=1, max_size=3)),
    max_size=8,
)


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(STEPS)
def test_the_roll_ups_equal_a_raw_count_whatever_comes_in_whatever_order(
    tmp_path: Path, steps: Sequence[list]
):
    record = fresh_record(tmp_path)
    for step in steps:
        (enrol if isinstance(step[0], RosterRow) else keep)(record, *step)
        assert rolled(record) == counted(record)
    for step in steps:
        if isinstance(step[0], Usage):
            keep(record, *step)
    assert rolled(record) == counted(record)
    record.close()
