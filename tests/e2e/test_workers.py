from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adoption.record import Record
from tests.e2e.fleet import Worker, answered_once, fresh_database, persistent_slack
from tests.e2e.slack import SmallSlack
from tests.e2e.test_conversation import BUDGET, WEATHER

OLDER = (str(Path(__file__).parent / "older.py"),)


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    with fresh_database(postgres) as url:
        yield url


def ask(slack: SmallSlack, count: int, channels: int = 12) -> list[dict[str, Any]]:
    return [
        slack.mention((BUDGET, WEATHER)[n % 2], channel=f"C{n % channels}", user=f"U{n}")
        for n in range(count)
    ]


def test_three_workers_answer_once_though_one_dies_for_good_with_an_answer_in_hand(
    database: str, data_dir: Path
):
    with persistent_slack() as slack:
        settings = {"UPTAKE_DATABASE_URL": database}
        doomed = Worker(
            slack, data_dir, UPTAKE_EXECUTOR_ID="doomed", KILL_AT="within:post", **settings
        )
        others = [Worker(slack, data_dir, **settings) for _ in range(2)]
        slack.wait_connected(3)
        record = Record.open(database)
        events = ask(slack, 36)
        assert doomed.process.wait(60) == -9
        answered_once(slack, record, events)
        assert [worker.stop() for worker in others] == [0, 0]
        record.close()


def test_what_an_older_version_left_is_finished_by_the_new_one(database: str, data_dir: Path):
    with persistent_slack() as slack:
        settings = {"UPTAKE_DATABASE_URL": database}
        old = Worker(slack, data_dir, OLDER, KILL_AT="within:post", **settings)
        slack.wait_connected(1)
        events = ask(slack, 8, channels=2)
        assert old.process.wait(60) == -9
        new = Worker(slack, data_dir, **settings)
        record = Record.open(database)
        answered_once(slack, record, events)
        assert new.stop() == 0
        record.close()


def test_on_sqlite_too_an_upgrade_finishes_what_was_begun(home: Path, tmp_path: Path):
    data_dir = Path(shutil.copytree(home, tmp_path / "data"))
    with persistent_slack() as slack:
        old = Worker(slack, data_dir, OLDER, KILL_AT="within:post")
        slack.wait_connected(1)
        events = ask(slack, 4, channels=2)
        assert old.process.wait(60) == -9
        new = Worker(slack, data_dir)
        record = Record.open(f"sqlite:///{data_dir / 'record.sqlite'}")
        answered_once(slack, record, events)
        assert new.stop() == 0
        record.close()


def test_during_a_deploy_every_question_is_answered_once(database: str, data_dir: Path):
    with persistent_slack() as slack:
        settings = {"UPTAKE_DATABASE_URL": database}
        old = Worker(slack, data_dir, OLDER, UPTAKE_EXECUTOR_ID="worker-0", **settings)
        slack.wait_connected(1)
        events = ask(slack, 30)
        slack.wait(lambda: len(slack.messages) >= 5)
        new = Worker(slack, data_dir, UPTAKE_EXECUTOR_ID="worker-1", **settings)
        slack.wait_connected(2)
        events += ask(slack, 20)
        assert old.stop() == 0
        record = Record.open(database)
        answered_once(slack, record, events)
        assert new.stop() == 0
        record.close()


def test_questions_in_a_thread_are_answered_in_the_order_they_were_asked(
    database: str, data_dir: Path
):
    with persistent_slack() as slack:
        settings = {"UPTAKE_DATABASE_URL": database}
        workers = [Worker(slack, data_dir, **settings) for _ in range(2)]
        slack.wait_connected(2)
        record, thread, asked = Record.open(database), slack.ts(), []
        for number in range(6):
            event = {
                "type": "app_mention",
                "user": f"U{number}",
                "text": (BUDGET, WEATHER)[number % 2],
                "ts": slack.ts(),
                "thread_ts": thread,
                "channel": "C1",
            }
            slack.wait_acknowledged(slack.deliver("events_api", slack.wrapped(event)))
            asked.append(f"C1:{event['ts']}")
        slack.wait(lambda: len(slack.messages) == 6)
        named = [each["metadata"]["event_payload"]["question"] for each in slack.messages]
        assert named == asked
        assert [worker.stop() for worker in workers] == [0, 0]
        record.close()
