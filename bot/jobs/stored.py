"""Reads and deletes what is stored of jobs, by their kinds and keys."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic

from dbos import DBOS, WorkflowStatus

from bot.jobs.job import Envelope, JobKind, P, R
from bot.jobs.statements.jobs_table import is_any

_OPEN = ["ENQUEUED", "PENDING", "DELAYED"]
_DONE = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_AT_ONCE = 1000
# SQLite takes no condition that is much longer.
_FEW = 100


@dataclass(frozen=True)
class StoredJob(Generic[P, R]):
    """A job as it is stored.

    Attributes:
        result: what it returned; None while it is open, and where it failed.
        is_open: whether it waits for a worker, or one runs it.
        is_running: whether a worker runs it.
        is_delayed: whether it waits for its time.
        has_failed: whether it ended without a result.
    """

    key: str
    payload: P
    result: R | None
    is_open: bool
    is_running: bool
    is_delayed: bool
    has_failed: bool


def stored_jobs(
    job: JobKind[P, R], keys: Sequence[str] | None, prefix: str, only_open: bool
) -> list[StoredJob[P, R]]:
    """See `JobRuntime.stored`."""
    if keys is not None and not keys:
        return []
    # An adopted copy has an id that begins with the first one's.
    begins = [job.id_of(key) for key in keys] if keys else [job.id_of(prefix)]
    # Most questions are neither edited, stopped nor deleted, and DBOS's own list takes ten times
    # as long to say so.
    if len(begins) <= _FEW and not is_any(begins):
        return []
    found = DBOS.list_workflows(
        name=job.name, workflow_id_prefix=begins, status=_OPEN if only_open else None
    )
    latest: dict[str, StoredJob[P, R]] = {}
    for each in found:
        envelope = _envelope_in(each)
        if envelope is None or not _asked_for(envelope.key, keys, prefix):
            continue
        if envelope.version > job.version:
            # Only the newer Uptake that stored it can read it.
            continue
        if each.status != "CANCELLED" or envelope.key not in latest:
            latest[envelope.key] = _stored_job(job, envelope, each)
    return list(latest.values())


def forget_jobs(job: JobKind[Any, Any], keys: Sequence[str]) -> None:
    """See `JobRuntime.forget`."""
    for begin in range(0, len(keys), _FEW):
        ids = [job.id_of(key) for key in keys[begin : begin + _FEW]]
        found = DBOS.list_workflows(
            workflow_id_prefix=ids, name=job.name, status=_DONE, load_output=False
        )
        _delete([each for each in found if _key_of(each) in keys])


def forget_account(account: str) -> None:
    """See `JobRuntime.forget_account`."""
    named = re.compile(rf"\b{re.escape(account)}\b")
    done = DBOS.list_workflows(status=_DONE, load_output=False)
    _delete([each for each in done if named.search(str(each.input))])


def _envelope_in(status: WorkflowStatus) -> Envelope | None:
    return Envelope.of(status.input["args"][0]) if status.input else None


def _key_of(status: WorkflowStatus) -> str:
    envelope = _envelope_in(status)
    return envelope.key if envelope else ""


def _delete(found: Sequence[WorkflowStatus]) -> None:
    ids = [each.workflow_id for each in found]
    for begin in range(0, len(ids), _AT_ONCE):
        DBOS.delete_workflows(ids[begin : begin + _AT_ONCE])


def _asked_for(key: str, keys: Sequence[str] | None, prefix: str) -> bool:
    return key in keys if keys is not None else key.startswith(prefix)


def _stored_job(job: JobKind[P, R], envelope: Envelope, status: WorkflowStatus) -> StoredJob[P, R]:
    done = status.status == "SUCCESS"
    return StoredJob(
        envelope.key,
        job.payload_of(envelope),
        job.results.validate_python(status.output) if done else None,
        status.status in _OPEN,
        status.status == "PENDING",
        status.status == "DELAYED",
        status.status not in (*_OPEN, "SUCCESS"),
    )
