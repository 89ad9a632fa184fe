"""What a bot with nothing to do takes: `python -m bench.idle [SECONDS] [STARTS]`.

Starts `uptake run` with the example company in a fresh folder, then again in the same one, lets it
settle, and prints the share of a core and the memory that it took meanwhile. The first start
indexes guides. Exit code 1 where a start takes more than the limit; Linux only, as it reads /proc.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.machine import described
from tests.support.processes import Process, start

# A share of a core, and MiB in memory.
_MOST_CPU, _MOST_MEMORY = 0.01, 500
# Until what begins with a start is over: statuses, a first look at every queue, greetings.
_SETTLES = 45.0
_PATIENCE = 300.0
_MIB = 1024


@dataclass(frozen=True)
class Idle:
    """What a process took while nothing happened.

    Attributes:
        cpu: the share of a core, 0 to 1.
        resident: MiB in memory.
        proportional: the same, with its part alone of pages that several processes share.
    """

    cpu: float
    resident: int
    proportional: int

    @property
    def is_within(self) -> bool:
        """Whether it is within the limits."""
        return self.cpu <= _MOST_CPU and self.resident <= _MOST_MEMORY


@contextmanager
def running(folder: Path) -> Iterator[Process]:
    """The bot with the example company, from its word that it is ready until it is stopped."""
    log = folder / "log"
    log.write_text("", "utf-8")
    settings = {"UPTAKE_DATA_DIR": str(folder / "data"), "BROWSER": "true %s &"}
    process = start(settings, log, ["--port", "0"], cwd=folder)
    until = time.monotonic() + _PATIENCE
    while "is ready" not in log.read_text("utf-8"):
        if not process.alive or time.monotonic() > until:
            raise SystemExit(f"it did not start: {log.read_text('utf-8')}")
        time.sleep(0.2)
    try:
        yield process
    finally:
        process.send(signal.SIGTERM)
        process.wait(60)


def idle(process: Process, seconds: float) -> Idle:
    """What it takes over so many seconds, once it has settled."""
    time.sleep(_SETTLES)
    before, began = _processor_seconds(process.pid), time.monotonic()
    time.sleep(seconds)
    used = _processor_seconds(process.pid) - before
    memory = _memory(process.pid)
    return Idle(used / (time.monotonic() - began), memory["Rss"], memory["Pss"])


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> dict[str, int]:
    """The memory of a process by kind, in MiB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()[1:]
    return {
        name: int(rest.split()[0]) // _MIB for name, rest in (line.split(":") for line in lines)
    }


def main(seconds: str = "60", starts: str = "2") -> None:
    """Prints a line for each start."""
    print(described())
    found = []
    with tempfile.TemporaryDirectory(prefix="uptake-") as place:
        for number in range(1, int(starts) + 1):
            with running(Path(place)) as process:
                took = idle(process, float(seconds))
            found.append(took)
            print(
                f"start {number}: {took.cpu:.2%} of a core, {took.resident} MB in memory, "
                f"{took.proportional} MB in proportion",
                flush=True,
            )
    print(f"limit: {_MOST_CPU:.0%} of a core, {_MOST_MEMORY} MB in memory")
    raise SystemExit(not all(each.is_within for each in found))


if __name__ == "__main__":
    main(*sys.argv[1:])
