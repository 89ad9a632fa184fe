from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from slack_bolt import BoltRequest

from bot.conversation.question import ANSWER
from bot.jobs import group_commit as disk
from bot.jobs.group_commit import Disk, WritingAhead
from slack_emulator import LocalWorkspace
from tests.support.app import MANIFEST, RunningApp, running_app
from tests.support.slack import PATIENCE

real_fsync = os.fsync


class Platter:
    """What would be left if the power went: the files as they were when they were flushed."""

    def __init__(self, database: Path, left: Path) -> None:
        self.database, self.left = database, left
        self.broken = False
        self._one = threading.Lock()
        left.mkdir()

    def fsync(self, file: int) -> None:
        if self.broken:
            raise OSError("no power")
        real_fsync(file)
        # The log goes first: what a checkpoint moves meanwhile is then in both.
        with self._one:
            for end in ("-wal", ""):
                path = Path(f"{self.database}{end}")
                if path.exists():
                    shutil.copy(path, self.left / path.name)

    def has(self, job: str) -> bool:
        # Other jobs are flushed meanwhile, and opening a database changes its files.
        with self._one, TemporaryDirectory() as opened:
            shutil.copytree(self.left, opened, dirs_exist_ok=True)
            return self._holds(Path(opened), job)

    def _holds(self, folder: Path, job: str) -> bool:
        with closing(sqlite3.connect(folder / self.database.name)) as database:
            query = "SELECT count(*) FROM workflow_status WHERE workflow_uuid = ?"
            return bool(database.execute(query, [job]).fetchone()[0])


@pytest.fixture
def play(data_dir: Path) -> Iterator[RunningApp]:
    with (
        LocalWorkspace(MANIFEST, patience=PATIENCE) as slack,
        running_app(data_dir, slack, content=[data_dir.parent]) as running,
    ):
        yield running


@pytest.fixture
def platter(play: RunningApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Platter:
    made = Platter(play.container.settings.data_dir / "jobs.sqlite", tmp_path / "left")
    monkeypatch.setattr(disk.os, "fsync", made.fsync)
    return made


def asks(play: RunningApp, ts: str) -> BoltRequest:
    """A direct message as Slack sends it."""
    team, person = play.slack.team_id, play.slack.user()
    event = {
        "type": "message",
        "channel": play.slack.parts.state.directory.direct(person.id, play.slack.bot_id).id,
        "channel_type": "im",
        "user": person.id,
        "text": "How much of the budget should go to change management?",
        "ts": ts,
    }
    body = {"type": "event_callback", "team_id": team, "event_id": f"Ev{ts}", "event": event}
    return BoltRequest(body=body, mode="socket_mode")


def test_what_is_acknowledged_outlives_the_power(play: RunningApp, platter: Platter):
    for number in range(5):
        request = asks(play, f"179500000{number}.000100")
        assert play.app.dispatch(request).status == 200
        event = request.body["event"]
        assert platter.has(ANSWER.id_of(f"{event['channel']}:{event['ts']}"))


def test_what_the_disk_does_not_take_is_not_acknowledged(play: RunningApp, platter: Platter):
    platter.broken = True
    assert play.app.dispatch(asks(play, "1795000001.000100")).status == 500
    platter.broken = False
    assert play.app.dispatch(asks(play, "1795000001.000100")).status == 200


def test_those_who_come_during_a_flush_share_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    log = tmp_path / "jobs.sqlite-wal"
    log.touch()
    begun, go_on, flushed = threading.Event(), threading.Event(), []

    def fsync(file: int) -> None:
        flushed.append(file)
        begun.set()
        assert go_on.wait(20)

    monkeypatch.setattr(disk.os, "fsync", fsync)
    one = Disk(log)

    def write() -> None:
        one.wrote()
        one.flush()

    first = threading.Thread(target=write)
    first.start()
    assert begun.wait(20)
    # What is written now may have come too late for the flush that is under way.
    later = [threading.Thread(target=write) for _ in range(8)]
    for thread in later:
        thread.start()
    while len(one._state._waiters) < len(later):  # type: ignore[attr-defined]
        assert first.is_alive()
    go_on.set()
    for thread in (first, *later):
        thread.join(20)
        assert not thread.is_alive()
    assert len(flushed) == 2
    write()
    assert len(flushed) == 3


def test_who_wrote_nothing_does_not_wait_for_what_others_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    log = tmp_path / "jobs.sqlite-wal"
    log.touch()
    flushed: list[int] = []
    monkeypatch.setattr(disk.os, "fsync", flushed.append)
    one = Disk(log)
    other = threading.Thread(target=one.wrote)
    other.start()
    other.join(20)
    one.flush()
    assert not flushed
    one.wrote()
    one.flush()
    assert len(flushed) == 1


def test_a_flush_that_failed_holds_nobody_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    log = tmp_path / "jobs.sqlite-wal"
    log.touch()
    faults = [OSError("full"), OSError("full")]
    flushed: list[int] = []

    def fsync(file: int) -> None:
        if faults:
            raise faults.pop()
        flushed.append(file)

    monkeypatch.setattr(disk.os, "fsync", fsync)
    one = Disk(log)
    one.wrote()
    for _ in range(2):
        with pytest.raises(OSError, match="full"):
            one.flush()
    one.flush()
    assert len(flushed) == 1


def test_without_a_log_there_is_nothing_to_flush(tmp_path: Path):
    for one in (Disk(tmp_path / "jobs.sqlite-wal"), Disk(None)):
        one.wrote()
        one.flush()


def test_only_sqlite_is_ours_to_flush(tmp_path: Path):
    try:
        assert disk.use("postgresql+psycopg://nobody@localhost/none") is None
        assert disk.use(f"sqlite:///{tmp_path / 'jobs.sqlite'}") is WritingAhead
        with closing(sqlite3.connect(tmp_path / "jobs.sqlite", factory=WritingAhead)) as database:
            assert database.execute("PRAGMA synchronous").fetchone() == (1,)
    finally:
        disk.use("sqlite://")
