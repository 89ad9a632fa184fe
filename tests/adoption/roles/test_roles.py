from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from adoption.people.roster import RosterRow
from adoption.record import Record
from adoption.roles.roles import Champion
from adoption.training.models import Tier
from tests.adoption.factories import NOON


def test_a_champion_is_named_moved_trained_and_removed(record: Record):
    roles = record.roles
    assert roles.add_champion("T1:A", "Finance", NOON)
    assert not roles.add_champion("T1:A", "Sales", NOON)
    assert not roles.add_champion("T1:A", None, NOON)
    assert roles.champion("T1:A") == Champion("T1:A", "Sales")
    record.training.add("T1:A", Tier.AWARENESS, NOON.date() - timedelta(9), NOON)
    assert roles.champion("T1:A") == Champion("T1:A", "Sales")
    record.training.add("T1:A", Tier.ADVANCED, NOON.date(), NOON)
    assert roles.champion("T1:A") == Champion("T1:A", "Sales", NOON.date())
    roles.remove_champion("T1:A")
    assert roles.champions() == []


def test_questions_go_to_champions_named_in_slack_and_on_the_roster(record: Record):
    rows = [
        RosterRow("ask@x.example", "Sales", account="T1:ASK"),
        RosterRow("listed@x.example", "Sales", role="Champion", account="T1:LISTED"),
        RosterRow("named@x.example", "Sales", account="T1:NAMED"),
        RosterRow("far@x.example", "Legal", role="champion", account="T1:FAR"),
        RosterRow(
            "left@x.example", "Sales", role="champion", account="T1:LEFT", left_on=NOON.date()
        ),
    ]
    record.roster.store(rows, NOON)
    record.roles.add_champion("T1:NAMED", None, NOON)
    assert record.roles.champions_for("T1:ASK") == ["T1:LISTED", "T1:NAMED"]
    assert record.roles.champions_for("T1:LISTED") == ["T1:NAMED"]
    assert record.roles.champions_for("T1:UNKNOWN") == []
    assert record.roles.team_of("T1:ASK") == "Sales"
    record.roles.remove_champion("T1:NAMED")
    assert record.roles.champions_for("T1:ASK") == ["T1:LISTED"]


def test_a_champion_keeps_a_team_that_is_renamed(record: Record):
    row = RosterRow("a@x.example", "Sales", team_key="s", account="T1:A")
    record.roster.store([row], NOON)
    record.roles.add_champion("T1:B", "sales", NOON)
    record.roster.store([replace(row, team="Revenue")], NOON)
    assert record.roles.champions() == [Champion("T1:B", "Revenue")]
    assert record.roles.champions_for("T1:A") == ["T1:B"]
