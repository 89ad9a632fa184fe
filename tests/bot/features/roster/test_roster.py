from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adoption.usage.queries import UseReader
from bot.errors import SettingsWrong
from bot.features.roster.jobs import import_roster
from bot.settings import read_settings
from bot.slack.directory import teams_named
from slack_emulator import LocalWorkspace
from tests.support.app import RunningApp, running_app

MORNING = datetime(2026, 11, 17, 6, 30, tzinfo=UTC)


@pytest.fixture
def play(slack: LocalWorkspace, places: tuple[Path, Path]) -> Iterator[RunningApp]:
    with running_app(places[0], slack, roster_from_slack=True, timezone="UTC") as running:
        yield running


def roster(play: RunningApp) -> int:
    return len(UseReader(play.container.record.engine).roster().people)


def test_the_roster_comes_from_slack_once_a_day(play: RunningApp):
    play.container.jobs.catch_up(MORNING)
    play.eventually(lambda: roster(play) > 0)
    play.quiet()
    people = roster(play)
    play.container.jobs.catch_up(MORNING + timedelta(hours=5))
    play.quiet()
    play.slack.add_user("newcomer", "Nia Newcomer")
    # Before six it is still the day before.
    play.container.jobs.catch_up(MORNING + timedelta(hours=23))
    play.container.jobs.catch_up(MORNING + timedelta(days=1))
    play.eventually(lambda: roster(play) > people)
    assert roster(play) == people + 1
    # The day of the start came first.
    days = [job.key for job in play.container.jobs.stored(import_roster)]
    assert days[1:] == ["2026-11-17T06:00:00+00:00", "2026-11-18T06:00:00+00:00"]


def test_groups_are_set_with_the_teams_they_are():
    settings = read_settings(_env_file=None, roster_groups="sales-eu=Sales, @eng")
    assert teams_named(settings.roster_groups) == {"sales-eu": "Sales", "eng": "eng"}
    with pytest.raises(SettingsWrong, match="sales-eu=Sales"):
        teams_named(["=Sales"])
