"""The checklist in Slack: checked by itself where it can be, with owners and evidence elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adoption.people.roster import RosterRow
from adoption.readiness.items import ChecklistItem, Item
from adoption.reports.targets import Aim, Dimension, Targets
from adoption.training.catalogue import Course, Plan
from adoption.training.models import Tier
from bot.features.readiness.jobs import ItemDone, finish_item
from slack_emulator import LocalWorkspace
from tests.bot.features.rollout.test_rollout import filled, planned, wave
from tests.support.app import RunningApp, running_app, written


@pytest.fixture
def play(slack: LocalWorkspace, places: tuple[Path, Path]) -> Iterator[RunningApp]:
    with running_app(places[0], slack, timezone="Europe/Berlin") as running:
        running.quiet()
        yield running


def items(play: RunningApp, name: str = "One") -> dict[str, ChecklistItem]:
    found = play.record.readiness.of(wave(play, name))
    return {item.key: item for item in found.items}


def met(play: RunningApp) -> set[str]:
    return {key for key, item in items(play).items() if item.check and item.check.is_met}


def test_what_the_data_can_check_is_checked_when_somebody_looks(play: RunningApp):
    planned(play, "One", 6)
    priya = play.slack.user("admin")
    priya.opens_app()
    priya.presses("readiness_open", play.home(priya, "*One* goes live on"))
    shown = written(priya.modal)
    assert "This wave has no people yet" in shown
    assert "No target is set for this wave" in shown
    assert met(play) == {Item.HELP_CHANNEL}
    priya.closes()
    rows = [RosterRow(f"p{n}@x.example", "Sales", wave="One", tools=["Forecast"]) for n in range(6)]
    play.record.roster.store(rows, play.container.now())
    priya.runs("/uptake readiness")
    # There are people now, and with them teams and tools.
    assert met(play) == {Item.HELP_CHANNEL, Item.ROSTER}
    assert "No champion in Sales" in written(priya.modal)
    assert "No guide for Forecast" in written(priya.modal)
    priya.closes()
    now = play.container.now()
    play.record.roles.add_champion(play.account("champion"), "Sales", now)
    Targets(play.container.engine).put(Aim("overrides", Dimension.WAVE, "One", 0.3))
    course = Course("c", "Prompting", Tier.HANDS_ON, "Bring a task.")
    other = Course("o", "Another tool", Tier.HANDS_ON, tools=("Jupiter",))
    play.record.training.catalogue.put_courses([course, other])
    session = Plan(
        id="s",
        course="c",
        starts_at=now + timedelta(days=9),
        minutes=60,
        zone="Europe/Berlin",
        seats=9,
        host=play.account("champion"),
    )
    # One that is over, and one about a tool that nobody in the wave has, are none for it.
    past = replace(session, id="p", starts_at=now - timedelta(days=1))
    for each in (past, replace(session, id="o", course="o")):
        play.record.training.catalogue.plan(each, now - timedelta(days=2))
    priya.runs("/uptake readiness")
    assert Item.SESSION not in met(play)
    priya.closes()
    play.record.training.catalogue.plan(session, now)
    priya.runs("/uptake readiness")
    expected = {Item.HELP_CHANNEL, Item.ROSTER, Item.CHAMPIONS, Item.TARGETS, Item.SESSION}
    assert met(play) == expected


def test_an_owner_gets_an_item_and_says_what_shows_that_it_is_done(play: RunningApp):
    planned(play, "One", 6)
    priya, tom = play.slack.user("admin"), play.slack.user("second")
    priya.runs("/uptake readiness")
    priya.presses("readiness_edit", priya.modal, block_id="item:sponsor")
    priya.submits(filled(priya.modal, owner=tom.id))
    assert f"<@{tom.id}>" in written(priya.modal)
    message = play.told(tom, "asks you to take care of this before *One* goes live")
    assert "The sponsor has said why in public" in written(message)
    tom.presses("readiness_done", message)
    assert "Say what shows" in tom.submits({"show": {"show": " "}})["show"]
    tom.submits({"show": {"show": "In the town hall on 3 May."}})
    play.quiet()
    item = items(play)[Item.SPONSOR]
    assert (item.is_ready, item.evidence) == (True, "In the town hall on 3 May.")
    # Of two who say it, the first one's evidence counts.
    late = ItemDone(play.account(tom), "One", Item.SPONSOR, "Somewhere else.")
    play.container.jobs.enqueue(finish_item, late, key="late")
    play.told(tom, "This item is already done: “In the town hall on 3 May.”")
    assert items(play)[Item.SPONSOR].evidence == "In the town hall on 3 May."
    priya.presses("readiness_edit", priya.modal, block_id="item:sponsor")
    priya.submits(filled(priya.modal, again=["reopen"]))
    assert not items(play)[Item.SPONSOR].is_ready
    asked = [m for m in play.direct(tom) if "asks you to take care of this" in written(m)]
    assert len(asked) == 1


def test_a_company_adds_items_of_its_own_and_removes_them(play: RunningApp):
    planned(play, "One", 6)
    planned(play, "Two", 9)
    priya = play.slack.user("admin")
    priya.runs("/uptake readiness")
    priya.presses("readiness_add", priya.modal)
    assert priya.submits({"title": {"title": "The works council <!here> has agreed"}}) == {}
    shown = written(priya.modal)
    assert "1 of 15 ready" in shown
    assert "<!here>" not in shown
    [own] = [key for key in items(play) if key not in set(Item)]
    priya.presses("readiness_edit", priya.modal, block_id=f"item:{own}")
    priya.submits(filled(priya.modal, again=["remove"]))
    assert own not in items(play)
    priya.presses("readiness_wave:0", priya.modal)
    assert "*Two* goes live on" in written(priya.modal)


def test_home_and_the_command_show_owners_what_is_theirs(play: RunningApp):
    planned(play, "One", 6)
    play.record.readiness.assign("One", Item.PRIVACY, play.account("user"), None)
    maya, tom = play.slack.user("user"), play.slack.user("second")
    maya.opens_app()
    view = play.home(maya, "Before the go-live")
    assert "Privacy has been checked" in written(view)
    maya.presses("readiness_done", view)
    maya.submits({"show": {"show": "Signed on Monday."}})
    play.slack.wait_for(lambda: "Before the go-live" not in written(maya.home), 20, "an empty Home")
    tom.runs("/uptake readiness")
    assert tom.modal is None
    maya.runs("/uptake readiness")
    assert maya.modal is None


def test_nobody_else_says_that_an_item_is_done(play: RunningApp):
    planned(play, "One", 6)
    tom = play.slack.user("second")
    forged = ItemDone(play.account(tom), "One", Item.LEADS, "Trust me.")
    play.container.jobs.enqueue(finish_item, forged, key="forged")
    play.told(tom, "Only its owner or an admin of the programme can do that.")
    assert not items(play)[Item.LEADS].is_ready
    [(action,)] = play.rows("select action from refused_actions")
    assert action == "readiness"
