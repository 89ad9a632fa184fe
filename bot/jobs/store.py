"""The jobs' database seen from outside: counts what is open, forgets what is long done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from dbos import DBOSClient
from sqlalchemy import make_url

_DONE = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_AT_ONCE = 1000


class Ledger:
    """Jobs, open and done, without a worker."""

    def __init__(self, client: DBOSClient | None) -> None:
        self._client = client

    @classmethod
    @contextmanager
    def open(cls, url: str) -> Iterator[Ledger]:
        """The jobs at a database address; none where no file is."""
        address = make_url(url)
        if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
            yield cls(None)
            return
        client = DBOSClient(system_database_url=url)
        try:
            yield cls(client)
        finally:
            client.destroy()

    def count(self, states: list[str]) -> int:
        """How many jobs are in one of DBOS's states."""
        if self._client is None:
            return 0
        found = self._client.list_workflows(status=states, load_input=False, load_output=False)
        return len(found)

    def forget_account(self, account: str) -> int:
        """Removes the jobs that ended and name an account; gives how many."""
        if self._client is None:
            return 0
        named = re.compile(rf"\b{re.escape(account)}\b")
        done = self._client.list_workflows(status=_DONE, load_output=False)
        ids = [job.workflow_id for job in done if named.search(str(job.input))]
        for begin in range(0, len(ids), _AT_ONCE):
            self._client.delete_workflows(ids[begin : begin + _AT_ONCE])
        return len(ids)

    def forget(self, before: datetime, dry_run: bool) -> int:
        """Removes jobs that ended before a moment; gives how many."""
        if self._client is None:
            return 0
        done = self._client.list_workflows(
            status=_DONE,
            completed_before=before.isoformat(),
            load_input=False,
            load_output=False,
        )
        ids = [job.workflow_id for job in done]
        if not dry_run:
            for begin in range(0, len(ids), _AT_ONCE):
                self._client.delete_workflows(ids[begin : begin + _AT_ONCE])
        return len(ids)
