from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from slack_sdk import WebClient

from adoption.questions.models import Surface
from bot.conversation.question import Question
from bot.observability.question_metrics import Course
from bot.observability.status_board import PER_MINUTE, StatusBoard
from bot.slack.gateway import SlackGateway
from slack_emulator import LocalWorkspace
from tests.e2e.fleet import workspace

COURSE = Course("answered", None, "v", 0, 0, 0, 0)


@pytest.fixture
def slack() -> Iterator[LocalWorkspace]:
    with workspace() as slack:
        yield slack


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def board(slack: LocalWorkspace, clock: Clock) -> StatusBoard:
    gateway = SlackGateway(WebClient(slack.bot_token, slack.api_url))
    return StatusBoard(gateway, lambda ids: [id for id in ids if id == "elsewhere"], clock)


@pytest.fixture
def question(slack: LocalWorkspace) -> Callable[..., Question]:
    said = slack.user().says("words", "general")

    def made(id: str = "q") -> Question:
        return Question(id, "T:U", Surface.CHANNEL, said.channel, said.ts, "words", float(said.ts))

    return made


def statuses(slack: LocalWorkspace) -> list[str]:
    return [call.arguments["status"] for call in slack.calls("agents.sessions.setStatus")]


def after(board: StatusBoard, clock: Clock, seconds: float) -> None:
    clock.now += seconds
    board.step(clock.now)


def test_whoever_waits_sees_it_and_then_no_longer(slack, board, clock, question):
    board.taken(question())
    after(board, clock, 0.1)
    assert statuses(slack) == []
    after(board, clock, 0.5)
    assert statuses(slack) == ["processing"]
    board.ended(question(), COURSE)
    after(board, clock, 0.1)
    assert statuses(slack) == ["processing", "active"]


def test_a_quick_answer_needs_no_status(slack, board, clock, question):
    board.taken(question())
    board.ended(question(), COURSE)
    after(board, clock, 5)
    assert statuses(slack) == []


def test_an_answer_given_by_another_worker_ends_the_status_too(slack, board, clock, question):
    board.taken(question("elsewhere"))
    after(board, clock, 1)
    after(board, clock, 5)
    after(board, clock, 1)
    assert statuses(slack) == ["processing", "active"]


def test_a_burst_stays_below_slacks_limit_and_every_status_is_taken_back(
    slack, board, clock, question
):
    for number in range(200):
        board.taken(question(f"q{number}"))
    after(board, clock, 1)
    shown = statuses(slack).count("processing")
    assert 0 < shown <= PER_MINUTE / 2 + 1
    for number in range(200):
        board.ended(question(f"q{number}"), COURSE)
    for _ in range(60):
        after(board, clock, 1)
    assert statuses(slack).count("active") == shown


def test_where_slack_knows_no_statuses_none_are_tried_again(slack, board, clock, question):
    slack.faults.plan("agents.sessions.setStatus", "unknown_method")
    board.taken(question())
    after(board, clock, 1)
    board.taken(question("r"))
    after(board, clock, 1)
    assert len(statuses(slack)) == 1


def test_told_to_wait_it_waits(slack, board, clock, question):
    slack.faults.retry_after = 60
    slack.faults.plan("agents.sessions.setStatus", "429")
    board.taken(question())
    after(board, clock, 1)
    assert slack.faults.planned == 0
    board.taken(question("r"))
    after(board, clock, 59)
    assert len(statuses(slack)) == 1
    after(board, clock, 60)
    assert len(statuses(slack)) == 2
