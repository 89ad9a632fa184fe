"""The jobs' SQLite database on the disk: one flush for all that wait for one.

SQLite would flush with every transaction: some ten times for an answer, and one after the other
for everybody who asks at the same moment. Here it writes ahead without flushing
(`PRAGMA synchronous=NORMAL`, https://sqlite.org/pragma.html#pragma_synchronous), which a process
that dies loses nothing by; and what must outlive the machine's power waits for `Disk.flush`,
which flushes everything that was written before it.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path
from typing import Any

from sqlalchemy import make_url


class Disk:
    """Flushes what was written ahead; those who come while a flush is under way share the next."""

    def __init__(self, log: Path | None) -> None:
        """Take the database's write-ahead log; None where another server keeps its own."""
        self._log = log
        self._state = threading.Condition()
        self._written = self._flushed = 0
        self._busy = False
        self._own = threading.local()

    def wrote(self) -> None:
        """Says that this thread has written something more ahead."""
        with self._state:
            self._written += 1
            self._own.wrote = self._written

    def flush(self) -> None:
        """Waits until all that this thread has written is on the disk.

        Raises:
            OSError: the disk does not take it.
        """
        if self._log is None:
            return
        wanted = getattr(self._own, "wrote", 0)
        with self._state:
            while self._busy and self._flushed < wanted:
                self._state.wait()
            if self._flushed >= wanted:
                return
            covered, self._busy = self._written, True
        try:
            _flush(self._log)
        except BaseException:
            self._ended(0)
            raise
        self._ended(covered)

    def _ended(self, covered: int) -> None:
        with self._state:
            self._flushed, self._busy = max(self._flushed, covered), False
            self._state.notify_all()


class WritingAhead(sqlite3.Connection):
    """A connection whose transactions are on the disk once the process's `flush` has ended."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute("PRAGMA synchronous=NORMAL")

    def commit(self) -> None:
        """As ever, and says so."""
        writes = self.in_transaction
        super().commit()
        if writes:
            _Jobs.disk.wrote()


def _flush(log: Path) -> None:
    try:
        file = os.open(log, os.O_RDWR)
    except FileNotFoundError:
        # Nothing was written yet, or all of it is in the database proper, flushed by SQLite.
        return
    try:
        os.fsync(file)
    finally:
        os.close(file)


class _Jobs:
    """The disk of the process's jobs; DBOS too keeps one database at a time."""

    disk = Disk(None)


def use(url: str) -> type[sqlite3.Connection] | None:
    """Says where the jobs of this process are; gives how to connect, where that is ours to say."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or not address.database:
        _Jobs.disk = Disk(None)
        return None
    _Jobs.disk = Disk(Path(f"{address.database}-wal"))
    return WritingAhead


def flush() -> None:
    """Waits until what this thread has stored of jobs is on the disk.

    Raises:
        OSError: the disk does not take it.
    """
    _Jobs.disk.flush()
