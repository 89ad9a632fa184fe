"""The checklist of a wave, under two people at once and repeated calls."""

from __future__ import annotations

import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given, settings
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
from adoption.errors import ItemWrong
from adoption.readiness.items import TITLES, Check, Item, Known, checks
from adoption.readiness.readiness import MOST_OWN
from adoption.record import Record
from adoption.rollout.models import WaveRow
from tests.adoption.factories import NOON, fresh_record
from tests.adoption.rollout.test_waves import TODAY, plan

KEYS = st.sampled_from([Item.SPONSOR, Item.ROSTER, Item.SESSION, "own1", "own2"])
KNOWN = Known(40, (), (), True, 2, True, True, True)


class Items(RuleBasedStateMachine):
    """Beside a model: evidence by item, what the data say, and which own items there are."""

    url: ClassVar[str] = ""

    @initialize()
    def begins(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.record = Record.open(self.url) if self.url else fresh_record(self.folder)
        with self.record.engine.begin() as connection:
            connection.execute(delete(WaveRow))
        self.record.waves.create("1", "One", plan(10, owner="T1:O"))
        self.own: dict[str, str] = {}
        self.done: dict[str, str] = {}
        self.said: dict[str, bool] = {}
        self.owners: dict[str, str] = {}
        self.now = NOON

    def teardown(self) -> None:
        if hasattr(self, "record"):
            self.record.close()
            shutil.rmtree(self.folder)

    @rule(
        key=st.sampled_from(["own1", "own2"]), title=st.sampled_from(["Seats bought", "Law asked"])
    )
    def is_added(self, key: str, title: str) -> None:
        for _ in range(2):
            self.record.readiness.add("1", key, title)
        self.own[key] = title

    @rule(key=KEYS)
    def is_removed(self, key: str) -> None:
        self.record.readiness.remove("1", key)
        if self.own.pop(key, None):
            self.done.pop(key, None)
            self.owners.pop(key, None)

    @rule(key=KEYS, owner=st.sampled_from(["T1:A", "T1:B"]))
    def is_assigned(self, key: str, owner: str) -> None:
        for _ in range(2):
            self.record.readiness.assign("1", key, owner, None)
        if self._is_there(key):
            self.owners[key] = owner

    @precondition(lambda self: any(getattr(self, "owners", {}).values()))
    @rule(data=st.data())
    def an_owner_leaves_and_erases_their_data(self, data: st.DataObject) -> None:
        owner = data.draw(st.sampled_from(sorted(filter(None, self.owners.values()))))
        for _ in range(2):
            self.record.personal_data.erase(owner)
        theirs = [key for key, one in self.owners.items() if one == owner]
        self.owners |= dict.fromkeys(theirs, "")
        # What they did stays done, without their words.
        self.done |= {key: "" for key in theirs if key in self.done}

    @rule(key=KEYS)
    def two_mark_it_done_at_once(self, key: str) -> None:
        self.now += timedelta(minutes=1)
        moments = [(f"seen by {by}", self.now + timedelta(seconds=n)) for n, by in enumerate("PQ")]

        def marks(one):
            return self.record.readiness.mark_done("1", key, *one)

        with ThreadPoolExecutor(2) as pool:
            won = list(pool.map(marks, moments))
        possible = self._is_there(key) and key not in self.done
        assert sum(won) == possible
        if possible:
            winner = moments[won.index(True)]
            assert marks(winner)
            self.done[key] = winner[0]

    @rule(key=KEYS)
    def is_opened_again(self, key: str) -> None:
        for _ in range(2):
            self.record.readiness.reopen("1", key)
        self.done.pop(key, None)

    @rule(met=st.booleans(), item=st.sampled_from([Item.ROSTER, Item.SESSION]), late=st.booleans())
    def the_data_say(self, met: bool, item: Item, late: bool) -> None:
        self.now += timedelta(minutes=1)
        if late and self.said:
            # A check that began earlier and was slow changes nothing.
            self.record.readiness.store_checks("1", {item: Check(not met)}, NOON)
            return
        self.record.readiness.store_checks("1", {item: Check(met)}, self.now)
        self.said = {item: met}

    @invariant()
    def everything_is_as_it_should_be(self) -> None:
        if not hasattr(self, "said"):
            return
        wave = self.record.waves.get("1")
        assert wave is not None
        checklist = self.record.readiness.of(wave)
        found = {item.key: item for item in checklist.items}
        assert {k: i.title for k, i in found.items() if k not in set(Item)} == self.own
        assert {k: i.evidence for k, i in found.items() if i.done_at} == self.done
        assert {k: found[k].owner for k in self.owners} == {
            k: one or "T1:O" for k, one in self.owners.items()
        }
        said = {k: i.check.is_met for k, i in found.items() if i.check}
        assert {k: said.get(k) for k in self.said} == self.said
        ready = {k for k, i in found.items() if i.is_ready}
        by_data = {k for k, met in said.items() if met}
        assert ready == {k for k in self.done if k not in said} | by_data
        assert checklist.ready + len(checklist.missing) == len(checklist.items)

    def _is_there(self, key: str) -> bool:
        return key in self.own or key in set(Item)


TestItems = Items.TestCase
TestItems.settings = settings(max_examples=12, stateful_step_count=15, deadline=None)


def test_the_same_on_postgresql(postgres: str):
    class OnPostgresql(Items):
        url = postgres

    few = settings(max_examples=4, stateful_step_count=12, deadline=None)
    run_state_machine_as_test(OnPostgresql, settings=few)
    record = Record.open(postgres)
    downgrade(record.engine, "base")
    record.close()


@pytest.fixture
def record(tmp_path: Path):
    made = fresh_record(tmp_path)
    made.waves.create("1", "One", plan(10, owner="T1:O"))
    yield made
    made.close()


def test_every_item_has_a_title():
    assert set(TITLES) == set(Item)


@given(st.lists(st.text(min_size=1, max_size=30), max_size=9), st.integers(0, 9))
def test_a_check_that_is_not_met_says_what_is_missing(names: list[str], people: int):
    known = replace(KNOWN, people=people, teams_without_champion=names, targets=0)
    found = checks(known, 5)
    assert found[Item.ROSTER].is_met is (people >= 5)
    assert found[Item.CHAMPIONS].is_met is (not names and people > 0)
    for check in found.values():
        assert bool(check.missing) is not check.is_met
    # How few people are in it is not said.
    assert not any(character.isdigit() for character in found[Item.ROSTER].missing.replace("5", ""))


def test_what_nobody_can_say_is_not_checked():
    found = checks(replace(KNOWN, session=None, pulse=None), 5)
    assert Item.SESSION not in found
    assert Item.PULSE not in found
    assert all(check.is_met for check in found.values())


def test_an_item_has_an_owner_and_a_day_and_can_be_late(record: Record):
    wave = record.waves.get("1")
    assert wave is not None
    item = record.readiness.of(wave).items[-1]
    week_before = wave.plan.go_live - timedelta(days=7)
    assert (item.owner, item.due_on) == ("T1:O", week_before)
    record.readiness.assign("1", item.key, "T1:L", TODAY)
    item = record.readiness.of(wave).items[-1]
    assert (item.owner, item.due_on) == ("T1:L", TODAY)
    assert item.is_late(TODAY + timedelta(days=1))
    assert not item.is_late(TODAY)
    assert record.readiness.of(wave).missing[0] == item
    record.readiness.assign("1", item.key, "", None)
    assert record.readiness.of(wave).items[-1].due_on == week_before


def test_what_cannot_be_stored_is_said(record: Record):
    with pytest.raises(ItemWrong, match="what shows"):
        record.readiness.mark_done("1", Item.SPONSOR, "  ", NOON)
    with pytest.raises(ItemWrong, match="1 to 200"):
        record.readiness.add("1", "own", "")
    for number in range(MOST_OWN):
        record.readiness.add("1", f"own{number}", "x")
    record.readiness.add("1", "own0", "y")
    with pytest.raises(ItemWrong, match="at most 15"):
        record.readiness.add("1", "one more", "x")


def test_a_wave_that_is_removed_takes_its_checklist_along(record: Record):
    wave = record.waves.get("1")
    assert wave is not None
    record.readiness.mark_done("1", Item.SPONSOR, "town hall", NOON)
    assert record.waves.remove("1")
    assert not record.readiness.mark_done("1", Item.LEADS, "minutes", NOON)
    assert record.readiness.of(wave).ready == 0
