"""Pulse, follow-ups and rollout in the browser, as an employee, a champion and an admin."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from adoption.people.roster import RosterRow
from adoption.pulse.rounds import Plan
from adoption.pulse.statements import ELEMENTS
from adoption.readiness.items import Item
from adoption.record import Record
from adoption.rollout.wave import WavePlan
from bot.texts import texts
from tests.e2e.personas import Cast, patient_browser
from tests.e2e.trial import tried_out

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# The ids of every new workspace on this computer; Maya's is the first.
MEMBERS = [f"T000000004:U00000000{n}" for n in range(5, 9)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with patient_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def cast(browser: Browser, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    """A company in which a round is open, and Maya got the tools two weeks ago."""
    place = tmp_path_factory.mktemp("programme")
    data_dir = Path(shutil.copytree(home, place / "data"))
    guides = shutil.copytree(home.parent / "guides", place / "guides")
    _plant(data_dir)
    with tried_out(
        data_dir, UPTAKE_CONTENT=str(guides), UPTAKE_WORKING_HOURS="Mon-Sun 0:00-23:59"
    ) as address:
        everybody = Cast(browser, address)
        yield everybody
        everybody.leaves()


def _plant(data_dir: Path) -> None:
    record, now = Record.open(f"sqlite:///{data_dir / 'record.sqlite'}"), datetime.now(UTC)
    accounts = [*MEMBERS, *(f"T000000004:U9{n}" for n in range(4))]
    got = [now.date() - timedelta(days=15), *[now.date() - timedelta(days=90)] * 7]
    rows = [
        RosterRow(f"p{n}@x.example", "Finance", eligible_since=day, account=account)
        for n, (account, day) in enumerate(zip(accounts, got, strict=True))
    ]
    record.roster.store(rows, now)
    plan = Plan(now.date() - timedelta(days=1), 7)
    assert record.pulse_rounds(b"").plan("r1", plan, ZoneInfo("UTC"), "")
    _plant_waves(record, now.date())
    record.close()


def _plant_waves(record: Record, today: date) -> None:
    """A wave whose gate is today, and a planned one; Jonas sees to an item of its checklist."""
    begun = today - timedelta(weeks=12)
    record.waves.create("1", "First wave", WavePlan(begun, today, helpful_least=0.5))
    record.waves.launch("1", "planted", begun)
    go_live = today + timedelta(weeks=9)
    record.waves.create("2", "Second wave", WavePlan(go_live, go_live + timedelta(weeks=12)))
    record.readiness.assign("2", Item.SPONSOR, MEMBERS[1], None)


def test_the_five_statements_are_answered_on_one_screen_and_once(cast: Cast):
    from playwright.sync_api import expect

    maya, say = cast.maya, texts("pulse")
    maya.enters("Uptake")
    invited = maya.message("How is it going with our AI tools?")
    invited.get_by_role("button", name="Answer").click()
    for element in ELEMENTS:
        maya.dialog.get_by_label(say[element]).select_option(say["score_4"])
    expect(maya.dialog.get_by_text("without your name and without a time")).to_be_visible()
    maya.accessible()
    maya.submits()
    expect(maya.dialog.get_by_text("Your answer is counted.")).to_be_visible()
    maya.closes()
    invited.get_by_role("button", name="Answer").click()
    expect(maya.dialog.get_by_text("Your answer is counted already.")).to_be_visible()
    maya.closes()


def test_two_presses_answer_a_follow_up(cast: Cast):
    from playwright.sync_api import expect

    maya = cast.maya
    maya.enters("Uptake")
    maya.message("Two weeks with your AI tools").get_by_role("button", name="Going well").click()
    maya.accessible()
    maya.submits()
    expect(maya.dialog.get_by_text("Thank you. That helps us to help you.")).to_be_visible()
    maya.closes()
    answered = maya.message("Two weeks with your AI tools")
    expect(answered.get_by_role("button", name="Going well")).to_have_count(0)


def test_home_shows_an_admin_the_round_and_a_champion_their_invitation(cast: Cast):
    from playwright.sync_api import expect

    priya, jonas = cast.priya, cast.jonas
    priya.enters("Home")
    expect(priya.page.get_by_text("A round is open until")).to_be_visible()
    priya.page.get_by_role("button", name="Manage").click()
    expect(priya.dialog.get_by_role("button", name="Cancel this round")).to_be_visible()
    priya.accessible()
    priya.closes()
    jonas.enters("Home")
    expect(jonas.page.get_by_text("Anonymous, one minute.")).to_be_visible()
    expect(jonas.page.get_by_role("button", name="Manage")).to_have_count(0)


def test_an_admin_pauses_the_rollout_and_its_owner_finishes_an_item(cast: Cast):
    from playwright.sync_api import expect

    priya, jonas, maya = cast.priya, cast.jonas, cast.maya
    priya.enters("ai-programme")
    gate = priya.message("The gate of First wave is today.")
    gate.get_by_role("button", name="Decide").click()
    priya.dialog.get_by_label("Pause: later waves wait").check()
    priya.dialog.get_by_label("Why?").fill("We wait for the guide.")
    priya.accessible()
    priya.submits()
    expect(priya.message("paused the rollout at First wave")).to_be_visible()
    expect(priya.message("We wait for the guide.")).to_contain_text("New go-lives: Second wave")
    jonas.enters("Home")
    item = jonas.page.locator("#home .block", has_text="The sponsor has said why in public").first
    item.get_by_role("button", name="Done").click()
    jonas.dialog.get_by_label("What shows that it is done?").fill("The town hall.")
    jonas.accessible()
    jonas.submits()
    expect(jonas.page.get_by_role("heading", name="Before the go-live")).to_have_count(0)
    maya.enters("Home")
    expect(maya.page.get_by_role("heading", name="Rollout")).to_have_count(0)
    assert cast.faults() == []
