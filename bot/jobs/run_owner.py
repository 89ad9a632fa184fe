"""Who began a run of a job: this process, or another one that may have done steps unseen."""

from __future__ import annotations

import uuid

from dbos import DBOS

from bot.jobs.group_commit import flush


class RunOwner:
    """Tells the runs that this process began from those that it recovered."""

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
