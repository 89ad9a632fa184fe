"""What is not acknowledged comes again; what was sent is not lost with its socket."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
from slack_bolt import App
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from slack_emulator import Faults, LocalWorkspace, ManualClock
from tests.slack_emulator.http_app import http_app
from tests.slack_emulator.manifests import manifest
from tests.support.slack_apps import PATIENCE, bolt_app, client_of, ear, running


@pytest.fixture
def still() -> Iterator[LocalWorkspace]:
    """A workspace whose time stands still."""
    with LocalWorkspace(manifest(), clock=ManualClock()) as made:
        yield made


def texts(app: App) -> list[str]:
    """Let an app write down the texts of messages, in order of arrival."""
    found: list[str] = []
    app.event("message")(lambda event: found.append(event["text"]))
    return found


def test_an_event_without_an_answer_comes_again_after_three_seconds_three_times(
    still: LocalWorkspace,
) -> None:
    with ear(still) as app:
        still.user().says("hello")
        first = app.next()
        assert first.retry_attempt == 0
        for attempt in (1, 2, 3):
            still.advance(3)
            again = app.next()
            assert (again.retry_attempt, again.retry_reason) == (attempt, "timeout")
            assert again.payload["event_id"] == first.payload["event_id"]
            assert again.envelope_id != first.envelope_id
        still.advance(3)
        still.wait_until_quiet()
        assert [envelope.name for envelope in still.given_up()] == ["message"]


def test_an_answer_in_time_ends_it(still: LocalWorkspace) -> None:
    with ear(still) as app:
        still.user().says("hello")
        app.acknowledge(app.next())
        still.wait_until_quiet()
        still.advance(60)
        still.user().says("next")
        assert app.next().payload["event"]["text"] == "next"
        assert still.given_up() == []


def test_each_event_goes_to_one_socket_in_turn(still: LocalWorkspace) -> None:
    with ear(still) as one, ear(still) as two:
        for number in range(4):
            still.user().says(str(number))
        heard = [[app.next().payload["event"]["text"] for _ in range(2)] for app in (one, two)]
        assert sorted(heard[0] + heard[1]) == ["0", "1", "2", "3"]


def test_what_a_broken_socket_left_open_goes_to_the_next(still: LocalWorkspace) -> None:
    with ear(still) as one:
        still.user().says("hello")
        first = one.next()
    with ear(still) as two:
        again = two.next()
        assert again.payload["event_id"] == first.payload["event_id"]
        two.acknowledge(again)
        still.wait_until_quiet()


def test_what_happens_without_any_socket_waits_for_one(slack: LocalWorkspace) -> None:
    said = [str(number) for number in range(3)]
    for text in said:
        slack.user().says(text)
    app = bolt_app(slack)
    found = texts(app)
    with running(app, slack):
        slack.wait_until_quiet()
    assert sorted(found) == said


def test_a_dropped_socket_is_opened_anew_by_the_client(slack: LocalWorkspace) -> None:
    app = bolt_app(slack)
    found = texts(app)
    with running(app, slack):
        assert slack.drop_sockets() == 1
        slack.user().says("after the break")
        slack.wait_until_connected()
        slack.wait_until_quiet()
    assert found == ["after the break"]


def test_a_refresh_lets_the_client_connect_anew_before_it_leaves(slack: LocalWorkspace) -> None:
    app = bolt_app(slack)
    found = texts(app)
    with running(app, slack):
        opened = len(slack.calls("apps.connections.open"))
        slack.refresh_sockets()
        slack.wait_for(lambda: len(slack.calls("apps.connections.open")) > opened)
        slack.user().says("after the refresh")
        slack.wait_until_connected()
        slack.wait_until_quiet()
    assert set(found) == {"after the refresh"}


def test_an_eleventh_socket_is_sent_away(slack: LocalWorkspace) -> None:
    client, first = client_of(slack), list[list[str]]()
    with ExitStack() as stack:
        for _ in range(11):
            address = client.apps_connections_open(app_token=slack.app_token)["url"]
            opened = stack.enter_context(connect(address))
            first.append([json.loads(opened.recv(PATIENCE))["type"]])
        assert first == [["hello"]] * 11
        assert json.loads(opened.recv(PATIENCE))["reason"] == "too_many_websockets"
        assert slack.connections == 10


def test_a_socket_without_a_ticket_is_refused(slack: LocalWorkspace) -> None:
    address = slack.url.replace("http", "ws") + "link?ticket=guessed"
    with pytest.raises(InvalidStatus):
        connect(address)


@pytest.mark.parametrize("kind", ["redeliver", "reorder"])
def test_faults_on_events_lose_nothing(kind: str) -> None:
    with LocalWorkspace(manifest(), faults=Faults({kind: 0.5}, seed=3)) as slack:
        app = bolt_app(slack)
        found = texts(app)
        said = [str(number) for number in range(20)]
        with running(app, slack):
            for text in said:
                slack.user().says(text)
            slack.wait_until_quiet()
        assert set(found) == set(said)
        if kind == "redeliver":
            assert len(found) > len(said)
        else:
            assert found != said


def test_sockets_that_break_now_and_then_lose_nothing() -> None:
    with LocalWorkspace(manifest(), faults=Faults({"drop": 0.2}, seed=1)) as slack:
        app = bolt_app(slack)
        found = texts(app)
        said = [str(number) for number in range(10)]
        with running(app, slack):
            for text in said:
                slack.user().says(text)
            slack.wait_until_quiet(30)
        assert set(found) == set(said)


def test_a_refresh_on_demand_follows_an_event() -> None:
    with LocalWorkspace(manifest(), faults=Faults({"refresh": 1})) as slack:
        token = slack.app_token
        with connect(client_of(slack).apps_connections_open(app_token=token)["url"]) as opened:
            slack.user().says("hello")
            heard = [json.loads(opened.recv(PATIENCE)) for _ in range(3)]
            assert [each["type"] for each in heard] == ["hello", "events_api", "disconnect"]
            assert heard[2]["reason"] == "refresh_requested"


def test_an_app_over_http_gets_signed_requests() -> None:
    with http_app() as web, LocalWorkspace(manifest(), request_url=web.address) as slack:
        web.use(slack)
        said = slack.user().says("over http")
        assert slack.wait_for_answer(said).body["text"] == "You said: over http"
        slack.user().runs("/tiny loud")
        whispers = slack.wait_for(lambda: slack.user().whispers("general"))
        assert whispers[0].body["text"] == "Heard: loud"


def test_a_signed_request_may_be_forged_to_try_what_the_app_refuses() -> None:
    with http_app() as web, LocalWorkspace(manifest(), request_url=web.address) as slack:
        web.use(slack)
        slack.user().runs("/tiny loud")
        payload = slack.payload("/tiny") | {"team_id": "T0OTHER"}
        now = int(time.time())
        for secret, timestamp, status in (
            (slack.signing_secret, now, 200),
            ("another secret", now, 401),
            (slack.signing_secret, now - 600, 401),
        ):
            made = slack.signed_request(
                "slash_commands", payload, secret=secret, timestamp=timestamp
            )
            answer = httpx.post(web.address, content=made.body, headers=dict(made.headers))
            assert answer.status_code == status
        assert slack.deliver("slash_commands", payload) == {"text": "Heard: loud"}


def test_the_app_is_not_told_of_its_own_words_over_any_way(slack: LocalWorkspace) -> None:
    with ear(slack) as app:
        client_of(slack).chat_postMessage(channel="general", text="mine")
        slack.user().says("theirs")
        assert app.next().payload["event"]["text"] == "theirs"


def test_where_nothing_falls_due_nothing_wakes_up(slack: LocalWorkspace) -> None:
    outbox = slack.parts.outbox
    assert outbox.seconds_to_next() is None
    slack.user().says("nobody is connected")
    assert outbox.waiting()
    assert outbox.seconds_to_next() is None
    with ear(slack) as app:
        request = app.next()
        due = outbox.seconds_to_next()
        assert due is not None
        assert 0 < due <= 0.5
        app.acknowledge(request)
        slack.wait_until_quiet()
        assert outbox.seconds_to_next() is None
