from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from adoption.questions.models import Outcome
from adoption.record import Record
from tests.chroma_server import chroma_server
from tests.conftest import uptake_process
from tests.e2e.fleet import (
    ALWAYS,
    Worker,
    answered_once,
    ask,
    crowd,
    eventually,
    index,
    workspace,
)
from tests.e2e.test_conversation import BUDGET
from tests.servers import stoppable_postgres
from tests.support.disks import fill, small_disk
from tests.support.fleet import shaky

pytestmark = pytest.mark.soak


def test_while_the_database_is_away_nothing_is_lost_and_nobody_is_told_sorry(
    guides: Path, tmp_path: Path
):
    with (
        stoppable_postgres() as server,
        chroma_server(tmp_path / "chroma") as chroma,
        workspace() as slack,
    ):
        shared = {"UPTAKE_DATABASE_URL": server.url, "UPTAKE_CHROMA_URL": chroma}
        index(guides, tmp_path, shared)
        worker = Worker(slack, tmp_path / "b", **shared)
        slack.wait_until_connected(1, 90)
        places, (who, *_) = crowd(slack, 10)
        events = [ask(slack, BUDGET, places[0], who)]
        slack.wait_for_answer(events[0], 60)
        known = len(slack.acknowledgements())
        events += [ask(slack, BUDGET, place, who) for place in places[:8]]
        # Two events tell of each question.
        eventually(lambda: len(slack.acknowledgements()) >= known + 10)
        server.stop()
        events.append(ask(slack, BUDGET, places[9], who))
        server.start()
        # Slack sends again what was not acknowledged.
        slack.redeliver(events[-1])
        record = Record.open(server.url)
        answered_once(slack, record, events, seconds=150)
        outcomes = {row.outcome for row in record.questions.between(*ALWAYS)}
        assert outcomes == {Outcome.ANSWERED}
        assert worker.stop() == 0
        record.close()


def test_a_shaky_slack_loses_and_doubles_nothing(data_dir: Path):
    with workspace(shaky(7)) as slack:
        worker = Worker(slack, data_dir)
        slack.wait_until_connected(1, 90)
        places, people = crowd(slack, 30)
        events = [ask(slack, BUDGET, places[n % 30], people[n % 4]) for n in range(90)]
        record = Record.open(f"sqlite:///{data_dir / 'record.sqlite'}")
        answered_once(slack, record, events, seconds=150)
        assert worker.stop() == 0
        record.close()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk") as made:
        yield made


def test_on_a_full_disk_it_says_so_and_goes_on_when_there_is_space(
    home: Path, disk: Path, tmp_path: Path
):
    data_dir = Path(shutil.copytree(home, disk / "data"))
    with workspace() as slack:
        worker = Worker(slack, data_dir)
        slack.wait_until_connected(1, 90)
        first = ask(slack, BUDGET)
        record = Record.open(f"sqlite:///{data_dir / 'record.sqlite'}")
        answered_once(slack, record, [first])
        filler = fill(disk)
        places, people = crowd(slack, 40)
        events = [ask(slack, BUDGET, place, people[0]) for place in places]
        refused = uptake_process(
            "backup", str(disk / "b.tar.gz"), cwd=tmp_path, UPTAKE_DATA_DIR=str(data_dir)
        )
        assert refused.returncode == 2
        assert "No space left" in refused.stderr or "full" in refused.stderr
        assert "Traceback" not in refused.stderr
        assert not list(disk.glob("b.tar.gz"))
        filler.unlink()
        # Slack sends again what was not acknowledged.
        for event in events:
            slack.redeliver(event)
        answered_once(slack, record, [first, *events], seconds=150)
        assert worker.stop() == 0
        record.close()
