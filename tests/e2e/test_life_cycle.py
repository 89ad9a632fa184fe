from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from adoption.record import Record
from slack_emulator import LocalWorkspace
from tests.e2e.fleet import (
    Worker,
    answered_once,
    ask,
    crowd,
    eventually,
    fresh_database,
    get,
    replies,
    workspace,
)
from tests.e2e.test_conversation import BUDGET
from tests.servers import free_port


@pytest.fixture
def slack() -> Iterator[LocalWorkspace]:
    with workspace() as slack:
        yield slack


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    with fresh_database(postgres) as url:
        yield url


def limit_once(slack: LocalWorkspace, seconds: int) -> None:
    """The next message is refused, to be tried again so many seconds later."""
    slack.faults.retry_after = seconds
    slack.faults.plan("chat.postMessage", "429")


def test_it_says_that_it_lives_that_it_is_ready_and_how_it_goes(
    slack: LocalWorkspace, data_dir: Path
):
    port = free_port()
    limit_once(slack, 2)
    worker = Worker(
        slack,
        data_dir,
        UPTAKE_HEALTH_PORT=str(port),
        UPTAKE_LOG_FORMAT="json",
        UPTAKE_LOG_LEVEL="INFO",
    )
    slack.wait_until_connected(1, 90)
    eventually(lambda: get(port, "/readyz")[0] == 200)
    assert get(port, "/healthz")[0] == 200
    asked = ask(slack, BUDGET)
    record = Record.open(f"sqlite:///{data_dir / 'record.sqlite'}")
    answered_once(slack, record, [asked])
    assert not slack.faults.planned
    page = get(port, "/metrics")[1]
    assert 'uptake_questions_total{surface="channel"} 1.0' in page
    assert "uptake_slack_rate_limited_total 1.0" in page
    assert worker.stop() == 0
    lines = [json.loads(line) for line in worker.output if line.startswith("{")]
    assert {"A question was kept", "A question was answered"} <= {
        line.get("message") for line in lines
    }
    assert BUDGET not in "".join(worker.output)
    record.close()


def test_told_to_stop_it_finishes_what_it_began(slack: LocalWorkspace, data_dir: Path):
    worker = Worker(slack, data_dir)
    slack.wait_until_connected(1, 90)
    places, (who, *_) = crowd(slack, 10)
    questions = [ask(slack, BUDGET, place, who) for place in places]
    slack.wait_for(lambda: len(slack.posts()) >= 2, 60)
    assert worker.stop() == 0
    record = Record.open(f"sqlite:///{data_dir / 'record.sqlite'}")
    # What was begun is done: nothing was posted that is not written down.
    assert record.questions.count() == len(slack.posts())
    again = Worker(slack, data_dir)
    answered_once(slack, record, questions)
    slack.wait_until_connected(1, 90)
    assert again.stop() == 0
    record.close()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux starts it anew")
def test_killed_with_an_answer_in_hand_it_comes_back_by_itself(
    slack: LocalWorkspace, data_dir: Path
):
    worker = Worker(slack, data_dir, arguments=["--restart"], kill_at=["within:post"])
    record = Record.open(f"sqlite:///{data_dir / 'record.sqlite'}")
    answered_once(slack, record, [ask(slack, BUDGET)])
    assert "The bot was ended by SIGKILL; restarting it." in worker.output
    slack.wait_until_connected(1, 90)
    assert worker.stop() == 0
    record.close()


def test_what_outlives_the_grace_period_is_handed_over(
    slack: LocalWorkspace, database: str, data_dir: Path
):
    limit_once(slack, 120)
    settings = {"UPTAKE_DATABASE_URL": database, "UPTAKE_GRACE_SECONDS": "1"}
    first = Worker(slack, data_dir, **settings)
    slack.wait_until_connected(1, 90)
    asked = ask(slack, BUDGET)
    eventually(lambda: not slack.faults.planned)
    assert first.stop(20) == 0
    assert replies(slack, asked) == []
    second = Worker(slack, data_dir, **settings)
    record = Record.open(database)
    answered_once(slack, record, [asked])
    assert second.stop() == 0
    record.close()


def test_a_worker_that_wakes_up_after_it_was_given_up_does_not_answer_again(
    slack: LocalWorkspace, database: str, data_dir: Path
):
    limit_once(slack, 3)
    settings = {"UPTAKE_DATABASE_URL": database}
    sleeper = Worker(slack, data_dir, **settings)
    slack.wait_until_connected(1, 90)
    asked = ask(slack, BUDGET)
    eventually(lambda: not slack.faults.planned)
    sleeper.process.send(signal.SIGSTOP)
    other = Worker(slack, data_dir, **settings)
    record = Record.open(database)
    answered_once(slack, record, [asked])
    looked = len(slack.calls("conversations.replies"))
    sleeper.process.send(signal.SIGCONT)
    slack.wait_for(lambda: len(slack.calls("conversations.replies")) > looked, 60)
    later = ask(slack, BUDGET, channel="ai-help")
    answered_once(slack, record, [asked, later])
    assert [sleeper.stop(), other.stop()] == [0, 0]
    record.close()
