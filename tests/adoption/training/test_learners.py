"""Which wave a learner is in."""

from __future__ import annotations

from pathlib import Path

from adoption.people.roster import RosterRow
from tests.adoption.factories import NOON, fresh_record
from tests.adoption.rollout.test_waves import plan


def test_a_learner_is_in_the_wave_of_their_team_or_else_of_the_roster(tmp_path: Path):
    record = fresh_record(tmp_path)
    rows = [
        RosterRow("a@x.example", "Sales", wave="Two", account="T1:A"),
        RosterRow("b@x.example", "Law", wave="Two", account="T1:B"),
    ]
    record.roster.store(rows, NOON)
    ids = {name: id for id, name in record.waves.teams().items()}
    record.waves.create("1", "One", plan(teams=frozenset({ids["Sales"]})))
    learners = record.training.learners
    assert [learners.learner(account).wave for account in ("T1:A", "T1:B")] == ["one", "two"]
    assert learners.groups() == ([], ["One", "Two"])
    record.close()
