"""A worker dies while the programme is under way: no message twice, none lost."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adoption.people.roster import RosterRow
from adoption.readiness.items import Item
from adoption.record import Record
from adoption.rollout.wave import WavePlan
from adoption.training.catalogue import Course, Plan
from adoption.training.models import Tier
from slack_emulator import LocalWorkspace, NotDelivered
from tests.bot.features.test_process import killed_at
from tests.support.app import written

ASKED = ("user", "champion", "admin", "second")
SEAT, FOLLOW_UP, PULSE, ITEM = (
    "You have a seat in *Prompting*",
    "weeks with your AI tools",
    "one minute",
    "asks you to take care of this",
)


def zone_at_noon() -> str:
    """A zone in which it is about noon: the round that is planned for today opens at once."""
    offset = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-offset:+d}" if offset else "Etc/GMT"


def plant(slack: LocalWorkspace, data: Path, zone: str) -> None:
    """Everybody got the tools two weeks ago; a training and a wave are planned."""
    now = datetime.now(UTC)
    since = now.astimezone(ZoneInfo(zone)).date() - timedelta(weeks=2)
    users = [*(slack.user(who).id for who in ASKED), "U01", "U02"]
    rows = [RosterRow(u, account=f"{slack.team_id}:{u}", eligible_since=since) for u in users]
    record = Record.open(f"sqlite:///{data / 'record.sqlite'}")
    # Nobody whom Slack has: the company is not small, and enough people are invited.
    rows += [RosterRow(f"c{n}", account=None if n > 9 else f"T9:U{n}") for n in range(60)]
    record.roster.store(rows, now)
    catalogue = record.training.catalogue
    catalogue.put_courses([Course("c", "Prompting", Tier.HANDS_ON)])
    catalogue.plan(Plan("s1", "c", now + timedelta(days=9), 60, "UTC", 9), now)
    go_live = now.date() + timedelta(weeks=9)
    record.waves.create("1", "One", WavePlan(go_live, go_live + timedelta(weeks=12)))
    record.close()


def told(slack: LocalWorkspace, who: str, words: str) -> int:
    return sum(words in written(m) for m in slack.user(who).sees("app") if m.via_app)


def begins_a_round(slack: LocalWorkspace, zone: str) -> None:
    priya, today = slack.user("admin"), datetime.now(ZoneInfo(zone)).date()
    priya.runs("/uptake pulse")
    filled = {"first": today.isoformat(), "days": "7", "every": "4"}
    priya.submits({name: {name: value} for name, value in filled.items()})


def signs_up(slack: LocalWorkspace) -> None:
    maya = slack.user()
    maya.runs("/uptake training")
    assert maya.modal is not None
    # The dialog waits for what came of it, and the worker may be dead by then.
    with suppress(NotDelivered):
        maya.presses("training_sign_up", maya.modal, block_id="session:s1")


def gives_an_item(slack: LocalWorkspace) -> None:
    priya, jonas = slack.user("admin"), slack.user("champion")
    priya.runs("/uptake readiness")
    with suppress(NotDelivered):
        priya.presses("readiness_edit", priya.modal, block_id=f"item:{Item.SPONSOR}")
        priya.submits({"owner": {"owner": jonas.id}})


@pytest.mark.parametrize(
    "point",
    [
        "within:post notice",
        pytest.param("within:send", marks=pytest.mark.soak),
        pytest.param("before:set_told", marks=pytest.mark.soak),
        pytest.param("within:post assigned", marks=pytest.mark.soak),
    ],
)
def test_everybody_is_told_once_though_the_worker_is_killed(
    slack: LocalWorkspace, places: tuple[Path, Path], point: str
):
    zone = zone_at_noon()
    plant(slack, places[0], zone)
    settings = {"UPTAKE_WORKING_HOURS": "Mon-Sun 0:00-23:59", "UPTAKE_TIMEZONE": zone}
    expected = {(who, words): 1 for who in ASKED for words in (FOLLOW_UP, PULSE)}
    expected[("user", SEAT)] = 1
    if point == "within:post assigned":
        expected[("champion", ITEM)] = 1
    with killed_at(point, slack, places[0], **settings) as bot:
        # What the worker dies of comes last.
        if point == "within:send":
            signs_up(slack)
            begins_a_round(slack, zone)
        elif point == "within:post assigned":
            begins_a_round(slack, zone)
            signs_up(slack)
            gives_an_item(slack)
        else:
            begins_a_round(slack, zone)
            signs_up(slack)
        bot.dies()
        slack.wait_for(lambda: all(told(slack, *each) for each in expected), 90, "every message")
        slack.wait_until_quiet()
    assert {each: told(slack, *each) for each in expected} == expected
