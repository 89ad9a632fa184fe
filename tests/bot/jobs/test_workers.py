from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from sqlalchemy import create_engine, text

from adoption.db.writes import Lock, write_lock
from adoption.record import Record
from bot.jobs.workers import Executor, Executors, moment
from tests.e2e.fleet import fresh_database

Joined = Callable[..., Executors]


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    with fresh_database(postgres) as url:
        yield url


@pytest.fixture
def join(database: str) -> Iterator[Joined]:
    joined = []

    def join(name: str, version: str = "v1", silence: float = 30.0) -> Executors:
        executors = Executors(database, Executor(name, version), silence)
        executors.join()
        joined.append(executors)
        return executors

    yield join
    for executors in joined:
        executors.close()


def fall_silent(database: str, name: str, seconds: float) -> None:
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE uptake_executors SET beaten_at = now() - make_interval(secs => :s) "
                "WHERE id = :id"
            ),
            {"s": seconds, "id": name},
        )
    engine.dispose()


def names(executors: Executors) -> set[str]:
    return {each.id for each in executors.alive()}


def test_workers_see_each_other(join: Joined):
    a, b = join("a"), join("b", version="v2")
    assert a.alive() == b.alive() == {Executor("a", "v1"), Executor("b", "v2")}


def test_a_silent_worker_counts_as_dead_until_it_is_heard_again(join: Joined, database: str):
    a, b = join("a"), join("b")
    fall_silent(database, "b", 29)
    assert names(a) == {"a", "b"}
    fall_silent(database, "b", 31)
    assert names(a) == {"a"}
    b.beat()
    assert names(a) == {"a", "b"}


def test_a_worker_that_left_is_not_waited_for(join: Joined):
    a, b = join("a"), join("b")
    b.leave()
    assert names(a) == {"a"}


def test_one_worker_at_a_time_takes_over(join: Joined):
    a, b = join("a"), join("b")
    with a.in_charge() as first, b.in_charge() as second:
        assert (first, second) == (True, False)
    with b.in_charge() as now:
        assert now


def test_a_worker_that_could_not_beat_for_long_doubts_itself(join: Joined):
    began = moment()
    a, b = join("a", silence=0.0), join("b")
    assert a.doubtful(began)
    assert not b.doubtful(began)


def test_it_doubts_what_it_began_before_the_gap_and_not_what_it_begins_after(
    join: Joined, monkeypatch
):
    a = join("a", silence=30.0)
    began = moment()
    monkeypatch.setattr("bot.jobs.workers.moment", lambda: began + 20)
    a.beat()
    assert a.doubtful(began)
    assert not a.doubtful(began + 21)


def test_on_sqlite_a_worker_is_alone(tmp_path):
    lone = Executors(f"sqlite:///{tmp_path / 'jobs.sqlite'}", Executor("bot", "v1"), 30)
    lone.join()
    assert names(lone) == {"bot"}
    assert not lone.doubtful(0.0)
    with lone.in_charge() as charged:
        assert charged
    lone.leave()


def test_a_worker_starts_and_takes_over_while_the_record_is_written_to(database: str, join: Joined):
    """Every purpose has an advisory lock of its own."""
    record = Record.open(database)
    with ExitStack() as held, ThreadPoolExecutor(1) as pool:
        for purpose in set(Lock) - {Lock.WORKER_TABLE, Lock.TAKEOVER}:
            held.enter_context(write_lock(record.engine, purpose))
        worker = pool.submit(join, "a").result(timeout=60)
        with worker.in_charge() as is_mine:
            assert is_mine
    record.close()
