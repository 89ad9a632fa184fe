"""The pictures of nudges: the preview, the message, and how it went."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from adoption.people.roster import RosterRow
from adoption.record import Record
from adoption.usage.facts import Covered
from tests.e2e.personas import Cast
from tests.e2e.trial import tried_out

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_TOOL = "Writing assistant"
_ALWAYS = "Mon-Sun 0:00-23:59"
# The personas, as every new workspace on this computer numbers them.
_PERSONAS = {5: "Sales", 6: "Finance", 7: "Operations", 8: "Operations"}
_TEAMS = {"Sales": 80, "Finance": 60, "Support": 30}


def take(browser: Browser, folder: Path) -> None:
    """Writes them below a folder, from two companies of their own."""
    with tempfile.TemporaryDirectory(prefix="uptake-") as place:
        _sent(browser, folder, Path(place) / "new" / "data")
        _measured(browser, folder, Path(place) / "example" / "data")


def _sent(browser: Browser, folder: Path, data: Path) -> None:
    """The preview, and the message as Maya gets it."""
    _plant(data)
    with tried_out(data, UPTAKE_WORKING_HOURS=_ALWAYS, UPTAKE_NUDGE_HOLDOUT="0.2") as address:
        cast = Cast(browser, address)
        priya, maya = cast.priya, cast.maya
        priya.says("/uptake nudges", "ai-programme")
        priya.dialog.get_by_role("button", name="Preview").click()
        priya.dialog.get_by_role("button", name="Approve and send").wait_for()
        priya.shoot(folder / "admins-nudges-preview.png", 1000)
        priya.dialog.get_by_role("button", name="Approve and send").click()
        maya.enters("Uptake")
        message = maya.message("Something to try with")
        message.wait_for()
        maya.shoot(folder / "everyone-nudge.png", 700, message)
        cast.leaves()


def _measured(browser: Browser, folder: Path, data: Path) -> None:
    """What a message changed, in an admin's Home."""
    data.mkdir(parents=True)
    with tried_out(data, example=True) as address:
        cast = Cast(browser, address)
        cast.priya.enters("Home")
        title = cast.priya.page.get_by_role("heading", name="Nudges")
        cast.priya.shoot(folder / "admins-nudges-home.png", 460, title)
        cast.leaves()


def _plant(data: Path) -> None:
    """A tool that people have had for eight weeks, of which exports report no use by most."""
    data.mkdir(parents=True)
    now = datetime.now(UTC)
    since = now.date() - timedelta(weeks=8)
    record = Record.open(f"sqlite:///{data / 'record.sqlite'}")
    rows = [_row(f"U{number:09d}", team, since) for number, team in _PERSONAS.items()]
    for team, size in _TEAMS.items():
        rows += [_row(f"U9{team[:2].upper()}{n:05d}", team, since, n) for n in range(size)]
    record.roster.store(rows, now)
    record.roles.add_champion("T000000004:U000000006", "Sales", now)
    days = [now.date() - timedelta(days=back) for back in range(1, 57)]
    record.usage.store([], now, [Covered(_TOOL, "export", day) for day in days])
    record.close()


def _row(user: str, team: str, since: date, number: int = 0) -> RosterRow:
    return RosterRow(
        f"{user.lower()}@northwind.example",
        team=team,
        account=f"T000000004:{user}",
        eligible_since=since,
        tools=(_TOOL,),
        on_leave=number % 9 == 8,
        part_time=number % 9 == 7,
    )
