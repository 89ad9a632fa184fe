"""What comes over Socket Mode and is no request of Slack's is one line in the log."""

from __future__ import annotations

import io
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_bolt import BoltRequest
from slack_sdk.socket_mode.request import SocketModeRequest
from sqlalchemy.exc import OperationalError

from bot.cli.console import in_one_line
from bot.local.plain_text import PlainFormatter
from bot.slack.receiving.envelopes import answered
from bot.slack.receiving.missed import Attendance
from bot.slack.receiving.socket_mode import socket_mode
from bot.texts import texts
from tests.support.app import BUDGET, RunningApp, running_app


@pytest.fixture(scope="module")
def it(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    data = Path(shutil.copytree(home, tmp_path_factory.mktemp("envelopes") / "data"))
    with running_app(data) as made:
        yield made


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """The log as `uptake run` writes it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(PlainFormatter("%(levelname)s %(name)s: %(message)s"))
    handler.addFilter(in_one_line)
    logging.root.addHandler(handler)
    yield written
    logging.root.removeHandler(handler)


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "event_callback", "event": "mention"},
        {"type": "event_callback", "authorizations": "none", "event": {}},
        {"type": "block_actions", "user": ["U1"], "team": 7},
        {"type": "view_submission", "view": [], "user": {"id": {}}},
        "words",
    ],
)
def test_what_bolt_cannot_read_is_one_line(it: RunningApp, lines: io.StringIO, payload):
    response = answered(it.app, SocketModeRequest("events_api", "1", payload))
    assert response.status in (400, 403, 404)
    assert "Traceback" not in lines.getvalue()
    assert lines.getvalue().count("\n") <= 1


def test_a_payload_that_is_nothing_is_one_line_and_the_next_one_is_answered(
    it: RunningApp, lines: io.StringIO
):
    it.asks()
    client = socket_mode(it.app, it.slack.app_token)
    try:
        client.run_message_listeners(
            {"type": "events_api", "envelope_id": "1", "payload": ["x"]}, "…"
        )
    finally:
        client.close()
    assert lines.getvalue().splitlines() == [
        "ERROR slack_sdk.socket_mode: What came from Slack cannot be read: TypeError"
    ]
    it.asks(question=f"{BUDGET} Please.")


def test_while_nothing_can_be_saved_people_are_told(it: RunningApp):
    attendance = Attendance(lambda: True, lambda: False, lambda since: 0, it.clock)
    attendance.step()
    it.app.attendance = attendance
    try:
        it.slack.user("second").runs("/uptake override")
        assert it.whisper("second", "general", texts("delivery")["not_saved"])
        event = {"type": "event_callback", "event": {"type": "app_mention"}}
        assert it.app.dispatch(BoltRequest(mode="socket_mode", body=event)).status == 500
    finally:
        it.app.attendance = None


def test_a_listener_that_cannot_store_says_so(
    it: RunningApp, monkeypatch: pytest.MonkeyPatch, lines: io.StringIO
):
    def away(*_: object, **__: object) -> None:
        raise OperationalError("insert", {}, Exception("database or disk is full"))

    monkeypatch.setattr(it.container.jobs.__class__, "enqueue", away)
    it.slack.user().runs("/uptake ask What is Copilot?")
    assert it.whisper("user", "general", texts("delivery")["not_saved"])
    assert lines.getvalue().splitlines() == [
        "ERROR bot.slack.listener_errors: What came from Slack cannot be stored: OperationalError"
    ]
