"""What people may do, and what they may not."""

from __future__ import annotations

import httpx
import pytest

from slack_emulator import LocalWorkspace, WorkspaceError
from slack_emulator.errors import SlackError
from tests.support.slack_apps import client_of


def test_each_role_is_played_by_a_person_with_a_name(slack: LocalWorkspace) -> None:
    names = [slack.user(role).name for role in ("user", "champion", "admin", "second")]
    assert names == ["Maya Lindqvist", "Jonas Weber", "Priya Raman", "Tom Okafor"]
    assert slack.user("Tom Okafor").id == slack.user("second").id == slack.user("tom").id
    with pytest.raises(WorkspaceError, match="nobody called boss"):
        slack.user("boss")


def test_people_write_only_where_they_are(slack: LocalWorkspace) -> None:
    slack.add_channel("pilots", [slack.user("admin")])
    with pytest.raises(WorkspaceError, match="Join #pilots first"):
        slack.user().says("hello", "pilots")
    slack.user().joins("pilots")
    slack.user().says("hello", "pilots")
    with pytest.raises(SlackError, match="channel_not_found"):
        slack.user().says("hello", "ai-programme")
    with pytest.raises(WorkspaceError, match="There is no channel nowhere"):
        slack.user().says("hello", "nowhere")


def test_people_change_only_what_is_theirs(slack: LocalWorkspace) -> None:
    maya, tom = slack.user("user"), slack.user("second")
    said = maya.says("mine", "general")
    for act in (lambda: tom.edits(said, "his"), lambda: tom.deletes(said)):
        with pytest.raises(WorkspaceError, match="only your own"):
            act()
    file = maya.uploads("a.txt", b"words")
    with pytest.raises(SlackError, match="file_not_found"):
        tom.says("look", "general", files=[file])


def test_a_private_channel_stays_private(slack: LocalWorkspace) -> None:
    said = slack.user("champion").says("plans", "ai-programme")
    outsider = slack.user("user")
    for act in (
        lambda: outsider.sees("ai-programme"),
        lambda: outsider.reacts(said, "eyes"),
        lambda: outsider.looks_at("ai-programme"),
    ):
        with pytest.raises(SlackError, match="channel_not_found"):
            act()
    reader = slack.parts.reader
    assert reader.message(said.channel, said.ts, outsider.id) is None
    assert reader.thread(said.channel, said.ts, outsider.id) == []


@pytest.mark.parametrize(
    ("action", "data", "words"),
    [
        ("say", {"channel": "general", "text": "  "}, "A message needs words or a file."),
        ("say", {"channel": "ai-programme", "text": "hi"}, "That channel is not here"),
        ("submit", {"view_id": "V404"}, "form is not open"),
        ("dance", {}, "does not know that action"),
    ],
)
def test_the_page_says_a_refusal_in_words(
    slack: LocalWorkspace, action: str, data: dict[str, str], words: str
) -> None:
    if "channel" in data:
        data = data | {"channel": slack.channel(data["channel"])}
    address = f"{slack.url}as/{slack.user().handle}/do/{action}"
    answer = httpx.post(address, json=data, headers={"Origin": slack.url.rstrip("/")})
    assert answer.status_code == 400
    assert words in answer.json()["message"]


def test_unread_counts_others_words_and_mentions_of_oneself(slack: LocalWorkspace) -> None:
    maya, tom = slack.user("user"), slack.user("second")
    seen = maya.says("start", "general")
    tom.says("one", "general")
    tom.says("@Maya Lindqvist two", "general")
    client_of(slack).chat_postMessage(channel="general", text="<!here> three")
    reader = slack.parts.reader
    assert reader.unread(seen.channel, maya.id, seen.ts) == (3, 2)
    assert reader.unread(seen.channel, tom.id, seen.ts) == (1, 1)


def test_waiting_in_vain_says_what_was_called(slack: LocalWorkspace) -> None:
    client_of(slack).auth_test()
    with pytest.raises(AssertionError, match=r"rain did not happen in 0 s; calls: \['auth.test'\]"):
        slack.wait_for(lambda: False, 0, "rain")
