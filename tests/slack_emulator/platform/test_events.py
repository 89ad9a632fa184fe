"""Events reach a real Bolt app as Slack sends them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from slack_bolt import App

from slack_emulator import LocalWorkspace
from tests.slack_emulator.manifests import SCOPES, manifest
from tests.support.slack_apps import bolt_app, client_of, running

Json = dict[str, Any]


class Diary:
    """A Bolt app that writes down every event it is sent."""

    def __init__(self, slack: LocalWorkspace) -> None:
        self.app: App = bolt_app(slack)
        self.events: list[Json] = []
        self.bodies: list[Json] = []
        self.app.event({"type": "message"})(self.note)
        for name in (
            "agent_session_stopped app_context_changed app_home_opened app_mention file_shared "
            "member_joined_channel member_left_channel reaction_added reaction_removed"
        ).split():
            self.app.event(name)(self.note)
        for subtype in ("message_changed", "message_deleted", "channel_join", "file_share"):
            self.app.event({"type": "message", "subtype": subtype})(self.note)

    def note(self, event: Json, body: Json) -> None:
        self.events.append(event)
        self.bodies.append(body)

    def kinds(self) -> list[str]:
        return [event.get("subtype") or event["type"] for event in self.events]


@pytest.fixture
def slack(open_workspace: LocalWorkspace) -> LocalWorkspace:
    """One workspace for all: each test looks only at what comes after its own act."""
    return open_workspace


@pytest.fixture
def diary(slack: LocalWorkspace) -> Iterator[Diary]:
    made = Diary(slack)
    with running(made.app, slack):
        yield made


def after(slack: LocalWorkspace, diary: Diary, act: Callable[[], object]) -> list[str]:
    """Do something and give the kinds of events it brought, in order of arrival."""
    before = len(diary.events)
    act()
    slack.wait_until_quiet()
    return sorted(diary.kinds()[before:])


def test_a_mention_arrives_as_a_mention_and_as_a_message(
    slack: LocalWorkspace, diary: Diary
) -> None:
    maya = slack.user("user")
    kinds = after(slack, diary, lambda: maya.says(f"{slack.mention} what is new?", "general"))
    assert kinds == ["app_mention", "message"]
    one, two = diary.events
    assert one["ts"] == two["ts"]
    assert one["text"] == f"<@{slack.bot_id}> what is new?"
    assert one["blocks"][0]["type"] == "rich_text"
    ids = {body["event_id"] for body in diary.bodies}
    assert len(ids) == 2
    message = next(event for event in diary.events if event["type"] == "message")
    assert (message["channel_type"], message["user"]) == ("channel", maya.id)


def test_words_to_the_app_arrive_once(slack: LocalWorkspace, diary: Diary) -> None:
    assert after(slack, diary, lambda: slack.user().says("Hello")) == ["message"]
    assert diary.events[0]["channel_type"] == "im"


def test_the_app_does_not_hear_itself(slack: LocalWorkspace, diary: Diary) -> None:
    place = slack.channel("general")
    assert (
        after(slack, diary, lambda: client_of(slack).chat_postMessage(channel=place, text="a"))
        == []
    )


def test_the_app_hears_nothing_of_channels_it_is_not_in(
    slack: LocalWorkspace, diary: Diary
) -> None:
    priya = slack.user("admin")
    assert after(slack, diary, lambda: priya.says("secret", "ai-programme")) == []
    assert after(slack, diary, lambda: priya.says("secret", "@tom")) == []


def test_edits_and_deletions_carry_what_was_before(slack: LocalWorkspace, diary: Diary) -> None:
    maya = slack.user("user")
    said = maya.says("one", "general")
    assert after(slack, diary, lambda: maya.edits(said, "two")) == ["message", "message_changed"]
    # Bolt runs its listeners side by side, so the order of their notes is its own.
    change = next(e for e in diary.events if e.get("subtype") == "message_changed")
    assert change["message"]["text"] == "two"
    assert change["previous_message"]["text"] == "one"
    assert after(slack, diary, lambda: maya.deletes(said)) == ["message_deleted"]
    assert diary.events[-1]["deleted_ts"] == said.ts


def test_a_deleted_root_whose_replies_stay_is_told_as_a_change(
    slack: LocalWorkspace, diary: Diary
) -> None:
    maya = slack.user("user")
    said = maya.says("one", "general")
    slack.user("second").says("two", "general", said)
    slack.wait_until_quiet()
    assert after(slack, diary, lambda: maya.deletes(said)) == ["message_changed"]
    assert diary.events[-1]["message"]["subtype"] == "tombstone"
    assert diary.events[-1]["previous_message"]["text"] == "one"


def test_a_mention_added_later_counts(slack: LocalWorkspace, diary: Diary) -> None:
    maya = slack.user("user")
    said = maya.says("anyone?", "general")
    slack.wait_until_quiet()
    kinds = after(slack, diary, lambda: maya.edits(said, f"{slack.mention} anyone?"))
    assert kinds == ["app_mention", "message_changed"]


def test_reactions_joins_and_leaves_are_told(slack: LocalWorkspace, diary: Diary) -> None:
    maya = slack.user("user")
    said = maya.says("news", "general")
    slack.wait_until_quiet()
    assert after(slack, diary, lambda: maya.reacts(said, "eyes")) == ["reaction_added"]
    assert diary.events[-1]["item"] == {"type": "message", "channel": said.channel, "ts": said.ts}
    assert after(slack, diary, lambda: maya.unreacts(said, "eyes")) == ["reaction_removed"]
    assert after(slack, diary, lambda: maya.leaves("ai-help")) == ["member_left_channel"]
    kinds = after(slack, diary, lambda: maya.joins("ai-help"))
    assert kinds == ["channel_join", "member_joined_channel"]


def test_a_shared_file_is_told(slack: LocalWorkspace, diary: Diary) -> None:
    maya = slack.user("user")
    file = maya.uploads("a.txt", b"words")
    assert after(slack, diary, lambda: maya.says("look", files=[file])) == [
        "file_share",
        "file_shared",
    ]


def test_opening_the_app_tells_the_tab(slack: LocalWorkspace, diary: Diary) -> None:
    maya = slack.user("user")
    for tab in ("home", "messages"):
        assert after(slack, diary, lambda tab=tab: maya.opens_app(tab)) == ["app_home_opened"]
        assert diary.events[-1]["tab"] == tab


def test_what_a_person_looks_at_comes_with_their_words(slack: LocalWorkspace, diary: Diary) -> None:
    maya = slack.user("user")
    assert after(slack, diary, lambda: maya.looks_at("ai-help")) == ["app_context_changed"]
    assert after(slack, diary, lambda: maya.looks_at("ai-help")) == []
    after(slack, diary, lambda: maya.says("what is this about?"))
    entity = diary.events[-1]["app_context"]["entities"][0]
    assert entity["value"] == slack.channel("ai-help")


def test_the_stop_button_names_the_open_stream(slack: LocalWorkspace, diary: Diary) -> None:
    maya, client = slack.user("user"), client_of(slack)
    said = maya.says("tell me all")
    begun = client.chat_startStream(channel=said.channel, thread_ts=said.ts, markdown_text="Well")
    slack.wait_until_quiet()
    assert after(slack, diary, lambda: maya.stops(said)) == ["agent_session_stopped"]
    event = diary.events[-1]
    assert event["streaming_message_ts"] == [begun["ts"]]
    assert (event["thread_ts"], event["user"]) == (said.ts, maya.id)


def test_a_shared_channel_says_so(slack: LocalWorkspace, diary: Diary) -> None:
    guest = slack.add_user("gus", "Gus Guest", team="T0OTHER")
    slack.add_channel("with-partner", [guest], external=True)
    after(slack, diary, lambda: guest.says("hello", "with-partner"))
    assert diary.bodies[-1]["is_ext_shared_channel"]
    assert diary.events[-1]["user_team"] == diary.events[-1]["source_team"] == "T0OTHER"
    after(slack, diary, lambda: slack.user("maya").says("hello", "general"))
    assert "user_team" not in diary.events[-1]


@pytest.mark.parametrize(
    ("scopes", "events"),
    [
        ([s for s in SCOPES if s != "channels:history"], ["message.channels"]),
        (list(SCOPES), ["message.im"]),
    ],
    ids=["no scope", "no subscription"],
)
def test_an_event_needs_its_subscription_and_its_scope(
    scopes: list[str], events: list[str]
) -> None:
    with LocalWorkspace(manifest(scopes, events)) as slack:
        slack.user().says("anyone?", "general")
        assert slack.sent("message") == []


def test_an_app_that_asks_for_it_hears_itself() -> None:
    with LocalWorkspace(manifest(), echo=True) as slack:
        client_of(slack).chat_postMessage(channel=slack.channel("general"), text="echo")
        assert slack.sent("message")[0]["event"]["text"] == "echo"
