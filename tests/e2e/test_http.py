from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from socket import create_connection
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from slack_emulator import signature_headers
from tests.e2e.fleet import ask, eventually, get, replies, workspace
from tests.e2e.test_conversation import BUDGET, Running, answer_to
from tests.servers import free_port


class OverHttp:
    """The app behind an HTTP port, and Slack's way of calling it."""

    def __init__(self, port: int, running: Running) -> None:
        self.url, self.port = f"http://127.0.0.1:{port}/slack/events", port
        self.running = running

    def post(self, body: dict[str, Any], age: float = 0, secret: str = "") -> tuple[int, str]:
        return self.post_raw(json.dumps(body).encode(), age, secret)

    def post_raw(self, raw: bytes, age: float = 0, secret: str = "") -> tuple[int, str]:
        """Sends a body, signed as Slack signs; gives status and answer."""
        secret = secret or self.running.slack.signing_secret
        headers = signature_headers(secret, int(time.time() - age), raw)
        headers["Content-Type"] = "application/json"
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


@pytest.fixture(scope="module")
def over_http(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OverHttp]:
    data_dir = Path(shutil.copytree(home, tmp_path_factory.mktemp("http") / "data"))
    port = free_port()
    with workspace(request_url=f"http://127.0.0.1:{port}/slack/events") as slack:
        running = Running(
            slack,
            data_dir,
            arguments=["--http", str(port)],
            SLACK_SIGNING_SECRET=slack.signing_secret,
        )
        app = OverHttp(port, running)
        app.wait_until_up()
        yield app
        # Over HTTP too it ends tidily.
        assert running.stop() == 0


def test_it_says_that_it_is_ready_and_shows_no_figures_to_the_world(over_http: OverHttp):
    eventually(lambda: get(over_http.port, "/readyz")[0] == 200)
    assert get(over_http.port, "/healthz")[0] == 200
    assert get(over_http.port, "/metrics")[0] == 404


def test_slack_calls_over_http_and_only_slack(over_http: OverHttp):
    running, slack = over_http.running, over_http.running.slack
    asked = ask(slack, BUDGET)
    assert "15–20 %" in answer_to(running, asked).body["text"]
    assert slack.redeliver(asked) == 2
    slack.wait_until_quiet(60)
    running.interaction(asked)
    assert len(replies(slack, asked)) == 1


def test_a_request_is_believed_by_its_signature_alone(over_http: OverHttp):
    running, slack = over_http.running, over_http.running.slack
    talk = slack.user().says("talk among people", "general")
    sent = next(each for each in slack.sent("message") if each["event"]["ts"] == talk.ts)
    event = sent["event"] | {"type": "app_mention", "text": f"<@{slack.bot_id}> {BUDGET}"}
    body = sent | {"event": event}
    assert over_http.post(body, secret="a forger's")[0] == 401
    assert over_http.post(body, age=600)[0] == 401
    assert "abc" in over_http.post({"type": "url_verification", "challenge": "abc"})[1]
    assert replies(slack, talk) == []
    assert over_http.post(body)[0] == 200
    assert over_http.post(body)[0] == 200
    assert "15–20 %" in answer_to(running, talk).body["text"]
    running.interaction(talk)
    assert len(replies(slack, talk)) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"a" * 100_000])
def test_nonsense_is_refused_and_nothing_falls_over(over_http: OverHttp, body: bytes):
    with pytest.raises(HTTPError) as caught:
        urlopen(Request(over_http.url, body), timeout=30)
    assert caught.value.code in (400, 401)
    assert over_http.post_raw(body)[0] in (200, 400, 404)
    assert over_http.post({"type": "url_verification", "challenge": "c"})[0] == 200


def test_a_huge_unsigned_body_is_refused_unread(over_http: OverHttp):
    # Announced and never sent: an answer can only come from the announcement.
    port = int(over_http.url.split(":")[2].split("/")[0])
    head = "POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 700000000\r\n\r\n"
    with create_connection(("127.0.0.1", port), 60) as one:
        one.sendall(head.encode())
        assert b" 413 " in one.recv(1000)
    assert over_http.post({"type": "url_verification", "challenge": "c"})[0] == 200
