from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from bot.jobs import engine, waking
from bot.jobs.engine import Engine, Pace
from bot.jobs.runtime import JobRuntime
from bot.jobs.waking import WakingEvent, dozing
from tests.bot.jobs.test_turns import Say, Services, say
from tests.e2e.fleet import eventually

LONG = 60.0


@pytest.fixture
def asleep(monkeypatch: pytest.MonkeyPatch) -> WakingEvent:
    """An event in whose queue nothing has happened for a while."""
    monkeypatch.setattr(waking, "AWAKE_SECONDS", -1.0)
    return WakingEvent(idle=LONG)


def test_what_happens_ends_the_wait(asleep: WakingEvent):
    threading.Timer(0.05, asleep.wake).start()
    began = time.monotonic()
    assert asleep.wait(0.1) is False
    assert time.monotonic() - began < LONG


def test_what_happened_before_the_wait_ends_it_too(asleep: WakingEvent):
    asleep.wake()
    began = time.monotonic()
    assert asleep.wait(0.1) is False
    assert time.monotonic() - began < LONG


def test_to_stop_ends_the_wait_and_all_later_ones(asleep: WakingEvent):
    threading.Timer(0.05, asleep.set).start()
    assert asleep.wait(0.1) is True
    assert asleep.wait(0.1) is True
    assert asleep.is_set()


def test_a_queue_is_looked_into_seldom_while_nothing_happens(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(waking, "AWAKE_SECONDS", -1.0)
    event = WakingEvent(idle=0.3)
    began = time.monotonic()
    event.wait(0.001)
    assert time.monotonic() - began >= 0.3


def test_a_queue_is_looked_into_often_after_something_happened():
    event = WakingEvent(idle=LONG)
    event.wake()
    event.wait(0.001)
    began = time.monotonic()
    event.wait(0.001)
    assert time.monotonic() - began < LONG


def test_what_is_due_later_ends_the_wait_of_that_time(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(waking, "AWAKE_SECONDS", -1.0)
    event = WakingEvent(idle=LONG, ends_each=False)
    event.wake(0.2)
    began = time.monotonic()
    event.wait(0.001)
    event.wait(0.001)
    assert 0.2 <= time.monotonic() - began < LONG


def test_a_wait_for_nothing_stays_one(asleep: WakingEvent):
    began = time.monotonic()
    assert asleep.wait(0) is False
    assert time.monotonic() - began < LONG


def test_a_queue_that_is_polled_anyway_is_not_polled_for_each_job():
    event = WakingEvent(idle=LONG, ends_each=False)
    event.wake()
    began = time.monotonic()
    event.wait(0.2)
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize("is_early", [True, False])
def test_another_librarys_thread_waits_longer_and_ends_at_once(
    monkeypatch: pytest.MonkeyPatch, is_early: bool
):
    monkeypatch.setattr(waking, "AWAKE_SECONDS", -1.0)
    event, waits = threading.Event(), threading.Event()
    thread = threading.Thread(target=lambda: (waits.set(), event.wait(LONG)))
    if is_early:
        thread.start()
        waits.wait()
    doze = dozing(event, LONG)
    if not is_early:
        thread.start()
        waits.wait()
    assert not event.is_set()
    event.set()
    thread.join(LONG / 2)
    assert not thread.is_alive()
    assert event.is_set()
    assert doze.is_set()


def test_a_delayed_job_that_another_process_stored_begins_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(engine, "_IDLE_SECONDS", LONG)
    monkeypatch.setattr(engine, "_IDLE_LOCK_SECONDS", LONG)
    monkeypatch.setattr(waking, "AWAKE_SECONDS", 0.5)
    services = Services()
    services.go_on.set()
    jobs: JobRuntime[Services] = JobRuntime([say], time.time)
    url = f"sqlite:///{tmp_path / 'jobs.sqlite'}"
    jobs.launch(services, url, "bot", Pace(silence=1.2))
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(Engine, "wake", lambda *_: None)
        jobs.enqueue(say, Say("C1", 1), key="C1/1", delay=3.0)
    began = time.monotonic()
    eventually(lambda: services.begun["C1"] == [1], LONG / 2)
    assert time.monotonic() - began >= 2.5
    jobs.close(grace=5)
