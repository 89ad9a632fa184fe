"""conversations.*: channels, members, history and pages."""

from __future__ import annotations

import pytest
from slack_sdk import WebClient

from slack_emulator import LocalWorkspace
from tests.slack_emulator.manifests import without
from tests.slack_emulator.refusals import error, refused
from tests.support.slack_apps import client_of


def test_the_app_lists_what_it_can_know_of(slack: LocalWorkspace, client: WebClient) -> None:
    public = client.conversations_list()["channels"]
    assert [place["name"] for place in public] == ["general", "ai-help", "ai-stories"]
    every = client.conversations_list(types="public_channel,private_channel")["channels"]
    assert "ai-programme" not in [place["name"] for place in every]
    slack.user("champion").invites("app", "ai-programme")
    every = client.conversations_list(types="private_channel")["channels"]
    assert [place["name"] for place in every] == ["ai-programme"]
    assert error(client.conversations_list, types="secret") == "invalid_types"


def test_each_kind_of_channel_has_its_own_scope() -> None:
    with LocalWorkspace(without("groups:read", "channels:history")) as slack:
        client = client_of(slack)
        slack.user("champion").invites("app", "ai-programme")
        asked = {"channel": slack.channel("ai-programme")}
        assert refused(client.conversations_info, **asked)["needed"] == "groups:read"
        assert error(client.conversations_list, types="private_channel") == "missing_scope"
        place = slack.channel("general")
        answer = refused(client.conversations_history, channel=place)
        assert answer["needed"] == "channels:history"
        client.conversations_info(channel=place)


def test_a_channel_tells_of_itself_and_its_members(
    slack: LocalWorkspace, client: WebClient
) -> None:
    place = slack.channel("general")
    info = client.conversations_info(channel=place, include_num_members=True)["channel"]
    assert (info["name"], info["num_members"], info["is_member"]) == ("general", 5, True)
    members = client.conversations_members(channel=place)["members"]
    assert set(members) >= {slack.user("user").id, slack.bot_id}


def test_pages_follow_their_cursors_to_the_end(slack: LocalWorkspace, client: WebClient) -> None:
    place = slack.channel("general")
    pages = [p["members"] for p in client.conversations_members(channel=place, limit=2)]
    assert [len(page) for page in pages] == [2, 2, 1]
    asked = {"channel": place}
    assert error(client.conversations_members, **asked, cursor="nonsense") == "invalid_cursor"
    assert error(client.conversations_members, **asked, limit=0) == "invalid_limit"


def test_history_is_newest_first_and_keeps_to_its_limits(
    slack: LocalWorkspace, client: WebClient
) -> None:
    said = [slack.user().says(str(number), "general") for number in range(5)]
    place = said[0].channel
    page = client.conversations_history(channel=place, limit=2)
    assert [message["text"] for message in page["messages"]] == ["4", "3"]
    assert page["has_more"]
    asked = {"channel": place, "oldest": said[1].ts, "latest": said[3].ts}
    between = client.conversations_history(**asked)["messages"]
    assert [message["text"] for message in between] == ["2"]
    closed = client.conversations_history(**asked, inclusive=True)["messages"]
    assert [message["text"] for message in closed] == ["3", "2", "1"]
    assert error(client.conversations_history, channel=place, oldest="x") == "invalid_ts_oldest"


def test_a_thread_comes_with_its_root_and_metadata_only_when_asked(
    slack: LocalWorkspace, client: WebClient
) -> None:
    asked = slack.user().says("Q", "general")
    data = {"event_type": "answered", "event_payload": {"question": 1}}
    place, ts = asked.channel, asked.ts
    client.chat_postMessage(channel=place, thread_ts=ts, text="A", metadata=data)
    thread = client.conversations_replies(channel=place, ts=ts)["messages"]
    assert [message["text"] for message in thread] == ["Q", "A"]
    assert "metadata" not in thread[1]
    whole = client.conversations_replies(channel=place, ts=ts, include_all_metadata=True)
    assert whole["messages"][1]["metadata"] == data
    assert error(client.conversations_replies, channel=place, ts="1.2") == "thread_not_found"


def test_the_app_joins_a_public_channel_and_only_then_reads_it(
    slack: LocalWorkspace, client: WebClient
) -> None:
    place = slack.add_channel("random", [slack.user()], with_app=False)
    assert error(client.conversations_history, channel=place) == "not_in_channel"
    client.conversations_join(channel=place)
    history = client.conversations_history(channel=place)["messages"]
    assert history[0]["subtype"] == "channel_join"
    assert client.conversations_join(channel=place)["warning"] == "already_in_channel"
    client.conversations_leave(channel=place)
    assert error(client.conversations_history, channel=place) == "not_in_channel"


def test_people_are_invited_and_channels_made(slack: LocalWorkspace, client: WebClient) -> None:
    made = client.conversations_create(name="pilot")["channel"]["id"]
    maya = slack.user()
    client.conversations_invite(channel=made, users=[maya.id])
    assert maya.id in client.conversations_members(channel=made)["members"]
    again = {"channel": made, "users": maya.id}
    assert error(client.conversations_invite, **again) == "already_in_channel"
    assert error(client.conversations_create, name="pilot") == "name_taken"
    assert error(client.conversations_create, name="No Spaces!") == "invalid_name_specials"


def test_a_direct_conversation_is_opened_once(slack: LocalWorkspace, client: WebClient) -> None:
    maya, tom = slack.user("user"), slack.user("second")
    one = client.conversations_open(users=[maya.id])["channel"]["id"]
    assert client.conversations_open(users=maya.id)["channel"]["id"] == one
    assert maya.place("app") == one
    group = client.conversations_open(users=[maya.id, tom.id], return_im=True)["channel"]
    assert group["is_mpim"]
    assert error(client.conversations_open, users="U404") == "user_not_found"


def test_what_two_people_say_to_each_other_is_not_the_apps(
    slack: LocalWorkspace, client: WebClient
) -> None:
    said = slack.user("user").says("between us", "@tom")
    assert error(client.conversations_info, channel=said.channel) == "channel_not_found"
    assert error(client.chat_postMessage, channel=said.channel, text="a") == "channel_not_found"


@pytest.mark.parametrize("name", ["conversations.info", "conversations.members"])
def test_an_unknown_channel_is_not_found(open_workspace: LocalWorkspace, name: str) -> None:
    assert error(
        client_of(open_workspace).api_call, api_method=name, params={"channel": "C404"}
    ) == ("channel_not_found")
