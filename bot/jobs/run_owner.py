"""Who began a job: this process, or another one that may have done any of its steps unseen."""

from __future__ import annotations

import uuid

from dbos import DBOS

from bot.jobs.group_commit import flush


class Mark:
    """Tells jobs that this process began from those that it took up again."""

    def __init__(self) -> None:
        self._own = uuid.uuid4().hex

    def step(self) -> str:
        """The first step of a job: the mark of whoever began it, on the disk before the next."""
        mark = DBOS.run_step({"name": "mark"}, lambda: self._own)
        flush()
        return mark

    def is_own(self, mark: str) -> bool:
        """Whether a job with this mark was begun by this process."""
        return mark == self._own
