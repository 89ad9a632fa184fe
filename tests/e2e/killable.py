"""Starts the real app, and kills it at named points of its jobs.

`KILL_FILE` is a file with a point in each line, the next one first; a point that was reached is
taken out. A point is `before:STEP`, `after:STEP` (the step's effect is there, its result is kept)
or `within:STEP` (the effect is there, the result is not).
"""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

from dbos import DBOS

from bot.cli import main

real_run_step = DBOS.run_step


# Of two threads that come to a point at once, one kills both.
dying = threading.Lock()


def die_at(point: str) -> None:
    file = Path(os.environ["KILL_FILE"])
    with dying:
        following, _, rest = file.read_text("utf-8").partition("\n")
        if following == point:
            file.write_text(rest, "utf-8")
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
