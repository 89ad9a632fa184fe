"""Starts and stops DBOS for one worker: its database, its queues, its place among the others."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Container
from dataclasses import dataclass
from pathlib import Path

from dbos import DBOS, DBOSConfig, SetWorkflowID, WorkflowStatus
from dbos._dbos import _get_dbos_instance
from sqlalchemy import make_url

from adoption.db.connections import notice_ends
from bot.jobs.arrivals import Arrivals
from bot.jobs.group_commit import use
from bot.jobs.statements.claims import ANSWERS
from bot.jobs.statements.jobs_table import index_ids
from bot.jobs.statements.step_results import StepResults
from bot.jobs.turns import Turns
from bot.jobs.waking import WakingEvent, dozing
from bot.jobs.workers import Adopt, Executor, Executors, Watch

# Jobs with a delay, and messages that many people get.
LATER, REMINDERS = "later", "reminders"
_AT_ONCE = 16
# The share of the workspace's messages that reminders leave for answers.
_LEFT_FOR_ANSWERS = 0.2
_WINDOW = 10.0
# How often DBOS's queues are looked into, and whether running jobs have ended at the close.
_POLL_SECONDS, _LOOK_SECONDS = 2.0, 0.1
# How often while nothing happens. What moves delayed jobs holds a lock meanwhile, which PostgreSQL
# takes away after five seconds.
_IDLE_SECONDS, _IDLE_LOCK_SECONDS = 10.0, 4.0
# To a PostgreSQL server, at most.
_CONNECTIONS = 10


@dataclass(frozen=True)
class Pace:
    """How fast and how patiently this worker works.

    Attributes:
        per_minute: messages over all channels; a channel gets one a second.
        silence: seconds after which a worker that is not heard of counts as dead.
    """

    per_minute: int = 300
    silence: float = 30.0

    @property
    def reminders(self) -> int:
        """Reminders in ten seconds, over all workers."""
        return max(int(self.per_minute * (1 - _LEFT_FOR_ANSWERS) * _WINDOW / 60), 1)


@dataclass(frozen=True)
class Backlog:
    """What waits: how many questions, and since how many seconds the oldest."""

    waiting: int
    oldest: float


class Engine:
    """One worker's DBOS, from launch to close.

    Args:
        first_runs: the ids of the jobs that this process runs for the first time of all.
    """

    def __init__(
        self,
        url: str,
        me: Executor,
        pace: Pace,
        adopt: Adopt,
        arrivals: Arrivals,
        first_runs: Container[str],
    ) -> None:
        _prepare(url)
        self._executors = Executors(url, me, pace.silence)
        config: DBOSConfig = {
            "name": "uptake",
            "system_database_url": url,
            "application_version": me.version,
            "executor_id": me.id,
            "log_level": "ERROR",
            "enable_otlp": False,
            # Nobody waits for DBOS's notifications; its thread looks up once, and ends then.
            "notification_listener_polling_interval_sec": _LOOK_SECONDS,
            "use_listen_notify": False,
        }
        if (factory := use(url)) is not None:
            config["db_engine_kwargs"] = {"connect_args": {"factory": factory}}
        else:
            # See `notice_ends`.
            config["db_engine_kwargs"] = {"pool_pre_ping": False, "pool_use_lifo": True}
            config["sys_db_pool_size"] = _CONNECTIONS
        self._pace = pace
        self._first_runs = first_runs
        self._dbos = DBOS(config=config)
        self.turns = Turns(self._dbos, me, pace.per_minute, arrivals)
        self._dozing: list[WakingEvent] = []
        self._watch = Watch(self._executors, self._dbos, adopt, self.wake)

    def launch(self) -> None:
        """Opens the database and runs what waits there, from this moment on."""
        # Heard of before the first job runs, or another worker would take the job over.
        self._executors.join()
        DBOS.listen_queues([LATER, REMINDERS])
        # DBOS's own queue, for schedules and for what a dead worker left; no setting reaches it.
        internal = self._dbos._registry.get_internal_queue()
        internal._polling_interval_sec = _POLL_SECONDS
        DBOS.launch()
        database = self._dbos._sys_db
        StepResults(database, self._first_runs).install()
        index_ids(database)
        if not database._is_sqlite:
            notice_ends(database.engine)
        self._dbos._sys_db._run_background_processes = False
        self._dozing = [
            dozing(self._dbos._background_jobs_stop_event, _IDLE_LOCK_SECONDS),
            *(dozing(each, _IDLE_SECONDS) for each in self._dbos.background_thread_stop_events),
        ]
        # Jobs go back there when a worker died; `Turns` runs them.
        DBOS.register_queue(ANSWERS, partition_concurrency=1)
        DBOS.register_queue(
            REMINDERS,
            worker_concurrency=_AT_ONCE,
            limiter={"limit": self._pace.reminders, "period": _WINDOW},
            polling_interval_sec=_POLL_SECONDS,
        )
        DBOS.register_queue(LATER, worker_concurrency=_AT_ONCE, polling_interval_sec=_POLL_SECONDS)
        self.turns.start()
        self._watch.start()

    def wake(self, delay: float = 0.0) -> None:
        """Has all queues looked into soon: now, and once more after a delay in seconds."""
        self.turns.wake()
        for each in self._dozing:
            each.wake(delay)

    def doubtful(self, since: float) -> bool:
        """Whether the others may have taken this worker for dead after `since`."""
        return self._executors.doubtful(since)

    @property
    def watching(self) -> bool:
        """Whether the watch over this worker and the others goes on."""
        return self._watch.alive

    def backlog(self, clock: Callable[[], float]) -> Backlog:
        """The questions that wait for their turn, in all workers together."""
        waiting = DBOS.list_workflows(
            status="ENQUEUED", queue_name=ANSWERS, load_input=False, load_output=False
        )
        # When it was stored; its creation is the moment at which it was asked, which is long ago
        # for what was missed in an outage.
        oldest = min((job.updated_at or 0 for job in waiting), default=None)
        age = 0.0 if oldest is None else max(clock() - oldest / 1000, 0.0)
        return Backlog(len(waiting), age)

    def close(self, grace: int, idle: Callable[[], bool]) -> None:
        """Takes nothing up any more; waits up to `grace` seconds until nothing runs.

        A worker with a step under way at the end is left to be missed: another one that began
        at once could do that step a second time.
        """
        self._watch.retire()
        # DBOS would wait as well, but in whole seconds, also for nothing.
        for event in self._dbos.background_thread_stop_events:
            event.set()
        until = time.monotonic() + grace
        while self._dbos._active_workflows_set.activeList() and time.monotonic() < until:
            time.sleep(_LOOK_SECONDS)
        DBOS.destroy(destroy_registry=True)
        self._watch.stop()
        if idle():
            self._executors.leave()
        self._executors.close()


def is_registered(name: str) -> bool:
    """Whether this process can run workflows of that name."""
    return name in _get_dbos_instance()._registry.workflow_info_map


def fork(job: WorkflowStatus, id: str, version: str) -> None:
    """Begins a copy of a job from its first step, under another id and a version."""
    with SetWorkflowID(id):
        DBOS.fork_workflow(
            job.workflow_id,
            1,
            application_version=version,
            queue_name=job.queue_name,
            queue_partition_key=job.queue_partition_key,
        )


def _prepare(url: str) -> None:
    """Lets SQLite write ahead: a job is kept in about a millisecond instead of several."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or not address.database:
        return
    path = Path(address.database)
    if _writes_ahead(path):
        # Opened and closed, it would first take in all that was written ahead before a kill.
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(path, timeout=30) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    connection.close()


def _writes_ahead(path: Path) -> bool:
    """Whether a database's header says so (https://sqlite.org/fileformat.html, offset 18)."""
    if not path.exists():
        return False
    with path.open("rb") as file:
        return file.read(20)[18:] == b"\x02\x02"
