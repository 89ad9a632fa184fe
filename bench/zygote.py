"""Starts `uptake run` again and again by forking, with everything imported once.

A line of JSON on standard input starts a worker: `{"settings": {...}, "log": "path"}`; its
process id comes back on standard output. The workers are processes of their own, and are killed
like any other.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import Any


def main() -> None:
    """Forks workers until standard input ends."""
    import chromadb  # noqa: F401
    import sentence_transformers  # noqa: F401

    import bot.cli.run
    import bot.metrics
    import bot.serve  # noqa: F401
    import knowledge.store  # noqa: F401

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        wanted = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become_worker(wanted)
        print(pid, flush=True)


def _become_worker(wanted: dict[str, Any]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(wanted["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.update(wanted["settings"])
    sys.argv = ["uptake", "run"]
    from bot.cli import main as uptake

    try:
        uptake()
    except SystemExit as end:
        os._exit(int(end.code or 0))
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()
