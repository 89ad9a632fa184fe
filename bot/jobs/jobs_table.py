"""The table in which DBOS keeps its jobs, asked for what its own lists are too slow to say."""

from __future__ import annotations

from functools import cache

from dbos._dbos import _get_dbos_instance
from sqlalchemy import Engine, TextClause, text

# The last character there is: what begins with a text sorts before the text with it.
_LAST = "\U0010ffff"


def table_in(schema: str | None) -> str:
    """What the table is called in SQL."""
    return f'"{schema}".workflow_status' if schema else "workflow_status"


def is_any(begin: str) -> bool:
    """Whether a job is stored whose id begins so."""
    engine, table = _database()
    if engine.dialect.name == "sqlite":
        bounds = {"low": begin, "high": begin + _LAST}
        query = _query(
            f"SELECT 1 FROM {table} WHERE workflow_uuid >= :low AND workflow_uuid < :high"
        )
    else:
        bounds = {"begin": begin}
        query = _query(f"SELECT 1 FROM {table} WHERE starts_with(workflow_uuid, :begin) LIMIT 1")
    with engine.connect() as connection:
        return connection.execute(query, bounds).first() is not None


def open_ids(name: str) -> list[str]:
    """The ids of the jobs of that name that wait for a worker or run."""
    engine, table = _database()
    query = _query(
        f"SELECT workflow_uuid FROM {table} "
        "WHERE status IN ('ENQUEUED', 'PENDING', 'DELAYED') AND name = :name"
    )
    with engine.connect() as connection:
        return list(connection.execute(query, {"name": name}).scalars())


def _database() -> tuple[Engine, str]:
    database = _get_dbos_instance()._sys_db
    engine = database.engine
    if engine.dialect.name == "postgresql":
        # One way to the server and back for a look-up, and not one more to begin and to end it.
        engine = engine.execution_options(isolation_level="AUTOCOMMIT")
    return engine, table_in(database.schema)


@cache
def _query(sql: str) -> TextClause:
    return text(sql)
