from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from adoption.record import Record
from slack_emulator import LocalWorkspace
from slack_emulator.state.messages import Message
from tests.e2e.fleet import (
    Worker,
    answered_once,
    ask,
    crowd,
    fresh_database,
    id_of,
    question_of,
    workspace,
)
from tests.e2e.test_conversation import BUDGET, WEATHER

pytestmark = pytest.mark.soak

OLDER = Path(__file__).parent / "older.py"


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    with fresh_database(postgres) as url:
        yield url


def ask_many(slack: LocalWorkspace, count: int, channels: int = 12) -> list[Message]:
    """Questions of as many people, spread over new channels."""
    places, people = crowd(slack, channels, count)
    return [
        ask(slack, (BUDGET, WEATHER)[n % 2], places[n % channels], people[n]) for n in range(count)
    ]


def test_three_workers_answer_once_though_one_dies_for_good_with_an_answer_in_hand(
    database: str, data_dir: Path
):
    with workspace() as slack:
        settings = {"UPTAKE_DATABASE_URL": database}
        doomed = Worker(
            slack, data_dir, UPTAKE_EXECUTOR_ID="doomed", kill_at=["within:post"], **settings
        )
        others = [Worker(slack, data_dir, **settings) for _ in range(2)]
        slack.wait_until_connected(3, 90)
        record = Record.open(database)
        asked = ask_many(slack, 36)
        assert doomed.process.wait(60) == -9
        answered_once(slack, record, asked)
        assert [worker.stop() for worker in others] == [0, 0]
        record.close()


def test_what_an_older_version_left_is_finished_by_the_new_one(database: str, data_dir: Path):
    with workspace() as slack:
        settings = {"UPTAKE_DATABASE_URL": database}
        old = Worker(slack, data_dir, OLDER, kill_at=["within:post"], **settings)
        slack.wait_until_connected(1, 90)
        asked = ask_many(slack, 8, channels=2)
        assert old.process.wait(60) == -9
        new = Worker(slack, data_dir, **settings)
        record = Record.open(database)
        answered_once(slack, record, asked)
        assert new.stop() == 0
        record.close()


def test_on_sqlite_too_an_upgrade_finishes_what_was_begun(home: Path, tmp_path: Path):
    data_dir = Path(shutil.copytree(home, tmp_path / "data"))
    with workspace() as slack:
        old = Worker(slack, data_dir, OLDER, kill_at=["within:post"])
        slack.wait_until_connected(1, 90)
        asked = ask_many(slack, 4, channels=2)
        assert old.process.wait(60) == -9
        new = Worker(slack, data_dir)
        record = Record.open(f"sqlite:///{data_dir / 'record.sqlite'}")
        answered_once(slack, record, asked)
        assert new.stop() == 0
        record.close()


def test_during_a_deploy_every_question_is_answered_once(database: str, data_dir: Path):
    with workspace() as slack:
        settings = {"UPTAKE_DATABASE_URL": database}
        old = Worker(slack, data_dir, OLDER, UPTAKE_EXECUTOR_ID="worker-0", **settings)
        slack.wait_until_connected(1, 90)
        asked = ask_many(slack, 30)
        slack.wait_for(lambda: len(slack.posts()) >= 5, 60)
        new = Worker(slack, data_dir, UPTAKE_EXECUTOR_ID="worker-1", **settings)
        slack.wait_until_connected(2, 90)
        asked += ask_many(slack, 20)
        assert old.stop() == 0
        record = Record.open(database)
        answered_once(slack, record, asked)
        assert new.stop() == 0
        record.close()


def test_questions_in_a_thread_are_answered_in_the_order_they_were_asked(
    database: str, data_dir: Path
):
    with workspace() as slack:
        settings = {"UPTAKE_DATABASE_URL": database}
        workers = [Worker(slack, data_dir, **settings) for _ in range(2)]
        slack.wait_until_connected(2, 90)
        record = Record.open(database)
        place, people = crowd(slack, 1, 6)
        thread, asked = slack.user(people[0]).says("A round of questions", place[0]), []
        for number, who in enumerate(people):
            question = ask(slack, (BUDGET, WEATHER)[number % 2], place[0], who, thread)
            slack.wait_until_quiet(60)
            asked.append(id_of(question))
        slack.wait_for(lambda: len(slack.posts()) == 6, 60)
        assert [question_of(post) for post in slack.posts()] == asked
        assert [worker.stop() for worker in workers] == [0, 0]
        record.close()
