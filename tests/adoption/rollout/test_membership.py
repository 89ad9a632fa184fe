"""When somebody gets the tools: by their wave as it is now, or else by the roster."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from adoption.nudges.reading import holders_of
from adoption.people.roster import RosterRow
from adoption.record import Record
from adoption.rollout.membership import GoLive
from adoption.rollout.models import Advice
from tests.adoption.factories import NOON, fresh_record
from tests.adoption.rollout.test_waves import TODAY, decision, plan

LISTED = TODAY - timedelta(weeks=30)
TEAM, ROSTER, NONE, NOWHERE = (f"T1:U{n}" for n in range(4))


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    """Somebody in a wave by their team, by the roster, in one that nobody planned, and in none."""
    made = fresh_record(tmp_path)
    rows = [
        RosterRow("a@x.example", "Sales", wave="Two", eligible_since=LISTED, account=TEAM),
        RosterRow("b@x.example", "Law", wave="Two", eligible_since=LISTED, account=ROSTER),
        RosterRow("c@x.example", "Law", wave="Later", eligible_since=LISTED, account=NONE),
        RosterRow("d@x.example", account=NOWHERE),
    ]
    made.roster.store(rows, NOON)
    teams = {name: id for id, name in made.waves.teams().items()}
    made.waves.create("1", "One", plan(0, teams=frozenset({teams["Sales"]})))
    made.waves.create("2", "Two", plan(4))
    yield made
    made.close()


def start(record: Record, who: str) -> GoLive:
    found = record.waves.go_live_of(who)
    assert found is not None
    return found


def followed_up(record: Record, day: date) -> list[str]:
    """The accounts of those who are asked on a day."""
    found = []
    for id in record.follow_ups.open_due(day):
        found.append(record.follow_ups.to_send(id, day) or "")
        record.follow_ups.set_sent(id)
    return sorted(found)


def test_a_wave_goes_before_the_roster_and_the_team_before_the_name(record: Record):
    assert start(record, TEAM) == GoLive("One", TODAY, True)
    assert start(record, ROSTER) == GoLive("Two", TODAY + timedelta(weeks=4), True)
    assert start(record, NONE) == GoLive("Later", LISTED, False)
    assert start(record, NOWHERE) == GoLive("", None, False)
    assert record.waves.go_live_of("T1:STRANGER") is None


def test_a_pause_at_a_gate_moves_what_follows_the_go_live_of_the_next_wave(record: Record):
    assert record.waves.launch("1", "press", TODAY)
    first = record.waves.get("1")
    assert first is not None
    assert record.waves.decide("1", decision(first, Advice.PAUSE, 10))
    moved = TODAY + timedelta(weeks=4, days=10)
    assert start(record, ROSTER) == GoLive("Two", moved, True)
    assert followed_up(record, TODAY + timedelta(weeks=2)) == [TEAM]
    # Nobody launched the second wave yet: nobody has the tools, whatever the roster says.
    assert ROSTER not in followed_up(record, TODAY + timedelta(weeks=6))
    assert ROSTER not in followed_up(record, moved + timedelta(weeks=2))
    launched = moved + timedelta(weeks=3)
    assert record.waves.launch("2", "press", launched)
    assert start(record, ROSTER) == GoLive("Two", launched, False)
    for weeks in (2, 6):
        on = launched + timedelta(weeks=weeks)
        assert ROSTER not in followed_up(record, on - timedelta(days=1))
        assert ROSTER in followed_up(record, on)


def test_who_waits_for_a_launch_gets_no_nudge(record: Record):
    def holders(day: date) -> set[str]:
        with record.engine.connect() as connection:
            return {each.account for each in holders_of(connection, "Mars", day)}

    later = TODAY + timedelta(weeks=5)
    assert holders(later) == {NONE, NOWHERE}
    assert record.waves.launch("1", "press", TODAY)
    assert record.waves.launch("2", "press", later)
    assert holders(TODAY) == {TEAM, NONE, NOWHERE}
    assert holders(later) == {TEAM, ROSTER, NONE, NOWHERE}


def test_who_joins_a_wave_that_is_live_has_the_tools_since_they_joined(record: Record):
    joined = TODAY + timedelta(weeks=6)
    row = RosterRow("e@x.example", "Sales", eligible_since=joined, account="T1:U9")
    record.roster.store([row], NOON)
    found = record.waves.go_live_of("T1:U9")
    assert found is not None
    assert found.on == joined
