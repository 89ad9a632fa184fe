"""An admin sends a nudge and reads weeks later what it did, in the browser."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from adoption.nudges.models import CampaignRow, NudgeRow, NudgeState
from adoption.people.roster import RosterRow
from adoption.record import Record
from adoption.reports.weeks import Week
from adoption.usage.facts import Covered, Usage
from adoption.usage.models import Event
from tests.e2e.fleet import eventually
from tests.e2e.personas import Cast
from tests.e2e.programme import TOOL
from tests.e2e.trial import tried_out
from tests.support.browser import open_browser

WEEKS = timedelta(weeks=3)
SETTINGS = {
    "UPTAKE_WORKING_HOURS": "Mon-Sun 0:00-23:59",
    "UPTAKE_NUDGE_HOLDOUT": "0.4",
    "UPTAKE_MESSAGES_PER_MINUTE": "6000",
}


def account(number: int) -> str:
    return f"T000000004:U9{number:02}"


@pytest.fixture(scope="module")
def record(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    """Ninety people have had a tool for three months, and nobody has used it."""
    data_dir = Path(shutil.copytree(home, tmp_path_factory.mktemp("effect") / "data"))
    made, now = Record.open(f"sqlite:///{data_dir / 'record.sqlite'}"), datetime.now(UTC)
    since = now.date() - timedelta(days=90)
    rows = [
        RosterRow(
            f"p{n}@x.example", "Sales", eligible_since=since, account=account(n), tools=(TOOL,)
        )
        for n in range(90)
    ]
    made.roster.store(rows, now)
    days = [now.date() - timedelta(days=back) for back in range(1, 100)]
    made.usage.store([], now, [Covered(TOOL, "export", day) for day in days])
    yield made
    made.close()


@pytest.fixture(scope="module")
def cast(record: Record, home: Path) -> Iterator[Cast]:
    data_dir = Path(str(record.engine.url.database)).parent
    guides = home.parent / "guides"
    with (
        open_browser() as browser,
        tried_out(data_dir, UPTAKE_CONTENT=str(guides), **SETTINGS) as address,
    ):
        everybody = Cast(browser, address)
        yield everybody
        everybody.leaves()


def used_by(number: int, day: date) -> Usage:
    return Usage("export", TOOL, day, Event.ACCEPTED, 2, f"p{number}@x.example")


def is_sent(record: Record) -> bool:
    """Whether every message of a campaign was sent, or refused as to those Slack lacks."""
    return any(
        (picks := record.nudges.picks(campaign.id).values())
        and all(pick.state is not NudgeState.PLANNED for pick in picks)
        for campaign in record.nudges.campaigns(datetime.now(UTC) - timedelta(days=1))
    )


def three_weeks_pass(record: Record) -> None:
    """The message becomes three weeks old; most of those who got it used the tool since."""
    now = datetime.now(UTC)
    [campaign] = record.nudges.campaigns(now - timedelta(days=1))
    picks = record.nudges.picks(campaign.id)
    with record.engine.begin() as connection:
        connection.execute(update(CampaignRow).values(approved_at=now - WEEKS))
        connection.execute(update(NudgeRow).values(due_at=now - WEEKS))
    names = record.nudges.audience(TOOL, now, now.date(), 0).holders
    held = {id for id, pick in picks.items() if pick.state is NudgeState.HELD_OUT}
    assert len(held) > 15
    used = [*sorted(picks.keys() - held)[: 2 * len(picks.keys() - held) // 3], *sorted(held)[:3]]
    day = (now - WEEKS).date() + timedelta(days=4)
    numbers = [int(names[id].account[-2:]) for id in used]
    record.usage.store([used_by(number, day) for number in numbers], now)


def test_what_a_message_did_is_shown_with_its_interval(cast: Cast, record: Record):
    from playwright.sync_api import expect

    priya = cast.priya
    priya.says("/uptake nudges", "general")
    priya.dialog.get_by_role("button", name="Preview").click()
    expect(priya.dialog.get_by_text(re.compile(r"About (85|90|95) people"))).to_be_visible()
    priya.dialog.get_by_role("button", name="Approve and send").click()
    expect(priya.dialog.get_by_text(f"The messages about {TOOL} go out")).to_be_visible()
    priya.closes()
    eventually(lambda: is_sent(record), 120)
    priya.enters("Home")
    early = priya.page.get_by_text("Its effect is known after")
    expect(early).to_be_visible()
    three_weeks_pass(record)
    priya.enters("Uptake")
    priya.enters("Home")
    effect = re.compile(r"points \(95\s% interval \+\d+ to \+\d+\): it helped\.")
    expect(priya.page.get_by_text(effect)).to_be_visible()
    priya.accessible()
    # A week that goes on has no figures.
    last = Week.of(datetime.now(UTC), ZoneInfo("UTC")).previous
    priya.says(f"/uptake digest {last}", "general")
    priya.enters("Uptake")
    expect(priya.page.get_by_text(effect)).to_be_visible()
    assert cast.faults() == []
