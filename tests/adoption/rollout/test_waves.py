"""Waves under two admins at once, late calls and repeated ones: nothing twice, nothing lost."""

from __future__ import annotations

import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete

from adoption.db.engine import downgrade
from adoption.errors import WaveWrong
from adoption.people.roster import RosterRow
from adoption.record import Record
from adoption.rollout.models import Advice, WaveRow, WaveState
from adoption.rollout.wave import Wave, WaveDecision, WavePlan
from tests.adoption.factories import NOON, fresh_record

TODAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
TEAMS = ("Sales", "Finance", "Law")
NAMES = st.sampled_from(["One", "Two", "Three", "Four"])


def plan(weeks: int = 0, **more: object) -> WavePlan:
    go_live = TODAY + timedelta(weeks=weeks)
    return replace(WavePlan(go_live, go_live + timedelta(weeks=12)), **more)


def decision(wave: Wave, what: Advice, delay: int = 14, by: str = "T1:P") -> WaveDecision:
    return WaveDecision(
        gate_on=wave.plan.gate_on,
        key=f"{by} {what}",
        decision=what,
        advice=Advice.UNKNOWN,
        figures="Habitual users: 40 %",
        reason="We saw it coming.",
        delay=delay if what is Advice.PAUSE else 0,
        account=by,
        at=AT,
    )


@pytest.fixture
def record(tmp_path: Path):
    made = fresh_record(tmp_path)
    yield made
    made.close()


def with_teams(record: Record) -> dict[str, int]:
    rows = [RosterRow(f"{name}@x.example", name, team_key=name.lower()) for name in TEAMS]
    record.roster.store(rows, NOON)
    return {name: id for id, name in record.waves.teams().items()}


class Rollout(RuleBasedStateMachine):
    """Beside a model: for each wave its dates, state and what was decided at each gate."""

    url: ClassVar[str] = ""

    @initialize()
    def begins(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.record = Record.open(self.url) if self.url else fresh_record(self.folder)
        with self.record.engine.begin() as connection:
            connection.execute(delete(WaveRow))
        self.ids = with_teams(self.record)
        self.waves: dict[str, tuple[WaveState, date, date]] = {}
        self.team_of: dict[str, str] = {}
        self.decided: dict[tuple[str, date], str] = {}
        self.presses = 0

    def teardown(self) -> None:
        if hasattr(self, "record"):
            self.record.close()
            shutil.rmtree(self.folder)

    @rule(name=NAMES, weeks=st.integers(-20, 30), team=st.sampled_from(("", *TEAMS)))
    def is_created(self, name: str, weeks: int, team: str) -> None:
        teams = frozenset({self.ids[team]}) if team else frozenset()
        taken = self.team_of.get(team, name) != name
        for _ in range(2):
            if name in self.waves:
                # Again under the same id: nothing changes, whatever is said.
                self.record.waves.create(name, name, plan(weeks, teams=teams))
            elif taken:
                with pytest.raises(WaveWrong, match="already"):
                    self.record.waves.create(name, name, plan(weeks, teams=teams))
                return
            else:
                made = plan(weeks, teams=teams)
                self.record.waves.create(name, name, made)
                self.waves[name] = (WaveState.PLANNED, made.go_live, made.gate_on)
                if team:
                    self.team_of[team] = name

    @precondition(lambda self: self.waves)
    @rule(data=st.data(), weeks=st.integers(-20, 30))
    def two_change_it_at_once(self, data: st.DataObject, weeks: int) -> None:
        name, wave = self._one(data)
        plans = [replace(wave.plan, owner=f"T1:{by}") for by in "PQ"]
        if wave.state is WaveState.PLANNED:
            plans = [
                replace(each, go_live=each.gate_on - timedelta(weeks=n + 1))
                for n, each in enumerate(plans)
            ]
        won = self._both(lambda each: self.record.waves.change(name, wave.version, each), plans)
        assert sum(won) == 1
        state, go_live, gate_on = self.waves[name]
        if state is WaveState.PLANNED:
            go_live = plans[won.index(True)].go_live
        self.waves[name] = (state, go_live, gate_on)
        found = self.record.waves.get(name)
        assert found is not None
        assert found.plan.owner == plans[won.index(True)].owner

    @precondition(lambda self: self.waves)
    @rule(data=st.data(), late=st.integers(0, 40))
    def two_launch_it_at_once(self, data: st.DataObject, late: int) -> None:
        name, _ = self._one(data)
        state, go_live, gate_on = self.waves[name]
        today = go_live + timedelta(days=late)
        self.presses += 1
        presses = [f"P{self.presses}", f"Q{self.presses}"]
        won = self._both(lambda key: self.record.waves.launch(name, key, today), presses)
        for _ in range(2):
            again = [self.record.waves.launch(name, key, today) for key in presses]
            assert again == won
        assert sum(won) == (state is WaveState.PLANNED)
        if state is WaveState.PLANNED:
            self.waves[name] = (WaveState.LIVE, today, gate_on + timedelta(days=late))

    @precondition(lambda self: self.waves)
    @rule(data=st.data(), delays=st.tuples(st.integers(1, 30), st.integers(0, 30)))
    def two_decide_at_once(self, data: st.DataObject, delays: tuple[int, int]) -> None:
        name, wave = self._one(data)
        self.presses += 1
        tried = [
            decision(wave, Advice.PAUSE if delay else Advice.GO, delay, f"T1:{n}{self.presses}")
            for n, delay in enumerate(delays)
        ]
        counts = self._both(lambda each: self.record.waves.decide(name, each), tried)
        state, _go_live, gate_on = self.waves[name]
        if (name, gate_on) in self.decided:
            assert {each.key for each in counts if each} == {self.decided[name, gate_on]}
            return
        if state not in (WaveState.LIVE, WaveState.PAUSED):
            assert counts == [None, None]
            return
        # Both are told of the same decision, and again whoever repeats it.
        assert counts[0] == counts[1] == self.record.waves.decide(name, tried[0])
        counted = counts[0]
        assert counted in tried
        self.decided[name, gate_on] = counted.key
        self._carried_out(name, counted)

    def _carried_out(self, name: str, counted: WaveDecision) -> None:
        state, own, gate_on = self.waves[name]
        delay = timedelta(days=counted.delay)
        state = WaveState.PAUSED if counted.delay else WaveState.PASSED
        self.waves[name] = (state, own, gate_on + delay)
        for other, (state, go_live, gate) in list(self.waves.items()):
            if other != name and state is WaveState.PLANNED and go_live > own:
                self.waves[other] = (state, go_live + delay, gate + delay)

    @precondition(lambda self: self.waves)
    @rule(data=st.data())
    def is_removed(self, data: st.DataObject) -> None:
        name, _wave = self._one(data)
        planned = self.waves[name][0] is WaveState.PLANNED
        assert self.record.waves.remove(name) is planned
        if planned:
            del self.waves[name]
            self.team_of = {team: of for team, of in self.team_of.items() if of != name}
            assert not self.record.waves.remove(name)

    @rule(team=st.sampled_from(TEAMS), name=st.text("abc", min_size=1, max_size=3))
    def a_team_is_renamed(self, team: str, name: str) -> None:
        row = RosterRow(f"{team}@x.example", f"{team} {name}", team_key=team.lower())
        self.record.roster.store([row], NOON)

    @invariant()
    def everything_is_as_it_should_be(self) -> None:
        if not hasattr(self, "waves"):
            return
        found = {wave.name: wave for wave in self.record.waves.all()}
        states = {n: (w.state, w.plan.go_live, w.plan.gate_on) for n, w in found.items()}
        assert states == self.waves
        teams = {team: wave.name for wave in found.values() for team in wave.teams}
        assert teams == {self.ids[team]: name for team, name in self.team_of.items()}
        decided = {(w.name, d.gate_on): d.key for w in found.values() for d in w.decisions}
        assert decided == self.decided

    def _one(self, data: st.DataObject) -> tuple[str, Wave]:
        name = data.draw(st.sampled_from(sorted(self.waves)))
        found = self.record.waves.get(name)
        assert found is not None
        return name, found

    def _both(self, does, arguments):
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(does, arguments))


TestRollout = Rollout.TestCase
TestRollout.settings = settings(max_examples=12, stateful_step_count=15, deadline=None)


def test_the_same_on_postgresql(postgres: str):
    class OnPostgresql(Rollout):
        url = postgres

    few = settings(max_examples=4, stateful_step_count=12, deadline=None)
    run_state_machine_as_test(OnPostgresql, settings=few)
    record = Record.open(postgres)
    downgrade(record.engine, "base")
    record.close()


def test_what_was_agreed_stays_once_a_wave_is_live(record: Record):
    agreed = plan(helpful_least=0.6, readiness_least=0.8, hours_promised=30.0)
    record.waves.create("1", "One", agreed)
    assert record.waves.launch("1", "press", TODAY)
    changed = replace(agreed, helpful_least=0.1, hours_promised=1.0, owner="T1:P", cost=900.0)
    assert record.waves.change("1", 2, changed)
    found = record.waves.get("1")
    assert found is not None
    assert found.plan == replace(agreed, owner="T1:P", cost=900.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"gate_on": TODAY},
        {"helpful_least": 0.0},
        {"readiness_least": 1.2},
        {"cost": -1.0},
        {"hours_promised": -0.5},
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(wrong: dict[str, object]):
    with pytest.raises(WaveWrong):
        plan(**wrong)


@pytest.mark.parametrize(
    ("what", "delay", "reason"),
    [(Advice.UNKNOWN, 0, "x"), (Advice.GO, 3, "x"), (Advice.PAUSE, 0, "x"), (Advice.GO, 0, " ")],
)
def test_a_decision_is_go_or_pause_with_a_reason(
    record: Record, what: Advice, delay: int, reason: str
):
    record.waves.create("1", "One", plan())
    record.waves.launch("1", "press", TODAY)
    wave = record.waves.get("1")
    assert wave is not None
    wrong = replace(decision(wave, what), delay=delay, reason=reason, decision=what)
    with pytest.raises(WaveWrong):
        record.waves.decide("1", wrong)
    found = record.waves.get("1")
    assert found is not None
    assert found.decisions == ()


def test_names_and_teams_are_taken_once(record: Record):
    ids = with_teams(record)
    record.waves.create("1", " Wave  one ", plan(teams=frozenset({ids["Law"]})))
    with pytest.raises(WaveWrong, match="“WAVE ONE” already"):
        record.waves.create("2", "WAVE ONE", plan())
    with pytest.raises(WaveWrong, match="Law: in “Wave one” already"):
        record.waves.create("2", "Two", plan(teams=frozenset({ids["Law"]})))
    with pytest.raises(WaveWrong, match="no such team"):
        record.waves.create("2", "Two", plan(teams=frozenset({999})))
    with pytest.raises(WaveWrong, match="1 to 60 characters"):
        record.waves.create("2", " ", plan())
    assert [wave.name for wave in record.waves.all()] == ["Wave one"]


def test_a_renamed_team_stays_in_its_wave(record: Record):
    ids = with_teams(record)
    record.waves.create("1", "One", plan(teams=frozenset({ids["Law"]})))
    record.roster.store([RosterRow("Law@x.example", "Legal", team_key="law")], NOON)
    wave = record.waves.get("1")
    assert wave is not None
    assert dict(wave.teams) == {ids["Law"]: "Legal"}


def test_the_wave_that_follows_is_the_next_planned_one(record: Record):
    for number, weeks in (("1", 0), ("2", 4), ("3", 8)):
        record.waves.create(number, number, plan(weeks))
    record.waves.launch("1", "press", TODAY)
    assert getattr(record.waves.after("1"), "id", "") == "2"
    record.waves.launch("2", "press", TODAY)
    assert getattr(record.waves.after("1"), "id", "") == "3"
    assert record.waves.after("3") is None


def test_whoever_erases_their_data_leaves_the_decision_without_name_and_words(record: Record):
    record.waves.create("1", "One", plan(owner="T1:P"))
    record.waves.launch("1", "press", TODAY)
    wave = record.waves.get("1")
    assert wave is not None
    record.waves.decide("1", decision(wave, Advice.PAUSE))
    assert record.personal_data.export("T1:P").keys() == {"waves", "wave_decisions"}
    assert record.personal_data.erase("T1:P")
    [kept] = record.waves.all()
    assert (kept.plan.owner, kept.state) == ("", WaveState.PAUSED)
    assert (kept.decisions[0].account, kept.decisions[0].reason) == ("", "")
