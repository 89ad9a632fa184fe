"""chat.*: messages, threads, whispers, changes, later messages and streams."""

from __future__ import annotations

import pytest
from slack_sdk import WebClient
from slack_sdk.models.messages.chunk import MarkdownTextChunk, PlanUpdateChunk, TaskUpdateChunk

from slack_emulator import LocalWorkspace, ManualClock
from tests.slack_emulator.manifests import manifest, without
from tests.slack_emulator.refusals import error, refused
from tests.support.slack_apps import client_of


def test_a_message_is_posted_by_id_by_name_and_to_a_person(
    slack: LocalWorkspace, client: WebClient
) -> None:
    maya = slack.user("user")
    client.chat_postMessage(channel=slack.channel("general"), text="by id")
    client.chat_postMessage(channel="#general", text="by name")
    answer = client.chat_postMessage(channel=maya.id, text="to a person")
    assert [m.body["text"] for m in slack.messages("general")] == ["by id", "by name"]
    assert [m.body["text"] for m in maya.sees()] == ["to a person"]
    assert answer["message"]["user"] == slack.bot_id
    assert answer["message"]["bot_id"]


def test_a_reply_stands_in_its_thread_and_a_broadcast_in_the_channel_too(
    slack: LocalWorkspace, client: WebClient
) -> None:
    question = slack.user("user").says("How?", "general")
    place, ts = question.channel, question.ts
    client.chat_postMessage(channel=place, text="so", thread_ts=ts)
    client.chat_postMessage(channel=place, text="all", thread_ts=ts, reply_broadcast=True)
    assert [reply.body["text"] for reply in slack.replies(question)] == ["so", "all"]
    root = slack.message(question)
    assert root is not None
    assert (root.body["reply_count"], root.body["reply_users"]) == (2, [slack.bot_id])
    shown = client.conversations_history(channel=place)["messages"]
    assert [message["text"] for message in shown] == ["all", "How?"]


@pytest.mark.filterwarnings("ignore:The top-level `text` argument:UserWarning")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"channel": "C404", "text": "Hi"}, "channel_not_found"),
        ({"channel": "ai-programme", "text": "Hi"}, "channel_not_found"),
        ({"channel": "outside", "text": "Hi"}, "not_in_channel"),
        ({"channel": "general"}, "no_text"),
        ({"channel": "general", "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "general", "markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"channel": "general", "text": "a", "markdown_text": "b"}, "markdown_text_conflict"),
        ({"channel": "general", "text": "a", "thread_ts": "1.2"}, "thread_not_found"),
        ({"channel": "general", "text": "a", "blocks": "{"}, "invalid_blocks_format"),
        ({"channel": "general", "text": "a", "metadata": {"a": 1}}, "invalid_metadata_schema"),
        ({"channel": "general", "text": "a", "attachments": [{}] * 101}, "too_many_attachments"),
        ({"channel": "general", "blocks": [{"type": "shout"}]}, "invalid_blocks"),
    ],
)
def test_a_message_that_slack_refuses_is_refused(
    outside: WebClient, arguments: dict[str, object], code: str
) -> None:
    assert error(outside.chat_postMessage, **arguments) == code


@pytest.fixture(scope="module")
def outside(open_workspace: LocalWorkspace) -> WebClient:
    """A client in a workspace with a channel the app is not in."""
    open_workspace.add_channel("outside", with_app=False)
    return client_of(open_workspace)


def test_another_name_needs_its_scope() -> None:
    with LocalWorkspace(without("chat:write.customize")) as slack:
        answer = refused(
            client_of(slack).chat_postMessage, channel="general", text="a", username="Boss"
        )
        assert answer["needed"] == "chat:write.customize"


def test_only_one_person_sees_a_whisper(slack: LocalWorkspace, client: WebClient) -> None:
    maya, tom = slack.user("user"), slack.user("second")
    client.chat_postEphemeral(channel=slack.channel("general"), user=maya.id, text="psst")
    assert [m.body["text"] for m in maya.whispers("general")] == ["psst"]
    assert tom.sees("general") == []
    assert client.conversations_history(channel=slack.channel("general"))["messages"] == []
    outsider = slack.add_user("olga", "Olga Outside")
    asked = {"channel": slack.channel("general"), "user": outsider.id, "text": "psst"}
    assert error(client.chat_postEphemeral, **asked) == "user_not_in_channel"


def test_an_own_message_is_changed_and_deleted(slack: LocalWorkspace, client: WebClient) -> None:
    posted = client.chat_postMessage(channel="general", text="one", blocks=[{"type": "divider"}])
    place = {"channel": posted["channel"], "ts": posted["ts"]}
    client.chat_update(**place, text="two")
    now = slack.messages("general")[0]
    assert (now.body["text"], now.body["blocks"][0]["type"]) == ("two", "divider")
    assert now.body["edited"]["user"] == slack.bot_id
    client.chat_update(**place, text="three", blocks=[])
    assert "blocks" not in slack.messages("general")[0].body
    client.chat_delete(**place)
    assert slack.messages("general") == []
    assert error(client.chat_update, **place, text="four") == "message_not_found"


def test_a_deleted_root_leaves_a_tombstone(slack: LocalWorkspace, client: WebClient) -> None:
    posted = client.chat_postMessage(channel="general", text="root")
    slack.user().says("reply", "general", posted["ts"])
    client.chat_delete(channel=posted["channel"], ts=posted["ts"])
    assert slack.messages("general")[0].body["subtype"] == "tombstone"


def test_others_messages_are_not_the_apps_to_change(
    slack: LocalWorkspace, client: WebClient
) -> None:
    said = slack.user().says("mine", "general")
    place = {"channel": said.channel, "ts": said.ts}
    assert error(client.chat_update, **place, text="no") == "cant_update_message"
    assert error(client.chat_delete, **place) == "cant_delete_message"


def test_a_permalink_leads_to_the_message(slack: LocalWorkspace, client: WebClient) -> None:
    said = slack.user().says("here", "general")
    reply = slack.user().says("there", "general", said)
    link = client.chat_getPermalink(channel=said.channel, message_ts=reply.ts)["permalink"]
    assert link.startswith(slack.url)
    assert f"thread_ts={said.ts}" in link
    asked = {"channel": said.channel, "message_ts": "1.000000"}
    assert error(client.chat_getPermalink, **asked) == "message_not_found"


def test_a_scheduled_message_comes_at_its_time_and_one_taken_back_never() -> None:
    clock = ManualClock()
    with LocalWorkspace(manifest(), clock=clock) as slack:
        client, now = client_of(slack), int(clock())
        place = slack.channel("general")
        kept = client.chat_scheduleMessage(channel=place, post_at=now + 60, text="later")
        gone = client.chat_scheduleMessage(channel=place, post_at=now + 60, text="never")
        assert len(client.chat_scheduledMessages_list()["scheduled_messages"]) == 2
        named = {"channel": place, "scheduled_message_id": gone["scheduled_message_id"]}
        client.chat_deleteScheduledMessage(**named)
        assert error(client.chat_deleteScheduledMessage, **named) == "invalid_scheduled_message_id"
        slack.advance(59)
        assert slack.messages("general") == []
        slack.advance(1)
        assert [m.body["text"] for m in slack.messages("general")] == ["later"]
        assert kept["post_at"] == now + 60
        past = {"channel": place, "text": "x", "post_at": now}
        assert error(client.chat_scheduleMessage, **past) == "time_in_past"
        far = past | {"post_at": now + 200 * 86_400}
        assert error(client.chat_scheduleMessage, **far) == "time_too_far"


def test_a_stream_grows_and_ends_with_its_blocks(slack: LocalWorkspace, client: WebClient) -> None:
    asked = slack.user().says("Tell me")
    stream = client.chat_stream(channel=asked.channel, thread_ts=asked.ts, buffer_size=1)
    stream.append(markdown_text="**One** ")
    message = slack.replies(asked)[0]
    assert message.stream is not None
    assert message.stream.is_open
    assert slack.answers(asked) == []
    stream.append(markdown_text="two")
    task = TaskUpdateChunk(id="t1", title="Looking", status="in_progress")
    stream.append(chunks=[task])
    stream.append(chunks=[TaskUpdateChunk(id="t1", title="Looked", status="complete")])
    stream.stop(blocks=[{"type": "divider"}])
    done = slack.wait_for_answer(asked)
    assert slack.calls("chat.stopStream")
    assert done.body["text"] == "**One** two"
    kinds = [block["type"] for block in done.body["blocks"]]
    assert kinds == ["markdown", "task_card", "divider"]
    assert done.body["blocks"][1]["title"] == "Looked"
    again = {"channel": asked.channel, "ts": done.ts, "markdown_text": "more"}
    assert error(client.chat_appendStream, **again) == "message_not_in_streaming_state"


def test_the_tasks_of_a_plan_stand_together(slack: LocalWorkspace, client: WebClient) -> None:
    asked = slack.user().says("Plan")
    stream = client.chat_stream(channel=asked.channel, thread_ts=asked.ts)
    chunks = [
        PlanUpdateChunk(title="Two steps"),
        TaskUpdateChunk(id="a", title="First", status="complete"),
        MarkdownTextChunk(text="Done."),
        TaskUpdateChunk(id="b", title="Second", status="pending"),
    ]
    stream.append(chunks=chunks)
    stream.stop()
    plan, words = slack.wait_for_answer(asked).body["blocks"]
    assert (plan["title"], [task["task_id"] for task in plan["tasks"]]) == ("Two steps", ["a", "b"])
    assert words["text"] == "Done."


def test_a_stream_has_its_rules(slack: LocalWorkspace, client: WebClient) -> None:
    asked = slack.user().says("Hello", "general")
    place = {"channel": asked.channel, "thread_ts": asked.ts}
    assert error(client.chat_startStream, **place) == "missing_recipient_user_id"
    whom = {"recipient_user_id": slack.user().id, "recipient_team_id": slack.team_id}
    begun = client.chat_startStream(**place, **whom, markdown_text="a")
    where = {"channel": asked.channel, "ts": begun["ts"]}
    mixed = {"chunks": [{"type": "markdown_text", "text": "b"}]}
    assert error(client.chat_appendStream, **where, **mixed) == "streaming_mode_mismatch"
    assert error(client.chat_appendStream, **where) == "no_text"
    long = {"markdown_text": "x" * 12_001}
    assert error(client.chat_appendStream, **where, **long) == "msg_too_long"
    assert error(client.chat_update, **where, text="x") == "streaming_state_conflict"
    client.chat_stopStream(**where, session_status="active")
    assert slack.session(asked).status == "active"
    foreign = {"channel": asked.channel, "ts": asked.ts, "markdown_text": "x"}
    assert error(client.chat_appendStream, **foreign) == "message_not_owned_by_app"
