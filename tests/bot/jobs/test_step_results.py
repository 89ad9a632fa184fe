"""The results of steps on PostgreSQL: stored in one statement, as DBOS stores them in several."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from dbos._dbos import _get_dbos_instance
from dbos._error import DBOSStepNondeterminismError, DBOSWorkflowConflictIDError
from sqlalchemy import text

from bot.jobs.statements.step_results import StepResults
from tests.bot.jobs.test_turns import Queue, running
from tests.e2e.fleet import fresh_database

JOB = "test.say:C1/1"


@pytest.fixture
def queue(postgres: str) -> Iterator[Queue]:
    """One with a job that runs until the end."""
    with fresh_database(postgres) as url, running(url) as made:
        made.add("C1", 1, time.time())
        made.said("C1", [1])
        yield made


def result(output: str) -> Any:
    return {
        "workflow_uuid": JOB,
        "function_id": 7,
        "function_name": "look",
        "output": output,
        "error": None,
        "child_workflow_id": None,
        "started_at_epoch_ms": 1,
        "serialization": None,
    }


def owner(queue: Queue) -> str:
    with queue.database.connect() as connection:
        query = text("SELECT owner_xid FROM dbos.workflow_status WHERE workflow_uuid = :id")
        return str(connection.scalar(query, {"id": JOB}))


def test_a_result_is_stored_once_and_by_the_run_that_owns_the_job(queue: Queue):
    results = StepResults(_get_dbos_instance()._sys_db, frozenset())
    assert results.look_up(JOB, 7, "look") is None
    with pytest.raises(DBOSWorkflowConflictIDError):
        results.store(result("theirs"), owner_xid="another run", completed_at_epoch_ms=2)
    assert results.look_up(JOB, 7, "look") is None
    mine = owner(queue)
    for _ in range(2):
        # The second time as after a commit whose end was not heard of.
        results.store(result("mine"), owner_xid=mine, completed_at_epoch_ms=2)
    with pytest.raises(DBOSStepNondeterminismError):
        results.store(result("other"), owner_xid=mine, completed_at_epoch_ms=3)
    found = results.look_up(JOB, 7, "look")
    assert found is not None
    assert found["output"] == "mine"


def test_nothing_is_looked_up_in_the_first_run_of_a_job(queue: Queue):
    results = StepResults(_get_dbos_instance()._sys_db, frozenset([JOB]))
    results.store(result("mine"), owner_xid=owner(queue), completed_at_epoch_ms=2)
    assert results.look_up(JOB, 7, "look") is None
