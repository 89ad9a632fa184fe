"""Every kind of person: what Slack says of them, what they see and what they can do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient

from slack_emulator import LocalWorkspace, NotDelivered, SlackError, WorkspaceError
from tests.slack_emulator.manifests import EVENTS, manifest
from tests.slack_emulator.refusals import error
from tests.support.slack_apps import bolt_app, client_of, running

FLAGS = "is_admin is_owner is_restricted is_ultra_restricted is_stranger is_bot deleted".split()


@pytest.mark.parametrize(
    ("kind", "flags"),
    [
        ("member", []),
        ("admin", ["is_admin"]),
        ("owner", ["is_admin", "is_owner"]),
        ("guest", ["is_restricted"]),
        ("single_channel_guest", ["is_restricted", "is_ultra_restricted"]),
        ("external", ["is_stranger"]),
        ("bot", ["is_bot"]),
        ("deactivated", ["deleted"]),
    ],
)
def test_users_info_says_what_somebody_is(
    slack: LocalWorkspace, client: WebClient, kind: Any, flags: list[str]
) -> None:
    person = slack.add_user("kim", "Kim Kind", kind=kind)
    user = client.users_info(user=person.id)["user"]
    assert [flag for flag in FLAGS if user.get(flag)] == flags
    assert (user["team_id"] == slack.team_id) is (kind != "external")


@pytest.mark.parametrize("kind", ["guest", "single_channel_guest", "external"])
def test_a_guest_sees_the_channels_they_are_in_and_no_others(
    slack: LocalWorkspace, kind: Any
) -> None:
    guest = slack.add_user("gus", "Gus Guest", kind=kind)
    slack.add_channel("pilot", [slack.user(), guest])
    guest.says("hello", "pilot")
    for act in (
        lambda: guest.sees("general"),
        lambda: guest.joins("general"),
        lambda: guest.says("hello", "general"),
    ):
        with pytest.raises(SlackError, match="channel_not_found"):
            act()


def test_a_guest_of_one_channel_is_let_into_no_second_one(slack: LocalWorkspace) -> None:
    guest = slack.add_user("sol", "Sol Single", kind="single_channel_guest")
    slack.add_channel("first", [slack.user(), guest])
    slack.add_channel("second-room", [slack.user()])
    with pytest.raises(SlackError, match="ura_max_channels"):
        slack.user().invites(guest, "second-room")
    assert guest.says("still here", "app")


def test_a_deactivated_account_is_out_of_all_channels_and_can_do_nothing() -> None:
    events = [*EVENTS, "user_change"]
    with LocalWorkspace(manifest(events=events), strict_rates=False) as slack:
        greta = slack.add_user("greta", "Greta Gone")
        slack.add_channel("pilot", [slack.user(), greta])
        slack.deactivate(greta)
        client = client_of(slack)
        assert client.users_info(user=greta.id)["user"]["deleted"]
        assert (
            greta.id not in client.conversations_members(channel=slack.channel("pilot"))["members"]
        )
        assert slack.payload("user_change")["event"]["user"]["id"] == greta.id
        for act in (
            lambda: greta.says("hello", "app"),
            lambda: greta.opens_app(),
            lambda: greta.uses_shortcut("tiny_form"),
            lambda: greta.runs("/tiny", "general"),
        ):
            with pytest.raises((WorkspaceError, SlackError)):
                act()
        assert error(lambda: client.conversations_open(users=greta.id)) == "user_disabled"


def test_another_apps_bot_writes_as_a_bot(slack: LocalWorkspace) -> None:
    bot = slack.add_user("otter", "Otter", kind="bot")
    slack.add_channel("robots", [slack.user(), bot])
    said = bot.says("beep", "robots")
    event = slack.payload("message")["event"]
    assert (event["bot_id"], event["user"]) == (said.body["bot_id"], bot.id)
    assert "client_msg_id" not in event


def test_somebody_of_another_company_is_known_by_their_team(slack: LocalWorkspace) -> None:
    olga = slack.add_user("olga", "Olga Outside", kind="external", team="T0OTHER")
    slack.add_channel("with-partner", [slack.user(), olga], external=True)
    olga.says(f"{slack.mention} hello", "with-partner")
    payload = slack.payload("app_mention")
    assert payload["is_ext_shared_channel"]
    assert payload["event"]["user_team"] == "T0OTHER"
    assert payload["authorizations"][0]["team_id"] == slack.team_id


def test_a_group_direct_message_is_one_conversation_of_its_people(slack: LocalWorkspace) -> None:
    maya, tom, priya = slack.user(), slack.user("second"), slack.user("admin")
    group = slack.open_group_message(maya, tom)
    assert slack.open_group_message(tom, maya) == group
    assert slack.open_group_message(maya, tom, priya) != group
    maya.says("hello both", group)
    assert slack.payload("message")["event"]["channel_type"] == "mpim"
    assert [message.body["text"] for message in tom.sees(group)] == ["hello both"]
    with pytest.raises(SlackError, match="channel_not_found"):
        priya.sees(group)


@pytest.fixture
def heard(slack: LocalWorkspace) -> Iterator[list[dict[str, Any]]]:
    """What an app hears that says who pressed its button, ran its command or mentioned it."""
    app, bodies = bolt_app(slack), list[dict[str, Any]]()

    @app.action("go")
    def pressed(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        bodies.append(body)

    @app.command("/tiny")
    def ran(ack: Ack, body: dict[str, Any]) -> None:
        ack("done")
        bodies.append(body)

    @app.event("app_mention")
    def mentioned(body: dict[str, Any]) -> None:
        bodies.append(body)

    with running(app, slack):
        yield bodies


BUTTON = {
    "type": "actions",
    "elements": [
        {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    ],
}


def test_a_payload_of_anybody_is_delivered_as_it_is(
    slack: LocalWorkspace, heard: list[dict[str, Any]]
) -> None:
    client_of(slack).chat_postMessage(channel="general", text="x", blocks=[BUTTON])
    slack.user().presses("go", slack.posts()[-1])
    forged = slack.payload("block_actions")
    forged["user"] |= {"id": slack.user("admin").id, "team_id": "T0OTHER"}
    forged["team"] = {"id": "T0OTHER", "domain": "other"}
    slack.deliver("interactive", forged)
    assert heard[-1]["user"]["id"] == slack.user("admin").id
    assert heard[-1]["team"]["id"] == "T0OTHER"
    assert heard[0]["user"]["id"] == slack.user().id


def test_a_payload_is_replayed_and_an_answer_comes_back(
    slack: LocalWorkspace, heard: list[dict[str, Any]]
) -> None:
    slack.user().runs("/tiny once")
    assert slack.deliver("slash_commands", slack.payload("/tiny")) == {"text": "done"}
    assert [body["text"] for body in heard] == ["once", "once"]


def test_what_the_app_does_not_acknowledge_is_said(slack: LocalWorkspace) -> None:
    deaf = App(client=client_of(slack), token_verification_enabled=False)
    with running(deaf, slack), pytest.raises(NotDelivered, match="block_actions"):
        slack.deliver("interactive", {"type": "block_actions"})
    with pytest.raises(WorkspaceError, match="No app_mention was sent"):
        slack.payload("app_mention")
