"""Opens the record's database and brings its tables up to date."""

from __future__ import annotations

from pathlib import Path
from shutil import disk_usage

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from adoption.db.connections import begun, server_engine
from adoption.db.writes import Lock, write_lock
from adoption.errors import RecordUnavailable

# Bytes that a transaction needs at the least.
_LEAST_SPACE = 1 << 20
_MIGRATIONS = Path(__file__).parent / "migrations"


def open_database(url: str) -> Engine:
    """The database at `url` with every migration applied; a SQLite file is made where none is.

    Raises:
        RecordUnavailable: the address is malformed, or the database cannot be opened, read
            or written.
    """
    try:
        engine = engine_for(url)
    except OSError as error:
        raise RecordUnavailable(
            f"The folder of the record cannot be made ({error.strerror}: {error.filename}). "
            "Check its path and permissions."
        ) from error
    except (ArgumentError, ImportError, ValueError) as error:
        raise RecordUnavailable(
            f"The database address is malformed ({_first_line(error)}). "
            "UPTAKE_DATABASE_URL wants a form like postgresql+psycopg://user@host/name."
        ) from error
    try:
        migrate(engine)
    except RecordUnavailable:
        engine.dispose()
        raise
    except (SQLAlchemyError, OSError) as error:
        engine.dispose()
        raise RecordUnavailable(_why_unusable(engine.url, error)) from error
    return engine


def _why_unusable(url: URL, error: Exception) -> str:
    if url.get_backend_name() == "sqlite" and url.database:
        folder = Path(url.database).parent
        # SQLite says no more than "disk I/O error" where there is no room for its log.
        if folder.is_dir() and disk_usage(folder).free < _LEAST_SPACE:
            return f"No space left on the disk of the record ({folder}). Free some space."
    return (
        f"The record at {url.render_as_string()} cannot be used "
        f"({_first_line(error)}). Check that it is Uptake's database and may be written to."
    )


def migrate(engine: Engine, revision: str = "head") -> None:
    """Brings the tables to `revision`; several processes may call this at the same time.

    Raises:
        RecordUnavailable: a newer version made them.
    """
    with write_lock(engine, Lock.MIGRATION) as connection:
        if revision != "head" or _revision_of(connection) != newest_revision():
            # Alembic takes longer to import than most starts have to wait for.
            from adoption.db.migrations.running import upgrade

            upgrade(connection, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Takes the tables back to `revision` (`base` removes them all)."""
    from adoption.db.migrations import running

    with begun(engine) as connection:
        running.downgrade(connection, revision)


def newest_revision() -> str:
    """The revision that the migrations of this version lead to; their files begin with theirs."""
    return max(each.name.partition("_")[0] for each in (_MIGRATIONS / "versions").glob("*_*.py"))


def _revision_of(connection: Connection) -> str | None:
    """The revision of the tables; None where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def engine_for(url: str) -> Engine:
    """An engine tuned for the record; the tables of the database stay as they are."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return server_engine(address)
    if address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    # Parameters are people's words: no error may carry them into a log.
    engine = create_engine(address, hide_parameters=True)
    event.listen(engine, "connect", _tune_sqlite)
    return engine


def _tune_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    # WAL lets the digest read while answers are written; the time-out waits out a writer.
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA busy_timeout=30000")
    cursor.execute("PRAGMA foreign_keys=ON")
    # SQLite's own 2 MB hold less than one batch of an import changes: pages are then written
    # out in its midst and read again. Memory is taken only for pages that are touched.
    cursor.execute("PRAGMA cache_size=-65536")
    cursor.close()


def _first_line(error: BaseException) -> str:
    cause = getattr(error, "orig", None) or error
    return str(cause).strip().split("\n")[0] or type(cause).__name__
