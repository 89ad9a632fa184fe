"""What databases and disks say when they fail, in a sentence for a person."""

from __future__ import annotations

import errno
import sqlite3

from sqlalchemy.exc import SQLAlchemyError

_FULL = (
    "The disk is full. Nothing half-written is left; free some space and try again. "
    "A running bot continues on its own."
)
_FAILED = "The disk is full or failed. Check its free space first, then its health, and try again."
_LOCKED = "The database is locked by another process. Wait until it is done, and try again."
_READ_ONLY = "The data cannot be written to. Check the permissions of the data folder."
_DAMAGED = "A database is damaged. Stop the bot and put a backup back with `uptake restore`."
_AWAY = "The database does not answer. Check that it runs and that UPTAKE_DATABASE_URL names it."


def sentence(error: BaseException) -> str | None:
    """The sentence for a fault of a database or a disk; None for any other error."""
    cause: object = getattr(error, "orig", None) or error
    if isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT):
        return _FULL
    if isinstance(cause, OSError) and cause.errno in (errno.EROFS, errno.EACCES):
        return f"{cause.filename or 'The data'} cannot be used. Check its permissions."
    if isinstance(cause, sqlite3.Error):
        return _of_sqlite(cause)
    if isinstance(error, SQLAlchemyError):
        return _AWAY
    return None


def _of_sqlite(error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return {
        sqlite3.SQLITE_FULL: _FULL,
        sqlite3.SQLITE_IOERR: _FAILED,
        sqlite3.SQLITE_BUSY: _LOCKED,
        sqlite3.SQLITE_LOCKED: _LOCKED,
        sqlite3.SQLITE_READONLY: _READ_ONLY,
        sqlite3.SQLITE_CANTOPEN: _READ_ONLY,
        sqlite3.SQLITE_CORRUPT: _DAMAGED,
        sqlite3.SQLITE_NOTADB: _DAMAGED,
    }.get(code, _AWAY)
