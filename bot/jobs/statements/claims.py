"""Takes on questions that wait for their turn, in one statement for all channels."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from dbos._sys_db import SystemDatabase, WorkflowStatusInternal
from psycopg import ClientCursor, OperationalError
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection, TextClause, text
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from adoption.db.writes import Lock
from bot.jobs.statements.jobs_table import table_in
from bot.jobs.statements.step_results import in_single_statements

# Questions and what changes them.
ANSWERS = "answers"
# Slack takes about one message a second in a channel, and some hundreds a minute in a workspace.
CHANNEL_MS, WINDOW_MS = 1_000, 10_000
# With so many in line over all channels, more is being taken in, which comes before answering; and
# where several workers do so, an older question of a channel may still be on its way. So what was
# just stored waits for some milliseconds.
MANY, SETTLES_MS, SETTLES_ALONE_MS = 32, 2_000, 1_000

_IN_LINE = "queue_name = :queue AND status = 'ENQUEUED' AND queue_partition_key IS NOT NULL"
# How many were begun in the window. A clock that was set back leaves moments ahead of it.
_BEGUN = """
SELECT count(*) FROM {jobs} WHERE queue_name = :queue AND rate_limited = TRUE
AND started_at_epoch_ms > {now} - :window AND started_at_epoch_ms <= {now}
"""
# The first in the line of each channel in which nothing runs or was begun just now. The channels
# are found by looking for the next name, so that a long line costs no more than a short one.
_FIRST = f"""
WITH RECURSIVE channels(channel) AS (
  SELECT min(queue_partition_key) FROM {{jobs}} WHERE {_IN_LINE}
  UNION ALL
  SELECT (SELECT min(queue_partition_key) FROM {{jobs}}
          WHERE {_IN_LINE} AND queue_partition_key > channel)
  FROM channels WHERE channel IS NOT NULL
)
SELECT workflow_uuid FROM {{jobs}} WHERE workflow_uuid IN (
  SELECT (SELECT workflow_uuid FROM {{jobs}} WHERE {_IN_LINE} AND queue_partition_key = channel
          AND application_version = :version
          ORDER BY priority, created_at, workflow_uuid LIMIT 1)
  FROM channels WHERE channel IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM {{jobs}} WHERE queue_name = :queue AND status = 'PENDING'
                  AND queue_partition_key = channel)
  AND NOT EXISTS (SELECT 1 FROM {{jobs}} WHERE queue_name = :queue AND rate_limited = TRUE
                  AND started_at_epoch_ms > {{now}} - :pause AND started_at_epoch_ms <= {{now}}
                  AND queue_partition_key = channel)
) AND (
  updated_at <= {{now}} - :settles OR updated_at > {{now}}
  OR (SELECT count(*) FROM (SELECT 1 FROM {{jobs}} WHERE {_IN_LINE} LIMIT :many) AS line) < :many
) ORDER BY priority, created_at, workflow_uuid
LIMIT {{greatest}}(0, {{least}}(:room, :most - ({_BEGUN})))
"""
# As DBOS claims what it runs.
_CLAIM = f"""
UPDATE {{jobs}} SET status = 'PENDING', owner_xid = :owner, executor_id = :executor,
started_at_epoch_ms = {{now}}, updated_at = {{now}}, rate_limited = TRUE,
recovery_attempts = recovery_attempts + 1
WHERE workflow_uuid IN ({_FIRST}) AND status = 'ENQUEUED' AND queue_name = :queue AND {{is_free}}
RETURNING workflow_uuid, priority, created_at
"""
# One worker claims at a time, from what the one before has claimed: a statement sees what was
# stored before it began, so the lock is a statement of its own. PostgreSQL does both in one
# transaction, which ends the lock, and the server is asked once.
_LOCK = f"""
SELECT set_config('uptake.claims', pg_try_advisory_xact_lock({int(Lock.TURNS)})::text, TRUE)
"""
_IS_FREE = "current_setting('uptake.claims') = 'true'"
_SERVER_MS = "CAST(extract(epoch FROM statement_timestamp()) * 1000 AS bigint)"
# What a claim did whose end was not heard of, because the connection broke.
_UNHEARD = """
SELECT workflow_uuid, priority, created_at FROM {jobs}
WHERE queue_name = :queue AND status = 'PENDING' AND owner_xid = :owner
"""


@dataclass(frozen=True)
class Claimed:
    """Jobs that this worker took on, the oldest first, and the token by which they are its own."""

    jobs: Sequence[WorkflowStatusInternal]
    owner: str


class Claims:
    """Makes jobs that wait this worker's own.

    Args:
        executor: names this worker.
        version: of the jobs that it can run.
        most: how many may be begun in a window, in all workers together.
    """

    def __init__(self, database: SystemDatabase, executor: str, version: str, most: int) -> None:
        self._database = in_single_statements(database)
        self._engine = self._database.engine
        self._table = table_in(database.schema)
        self._executor, self._version = executor, version
        self._most = most
        self._unheard = ""

    def next(self, room: int) -> Claimed:
        """The next jobs that are due, `room` at most."""
        if self._unheard:
            return self._found_again()
        self._unheard = owner = str(uuid.uuid4())
        rows = self._claim(self._values() | {"owner": owner, "room": room})
        self._unheard = ""
        return self._claimed(rows, owner)

    def _found_again(self) -> Claimed:
        values = {"queue": ANSWERS, "owner": self._unheard}
        with self._engine.connect() as connection:
            rows = connection.execute(text(_UNHEARD.format(jobs=self._table)), values).all()
        owner, self._unheard = self._unheard, ""
        return self._claimed(rows, owner)

    def _claim(self, values: dict[str, Any]) -> Sequence[Any]:
        if not self._is_alone:
            with self._engine.connect() as connection:
                return _in_one_message(connection, _for_postgresql(self._table), values)
        values["now"] = int(time.time() * 1000)
        with self._engine.begin() as connection:
            return connection.execute(_for_sqlite(self._table), values).all()

    def _claimed(self, rows: Sequence[Any], owner: str) -> Claimed:
        ordered = sorted(rows, key=lambda row: (row.priority, row.created_at, row.workflow_uuid))
        ids = [row.workflow_uuid for row in ordered]
        return Claimed(self._database.get_workflow_statuses(ids) if ids else [], owner)

    def _values(self) -> dict[str, Any]:
        return {
            "queue": ANSWERS,
            "version": self._version,
            "executor": self._executor,
            "most": self._most,
            "window": WINDOW_MS,
            "pause": CHANNEL_MS,
            "many": MANY,
            "settles": SETTLES_ALONE_MS if self._is_alone else SETTLES_MS,
        }

    @property
    def _is_alone(self) -> bool:
        """Whether there is no other worker; on SQLite there is one at a time."""
        return self._engine.dialect.name == "sqlite"


def _in_one_message(
    connection: Connection, statements: str, values: dict[str, Any]
) -> Sequence[Any]:
    """The rows of the last of several statements, which PostgreSQL gets and does as one."""
    driver: Any = connection.connection.driver_connection
    try:
        with ClientCursor(driver, row_factory=namedtuple_row) as cursor:
            cursor.execute(statements, values)
            while cursor.nextset():
                pass
            return cursor.fetchall()
    except OperationalError:
        connection.invalidate()
        raise


@cache
def _for_sqlite(table: str) -> TextClause:
    dialect = {"now": ":now", "least": "min", "greatest": "max", "is_free": "TRUE"}
    return text(_CLAIM.format(jobs=table, **dialect))


@cache
def _for_postgresql(table: str) -> str:
    dialect = {"now": _SERVER_MS, "least": "least", "greatest": "greatest", "is_free": _IS_FREE}
    claim = text(_CLAIM.format(jobs=table, **dialect))
    # With parameters as psycopg writes them.
    return f"{_LOCK};{claim.compile(dialect=PGDialect_psycopg())}"  # type: ignore
