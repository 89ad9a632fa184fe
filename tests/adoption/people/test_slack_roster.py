from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from adoption.db.writes import StoreCounts
from adoption.people.models import Member, Person, Seat, Team
from adoption.people.roster import RosterRow
from adoption.people.slack_roster import SlackMember, store_slack_members
from adoption.record import Record
from adoption.usage.queries import Roster, UseReader
from tests.adoption.factories import NOON, asked, fresh_record
from tests.support.examples import examples

TODAY = date(2026, 11, 18)
ADA = RosterRow(
    "ada@x.example",
    team="Sales",
    team_key="t-17",
    wave="Wave 1",
    role="champion",
    eligible_since=date(2026, 9, 1),
    aliases=["ada-gh"],
    tools=["Copilot", "Claude"],
)


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    record = fresh_record(tmp_path)
    yield record
    record.close()


def seen(record: Record, *people: SlackMember, today: date = TODAY) -> StoreCounts:
    return store_slack_members(record.roster, people, today, NOON)


def told(record: Record, *rows: RosterRow) -> StoreCounts:
    return record.roster.store(rows, NOON)


def roster(record: Record) -> Roster:
    return UseReader(record.engine).roster()


def members(record: Record) -> dict[str | None, tuple[object, ...]]:
    """What the roster says of everybody with an account."""
    columns = (Team.key, Team.name, Member.wave, Member.role, Member.eligible_since, Member.left_on)
    query = (
        select(Person.account, *columns)
        .join(Member, Member.person_id == Person.id)
        .outerjoin(Team, Team.id == Member.team_id)
    )
    with record.engine.connect() as connection:
        return {account: tuple(rest) for account, *rest in connection.execute(query)}


def test_who_is_new_is_taken_in_and_who_is_known_changes_nothing(record: Record):
    people = [SlackMember("T1:U1", "Ada", "ada@x.example", "Sales"), SlackMember("T1:U2", "Bo")]
    assert seen(record, *people) == StoreCounts(2, 0, 0)
    assert seen(record, *people) == StoreCounts(0, 0, 2)
    assert members(record) == {
        "T1:U1": ("sales", "Sales", None, None, None, None),
        "T1:U2": (None, None, None, None, None, None),
    }


def test_what_only_the_file_knows_stays(record: Record):
    told(record, ADA)
    assert seen(record, SlackMember("T1:U1", "Ada", "ada@x.example", "sales")) == StoreCounts(
        0, 0, 1
    )
    assert seen(record, SlackMember("T1:U1", "Ada", "ADA@x.example")) == StoreCounts(0, 0, 1)
    since = date(2026, 9, 1)
    assert members(record) == {"T1:U1": ("t-17", "Sales", "Wave 1", "champion", since, None)}
    [held] = {frozenset(who) for who in roster(record).seats.values()}
    assert len(held) == 1
    seen(record, SlackMember("T1:U1", "Ada", "ada@x.example", "Law"))
    assert members(record)["T1:U1"] == ("law", "Law", "Wave 1", "champion", since, None)
    with record.engine.connect() as connection:
        assert sorted(connection.scalars(select(Seat.tool))) == ["Claude", "Copilot"]


def test_the_team_of_a_group_is_the_one_that_the_file_names_so(record: Record):
    told(record, ADA)
    seen(record, SlackMember("T1:U2", "Bo", "bo@x.example", "SALES"))
    assert members(record)["T1:U2"][0] == "t-17"


def test_an_account_that_asked_and_an_address_of_the_file_become_one(record: Record):
    record.questions.add(asked(account="T1:U1"))
    told(record, ADA)
    assert len(roster(record).people) == 1
    seen(record, SlackMember("T1:U1", "Ada", "ada@x.example"))
    [person] = roster(record).people
    with record.engine.connect() as connection:
        assert connection.scalars(select(Person.id)).all() == [person.id]


def test_whose_account_is_closed_has_left_and_nobody_gone_is_taken_in(record: Record):
    seen(record, SlackMember("T1:U1"), SlackMember("T1:U2"), SlackMember("T1:U3", gone=True))
    gone = [SlackMember("T1:U1", gone=True), SlackMember("T1:U2"), SlackMember("T1:U3", gone=True)]
    assert seen(record, *gone) == StoreCounts(0, 1, 1)
    assert seen(record, *gone, today=TODAY + timedelta(days=9)) == StoreCounts(0, 0, 2)
    assert {a: m[-1] for a, m in members(record).items()} == {"T1:U1": TODAY, "T1:U2": None}


FILE_FIELDS = st.builds(
    RosterRow,
    st.just(""),
    team=st.sampled_from([None, "Sales", "Law"]),
    team_key=st.sampled_from([None, "t-1"]),
    wave=st.sampled_from([None, "Wave 1", "Wave 2"]),
    role=st.sampled_from([None, "champion"]),
    eligible_since=st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    left_on=st.none() | st.dates(date(2027, 1, 1), date(2027, 12, 31)),
    tools=st.sets(st.sampled_from(["Copilot", "Claude"])).map(sorted),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(30))
@given(rows=st.lists(FILE_FIELDS, max_size=6), teams=st.lists(st.none() | st.just("Sales")))
def test_slack_never_touches_what_it_does_not_know(
    tmp_path: Path, rows: list[RosterRow], teams: list[str | None]
):
    record = fresh_record(tmp_path)
    try:
        listed = [
            RosterRow(**vars(row) | {"person": f"p{n}@x.example", "account": f"T1:U{n}"})
            for n, row in enumerate(rows)
        ]
        told(record, *listed)
        before, seats = members(record), roster(record).seats
        people = [
            SlackMember(f"T1:U{n}", email=f"p{n}@x.example" if n % 2 else None, team=team)
            for n, team in enumerate(teams)
        ]
        seen(record, *people)
        after = members(record)
        assert roster(record).seats == seats
        for n, _ in enumerate(listed):
            account = f"T1:U{n}"
            assert after[account][2:] == before[account][2:]
            moved = n < len(teams) and teams[n] is not None
            assert after[account][1] == ("Sales" if moved else before[account][1])
        assert seen(record, *people) == StoreCounts(0, 0, len(people))
    finally:
        record.close()
