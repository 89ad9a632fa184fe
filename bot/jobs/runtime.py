"""The job runtime: stores jobs, runs each once, and starts those that are due."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Generic
from zoneinfo import ZoneInfo

from croniter import croniter
from dbos import DBOS, SetEnqueueOptions, SetWorkflowID, WorkflowHandle, WorkflowStatus

from bot.jobs.arrivals import Arrivals
from bot.jobs.context import JobContext, S
from bot.jobs.engine import LATER, REMINDERS, Backlog, Engine, Pace, fork, is_registered
from bot.jobs.group_commit import flush
from bot.jobs.job import Due, Envelope, Job, JobKind, P, R
from bot.jobs.patience import StepFailed
from bot.jobs.statements.jobs_table import is_any, open_ids
from bot.jobs.stored import StoredJob, forget_account, forget_jobs, stored_jobs
from bot.jobs.workers import Executor, moment
from uptake import UptakeError

log = logging.getLogger(__name__)

_SCHEDULE = "schedule"
_VERSION = "uptake-"

AnyJob = Job[Any, Any]


class JobFailed(UptakeError):
    """A job that was waited for failed."""


@dataclass(frozen=True)
class Schedule:
    """A job that the clock starts.

    Attributes:
        cron: minute, hour, day of the month, month, day of the week; in the settings' time zone.
    """

    job: Job[Due, None]
    cron: str

    def last_due(self, now: datetime, zone: ZoneInfo) -> datetime:
        """The latest moment up to `now` at which it was due."""
        local = now.astimezone(zone)
        after = local + timedelta(seconds=1)
        at: datetime = croniter(self.cron, after, second_at_beginning=True).get_prev(datetime)
        return at


@dataclass(frozen=True)
class Turn:
    """A place in the queue of a channel, in which one thing is done at a time.

    Attributes:
        at: seconds since 1970; the oldest comes first.
    """

    channel: str
    at: float


class RunOwner:
    """Which runs of jobs this process began, and which it recovered: those may have done steps."""

    def __init__(self) -> None:
        self._own = uuid.uuid4().hex

    def claim(self) -> str:
        """The first step of a job: who began the run, on the disk before the next step."""
        owner = DBOS.run_step({"name": "mark"}, lambda: self._own)
        flush()
        return owner

    def is_own(self, owner: str) -> bool:
        """Whether this process began the run."""
        return owner == self._own


class JobRuntime(Generic[S]):
    """Stores and runs jobs; one in a process at a time, as DBOS keeps one registry.

    Args:
        jobs: every kind of job that there is.
        clock: seconds since 1970.
    """

    def __init__(self, jobs: Iterable[AnyJob], clock: Callable[[], float]) -> None:
        self._jobs = {each.name: each for each in jobs}
        self._clock = clock
        self._workflows: dict[str, Callable[..., Any]] = {}
        self._schedules: Sequence[Schedule] = ()
        self._zone = ZoneInfo("UTC")
        self._owner = RunOwner()
        self._running: set[str] = set()
        self._first_runs: set[str] = set()
        self._left: set[str] = set()
        self._launched = 0.0
        self.arrivals = Arrivals()
        self._engine: Engine | None = None

    @property
    def version(self) -> str:
        """Names the kinds of jobs and their versions; workers of one version share their jobs."""
        kinds = " ".join(sorted(f"{each.name}/{each.version}" for each in self._jobs.values()))
        return f"{_VERSION}{sha256(kinds.encode()).hexdigest()[:12]}"

    def launch(self, container: S, url: str, executor: str, pace: Pace | None = None) -> None:
        """Opens the database of jobs, and takes up what this worker or a dead one left.

        Args:
            executor: names this worker among those that share the database.
        """
        for each in self._jobs.values():
            self._register(each, container)
        self._launched = self._clock()
        me = Executor(executor, self.version)
        self._engine = Engine(url, me, pace or Pace(), self._adopt, self.arrivals, self._first_runs)
        try:
            self._engine.launch()
        except BaseException:
            self._engine = None
            raise

    def close(self, grace: int = 0, idle: Callable[[], bool] = lambda: True) -> None:
        """Takes nothing up any more, and waits up to `grace` seconds for what is running.

        What runs on is finished by another worker, or at the next launch.
        """
        if self._engine is None:
            DBOS.destroy(destroy_registry=True)
        else:
            self._engine.close(grace, lambda: self.idle and idle())

    @property
    def idle(self) -> bool:
        """Whether this process runs no job."""
        return not self._running

    @property
    def watching(self) -> bool:
        """Whether this worker still looks after its jobs and the others'."""
        return self._engine is not None and self._engine.watching

    def backlog(self) -> Backlog:
        """The questions that wait for their turn, in all workers together."""
        return self._engine.backlog(self._clock) if self._engine else Backlog(0, 0.0)

    def doubtful(self, since: float) -> bool:
        """Whether other workers may have taken this one for dead after the `moment()` `since`."""
        return self._engine is not None and self._engine.doubtful(since)

    def kind(self, name: str) -> AnyJob:
        """The job of that name."""
        return self._jobs[name]

    def enqueue(
        self,
        job: JobKind[P, R],
        payload: P,
        *,
        key: str,
        turn: Turn | None = None,
        delay: float = 0,
        is_reminder: bool = False,
    ) -> None:
        """Stores a job, to be run once; a job that is stored already under its key is not.

        Args:
            key: names the job among those of its kind: Slack's trigger, view or event is in it.
            turn: lets it wait for its turn in a channel; otherwise it is run at once.
            delay: seconds to wait before it is run.
            is_reminder: whether it sends one of many messages; these go out at a pace that Slack
                takes and that leaves room for answers.
        """
        workflow, envelope = self._workflows[job.name], self._envelope(job, key, payload)
        if turn is not None:
            self._open.turns.add(workflow, envelope, job.id_of(key), turn.channel, turn.at)
            return
        with SetWorkflowID(job.id_of(key)):
            if delay > 0 or is_reminder:
                with SetEnqueueOptions(delay_seconds=delay or None):
                    queue = REMINDERS if is_reminder else LATER
                    DBOS.enqueue_workflow(queue, workflow, envelope)
                self._open.wake(delay)
            else:
                DBOS.start_workflow(workflow, envelope)

    @property
    def _open(self) -> Engine:
        """The engine of a runtime that was launched."""
        assert self._engine is not None, "the jobs are not launched"
        return self._engine

    def enqueue_and_wait(self, job: JobKind[P, R], payload: P, *, key: str) -> R:
        """Stores a job and waits for its result: for what the next view depends on.

        Raises:
            JobFailed: it failed.
        """
        with SetWorkflowID(job.id_of(key)):
            handle: WorkflowHandle[Any] = DBOS.start_workflow(
                self._workflows[job.name], self._envelope(job, key, payload)
            )
        try:
            result: R = job.results.validate_python(handle.get_result())
        except Exception as error:
            raise JobFailed(f"The job {job.name} failed: {error}") from error
        return result

    def stored(
        self,
        job: JobKind[P, R],
        *,
        keys: Sequence[str] | None = None,
        prefix: str = "",
        only_open: bool = False,
    ) -> list[StoredJob[P, R]]:
        """The stored jobs of a kind, the oldest first, each once also where it was adopted.

        Args:
            keys: only jobs with these keys.
            prefix: only jobs whose key begins with this.
        """
        return stored_jobs(job, keys, prefix, only_open)

    def is_any(self, begins: Iterable[tuple[JobKind[Any, Any], str]]) -> bool:
        """Whether a job is stored of one of these kinds, with a key that begins so."""
        return is_any([job.id_of(prefix) for job, prefix in begins])

    def open_keys(self, job: JobKind[Any, Any]) -> set[str]:
        """The keys of the stored jobs of a kind that have no end yet, in any worker."""
        # An adopted copy has the first one's id, and its own version after it.
        ids = (id.partition(f"~{_VERSION}")[0] for id in open_ids(job.name))
        return {id.removeprefix(job.id_of("")) for id in ids}

    def forget(self, job: JobKind[Any, Any], keys: Sequence[str]) -> None:
        """Deletes what is stored of finished jobs of a kind."""
        forget_jobs(job, keys)

    def forget_account(self, account: str) -> None:
        """Deletes what is stored of every finished job that names an account."""
        forget_account(account)

    def schedule(self, schedules: Sequence[Schedule], zone: ZoneInfo) -> None:
        """Starts jobs by the clock from now on, and those that were due while nobody was there."""
        self._schedules, self._zone = schedules, zone
        tick = self._workflows[_SCHEDULE]
        DBOS.apply_schedules(
            [
                {
                    "schedule_name": each.job.name,
                    "workflow_fn": tick,
                    "schedule": each.cron,
                    "context": each.job.name,
                    "cron_timezone": zone.key,
                }
                for each in schedules
            ]
        )
        names = {each.job.name for each in schedules}
        for old in DBOS.list_schedules():
            if old["schedule_name"] not in names:
                DBOS.delete_schedule(old["schedule_name"])
        self.catch_up(datetime.fromtimestamp(self._clock(), UTC))

    def catch_up(self, now: datetime) -> None:
        """Enqueues each scheduled job for the last time it was due, unless that was done."""
        for each in self._schedules:
            self._enqueue_due(each.job, each.last_due(now, self._zone))

    def _enqueue_due(self, job: Job[Due, None], at: datetime) -> None:
        self.enqueue(job, Due(at), key=at.astimezone(UTC).isoformat())

    def _register(self, job: AnyJob, container: S) -> None:
        def run(stored: dict[str, Any]) -> Any:
            envelope = Envelope.of(stored)
            id = DBOS.workflow_id or ""
            self._running.add(id)
            try:
                context = self._context(job, envelope, id, container)
                result = job.function(context, job.payload_of(envelope))
                return job.results.dump_python(result, mode="json")
            except StepFailed as failed:
                log.error("%s", failed)
                raise
            finally:
                self._running.discard(id)
                self._first_runs.discard(id)
                # Whatever waits for its turn behind this job may begin.
                self._open.wake()

        def tick(at: datetime, name: str) -> None:
            self._enqueue_due(self._jobs[name], at)

        self._workflows[job.name] = DBOS.workflow(name=job.name)(run)
        if _SCHEDULE not in self._workflows:
            self._workflows[_SCHEDULE] = DBOS.workflow(name=_SCHEDULE)(tick)

    def _adopt(self, status: WorkflowStatus, id: str) -> bool:
        """Begins a job of another version anew; False where only a newer version can do it.

        Such a job stays as it is, and is done when that version is started again.
        """
        job = self._jobs.get(status.name)
        envelope = Envelope.of(status.input["args"][0]) if job and status.input else None
        is_newer = job is not None and envelope is not None and envelope.version > job.version
        if is_newer or not is_registered(status.name):
            if status.workflow_id not in self._left:
                log.warning("A job %s is left to the version that stored it", status.name)
            self._left.add(status.workflow_id)
            return False
        if job is not None and status.delay_until_epoch_ms and status.status == "DELAYED":
            self._delay_again(job, status, id)
        else:
            fork(status, id, self.version)
        return True

    def _delay_again(self, job: AnyJob, status: WorkflowStatus, id: str) -> None:
        left = (status.delay_until_epoch_ms or 0) / 1000 - time.time()
        with SetWorkflowID(id), SetEnqueueOptions(delay_seconds=max(left, 0.0)):
            envelope = (status.input or {"args": ()})["args"][0]
            queue = status.queue_name or LATER
            DBOS.enqueue_workflow(queue, self._workflows[job.name], envelope)

    def _context(self, job: AnyJob, envelope: Envelope, id: str, container: S) -> JobContext[S]:
        began = moment()
        own = self._is_first_run(id)
        # A copy of a job has an id of its own: the first one may have come far. So may one that
        # waited when a backup was taken, and was run before that was put back.
        recovered = not own or id != job.id_of(envelope.key) or envelope.at < self._launched
        return JobContext(container, job.name, envelope, recovered, lambda: self.doubtful(began))

    def _is_first_run(self, id: str) -> bool:
        """Whether no run before may have done steps unseen."""
        run = self._open.turns.run_of(id)
        if run is None:
            return self._owner.is_own(self._owner.claim())
        if run == 1:
            self._first_runs.add(id)
        return run == 1

    def _envelope(self, job: JobKind[P, R], key: str, payload: P) -> dict[str, Any]:
        return job.envelope(key, payload, self._clock())
