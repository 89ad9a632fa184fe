from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dbos import DBOS

from slack_emulator import LocalWorkspace
from tests.support.app import RunningApp, running_app

DAYS = 30
QUESTION = "How much of the budget should go to change management?"


@pytest.fixture
def forgetful(slack: LocalWorkspace, places: tuple[Path, Path]) -> Iterator[RunningApp]:
    with running_app(slack, places[0], forget_after_days=DAYS, timezone="Europe/Oslo") as running:
        yield running


def asked(play: RunningApp) -> str:
    """A question that was asked and answered; gives its name."""
    question = play.slack.user().says(QUESTION)
    play.slack.wait_for_answer(question, 30)
    id = f"{question.channel}:{question.ts}"
    play.eventually(lambda: play.container.record.questions.get(id) is not None)
    return id


def nights(play: RunningApp) -> list[str]:
    jobs = DBOS.list_workflows(workflow_id_prefix="forget-", load_input=False, load_output=False)
    return sorted(job.workflow_id for job in jobs)


def test_what_is_too_old_goes_every_night_by_itself(forgetful: RunningApp):
    id = asked(forgetful)
    record = forgetful.container.record
    forgetful.container.jobs.catch_up(forgetful.container.now())
    forgetful.quiet()
    assert record.questions.get(id) is not None
    forgetful.clock.ahead = timedelta(days=DAYS + 1).total_seconds()
    forgetful.container.jobs.catch_up(forgetful.container.now())
    forgetful.eventually(lambda: record.questions.get(id) is None)
    assert record.questions.get(id) is None
    forgetful.eventually(lambda: not DBOS.list_workflows(workflow_ids=[id]))
    assert DBOS.list_workflows(workflow_ids=[id]) == []


def test_a_night_is_counted_from_three_by_the_clocks_there_and_once(forgetful: RunningApp):
    # In Oslo clocks are an hour ahead of UTC in winter.
    for moment in ("01:59", "02:00", "02:01", "23:30"):
        now = datetime.fromisoformat(f"2027-01-15 {moment}").replace(tzinfo=UTC)
        forgetful.container.jobs.catch_up(now)
    assert nights(forgetful) == ["forget-2027-01-14", "forget-2027-01-15"]


def test_nothing_is_forgotten_unless_it_is_set(play: RunningApp):
    id = asked(play)
    play.clock.ahead = timedelta(days=5000).total_seconds()
    play.container.jobs.catch_up(play.container.now())
    play.quiet()
    assert play.container.record.questions.get(id) is not None
    assert nights(play) == []
