"""The job runtime: stores jobs, runs each once, and starts those that are due."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic
from zoneinfo import ZoneInfo

from croniter import croniter
from dbos import DBOS, SetEnqueueOptions, SetWorkflowID, WorkflowHandle, WorkflowStatus

from bot.jobs.context import JobContext, S
from bot.jobs.engine import ANSWERS, LATER, Backlog, Engine, Pace, turn_of
from bot.jobs.job import Due, Envelope, Job, P, R
from bot.jobs.run_owner import RunOwner
from bot.jobs.workers import Executor, moment
from uptake import UptakeError

_SCHEDULE = "schedule"
_OPEN = ["ENQUEUED", "PENDING", "DELAYED"]

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


@dataclass(frozen=True)
class StoredJob(Generic[P, R]):
    """A job as it is stored.

    Attributes:
        result: what it returned; None while it is open, and where it failed.
        is_open: whether it waits for a worker, or one runs it.
        is_running: whether a worker runs it.
    """

    key: str
    payload: P
    result: R | None
    is_open: bool
    is_running: bool


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
        self._launched = 0.0
        self._engine: Engine | None = None

    def launch(self, container: S, url: str, executor: Executor, pace: Pace | None = None) -> None:
        """Opens the database of jobs, and takes up what this worker or a dead one left."""
        for each in self._jobs.values():
            self._register(each, container)
        self._launched = self._clock()
        self._engine = Engine(url, executor, pace or Pace())

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

    def enqueue(
        self, job: Job[P, R], payload: P, *, key: str, turn: Turn | None = None, delay: float = 0
    ) -> None:
        """Stores a job, to be run once; a job that is stored already under its key is not.

        Args:
            key: names the job among those of its kind: Slack's trigger, view or event is in it.
            turn: lets it wait for its turn in a channel; otherwise it is run at once.
            delay: seconds to wait before it is run.
        """
        workflow, envelope = self._workflows[job.name], self._envelope(job, key, payload)
        with SetWorkflowID(job.id_of(key)):
            if turn is not None:
                with turn_of(turn.channel, turn.at):
                    DBOS.enqueue_workflow(ANSWERS, workflow, envelope)
            elif delay > 0:
                with SetEnqueueOptions(delay_seconds=delay):
                    DBOS.enqueue_workflow(LATER, workflow, envelope)
            else:
                DBOS.start_workflow(workflow, envelope)

    def enqueue_and_wait(self, job: Job[P, R], payload: P, *, key: str) -> R:
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
        job: Job[P, R],
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
        found = DBOS.list_workflows(
            name=job.name,
            # An adopted copy has an id that begins with the first one's.
            workflow_id_prefix=[job.id_of(key) for key in keys] if keys else job.id_of(prefix),
            status=_OPEN if only_open else None,
        )
        latest: dict[str, StoredJob[P, R]] = {}
        for each in found:
            envelope = _envelope_in(each)
            if envelope is None or not _asked_for(envelope.key, keys, prefix):
                continue
            if each.status != "CANCELLED" or envelope.key not in latest:
                latest[envelope.key] = _stored_job(job, envelope, each)
        return list(latest.values())

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
            finally:
                self._running.discard(id)

        def tick(at: datetime, name: str) -> None:
            self._enqueue_due(self._jobs[name], at)

        self._workflows[job.name] = DBOS.workflow(name=job.name)(run)
        if _SCHEDULE not in self._workflows:
            self._workflows[_SCHEDULE] = DBOS.workflow(name=_SCHEDULE)(tick)

    def _context(self, job: AnyJob, envelope: Envelope, id: str, container: S) -> JobContext[S]:
        began = moment()
        own = self._owner.is_own(self._owner.claim())
        # A copy of a job has an id of its own: the first one may have come far. So may one that
        # waited when a backup was taken, and was run before that was put back.
        recovered = not own or id != job.id_of(envelope.key) or envelope.at < self._launched
        return JobContext(container, job.name, envelope, recovered, lambda: self.doubtful(began))

    def _envelope(self, job: Job[P, R], key: str, payload: P) -> dict[str, Any]:
        return job.envelope(key, payload, self._clock())


def _envelope_in(status: WorkflowStatus) -> Envelope | None:
    return Envelope.of(status.input["args"][0]) if status.input else None


def _asked_for(key: str, keys: Sequence[str] | None, prefix: str) -> bool:
    return key in keys if keys is not None else key.startswith(prefix)


def _stored_job(job: Job[P, R], envelope: Envelope, status: WorkflowStatus) -> StoredJob[P, R]:
    done = status.status == "SUCCESS"
    return StoredJob(
        envelope.key,
        job.payload_of(envelope),
        job.results.validate_python(status.output) if done else None,
        status.status in _OPEN,
        status.status == "PENDING",
    )
