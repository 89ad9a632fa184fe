"""The pictures of the pulse and of follow-ups, from the example company."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update

from adoption.follow_ups.models import FollowUpRow
from adoption.people.models import Member, Person, Team
from adoption.pulse.rounds import Plan
from adoption.record import Record
from tests.e2e.personas import Cast
from tests.e2e.trial import tried_out

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_ZONE = "Europe/Berlin"
_SETTINGS = {"UPTAKE_TIMEZONE": _ZONE, "UPTAKE_WORKING_HOURS": "Mon-Sun 0:00-23:59"}
# By the ids of every new workspace on this computer.
_MAYA = "T000000004:U000000005"


def take(browser: Browser, folder: Path, data_dir: Path) -> None:
    """Writes them below a folder."""
    with tried_out(data_dir, example=True, **_SETTINGS):
        pass
    _prepare(data_dir / "example")
    with tried_out(data_dir, example=True, **_SETTINGS) as address:
        cast = Cast(browser, address)
        _answering(cast, folder)
        _planning(cast, folder)
        cast.leaves()


def _prepare(data_dir: Path) -> None:
    """A round that is open, and people who got the tools two weeks ago, or nearly, in no wave."""
    record, now = Record.open(f"sqlite:///{data_dir / 'record.sqlite'}"), datetime.now(UTC)
    today = now.astimezone(ZoneInfo(_ZONE)).date()
    plan = Plan(today - timedelta(days=1), 7, every=6)
    assert record.pulse_rounds(b"").plan("next", plan, ZoneInfo(_ZONE), "")
    new = select(Person.id).where(Person.account == _MAYA)
    finance = select(Team.id).where(Team.name == "Finance")
    with record.engine.begin() as connection:
        soon = update(Member).where(Member.team_id.in_(finance))
        connection.execute(soon.values(eligible_since=today - timedelta(days=10), wave=None))
        now_due = update(Member).where(Member.person_id.in_(new))
        connection.execute(now_due.values(eligible_since=today - timedelta(days=15), wave=None))
        connection.execute(delete(FollowUpRow).where(FollowUpRow.person_id.in_(new)))
    record.close()
    # What was due today is due again.
    for file in data_dir.glob("jobs.sqlite*"):
        file.unlink()


def _answering(cast: Cast, folder: Path) -> None:
    maya = cast.maya
    maya.enters("Uptake")
    invited = maya.message("How is it going with our AI tools?")
    asked = maya.message("Two weeks with your AI tools")
    asked.wait_for()
    maya.shoot(folder / "everyone-programme.png", 760, asked)
    invited.get_by_role("button", name="Answer").click()
    maya.dialog.wait_for()
    maya.shoot(folder / "everyone-pulse.png", 1000)
    maya.closes()
    asked.get_by_role("button", name="Mixed").click()
    maya.dialog.wait_for()
    maya.shoot(folder / "everyone-follow-up.png", 1000)
    maya.closes()


def _planning(cast: Cast, folder: Path) -> None:
    priya, jonas = cast.priya, cast.jonas
    priya.enters("Home")
    pulse = priya.page.get_by_role("heading", name="Pulse rounds")
    priya.shoot(folder / "admins-pulse.png", 620, pulse)
    priya.page.get_by_role("button", name="Manage").click()
    priya.dialog.get_by_role("button", name="Cancel this round").click()
    priya.confirms()
    priya.dialog.get_by_text("The round is cancelled.").wait_for()
    priya.closes()
    priya.says("/uptake pulse", "ai-programme")
    priya.dialog.get_by_role("button", name="Plan").wait_for()
    priya.shoot(folder / "admins-pulse-plan.png", 720)
    priya.closes()
    jonas.enters("Home")
    team = jonas.page.get_by_role("heading", name="Follow-ups in your team")
    jonas.shoot(folder / "champions-follow-ups.png", 860, team)
