from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse

from adoption.models import Outcome, Surface
from adoption.spending import Spending
from knowledge.errors import PersonalAllowanceUsed
from tests.e2e.slack import SmallSlack, small_slack
from tests.e2e.test_conversation import BUDGET, WEATHER, Running, answer_to, block, eventually
from tests.knowledge.model_server import ModelServer, model_server

FIRST = "Plan 15–20 % of the project budget for change management. [1]"
SECOND = "Data work takes 40–50 % of the engineering effort. [1]"
WHOLE = f"{FIRST} {SECOND}"
# Answered in the light of the question before it, and by itself not.
EXAMPLE = "Can you give an example?"


def with_model(slack: SmallSlack, data_dir: Path, server: ModelServer, **more: str) -> Running:
    return Running(
        slack,
        data_dir,
        UPTAKE_MODEL="openai:small",
        OPENAI_BASE_URL=server.url,
        OPENAI_API_KEY="sk-test",
        **more,
    )


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with model_server() as server:
        yield server


@pytest.fixture(scope="module")
def running(
    home: Path, server: ModelServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    data_dir = Path(shutil.copytree(home, tmp_path_factory.mktemp("talk") / "data"))
    with small_slack() as slack:
        running = with_model(slack, data_dir, server)
        yield running
        running.stop()


@pytest.fixture(autouse=True)
def _speaking(server: ModelServer) -> Iterator[None]:
    server.reply = composing
    yield
    server.reply = composing
    server.middle.set()


def composing(request: dict[str, Any]) -> str:
    rewriting = "<message-" in request["messages"][1]["content"]
    return "NOT FOUND" if rewriting else WHOLE


def finished(running: Running, event: dict[str, Any]) -> dict[str, Any]:
    """The one message that answers, when it is recorded as answered."""
    running.interaction(event)
    named = f"{event['channel']}:{event['ts']}"
    (message,) = [
        reply
        for reply in running.slack.replies(event)
        if reply.get("metadata", {}).get("event_payload", {}).get("question") == named
    ]
    assert message.get("streaming_state") in (None, "completed")
    return message


def test_a_composed_answer_grows_in_the_thread_and_is_recorded(running: Running):
    event = running.slack.mention(BUDGET)
    message = finished(running, event)
    assert message["blocks"][0]["text"].strip() == WHOLE
    assert "Budget and sponsor" in block(message, "context")["elements"][0]["text"]
    assert block(message, "context_actions")
    assert message["streaming_state"] == "completed"
    row = running.interaction(event)
    assert (row.outcome, row.model) == (Outcome.ANSWERED, "openai:small")
    assert row.answer == WHOLE


def test_where_streaming_is_refused_the_answer_is_posted(running: Running):
    def refuse(method: str, arguments: dict[str, Any]) -> JSONResponse | None:
        no = {"ok": False, "error": "channel_type_not_supported"}
        return JSONResponse(no) if method == "chat.startStream" else None

    running.slack.answer_with = refuse
    try:
        event = running.slack.mention(BUDGET)
        message = finished(running, event)
    finally:
        running.slack.answer_with = lambda method, arguments: None
    assert message["blocks"][0]["text"] == WHOLE
    assert "streaming_state" not in message
    assert len(running.slack.replies(event)) == 1


def test_a_follow_up_in_the_thread_needs_no_mention(running: Running):
    first = running.slack.mention(BUDGET)
    finished(running, first)
    said = {"channel": first["channel"], "channel_type": "channel", "thread_ts": first["ts"]}
    event = running.slack.direct(EXAMPLE, **said)
    message = finished(running, event)
    row = running.interaction(event)
    assert (row.question, row.outcome) == (EXAMPLE, Outcome.ANSWERED)
    assert row.surface is Surface.CHANNEL
    assert message["thread_ts"] == first["ts"]


def test_a_follow_up_in_a_direct_thread_is_understood(running: Running):
    first = running.slack.direct(BUDGET)
    finished(running, first)
    event = running.slack.direct(EXAMPLE, thread_ts=first["ts"])
    finished(running, event)
    assert running.interaction(event).outcome is Outcome.ANSWERED
    elsewhere = running.slack.direct(EXAMPLE)
    assert running.interaction(elsewhere).outcome is Outcome.ABSTAINED


def test_talk_among_people_in_the_thread_is_left_alone(running: Running):
    slack = running.slack
    first = slack.mention(BUDGET)
    finished(running, first)
    here = {"channel": first["channel"], "channel_type": "channel", "thread_ts": first["ts"]}
    left_alone = [
        slack.direct("thanks!", **here),
        slack.direct("<@U2OTHER> what do you think?", **here),
        slack.direct("<!here> who knows more?", **here),
        slack.direct("I will try that on Monday.", **here),
        slack.direct("How much is it?", **(here | {"bot_id": "B1"})),
        slack.direct(BUDGET, **(here | {"thread_ts": slack.ts()})),
        slack.direct(BUDGET, channel="C1GENERAL", channel_type="channel"),
    ]
    after = slack.direct(WEATHER, **(here | {"user": "U3THIRD"}))
    running.interaction(after)
    taken = {row.id for row in running.interactions()}
    assert [e["text"] for e in left_alone if f"{e['channel']}:{e['ts']}" in taken] == []


def test_a_mention_in_the_thread_is_answered_once(running: Running):
    first = running.slack.mention(BUDGET)
    finished(running, first)
    event = running.slack.mention(EXAMPLE, thread_ts=first["ts"])
    running.slack.event(event | {"type": "message", "channel_type": "channel"})
    finished(running, event)
    after = running.slack.mention(WEATHER)
    running.interaction(after)
    named = f"{event['channel']}:{event['ts']}"
    replies = [
        reply
        for reply in running.slack.messages
        if reply.get("metadata", {}).get("event_payload", {}).get("question") == named
    ]
    assert len(replies) == 1


def test_when_the_allowance_is_used_the_guide_is_quoted_and_it_is_said(
    data_dir: Path, server: ModelServer
):
    with small_slack() as slack:
        # Enough for one question: its passages are about 1,000 tokens, and its reply.
        limit = {"UPTAKE_MODEL_TOKENS_PER_PERSON_PER_DAY": "2500"}
        running = with_model(slack, data_dir, server, **limit, UPTAKE_MODEL_TOKENS_PER_REPLY="500")
        try:
            last = None
            for _ in range(6):
                last = slack.mention(BUDGET)
                running.interaction(last)
            message = answer_to(running, last)
            notes = [
                e["text"] for b in message["blocks"] for e in b.get("elements", []) if "text" in e
            ]
            assert PersonalAllowanceUsed.note in notes
            assert "15–20 %" in message["text"]
            assert running.interaction(last).model is None
            used = Spending(running.record, lambda: datetime.now(UTC))
            assert 0 < used.of_day(datetime.now(UTC).date()).tokens <= 2500
        finally:
            running.stop()


KILLS = ["amid the stream", "within:answer", "after:answer", "within:post"]


@pytest.mark.parametrize("point", KILLS)
def test_killed_while_it_streams_it_is_finished_once(
    point: str, data_dir: Path, server: ModelServer
):
    amid = point == "amid the stream"
    with small_slack() as slack:
        first = with_model(slack, data_dir, server, KILL_AT=point)
        if amid:
            # One word after the first sentence tells that it has ended.
            server.pause_at = len(FIRST.split()) + 1
            server.middle.clear()
        event = slack.mention(BUDGET)
        if amid:
            slack.wait(lambda: slack.called("chat.startStream"))
            first.process.kill()
            server.middle.set()
        assert first.process.wait(timeout=90) == -9
        first.record.close()
        assert [m.get("streaming_state") for m in slack.messages][:1] in (
            [["completed"]] if point == "within:post" else [["in_progress"]]
        )
        second = with_model(slack, data_dir, server, KILL_AT=point)
        try:
            finished(second, event)
            (message,) = slack.replies(event)
            assert message["blocks"][0]["text"].strip() == WHOLE
            assert eventually(lambda: len(second.interactions())) == 1
            assert second.interaction(event).outcome is Outcome.ANSWERED
            assert second.interaction(event).answer == WHOLE
        finally:
            second.stop()
