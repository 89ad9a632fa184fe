from __future__ import annotations

import io
import json
import re
import shutil
import sqlite3
import tarfile
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock

from adoption.record import Record
from bot.data_folder import alone
from bot.errors import AlreadyRunning, BackupUnusable
from bot.maintenance import backup as backups
from bot.maintenance.backup import backup, restore
from bot.maintenance.storage_errors import sentence
from bot.settings import Settings
from knowledge.encoding.encoder import Encoder
from knowledge.index.index import Index
from tests.adoption.factories import asked
from tests.conftest import uptake
from tests.e2e.fleet import (
    ALWAYS,
    Worker,
    answered_once,
    ask,
    crowd,
    fresh_database,
    id_of,
    replies,
    workspace,
)
from tests.e2e.test_conversation import BUDGET


@pytest.fixture
def settings(data_dir: Path) -> Settings:
    record = Record.open(f"sqlite:///{data_dir / 'record.sqlite'}")
    record.questions.add(asked("C1:kept"))
    record.close()
    return Settings(_env_file=None, data_dir=data_dir)


@pytest.fixture
def file(settings: Settings, tmp_path: Path) -> Path:
    backup(settings, tmp_path / "b.tar.gz")
    return tmp_path / "b.tar.gz"


def elsewhere(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path / "elsewhere")


def kept(settings: Settings) -> int:
    record = Record.open(settings.record_url)
    try:
        return record.questions.count()
    finally:
        record.close()


def test_what_was_backed_up_answers_elsewhere(
    file: Path, tmp_path: Path, encoder: Encoder, settings: Settings
):
    there = elsewhere(tmp_path)
    manifest = restore(there, file)
    assert kept(there) == 1
    before = Index.open(settings.index_dir, encoder)
    after = Index.open(there.index_dir, encoder)
    assert after.snapshot().version == before.snapshot().version
    assert after.store.all_ids() == before.store.all_ids()
    assert not any(name.endswith((".lock", "-wal")) for name in manifest.files)
    shutil.rmtree(there.index_dir / "snapshots")
    assert len(Index.open(there.index_dir, encoder).snapshot()) > 0


def test_data_that_is_there_is_replaced_only_when_asked(file: Path, settings: Settings):
    record = Record.open(settings.record_url)
    record.questions.add(asked("C1:later"))
    record.close()
    with pytest.raises(BackupUnusable, match="--replace"):
        restore(settings, file)
    assert kept(settings) == 2
    restore(settings, file, replace=True)
    assert kept(settings) == 1
    assert not [p for p in settings.data_dir.iterdir() if p.name.startswith(".")]


def test_a_running_bot_keeps_a_restore_away(file: Path, settings: Settings):
    with alone(settings.data_dir.absolute() / "bot.lock"), pytest.raises(AlreadyRunning):
        restore(settings, file, replace=True)


def repacked(file: Path, change) -> None:
    with tarfile.open(file, "r:gz") as archive:
        files = {m.name: archive.extractfile(m).read() for m in archive.getmembers()}
    change(files)
    with tarfile.open(file, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


def flip(files: dict[str, bytes]) -> None:
    name = next(name for name in files if name.endswith("vectors.npy"))
    files[name] = files[name][:-1] + bytes([files[name][-1] ^ 1])


def drop(files: dict[str, bytes]) -> None:
    files.pop("record.sqlite")


def add(files: dict[str, bytes]) -> None:
    files["more.txt"] = b"not listed"


def escape(files: dict[str, bytes]) -> None:
    files["../escaped.txt"] = b"outside"


def damage(files: dict[str, bytes]) -> None:
    import hashlib

    broken = bytearray(files["record.sqlite"])
    broken[100:3000] = b"\xff" * 2900
    files["record.sqlite"] = bytes(broken)
    manifest = json.loads(files["manifest.json"])
    manifest["files"]["record.sqlite"] = hashlib.sha256(bytes(broken)).hexdigest()
    files["manifest.json"] = json.dumps(manifest).encode()


def newer(files: dict[str, bytes]) -> None:
    files["manifest.json"] = json.dumps(
        json.loads(files["manifest.json"]) | {"format": backups.FORMAT + 1, "version": "9"}
    ).encode()


@pytest.mark.parametrize("change", [flip, drop, add, escape, damage, newer])
def test_a_backup_that_is_not_whole_changes_nothing(file: Path, settings: Settings, change):
    repacked(file, change)
    with pytest.raises(BackupUnusable, match="Nothing was changed"):
        restore(settings, file, replace=True)
    assert kept(settings) == 1
    assert not (settings.data_dir.parent / "escaped.txt").exists()
    assert not (settings.data_dir / ".restoring").exists()


@pytest.mark.parametrize("content", [b"", b"no archive", None])
def test_a_file_that_is_no_backup_is_said_to_be_none(settings: Settings, tmp_path: Path, content):
    file = tmp_path / "x.tar.gz"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BackupUnusable, match="not a whole backup"):
        restore(settings, file, replace=True)


def test_a_cut_off_backup_changes_nothing(file: Path, settings: Settings):
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(BackupUnusable):
        restore(settings, file, replace=True)
    assert kept(settings) == 1


def test_an_index_that_is_being_written_to_is_waited_for(
    settings: Settings, tmp_path: Path, monkeypatch
):
    monkeypatch.setattr(backups, "_INDEX_TIMEOUT", 0.05)
    with (
        FileLock(settings.index_dir / "writing.lock"),
        pytest.raises(BackupUnusable, match="being written"),
    ):
        backup(settings, tmp_path / "x.tar.gz")
    assert not list(tmp_path.glob("x.tar.gz"))


def test_a_backup_of_a_record_on_postgresql_goes_back_there(
    settings: Settings, postgres: str, tmp_path: Path
):
    with fresh_database(postgres) as url:
        shared = settings.model_copy(update={"database_url": url})
        record = Record.open(url)
        for number in range(3):
            record.questions.add(asked(f"C:{number}"))
        file = tmp_path / "pg.tar.gz"
        backup(shared, file)
        record.questions.add(asked("C:later"))
        with pytest.raises(BackupUnusable, match="--replace"):
            restore(shared, file)
        restore(shared, file, replace=True)
        assert record.questions.count() == 3
        assert not (settings.data_dir / "record.sqlite").exists()
        record.close()


@pytest.fixture
def writing(settings: Settings) -> Iterator[threading.Event]:
    """Somebody who writes to the record all the time."""
    stop, record = threading.Event(), Record.open(settings.record_url)

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            record.questions.add(asked(f"C2:{number}"))

    thread = threading.Thread(target=write)
    thread.start()
    yield stop
    stop.set()
    thread.join()
    record.close()


def test_a_backup_under_writing_is_whole(settings: Settings, writing, tmp_path: Path):
    for number in range(3):
        backup(settings, tmp_path / f"{number}.tar.gz")
    writing.set()
    for number in range(3):
        there = Settings(_env_file=None, data_dir=tmp_path / f"there-{number}")
        restore(there, tmp_path / f"{number}.tar.gz")
        assert 1 <= kept(there) <= kept(settings)


def test_backed_up_while_it_answers_and_restored_it_goes_on(data_dir: Path, tmp_path: Path):
    with workspace() as slack:
        worker = Worker(slack, data_dir)
        slack.wait_until_connected(1, 90)
        (quiet, *places), (who, *_) = crowd(slack, 7)
        events = [ask(slack, BUDGET, place, who) for place in places]
        slack.wait_for(slack.posts, 60)
        made = uptake("backup", "b.tar.gz", cwd=tmp_path, UPTAKE_DATA_DIR=str(data_dir))
        assert made.returncode == 0, made.stderr
        refused = uptake(
            "restore", "b.tar.gz", "--replace", cwd=tmp_path, UPTAKE_DATA_DIR=str(data_dir)
        )
        assert refused.returncode == 2
        assert "Another Uptake is running" in refused.stderr
        worker.kill()
        back = tmp_path / "back"
        done = uptake("restore", "b.tar.gz", cwd=tmp_path, UPTAKE_DATA_DIR=str(back))
        assert done.returncode == 0, done.stderr
        again = Worker(slack, back)
        slack.wait_until_connected(1, 90)
        later = ask(slack, BUDGET, quiet, who)
        record = Record.open(f"sqlite:///{back / 'record.sqlite'}")
        # What was asked before the backup was made is answered once, and so is what came after.
        known = {id_of(event) for event in events}
        slack.wait_for_answer(later, 60)
        assert all(len(replies(slack, event)) <= 1 for event in events)
        assert again.stop() == 0
        assert {row.id for row in record.questions.between(*ALWAYS)} <= known | {id_of(later)}
        record.close()


def test_the_record_moves_with_one_command(settings: Settings, postgres: str, tmp_path: Path):
    with fresh_database(postgres) as url:
        folder = {"UPTAKE_DATA_DIR": str(settings.data_dir)}
        done = uptake("move-record", "--to", url, cwd=tmp_path, **folder)
        assert done.returncode == 0, done.stderr
        assert "Everything arrived" in done.stdout
        again = uptake("move-record", "--to", url, cwd=tmp_path, **folder)
        assert again.returncode == 2
        assert "not empty" in again.stderr
        record = Record.open(url)
        assert record.questions.count() == 1
        record.close()


def test_nothing_moves_while_questions_are_on_their_way(data_dir: Path, tmp_path: Path):
    with workspace() as slack:
        worker = Worker(slack, data_dir, kill_at=["within:generate"])
        slack.wait_until_connected(1, 90)
        ask(slack, BUDGET)
        assert worker.process.wait(60) == -9
    refused = uptake(
        "move-record",
        "--to",
        f"sqlite:///{tmp_path / 'x.sqlite'}",
        cwd=tmp_path,
        UPTAKE_DATA_DIR=str(data_dir),
    )
    assert refused.returncode == 2
    assert "1 question is still being answered" in refused.stderr


def test_forgetting_takes_the_jobs_too_and_counts_first(data_dir: Path, tmp_path: Path):
    folder = {"UPTAKE_DATA_DIR": str(data_dir)}
    with workspace() as slack:
        worker = Worker(slack, data_dir)
        slack.wait_until_connected(1, 90)
        event = ask(slack, BUDGET)
        record = Record.open(f"sqlite:///{data_dir / 'record.sqlite'}")
        answered_once(slack, record, [event])
        assert worker.stop() == 0
    age_everything(data_dir, days=500)
    counted = uptake("forget", "--older-than", "400d", "--dry-run", cwd=tmp_path, **folder)
    # The question's job, and whatever its answer set off.
    assert re.search(r"[1-9]\d*  jobs", counted.stdout), counted.stderr
    assert record.questions.count() == 1
    done = uptake("forget", "--older-than", "400d", cwd=tmp_path, **folder)
    assert "1  interactions" in done.stdout
    assert re.search(r"[1-9]\d*  jobs", done.stdout)
    assert record.questions.count() == 0
    record.close()
    for name in ("record.sqlite", "jobs.sqlite"):
        with closing(sqlite3.connect(data_dir / name)) as database:
            assert "change management" not in "\n".join(database.iterdump())


def age_everything(data_dir: Path, days: int) -> None:
    with closing(sqlite3.connect(data_dir / "record.sqlite")) as database:
        database.execute(f"UPDATE interactions SET asked_at = datetime(asked_at, '-{days} days')")
        database.execute(f"UPDATE people SET first_seen = datetime(first_seen, '-{days} days')")
        database.commit()
    with closing(sqlite3.connect(data_dir / "jobs.sqlite")) as database:
        milliseconds = days * 86_400_000
        database.execute(
            f"UPDATE workflow_status SET completed_at = completed_at - {milliseconds}, "
            f"created_at = created_at - {milliseconds}"
        )
        database.commit()


@pytest.mark.parametrize("age", ["", "400", "d", "-3d", "0d", "400 days", "1e9d"])
def test_an_age_that_is_none_is_said_in_a_sentence(tmp_path: Path, age: str):
    refused = uptake("forget", "--older-than", age, cwd=tmp_path)
    assert refused.returncode == 2
    assert "like 400d" in refused.stderr


def fails(database: sqlite3.Connection, statement: str) -> sqlite3.Error:
    with pytest.raises(sqlite3.Error) as caught:
        database.execute(statement)
    return caught.value


def test_a_full_disk_a_locked_and_a_damaged_database_have_their_sentences(tmp_path: Path):
    path = tmp_path / "x.sqlite"
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as database:
        database.execute("CREATE TABLE t (x)")
        database.execute("PRAGMA max_page_count=2")
        full = fails(database, "INSERT INTO t VALUES (zeroblob(100000))")
        assert "disk is full" in sentence(full)
        database.execute("BEGIN EXCLUSIVE")
        with closing(sqlite3.connect(path, timeout=0)) as other:
            assert "locked" in sentence(fails(other, "INSERT INTO t VALUES (1)"))
    path.write_bytes(b"no database at all" * 100)
    with closing(sqlite3.connect(path)) as database:
        assert "uptake restore" in sentence(fails(database, "SELECT * FROM t"))
    assert "full" in sentence(OSError(28, "No space left on device"))
    without_room = sqlite3.OperationalError("disk I/O error")
    without_room.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    assert "free space" in sentence(without_room)
    assert sentence(ValueError("x")) is None


def test_a_record_that_is_locked_for_a_while_is_written_when_it_is_free(data_dir: Path):
    with workspace() as slack:
        worker = Worker(slack, data_dir)
        slack.wait_until_connected(1, 90)
        record = Record.open(f"sqlite:///{data_dir / 'record.sqlite'}")
        held = sqlite3.connect(data_dir / "record.sqlite", isolation_level=None)
        held.execute("BEGIN EXCLUSIVE")
        event = ask(slack, BUDGET)
        slack.wait_for_answer(event, 60)
        held.execute("ROLLBACK")
        held.close()
        answered_once(slack, record, [event])
        assert worker.stop() == 0
        record.close()
