from __future__ import annotations

import hashlib
import hmac
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from tests.e2e.slack import small_slack
from tests.e2e.test_conversation import BUDGET, Running, answer_to

SECRET = "a signing secret"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class OverHttp:
    """The app behind an HTTP port, and Slack's way of calling it."""

    def __init__(self, port: int, running: Running) -> None:
        self.url, self.running = f"http://127.0.0.1:{port}/slack/events", running

    def post(self, body: dict[str, Any], age: float = 0, secret: str = SECRET) -> tuple[int, str]:
        return self.post_raw(json.dumps(body).encode(), age, secret)

    def post_raw(self, raw: bytes, age: float = 0, secret: str = SECRET) -> tuple[int, str]:
        """Sends a body, signed as Slack signs; gives status and answer."""
        stamp = str(int(time.time() - age))
        signed = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + raw, hashlib.sha256)
        headers = {
            "Content-Type": "application/json",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={signed.hexdigest()}",
        }
        try:
            with urlopen(Request(self.url, raw, headers), timeout=30) as response:
                return response.status, response.read().decode()
        except HTTPError as error:
            return error.code, ""

    def wait_until_up(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                self.post({"type": "url_verification", "challenge": "c"})
            except (URLError, OSError):
                time.sleep(0.1)
            else:
                return
        raise AssertionError("the port stayed closed")


@pytest.fixture
def over_http(data_dir: Path) -> Iterator[OverHttp]:
    port = free_port()
    with small_slack() as slack:
        running = Running(
            slack, data_dir, arguments=["--http", str(port)], SLACK_SIGNING_SECRET=SECRET
        )
        app = OverHttp(port, running)
        app.wait_until_up()
        yield app
        running.stop()


def test_slack_calls_over_http_and_only_slack(over_http: OverHttp):
    slack = over_http.running.slack
    event = {"type": "app_mention", "user": "U1ASKER", "channel": "C1", "ts": slack.ts()}
    body = slack.wrapped(event | {"text": BUDGET})
    assert over_http.post(body, secret="a forger's")[0] == 401
    assert over_http.post(body, age=600)[0] == 401
    assert "abc" in over_http.post({"type": "url_verification", "challenge": "abc"})[1]
    assert slack.replies(event) == []
    assert over_http.post(body)[0] == 200
    assert over_http.post(body)[0] == 200
    assert "15–20 %" in answer_to(over_http.running, event)["text"]
    over_http.running.interaction(event)
    assert len(slack.replies(event)) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"a" * 100_000])
def test_nonsense_is_refused_and_nothing_falls_over(over_http: OverHttp, body: bytes):
    with pytest.raises(HTTPError) as caught:
        urlopen(Request(over_http.url, body), timeout=30)
    assert caught.value.code in (400, 401)
    assert over_http.post_raw(body)[0] in (200, 400, 404)
    assert over_http.post({"type": "url_verification", "challenge": "c"})[0] == 200
