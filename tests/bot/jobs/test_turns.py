"""The queue of questions: in a channel one at a time and in order, and at Slack's pace."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from psycopg import OperationalError
from sqlalchemy import Engine, create_engine, text

from bot.jobs.arrivals import Arrivals
from bot.jobs.context import JobContext
from bot.jobs.engine import Pace
from bot.jobs.job import job
from bot.jobs.runtime import JobRuntime, Turn
from bot.jobs.statements import claims
from tests.e2e.fleet import eventually, fresh_database


@dataclass
class Services:
    slack: Any = None
    begun: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    retried: list[bool] = field(default_factory=list)
    go_on: threading.Event = field(default_factory=threading.Event)

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True)
class Say:
    channel: str
    number: int


@job("test.say", version=1)
def say(context: JobContext[Services], what: Say) -> None:
    context.container.begun[what.channel].append(what.number)
    context.container.retried.append(context.is_retry)
    assert context.container.go_on.wait(60)


@dataclass
class Queue:
    jobs: JobRuntime[Services]
    services: Services
    database: Engine

    def add(self, channel: str, number: int, at: float) -> None:
        turn = Turn(channel, at)
        key = f"{channel}/{number}"
        self.jobs.enqueue(say, Say(channel, number), key=key, turn=turn)

    def said(self, channel: str, numbers: list[int]) -> None:
        """Waits until they were said in this order, each once, and nothing else."""
        eventually(lambda: len(self.services.begun[channel]) >= len(numbers))
        assert self.services.begun[channel] == numbers

    def started(self, channel: str) -> list[int]:
        """When each was begun, in milliseconds, as the database has it."""
        found = text(
            "SELECT started_at_epoch_ms FROM workflow_status "
            "WHERE queue_partition_key = :channel ORDER BY 1"
        )
        with self.database.connect() as connection:
            return list(connection.execute(found, {"channel": channel}).scalars())


@contextmanager
def running(url: str) -> Iterator[Queue]:
    services = Services()
    jobs: JobRuntime[Services] = JobRuntime([say], time.time)
    jobs.launch(services, url, "bot", Pace(per_minute=60_000))
    database = create_engine(url)
    yield Queue(jobs, services, database)
    services.go_on.set()
    database.dispose()
    # One that runs on would look for its database after the end of the test.
    jobs.close(grace=5)


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    with running(f"sqlite:///{tmp_path / 'jobs.sqlite'}") as made:
        yield made


def test_a_channel_is_answered_in_order_once_a_second_and_no_channel_waits_for_another(
    queue: Queue,
):
    now = time.time()
    queue.add("C1", 0, now)
    queue.said("C1", [0])
    # The oldest first, whatever came first; what Slack sends twice is stored once.
    for number, age in [(3, 0), (1, 20), (2, 10), (1, 20)]:
        queue.add("C1", number, now - age)
    queue.add("C2", 7, now)
    queue.said("C2", [7])
    assert queue.services.begun["C1"] == [0]
    queue.services.go_on.set()
    queue.said("C1", [0, 1, 2, 3])
    started = queue.started("C1")
    assert all(later - earlier >= 1000 for earlier, later in pairwise(started))
    assert queue.services.retried == [False] * 5


def test_within_a_second_too_the_oldest_comes_first_whatever_was_stored_first(queue: Queue):
    second = float(int(time.time()) - 3600)
    queue.add("C1", 0, second - 1)
    queue.said("C1", [0])
    for number in (3, 1, 2):
        queue.add("C1", number, second + number / 100)
    backlog = queue.jobs.backlog()
    assert backlog.waiting == 3
    assert backlog.oldest < 1800, "what was missed for an hour waits from now on"
    queue.services.go_on.set()
    queue.said("C1", [0, 1, 2, 3])


def test_where_many_wait_what_was_just_stored_waits_for_an_older_one_of_its_channel(
    postgres: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(claims, "SETTLES_MS", 3_600_000)
    with fresh_database(postgres) as url, running(url) as queue:
        now = time.time()
        queue.add("long", 0, now)
        queue.said("long", [0])
        for number in range(1, 33):
            queue.add("long", number, now + number)
        queue.add("C1", 2, now + 0.2)
        # As another worker would, some moments later.
        queue.add("C1", 1, now + 0.1)
        queue.services.go_on.set()
        queue.said("long", [0])
        assert queue.services.begun["C1"] == []
        monkeypatch.setattr(claims, "SETTLES_MS", 0)
        queue.said("C1", [1, 2])


def test_what_was_claimed_as_the_connection_broke_is_run_once(
    postgres: str, monkeypatch: pytest.MonkeyPatch
):
    claim, broken = claims._in_one_message, threading.Event()

    def breaks_once(*args: Any) -> Any:
        rows = claim(*args)
        if rows and not broken.is_set():
            broken.set()
            raise OperationalError("the connection is lost")
        return rows

    monkeypatch.setattr(claims, "_in_one_message", breaks_once)
    with fresh_database(postgres) as url, running(url) as queue:
        queue.services.go_on.set()
        queue.add("C1", 1, time.time())
        queue.said("C1", [1])
        queue.add("C1", 2, time.time())
        queue.said("C1", [1, 2])
        assert broken.is_set()


def test_a_clock_that_was_set_back_holds_up_no_channel(queue: Queue):
    queue.services.go_on.set()
    queue.add("C1", 1, time.time())
    queue.said("C1", [1])
    ahead = text("UPDATE workflow_status SET started_at_epoch_ms = started_at_epoch_ms + 3600000")
    with queue.database.begin() as connection:
        connection.execute(ahead)
    queue.add("C1", 2, time.time())
    queue.said("C1", [1, 2])


def test_many_that_come_at_once_are_all_stored(queue: Queue):
    queue.services.go_on.set()
    now = time.time()
    threads = [
        threading.Thread(target=queue.add, args=(f"C{number}", number, now)) for number in range(30)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    for number in range(30):
        queue.said(f"C{number}", [number])


def test_answers_wait_for_what_arrives_but_not_for_long():
    arrivals, began = Arrivals(), time.monotonic()
    with arrivals.one():
        arrivals.wait_for_a_lull()
    assert time.monotonic() - began >= 0.5
    with arrivals.one():
        waiting = threading.Thread(target=arrivals.wait_for_a_lull)
        waiting.start()
    waiting.join(20)
    assert not waiting.is_alive()
