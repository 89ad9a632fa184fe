from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adoption.people.roster import RosterRow
from bot.features.handoff.jobs import Waiting, offer_again
from slack_emulator import Message
from tests.bot.features.handoff.test_handoff import offer_of
from tests.support.app import WEATHER, RunningApp, running_app, said

# A second or two, in which nothing else is waited for.
SOON = 0.02


@pytest.fixture
def data(home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(home, tmp_path / "data"))


@pytest.fixture
def calm(data: Path) -> Iterator[RunningApp]:
    """An app that offers nothing again while a test lasts."""
    with running_app(data, admins=("admin",)) as made:
        yield made


def handed_over(it: RunningApp) -> tuple[Message, str]:
    """A question that nobody has taken yet: its offer, and its id."""
    question, answer = it.asks(question=WEATHER)
    it.slack.user().presses("ask_person", answer)
    offer = offer_of(it, "Oslo")
    it.whisper("user", "general", "send you their reply here")
    return offer, f"{question.channel}:{question.ts}"


def test_what_nobody_takes_is_offered_again_and_then_comes_to_the_admins(data: Path):
    with running_app(data, admins=("admin",), help_patience_minutes=SOON) as it:
        slack = it.slack
        offer, question = handed_over(it)
        again = it.eventually(lambda: slack.replies(offer))
        assert "still open" in said(again[0])
        it.whisper("user", "general", "asked again")
        priya = slack.user("admin")
        last = it.eventually(
            lambda: [m for m in priya.sees() if "Nobody has taken" in said(m)], "the admin"
        )
        it.whisper("user", "general", "with the programme team")
        it.quiet()
        assert it.container.jobs.stored(offer_again, prefix=question, only_open=True) == []
        priya.presses("handoff_take", last[0])
        it.eventually(lambda: "is on it." in said(slack.message(offer)))
        assert len(slack.replies(offer)) == 1


def test_without_named_admins_what_nobody_takes_comes_to_their_channel(data: Path):
    with running_app(data, admin_channel="ai-programme", help_patience_minutes=SOON) as it:
        slack = it.slack
        offer, _ = handed_over(it)
        for told in ("asked again", "with the programme team"):
            it.whisper("user", "general", told)
        priya = slack.user("admin")
        last = [m for m in priya.sees("ai-programme") if "Nobody has taken" in said(m)]
        priya.presses("handoff_take", last[0])
        it.eventually(lambda: "is on it." in said(slack.message(offer)))


def test_a_question_waits_as_long_as_the_setting_says(calm: RunningApp):
    offer, question = handed_over(calm)
    waiting = calm.container.jobs.stored(offer_again, prefix=question, only_open=True)
    assert [job.payload for job in waiting] == [Waiting(question, 2)]
    assert not waiting[0].is_running
    calm.quiet()
    assert not calm.slack.replies(offer)


def test_what_somebody_has_taken_is_not_offered_again(calm: RunningApp):
    offer, question = handed_over(calm)
    calm.slack.user("champion").presses("handoff_take", offer)
    calm.eventually(lambda: "is on it." in said(calm.slack.message(offer)))
    calm.container.jobs.enqueue_and_wait(offer_again, Waiting(question, 2), key="due now")
    calm.quiet()
    assert not calm.slack.replies(offer)


def test_without_a_help_channel_the_teams_champion_is_asked(data: Path):
    with running_app(data, help_channel=None) as it:
        slack = it.slack
        question, answer = it.asks(question=WEATHER)
        slack.user().presses("ask_person", answer)
        it.whisper("user", "general", "nobody I can ask")
        assert it.rows("select count(*) from handoffs") == [(0,)]

        _on_one_team(it)
        slack.user("second").presses("ask_person", answer)
        jonas = slack.user("champion")
        offer = it.eventually(
            lambda: next((m for m in jonas.sees() if "handoff_take" in said(m)), None)
        )
        jonas.says("I know.", thread=offer)
        it.eventually(lambda: [m for m in slack.replies(question) if "I know." in said(m)])
        # It comes to the thread; whoever replied directly gets a receipt there.
        told = it.eventually(lambda: [m for m in slack.replies(offer) if m.via_app])
        it.quiet()
        assert len(told) == 1
        assert "has your reply" in said(told[0])


def _on_one_team(it: RunningApp) -> None:
    """Puts the second person and the champion on one team of the roster."""
    it.record.roster.store(
        [
            RosterRow(f"{who}@example.com", team="Ops", role=role, account=it.account(who))
            for who, role in (("second", "user"), ("champion", "Champion"))
        ],
        datetime.now(UTC),
    )
