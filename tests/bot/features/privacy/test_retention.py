from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.answering.answered import answered_question
from bot.features.privacy.jobs import delete_old
from slack_emulator import LocalWorkspace
from tests.support.app import RunningApp, running_app

DAYS = 30
CENTURY = 36_500
QUESTION = "How much of the budget should go to change management?"


@pytest.fixture
def forgetful(slack: LocalWorkspace, places: tuple[Path, Path]) -> Iterator[RunningApp]:
    with running_app(places[0], slack, forget_after_days=DAYS, timezone="Europe/Oslo") as running:
        yield running


def asked(play: RunningApp) -> str:
    """A question that was asked and answered; gives its name."""
    question = play.slack.user().says(QUESTION)
    play.slack.wait_for_answer(question, 30)
    id = f"{question.channel}:{question.ts}"
    play.eventually(lambda: play.container.record.questions.get(id) is not None)
    return id


def nights(play: RunningApp) -> list[str]:
    """The nights for which old questions were deleted, by when that was due."""
    return sorted(job.key for job in play.container.jobs.stored(delete_old))


def test_what_is_too_old_goes_every_night_by_itself(forgetful: RunningApp):
    id = asked(forgetful)
    record = forgetful.container.record
    forgetful.container.jobs.catch_up(forgetful.container.now())
    forgetful.quiet()
    assert record.questions.get(id) is not None
    forgetful.clock.ahead = timedelta(days=DAYS + 1).total_seconds()
    forgetful.container.jobs.catch_up(forgetful.container.now())
    forgetful.eventually(lambda: record.questions.get(id) is None)
    forgetful.eventually(lambda: answered_question(forgetful.container.jobs, id) is None)


def test_a_night_is_counted_from_three_by_the_clocks_there_and_once(
    slack: LocalWorkspace, places: tuple[Path, Path]
):
    # Jobs end by the clock of today: here none is so old that a later night deletes it.
    with running_app(
        places[0], slack, forget_after_days=CENTURY, timezone="Europe/Oslo"
    ) as running:
        # In Oslo clocks are an hour ahead of UTC in winter.
        for moment in ("01:59", "02:00", "02:01", "23:30"):
            now = datetime.fromisoformat(f"2047-01-15 {moment}").replace(tzinfo=UTC)
            running.container.jobs.catch_up(now)
        # The night of the start came first.
        assert nights(running)[1:] == ["2047-01-14T02:00:00+00:00", "2047-01-15T02:00:00+00:00"]


def test_nothing_is_forgotten_unless_it_is_set(play: RunningApp):
    id = asked(play)
    play.clock.ahead = timedelta(days=5000).total_seconds()
    play.container.jobs.catch_up(play.container.now())
    play.quiet()
    assert play.container.record.questions.get(id) is not None
    assert nights(play) == []
