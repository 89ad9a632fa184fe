"""Real servers for the tests, started as processes and stopped with them."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest


def missing(what: str) -> None:
    """Skips where a part of Debian is not installed; in CI that is a failure."""
    sentence = f"{what} is not installed; `.ci/run` installs it"
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Postgres:
    """A server that can be stopped, or killed, and started again in the middle of a test."""

    url: str
    stop: Callable[[], None]
    start: Callable[[], None]
    kill: Callable[[], None]


def _temporary() -> str:
    """The folder of temporary files; a short one, for the path of a socket has 107 bytes."""
    usual = tempfile.gettempdir()
    return usual if len(usual) < 20 else "/tmp"


def _children(of: int) -> list[int]:
    path = Path(f"/proc/{of}/task/{of}/children")
    return [int(each) for each in path.read_text("ascii").split()]


def _is_gone(process: int) -> bool:
    """Whether nothing is left of a process, not even for its parent to read how it ended.

    PostgreSQL does not start beside one that is left: its number is in the lock files.
    """
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


@contextmanager
def postgres_server() -> Iterator[str]:
    with stoppable_postgres() as server:
        yield server.url


@contextmanager
def stoppable_postgres() -> Iterator[Postgres]:
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not places:
        missing("PostgreSQL")
    programs = places[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="uptake-pg-", dir=_temporary()))
    # PostgreSQL refuses to run as root.
    user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    asuser = ["runuser", "-u", user, "--"] if os.getuid() == 0 else []
    if asuser:
        shutil.chown(folder, user)
    port = free_port()
    data = folder / "data"
    options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off"

    def run(*command: str) -> None:
        subprocess.run([*asuser, *command], check=True, capture_output=True, cwd=folder)

    def control(*command: str) -> None:
        run(str(programs / "pg_ctl"), "-D", str(data), "-w", "-t", "180", *command)

    def start() -> None:
        control("-o", options, "-l", str(folder / "log"), "start")

    def stop() -> None:
        control("-m", "immediate", "stop")

    def kill() -> None:
        """Ends every process of it at once, as a machine does that runs out of memory."""
        main = int((data / "postmaster.pid").read_text("ascii").split()[0])
        # It begins nothing more that would be left over.
        os.kill(main, signal.SIGSTOP)
        family = [main, *_children(main)]
        for each in family:
            os.kill(each, signal.SIGKILL)
        while not all(map(_is_gone, family)):
            time.sleep(0.01)

    run(str(programs / "initdb"), "--no-sync", "-D", str(data), "-A", "trust", "-U", "uptake")
    start()
    try:
        yield Postgres(f"postgresql+psycopg://uptake@127.0.0.1:{port}/postgres", stop, start, kill)
    finally:
        with suppress(subprocess.CalledProcessError):
            stop()
        shutil.rmtree(folder, ignore_errors=True)
