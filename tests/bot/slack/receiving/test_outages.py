"""A part is away: people are told, the health page says so, and nothing asked is lost."""

from __future__ import annotations

import shutil
import time
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.observability.setup import Instruments
from bot.serve import health_of
from bot.slack.receiving.missed import Attendance, take_in_missed
from bot.texts import texts
from slack_emulator import LocalWorkspace, Message
from tests.e2e.fleet import ask, crowd
from tests.servers import stoppable_postgres
from tests.support.app import BUDGET, MANIFEST, WEATHER, RunningApp, running_app
from tests.support.disks import fill, small_disk
from tests.support.proxy import proxy

pytestmark = pytest.mark.soak


def watching(it: RunningApp) -> Attendance:
    """What looks for messages that were missed, put to work in the app."""
    take_in = partial(take_in_missed, it.container.slack, it.app.dispatch)
    it.app.attendance = Attendance(lambda: True, it.record.answers, take_in, it.clock)
    return it.app.attendance


def test_what_is_asked_while_postgresql_is_dead_is_answered_once(home: Path, tmp_path: Path):
    data = Path(shutil.copytree(home, tmp_path / "data"))
    # Slack's four tries, one second each.
    slack = LocalWorkspace(MANIFEST, strict_rates=False, patience=1.0)
    with (
        stoppable_postgres() as server,
        slack,
        running_app(data, slack=slack, database_url=server.url) as it,
    ):
        attendance = watching(it)
        before, _ = it.asks()
        server.kill()
        attendance.step()
        slack.user("second").runs("/uptake override")
        assert it.whisper("second", "general", texts("delivery")["not_saved"])
        parts = health_of(it.container, Instruments()).readiness().parts
        assert (parts["database"], parts["queue"]) == ("failing", "failing")
        asked = slack.user().says(f"{slack.mention} {WEATHER}", "general")
        direct = slack.user().says(BUDGET, "app")
        slack.wait_for(lambda: len(slack.given_up()) >= 3, 30, "Slack gives up")
        server.start()
        began = time.monotonic()
        attendance.step()
        for each in (asked, direct):
            slack.wait_for_answer(each, 60)
        it.quiet()
        print(f"MEASURED from PostgreSQL's start to the answers: {time.monotonic() - began:.1f} s")
        assert [len(slack.answers(each)) for each in (before, asked, direct)] == [1, 1, 1]
        assert it.record.questions.count() == 3


def test_what_is_asked_while_the_disk_is_full_is_answered_once(home: Path, tmp_path: Path):
    slack = LocalWorkspace(MANIFEST, strict_rates=False, patience=1.0)
    with small_disk(tmp_path / "disk") as disk, slack:
        data = Path(shutil.copytree(home, disk / "data"))
        with running_app(data, slack=slack) as it:
            attendance = watching(it)
            before, _ = it.asks()
            filler = fill(disk)
            slack.user("second").runs("/uptake ask What is a sponsor?")
            assert it.whisper("second", "general", texts("delivery")["not_saved"])
            asked = [slack.user().says(f"{slack.mention} {WEATHER}", "general") for _ in range(3)]
            slack.wait_until_quiet(60)
            assert not any(slack.answers(each) for each in asked)
            filler.unlink()
            began = time.monotonic()
            attendance.step()
            for each in asked:
                slack.wait_for_answer(each, 90)
            print(f"MEASURED from free space to the answers: {time.monotonic() - began:.1f} s")
            it.quiet()
            assert [len(slack.answers(each)) for each in (before, *asked)] == [1] * 4
            assert it.record.questions.count() == 4


def test_with_a_slow_database_answers_come_late_and_once(home: Path, tmp_path: Path, postgres: str):
    data, address = Path(shutil.copytree(home, tmp_path / "data")), make_url(postgres)
    slack = LocalWorkspace(MANIFEST, strict_rates=False, patience=3.0)
    with proxy("127.0.0.1", int(address.port or 0)) as line, slack:
        slow = address.set(port=line.port).render_as_string(hide_password=False)
        with running_app(data, slack=slack, database_url=slow) as it:
            places, people = crowd(slack, 4)
            it.asks()
            line.delay = 2.0
            asked = [ask(slack, WEATHER, places[0], people[0])]
            answered(slack, asked, "one")
            four = [ask(slack, BUDGET, *each) for each in zip(places, people, strict=True)]
            answered(slack, four, "four at once")
            line.delay = 0.0
            it.quiet()
            asked += four
            assert [len(slack.answers(each)) for each in asked] == [1] * 5
            assert it.record.questions.count() == 6


def answered(slack: LocalWorkspace, asked: list[Message], what: str) -> None:
    """Waits for answers, and prints how long each took."""
    began = time.monotonic()
    waits = []
    for each in asked:
        slack.wait_for_answer(each, 300)
        waits.append(f"{time.monotonic() - began:.1f}")
    print(f"MEASURED {what} at 2 s a statement: {', '.join(waits)} s")
