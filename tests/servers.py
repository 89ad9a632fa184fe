"""Real servers for the tests, started as processes and stopped with them."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
    """A server that can be stopped and started again in the middle of a test."""

    url: str
    stop: Callable[[], None]
    start: Callable[[], None]


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
    folder = Path(tempfile.mkdtemp(prefix="uptake-pg-", dir="/tmp"))
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
        run(str(programs / "pg_ctl"), "-D", str(data), "-w", *command)

    def start() -> None:
        control("-o", options, "-l", str(folder / "log"), "start")

    def stop() -> None:
        control("-m", "immediate", "stop")

    run(str(programs / "initdb"), "-D", str(data), "-A", "trust", "-U", "uptake")
    start()
    try:
        yield Postgres(f"postgresql+psycopg://uptake@127.0.0.1:{port}/postgres", stop, start)
    finally:
        stop()
        shutil.rmtree(folder, ignore_errors=True)
