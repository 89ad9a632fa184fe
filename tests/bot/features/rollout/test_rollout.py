"""The rollout in Slack: planned, launched, decided on, and its messages sent, each once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from adoption.feedback.feedback import CheckIn
from adoption.measures import Range
from adoption.people.roster import RosterRow
from adoption.reports.targets import Dimension, Targets
from adoption.rollout.models import Advice, MessageKind, WaveState
from adoption.rollout.wave import Wave, WavePlan
from adoption.usage.facts import Usage
from adoption.usage.models import Event
from bot.features.rollout.jobs import (
    Due,
    GateDecided,
    MessageDue,
    WavePressed,
    announce_due,
    decide_gate,
    launch_wave,
    remind,
    remind_all,
)
from bot.features.rollout.reading import values_of
from slack_emulator import LocalWorkspace, Message
from tests.support.app import RunningApp, running_app, written

BERLIN = ZoneInfo("Europe/Berlin")
ANSWERS = {"reason": {"reason": "We wait for the guide."}}


@pytest.fixture
def play(slack: LocalWorkspace, places: tuple[Path, Path]) -> Iterator[RunningApp]:
    with running_app(
        places[0], slack, admin_channel="ai-programme", help_channel=None, timezone="Europe/Berlin"
    ) as running:
        running.quiet()
        yield running


def today(play: RunningApp) -> date:
    return play.container.now().astimezone(BERLIN).date()


def planned(play: RunningApp, name: str, weeks: int = 0, **more: object) -> Wave:
    go_live = today(play) + timedelta(weeks=weeks)
    plan = WavePlan(go_live, go_live + timedelta(weeks=12), owner=play.account("champion"))
    play.record.waves.create(name, name, replace(plan, **more))
    return wave(play, name)


def wave(play: RunningApp, name: str) -> Wave:
    found = play.record.waves.get(name)
    assert found is not None
    return found


def at_gate(play: RunningApp, name: str = "One") -> Wave:
    """A wave that has been live for twelve weeks, whose gate is today."""
    go_live = today(play) - timedelta(weeks=12)
    planned(play, name, -12, gate_on=today(play))
    play.record.waves.launch(name, "press", go_live)
    return wave(play, name)


def filled(view: dict[str, Any] | None, **changes: str | list[str]) -> dict[str, dict[str, Any]]:
    """What a dialog holds as it opens, with some fields filled in, as a browser sends it."""
    found: dict[str, dict[str, Any]] = {}
    for block in (view or {})["blocks"]:
        element, name = block.get("element") or {}, block.get("block_id", "")
        for key in ("initial_value", "initial_date", "initial_user"):
            if key in element:
                found[name] = {name: element[key]}
        if "initial_options" in element:
            found[name] = {name: [each["value"] for each in element["initial_options"]]}
    return found | {name: {name: value} for name, value in changes.items()}


def posts(play: RunningApp, words: str) -> list[Message]:
    seen = play.slack.messages("ai-programme")
    return [message for message in seen if message.via_app and words in written(message)]


def posted(play: RunningApp, words: str) -> Message:
    return play.slack.wait_for(lambda: posts(play, words), 20, words)[-1]


def daily(play: RunningApp, key: str) -> None:
    play.container.jobs.enqueue(announce_due, Due(play.container.now()), key=key)
    play.quiet()


def reminders(play: RunningApp, key: str) -> None:
    play.container.jobs.enqueue(remind_all, Due(play.container.now()), key=key)


def test_an_admin_plans_a_wave_with_teams_and_targets_and_edits_it(play: RunningApp):
    rows = [RosterRow("a@x.example", "Sales"), RosterRow("b@x.example", "Law")]
    play.record.roster.store(rows, play.container.now())
    ids = {name: str(id) for id, name in play.record.waves.teams().items()}
    priya = play.slack.user("admin")
    priya.runs("/uptake rollout")
    assert "No wave is planned yet" in written(priya.modal)
    priya.presses("rollout_new", priya.modal)
    sales = {"name": " Wave  one ", "teams": [ids["Sales"]], "habitual": "40 %", "overrides": "25"}
    wrong = priya.submits(filled(priya.modal, **sales, helpful="150", hours="many"))
    assert wrong == {
        "helpful": "Write a share from 1 to 100.",
        "hours": "Write a number, such as 40.",
    }
    assert "go_live" in priya.submits(filled(priya.modal, **sales) | {"go_live": {"go_live": ""}})
    assert priya.submits(filled(priya.modal, **sales, hours="30,5")) == {}
    shown = written(priya.modal)
    assert "Teams: Sales" in shown
    assert "*Wave one*: planned for " in shown
    [made] = play.record.waves.all()
    assert (made.plan.hours_promised, list(made.teams.values())) == (30.5, ["Sales"])
    aims = {aim.measure: aim.value for aim in Targets(play.container.engine).all()}
    assert aims == {"habitual": 0.4, "overrides": 0.25}
    priya.presses("rollout_edit", priya.modal, block_id=f"wave:{made.id}")
    assert priya.submits(filled(priya.modal, habitual="", cost="1200")) == {}
    aims = [aim for aim in Targets(play.container.engine).all() if aim.dimension is Dimension.WAVE]
    assert [aim.measure for aim in aims] == ["overrides"]
    assert play.record.waves.all()[0].plan.cost == 1200
    # A name that is taken is said in the dialog.
    priya.presses("rollout_new", priya.modal)
    assert "already" in priya.submits(filled(priya.modal, name="wave ONE"))["name"]
    priya.closes()
    priya.presses("rollout_remove", priya.modal)
    assert "No wave is planned yet" in written(priya.modal)


def test_of_two_who_edit_at_once_one_is_asked_to_look_again(play: RunningApp):
    planned(play, "One", 4)
    priya = play.slack.user("admin")
    priya.runs("/uptake rollout")
    priya.presses("rollout_edit", priya.modal)
    assert play.record.waves.change("One", 1, replace(wave(play, "One").plan, cost=7.0))
    assert "has changed or removed" in priya.submits(filled(priya.modal, cost="9"))["owner"]
    assert wave(play, "One").plan.cost == 7


def test_a_go_live_shows_what_is_missing_and_happens_once(play: RunningApp):
    planned(play, "One")
    daily(play, "1")
    daily(play, "2")
    [due] = posts(play, "*One* goes live today.")
    assert "items on the checklist are not ready" in written(due)
    assert "☐ " in written(due)
    priya = play.slack.user("admin")
    priya.presses("rollout_launch", due)
    assert "goes live today, and its gate is on" in written(priya.modal)
    priya.submits({})
    play.quiet()
    assert wave(play, "One").state is WaveState.LIVE
    assert "is live as of today" in written(play.slack.message(due))
    # The message became the answer, and nothing else was posted.
    assert len(posts(play, "*One*")) == 1
    other = WavePressed(play.account("admin"), "One")
    play.container.jobs.enqueue(launch_wave, other, key="another")
    play.told(priya, "This wave is live already.")
    assert len(posts(play, "*One*")) == 1


def test_a_pause_takes_two_presses_keeps_the_reason_and_moves_later_waves(play: RunningApp):
    first, second = at_gate(play), planned(play, "Two", 3)
    daily(play, "1")
    daily(play, "2")
    [due] = posts(play, "The gate of *One* is today.")
    assert "There is *not enough data* for go or pause." in written(due)
    assert "*Two*: planned for " in written(due)
    priya = play.slack.user("admin")
    priya.presses("rollout_decide", due)
    pause = {"choice": {"choice": "pause"}} | ANSWERS
    early = pause | {"until": {"until": today(play).isoformat()}}
    assert list(priya.submits(early)) == ["until"]
    assert list(priya.submits({"choice": {"choice": "pause"}, "reason": {"reason": " "}})) == [
        "reason"
    ]
    again = today(play) + timedelta(days=10)
    assert priya.submits(pause | {"until": {"until": again.isoformat()}}) == {}
    play.quiet()
    shown = written(play.slack.message(due))
    assert "*paused* the rollout at *One*" in shown
    assert "We wait for the guide." in shown
    paused, moved = wave(play, "One"), wave(play, "Two")
    assert (paused.state, paused.plan.gate_on) == (WaveState.PAUSED, again)
    assert moved.plan.go_live == second.plan.go_live + timedelta(days=10)
    kept = paused.decisions[0]
    assert (kept.reason, kept.advice, kept.delay) == ("We wait for the guide.", Advice.UNKNOWN, 10)
    assert first.plan.go_live == paused.plan.go_live
    # Whoever decides second is told what counts.
    late = GateDecided(
        play.account("admin"), "One", first.plan.gate_on, Advice.GO, "It is fine.", None
    )
    play.container.jobs.enqueue(decide_gate, late, key="late")
    play.told(priya, "has already decided *pause*: We wait for the guide.")
    assert wave(play, "One").decisions == paused.decisions


def test_home_shows_where_every_wave_is_to_admins_alone(play: RunningApp):
    at_gate(play)
    planned(play, "Two", 3)
    for handle in ("admin", "user"):
        play.slack.user(handle).opens_app()
    priya, maya = play.slack.user("admin"), play.slack.user("user")
    view = play.home(priya, "*Two*: planned for")
    assert "*One*: live since " in written(view)
    assert "Rollout" not in written(play.home(maya))
    priya.presses("rollout_decide", view)
    assert "Go: continue with the next wave" in written(priya.modal)


def test_an_owner_is_reminded_once_with_a_draft_in_their_working_hours(play: RunningApp):
    planned(play, "One", 6)
    jonas = play.slack.user("champion")
    # Ten on a weekday in Berlin.
    now = play.container.now().astimezone(BERLIN)
    days = (7 - now.weekday()) % 7 or 7
    monday = datetime.combine(now.date() + timedelta(days=days), time(10), BERLIN)
    play.clock.advance((monday.astimezone(UTC) - play.container.now()).total_seconds())
    for key in "12":
        reminders(play, key)
        play.quiet()
    message = play.told(jonas, "Please send this message for *One*")
    shown = written(message)
    assert "Why we do this (sponsor)" in shown
    assert "I want to tell you why" in shown
    # From a public guide of the playbook.
    assert "From the guide “Budget and sponsor”" in shown
    due = wave(play, "One")
    first = play.record.wave_calendar.of(due)[0]
    assert first.reminded_for == first.due_on
    again = MessageDue("One", MessageKind.WHY, first.due_on)
    play.container.jobs.enqueue(remind, again, key="again")
    play.quiet()
    assert len([m for m in play.direct(jonas) if "for *One*" in written(m)]) == 1
    jonas.presses("rollout_sent", message)
    play.quiet()
    assert "✓ Marked as sent." in written(play.slack.message(message))
    assert play.record.wave_calendar.of(due)[0].sent_at is not None


def test_the_admins_get_a_reminder_whose_owner_is_gone_or_that_nobody_owns(play: RunningApp):
    planned(play, "One", 6)
    jonas, priya = play.slack.user("champion"), play.slack.user("admin")
    play.slack.faults.plan("chat.postMessage", "channel_not_found")
    now = play.container.now().astimezone(BERLIN)
    days = (7 - now.weekday()) % 7 or 7
    monday = datetime.combine(now.date() + timedelta(days=days), time(10), BERLIN)
    play.clock.advance((monday.astimezone(UTC) - play.container.now()).total_seconds())
    reminders(play, "1")
    play.quiet()
    [gone] = posts(play, f"I can't reach <@{jonas.id}> in Slack")
    assert "Please send this message for *One*" in written(gone)
    assert not play.direct(jonas)
    planned(play, "Two", 6, owner="")
    reminders(play, "2")
    play.quiet()
    [message] = posts(play, "This message has no owner")
    assert "message for *Two*" in written(message)
    for name in ("One", "Two"):
        first = play.record.wave_calendar.of(wave(play, name))[0]
        assert first.reminded_for == first.due_on
    priya.presses("rollout_sent", message)
    play.quiet()
    assert play.record.wave_calendar.of(wave(play, "Two"))[0].sent_at is not None


def test_who_sends_a_message_is_chosen_and_only_they_mark_it(play: RunningApp):
    planned(play, "One", 5)
    priya, tom = play.slack.user("admin"), play.slack.user("second")
    priya.runs("/uptake rollout")
    priya.presses("rollout_calendar", priya.modal)
    priya.submits(filled(priya.modal, team=tom.id))
    play.quiet()
    owners = {each.kind: each.owner for each in play.record.wave_calendar.of(wave(play, "One"))}
    assert owners[MessageKind.TEAM] == play.account(tom)
    assert owners[MessageKind.WHY] == play.account("champion")


def test_others_than_admins_see_nothing_of_it(play: RunningApp):
    planned(play, "One", 5)
    maya = play.slack.user("user")
    maya.runs("/uptake rollout")
    assert maya.modal is None
    play.eventually(lambda: play.rows("select action from refused_actions"), "the audit")
    given = WavePressed(play.account(maya), "One")
    play.container.jobs.enqueue(launch_wave, given, key="forged")
    play.told(maya, "Only an admin")
    assert wave(play, "One").state is WaveState.PLANNED


def test_what_a_wave_is_worth_changes_with_the_week_and_with_no_check_in(play: RunningApp):
    planned(play, "One", -12)
    play.record.waves.launch("One", "press", today(play) - timedelta(weeks=12))
    now, last_week = play.container.now(), today(play) - timedelta(weeks=1)
    who = [f"T1:W{n}" for n in range(60)]
    rows = [RosterRow(each, "Sales", wave="One", tools=["Helper"], account=each) for each in who]
    play.record.roster.store(rows, now)
    used = [Usage("s", "Helper", last_week, Event.ACCEPTED, 1, each) for each in who]
    play.record.usage.store(used, now)

    def told(people: list[str], minutes: int, at: datetime) -> None:
        given = [
            CheckIn(each, each, at.date(), "Helper", at, minutes_low=minutes, minutes_high=minutes)
            for each in people
        ]
        play.record.feedback.add_check_ins(given, now)

    told(who[:8], 60, now - timedelta(weeks=1))
    before = values_of(play.container)["One"].reported
    assert before == Range(60, 60)
    told(who[8:30], 600, now)
    assert values_of(play.container)["One"].reported == before
