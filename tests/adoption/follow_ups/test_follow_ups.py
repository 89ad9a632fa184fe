from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import Connection, select

from adoption.follow_ups.follow_ups import FollowUps
from adoption.follow_ups.models import Feeling, FollowUpRow, FollowUpState, Obstacle
from adoption.follow_ups.occasions import TOOLS, Occasion
from adoption.people.models import Person
from adoption.people.roster import RosterRow
from adoption.record import Record
from adoption.training.models import Tier
from tests.adoption.factories import NOON, fresh_record

START = date(2026, 10, 5)
WELL = (Feeling.WELL, Obstacle.NOTHING)


def account(number: int) -> str:
    return f"T1:U{number}"


def enrol(
    record: Record, people: int = 3, left: dict[int, date] | None = None, team: str = "Sales"
) -> None:
    rows = [
        RosterRow(
            f"p{n}@example.com",
            team,
            team_key="sales",
            eligible_since=START,
            account=account(n),
            left_on=(left or {}).get(n),
        )
        for n in range(people)
    ]
    record.roster.store(rows, NOON)


def day(weeks: float) -> date:
    return START + timedelta(days=int(weeks * 7))


@pytest.mark.parametrize(
    ("weeks", "due"), [(0, 0), (1.9, 0), (2, 3), (2.9, 3), (3, 0), (6, 3), (7, 0)]
)
def test_people_are_followed_up_two_and_six_weeks_after_they_got_the_tools(
    record: Record, weeks: float, due: int
):
    enrol(record)
    assert len(record.follow_ups.open_due(day(weeks))) == due


def test_a_training_is_followed_up_but_nobody_is_asked_twice_in_a_week(record: Record):
    enrol(record, 2)
    record.training.add(account(0), Tier.HANDS_ON, START + timedelta(days=3), NOON)
    record.training.add(account(1), Tier.HANDS_ON, START + timedelta(days=10), NOON)
    found = [
        record.follow_ups.get(id)
        for weeks in (2, 2.5, 3.5)
        for id in record.follow_ups.open_due(day(weeks))
    ]
    asked = sorted({(each.account, each.occasion) for each in found if each})
    assert asked == [
        (account(0), TOOLS),
        (account(1), TOOLS),
        (account(1), "training hands-on"),
    ]


def test_who_is_on_leave_is_not_asked(record: Record):
    enrol(record, 3)
    row = RosterRow("p0@example.com", "Sales", eligible_since=START, account=account(0))
    record.roster.store([replace(row, on_leave=True)], NOON)
    found = [record.follow_ups.get(id) for id in record.follow_ups.open_due(day(2))]
    assert sorted(each.account for each in found if each) == [account(1), account(2)]


def test_who_has_left_is_not_asked(record: Record):
    enrol(record, 3, {0: day(1)})
    follow_ups = record.follow_ups
    ids = follow_ups.open_due(day(2))
    assert len(ids) == 2
    enrol(record, 3, {0: day(1), 1: day(2)})
    assert [follow_ups.to_send(id, day(2)) for id in ids].count(None) == 1
    assert len(follow_ups.open_due(day(2))) == 1


def test_one_answer_counts_and_it_can_be_repeated(record: Record):
    enrol(record, 1)
    follow_ups = record.follow_ups
    (id,) = follow_ups.open_due(day(2))
    assert follow_ups.to_send(id, day(2)) == account(0)
    follow_ups.set_sent(id)
    assert [each.id for each in follow_ups.open_of(account(0), day(2))] == [id]
    assert not follow_ups.answer(id, "T1:UOTHER", *WELL, day(2), "k0")
    assert follow_ups.answer(id, account(0), *WELL, day(3), "k1")
    assert follow_ups.answer(id, account(0), *WELL, day(3), "k1")
    assert not follow_ups.answer(id, account(0), Feeling.STUCK, Obstacle.TIME, day(3), "k2")
    found = follow_ups.get(id)
    assert found is not None
    assert found.state is FollowUpState.ANSWERED
    assert follow_ups.open_of(account(0), day(3)) == []
    assert follow_ups.to_send(id, day(3)) is None


def test_an_answer_comes_too_late_after_four_weeks(record: Record):
    enrol(record, 1)
    (id,) = record.follow_ups.open_due(day(2))
    record.follow_ups.set_sent(id)
    assert not record.follow_ups.answer(id, account(0), *WELL, day(7), "k")


def test_of_many_answers_and_mornings_at_once_each_thing_happens_once(record: Record):
    enrol(record, 4)
    follow_ups = record.follow_ups
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: follow_ups.open_due(day(2)), range(4)))
        assert all(ids == found[0] for ids in found)
        own = next(i for i in found[0] if follow_ups.to_send(i, day(2)) == account(0))
        won = list(
            pool.map(lambda n: follow_ups.answer(own, account(0), *WELL, day(2), f"k{n}"), range(8))
        )
    assert won.count(True) == 1


def test_other_occasions_can_be_given(record: Record):
    enrol(record, 1)
    with record.engine.connect() as connection:
        person = connection.scalar(select(Person.id))

    def waves(connection: Connection, since: date) -> Iterator[Occasion]:
        yield Occasion(str(person), "wave One", START)

    (id,) = FollowUps(record.engine, waves).open_due(day(2))
    found = record.follow_ups.get(id)
    assert found is not None
    assert found.occasion == "wave One"


def test_an_erased_person_is_not_asked_and_nobody_knows_who_answered(record: Record):
    enrol(record, 2)
    follow_ups = record.follow_ups
    for id in follow_ups.open_due(day(2)):
        follow_ups.set_sent(id)
        follow_ups.set_point(id, "D1:1.0")
        for n in range(2):
            follow_ups.answer(id, account(n), *WELL, day(2), f"k{n}")
    assert record.personal_data.export(account(0))["follow_ups"][0]["how"] == "well"
    record.personal_data.erase(account(0))
    with record.engine.connect() as connection:
        rows = connection.execute(select(FollowUpRow.point, FollowUpRow.how)).all()
    assert sorted(row.point for row in rows) == ["", "D1:1.0"]
    assert [row.how for row in rows] == [Feeling.WELL] * 2


class FollowUpMachine(RuleBasedStateMachine):
    """Days go by; workers send, die between steps and send again; people answer, leave, come.

    Slack refuses some messages, of which the admins hear once, and the team is renamed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.record = fresh_record(Path(self.folder.name))
        self.left: dict[int, date] = {}
        self.team = "Sales"
        enrol(self.record, 4)
        self.today = day(2)
        self.asked: dict[str, str] = {}
        self.answers: dict[str, str] = {}
        self.refused: set[str] = set()

    def teardown(self) -> None:
        self.record.close()
        self.folder.cleanup()

    @rule(days=st.sampled_from([1, 3, 7, 16]))
    def wait(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(dies=st.booleans(), refuses=st.sampled_from([None, 0, 1]))
    def morning(self, dies: bool, refuses: int | None) -> None:
        follow_ups = self.record.follow_ups
        for id in follow_ups.open_due(self.today):
            account = follow_ups.to_send(id, self.today)
            if account is None:
                continue
            if refuses is not None and account == f"T1:U{refuses}" and id not in self.asked:
                follow_ups.set_refused(id)
                self.refused.add(id)
                continue
            # The message has a key of its own: sent again, it is found and not posted.
            self.asked[id] = account
            if not dies:
                follow_ups.set_sent(id)

    @rule(dies=st.booleans())
    def admins_hear_of_the_refused(self, dies: bool) -> None:
        follow_ups = self.record.follow_ups
        found = [follow_ups.get(id) for id in self.refused]
        heard = follow_ups.refused()
        assert heard == sorted({str(each.account) for each in found if each})
        if not dies:
            follow_ups.close_refused(heard)
            self.refused.clear()
            assert follow_ups.refused() == []

    @rule(name=st.sampled_from(["Sales", "Sales and service"]))
    def the_team_is_renamed(self, name: str) -> None:
        self.team = name
        enrol(self.record, 4, self.left, name)

    @rule(number=st.integers(0, 3), back=st.booleans())
    def leave(self, number: int, back: bool) -> None:
        self.left = {n: d for n, d in self.left.items() if n != number}
        if not back:
            self.left[number] = self.today
        enrol(self.record, 4, self.left, self.team)

    @rule(number=st.integers(0, 3), key=st.sampled_from(["a", "b", "c"]))
    def answer(self, number: int, key: str) -> None:
        follow_ups = self.record.follow_ups
        for id, who in self.asked.items():
            found = follow_ups.get(id)
            assert found is not None
            was_open = found.is_open_on(self.today)
            won = follow_ups.answer(id, account(number), *WELL, self.today, key)
            if who != account(number):
                assert not won
            elif was_open:
                assert won
                self.answers[id] = key
            else:
                assert won == (self.answers.get(id) == key)

    @invariant()
    def nothing_is_twice_or_lost(self) -> None:
        with self.record.engine.connect() as connection:
            rows = connection.execute(
                select(
                    FollowUpRow.id,
                    FollowUpRow.person_id,
                    FollowUpRow.weeks,
                    FollowUpRow.state,
                    FollowUpRow.answer_key,
                )
            ).all()
        assert len({(row.person_id, row.weeks) for row in rows}) == len(rows)
        states = {row.id: row.state for row in rows}
        assert all(states[id] is FollowUpState.ANSWERED for id in self.answers)
        assert {row.id: row.answer_key for row in rows if row.answer_key} == self.answers
        assert {
            id for id, state in states.items() if state is FollowUpState.REFUSED
        } == self.refused


TestFollowUpMachine = FollowUpMachine.TestCase
TestFollowUpMachine.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
