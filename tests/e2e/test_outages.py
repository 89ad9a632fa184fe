"""What real workers stand on goes away while people ask, and comes back; nothing asked is lost."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from adoption.record import Record
from slack_emulator import LocalWorkspace
from tests.e2e.fleet import Worker, answered_once, ask, crowd, eventually
from tests.e2e.test_conversation import BUDGET, WEATHER
from tests.servers import stoppable_postgres
from tests.support.app import MANIFEST
from tests.support.clock import clock
from tests.support.slack import PATIENCE

pytestmark = pytest.mark.soak

HOUR = 3600


def test_what_is_asked_while_the_network_to_slack_is_cut_is_answered_once(
    home: Path, tmp_path: Path
):
    data = Path(shutil.copytree(home, tmp_path / "data"))
    # Slack's own tries are after 0, 60 and 300 seconds.
    slack = LocalWorkspace(MANIFEST, strict_rates=False, patience=PATIENCE, retry_after=(0, 1, 2))
    with slack:
        worker = Worker(slack, data)
        slack.wait_until_connected(1, 90)
        first = ask(slack, BUDGET)
        slack.wait_for_answer(first, 60)
        slack.faults.plan("apps.connections.open", "500", times=100_000)
        slack.drop_sockets()
        slack.wait_for(lambda: not slack.connections, 30, "the end of the connection")
        asked = [
            first,
            ask(slack, WEATHER),
            slack.user("second").says(BUDGET, "app"),
            ask(slack, "and who is the sponsor?", thread=first),
        ]
        # A mention in a channel is two events.
        slack.wait_for(lambda: len(slack.given_up()) >= 5, 30, "Slack gives up")
        assert not slack.answers(asked[1])
        slack.faults.forget()
        began = time.monotonic()
        slack.wait_until_connected(1, 60)
        record = Record.open(f"sqlite:///{data / 'record.sqlite'}")
        eventually(lambda: record.questions.count() >= len(asked), 90)
        print(
            f"MEASURED from the network's return to the answers: {time.monotonic() - began:.1f} s"
        )
        assert record.questions.count() == len(asked)
        # The first question's thread has the answer to what was asked in it, too.
        assert [len(slack.answers(each)) for each in asked[:3]] == [2, 1, 1]
        assert worker.stop() == 0
        record.close()


def test_while_the_clock_is_set_back_an_hour_everybody_is_answered_once(home: Path, tmp_path: Path):
    data = Path(shutil.copytree(home, tmp_path / "data"))
    wall = clock(tmp_path)
    slack = LocalWorkspace(MANIFEST, strict_rates=False, patience=PATIENCE)
    with slack:
        worker = Worker(slack, data, **wall.settings)
        slack.wait_until_connected(1, 90)
        asked = [ask(slack, BUDGET)]
        slack.wait_for_answer(asked[0], 60)
        for shift in (-HOUR, 0, HOUR, 0):
            wall.shift(shift)
            # In the channel of the answer before it, and in one of its own.
            (place, *_), (who, *_) = crowd(slack, 1)
            asked += [ask(slack, WEATHER), ask(slack, BUDGET, place, who)]
            began = time.monotonic()
            for each in asked[-2:]:
                slack.wait_for_answer(each, 60)
            print(f"MEASURED with a shift of {shift} s: {time.monotonic() - began:.1f} s")
        record = Record.open(f"sqlite:///{data / 'record.sqlite'}")
        answered_once(slack, record, asked, seconds=60)
        assert worker.stop() == 0
        record.close()


def test_three_workers_outlive_the_death_of_postgresql(home: Path, tmp_path: Path):
    data = Path(shutil.copytree(home, tmp_path / "data"))
    # Slack gives up before the database is back.
    slack = LocalWorkspace(MANIFEST, strict_rates=False, patience=PATIENCE, retry_after=(0, 1, 2))
    with stoppable_postgres() as server, slack:
        settings = {"UPTAKE_DATABASE_URL": server.url}
        workers = [Worker(slack, data, **settings) for _ in range(3)]
        slack.wait_until_connected(3, 120)
        places, people = crowd(slack, 8)
        asked = [ask(slack, BUDGET, place, people[0]) for place in places]
        record = Record.open(server.url)
        eventually(lambda: record.questions.count() >= 2)
        server.kill()
        asked += [ask(slack, WEATHER, place, people[1]) for place in places[:4]]
        time.sleep(1)
        server.start()
        began = time.monotonic()
        answered_once(slack, record, asked, seconds=120)
        print(f"MEASURED from PostgreSQL's start to the answers: {time.monotonic() - began:.1f} s")
        assert [worker.stop() for worker in workers] == [0, 0, 0]
        record.close()
