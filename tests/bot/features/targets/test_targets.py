from __future__ import annotations

from datetime import date

import pytest

from adoption.people.roster import RosterRow
from adoption.reports.targets import Aim, Dimension, Targets
from bot.features.targets.listeners import share_in
from tests.support.app import RunningApp, written


def filled(measure: str, whom: str, value: str, by: str | None = None) -> dict:
    return {
        "measure": {"measure": measure},
        "whom": {"whom": whom},
        "value": {"value": value},
        **({"by": {"by": by}} if by else {}),
    }


def test_an_admin_sets_and_removes_targets_in_slack(shared: RunningApp):
    priya, targets = shared.slack.user("admin"), Targets(shared.container.engine)
    row = RosterRow("s@x.example", "Sales: North")
    shared.record.roster.store([row], shared.container.now())
    priya.runs("/uptake targets")
    assert "No targets are set yet" in written(priya.modal or {})
    assert "value" in priya.submits(filled("monthly", "all:all", "0"))
    priya.submits(filled("monthly", "team:Sales: North", "62,5 %", "2027-03-31"))
    aim = Aim("monthly", Dimension.TEAM, "Sales: North", 0.625, date(2027, 3, 31))
    shared.eventually(lambda: targets.all() == [aim])
    priya.runs("/uptake targets")
    assert "*Monthly active (28 days)* of team Sales: North: 62.5\u00a0% by" in written(
        priya.modal or {}
    )
    priya.presses("target_remove", priya.modal)
    shared.eventually(lambda: not targets.all())
    assert "No targets are set yet" in written(priya.modal or {})


def test_who_is_no_admin_sees_no_targets(shared: RunningApp):
    maya = shared.slack.user("user")
    maya.runs("/uptake targets")
    assert maya.modal is None
    assert "Only an admin" in written(maya.whispers("general")[0])


@pytest.mark.parametrize(
    ("text", "share"),
    [("60", 0.6), ("60 %", 0.6), ("2,5", 0.025), ("100", 1.0), ("", 0), ("-5", 0), ("1e9", 0)],
)
def test_a_share_is_read_from_what_people_write(text: str, share: float):
    assert share_in(text) == pytest.approx(share)
