"""Starts `uptake` again and again by forking, with everything imported once.

A line of JSON on standard input starts a process: `{"program": "path or empty", "arguments": [],
"environment": {}, "input": "path", "output": "path", "errors": "path", "cwd": "path or empty"}`. On
standard output comes `{"started": pid}`, and when it has ended `{"ended": pid, "code": code}`. The
processes are like any others: they are killed, and end, by themselves.
"""

from __future__ import annotations

import json
import os
import runpy
import selectors
import signal
import socket
import sys
from collections.abc import Iterator
from typing import Any


def main() -> None:
    """Forks workers until standard input ends; then ends those that still run."""
    _import_everything()
    _become_worker(_fork_workers())


def _import_everything() -> None:
    import chromadb  # noqa: F401
    import langchain_openai  # noqa: F401
    import sentence_transformers  # noqa: F401

    import bot.answering.language_model
    import bot.cli.run
    import bot.observability.metrics
    import bot.serve  # noqa: F401
    import knowledge.index.store  # noqa: F401


def _fork_workers() -> dict[str, Any]:
    """Forks until standard input has ended; in a worker, gives what it is to be."""
    woken, wake = socket.socketpair()
    wake.setblocking(False)
    signal.set_wakeup_fd(wake.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    alive: set[int] = set()
    for line in _lines(woken, alive):
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            return dict(json.loads(line))
        alive.add(pid)
        _tell(started=pid)
    for pid in alive:
        os.kill(pid, signal.SIGKILL)
    # Taking down all that was imported would take seconds.
    os._exit(0)


def _lines(woken: socket.socket, alive: set[int]) -> Iterator[bytes]:
    """The lines of standard input; meanwhile tells of workers that have ended."""
    waiting = selectors.DefaultSelector()
    waiting.register(0, selectors.EVENT_READ)
    waiting.register(woken, selectors.EVENT_READ)
    read = b""
    while True:
        for key, _ in waiting.select():
            if key.fileobj is woken:
                woken.recv(4096)
                _bury(alive)
                continue
            more = os.read(0, 65536)
            if not more:
                return
            *lines, read = (read + more).split(b"\n")
            yield from lines


def _bury(alive: set[int]) -> None:
    while alive:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        alive.discard(pid)
        _tell(ended=pid, code=os.waitstatus_to_exitcode(status))


def _tell(**what: int) -> None:
    print(json.dumps(what), flush=True)


def _become_worker(wanted: dict[str, Any]) -> None:
    os.dup2(os.open(wanted["input"], os.O_RDONLY), 0)
    for number, name in ((1, "output"), (2, "errors")):
        os.dup2(os.open(wanted[name], os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    if wanted["cwd"]:
        os.chdir(wanted["cwd"])
    os.environ.clear()
    os.environ.update(wanted["environment"])
    sys.argv = ["uptake", *wanted["arguments"]]
    if wanted["program"]:
        runpy.run_path(wanted["program"], run_name="__main__")
        return
    from bot.cli import main as uptake

    uptake()


if __name__ == "__main__":
    main()
