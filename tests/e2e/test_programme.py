"""The programme in the browser, as an employee, a champion and an admin would run it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from adoption.pulse.statements import ELEMENTS
from bot.texts import texts
from tests.e2e.personas import Cast
from tests.e2e.programme import TOOL, plant
from tests.e2e.trial import tried_out
from tests.support.browser import open_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SETTINGS = {"UPTAKE_WORKING_HOURS": "Mon-Sun 0:00-23:59", "UPTAKE_NUDGE_HOLDOUT": "0"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def cast(browser: Browser, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    """A company in which a round is open, and Maya got the tools two weeks ago."""
    place = tmp_path_factory.mktemp("programme")
    data_dir = Path(shutil.copytree(home, place / "data"))
    guides = shutil.copytree(home.parent / "guides", place / "guides")
    plant(data_dir)
    with tried_out(data_dir, UPTAKE_CONTENT=str(guides), **SETTINGS) as address:
        everybody = Cast(browser, address)
        yield everybody
        everybody.leaves()


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


def test_a_wait_list_moves_up_in_the_browser(cast: Cast):
    from playwright.sync_api import expect

    maya, tom = cast.maya, cast.tom
    maya.says("/uptake training", "general")
    offered = maya.dialog.locator(".block", has_text="AI in your own work")
    offered.get_by_role("button", name="Sign up").click()
    expect(maya.dialog.get_by_text("You have a seat.").first).to_be_visible()
    maya.accessible()
    maya.closes()
    tom.says("/uptake training", "general")
    tom.dialog.get_by_role("button", name="Join the wait list").click()
    expect(tom.dialog.get_by_text("You are on the wait list")).to_be_visible()
    tom.closes()
    maya.enters("Uptake")
    seat = maya.message("You have a seat in AI in your own work")
    expect(seat.get_by_text("with")).to_be_visible()
    expect(maya.page.get_by_role("link", name="Add to your calendar")).to_be_visible()
    seat.get_by_role("button", name="Cancel my seat").click()
    maya.confirms()
    expect(maya.message("You no longer have a seat in AI in your own work")).to_be_visible()
    tom.enters("Uptake")
    expect(tom.message("A seat became free")).to_be_visible()
    # Told six days ago; the session is within a day.
    expect(tom.message("Reminder: A first look at our AI tools")).to_be_visible()


def test_the_host_marks_who_came_and_an_admin_cancels_a_session(cast: Cast):
    from playwright.sync_api import expect

    jonas, maya, tom, priya = cast.jonas, cast.maya, cast.tom, cast.priya
    jonas.enters("Home")
    jonas.page.locator("#home").get_by_role("button", name="Mark who came").click()
    expect(jonas.dialog.get_by_text("Maya Lindqvist, Tom Okafor")).to_be_visible()
    jonas.accessible()
    jonas.submits()
    maya.enters("Uptake")
    expect(maya.message("Thank you for coming to A first look")).to_be_visible()
    priya.says("/uptake training", "general")
    priya.dialog.get_by_role("button", name="Manage training").click()
    session = priya.dialog.locator(".block", has_text="Cancel the session").last
    session.get_by_role("button", name="Cancel the session").click()
    priya.confirms()
    expect(priya.dialog.get_by_role("button", name="Cancel the session")).to_have_count(1)
    priya.accessible()
    priya.returns("Training")
    priya.closes()
    tom.enters("Uptake")
    expect(tom.message("AI in your own work was cancelled")).to_be_visible()


def test_an_admin_sends_a_nudge_and_its_reader_wants_no_more(cast: Cast):
    from playwright.sync_api import expect

    priya, tom, jonas = cast.priya, cast.tom, cast.jonas
    priya.says("/uptake nudges", "general")
    priya.dialog.get_by_role("button", name="Preview").click()
    expect(priya.dialog.get_by_text(re.compile(r"About (25|30) people"))).to_be_visible()
    priya.accessible()
    priya.dialog.get_by_role("button", name="Approve and send").click()
    expect(priya.dialog.get_by_text(f"The messages about {TOOL} go out")).to_be_visible()
    priya.closes()
    tom.enters("Uptake")
    nudge = tom.message(f"Something to try with {TOOL}")
    expect(nudge.get_by_text("Jonas Weber")).to_be_visible()
    tom.accessible()
    nudge.get_by_role("button", name="Don't remind me").click()
    expect(nudge.get_by_text("OK, I won't send you any more of these.")).to_be_visible()
    expect(nudge.get_by_role("button", name="Remind me again")).to_be_visible()
    jonas.says("/uptake nudges", "general")
    expect(jonas.page.get_by_text("Only an admin of the programme")).to_be_visible()
    priya.enters("Home")
    expect(priya.page.get_by_text(f"{TOOL}, message of")).to_be_visible()


def test_a_go_live_shows_what_is_missing_and_an_owner_says_what_shows_it(cast: Cast):
    from playwright.sync_api import expect

    priya, maya = cast.priya, cast.maya
    priya.enters("ai-programme")
    due = priya.message("Third wave goes live today.")
    expect(due.get_by_text("items on the checklist are not ready")).to_be_visible()
    priya.enters("Home")
    wave = priya.page.locator("#home .block", has_text="Third wave goes live on").first
    wave.get_by_role("button", name="Open the checklist").click()
    item = priya.dialog.locator(".block", has_text="The sponsor has said why in public").last
    item.get_by_role("button", name="Edit").click()
    priya.dialog.get_by_label("Owner").select_option(label="Maya Lindqvist")
    priya.accessible()
    priya.submits()
    expect(item.get_by_text("Maya Lindqvist")).to_be_visible()
    priya.closes()
    maya.enters("Uptake")
    asked = maya.message("asks you to take care of this before Third wave goes live")
    asked.get_by_role("button", name="Done").click()
    maya.dialog.get_by_label("What shows that it's done?").fill("The town hall of Monday.")
    maya.submits()
    maya.dialog.wait_for(state="hidden")
    priya.says("/uptake readiness", "general")
    expect(priya.dialog.get_by_text("“The town hall of Monday.”")).to_be_visible()
    priya.closes()
    priya.enters("ai-programme")
    priya.message("Third wave goes live today.").get_by_role("button", name="Go live").click()
    expect(priya.dialog.get_by_text("items on the checklist are not ready")).to_be_visible()
    priya.accessible()
    priya.submits()
    expect(priya.message("Third wave is live as of today.")).to_be_visible()


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
    moved = re.compile("New go-lives:.*Second wave")
    expect(priya.message("We wait for the guide.")).to_contain_text(moved)
    jonas.enters("Home")
    item = jonas.page.locator("#home .block", has_text="The sponsor has said why in public").first
    item.get_by_role("button", name="Done").click()
    jonas.dialog.get_by_label("What shows that it's done?").fill("The town hall.")
    jonas.accessible()
    jonas.submits()
    expect(jonas.page.get_by_role("heading", name="Before the go-live")).to_have_count(0)
    maya.enters("Home")
    expect(maya.page.get_by_role("heading", name="Rollout")).to_have_count(0)
    assert cast.faults() == []
