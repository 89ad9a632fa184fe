from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adoption.usage.queries import UseReader
from bot.errors import SettingsWrong
from bot.settings import read_settings
from bot.slack.directory import teams_named
from slack_emulator import LocalWorkspace
from tests.support.app import RunningApp, running_app

MORNING = datetime(2026, 11, 17, 6, 30, tzinfo=UTC)


@pytest.fixture
def play(slack: LocalWorkspace, places: tuple[Path, Path]) -> Iterator[RunningApp]:
    with running_app(slack, places[0], roster_from_slack=True, timezone="UTC") as running:
        yield running


def roster(play: RunningApp) -> int:
    return len(UseReader(play.container.record.engine).roster().people)


def test_the_roster_comes_from_slack_once_a_day(play: RunningApp):
    asked: list[str] = []
    take = play.office.deeds.take

    def noted(id: str, kind: str, **values: object) -> None:
        asked.append(id)
        take(id, kind, **values)

    play.office.deeds.take = noted  # type: ignore[method-assign]
    play.container.jobs.catch_up(MORNING)
    play.eventually(lambda: roster(play) > 0)
    people = roster(play)
    play.container.jobs.catch_up(MORNING + timedelta(hours=5))
    play.slack.add_user("newcomer", "Nia Newcomer")
    # Before six it is still the day before.
    play.container.jobs.catch_up(MORNING + timedelta(hours=23))
    play.container.jobs.catch_up(MORNING + timedelta(days=1))
    play.eventually(lambda: roster(play) > people)
    assert roster(play) == people + 1
    assert [id for id in asked if id.startswith("roster")] == [
        "roster-2026-11-17",
        "roster-2026-11-18",
    ]


def test_groups_are_set_with_the_teams_they_are():
    settings = read_settings(_env_file=None, roster_groups="sales-eu=Sales, @eng")
    assert teams_named(settings.roster_groups) == {"sales-eu": "Sales", "eng": "eng"}
    with pytest.raises(SettingsWrong, match="sales-eu=Sales"):
        teams_named(["=Sales"])
