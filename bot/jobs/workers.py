"""Workers that share one database of jobs: who is alive, and who finishes what a dead one began."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dbos import DBOS, WorkflowStatus
from dbos._recovery import recover_pending_workflows
from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    MetaData,
    String,
    Table,
    delete,
    func,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from adoption.db.connections import begun, server_engine
from adoption.db.writes import Lock, write_lock
from bot.jobs.statements.jobs_table import seconds_to_next

log = logging.getLogger(__name__)

_metadata = MetaData()
_executors = Table(
    "uptake_executors",
    _metadata,
    Column("id", String(255), primary_key=True),
    Column("version", String(255), nullable=False),
    Column("beaten_at", DateTime(timezone=True), nullable=False),
)
_BEATS_IN_SILENCE = 6
_OPEN = ["ENQUEUED", "PENDING", "DELAYED"]


@dataclass(frozen=True)
class Executor:
    """A worker: its name, and the version of the jobs' steps that it works by."""

    id: str
    version: str


def moment() -> float:
    """Seconds of a clock that nobody sets, and that goes on while the machine sleeps."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(clock)


class Executors:
    """The workers on one database of jobs.

    On PostgreSQL each worker writes down that it is alive, by the database's clock, so that a
    worker whose own clock jumps is neither dead nor immortal. On SQLite there is one worker at
    a time, held by a lock on the data folder, and whoever else left something is gone.
    """

    def __init__(self, url: str, me: Executor, silence: float) -> None:
        address = make_url(url)
        self.me = me
        self.silence = silence
        self._engine: Engine | None = None
        self._beaten = moment()
        self._lapsed = -1.0
        if address.get_backend_name() != "sqlite":
            self._engine = server_engine(address)

    def join(self) -> None:
        """Makes the table where it is not, and says that this worker is alive."""
        if self._engine is not None:
            with write_lock(self._engine, Lock.WORKER_TABLE) as connection:
                _metadata.create_all(connection)
        self.beat()

    def beat(self) -> None:
        """Says that this worker is alive."""
        if self._engine is not None:
            row = {"id": self.me.id, "version": self.me.version, "beaten_at": func.now()}
            written = insert(_executors).values(row)
            changed = {"version": self.me.version, "beaten_at": func.now()}
            with self._engine.connect() as connection:
                connection.execute(
                    written.on_conflict_do_update(index_elements=["id"], set_=changed)
                )
        now = moment()
        if self._too_long(now):
            self._lapsed = now
        self._beaten = now

    def doubtful(self, since: float) -> bool:
        """Whether the others may have taken this worker for dead after the `moment()` `since`.

        So it is with a worker that was stopped for a while, or cut off from the database:
        what it was about to do may have been done.
        """
        return self._lapsed >= since or self._too_long(moment())

    def _too_long(self, now: float) -> bool:
        return self._engine is not None and now - self._beaten > self.silence / 2

    def alive(self) -> frozenset[Executor]:
        """The workers heard of within the silence that is allowed, this one among them."""
        if self._engine is None:
            return frozenset([self.me])
        heard = func.extract("epoch", func.now() - _executors.c.beaten_at) < self.silence
        with self._engine.connect() as connection:
            rows = connection.execute(select(_executors.c.id, _executors.c.version).where(heard))
            return frozenset(Executor(row.id, row.version) for row in rows) | {self.me}

    def leave(self) -> None:
        """Says that this worker has ended with nothing in its hands."""
        if self._engine is not None:
            with self._engine.connect() as connection:
                connection.execute(delete(_executors).where(_executors.c.id == self.me.id))

    def close(self) -> None:
        """Lets go of the database."""
        if self._engine is not None:
            self._engine.dispose()

    @contextmanager
    def in_charge(self) -> Iterator[bool]:
        """Gives True to one worker at a time, False to the others."""
        if self._engine is None:
            yield True
            return
        with begun(self._engine) as connection:
            is_free = text("SELECT pg_try_advisory_xact_lock(:n)")
            yield bool(connection.execute(is_free, {"n": int(Lock.TAKEOVER)}).scalar())


# Begins a job of another version anew under an id; False where this version does not know it.
Adopt = Callable[[WorkflowStatus, str], bool]


class Watch:
    """Sends heartbeats, takes over from workers that stopped theirs, and looks for delayed jobs.

    Args:
        wake: has the queues looked into in so many seconds.
    """

    def __init__(
        self, executors: Executors, dbos: DBOS, adopt: Adopt, wake: Callable[[float], None]
    ) -> None:
        self._executors = executors
        self._dbos = dbos
        self._adopt = adopt
        self._wake = wake
        self._stop = threading.Event()
        self._retired = False
        self._thread = threading.Thread(target=self._run, name="uptake-watch", daemon=True)

    def start(self) -> None:
        """Takes over once, and then as often as a silent worker is to be noticed in time."""
        self._round()
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether rounds are still made."""
        return self._thread.is_alive()

    def retire(self) -> None:
        """Only beats from now on: this worker takes nothing up any more."""
        self._retired = True

    def stop(self) -> None:
        """Ends the watch; waits for a round that is under way."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(10)

    def _run(self) -> None:
        while not self._stop.wait(self._pause):
            self._round()

    @property
    def _pause(self) -> float:
        """Seconds between rounds."""
        return self._executors.silence / _BEATS_IN_SILENCE

    def _round(self) -> None:
        try:
            self._executors.beat()
            if not self._retired:
                self._look_around()
        # Whatever it is, the next round tries again: a watch that ends leaves work lying.
        except Exception as error:
            log.warning("Looking after the other workers failed: %s", type(error).__name__)

    def _look_around(self) -> None:
        if take_over(self._executors, self._dbos, self._adopt):
            self._wake(0.0)
        # Whoever stored it wakes its own queues alone, and may be gone.
        left = seconds_to_next(time.time())
        if left is not None and left <= 2 * self._pause:
            self._wake(left)


def take_over(executors: Executors, dbos: DBOS, adopt: Adopt) -> int:
    """Brings back to the queue what no living worker works on; gives how many jobs.

    Only one worker does so at a time, and DBOS gives each job to one worker.
    """
    with executors.in_charge() as charged:
        if not charged:
            return 0
        alive = executors.alive()
        return _recover_silent(executors.me, alive, dbos) + _adopt_older(executors.me, alive, adopt)


def _recover_silent(me: Executor, alive: frozenset[Executor], dbos: DBOS) -> int:
    running = DBOS.list_workflows(
        status="PENDING", app_version=me.version, load_input=False, load_output=False
    )
    silent = {job.executor_id for job in running} - {each.id for each in alive}
    names = sorted(name for name in silent if name)
    if not names:
        return 0
    recovered = recover_pending_workflows(dbos, names)
    log.warning("Took over %d jobs of %s", len(recovered), ", ".join(names))
    return len(recovered)


def _adopt_older(me: Executor, alive: frozenset[Executor], adopt: Adopt) -> int:
    """Begins anew the jobs of versions that no living worker has."""
    known = {version["version_name"] for version in DBOS.list_application_versions()}
    gone = known - {each.version for each in alive}
    if not gone:
        return 0
    jobs = DBOS.list_workflows(status=_OPEN, app_version=sorted(gone), load_output=False)
    adopted = [job for job in jobs if _begin_anew(job, me.version, adopt)]
    if adopted:
        log.warning("Took over %d jobs of an older version", len(adopted))
    return len(adopted)


def _begin_anew(job: WorkflowStatus, version: str, adopt: Adopt) -> bool:
    """Puts a copy of a job, under this version and another id, in place of the job."""
    try:
        if not adopt(job, f"{job.workflow_id}~{version}"):
            return False
    except IntegrityError:
        log.info("A job was begun anew already")
    DBOS.cancel_workflow(job.workflow_id)
    return True
