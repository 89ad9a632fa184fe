"""A message with something to try: previewed, approved, sent once, answered with one press."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from adoption.nudges.nudges import Campaign, Rules
from adoption.people.roster import RosterRow
from adoption.training.catalogue import Course, Plan
from adoption.training.models import Tier
from adoption.usage.facts import Covered, Usage
from adoption.usage.models import Event
from bot.features.nudges.blocks import CHOOSE_DIALOG, PREVIEW_DIALOG
from bot.features.nudges.jobs import NudgeDue, send_nudge
from slack_emulator import Person
from tests.support.app import RunningApp, running_app, written

TOOL = "Mars"
ALWAYS = "Mon-Sun 0:00-23:59"
TIP = "Something to try with Mars"


@pytest.fixture
def data_dir(home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(home, tmp_path / "app" / "data"))


@pytest.fixture
def app(data_dir: Path) -> Iterator[RunningApp]:
    more = {"working_hours": ALWAYS, "nudge_holdout": 0.0}
    with running_app(data_dir, admins=("admin", "second"), **more) as made:
        yield made


def today(app: RunningApp) -> date:
    return datetime.fromtimestamp(app.clock(), UTC).date()


def row(app: RunningApp, who: str, **more: object) -> RosterRow:
    values: dict[str, object] = {
        "team": "Sales",
        "account": app.account(who) if len(who) > 2 else f"{app.slack.team_id}:U{who}",
        "eligible_since": today(app) - timedelta(weeks=6),
        "tools": (TOOL,),
    }
    return RosterRow(f"{who}@example.com", **(values | more))


def has_tool(app: RunningApp, *people: str) -> None:
    """These people have the tool, and exports cover every day since then."""
    now = app.container.now()
    app.record.roster.store([row(app, who) for who in people], now)
    days = [today(app) - timedelta(days=back) for back in range(1, 50)]
    app.record.usage.store([], now, [Covered(TOOL, "export", day) for day in days])


EVERYBODY = ("user", "champion", "second", "01", "02", "03")


def closed() -> str:
    """An hour that is far away, in Slack's zone for everybody and in UTC."""
    hour = (datetime.now(UTC).hour + 4) % 23
    return f"Mon-Sun {hour}:00-{hour + 1}:00"


def approves(app: RunningApp, admin: Person) -> None:
    admin.runs("/uptake nudges")
    assert admin.modal is not None
    assert admin.modal["callback_id"] == CHOOSE_DIALOG
    admin.submits({"tool": {"tool": TOOL}})
    assert admin.modal["callback_id"] == PREVIEW_DIALOG
    admin.submits({})


def tips(app: RunningApp, who: str) -> list[str]:
    return [text for m in app.direct(app.slack.user(who)) if TIP in (text := written(m))]


def test_a_message_is_previewed_approved_and_sent_once(app: RunningApp):
    has_tool(app, *EVERYBODY)
    app.record.roles.add_champion(app.account("champion"), "Sales", app.container.now())
    course = Course("c", "First <!channel> steps", Tier.HANDS_ON)
    starts = app.container.now() + timedelta(days=3)
    catalogue = app.record.training.catalogue
    catalogue.put_courses([course])
    catalogue.plan(Plan("s", "c", starts, 60, "UTC", 10), app.container.now())
    priya, maya = app.slack.user("admin"), app.slack.user("user")
    priya.runs("/uptake nudges")
    priya.submits({"tool": {"tool": TOOL}})
    shown = written(priya.modal or {})
    assert "About 5 people" in shown or "About 10 people" in shown
    assert "U01" not in shown
    assert maya.id not in shown
    assert TIP in shown
    priya.submits({})
    assert "go out in each person's working hours" in written(priya.modal or {})
    message = written(app.told(maya, TIP))
    app.quiet()
    assert "When and how to override" in message
    assert f"<@{app.slack.user('champion').id}> is the champion" in message
    assert "First &lt;!channel&gt; steps" in message.replace("\u2060", "")
    assert "not used" not in message
    assert [len(tips(app, who)) for who in ("user", "champion", "second")] == [1, 1, 1]
    # Those whom Slack does not know get none.
    states = dict(app.rows("select state, count(*) from nudges group by 1"))
    assert states == {"sent": 3, "skipped": 3}
    assert "approved a message about" in written(app.direct(priya)[-1])


def test_of_two_admins_one_starts_it_and_the_other_reads_so(app: RunningApp):
    has_tool(app, *EVERYBODY)
    admins = app.slack.user("admin"), app.slack.user("second")
    for each in admins:
        each.runs("/uptake nudges")
        each.submits({"tool": {"tool": TOOL}})
    for each in admins:
        each.submits({})
    app.told(app.slack.user("user"), TIP)
    app.quiet()
    assert len(app.rows("select id from nudge_campaigns")) == 1
    replies = [written(m) for each in admins for m in app.direct(each)]
    assert sum("Two weeks later you can send the next one" in text for text in replies) == 1
    assert len(tips(app, "user")) == 1


def test_who_presses_gets_what_the_button_says(app: RunningApp):
    has_tool(app, *EVERYBODY)
    approves(app, app.slack.user("admin"))
    maya, jonas = app.slack.user("user"), app.slack.user("champion")
    maya.presses("nudge_will_try", app.told(maya, TIP))
    assert TIP in written(app.told(maya, "Enjoy it!"))
    jonas.presses("nudge_no_more", app.told(jonas, TIP))
    ended = app.told(jonas, "any more of these")
    assert app.record.nudges.is_opted_out(app.account("champion"))
    jonas.presses("nudge_again", ended)
    app.told(jonas, "now and then")
    app.quiet()
    assert not app.record.nudges.is_opted_out(app.account("champion"))
    reactions = app.rows("select reaction from nudges where reaction is not null order by 1")
    assert reactions == [("no more",), ("will try",)]


def test_outside_working_hours_the_message_waits(data_dir: Path):
    with running_app(data_dir, admins=("admin",), working_hours=closed(), nudge_holdout=0.0) as app:
        has_tool(app, *EVERYBODY)
        approves(app, app.slack.user("admin"))
        app.eventually(lambda: app.rows("select id from nudge_campaigns"))
        app.quiet()
        waiting = app.container.jobs.stored(send_nudge, only_open=True)
        assert len(waiting) == len(EVERYBODY)
        assert all(each.is_delayed for each in waiting)
        assert tips(app, "user") == []
        # One that comes up at the wrong time waits for the next working hours.
        [(campaign,)] = app.rows("select id from nudge_campaigns")
        due = NudgeDue(campaign, TOOL, app.account("user"), "UTC")
        app.container.jobs.enqueue_and_wait(send_nudge, due, key="early")
        assert tips(app, "user") == []
        assert app.rows("select count(*) from nudges where state = 'planned'") == [(6,)]


def test_who_left_or_began_meanwhile_gets_nothing(app: RunningApp):
    has_tool(app, *EVERYBODY)
    now = app.container.now()
    rules = Rules(grace_days=28, holdout=0.0, minimum=5)
    made = Campaign("c", TOOL, 0.0, app.account("admin"), now)
    assert app.record.nudges.approve(made, today(app), rules, lambda account: now)
    app.record.roster.store([row(app, "user", left_on=today(app))], now)
    app.record.roster.store([row(app, "second", tools=("Venus",))], now)
    who = "champion@example.com"
    app.record.usage.store([Usage("export", TOOL, today(app), Event.SHOWN, 1, who)], now)
    for each in ("user", "champion", "second"):
        due = NudgeDue("c", TOOL, app.account(each), "UTC")
        app.container.jobs.enqueue_and_wait(send_nudge, due, key=each)
        assert tips(app, each) == []
    reasons = app.rows("select skipped_for from nudges where state = 'skipped' order by 1")
    assert [each for (each,) in reasons] == ["has the tool no more"] * 2 + ["used the tool"]


def test_only_admins_plan_and_too_few_show_no_figure(app: RunningApp):
    maya = app.slack.user("user")
    maya.runs("/uptake nudges")
    assert maya.modal is None
    assert "Only an admin" in written(maya.whispers("general")[0])
    priya = app.slack.user("admin")
    priya.runs("/uptake nudges")
    assert "import the roster" in written(priya.modal or {})
    priya.closes()
    has_tool(app, "user", "champion")
    priya.runs("/uptake nudges")
    priya.submits({"tool": {"tool": TOOL}})
    shown = written(priya.modal or {})
    assert "too few people" in shown
    said = " ".join(block["text"]["text"] for block in (priya.modal or {})["blocks"])
    assert not any(character.isdigit() for character in said)


def test_home_shows_admins_how_it_goes_and_lets_them_stop(data_dir: Path):
    with running_app(data_dir, admins=("admin",), working_hours=closed()) as app:
        has_tool(app, *EVERYBODY)
        priya, maya = app.slack.user("admin"), app.slack.user("user")
        priya.opens_app()
        assert "Plan a message" in written(app.home(priya, "No message has been sent yet"))
        maya.opens_app()
        assert "Nudges" not in written(app.home(maya))
        approves(app, priya)
        home = app.home(priya, "Being sent")
        priya.presses("nudges_stop", home)
        app.home(priya, "Stopped")
        app.quiet()
        assert app.rows("select count(*) from nudges where state = 'planned'") == [(0,)]


def test_the_own_data_dialog_stops_and_allows_messages(app: RunningApp):
    maya = app.slack.user("user")
    maya.runs("/uptake privacy")
    assert "something to try with your tools" in written(maya.modal or {})
    maya.presses("reminders_stop", maya.modal)
    app.eventually(lambda: "no reminders about your tools" in written(maya.modal or {}))
    assert app.record.nudges.is_opted_out(app.account("user"))
    # It outlives an erasure, and can still be taken back.
    maya.presses("data_erase", maya.modal)
    app.eventually(lambda: "traced back to you" in written(maya.modal or {}))
    assert app.record.nudges.is_opted_out(app.account("user"))
    maya.presses("reminders_allow", maya.modal)
    app.eventually(lambda: not app.record.nudges.is_opted_out(app.account("user")))


def test_switched_off_nobody_reads_of_it(data_dir: Path):
    with running_app(data_dir, admins=("admin",), features_off="nudges") as app:
        priya = app.slack.user("admin")
        priya.runs("/uptake nudges")
        assert priya.modal is None
        priya.runs("/uptake privacy")
        assert "reminders" not in written(priya.modal or {})
        priya.opens_app()
        assert "Nudges" not in written(app.home(priya))
