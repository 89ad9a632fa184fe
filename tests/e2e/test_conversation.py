from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse

from adoption.models import Interaction, Outcome, Reason, Surface, Vote
from adoption.record import Opinion, Record
from tests.conftest import environment
from tests.e2e.slack import BOT, TEAM, SmallSlack, small_slack

BUDGET = "How much of the budget should go to change management?"
WEATHER = "What is the weather in Oslo?"
ASKER = f"{TEAM}:U1ASKER"
KILLABLE = Path(__file__).parent / "killable.py"
ALWAYS = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


class Running:
    """The real app as a process, connected to a small Slack."""

    def __init__(
        self, slack: SmallSlack, data_dir: Path, arguments: Sequence[str] = (), **settings: str
    ) -> None:
        self.slack, self.data_dir = slack, data_dir
        defaults = {
            "UPTAKE_DATA_DIR": str(data_dir),
            "UPTAKE_SLACK_API_URL": slack.api,
            "SLACK_BOT_TOKEN": "xoxb-test",
            "SLACK_APP_TOKEN": "xapp-test",
            "KILL_MARK": str(data_dir / "killed"),
        }
        self.process = subprocess.Popen(
            [sys.executable, str(KILLABLE), "run", *arguments],
            env=environment(**(defaults | settings)),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.record = Record.open(f"sqlite:///{data_dir / 'record.sqlite'}")

    def stop(self) -> None:
        self.process.terminate()
        out, _ = self.process.communicate(timeout=60)
        print(out)
        self.record.close()

    def interaction(self, event: dict[str, Any]) -> Interaction:
        """The record's row for a question, as soon as it is there."""
        id = f"{event['channel']}:{event['ts']}"
        return eventually(lambda: self.record.interaction(id))

    def interactions(self) -> list[Interaction]:
        return self.record.interactions(*ALWAYS)

    def opinion(self, event: dict[str, Any], is_so: Callable[[Opinion], bool]) -> Opinion:
        """What the asker makes of an answer, as soon as `is_so`."""
        id = f"{event['channel']}:{event['ts']}"

        def wanted() -> Opinion | None:
            opinion = self.record.opinion(id, ASKER)
            return opinion if opinion is not None and is_so(opinion) else None

        return eventually(wanted)


def eventually(get: Callable[[], Any], seconds: float = 60) -> Any:
    """What `get` gives as soon as it gives something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if got := get():
            return got
        time.sleep(0.02)
    raise AssertionError("waited in vain")


@pytest.fixture(scope="module")
def running(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    data_dir = Path(shutil.copytree(home, tmp_path_factory.mktemp("bot") / "data"))
    with small_slack() as slack:
        running = Running(slack, data_dir)
        yield running
        running.stop()


def answer_to(running: Running, event: dict[str, Any]) -> dict[str, Any]:
    return running.slack.wait(lambda: running.slack.replies(event))[0]


def block(message: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(block for block in message["blocks"] if block["type"] == kind)


def thumb(message: dict[str, Any], which: str) -> str:
    element = block(message, "context_actions")["elements"][0]
    return element[f"{which}_button"]["value"]


def test_a_mention_is_answered_in_its_thread_with_a_source(running: Running):
    event = running.slack.mention(BUDGET)
    message = answer_to(running, event)
    assert message["channel"] == event["channel"]
    assert "15–20 %" in block(message, "markdown")["text"]
    assert "Budget and sponsor" in block(message, "context")["elements"][0]["text"]
    assert "15–20 %" in message["text"]
    assert message["unfurl_links"] in (False, "False", "0")
    row = running.interaction(event)
    assert (row.outcome, row.surface) == (Outcome.ANSWERED, Surface.CHANNEL)
    assert [citation.title for citation in row.citations] == ["Budget and sponsor"]


def test_a_direct_message_is_answered(running: Running):
    event = running.slack.direct(BUDGET)
    assert "15–20 %" in answer_to(running, event)["text"]
    assert running.interaction(event).surface is Surface.DIRECT


def test_what_no_guide_answers_is_not_answered(running: Running):
    event = running.slack.mention(WEATHER)
    message = answer_to(running, event)
    assert "I don't know" in message["text"]
    assert "person can help" in block(message, "context")["elements"][0]["text"] or any(
        "person can help" in str(each) for each in message["blocks"]
    )
    assert running.interaction(event).outcome is Outcome.ABSTAINED


def test_a_mention_that_arrives_as_two_events_is_answered_once(running: Running):
    event = running.slack.mention(BUDGET)
    running.slack.event(event | {"type": "message", "channel_type": "channel"})
    running.slack.event(event)
    after = running.slack.mention(WEATHER)
    running.interaction(after)
    assert len(running.slack.replies(event)) == 1


def test_bots_edits_strangers_and_talk_in_channels_are_left_alone(running: Running):
    slack = running.slack
    left_alone = [
        slack.direct("a bot", bot_id="B1"),
        slack.direct("an edit", subtype="message_changed"),
        slack.direct("ourselves", user=BOT),
        slack.direct("a stranger", user_team="T9OTHER"),
        slack.direct("channel talk", channel="C1GENERAL", channel_type="channel"),
    ]
    after = slack.direct(BUDGET)
    running.interaction(after)
    assert [event["text"] for event in left_alone if slack.replies(event)] == []


def test_a_thumb_counts_and_the_last_one_replaces_the_first(running: Running):
    event = running.slack.mention(BUDGET)
    message = answer_to(running, event)
    running.slack.press(thumb(message, "positive"))
    running.opinion(event, lambda opinion: opinion.vote is Vote.POSITIVE)
    running.slack.press(thumb(message, "negative"))
    running.opinion(event, lambda opinion: opinion.vote is Vote.NEGATIVE)


def test_a_thumb_down_asks_why_and_keeps_the_reason(running: Running):
    event = running.slack.mention(BUDGET)
    message = answer_to(running, event)
    payload = running.slack.press(thumb(message, "negative"))
    view = running.slack.wait(lambda: dialog(running.slack, payload["trigger_id"]))
    values = {"reason": {"reason": {"selected_option": {"value": "outdated"}}}}
    comment = {"comment": {"comment": {"value": "The budget is from <!channel> 2019."}}}
    envelope = running.slack.submit(view, values | comment)
    assert running.slack.wait_acknowledged(envelope) == {}
    opinion = running.opinion(event, lambda opinion: opinion.reason is not None)
    assert opinion.reason is Reason.OUTDATED
    assert opinion.comment == "The budget is from <!channel> 2019."


def test_another_reason_needs_words(running: Running):
    event = running.slack.mention(BUDGET)
    message = answer_to(running, event)
    payload = running.slack.press(thumb(message, "negative"))
    view = running.slack.wait(lambda: dialog(running.slack, payload["trigger_id"]))
    values = {"reason": {"reason": {"selected_option": {"value": "other"}}}}
    envelope = running.slack.submit(view, values | {"comment": {"comment": {"value": " "}}})
    reply = running.slack.wait_acknowledged(envelope)
    assert reply["response_action"] == "errors"
    assert list(reply["errors"]) == ["comment"]


def test_a_dialog_that_cannot_open_does_not_lose_the_thumb(running: Running):
    event = running.slack.mention(BUDGET)
    message = answer_to(running, event)

    def refuse(method: str, arguments: dict[str, Any]) -> JSONResponse | None:
        expired = {"ok": False, "error": "expired_trigger_id"}
        return JSONResponse(expired) if method == "views.open" else None

    running.slack.answer_with = refuse
    try:
        running.slack.press(thumb(message, "negative"))
        running.opinion(event, lambda opinion: opinion.vote is Vote.NEGATIVE)
    finally:
        running.slack.answer_with = lambda method, arguments: None


def test_an_answer_that_slack_refuses_for_good_is_recorded_as_failed(running: Running):
    def refuse(method: str, arguments: dict[str, Any]) -> JSONResponse | None:
        gone = method == "chat.postMessage" and arguments["channel"] == "C9GONE"
        return JSONResponse({"ok": False, "error": "is_archived"}) if gone else None

    running.slack.answer_with = refuse
    try:
        event = running.slack.mention(BUDGET, channel="C9GONE")
        assert running.interaction(event).outcome is Outcome.FAILED
    finally:
        running.slack.answer_with = lambda method, arguments: None


def test_an_answer_whose_receipt_was_lost_is_not_posted_twice(running: Running):
    lost = []

    def lose_one(method: str, arguments: dict[str, Any]) -> JSONResponse | None:
        if method == "chat.postMessage" and not lost:
            lost.append(running.slack._do(method, arguments))
            return JSONResponse({"ok": False}, status_code=500)
        return None

    running.slack.answer_with = lose_one
    try:
        event = running.slack.mention(BUDGET, channel="C2LOST")
        running.interaction(event)
        assert len(running.slack.replies(event)) == 1
        assert lost
    finally:
        running.slack.answer_with = lambda method, arguments: None


def dialog(slack: SmallSlack, trigger: str) -> dict[str, Any] | None:
    opened = [c["view"] for c in slack.called("views.open") if c["trigger_id"] == trigger]
    return opened[0] if opened else None


STEPS = ("mark", "find", "answer", "post", "record")
POINTS = [f"{when}:{step}" for step in STEPS for when in ("within", "after")]


@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_it_answers_once_and_records_once(point: str, data_dir: Path):
    with small_slack() as slack:
        first = Running(slack, data_dir, KILL_AT=point)
        event = slack.mention(BUDGET)
        assert first.process.wait(timeout=90) == -9
        first.record.close()
        second = Running(slack, data_dir, KILL_AT=point)
        try:
            running_after = second.interaction(event)
            assert running_after.outcome is Outcome.ANSWERED
            later = slack.mention(WEATHER)
            second.interaction(later)
            assert len(slack.replies(event)) == 1
            assert len(second.interactions()) == 2
        finally:
            second.stop()
