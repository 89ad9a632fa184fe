from __future__ import annotations

import pytest

from adoption.usage.queries import UseReader
from bot.features.setup.steps import CHANNELS, Step
from slack_emulator import Person
from tests.support.app import RunningApp, written


@pytest.fixture
def priya(shared: RunningApp) -> Person:
    """An admin whose Home is open."""
    person = shared.slack.user("admin")
    person.opens_app()
    shared.home(person, "Finish setting up")
    return person


def pressed(play: RunningApp, person: Person, action: str) -> str:
    """What the dialog behind a button of Home says."""
    person.presses(action, play.home(person))
    shown = written(person.modal or {})
    assert shown
    return shown


def test_each_step_that_is_left_has_a_button_that_opens_its_dialog(
    shared: RunningApp, priya: Person
):
    home = shared.home(priya)
    left = {
        block["block_id"].removeprefix("setup:"): block["accessory"]["action_id"]
        for block in home["blocks"]
        if str(block.get("block_id", "")).startswith("setup:")
    }
    # Guides, help channel and the channel for stories are there.
    assert set(left) == {Step.ROSTER, Step.USAGE, Step.TARGETS, Step.CHAMPIONS, Step.ADMIN_CHANNEL}
    assert "3 of 8 done" in written(home)
    for action in left.values():
        assert pressed(shared, priya, action)
        priya.closes()


def test_what_needs_a_terminal_comes_with_the_command_to_copy(shared: RunningApp, priya: Person):
    assert "```uptake import usage export.csv```" in pressed(shared, priya, "setup:usage")
    priya.closes()
    assert "```uptake import roster people.csv```" in pressed(shared, priya, "open_roster")
    priya.closes()


def test_a_channel_that_is_chosen_gives_the_setting_to_copy(shared: RunningApp, priya: Person):
    assert "UPTAKE_" not in pressed(shared, priya, f"setup:{Step.ADMIN_CHANNEL}")
    channel = shared.slack.channel("general")
    priya.presses(f"setup_channel:{Step.ADMIN_CHANNEL}", priya.modal, channel)
    shared.eventually(lambda: f"UPTAKE_ADMIN_CHANNEL={channel}" in written(priya.modal or {}))
    priya.closes()
    assert Step.ADMIN_CHANNEL in CHANNELS


def test_people_are_imported_from_slack_and_the_step_is_gone(shared: RunningApp, priya: Person):
    pressed(shared, priya, "open_roster")
    priya.submits({})
    told = written(shared.told(priya, "I imported the people"))
    people = len(UseReader(shared.container.engine).roster().people)
    assert people > 3
    assert f"{people} new on the roster" in told
    shared.eventually(lambda: "setup:roster" not in str(shared.home(priya)))


def test_who_is_no_admin_gets_no_step_and_no_dialog(shared: RunningApp):
    maya = shared.slack.user("user")
    maya.opens_app()
    assert "setup:" not in str(shared.home(maya, "Ask about our AI tools"))
