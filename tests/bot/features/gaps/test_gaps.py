from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adoption.questions.models import Outcome
from bot.features.gaps.blocks import BRING_BACK, DISMISS
from slack_emulator import LocalWorkspace, Message
from tests.adoption.factories import asked
from tests.bot.features.digest.test_digest import MONDAY
from tests.support.app import RunningApp, running_app, written

QUESTION = "Where is the gym of the harbour office?"


@pytest.fixture
def play(slack: LocalWorkspace, places: tuple[Path, Path]) -> Iterator[RunningApp]:
    with running_app(places[0], slack, admin_channel="ai-programme") as running:
        running.quiet()
        last_week = running.container.now() - timedelta(days=7)
        for number, at in enumerate([last_week, MONDAY - timedelta(days=5)]):
            running.container.record.questions.add(
                asked(
                    f"gap{number}",
                    account=f"T9:U{number}",
                    asked_at=at,
                    question=QUESTION,
                    outcome=Outcome.ABSTAINED,
                )
            )
        yield running


def buttons(blocks: list[dict[str, Any]]) -> list[str]:
    """The actions offered for the question."""
    found = [b for b in blocks if QUESTION in str(b)]
    return [action for action in ("faq_write", DISMISS, BRING_BACK) if action in str(found)]


def test_an_admin_dismisses_a_gap_in_home_and_brings_it_back(play: RunningApp):
    priya = play.slack.user("admin")
    priya.opens_app()
    home = play.home(priya, QUESTION)
    assert buttons(home["blocks"]) == ["faq_write", DISMISS]
    priya.presses(DISMISS, home)
    home = play.home(priya, f"Dismissed by <@{priya.id}>")
    assert buttons(home["blocks"]) == [BRING_BACK]
    [stored] = play.record.dismissed_questions.all()
    assert (stored.question, stored.by) == (QUESTION, play.account(priya))
    priya.presses(BRING_BACK, home)
    play.eventually(lambda: not play.record.dismissed_questions.all())
    play.quiet()
    assert priya.home is not None
    assert buttons(priya.home["blocks"]) == ["faq_write", DISMISS]


def test_a_gap_is_dismissed_in_the_digest_where_all_see_it(play: RunningApp):
    priya = play.slack.user("admin")
    play.container.jobs.catch_up(MONDAY)
    message = posted_with(play)
    priya.presses(DISMISS, message)
    play.slack.wait_for(
        lambda: f"Dismissed by <@{priya.id}>" in written(play.slack.message(message)), 30
    )
    changed = play.slack.message(message)
    assert changed is not None
    assert buttons(changed.body["blocks"]) == [BRING_BACK]
    priya.presses(BRING_BACK, changed)
    play.slack.wait_for(lambda: "Dismissed by" not in written(play.slack.message(message)), 30)
    assert play.record.dismissed_questions.all() == []


def posted_with(play: RunningApp) -> Message:
    def found() -> list[Message]:
        return [m for m in play.slack.messages("ai-programme") if QUESTION in written(m)]

    return play.slack.wait_for(found, 60, "a digest")[0]


def test_only_an_admin_dismisses(play: RunningApp):
    jonas = play.slack.user("champion")
    play.container.jobs.catch_up(MONDAY)
    message = posted_with(play)
    jonas.presses(DISMISS, message)
    play.quiet()
    assert play.record.dismissed_questions.all() == []
    assert "Dismissed by" not in written(play.slack.message(message))
