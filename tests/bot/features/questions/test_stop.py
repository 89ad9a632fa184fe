from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adoption.questions.models import Outcome
from adoption.reports.questions import is_unanswered
from bot.conversation.question import STOP, WITHDRAW, stops_key
from bot.jobs.job import JobKind
from slack_emulator.state.messages import Message
from tests.bot.features.questions.test_edits import done, name, public, row
from tests.knowledge.model_server import ModelServer, model_server
from tests.support.app import BUDGET, RunningApp, running_app, said

FIRST = "Plan 15–20 % of the project budget for change management. [1]"
SECOND = "Data work takes 40–50 % of the engineering effort. [1]"


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with model_server() as server:
        server.reply = composing
        yield server


def composing(request: dict[str, Any]) -> str:
    rewriting = "<message-" in request["messages"][1]["content"]
    return "NOT FOUND" if rewriting else f"{FIRST} {SECOND}"


@pytest.fixture(scope="module")
def shared(
    home: Path, server: ModelServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningApp]:
    data = Path(shutil.copytree(home, tmp_path_factory.mktemp("stop") / "data"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_BASE_URL", server.url)
        patch.setenv("OPENAI_API_KEY", "sk-test")
        with running_app(
            data, model="openai:small", model_timeout=120, model_first_timeout=120
        ) as made:
            yield made


@pytest.fixture(autouse=True)
def _flowing(server: ModelServer) -> Iterator[None]:
    yield
    server.hold.set()
    server.middle.set()


def begins(shared: RunningApp, server: ModelServer, place: str = "app") -> tuple[Message, Message]:
    """A question whose answer has its first sentence, and goes on when the server may."""
    server.pause_at = len(FIRST.split()) + 1
    server.middle.clear()
    mention = "" if place == "app" else f"{shared.slack.mention} "
    question = shared.slack.user().says(f"{mention}{BUDGET}", channel=place)
    growing = shared.slack.wait_for(lambda: shared.slack.replies(question), 60)[0]
    working(shared, question)
    return question, growing


def working(shared: RunningApp, question: Message) -> None:
    """Whoever waits sees that, as the background thread would show it."""
    shared.board.step(shared.board._clock() + 1)
    assert shared.slack.session(question).status == "processing"


def stopped(shared: RunningApp, question: Message) -> None:
    shared.slack.wait_for(lambda: shared.slack.session(question).status == "active", 60)


def knows(shared: RunningApp, kind: JobKind, key: str) -> None:
    """The app has stored a change, so that the answer may go on."""
    shared.eventually(lambda: shared.container.jobs.stored(kind, keys=[key]), f"{key} stored")


def test_stop_ends_a_growing_answer_with_what_is_there(shared: RunningApp, server: ModelServer):
    slack = shared.slack
    question, growing = begins(shared, server)
    slack.user().stops(question)
    shared.eventually(lambda: "You stopped this answer" in said(slack.message(growing)))
    stopped(shared, question)
    server.middle.set()
    kept = shared.eventually(lambda: row(shared, question))
    assert (kept.outcome, kept.answer, kept.citations) == (Outcome.STOPPED, FIRST, [])
    (shown,) = public(shared, question)
    assert FIRST in said(shown)
    assert SECOND not in said(shown)
    assert said(shown).count("You stopped this answer") == 1
    assert shown.body["streaming_state"] == "completed"


def test_stop_before_anything_was_said_leaves_nothing(shared: RunningApp, server: ModelServer):
    slack = shared.slack
    asked = len(server.requests)
    server.hold.clear()
    question = slack.user().says(BUDGET)
    shared.eventually(lambda: len(server.requests) > asked, "a request to the model")
    working(shared, question)
    slack.user().stops(question)
    stopped(shared, question)
    server.hold.set()
    kept = shared.eventually(lambda: row(shared, question))
    assert (kept.outcome, kept.answer) == (Outcome.STOPPED, "")
    assert public(shared, question) == []


def test_stop_counts_as_neither_answered_nor_unanswered(shared: RunningApp, server: ModelServer):
    question, _ = begins(shared, server)
    shared.slack.user().stops(question)
    stopped(shared, question)
    server.middle.set()
    kept = shared.eventually(lambda: row(shared, question))
    assert kept.outcome is Outcome.STOPPED
    assert not is_unanswered(kept)


def test_stop_told_twice_and_too_late_changes_nothing(shared: RunningApp, server: ModelServer):
    slack = shared.slack
    question, answer = shared.asks("user", BUDGET, "app")
    assert SECOND in said(answer)
    slack.user().stops(question)
    event = slack.sent("agent_session_stopped")[-1]["event"]
    key = stops_key(event["channel"], question.ts, shared.account("user"))
    done(shared, STOP, f"{key}{float(event['event_ts'])}")
    assert "You stopped" not in said(slack.message(answer))
    assert row(shared, question).outcome is Outcome.ANSWERED
    # What is asked afterwards in the same thread is answered.
    after = slack.user().says("How much does data work take?", thread=question)
    shared.eventually(lambda: (kept := row(shared, after)) and kept.outcome is not Outcome.STOPPED)


def test_nobody_stops_somebody_elses_answer(shared: RunningApp, server: ModelServer):
    slack = shared.slack
    question, _ = begins(shared, server, "general")
    slack.user("second").stops(question)
    event = slack.sent("agent_session_stopped")[-1]["event"]
    key = stops_key(event["channel"], question.ts, shared.account("second"))
    done(shared, STOP, f"{key}{float(event['event_ts'])}")
    server.middle.set()
    kept = shared.eventually(lambda: row(shared, question))
    assert kept.outcome is Outcome.ANSWERED
    (shown,) = public(shared, question)
    assert SECOND in said(shown)
    assert "You stopped" not in said(shown)


def test_a_stopped_question_that_is_edited_is_answered_after_all(
    shared: RunningApp, server: ModelServer
):
    slack = shared.slack
    question, growing = begins(shared, server)
    slack.user().stops(question)
    stopped(shared, question)
    server.middle.set()
    shared.eventually(lambda: row(shared, question))
    slack.user().edits(question, "How much of the budget does data work take?")
    shared.eventually(lambda: SECOND in said(slack.message(growing)))
    shared.eventually(lambda: row(shared, question).outcome is Outcome.ANSWERED)
    assert len(public(shared, question)) == 1
    assert "You stopped" not in said(slack.message(growing))


def test_an_edit_while_the_answer_grows_ends_in_one_reply_for_the_last_words(
    shared: RunningApp, server: ModelServer
):
    slack = shared.slack
    question, growing = begins(shared, server)
    for words in ("How much for people?", "How much of the effort does data work take?"):
        slack.user().edits(question, words)
    server.middle.set()
    shared.eventually(lambda: (kept := row(shared, question)) and kept.question == words)
    (shown,) = public(shared, question)
    assert shown.ts == growing.ts


def test_a_question_deleted_while_its_answer_grows_leaves_nothing(
    shared: RunningApp, server: ModelServer
):
    question, growing = begins(shared, server)
    shared.slack.user().deletes(question)
    knows(shared, WITHDRAW, name(question))
    server.middle.set()
    kept = shared.eventually(lambda: row(shared, question))
    assert (kept.outcome, kept.question, kept.answer) == (Outcome.WITHDRAWN, "", "")
    shared.eventually(lambda: shared.slack.message(growing) is None)
