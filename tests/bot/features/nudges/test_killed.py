"""The worker is killed while it sends; everybody still gets their message once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adoption.people.roster import RosterRow
from adoption.record import Record
from adoption.usage.facts import Covered
from slack_emulator import LocalWorkspace
from tests.bot.features.test_process import killed_at
from tests.support.app import written

TOOL, TIP = "Mars", "Something to try with Mars"
GETS_IT = ("user", "champion", "second")
SETTINGS = {"UPTAKE_WORKING_HOURS": "Mon-Sun 0:00-23:59", "UPTAKE_NUDGE_HOLDOUT": "0"}


def plant(slack: LocalWorkspace, data: Path) -> None:
    """Everybody has the tool, and exports cover every day since then."""
    now = datetime.now(UTC)
    since = now.date() - timedelta(weeks=6)
    users = [*(slack.user(who).id for who in GETS_IT), "U01", "U02"]
    rows = [
        RosterRow(u, account=f"{slack.team_id}:{u}", eligible_since=since, tools=(TOOL,))
        for u in users
    ]
    # In a company of fewer than fifty, five people are too few for a nudge.
    rows += [RosterRow(f"E{n}", account=f"{slack.team_id}:E{n}") for n in range(50)]
    record = Record.open(f"sqlite:///{data / 'record.sqlite'}")
    record.roster.store(rows, now)
    days = [now.date() - timedelta(days=back) for back in range(1, 50)]
    record.usage.store([], now, [Covered(TOOL, "export", day) for day in days])
    record.close()


def tips(slack: LocalWorkspace, who: str) -> int:
    return sum(TIP in written(m) for m in slack.user(who).sees("app") if m.via_app)


@pytest.mark.parametrize(
    "point",
    [
        "within:post nudge",
        pytest.param("after:approve", marks=pytest.mark.soak),
        pytest.param("before:set_sent", marks=pytest.mark.soak),
    ],
)
def test_everybody_gets_one_message_though_the_worker_is_killed(
    slack: LocalWorkspace, places: tuple[Path, Path], point: str
):
    plant(slack, places[0])
    priya = slack.user("admin")
    with killed_at(point, slack, places[0], **SETTINGS) as bot:
        priya.runs("/uptake nudges")
        priya.submits({"tool": {"tool": TOOL}})
        priya.submits({})
        bot.dies()
        slack.wait_for(lambda: all(tips(slack, who) for who in GETS_IT), 90, "every message")
        slack.wait_until_quiet()
    assert [tips(slack, who) for who in GETS_IT] == [1, 1, 1]
    record = Record.open(f"sqlite:///{places[0] / 'record.sqlite'}")
    assert len(record.nudges.campaigns(datetime.now(UTC) - timedelta(days=1))) == 1
    record.close()
