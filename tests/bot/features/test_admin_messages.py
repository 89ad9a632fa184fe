"""What is for the admins reaches them, also where their channel takes no message any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from adoption.readiness.items import Item
from bot.features.readiness.jobs import ItemEdited, edit_item
from slack_emulator import LocalWorkspace, Message
from tests.bot.features.digest.test_digest import MONDAY, WEEK, a_week, digests
from tests.bot.features.rollout.test_rollout import daily, planned
from tests.support.app import RunningApp, running_app, written

CHANNEL = "ai-programme"


@pytest.fixture
def play(slack: LocalWorkspace, places: tuple[Path, Path]) -> Iterator[RunningApp]:
    with running_app(places[0], slack, admin_channel=CHANNEL, timezone="Europe/Berlin") as running:
        running.slack.user("admin").opens_app()
        running.quiet()
        yield running


def announced(play: RunningApp, name: str) -> None:
    """A wave whose go-live is today, which is said to the admins."""
    planned(play, name)
    daily(play, name)


def saying(messages: list[Message], words: str) -> list[Message]:
    return [each for each in messages if words in written(each)]


def test_a_channel_that_the_app_was_removed_from_is_replaced_by_direct_messages(
    play: RunningApp,
):
    priya = play.slack.user("admin")
    priya.removes("app", CHANNEL)
    for name in ("One", "Two"):
        announced(play, name)
        assert len(saying(play.direct(priya), f"*{name}*")) == 1
    # Said once, however much comes.
    assert len(saying(play.direct(priya), "I can't post in")) == 1
    assert not play.direct(play.slack.user("user"))
    priya.invites("app", CHANNEL)
    announced(play, "Three")
    assert not saying(play.direct(priya), "*Three*")
    assert saying(priya.sees(CHANNEL), "*Three*")


def test_the_digest_goes_to_each_admin_with_its_files_and_is_not_posted_late(play: RunningApp):
    priya = play.slack.user("admin")
    a_week(play)
    priya.removes("app", CHANNEL)
    for weeks in range(2):
        play.container.jobs.catch_up(MONDAY + timedelta(weeks=weeks))
        play.quiet()
    [digest] = saying(play.direct(priya), f"Week of {WEEK.in_words}")
    assert "posted late" not in written(digest)
    assert digests(play) == []
    named = [each["name"] for m in play.slack.replies(digest) for each in m.body.get("files", [])]
    assert f"uptake-{WEEK}.csv" in named


def test_who_chose_an_owner_hears_that_slack_does_not_let_them_be_asked(play: RunningApp):
    wave, priya = planned(play, "One", 6), play.slack.user("admin")
    tom = play.account("second")
    play.slack.faults.plan("chat.postMessage", "channel_not_found")
    edited = ItemEdited(play.account(priya), wave.id, Item.SPONSOR, tom, None)
    play.container.jobs.enqueue(edit_item, edited, key="edited")
    told = play.told(priya, "so they don't know that")
    assert "The sponsor has said why in public" in written(told)
    assert not play.direct(play.slack.user("second"))
