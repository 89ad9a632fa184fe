"""The job runtime on a real DBOS, with a real workspace to post to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from dbos import DBOS, SetWorkflowID
from slack_sdk import WebClient

from bot.jobs.context import JobContext
from bot.jobs.engine import Pace
from bot.jobs.job import Due, NewerPayload, job
from bot.jobs.runtime import JobFailed, JobRuntime, Schedule
from bot.slack.gateway import SlackGateway
from bot.slack.messages import Message, Place
from slack_emulator import LocalWorkspace
from tests.support.slack import PATIENCE

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@dataclass
class Services:
    slack: SlackGateway
    done: list[str] = field(default_factory=list)

    def now(self) -> datetime:
        return NOW


Context = JobContext[Services]


@dataclass(frozen=True)
class Order:
    what: str
    count: int = 1


@dataclass(frozen=True)
class Receipt:
    lines: tuple[str, ...]
    at: datetime


def write(services: Services, order: Order) -> Receipt:
    services.done.append(order.what)
    return Receipt((order.what,) * order.count, services.now())


@job("test.order", version=1)
def order(context: Context, order: Order) -> Receipt:
    receipt = context.step(write, context.container, order)
    assert isinstance(receipt, Receipt)
    return receipt


@job("test.post", version=1)
def post(context: Context, order: Order) -> str:
    posted = context.post_once("thanks", Place(order.what), Message("Thank you"))
    return posted.ts if posted else ""


def refuse() -> None:
    raise ValueError("no")


@job("test.fails", version=1)
def fails(context: Context, order: Order) -> None:
    refuse()


@job("test.due", version=1)
def due(context: Context, due: Due) -> None:
    context.container.done.append(f"{due.at:%Y-%m-%d %H:%M}")


def renamed(stored: dict[str, object]) -> dict[str, object]:
    return {"what": stored["thing"]}


@job("test.order", version=3, upgrades={1: renamed})
def newer_order(context: Context, order: Order) -> None:
    context.container.done.append(f"{context.key} {order.what}")


@pytest.fixture
def slack() -> Iterator[LocalWorkspace]:
    with LocalWorkspace(strict_rates=False, patience=PATIENCE) as workspace:
        yield workspace


@pytest.fixture
def services(slack: LocalWorkspace) -> Services:
    return Services(SlackGateway(WebClient(slack.bot_token, slack.api_url)))


def runtime(*jobs) -> JobRuntime[Services]:
    return JobRuntime(jobs, NOW.timestamp)


def launch(runtime: JobRuntime[Services], services: Services, folder: Path) -> None:
    runtime.launch(services, f"sqlite:///{folder / 'jobs.sqlite'}", "bot")


def test_payloads_results_and_steps_are_typed_and_a_key_is_run_once(
    services: Services, tmp_path: Path
):
    jobs = runtime(order)
    launch(jobs, services, tmp_path)
    try:
        made = jobs.enqueue_and_wait(order, Order("tea", 2), key="view")
        assert made == Receipt(("tea", "tea"), NOW)
        jobs.enqueue(order, Order("coffee"), key="view")
        assert jobs.enqueue_and_wait(order, Order("coffee"), key="view") == made
        assert services.done == ["tea"]
        (found,) = jobs.stored(order)
        assert (found.key, found.payload, found.result) == ("view", Order("tea", 2), made)
        assert not found.is_open
        assert not jobs.stored(order, keys=["vie"])
    finally:
        jobs.close()


def test_a_failed_job_says_so_to_whoever_waits(services: Services, tmp_path: Path):
    jobs = runtime(fails)
    launch(jobs, services, tmp_path)
    try:
        with pytest.raises(JobFailed, match="no"):
            jobs.enqueue_and_wait(fails, Order("tea"), key="1")
    finally:
        jobs.close()


def test_a_job_with_a_delay_waits_for_it(services: Services, tmp_path: Path):
    jobs = runtime(order)
    launch(jobs, services, tmp_path)
    try:
        jobs.enqueue(order, Order("tea"), key="later", delay=600)
        (found,) = jobs.stored(order, only_open=True)
        assert (found.is_open, found.is_running) == (True, False)
    finally:
        jobs.close()


def test_reminders_go_out_at_a_pace_that_leaves_room_for_answers(
    slack: LocalWorkspace, services: Services, tmp_path: Path
):
    assert [Pace(each).reminders for each in (6, 60, 300)] == [1, 8, 40]
    tom = slack.user("second")
    jobs = runtime(order, post)
    jobs.launch(services, f"sqlite:///{tmp_path / 'jobs.sqlite'}", "bot", Pace(per_minute=6))
    try:
        for number in range(3):
            jobs.enqueue(post, Order(tom.id), key=f"{number}", is_reminder=True)
        slack.wait_for(lambda: tom.sees("app"), 60, "the first reminder")
        # Those that wait hold up no job that is no reminder.
        assert jobs.enqueue_and_wait(order, Order("tea"), key="tea").lines == ("tea",)
        assert len(jobs.stored(post, only_open=True)) >= 2
        jobs.enqueue(order, Order("late"), key="late", is_reminder=True, delay=600)
        (late,) = jobs.stored(order, keys=["late"])
        assert late.is_delayed
    finally:
        jobs.close()


def test_a_copy_under_another_id_finds_what_the_first_one_posted(
    slack: LocalWorkspace, services: Services, tmp_path: Path
):
    channel = slack.channel("general")
    slack.user().invites("app", "general")
    jobs = runtime(post)
    launch(jobs, services, tmp_path)
    try:
        ts = jobs.enqueue_and_wait(post, Order(channel), key="1")
        with SetWorkflowID("test.post:1~2"):
            copy = DBOS.fork_workflow("test.post:1", 1)
        assert copy.get_result() == ts
        assert len([m for m in slack.messages("general") if m.via_app]) == 1
        (found,) = jobs.stored(post)
        assert found.result == ts
    finally:
        jobs.close()


def test_an_older_payload_is_upgraded_and_a_newer_one_is_refused(
    services: Services, tmp_path: Path
):
    old = {"key": "a", "version": 1, "at": 0.0, "payload": {"thing": "tea"}}
    jobs = runtime(newer_order)
    launch(jobs, services, tmp_path)
    try:
        with SetWorkflowID("test.order:a"):
            DBOS.start_workflow(jobs._workflows["test.order"], old).get_result()
        assert services.done == ["a tea"]
        with SetWorkflowID("test.order:b"):
            handle = DBOS.start_workflow(jobs._workflows["test.order"], old | {"version": 4})
        with pytest.raises(NewerPayload, match="version 4"):
            handle.get_result()
    finally:
        jobs.close()


def test_what_was_due_while_nobody_was_there_is_done_once(services: Services, tmp_path: Path):
    jobs = runtime(due)
    launch(jobs, services, tmp_path)
    try:
        for _ in range(2):
            jobs.schedule([Schedule(due, "0 8 * * MON")], ZoneInfo("Europe/Oslo"))
        assert jobs.enqueue_and_wait(due, Due(NOW), key="2026-11-23T07:00:00+00:00") is None
        assert services.done == ["2026-11-23 08:00"]
        assert [each["schedule_name"] for each in DBOS.list_schedules()] == ["test.due"]
        jobs.schedule([], ZoneInfo("Europe/Oslo"))
        assert DBOS.list_schedules() == []
    finally:
        jobs.close()


@pytest.mark.parametrize(
    ("now", "at"),
    [
        ("2026-11-23T08:00", "2026-11-23T08:00"),
        ("2026-11-23T07:59", "2026-11-16T08:00"),
        # The clocks were set back on 25 October: eight is eight before and after.
        ("2026-10-26T08:30", "2026-10-26T08:00"),
        ("2026-10-25T12:00", "2026-10-19T08:00"),
    ],
)
def test_a_schedule_is_due_by_the_clocks_on_the_wall(now: str, at: str):
    oslo = ZoneInfo("Europe/Oslo")
    moment = datetime.fromisoformat(now).replace(tzinfo=oslo)
    found = Schedule(due, "0 8 * * MON").last_due(moment.astimezone(UTC), oslo)
    assert found.replace(tzinfo=None) == datetime.fromisoformat(at)
    assert found.utcoffset() == datetime.fromisoformat(at).replace(tzinfo=oslo).utcoffset()


def test_a_job_without_annotations_is_refused_when_it_is_made():
    with pytest.raises(TypeError, match="annotations"):
        job("test.bare", version=1)(lambda context, payload: None)
