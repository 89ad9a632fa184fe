"""Backup and restore of a data folder, and of a record on PostgreSQL, in one checked file."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from filelock import FileLock, Timeout
from sqlalchemy.exc import SQLAlchemyError

from adoption.db.engine import open_database
from adoption.errors import RecordUnavailable
from adoption.transfer import copy_record
from bot.data_folder import alone
from bot.errors import BackupUnusable
from bot.maintenance.erasing_again import RECORD, erase_again
from bot.settings import Settings
from knowledge.index.space import is_full
from uptake import __version__

FORMAT = 1
_MANIFEST = "manifest.json"
_INDEX_TIMEOUT = 60.0
_MAGIC = b"SQLite format 3\0"
_LEFT_OUT = (".lock", "-wal", "-shm", "-journal")
_DRAFT, _OLD = ".restoring", ".replaced"


@dataclass(frozen=True)
class Manifest:
    """What a backup contains.

    Attributes:
        files: the SHA-256 of each, by its path in the data folder.
    """

    format: int
    version: str
    made_at: str
    files: dict[str, str]


def backup(settings: Settings, target: Path) -> Manifest:
    """Writes a backup while the bot may be running; the file is there whole or not at all.

    Raises:
        BackupUnusable: it cannot be written, or the index is written to for too long.
        RecordUnavailable: the record cannot be read.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="uptake-", dir=target.absolute().parent) as draft:
            folder = Path(draft) / "data"
            folder.mkdir()
            # Of before it is read: whoever erases their data meanwhile is erased again.
            made_at = datetime.now(UTC).isoformat(timespec="seconds")
            _gather(settings, folder)
            manifest = Manifest(FORMAT, __version__, made_at, _sums(folder))
            text = json.dumps(asdict(manifest), indent=1)
            (folder / _MANIFEST).write_text(text, "utf-8")
            packed = Path(draft) / "packed"
            with tarfile.open(packed, "w:gz", compresslevel=6) as archive:
                archive.add(folder / _MANIFEST, _MANIFEST)
                for name in manifest.files:
                    archive.add(folder / name, name)
            _fsync(packed)
            packed.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise BackupUnusable(_why_unwritten(settings, target, error)) from error
    return manifest


def _why_unwritten(settings: Settings, target: Path, error: Exception) -> str:
    # SQLite says no more than "disk I/O error" where there is no room for its log.
    for folder in (target.absolute().parent, settings.data_dir.absolute()):
        if is_full(folder):
            return (
                f"No space left on the disk of {folder}. The backup {target} was not written. "
                "Free some space and try again."
            )
    return (
        f"The backup {target} could not be written ({_why(error)}). "
        "Check the disk's free space and the folder's permissions."
    )


def restore(settings: Settings, source: Path, replace: bool = False) -> Manifest:
    """Puts a backup in place of the data folder, after everything in it was checked.

    Whoever had their data erased after the backup was made has it erased in what is restored.

    Raises:
        AlreadyRunning: the bot runs on the data folder.
        BackupUnusable: the file is damaged, of a newer Uptake, or there is data already and
            `replace` is not set. Nothing is changed then.
    """
    data = settings.data_dir.absolute()
    data.mkdir(parents=True, exist_ok=True)
    draft = data / _DRAFT
    with alone(data / "bot.lock"), alone(data / "terminal.lock"):
        if not replace and any(_contents(data)):
            raise BackupUnusable(
                f"The data folder {data} is not empty. Use --replace to put the backup in its "
                "place, or set UPTAKE_DATA_DIR to another folder."
            )
        shutil.rmtree(draft, ignore_errors=True)
        try:
            manifest = _unpack(source, draft)
            _check_databases(draft)
            erase_again(settings, draft, datetime.fromisoformat(manifest.made_at))
            if settings.shared:
                _into_server(settings, draft / RECORD, replace)
            _swap(data, draft)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return manifest


def _gather(settings: Settings, folder: Path) -> None:
    data = settings.data_dir.absolute()
    # Jobs before the record: a job that is done in the record alone is done again without
    # harm, but one that is done in the jobs alone would be missing from the record.
    files = sorted(_contents(data), key=lambda path: (not path.name.startswith("jobs"), str(path)))
    with _index_locked(data):
        for path in files:
            if settings.shared and path.name == RECORD:
                continue
            copy = folder / path.relative_to(data)
            copy.parent.mkdir(parents=True, exist_ok=True)
            # A snapshot that has just been replaced may be gone meanwhile.
            with suppress(FileNotFoundError):
                _copy_file(path, copy)
    if settings.shared:
        _from_server(settings, folder / RECORD)


def _contents(data: Path) -> Iterator[Path]:
    """The files of a data folder that hold something."""
    for path in sorted(data.rglob("*")):
        inside = path.relative_to(data)
        hidden = any(part.startswith(".") for part in inside.parts)
        if path.is_file() and not hidden and not path.name.endswith(_LEFT_OUT):
            yield path


def _copy_file(path: Path, copy: Path) -> None:
    with path.open("rb") as file:
        is_database = file.read(len(_MAGIC)) == _MAGIC
    if not is_database:
        shutil.copyfile(path, copy)
        return
    with closing(sqlite3.connect(path, timeout=30)) as source, closing(sqlite3.connect(copy)) as to:
        source.backup(to)
        # Write-ahead mode would have the copy in need of a second file.
        to.execute("PRAGMA journal_mode=DELETE")


@contextmanager
def _index_locked(data: Path) -> Iterator[None]:
    """Keeps others from writing to the index meanwhile."""
    folder = data / "index"
    if not folder.is_dir():
        yield
        return
    lock = FileLock(folder / "writing.lock", timeout=_INDEX_TIMEOUT)
    try:
        lock.acquire()
    except Timeout as error:
        raise BackupUnusable(
            "The index is being written to. Wait until `uptake ingest` is done and try again."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _from_server(settings: Settings, copy: Path) -> None:
    source, target = open_database(settings.record_url), open_database(f"sqlite:///{copy}")
    try:
        copy_record(source, target)
    finally:
        source.dispose()
        target.dispose()
    with closing(sqlite3.connect(copy)) as written:
        written.execute("PRAGMA journal_mode=DELETE")


def _into_server(settings: Settings, record: Path, replace: bool) -> None:
    if not record.exists():
        return
    source, target = open_database(f"sqlite:///{record}"), open_database(settings.record_url)
    try:
        copy_record(source, target, replace=replace)
    finally:
        source.dispose()
        target.dispose()
    record.unlink()


def _unpack(source: Path, draft: Path) -> Manifest:
    try:
        with tarfile.open(source, "r:gz") as archive:
            archive.extractall(draft, filter="data")
        values = json.loads((draft / _MANIFEST).read_text("utf-8"))
        manifest = Manifest(**values)
        (draft / _MANIFEST).unlink()
        unsafe = [name for name in manifest.files if ".." in PurePosixPath(name).parts]
        if unsafe or _sums(draft) != manifest.files:
            raise ValueError("its files are not those that it lists")
    except (OSError, EOFError, tarfile.TarError, ValueError, TypeError) as error:
        raise BackupUnusable(
            f"{source} is not a whole backup ({_why(error)}). Nothing was changed. "
            "Use another backup."
        ) from error
    if manifest.format != FORMAT:
        raise BackupUnusable(
            f"{source} was written by Uptake {manifest.version}, in a form that this one does "
            "not know. Install that version. Nothing was changed."
        )
    return manifest


def _check_databases(draft: Path) -> None:
    for path in _contents(draft):
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                continue
        try:
            with closing(sqlite3.connect(path)) as database:
                if database.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                    raise sqlite3.DatabaseError("it fails its integrity check")
        except sqlite3.Error as error:
            raise BackupUnusable(
                f"{path.name} in the backup is damaged ({_why(error)}). Nothing was changed. "
                "Use another backup."
            ) from error
    if (draft / RECORD).exists():
        try:
            open_database(f"sqlite:///{draft / RECORD}").dispose()
        except (RecordUnavailable, SQLAlchemyError) as error:
            raise BackupUnusable(
                "The record in the backup was written by a newer Uptake. Nothing was changed. "
                "Install that version."
            ) from error


def _swap(data: Path, draft: Path) -> None:
    """Moves what was checked into the folder, which may be a mounted one and stays itself."""
    old = data / _OLD
    shutil.rmtree(old, ignore_errors=True)
    old.mkdir()
    for path in list(data.iterdir()):
        if not path.name.startswith(".") and path.suffix != ".lock":
            path.rename(old / path.name)
    for path in list(draft.iterdir()):
        path.rename(data / path.name)
    shutil.rmtree(old, ignore_errors=True)


def _sums(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): _sum(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != _MANIFEST
    }


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fsync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _why(error: BaseException) -> str:
    return getattr(error, "strerror", None) or str(error).split("\n")[0] or type(error).__name__
