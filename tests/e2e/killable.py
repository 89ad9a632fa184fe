"""Starts the real app, and kills it at a named point of a job, once.

`KILL_AT` is `before:STEP`, `after:STEP` (the step's effect is there, its result is kept) or
`within:STEP` (the effect is there, the result is not); `KILL_MARK` is the file that remembers
that it has happened.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

from dbos import DBOS

from bot.cli import main

real_run_step = DBOS.run_step


def die_at(point: str) -> None:
    mark = Path(os.environ["KILL_MARK"])
    if os.environ.get("KILL_AT") == point and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)


def run_step(options, function, *args, **kwargs):
    name = options["name"]

    def watched(*args, **kwargs):
        result = function(*args, **kwargs)
        die_at(f"within:{name}")
        return result

    die_at(f"before:{name}")
    result = real_run_step(options, watched, *args, **kwargs)
    die_at(f"after:{name}")
    return result


DBOS.run_step = run_step
main()
