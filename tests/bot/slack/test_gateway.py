from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from slack_sdk import WebClient

from bot.slack.errors import (
    SlackDown,
    SlackRateLimited,
    SlackRefused,
    SlackUnavailable,
    when_allowed,
)
from bot.slack.gateway import SlackGateway
from bot.slack.identity import Admins
from bot.slack.messages import Message, Place, unbroken_lines
from slack_emulator import LocalWorkspace
from tests.support.slack import PATIENCE


@pytest.fixture(scope="module")
def slack() -> Iterator[LocalWorkspace]:
    with LocalWorkspace(strict_rates=False, patience=PATIENCE) as workspace:
        workspace.user().invites("app", "general")
        yield workspace


@pytest.fixture
def gateway(slack: LocalWorkspace) -> SlackGateway:
    return SlackGateway(WebClient(slack.bot_token, slack.api_url))


def test_a_message_with_a_key_is_found_again_in_a_channel_a_thread_and_a_direct_message(
    slack: LocalWorkspace, gateway: SlackGateway
):
    channel, maya = slack.channel("general"), slack.user()
    root = gateway.post(Place(channel), Message("Root"), key="root")
    for number, place in enumerate((Place(channel), Place(channel, root.ts), Place(maya.id))):
        key = f"job:{number}"
        first = gateway.post(place, Message("Hello"), key=key, look_first=True)
        assert gateway.post(place, Message("Hello"), key=key, look_first=True) == first
        assert gateway.post(place, Message("Hello"), key=key) != first


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("is_archived", SlackRefused),
        ("internal_error", SlackUnavailable),
        ("429", SlackRateLimited),
        ("500", SlackDown),
        ("lost", SlackDown),
    ],
)
def test_every_fault_says_what_can_be_done(
    slack: LocalWorkspace, gateway: SlackGateway, fault: str, expected: type[Exception]
):
    slack.faults.plan("chat.postMessage", fault)
    with pytest.raises(expected) as raised:
        gateway.post(Place(slack.channel("general")), Message("Hello"))
    assert type(raised.value) is expected


def test_the_wait_that_slack_asks_for_is_kept_and_counted(slack: LocalWorkspace):
    limited: list[int] = []
    gateway = SlackGateway(WebClient(slack.bot_token, slack.api_url), lambda: limited.append(1))
    slack.faults.plan("chat.postMessage", "429")
    place = Place(slack.channel("general"))
    assert when_allowed(lambda: gateway.post(place, Message("Hello"))).ts
    assert limited == [1]


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_slack_error_never_means_that_somebody_is_no_admin(
    slack: LocalWorkspace, gateway: SlackGateway
):
    clock = Clock()
    admins = Admins(gateway, [], clock)
    admin, maya = (f"{slack.team_id}:{slack.user(who).id}" for who in ("admin", "user"))
    for fault in ("internal_error", "429", "missing_scope"):
        slack.faults.plan("users.info", fault)
        with pytest.raises((SlackUnavailable, SlackRefused)):
            admins.is_admin(admin)
    assert admins.is_admin(admin)
    assert not admins.is_admin(maya)
    clock.now += 301
    slack.faults.plan("users.info", "internal_error", times=2)
    # The last answer holds while Slack gives none.
    assert admins.is_admin(admin)
    assert not admins.is_admin(maya)
    assert not admins.is_admin(f"{slack.team_id}:U0NOBODY")


def test_a_clock_that_was_set_back_keeps_nobody_an_admin(
    slack: LocalWorkspace, gateway: SlackGateway
):
    clock, admin = Clock(), slack.user("admin")
    admins = Admins(gateway, [], clock)
    assert admins.is_admin(f"{slack.team_id}:{admin.id}")
    slack.deactivate(admin)
    clock.now -= 3600
    assert not admins.is_admin(f"{slack.team_id}:{admin.id}")


def test_the_setting_decides_alone_who_is_an_admin(slack: LocalWorkspace, gateway: SlackGateway):
    admins = Admins(gateway, [slack.user().id], Clock(), "C1")
    assert admins.is_admin(f"{slack.team_id}:{slack.user().id}")
    assert not admins.is_admin(f"{slack.team_id}:{slack.user('admin').id}")
    # The same id in another workspace is another person.
    assert not admins.is_admin(f"T0OTHER:{slack.user().id}")
    assert admins.places == [slack.user().id]
    assert Admins(gateway, [], Clock(), "C1").places == ["C1"]


@pytest.mark.parametrize(
    ("own", "theirs", "is_colleague"),
    [
        ("E1", "E1", True),
        ("E1", "E2", False),
        ("", "E2", False),
        ("", "", False),
        ("E1", "", False),
    ],
)
def test_people_of_another_workspace_are_colleagues_only_within_the_same_organisation(
    slack: LocalWorkspace,
    gateway: SlackGateway,
    monkeypatch: pytest.MonkeyPatch,
    own: str,
    theirs: str,
    is_colleague: bool,
):
    person = slack.add_user(f"eve{own}{theirs}".lower(), "Eve Else", kind="external")
    known = slack.parts.state.directory.users[person.id]
    # Slack says so of people in a channel that is shared with another company.
    known |= {"is_stranger": False, "is_admin": True, "enterprise_user": {"enterprise_id": theirs}}
    monkeypatch.setitem(gateway._auth, "enterprise_id", own or None)
    admins = Admins(gateway, [], Clock())
    account = f"{slack.team_id}:{person.id}"
    assert admins.is_member(account) is is_colleague
    assert admins.is_admin(account) is is_colleague
    assert admins.may_ask(account) is is_colleague


def test_a_restricted_text_is_sent_nowhere_unless_somebody_vouches_for_the_place(
    slack: LocalWorkspace, gateway: SlackGateway, caplog: pytest.LogCaptureFixture
):
    general, secret = Place(slack.channel("general")), frozenset({"admins"})
    message = Message("forty crowns", audiences=secret)
    posted = gateway.post(general, message)
    gateway.post(replace(general, only_for=slack.user().id), message)
    gateway.post(Place(slack.user().id), message)
    gateway.update(posted.channel, posted.ts, message)
    for refused in (
        lambda: gateway.start_stream(general, f"{slack.team_id}:{slack.user().id}", message),
        lambda: gateway.append_stream(general, posted.ts, message),
        lambda: gateway.stop_stream(general, posted.ts, message),
        lambda: gateway.open_dialog("1.2", {}, audiences=secret),
        lambda: gateway.push_dialog("1.2", {}, audiences=secret, reader=slack.user().id),
        lambda: gateway.update_dialog("V1", {}, audiences=secret, reader=slack.user().id),
        lambda: gateway.attach(general, "figures.csv", "forty", audiences=secret),
        lambda: gateway.publish_home(slack.user().id, {}, audiences=secret),
    ):
        with pytest.raises(SlackRefused, match="restricted"):
            refused()
    seen = [str(m.body) for place in ("general", "app") for m in slack.user().sees(place)]
    assert sum("I can't show this here" in each for each in seen) == 3
    assert "forty" not in str(seen)
    assert "forty" not in str(slack.calls())
    assert "was not shown at" in caplog.text
    # Some messages have a sentence of their own for such a place.
    caplog.clear()
    gateway.post(general, replace(message, instead="Ask an admin about the cake."))
    assert "about the cake" in str(slack.messages("general")[-1].body)
    assert not [each for each in caplog.records if each.levelname == "ERROR"]
    vouched = SlackGateway(
        WebClient(slack.bot_token, slack.api_url), may_be_shown=lambda audiences, place: True
    )
    vouched.post(general, message)
    assert "forty" in str([m.body for m in slack.messages("general")])
    # This workspace's app may send no files; it tries to.
    with pytest.raises(SlackRefused, match="missing_scope"):
        vouched.attach(general, "figures.csv", "forty", audiences=secret)


def test_whoever_presses_is_answered_with_nothing_restricted(gateway: SlackGateway):
    heard: list[bytes] = []

    class Slack(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Slack) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/"
        gateway.respond(url, Message("forty crowns", audiences=frozenset({"admins"})))
    assert b"I can't show this here" in heard[0]
    assert b"forty" not in heard[0]


def test_a_press_that_slack_sends_twice_is_no_fault_and_one_that_came_too_late_is(
    slack: LocalWorkspace, gateway: SlackGateway
):
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Why?"}, "blocks": []}
    slack.faults.plan("views.open", "exchanged_trigger_id")
    gateway.open_dialog("1.2", view)
    slack.faults.plan("views.open", "expired_trigger_id")
    with pytest.raises(SlackRefused, match="expired_trigger_id"):
        gateway.open_dialog("1.2", view)


def test_a_figure_stays_on_one_line_with_its_sign_in_every_message_and_view():
    json = {"type": "home", "blocks": [{"type": "section", "text": MRKDWN, "accessory": PLAIN}]}
    [block] = unbroken_lines(json)["blocks"]
    assert block["text"]["text"] == "*About 20\u00a0%* of 5 people, a % b"
    # What somebody typed, and what a button sends, stays as it is.
    assert block["accessory"] == PLAIN


MRKDWN = {"type": "mrkdwn", "text": "*About 20 %* of 5 people, a % b"}
PLAIN = {"type": "button", "value": "20 %"}
