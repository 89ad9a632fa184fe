from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.slack.receiving import socket_mode
from bot.slack.receiving.socket_mode import _LANES, OrderedClient
from slack_emulator import LocalWorkspace, ManualClock
from tests.support.app import MANIFEST
from tests.support.slack_apps import look_often


@pytest.fixture
def client() -> Iterator[OrderedClient]:
    """A client that has received nothing, and is connected to nothing."""
    made = OrderedClient(app_token="xapp-1")
    yield made
    made.message_queue.put("")
    made.close()


def said(channel: str, ts: int) -> str:
    """A message in a channel as it comes over the socket."""
    event = {"type": "message", "channel": channel, "ts": f"{ts}.000000"}
    return envelope("events_api", {"event": event}, f"{channel}/{ts}")


def envelope(kind: str, payload: dict[str, object], id: str) -> str:
    return json.dumps({"type": kind, "envelope_id": id, "payload": payload})


def test_the_messages_of_a_channel_are_taken_in_as_they_were_sent(client: OrderedClient):
    taken: list[str] = []
    first, all_taken = threading.Event(), threading.Event()

    def take(_: BaseSocketModeClient, request: SocketModeRequest) -> None:
        if request.envelope_id == "C1/0":
            # Whoever came later could pass while this one takes its time.
            assert first.wait(20)
        taken.append(request.envelope_id)
        if len(taken) == 12:
            all_taken.set()

    client.socket_mode_request_listeners.append(take)
    for number in range(10):
        client.enqueue_message(said("C1", number))
    client.enqueue_message(envelope("interactive", {"type": "block_actions"}, "a press"))
    client.enqueue_message(envelope("slash_commands", {"channel": "C1"}, "a command"))
    first.set()
    assert all_taken.wait(20)
    assert [each for each in taken if each.startswith("C1/")] == [f"C1/{n}" for n in range(10)]


def test_a_channel_that_takes_its_time_holds_up_no_press_and_few_channels(client: OrderedClient):
    go_on, others = threading.Event(), threading.Semaphore(0)

    def take(_: BaseSocketModeClient, request: SocketModeRequest) -> None:
        if request.envelope_id == "C1/0":
            assert go_on.wait(20)
        else:
            others.release()

    client.socket_mode_request_listeners.append(take)
    client.enqueue_message(said("C1", 0))
    client.enqueue_message(envelope("interactive", {"type": "block_actions"}, "a press"))
    assert others.acquire(timeout=20)
    for number in range(2, 4 * _LANES):
        client.enqueue_message(said(f"C{number}", 0))
    # Of some thirty channels, at least twenty are in another lane.
    for _ in range(20):
        assert others.acquire(timeout=20)
    go_on.set()


def test_while_slack_is_away_the_log_says_so_once_and_once_when_it_is_back(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    is_back = threading.Event()
    say = socket_mode.log.warning

    def warned(message: str, *values: str) -> None:
        say(message, *values)
        if "again" in message:
            is_back.set()

    monkeypatch.setattr(socket_mode.log, "warning", warned)
    with LocalWorkspace(MANIFEST, strict_rates=False) as slack:
        web = WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        client = OrderedClient(app_token=slack.app_token, web_client=web)
        look_often(client)
        client.connect()
        slack.wait_until_connected()
        caplog.clear()
        slack.faults.plan("apps.connections.open", "500", times=3)
        slack.drop_sockets()
        assert is_back.wait(60)
        client.close()
    lines = [each for each in caplog.records if each.levelno >= logging.WARNING]
    assert [each.getMessage().partition(" (")[0] for each in lines] == [
        "Slack can't be reached",
        "Slack can be reached again.",
    ]


@contextmanager
def connected(slack: LocalWorkspace, piece: int | None = None) -> Iterator[Queue[Any]]:
    """The payloads that a client receives and acknowledges.

    Its first socket is read in pieces of so many bytes, if it is said, and later ones as usual.
    """
    web = WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    client = OrderedClient(app_token=slack.app_token, web_client=web)
    usual = client.receive_buffer_size
    client.receive_buffer_size = piece or usual
    heard: Queue[Any] = Queue()

    def hear(_: BaseSocketModeClient, request: SocketModeRequest) -> None:
        client.send_socket_mode_response(SocketModeResponse(request.envelope_id))
        heard.put(request.payload)

    client.socket_mode_request_listeners.append(hear)
    client.connect()
    client.receive_buffer_size = usual
    slack.wait_until_connected()
    yield heard
    client.close()


def test_a_dialog_with_megabytes_of_words_is_taken_in():
    payload = {"type": "view_submission", "view": {"words": "words " * 500_000}}
    with LocalWorkspace(MANIFEST) as slack, connected(slack) as heard:
        slack.deliver("interactive", payload)
        assert heard.get(timeout=20) == payload


def test_after_what_cannot_be_read_it_connects_anew_and_logs_no_word_of_it(
    caplog: pytest.LogCaptureFixture,
):
    # Where time stands still, nothing is sent again but over another socket.
    workspace = LocalWorkspace(MANIFEST, clock=ManualClock())
    with workspace as slack, connected(slack, piece=16) as heard:
        slack.user().says("secret " * 5000)
        slack.user().says("next")
        texts = {heard.get(timeout=20)["event"]["text"][:6] for _ in range(2)}
        assert texts == {"secret", "next"}
    assert "RecursionError" in caplog.text
    assert "secret" not in caplog.text
