"""The queue of questions: in each channel one at a time, the oldest first, at Slack's pace.

DBOS keeps the jobs and runs them. Its own queues claim them one channel at a time, each in a
transaction; here one transaction claims for all channels, and one stores all that came meanwhile.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from dbos import DBOS
from dbos._core import execute_dequeued_workflow, prepare_enqueued_workflow
from sqlalchemy import Connection, Executable, Result, Row, TextClause, bindparam, text
from sqlalchemy.orm import Session

from adoption.db.writes import Lock
from bot.jobs.arrivals import Arrivals
from bot.jobs.group_commit import flush
from bot.jobs.jobs_table import table_in
from bot.jobs.waking import WakingEvent
from bot.jobs.workers import Executor
from knowledge.encoding.batching import Batcher

log = logging.getLogger(__name__)

# Questions and what changes them.
ANSWERS = "answers"
# Answers that one worker works on at the same time; most of it is waiting for a model or Slack.
_AT_ONCE = 16
# The oldest first, by the second in which they were asked; counted from 2020, because DBOS's
# priorities end at 2³¹. Within a second it is the moment of their creation that orders them, which
# for DBOS is when they were stored, and here when they were asked: Slack hands the questions of a
# channel to different workers, which store them in any order.
_PRIORITIES_FROM = 1_577_836_800
# Slack takes about one message a second in a channel, and some hundreds a minute in a workspace.
_CHANNEL_MS, _WINDOW_MS = 1_000, 10_000
_POLL_SECONDS = 0.1
_MOST_STORED = 100
# With so many in line over all channels, more is being taken in, which comes before answering; and
# where several workers do so, an older question of a channel may still be on its way. So what was
# just stored waits for some milliseconds.
_MANY, _SETTLES_MS, _SETTLES_ALONE_MS = 32, 2_000, 1_000
_AFTER_FAILURE_SECONDS = 1.0

_IN_LINE = "queue_name = :queue AND status = 'ENQUEUED' AND queue_partition_key IS NOT NULL"
# How many were begun in the window. A clock that was set back leaves moments ahead of it.
_BEGUN = """
SELECT count(*) FROM {jobs} WHERE queue_name = :queue AND rate_limited = TRUE
AND started_at_epoch_ms > :now - :window AND started_at_epoch_ms <= :now
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
                  AND started_at_epoch_ms > :now - :pause AND started_at_epoch_ms <= :now
                  AND queue_partition_key = channel)
) AND (
  updated_at <= :now - :settles OR updated_at > :now
  OR (SELECT count(*) FROM (SELECT 1 FROM {{jobs}} WHERE {_IN_LINE} LIMIT :many) AS line) < :many
) ORDER BY priority, created_at, workflow_uuid LIMIT :room
"""
# As DBOS claims what it runs.
_CLAIM = """
UPDATE {jobs} SET status = 'PENDING', owner_xid = :owner, executor_id = :executor,
started_at_epoch_ms = :now, updated_at = :now, rate_limited = TRUE,
recovery_attempts = recovery_attempts + 1
WHERE workflow_uuid IN :ids AND status = 'ENQUEUED' AND queue_name = :queue
RETURNING workflow_uuid
"""
_DATABASE_MS = "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"


@dataclass(frozen=True)
class _Claimed:
    """Jobs that this worker took on, the oldest first, and the token by which they are its own."""

    ids: Sequence[str]
    owner: str


class Turns:
    """Stores what waits for its turn in a channel, and runs it.

    Args:
        per_minute: messages over all channels and workers.
        arrivals: what is being taken in; nothing is begun meanwhile, for a short while.
    """

    def __init__(self, dbos: DBOS, me: Executor, per_minute: int, arrivals: Arrivals) -> None:
        self._dbos = dbos
        self._me = me
        self._most = max(per_minute * _WINDOW_MS // 60_000, 1)
        self._arrivals = arrivals
        self._asked: dict[str, int] = {}
        self._store: Batcher[Any, bool] = Batcher(self._store_all, _MOST_STORED)
        self._runs: dict[str, int] = {}
        self._event = WakingEvent()

    def start(self) -> None:
        """Takes up what waits, once DBOS is launched and until it is destroyed."""
        self._dbos._sys_db._insert_rows = self._insert_rows  # type: ignore
        thread = threading.Thread(target=self._run, name=f"queue-{ANSWERS}", daemon=True)
        # As DBOS does with its own threads, so that its end is theirs.
        self._dbos.background_thread_stop_events.append(self._event)
        self._dbos._background_threads.append(thread)
        thread.start()

    def add(
        self, workflow: Callable[..., Any], envelope: Any, id: str, channel: str, at: float
    ) -> None:
        """Has it on the disk, in the line of its channel, unless it is stored already.

        Args:
            at: when it was asked, in seconds since 1970.
        """
        job = prepare_enqueued_workflow(
            self._dbos,
            workflow,
            (envelope,),
            {},
            queue_name=ANSWERS,
            workflow_id=id,
            queue_partition_key=channel,
        )
        job["priority"] = min(max(int(at) - _PRIORITIES_FROM, 1), 2**31 - 1)
        self._asked[id] = int(at * 1000)
        try:
            self._store(job)
        finally:
            self._asked.pop(id, None)
        self.wake()

    def wake(self) -> None:
        """Has the queue looked into at once."""
        self._event.wake()

    def run_of(self, id: str) -> int | None:
        """How often the job that runs was begun, this time included; None for one without turn."""
        return self._runs.pop(id, None)

    def _store_all(self, jobs: list[Any]) -> list[bool]:
        stored = self._dbos._sys_db.init_workflows(jobs)
        flush()
        return [job["workflow_uuid"] in stored for job in jobs]

    def _insert_rows(
        self,
        connection: Connection | Session,
        statement_of: Callable[[Any], Executable],
        rows: list[dict[str, Any]],
        *,
        returning: bool = False,
    ) -> list[Row[Any]]:
        """As DBOS does it, by a statement that SQLAlchemy compiles once for all numbers of rows."""
        for row in rows:
            if "created_at" in row:
                row["created_at"] = self._asked.get(row["workflow_uuid"], row["created_at"])
        result = connection.execute(statement_of(rows[0]), rows)
        return list(result) if returning else []

    def _run(self) -> None:
        while not self._event.wait(_POLL_SECONDS):
            self._arrivals.wait_for_a_lull()
            try:
                self._round()
            # Whatever it is, the next round tries again.
            except Exception as error:
                log.warning("Looking for the next question failed: %s", type(error).__name__)
                time.sleep(_AFTER_FAILURE_SECONDS)

    def _round(self) -> None:
        # Those that were handed to DBOS are active some moments later.
        running = self._dbos._active_workflows_set.count_for_queue(ANSWERS) + len(self._runs)
        if running >= _AT_ONCE:
            return
        database = self._dbos._sys_db
        with database.engine.begin() as connection:
            line = _Line(connection, table_in(database.schema), self._me)
            claimed = line.claimed(_AT_ONCE - running, self._most)
        if claimed is not None:
            self._flush()
            self._begin(claimed)

    def _flush(self) -> None:
        """Has what was claimed on the disk: nothing that a run does may be older than the run."""
        while not self._event.is_set():
            try:
                flush()
                return
            except OSError as error:
                log.warning("The disk takes no jobs (%s); trying again", error.strerror)
                time.sleep(_AFTER_FAILURE_SECONDS)

    def _begin(self, claimed: _Claimed) -> None:
        for job in self._dbos._sys_db.get_workflow_statuses(list(claimed.ids)):
            id = job["workflow_uuid"]
            self._runs[id] = job["recovery_attempts"] or 1
            try:
                execute_dequeued_workflow(self._dbos, job, claimed.owner)
            except Exception as error:
                self._runs.pop(id, None)
                log.error("The job %s could not be begun: %s", job["name"], error)


@dataclass(frozen=True)
class _Line:
    """What waits, in one transaction."""

    connection: Connection
    table: str
    me: Executor

    def claimed(self, room: int, most: int) -> _Claimed | None:
        """Makes the next jobs this worker's own; None where none is due.

        Args:
            room: how many at most.
            most: how many may be begun in a window, in all workers together.
        """
        now = self._now()
        if now is None:
            return None
        moment = {"queue": ANSWERS, "now": now}
        begun = self._run(_BEGUN, moment | {"window": _WINDOW_MS}).scalar() or 0
        room = min(room, most - begun)
        if room <= 0:
            return None
        settles = _SETTLES_ALONE_MS if self._is_alone else _SETTLES_MS
        first = moment | {"pause": _CHANNEL_MS, "version": self.me.version, "room": room}
        first |= {"many": _MANY, "settles": settles}
        ids = list(self._run(_FIRST, first).scalars())
        if not ids:
            return None
        owner = str(uuid.uuid4())
        claim = moment | {"owner": owner, "executor": self.me.id, "ids": ids}
        done = set(self._run(_CLAIM, claim).scalars())
        return _Claimed([id for id in ids if id in done], owner)

    @property
    def _is_alone(self) -> bool:
        """Whether there is no other worker; on SQLite there is one at a time."""
        return self.connection.dialect.name == "sqlite"

    def _run(self, sql: str, values: dict[str, object]) -> Result[Any]:
        return self.connection.execute(_prepared(sql, self.table), values)

    def _now(self) -> int | None:
        """Milliseconds since 1970 by the database's clock; None while another worker claims."""
        if self._is_alone:
            return int(time.time() * 1000)
        is_free = text("SELECT pg_try_advisory_xact_lock(:n)")
        if not self.connection.execute(is_free, {"n": int(Lock.TURNS)}).scalar():
            return None
        return int(self.connection.execute(text(_DATABASE_MS)).scalar() or 0)


@cache
def _prepared(sql: str, table: str) -> TextClause:
    statement = text(sql.format(jobs=table))
    if ":ids" not in sql:
        return statement
    return statement.bindparams(bindparam("ids", expanding=True))
