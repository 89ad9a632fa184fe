"""The data folder: made at the start, and used by one process at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from bot.errors import AlreadyRunning, SettingsWrong
from bot.settings import Settings


def make_data_dir(settings: Settings) -> None:
    """Makes the data folder.

    Raises:
        SettingsWrong: it cannot be made or written to.
    """
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsWrong(
            f"The data folder {settings.data_dir} cannot be made ({error.strerror}). "
            "Set UPTAKE_DATA_DIR to a folder that can be written to."
        ) from error


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Holds a lock file.

    Raises:
        AlreadyRunning: another process holds it.
    """
    held = FileLock(lock, timeout=0)
    try:
        held.acquire()
    except Timeout as error:
        raise AlreadyRunning(
            f"Another Uptake is running on the data folder {lock.parent}. "
            "Stop it first, or set UPTAKE_DATA_DIR to another folder."
        ) from error
    try:
        yield
    finally:
        held.release()
