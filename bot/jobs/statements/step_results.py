"""Looks up and stores the results of steps with few round trips to the database.

DBOS looks a step up before each run, in a transaction of two statements, and stores its result in
one of two more: ten round trips to a PostgreSQL server for each step. Here nothing is looked up in
the first run of a job, which can have no results yet, and a result is stored by one statement.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Container
from functools import cache

from dbos._context import current_owner_xid
from dbos._error import DBOSStepNondeterminismError, DBOSWorkflowConflictIDError
from dbos._sys_db import OperationResultInternal, RecordedResult, SystemDatabase, db_retry
from sqlalchemy import TextClause, text

# As DBOS does it: only for the run that owns the job, whose row stays locked meanwhile, and a
# second time only with the same time of completion.
_STORE = """
WITH owner AS (
  SELECT workflow_uuid FROM "{schema}".workflow_status
  WHERE workflow_uuid = :workflow_uuid AND owner_xid = :owner FOR NO KEY UPDATE
)
INSERT INTO "{schema}".operation_outputs AS stored (
  workflow_uuid, function_id, function_name, output, error, child_workflow_id,
  started_at_epoch_ms, completed_at_epoch_ms, serialization, application_name, retention_timestamp
)
SELECT workflow_uuid, :function_id, :function_name, :output, :error, :child_workflow_id,
  CAST(:started_at_epoch_ms AS bigint), CAST(:completed_at AS bigint), :serialization,
  :application_name, CAST(extract(epoch FROM now()) * 1000 AS bigint)
FROM owner
ON CONFLICT (workflow_uuid, function_id)
DO UPDATE SET completed_at_epoch_ms = stored.completed_at_epoch_ms
RETURNING completed_at_epoch_ms
"""


class StepResults:
    """The results of steps in DBOS's database.

    Args:
        first_runs: the ids of the jobs that this process runs for the first time of all.
    """

    def __init__(self, database: SystemDatabase, first_runs: Container[str]) -> None:
        self._database = database
        self._single = in_single_statements(database)
        self._first_runs = first_runs

    def install(self) -> None:
        """Has DBOS look up and store results here."""
        self._database.check_operation_execution = self.look_up  # type: ignore[method-assign]
        if not self._database._is_sqlite:
            self._database.record_operation_result = self.store  # type: ignore[method-assign]

    def look_up(
        self,
        workflow_id: str,
        function_id: int,
        function_name: str,
        *,
        owner_key: str | None = None,
    ) -> RecordedResult | None:
        """The result of a step that was done; None where it was not."""
        if workflow_id in self._first_runs:
            return None
        # The class's own: the instance's is this one.
        return SystemDatabase.check_operation_execution(
            self._single, workflow_id, function_id, function_name, owner_key=owner_key
        )

    def store(
        self,
        result: OperationResultInternal,
        *,
        completed_at_epoch_ms: int | None = None,
        owner_xid: str | None = None,
        owner_key: str | None = None,
    ) -> None:
        """Stores the result of a step.

        Raises:
            DBOSWorkflowConflictIDError: another run owns the job by now.
            DBOSStepNondeterminismError: the step has another result already.
        """
        id, completed_at = result["workflow_uuid"], completed_at_epoch_ms or int(time.time() * 1000)
        owner = owner_xid or current_owner_xid(id)
        if owner is None:
            SystemDatabase.record_operation_result(
                self._database, result, completed_at_epoch_ms=completed_at, owner_key=owner_key
            )
            return
        stored_at = self._insert(result, completed_at, owner)
        if stored_at is None:
            raise DBOSWorkflowConflictIDError(id)
        if stored_at != completed_at:
            raise DBOSStepNondeterminismError(id, result["function_id"])

    def _insert(self, result: OperationResultInternal, completed_at: int, owner: str) -> int | None:
        """When the stored result was completed; None where the job is not this owner's."""
        database = self._database
        statement = _store_in(str(database.schema))
        values = dict(result) | {
            "owner": owner,
            "completed_at": completed_at,
            "application_name": database.app_name,
        }

        @db_retry(sys_db=database)
        def insert() -> int | None:
            with self._single.engine.connect() as connection:
                stored_at: int | None = connection.scalar(statement, values)
            return stored_at

        return insert()


def in_single_statements(database: SystemDatabase) -> SystemDatabase:
    """The database, on which each statement is a transaction of its own.

    It serves what is read, and what is written by one statement.
    """
    single = copy.copy(database)
    if not database._is_sqlite:
        single.engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    return single


@cache
def _store_in(schema: str) -> TextClause:
    return text(_STORE.format(schema=schema))
