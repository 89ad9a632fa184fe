"""The queue of questions: in each channel one at a time, the oldest first, at Slack's pace.

DBOS keeps the jobs and runs them. Its own queues claim them one channel at a time, each in a
transaction; here one transaction claims for all channels, and one stores all that came meanwhile.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from dbos import DBOS
from dbos._core import execute_dequeued_workflow, prepare_enqueued_workflow
from sqlalchemy import Connection, Executable, Row
from sqlalchemy.orm import Session

from bot.jobs.arrivals import Arrivals
from bot.jobs.group_commit import flush
from bot.jobs.statements.claims import ANSWERS, WINDOW_MS, Claimed, Claims
from bot.jobs.waking import WakingEvent
from bot.jobs.workers import Executor
from knowledge.encoding.batching import Batcher

log = logging.getLogger(__name__)

# Answers that one worker works on at the same time; most of it is waiting for a model or Slack.
_AT_ONCE = 16
# The oldest first, by the second in which they were asked; counted from 2020, because DBOS's
# priorities end at 2³¹. Within a second it is the moment of their creation that orders them, which
# for DBOS is when they were stored, and here when they were asked: Slack hands the questions of a
# channel to different workers, which store them in any order.
_PRIORITIES_FROM = 1_577_836_800
_POLL_SECONDS = 0.1
_MOST_STORED = 100
_AFTER_FAILURE_SECONDS = 1.0


class Turns:
    """Stores what waits for its turn in a channel, and runs it.

    Args:
        per_minute: messages over all channels and workers.
        arrivals: what is being taken in; nothing is begun meanwhile, for a short while.
    """

    def __init__(self, dbos: DBOS, me: Executor, per_minute: int, arrivals: Arrivals) -> None:
        self._dbos = dbos
        self._me = me
        self._most = max(per_minute * WINDOW_MS // 60_000, 1)
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
        claims = Claims(self._dbos._sys_db, self._me.id, self._me.version, self._most)
        while not self._event.wait(_POLL_SECONDS):
            self._arrivals.wait_for_a_lull()
            try:
                self._round(claims)
            # Whatever it is, the next round tries again.
            except Exception as error:
                log.warning("Looking for the next question failed: %s", type(error).__name__)
                time.sleep(_AFTER_FAILURE_SECONDS)

    def _round(self, claims: Claims) -> None:
        # Those that were handed to DBOS are active some moments later.
        running = self._dbos._active_workflows_set.count_for_queue(ANSWERS) + len(self._runs)
        if running >= _AT_ONCE:
            return
        claimed = claims.next(_AT_ONCE - running)
        if claimed.jobs:
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

    def _begin(self, claimed: Claimed) -> None:
        for job in claimed.jobs:
            id = job["workflow_uuid"]
            self._runs[id] = job["recovery_attempts"] or 1
            try:
                execute_dequeued_workflow(self._dbos, job, claimed.owner)
            except Exception as error:
                self._runs.pop(id, None)
                log.error("The job %s could not be begun: %s", job["name"], error)
