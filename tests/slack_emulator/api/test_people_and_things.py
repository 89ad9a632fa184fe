"""users.*, usergroups.*, reactions.*, pins, bookmarks, files, team and sessions."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest
from slack_sdk import WebClient

from slack_emulator import LocalWorkspace
from tests.slack_emulator.manifests import manifest, without
from tests.slack_emulator.refusals import error, refused
from tests.support.slack_apps import client_of


@pytest.fixture
def slack(open_workspace: LocalWorkspace) -> LocalWorkspace:
    """One workspace for all: these tests do not touch the same things."""
    return open_workspace


def test_people_are_found_by_id_and_by_address(slack: LocalWorkspace, client: WebClient) -> None:
    maya = slack.user("user")
    assert client.users_info(user=maya.id)["user"]["real_name"] == "Maya Lindqvist"
    found = client.users_lookupByEmail(email="Maya@northwind.example")["user"]
    assert found["id"] == maya.id
    assert len(client.users_list()["members"]) == 5
    assert client.users_profile_get(user=maya.id)["profile"]["title"] == "Account manager, Sales"
    assert error(client.users_info, user="U404") == "user_not_found"
    assert error(client.users_lookupByEmail, email="a@b.example") == "users_not_found"


def test_addresses_stay_hidden_without_their_scope() -> None:
    with LocalWorkspace(without("users:read.email")) as slack:
        client = client_of(slack)
        assert "email" not in client.users_info(user=slack.user().id)["user"]["profile"]
        assert error(client.users_lookupByEmail, email="maya@northwind.example") == "missing_scope"


def test_the_app_sees_the_channels_it_shares_with_a_person(
    slack: LocalWorkspace, client: WebClient
) -> None:
    found = client.users_conversations(user=slack.user("champion").id)["channels"]
    assert [place["name"] for place in found] == ["general", "ai-help", "ai-stories"]


def test_a_group_knows_its_people(slack: LocalWorkspace, client: WebClient) -> None:
    group = client.usergroups_list(include_users=True)["usergroups"][0]
    assert group["users"] == [slack.user("champion").id]
    assert client.usergroups_users_list(usergroup=group["id"])["users"] == group["users"]
    assert error(client.usergroups_users_list, usergroup="S404") == "no_such_subteam"


def test_reactions_are_set_once_and_taken_away_once(
    slack: LocalWorkspace, client: WebClient
) -> None:
    said = slack.user().says("Good news", "general")
    on = {"channel": said.channel, "timestamp": said.ts}
    client.reactions_add(**on, name="tada")
    slack.user().reacts(said, "tada")
    shown = client.reactions_get(**on)["message"]["reactions"]
    assert (shown[0]["name"], shown[0]["count"]) == ("tada", 2)
    assert len(client.reactions_list(user=slack.bot_id)["items"]) == 1
    assert error(client.reactions_add, **on, name="tada") == "already_reacted"
    assert error(client.reactions_add, **on, name="no_such_emoji") == "invalid_name"
    client.reactions_remove(**on, name="tada")
    assert error(client.reactions_remove, **on, name="tada") == "no_reaction"
    gone = on | {"timestamp": "1.000000"}
    assert error(client.reactions_add, **gone, name="tada") == "message_not_found"


def test_messages_are_pinned_and_channels_bookmarked(
    slack: LocalWorkspace, client: WebClient
) -> None:
    said = slack.user().says("Keep this", "general")
    on = {"channel": said.channel, "timestamp": said.ts}
    client.pins_add(**on)
    assert error(client.pins_add, **on) == "already_pinned"
    assert client.pins_list(channel=said.channel)["items"][0]["message"]["text"] == "Keep this"
    client.pins_remove(**on)
    assert error(client.pins_remove, **on) == "no_pin"
    place = {"channel_id": said.channel}
    link = {"title": "Guide", "type": "link", "link": "https://example.com"}
    made = client.bookmarks_add(**place, **link)["bookmark"]["id"]
    client.bookmarks_edit(**place, bookmark_id=made, title="Our guide")
    assert client.bookmarks_list(**place)["bookmarks"][0]["title"] == "Our guide"
    client.bookmarks_remove(**place, bookmark_id=made)
    assert client.bookmarks_list(**place)["bookmarks"] == []
    assert error(client.bookmarks_add, **place, **(link | {"type": "x"})) == "invalid_bookmark_type"


def test_a_file_is_uploaded_in_two_steps_and_shared(
    slack: LocalWorkspace, client: WebClient
) -> None:
    place = slack.channel("general")
    answer = client.files_upload_v2(
        filename="note.txt", content="Grüße", channel=place, initial_comment="Look", title="Note"
    )
    shared = slack.messages("general")[-1]
    assert (shared.body["text"], shared.body["files"][0]["title"]) == ("Look", "Note")
    file = client.files_info(file=answer["file"]["id"])["file"]
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    request = urllib.request.Request(file["url_private"], headers=headers)
    with urllib.request.urlopen(request) as content:
        assert content.read().decode() == "Grüße"
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(file["url_private"])
    client.files_delete(file=file["id"])
    assert error(client.files_info, file=file["id"]) == "file_not_found"


def test_whoever_sees_a_message_sees_the_pictures_in_it(
    slack: LocalWorkspace, client: WebClient
) -> None:
    made = client.files_upload_v2(filename="chart.png", content="pixels", title="Use by team")
    file, reader = made["file"]["id"], slack.user("second").id
    assert slack.parts.reader.file(file, reader) is None
    picture = {"type": "image", "slack_file": {"id": file}, "alt_text": "Use by team"}
    client.chat_postMessage(channel=slack.channel("general"), text="Chart", blocks=[picture])
    assert slack.parts.reader.file(file, reader) is not None


def test_an_upload_of_another_length_is_refused(slack: LocalWorkspace, client: WebClient) -> None:
    ticket = client.files_getUploadURLExternal(filename="a.txt", length=3)
    request = urllib.request.Request(ticket["upload_url"], b"four", method="POST")
    with pytest.raises(urllib.error.HTTPError, match="400"):
        urllib.request.urlopen(request)
    files = [{"id": ticket["file_id"], "title": "a"}]
    assert error(client.files_completeUploadExternal, files=files) == "file_not_found"


def test_the_team_and_the_bot_tell_of_themselves(slack: LocalWorkspace, client: WebClient) -> None:
    assert client.team_info()["team"]["id"] == slack.team_id
    assert client.bots_info()["bot"]["user_id"] == slack.bot_id
    assert error(client.team_info, team="T404") == "team_not_found"
    assert client.api_test()["ok"]


def test_a_session_has_a_status_and_a_title_of_its_first_call(
    slack: LocalWorkspace, client: WebClient
) -> None:
    asked = slack.user().says("Plan my week")
    place = {"channel_id": asked.channel, "thread_ts": asked.ts}
    client.agents_sessions_setStatus(**place, status="processing", title="A week")
    client.agents_sessions_setStatus(**place, status="active", title="Another title")
    assert (slack.session(asked).status, slack.session(asked).title) == ("active", "A week")
    client.agents_sessions_rename(**place, title="My week")
    assert slack.session(asked).title == "My week"
    answer = refused(client.agents_sessions_setStatus, **place, status="busy")
    assert answer["error"] == "invalid_arguments"
    long = {"status": "active", "title": "x" * 201}
    assert error(client.agents_sessions_setStatus, **place, **long) == "invalid_arguments"
    lost = place | {"thread_ts": "1.000000", "status": "active"}
    assert error(client.agents_sessions_setStatus, **lost) == "thread_not_found"


def test_a_session_without_the_stop_event_warns() -> None:
    with LocalWorkspace(manifest(events=["message.im"])) as slack:
        asked = slack.user().says("Hi")
        answer = client_of(slack).agents_sessions_setStatus(
            channel_id=asked.channel, thread_ts=asked.ts, status="processing"
        )
        assert answer["warning"] == "missing_agent_session_stopped_event_subscription"


def test_suggested_prompts_are_set_for_a_conversation(
    slack: LocalWorkspace, client: WebClient
) -> None:
    place = {"channel_id": slack.user().place("app")}
    prompt = {"title": "Tips", "message": "Give me tips"}
    client.assistant_threads_setSuggestedPrompts(**place, prompts=[prompt])
    many = {"prompts": [prompt] * 5}
    asked = client.assistant_threads_setSuggestedPrompts
    assert error(asked, **place, **many) == "invalid_arguments"
    assert error(asked, **place, prompts=[{"title": "x"}]) == "invalid_arguments"
