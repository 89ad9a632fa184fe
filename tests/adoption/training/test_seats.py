from __future__ import annotations

import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from adoption.people.roster import RosterRow
from adoption.record import Record
from adoption.training.attendance import Marked
from adoption.training.catalogue import Course, Plan, Planned
from adoption.training.models import OPEN, TAKEN, SeatState, Tier
from adoption.training.notices import NoticeKind
from adoption.training.seats import SignedUp
from tests.adoption.factories import NOON, fresh_record

COURSE = Course("prompting", "Prompting by hand", Tier.HANDS_ON)
START = NOON + timedelta(days=7)
PLAN = Plan("s1", "prompting", START, 240, "Europe/Berlin", 2, "T1:HOST", "Room 4")
PEOPLE = st.sampled_from(["T1:A", "T1:B", "T1:C", "T1:D"])
# What somebody believes after a message.
BELIEF = {
    NoticeKind.SEAT: SeatState.CONFIRMED,
    NoticeKind.MOVED_UP: SeatState.CONFIRMED,
    NoticeKind.WAITING: SeatState.WAITING,
    NoticeKind.CANCELLED: SeatState.CANCELLED,
    NoticeKind.SESSION_CANCELLED: SeatState.CANCELLED,
    NoticeKind.NO_SEAT: SeatState.CANCELLED,
    NoticeKind.ATTENDED: SeatState.ATTENDED,
    NoticeKind.ABSENT: SeatState.ABSENT,
}


def planned(record: Record, plan: Plan = PLAN) -> Record:
    record.training.catalogue.put_courses([COURSE])
    record.training.catalogue.plan(plan, NOON)
    return record


class SeatsOfASession(RuleBasedStateMachine):
    """People sign up and cancel, an admin moves and cancels, a worker is killed between steps.

    Each press may be repeated, as a job that was killed between two steps repeats one.
    """

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.record = planned(fresh_record(Path(self._folder.name)))
        self.training = self.record.training
        self.plan = PLAN
        self.now = NOON
        self.is_cancelled = False
        self.states: dict[str, SeatState] = {}
        self.pressed: dict[str, datetime] = {}
        self.left: set[str] = set()
        self.posted: dict[str, NoticeKind] = {}
        self.believed: dict[str, SeatState] = {}
        self.told_start: dict[str, datetime] = {}

    def teardown(self) -> None:
        self.is_all_delivered()
        self.record.close()
        self._folder.cleanup()

    def begun(self) -> bool:
        return self.now >= self.plan.starts_at

    def free(self) -> int:
        return self.plan.seats - sum(state in TAKEN for state in self.states.values())

    def moves_up(self) -> None:
        waiting = [p for p, s in self.states.items() if s is SeatState.WAITING]
        for person in sorted(waiting, key=self.pressed.__getitem__):
            is_there = person not in self.left
            if is_there and self.free() > 0 and not self.begun() and not self.is_cancelled:
                self.states[person] = SeatState.RESERVED

    @rule(person=PEOPLE)
    def signs_up(self, person: str) -> None:
        self.now += timedelta(seconds=1)
        is_open = not self.begun() and not self.is_cancelled
        if is_open and self.states.get(person) not in OPEN:
            self.moves_up()
            free = self.free() > 0
            self.states[person] = SeatState.RESERVED if free else SeatState.WAITING
            self.pressed[person] = self.now
        for _ in range(2):
            came = self.training.seats.sign_up("s1", person, self.now, self.now)
            if self.is_cancelled:
                assert came is SignedUp.NOT_THERE
            elif self.begun():
                assert came is SignedUp.TOO_LATE
            else:
                is_waiting = self.states[person] is SeatState.WAITING
                assert came is (SignedUp.WAITING if is_waiting else SignedUp.RESERVED)

    @rule(person=PEOPLE)
    def cancels(self, person: str) -> None:
        self.now += timedelta(seconds=1)
        if not self.begun() and self.states.get(person) in OPEN:
            self.states[person] = SeatState.CANCELLED
            self.pressed[person] = self.now
            self.moves_up()
        for _ in range(2):
            done = self.training.seats.cancel("s1", person, self.now, self.now)
            assert done is not self.begun()

    @precondition(lambda self: self.pressed)
    @rule(data=st.data())
    def a_press_comes_late(self, data: st.DataObject) -> None:
        person = data.draw(st.sampled_from(sorted(self.pressed)))
        early = self.pressed[person] - timedelta(milliseconds=1)
        self.training.seats.cancel("s1", person, early, self.now)
        if self.states[person] is SeatState.CANCELLED:
            self.training.seats.sign_up("s1", person, early, self.now)

    @rule(seats=st.integers(1, 4), days=st.integers(-2, 2))
    def is_planned_anew(self, seats: int, days: int) -> None:
        plan = replace(self.plan, seats=seats, starts_at=self.plan.starts_at + timedelta(days))
        if self.begun() or plan.starts_at <= self.now:
            return
        for again in (False, True):
            came = self.training.catalogue.plan(plan, self.now)
            if self.is_cancelled:
                assert came is Planned.CANCELLED
            elif again or plan == self.plan:
                assert came is Planned.UNCHANGED
            else:
                assert came is (Planned.MOVED if days else Planned.CHANGED)
                self.plan = plan
                self.moves_up()

    @rule(is_sure=st.integers(0, 5))
    def is_cancelled_by_an_admin(self, is_sure: int) -> None:
        if is_sure:
            return
        can_be = not self.begun() and not self.is_cancelled
        assert self.training.catalogue.cancel("s1", self.now) is can_be
        assert not self.training.catalogue.cancel("s1", self.now)
        if can_be:
            self.is_cancelled = True
            open_now = [p for p, s in self.states.items() if s in OPEN]
            self.states |= dict.fromkeys(open_now, SeatState.CANCELLED)

    @rule(person=PEOPLE)
    def leaves_the_company(self, person: str) -> None:
        row = RosterRow(f"{person[3:]}@x.example", account=person, left_on=self.now.date())
        self.record.roster.store([row], self.now)
        self.left.add(person)

    @rule()
    def is_tidied(self) -> None:
        for person, state in self.states.items():
            is_late = self.begun() and state in TAKEN
            if person in self.left and state in OPEN and not is_late:
                self.states[person] = SeatState.CANCELLED
                self.believed[person] = SeatState.CANCELLED
        self.moves_up()
        for person, state in self.states.items():
            if self.begun() and state is SeatState.WAITING:
                self.states[person] = SeatState.CANCELLED
        for _ in range(2):
            self.training.seats.tidy(self.now)

    @rule(hours=st.integers(1, 100))
    def time_goes_on(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(killed_after=st.integers(0, 3))
    def messages_go_out(self, killed_after: int) -> None:
        for number, owed in enumerate(self.training.notices.owed()):
            notice = self.training.notices.notice(owed, self.now)
            assert notice is not None
            if owed.key not in self.posted:
                self._is_posted(owed.account, owed.key, notice.kind)
            if number == killed_after:
                return
            for _ in range(2):
                self.training.notices.set_told(owed, notice, "Europe/Berlin", self.now)
            if self.states[owed.account] is SeatState.RESERVED:
                self.states[owed.account] = SeatState.CONFIRMED

    def _is_posted(self, person: str, key: str, kind: NoticeKind) -> None:
        self.posted[key] = kind
        believed = BELIEF.get(kind, self.believed.get(person))
        # A worker that was killed left no note of the message before; where the session was moved
        # since, they hear of their seat once more, at its new time.
        is_moved = self.told_start.get(person) != self.plan.starts_at
        if kind in BELIEF and not is_moved:
            assert believed is not self.believed.get(person), f"{person} hears twice of {kind}"
        assert believed is not None
        self.believed[person] = believed
        self.told_start[person] = self.plan.starts_at

    @rule(came=st.sets(PEOPLE))
    def who_came_is_marked(self, came: set[str]) -> None:
        done = self.training.attendance.mark("s1", came, self.now)
        if self.is_cancelled:
            assert done is Marked.NOT_THERE
            return
        if not self.begun():
            assert done is Marked.TOO_EARLY
            return
        assert done is Marked.DONE
        for person in came | self.states.keys():
            self.states[person] = self._after(person, came)
            self.pressed.setdefault(person, self.now)

    def _after(self, person: str, came: set[str]) -> SeatState:
        before = self.states.get(person, SeatState.CANCELLED)
        if person in came:
            return SeatState.ATTENDED
        if before in (*TAKEN, SeatState.ATTENDED):
            return SeatState.ABSENT
        return SeatState.CANCELLED if before is SeatState.WAITING else before

    @invariant()
    def seats_are_as_they_should_be(self) -> None:
        shown = {p: s for p, s in self.states.items() if s is not SeatState.CANCELLED}
        assert dict(self.training.seats.people("s1")) == shown
        completed = {p for p, s in self.states.items() if s is SeatState.ATTENDED}
        learners = self.training.learners
        assert completed == {
            p for p in self.states if Tier.HANDS_ON in learners.learner(p).completed
        }

    def is_all_delivered(self) -> None:
        """After the last message everybody believes what is so."""
        self.messages_go_out(99)
        assert self.training.notices.owed() == []
        for person, state in self.states.items():
            assert self.believed[person] is state
            if state in OPEN:
                assert self.told_start[person] == self.plan.starts_at


TestSeatsOfASession = SeatsOfASession.TestCase
TestSeatsOfASession.settings = settings(max_examples=12, stateful_step_count=20, deadline=None)


def at_once(*calls: Callable[[], object]) -> list[object]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return [each.result() for each in [pool.submit(call) for call in calls]]


def test_of_many_at_once_one_gets_the_last_seat(record: Record):
    planned(record, replace(PLAN, seats=1))
    seats = record.training.seats
    people = [f"T1:P{number}" for number in range(6)]
    calls = [lambda who=who: seats.sign_up("s1", who, NOON, NOON) for who in people]
    came = at_once(*calls)
    assert sorted(map(str, came)) == ["reserved", *["waiting"] * 5]
    winner = people[came.index(SignedUp.RESERVED)]
    later = NOON + timedelta(minutes=1)
    # Two presses of one button, and somebody who signs up meanwhile, who must wait.
    cancel = lambda: seats.cancel("s1", winner, later, later)  # noqa: E731
    at_once(cancel, cancel, lambda: seats.sign_up("s1", "T1:NEW", later, later))
    states = record.training.seats.people("s1")
    assert winner not in states
    assert sorted(states.values()) == [SeatState.RESERVED, *[SeatState.WAITING] * 5]
    assert states["T1:NEW"] is SeatState.WAITING


def test_somebody_who_erases_their_data_makes_room(record: Record):
    planned(record, replace(PLAN, seats=1))
    for who in ("T1:A", "T1:B"):
        record.training.seats.sign_up("s1", who, NOON, NOON)
    record.personal_data.erase("T1:A")
    record.training.seats.tidy(NOON)
    assert record.training.seats.people("s1") == {"T1:B": SeatState.RESERVED}


def test_who_came_without_a_seat_has_completed_it_too(record: Record):
    planned(record)
    row = RosterRow("walk@x.example", account="T1:W")
    record.roster.store([row], NOON)
    over = START + timedelta(hours=5)
    assert record.training.attendance.known(["WALK@x.example", "nobody@x.example"]) == {
        "WALK@x.example"
    }
    assert record.training.attendance.mark("s1", ["walk@x.example"], over) is Marked.DONE
    assert record.training.learners.learner("T1:W").completed == {Tier.HANDS_ON}
    assert record.training.attendance.mark("s1", [], over) is Marked.DONE
    assert record.training.learners.learner("T1:W").completed == frozenset()
