"""Measures rows imported in a second: `python -m bench.record_import ROWS [DATABASE_URL]`.

With `--beside FOLDER`, another state of the code (a worktree) is measured in the same run, in
turns.
"""

from __future__ import annotations

import argparse
import csv
import random
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from adoption.record import Record
from adoption.usage.importers.formats import built_in
from adoption.usage.importers.load import load_usage
from adoption.usage.models import Event

PEOPLE, DAYS, TOOLS = 2000, 182, ("Copilot", "Claude", "ChatGPT")


def write_rows(path: Path, rows: int, seed: int = 1, scattered: bool = False) -> None:
    """A CSV of events with ids of their own, in the order of days.

    Args:
        scattered: ids are random UUIDs instead of numbers that count up.
    """
    chance = random.Random(seed)
    start = date(2026, 5, 18)
    events = [event.value for event in Event]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "tool", "person", "day", "event", "count", "app"])
        for number in range(rows):
            writer.writerow(
                [
                    uuid.UUID(int=chance.getrandbits(128), version=4) if scattered else number,
                    chance.choice(TOOLS),
                    f"person{chance.randrange(PEOPLE)}@example.com",
                    start + timedelta(days=number * DAYS // rows),
                    chance.choice(events),
                    chance.randint(1, 9),
                    "editor",
                ]
            )


def measure(rows: int, url: str | None = None) -> None:
    """Prints rows a second for a first and a second import of the same file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "usage.csv"
        write_rows(path, rows)
        record = Record.open(url or f"sqlite:///{Path(folder) / 'record.sqlite'}")
        for round in ("first", "again"):
            began = time.process_time()
            loaded = load_usage(
                path,
                built_in("generic"),
                record.usage,
                ZoneInfo("UTC"),
                datetime.now(UTC),
            )
            seconds = time.process_time() - began
            rate = f"{rows / seconds:,.0f} rows a CPU second"
            print(f"{record.engine.dialect.name} {round}: {rate}, {loaded.kept}", flush=True)
        record.close()


def main(rows: int, url: str | None, beside: Path | None) -> None:
    """Measures this state of the code and, in turns, the one in `beside`."""
    if beside is None:
        measure(rows, url)
        return
    command = [sys.executable, "-m", "bench.record_import", str(rows), *([url] if url else [])]
    for folder in (beside, Path.cwd()) * 2:
        print(f"{folder}:", flush=True)
        subprocess.run(command, cwd=folder, check=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int)
    parser.add_argument("url", nargs="?")
    parser.add_argument("--beside", type=Path)
    given = parser.parse_args()
    main(given.rows, given.url, given.beside)
