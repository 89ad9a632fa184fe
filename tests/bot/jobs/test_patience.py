"""How often a step is tried, on a real database that refuses a value, and on a real DBOS."""

from __future__ import annotations

import errno
import logging
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DataError, OperationalError, SQLAlchemyError

from bot.jobs.context import JobContext
from bot.jobs.job import job
from bot.jobs.patience import Patience, StepFailed, is_final, may_pass
from bot.jobs.runtime import JobFailed, JobRuntime
from bot.slack.errors import SlackDown, SlackRefused, SlackUnavailable

TRIED: list[str] = []


@dataclass(frozen=True)
class Given:
    url: str
    query: str


def ask(given: Given) -> None:
    TRIED.append(given.query)
    with create_engine(given.url).begin() as connection:
        connection.execute(text(given.query), {"x": 10**30, "zero": "a\0b"})


@job("test.ask", version=1)
def asking(context: JobContext, given: Given) -> None:
    context.step(ask, given)


def failure_of(url: str, query: str) -> Exception:
    with pytest.raises((SQLAlchemyError, OverflowError)) as failed:
        ask(Given(url, query))
    return failed.value


@pytest.mark.parametrize("query", ["SELECT CAST(:zero AS int)", "SELECT CAST('x' AS int)"])
def test_what_postgresql_refuses_is_final(postgres: str, query: str):
    assert is_final(failure_of(postgres, query))


@pytest.mark.parametrize("query", ["SELECT :x", "SELECT no_such_function(:x)"])
def test_what_sqlite_cannot_store_is_final(query: str):
    error = failure_of("sqlite://", query)
    assert is_final(error) is (not isinstance(error, OperationalError))


def test_a_step_that_can_never_succeed_fails_at_once_and_the_log_says_so(
    postgres: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    TRIED.clear()
    jobs: JobRuntime = JobRuntime([asking], lambda: 1.8e9)
    jobs.launch(None, f"sqlite:///{tmp_path / 'jobs.sqlite'}", "bot")
    try:
        given = Given(postgres, "SELECT CAST('Karo said so' AS int)")
        with caplog.at_level(logging.ERROR), pytest.raises(JobFailed, match="not tried again"):
            jobs.enqueue_and_wait(asking, given, key="1")
    finally:
        jobs.close()
    assert len(TRIED) == 1
    said = [each.getMessage() for each in caplog.records if each.name.startswith("bot.")]
    assert said == ["The step ask of a job failed: DataError. It is not tried again."]
    assert all(each.exc_info is None for each in caplog.records if each.name.startswith("bot."))


def tries_of(error: Exception, most: int = 100) -> int:
    """How often a step that always ends so is tried."""
    patience = Patience("post")
    for number in range(1, most):
        try:
            with patience.one_try():
                raise error
        except Exception as raised:
            if not may_pass(raised):
                return number
    return most


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        (DataError("", {}, ValueError("no")), 1),
        (SlackRefused("channel_not_found"), 1),
        (AttributeError("x"), 1),
        (SlackUnavailable("strange_error", "Slack has a fault."), 17),
        (RuntimeError("x"), 17),
        # As long as the job's steps are tried at all.
        (SlackDown("URLError", "Slack does not answer."), 100),
        (OperationalError("", {}, ValueError("away")), 100),
        (OSError(errno.ENOSPC, "No space left on device"), 100),
    ],
)
def test_an_outage_is_waited_out_and_a_fault_is_not(error: Exception, tries: int):
    assert tries_of(error) == tries


def test_what_a_step_says_of_its_end():
    words = r"^The step post of a job failed: Slack refuses \(x\)\. It is not tried again\.$"
    with pytest.raises(StepFailed, match=words), Patience("post").one_try():
        raise SlackRefused("x")
