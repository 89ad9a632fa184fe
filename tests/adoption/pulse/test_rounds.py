"""The state machine of a round, whatever is done to it and in which order."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import func, select, update

from adoption.people.models import Member, Person, Team
from adoption.privacy.groups import Minimum
from adoption.pulse.answers import Answer, Outcome
from adoption.pulse.models import (
    PulseGroupRow,
    PulseInvitationRow,
    PulseReceiptRow,
    RoundState,
)
from adoption.pulse.results import closed_rounds
from adoption.pulse.rounds import Plan, Round, next_id
from adoption.record import Record
from tests.adoption.factories import fresh_record
from tests.adoption.pulse.company import (
    AFTER,
    CLOSES,
    DURING,
    MINIMUM,
    OPENS,
    PLAN,
    SECRET,
    ZONE,
    account,
    answered,
    enrol,
    opened,
)

FIVES = (5, 5, 5, 5, 5)


def test_of_two_admins_at_once_one_plans_a_round(record: Record):
    rounds = record.pulse_rounds(SECRET)

    def plan(number: int) -> bool:
        return rounds.plan(f"r{number % 2}", PLAN, ZONE, "T1:UADMIN")

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(plan, range(4)))
    assert sorted(outcomes) == [False, False, True, True]
    running = rounds.running()
    assert running is not None
    assert (running.state, running.plan) == (RoundState.PLANNED, PLAN)


def test_a_round_opens_when_it_is_due_and_closes_when_it_is_over(record: Record):
    enrol(record, [("Sales", "Wave 1")] * 12)
    rounds = record.pulse_rounds(SECRET)
    rounds.plan("r1", PLAN, ZONE, "T1:UADMIN")
    early = OPENS - timedelta(seconds=1)
    assert rounds.open("r1", MINIMUM, early, PLAN.first_on) is RoundState.PLANNED
    assert rounds.open("r1", MINIMUM, OPENS, PLAN.first_on) is RoundState.OPEN
    assert rounds.open("r1", MINIMUM, DURING, PLAN.first_on) is RoundState.OPEN
    assert not rounds.close("r1", MINIMUM, DURING)
    assert rounds.close("r1", MINIMUM, AFTER)
    assert rounds.close("r1", MINIMUM, AFTER)
    assert not rounds.cancel("r1")
    assert rounds.running() is None
    assert rounds.open("none", MINIMUM, OPENS, PLAN.first_on) is None
    assert not rounds.close("none", MINIMUM, AFTER)


@pytest.mark.parametrize("people", [0, 9])
def test_too_few_people_are_not_asked(record: Record, people: int):
    enrol(record, [("Sales", "Wave 1")] * people)
    rounds = record.pulse_rounds(SECRET)
    rounds.plan("r1", PLAN, ZONE, "T1:UADMIN")
    assert rounds.open("r1", MINIMUM, OPENS, PLAN.first_on) is RoundState.CANCELLED


def test_a_round_that_nobody_opened_in_time_is_cancelled(record: Record):
    enrol(record, [("Sales", "Wave 1")] * 12)
    rounds = record.pulse_rounds(SECRET)
    rounds.plan("r1", PLAN, ZONE, "T1:UADMIN")
    assert rounds.open("r1", MINIMUM, CLOSES, PLAN.first_on) is RoundState.CANCELLED


def test_who_left_is_on_leave_or_has_nothing_yet_is_not_asked(record: Record):
    enrol(record, [("Sales", "Wave 1")] * 15)
    with record.engine.begin() as connection:
        person = select(Person.id).where(Person.account == account(0)).scalar_subquery()
        gone = update(Member).where(Member.person_id == person)
        connection.execute(gone.values(left_on=PLAN.first_on))
        person = select(Person.id).where(Person.account == account(1)).scalar_subquery()
        late = update(Member).where(Member.person_id == person)
        connection.execute(late.values(eligible_since=PLAN.first_on + timedelta(days=1)))
        person = select(Person.id).where(Person.account == account(2)).scalar_subquery()
        away = update(Member).where(Member.person_id == person)
        connection.execute(away.values(on_leave=True))
    opened(record)
    with record.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(PulseInvitationRow)) == 12


def test_a_renamed_team_is_shown_under_its_present_name(record: Record):
    enrol(record, [("Sales", None)] * 12)
    rounds, answers = opened(record)
    answered(answers, dict.fromkeys(range(6), FIVES))
    with record.engine.begin() as connection:
        connection.execute(update(Team).values(name="Revenue"))
    rounds.close("r1", MINIMUM, AFTER)
    result = closed_rounds(record.engine, AFTER, MINIMUM, 4)[0]
    assert [(g.kind, g.name) for g in result.groups] == [("everybody", ""), ("team", "Revenue")]


def test_whoever_changes_teams_during_a_round_counts_where_they_were(record: Record):
    enrol(record, [("Sales", None)] * 12 + [("Law", None)] * 12)
    rounds, answers = opened(record)
    enrol(record, [("Law", None)] * 24)
    answered(answers, dict.fromkeys([*range(10), *range(12, 22)], FIVES))
    rounds.close("r1", MINIMUM, AFTER)
    result = closed_rounds(record.engine, AFTER, MINIMUM, 4)[0]
    assert {g.name: g.answered for g in result.groups} == {"": 20, "Law": 10, "Sales": 10}


def test_an_open_round_shows_nothing(record: Record):
    enrol(record, [("Sales", None)] * 12)
    _, answers = opened(record)
    answered(answers, dict.fromkeys(range(6), FIVES))
    assert closed_rounds(record.engine, AFTER, MINIMUM, 4) == []


def test_comments_are_shown_from_ten_answers_on(record: Record):
    enrol(record, [("Sales", None)] * 12)
    for number, people in enumerate((9, 10)):
        rounds, answers = opened(record, f"r{number}")
        for n in range(people):
            words = "More time." if n == 0 else ""
            answers.add(f"r{number}", account(n), Answer(FIVES, words), DURING)
        rounds.close(f"r{number}", MINIMUM, AFTER)
    found = {r.id: r.comments for r in closed_rounds(record.engine, AFTER, MINIMUM, 4)}
    assert found == {"r0": [], "r1": ["More time."]}


def test_a_higher_minimum_hides_groups_of_rounds_that_are_closed(record: Record):
    enrol(record, [("Sales", None)] * 12 + [("Law", None)] * 12)
    rounds, answers = opened(record)
    answered(answers, dict.fromkeys([*range(6), *range(12, 21)], FIVES))
    rounds.close("r1", MINIMUM, AFTER)
    shown = {
        least: [g.name for g in closed_rounds(record.engine, AFTER, Minimum(least), 4)[0].groups]
        for least in (5, 8, 16)
    }
    assert shown == {5: ["", "Law", "Sales"], 8: ["", "others"], 16: []}


# Times


@given(
    st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    st.integers(1, 28),
    st.sampled_from(
        ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]
    ),
)
def test_a_round_is_from_nine_to_five_by_the_clocks_of_its_zone(first: date, days: int, zone: str):
    opens, reminds, closes = Plan(first, days).moments(ZoneInfo(zone))
    assert (opens.hour, reminds.hour, closes.hour) == (9, 9, 17)
    assert closes.date() - opens.date() == timedelta(days=days)
    assert opens.astimezone(UTC) < reminds.astimezone(UTC) < closes.astimezone(UTC)


@given(st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.integers(0, 12), st.integers(0, 400))
def test_the_next_round_is_whole_weeks_later_and_not_in_the_past(first, every, later):
    today = first + timedelta(days=later)
    following = Plan(first, 7, every).next_after(today)
    if not every:
        assert following is None
        return
    assert following is not None
    assert following.first_on >= today
    assert following.first_on > first
    assert (following.first_on - first).days % (7 * every) == 0
    assert (following.first_on - max(today, first)).days <= 7 * every


class PulseMachine(RuleBasedStateMachine):
    """One after another, people answer, leave, move; admins plan and cancel; time goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.record = fresh_record(Path(self.folder.name))
        self.places: list[tuple[str, str]] = [("Sales", "A")] * 7 + [("Law", "B")] * 3
        enrol(self.record, self.places)
        self.rounds = self.record.pulse_rounds(SECRET)
        self.answers = self.record.pulse_answers(SECRET)
        self.now = OPENS - timedelta(days=3)
        self.id = "r"
        self.counted: set[int] = set()
        self.states: list[RoundState] = []

    def teardown(self) -> None:
        self.record.close()
        self.folder.cleanup()

    @property
    def round(self) -> Round | None:
        return self.rounds.get(self.id)

    @rule(days=st.integers(1, 9), every=st.sampled_from([0, 4]))
    def plan(self, days: int, every: int) -> None:
        running = self.rounds.running()
        name = self.id if self.round is None else next_id(self.id)
        done = self.rounds.plan(name, Plan(self.now.date(), days, every), ZONE, "T1:UADMIN")
        assert done == (running is None)
        if done:
            self.id, self.counted, self.states = name, set(), []

    @precondition(lambda self: self.round is not None)
    @rule()
    def advance(self) -> None:
        self.rounds.open(self.id, MINIMUM, self.now, self.now.date())
        self.rounds.close(self.id, MINIMUM, self.now)

    @precondition(lambda self: self.round is not None)
    @rule()
    def cancel(self) -> None:
        was = self.round
        assert was is not None
        assert self.rounds.cancel(self.id) == (was.state is not RoundState.CLOSED)

    @rule(number=st.integers(0, 9), score=st.integers(1, 5))
    def answer(self, number: int, score: int) -> None:
        outcome = self.answers.add(self.id, account(number), Answer([score] * 5), self.now)
        found = self.round
        if found is None or not found.is_open_at(self.now):
            assert outcome is Outcome.CLOSED
        elif number in self.counted:
            assert outcome is Outcome.ALREADY
        elif outcome is Outcome.COUNTED:
            self.counted.add(number)
        else:
            assert outcome is Outcome.NOT_INVITED

    @rule(hours=st.sampled_from([1, 24, 24 * 5]))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(number=st.integers(0, 9), team=st.sampled_from(["Sales", "Law", "Board"]))
    def move(self, number: int, team: str) -> None:
        self.places[number] = (team, "A")
        enrol(self.record, self.places)

    @invariant()
    def nothing_is_twice_or_lost(self) -> None:
        found = self.round
        if found is None:
            return
        if not self.states or self.states[-1] is not found.state:
            self.states.append(found.state)
        order = [RoundState.PLANNED, RoundState.OPEN, found.state]
        assert self.states == [s for s in order if s in self.states][: len(self.states)]
        with self.record.engine.connect() as connection:
            groups = connection.execute(
                select(PulseGroupRow.answered, PulseGroupRow.invited, PulseGroupRow.counts).where(
                    PulseGroupRow.round_id == self.id
                )
            ).all()
            receipts = connection.scalar(
                select(func.count())
                .select_from(PulseReceiptRow)
                .where(PulseReceiptRow.round_id == self.id)
            )
        total = sum(row.answered for row in groups)
        for row in groups:
            assert all(sum(given) == row.answered for given in row.counts)
        if found.state is RoundState.OPEN:
            assert total == receipts == len(self.counted)
            assert all(row.invited >= MINIMUM.people for row in groups)
        elif found.state is RoundState.CLOSED:
            assert total == (len(self.counted) if len(self.counted) >= MINIMUM.people else 0)
            assert receipts == 0
            assert all(row.answered >= MINIMUM.people for row in groups)
        else:
            assert (total, receipts, len(groups)) == (0, 0, 0)


TestPulseMachine = PulseMachine.TestCase
TestPulseMachine.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
