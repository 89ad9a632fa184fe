from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adoption.questions.models import Outcome, Surface
from knowledge.errors import PersonalAllowanceUsed
from slack_emulator import LocalWorkspace
from slack_emulator.state.messages import Message
from tests.e2e.fleet import appears, ask, eventually, id_of, question_of, replies, workspace
from tests.e2e.test_conversation import BUDGET, WEATHER, Running, answer_to, block
from tests.knowledge.model_server import ModelServer, model_server

FIRST = "Plan 15–20 % of the project budget for change management. [1]"
SECOND = "Data work takes 40–50 % of the engineering effort. [1]"
WHOLE = f"{FIRST} {SECOND}"
# Answered in the light of the question before it, and by itself not.
EXAMPLE = "Can you give an example?"


def with_model(slack: LocalWorkspace, data_dir: Path, server: ModelServer, **more: str) -> Running:
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
    with workspace() as slack:
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


def finished(running: Running, asked: Message) -> Message:
    """The one message that answers, when it is recorded as answered."""
    running.interaction(asked)
    (message,) = [
        reply for reply in replies(running.slack, asked) if question_of(reply) == id_of(asked)
    ]
    assert message.stream is None or not message.stream.is_open
    return message


def test_a_composed_answer_grows_in_the_thread_and_is_recorded(running: Running):
    asked = ask(running.slack, BUDGET)
    message = finished(running, asked)
    assert message.body["blocks"][0]["text"].strip() == WHOLE
    assert "Budget and sponsor" in block(message, "context")["elements"][0]["text"]
    assert block(message, "context_actions")
    assert message.body["streaming_state"] == "completed"
    row = running.interaction(asked)
    assert (row.outcome, row.model) == (Outcome.ANSWERED, "openai:small")
    assert row.answer == WHOLE


def test_where_streaming_is_refused_the_answer_is_posted(running: Running):
    running.slack.faults.plan("chat.startStream", "channel_type_not_supported")
    asked = ask(running.slack, BUDGET)
    message = finished(running, asked)
    assert running.slack.faults.planned == 0
    assert message.body["blocks"][0]["text"] == WHOLE
    assert message.stream is None
    assert len(replies(running.slack, asked)) == 1


def test_a_follow_up_in_the_thread_needs_no_mention(running: Running):
    first = ask(running.slack, BUDGET)
    finished(running, first)
    asked = running.slack.user().says(EXAMPLE, "general", first)
    message = finished(running, asked)
    row = running.interaction(asked)
    assert (row.question, row.outcome) == (EXAMPLE, Outcome.ANSWERED)
    assert row.surface is Surface.CHANNEL
    assert message.root == first.ts


def test_a_follow_up_in_a_direct_thread_is_understood(running: Running):
    user = running.slack.user()
    first = user.says(BUDGET)
    finished(running, first)
    asked = user.says(EXAMPLE, thread=first)
    finished(running, asked)
    assert running.interaction(asked).outcome is Outcome.ANSWERED
    elsewhere = user.says(EXAMPLE)
    assert running.interaction(elsewhere).outcome is Outcome.ABSTAINED


def test_talk_among_people_in_the_thread_is_left_alone(running: Running):
    slack, user = running.slack, running.slack.user()
    first = ask(slack, BUDGET)
    finished(running, first)
    other = slack.user("second")
    elsewhere = user.says("A thread of people", "general")
    left_alone = [
        user.says("thanks!", "general", first),
        user.says(f"@{other.handle} what do you think?", "general", first),
        user.says("@here who knows more?", "general", first),
        user.says("I will try that on Monday.", "general", first),
        appears(slack, first.channel, "How much is it?", user.id, bot_id="B1", thread_ts=first.ts),
        user.says(BUDGET, "general", elsewhere),
        user.says(BUDGET, "general"),
    ]
    assert f"<@{other.id}>" in left_alone[1].body["text"]
    assert "<!here>" in left_alone[2].body["text"]
    after = slack.user("champion").says(WEATHER, "general", first)
    running.interaction(after)
    taken = {row.id for row in running.interactions()}
    assert [each.body["text"] for each in left_alone if id_of(each) in taken] == []


def test_a_mention_in_the_thread_is_answered_once(running: Running):
    slack = running.slack
    first = ask(slack, BUDGET)
    finished(running, first)
    asked = ask(slack, EXAMPLE, thread=first)
    # As a mention, and as a message of a thread that the app is in.
    assert slack.redeliver(asked) == 2
    finished(running, asked)
    after = ask(slack, WEATHER)
    running.interaction(after)
    assert [question_of(post) for post in slack.posts()].count(id_of(asked)) == 1


def test_when_the_allowance_is_used_the_guide_is_quoted_and_it_is_said(
    data_dir: Path, server: ModelServer
):
    with workspace() as slack:
        # Enough for one question: its passages are about 1,000 tokens, and its reply.
        limit = {"UPTAKE_MODEL_TOKENS_PER_PERSON_PER_DAY": "2500"}
        running = with_model(slack, data_dir, server, **limit, UPTAKE_MODEL_TOKENS_PER_REPLY="500")
        try:
            for _ in range(6):
                last = ask(slack, BUDGET)
                running.interaction(last)
            message = answer_to(running, last)
            notes = [
                e["text"]
                for b in message.body["blocks"]
                for e in b.get("elements", [])
                if "text" in e
            ]
            assert PersonalAllowanceUsed.note in notes
            assert "15–20 %" in message.body["text"]
            assert running.interaction(last).model is None
            used = running.record.spending(lambda: datetime.now(UTC))
            assert 0 < used.of_day(datetime.now(UTC).date()).tokens <= 2500
        finally:
            running.stop()


KILLS = ["amid the stream", "within:generate", "after:generate", "within:post"]


@pytest.mark.parametrize("point", KILLS)
def test_killed_while_it_streams_it_is_finished_once(
    point: str, running: Running, server: ModelServer
):
    amid, slack = point == "amid the stream", running.slack
    before = len(running.interactions())
    if amid:
        # One word after the first sentence tells that it has ended.
        server.pause_at = len(FIRST.split()) + 1
        server.middle.clear()
    else:
        running.dies_at(point)
    streams = len(slack.calls("chat.startStream"))
    asked = ask(slack, BUDGET)
    if amid:
        slack.wait_for(lambda: len(slack.calls("chat.startStream")) > streams, 60)
        running.kill()
        server.middle.set()
    assert running.process.wait(90) == -9
    begun = replies(slack, asked)[0].stream
    assert begun is not None
    assert begun.is_open is (point != "within:post")
    running.starts_again()
    finished(running, asked)
    (message,) = replies(slack, asked)
    assert message.body["blocks"][0]["text"].strip() == WHOLE
    assert eventually(lambda: len(running.interactions()) - before) == 1
    assert running.interaction(asked).outcome is Outcome.ANSWERED
    assert running.interaction(asked).answer == WHOLE
