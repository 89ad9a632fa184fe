from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from starlette.responses import JSONResponse

from adoption.record import Record
from tests.e2e.fleet import (
    PersistentSlack,
    Worker,
    answered_once,
    fresh_database,
    persistent_slack,
)
from tests.e2e.test_conversation import BUDGET, eventually
from tests.servers import free_port


@pytest.fixture
def slack() -> Iterator[PersistentSlack]:
    with persistent_slack() as slack:
        yield slack


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    with fresh_database(postgres) as url:
        yield url


def get(port: int, path: str) -> tuple[int, str]:
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as response:
            return response.status, response.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()
    except (URLError, OSError):
        return 0, ""


def limits_once(seconds: int):
    said = []

    def refuse(method: str, arguments: dict[str, Any]) -> JSONResponse | None:
        if method == "chat.postMessage" and not said:
            said.append(time.monotonic())
            body = {"ok": False, "error": "ratelimited"}
            return JSONResponse(body, 429, headers={"Retry-After": str(seconds)})
        return None

    return refuse, said


def test_it_says_that_it_lives_that_it_is_ready_and_how_it_goes(
    slack: PersistentSlack, data_dir: Path
):
    port = free_port()
    refuse, said = limits_once(2)
    slack.answer_with = refuse
    worker = Worker(
        slack,
        data_dir,
        UPTAKE_HEALTH_PORT=str(port),
        UPTAKE_LOG_FORMAT="json",
        UPTAKE_LOG_LEVEL="INFO",
    )
    slack.wait_connected(1)
    eventually(lambda: get(port, "/readyz")[0] == 200)
    assert get(port, "/healthz")[0] == 200
    event = slack.mention(BUDGET)
    record = Record.open(f"sqlite:///{data_dir / 'record.sqlite'}")
    answered_once(slack, record, [event])
    assert said
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


def test_told_to_stop_it_finishes_what_it_began(slack: PersistentSlack, data_dir: Path):
    worker = Worker(slack, data_dir)
    slack.wait_connected(1)
    events = [slack.mention(BUDGET, channel=f"C{n}") for n in range(10)]
    slack.wait(lambda: len(slack.messages) >= 2)
    assert worker.stop() == 0
    record = Record.open(f"sqlite:///{data_dir / 'record.sqlite'}")
    # What was begun is done: nothing was posted that is not written down.
    assert record.count() == len(slack.messages)
    again = Worker(slack, data_dir)
    answered_once(slack, record, events)
    slack.wait_connected(1)
    assert again.stop() == 0
    record.close()


def test_what_outlives_the_grace_period_is_handed_over(
    slack: PersistentSlack, database: str, data_dir: Path
):
    slack.answer_with, said = limits_once(120)
    settings = {"UPTAKE_DATABASE_URL": database, "UPTAKE_GRACE_SECONDS": "1"}
    first = Worker(slack, data_dir, **settings)
    slack.wait_connected(1)
    event = slack.mention(BUDGET)
    eventually(lambda: said)
    assert first.stop(20) == 0
    assert slack.replies(event) == []
    second = Worker(slack, data_dir, **settings)
    record = Record.open(database)
    answered_once(slack, record, [event])
    assert second.stop() == 0
    record.close()


def test_a_worker_that_wakes_up_after_it_was_given_up_does_not_answer_again(
    slack: PersistentSlack, database: str, data_dir: Path
):
    slack.answer_with, said = limits_once(3)
    settings = {"UPTAKE_DATABASE_URL": database}
    sleeper = Worker(slack, data_dir, **settings)
    slack.wait_connected(1)
    event = slack.mention(BUDGET)
    eventually(lambda: said)
    os.kill(sleeper.process.pid, signal.SIGSTOP)
    other = Worker(slack, data_dir, **settings)
    record = Record.open(database)
    answered_once(slack, record, [event])
    os.kill(sleeper.process.pid, signal.SIGCONT)
    looked = len(slack.called("conversations.replies"))
    slack.wait(lambda: len(slack.called("conversations.replies")) > looked)
    later = slack.mention(BUDGET, channel="C2LATER")
    answered_once(slack, record, [event, later])
    assert [sleeper.stop(), other.stop()] == [0, 0]
    record.close()


def test_over_http_too_it_ends_tidily_and_shows_no_figures_to_the_world(
    slack: PersistentSlack, data_dir: Path
):
    port = free_port()
    worker = Worker(
        slack, data_dir, arguments=["--http", str(port)], SLACK_SIGNING_SECRET="a secret"
    )
    eventually(lambda: get(port, "/readyz")[0] == 200)
    assert get(port, "/healthz")[0] == 200
    assert get(port, "/metrics")[0] == 404
    assert worker.stop() == 0
