"""Times an import, and a digest from roll-ups and from the rows, and prints a table.

    python -m bench.record_digest ROWS[,ROWS…] [--scattered] [--url URL]

`--scattered` gives the rows random ids (UUIDs) instead of numbers that count up. Without a URL
each record is a SQLite file in a temporary folder (`TMPDIR` says where; ten million rows want some
10 GB); a database at a URL must be empty, so it takes one size. Times are by the clock, which on a
busy machine is longer than the work itself; in brackets stands what this process computed, which
for PostgreSQL leaves the server's work out.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, func, select

from adoption.measures import Decisions
from adoption.people.roster import RosterRow
from adoption.privacy.groups import Minimum
from adoption.record import Record
from adoption.reports.digest.digest import weekly_digest
from adoption.reports.use import weekly_use
from adoption.reports.weeks import Week
from adoption.usage.importers.formats import built_in
from adoption.usage.importers.load import load_usage
from adoption.usage.models import Event, UsageRow
from adoption.usage.queries import UseReader, Uses
from bench.record_import import PEOPLE, write_rows
from bot.cli.console import progress_bar

WEEK = Week(2026, 46)
SUNDAY = WEEK.next.monday - timedelta(days=1)
T = TypeVar("T")


class RowReader(UseReader):
    """Reads the same from the usage rows."""

    def weekly_uses(self, monday: date, sunday: date) -> Uses:
        """Use over a span from the rows, and first days over all of history."""
        days: dict[str, dict[date, set[str]]] = {}
        for tool, person, day, _ in self._rows(monday, sunday):
            days.setdefault(tool, {}).setdefault(day, set()).add(person)
        return Uses(days, self._firsts(func.min(UsageRow.day), sunday))

    def actions(self, monday: date, sunday: date) -> dict[str, int]:
        """The events of each person with all tools."""
        found: dict[str, int] = {}
        for _, person, _, count in self._rows(monday, sunday):
            found[person] = found.get(person, 0) + count
        return found

    def first_values(self, end: date) -> dict[str, date]:
        """When each person first took something from any tool."""
        taken = case((UsageRow.event.in_([Event.ACCEPTED, Event.EDITED]), UsageRow.day))
        found: dict[str, date] = {}
        for firsts in self._firsts(func.min(taken), end).values():
            for person, day in firsts.items():
                found[person] = min(day, found.get(person, day))
        return found

    def _rows(self, monday: date, sunday: date) -> list[tuple[str, str, date, int]]:
        """Who used which tool on which day, and how often."""
        query = (
            select(UsageRow.tool, UsageRow.person_id, UsageRow.day, func.sum(UsageRow.count))
            .where(UsageRow.day >= monday, UsageRow.day <= sunday, UsageRow.count > 0)
            .group_by(UsageRow.tool, UsageRow.person_id, UsageRow.day)
        )
        with self.engine.connect() as connection:
            rows = connection.execute(query).all()
        return [(tool, person, day, count) for tool, person, day, count in rows if person]

    def _firsts(self, first: ColumnElement[date], end: date) -> dict[str, dict[str, date]]:
        """By tool, a first day of each person who has one."""
        query = (
            select(UsageRow.tool, UsageRow.person_id, first)
            .where(UsageRow.day <= end, UsageRow.count > 0)
            .group_by(UsageRow.tool, UsageRow.person_id)
        )
        found: dict[str, dict[str, date]] = {}
        with self.engine.connect() as connection:
            for tool, person, day in connection.execute(query):
                if person and day is not None:
                    found.setdefault(tool, {})[person] = day
        return found

    def decisions(self, start: date, end: date) -> dict[str, Decisions]:
        """What became of recommendations, from the rows."""

        def of(event: Event) -> ColumnElement[int]:
            return func.sum(case((UsageRow.event == event, UsageRow.count), else_=0))

        query = (
            select(UsageRow.tool, *(of(event) for event in Event))
            .where(UsageRow.day >= start, UsageRow.day <= end, UsageRow.count > 0)
            .group_by(UsageRow.tool)
        )
        with self.engine.connect() as connection:
            rows = connection.execute(query).all()
        return {tool: Decisions(*map(int, counts)) for tool, *counts in rows}


@dataclass(frozen=True)
class Took:
    """How long something took: by the clock, and of this process's processor time."""

    clock: float
    processor: float

    def __str__(self) -> str:
        return f"{self.clock:.3f} s ({self.processor:.3f} CPU s)"


def timed(work: Callable[[], T]) -> tuple[T, Took]:
    """What the work gives, and how long it took."""
    clock, processor = time.perf_counter(), time.process_time()
    made = work()
    return made, Took(time.perf_counter() - clock, time.process_time() - processor)


def best(work: Callable[[], T], rounds: int = 3) -> tuple[T, Took]:
    """What the work gives, and the shortest of a few times."""
    made = [timed(work) for _ in range(rounds)]
    return made[-1][0], min((took for _, took in made), key=lambda took: took.clock)


@dataclass(frozen=True)
class Measured:
    """What one record took.

    Attributes:
        slowest: rows a second by the clock in the slowest tenth of the import.
        memory: the most that the process held up to the import's end, in MiB.
    """

    name: str
    rows: int
    imported: Took
    slowest: float
    memory: int
    rolled: Took
    counted: Took

    @property
    def line(self) -> str:
        """A line of the table; what this process computed stands in brackets."""
        imported, rolled, counted = self.imported, self.rolled, self.counted
        return (
            f"| {self.name} | {self.rows:,} "
            f"| {self.rows / imported.clock:,.0f} ({self.rows / imported.processor:,.0f}) "
            f"| {self.slowest:,.0f} | {self.memory} MB "
            f"| {rolled.clock:.3f} s ({rolled.processor:.3f}) "
            f"| {counted.clock:.2f} s ({counted.processor:.2f}) "
            f"| {counted.clock / rolled.clock:.0f} "
            f"({counted.processor / rolled.processor:.0f}) |"
        )


HEAD = """\
| database | rows | import, rows/s | slowest tenth, rows/s | memory | roll-ups | rows | ratio |
| --- | --- | --- | --- | --- | --- | --- | --- |"""


class Pace:
    """The slowest of ten parts of a file, by bytes read."""

    def __init__(self) -> None:
        self.marks = [time.perf_counter()]

    def move(self, done: int, whole: int) -> None:
        """Notes when each tenth was through."""
        if done * 10 >= whole * len(self.marks):
            self.marks.append(time.perf_counter())

    def slowest(self, rows: int) -> float:
        """Rows a second in the slowest tenth."""
        spans = [later - earlier for earlier, later in pairwise(self.marks)]
        return rows / 10 / max(spans)


def filled(record: Record, path: Path, rows: int) -> tuple[Took, float]:
    """Imports a file into a record with a roster; the time it took, and the slowest rate."""
    people = [RosterRow(f"person{n}@example.com", team=f"Team {n % 25}") for n in range(PEOPLE)]
    now, pace = datetime.now(UTC), Pace()
    record.roster.store(people, now)
    with progress_bar("Importing") as bar:

        def move(done: int, whole: int) -> None:
            bar(done, whole, "bytes")
            pace.move(done, whole)

        loaded, took = timed(
            lambda: load_usage(path, built_in("generic"), record.usage, ZoneInfo("UTC"), now, move)
        )
    assert loaded.kept.new == rows, loaded
    return took, pace.slowest(rows)


def measured(folder: Path, rows: int, scattered: bool, url: str | None) -> Measured:
    """Fills a record and times the digest's use section both ways; they must agree."""
    path = folder / "usage.csv"
    write_rows(path, rows, scattered=scattered)
    record = Record.open(url or f"sqlite:///{folder / 'record.sqlite'}")
    imported, slowest = filled(record, path, rows)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    rolled, quick = best(lambda: weekly_use(UseReader(record.engine), SUNDAY, Minimum()))
    assert weekly_digest(record, WEEK, ZoneInfo("UTC")).use == rolled
    counted, slow = best(lambda: weekly_use(RowReader(record.engine), SUNDAY, Minimum()))
    assert counted == rolled, "roll-ups and rows disagree"
    name = record.engine.dialect.name + (", random ids" if scattered else "")
    record.close()
    return Measured(name, rows, imported, slowest, memory, quick, slow)


def main(arguments: Sequence[str]) -> None:
    """Prints a line of a table for each size."""
    parser = argparse.ArgumentParser(prog="python -m bench.record_digest")
    parser.add_argument("rows", help="how many, or several numbers with commas between")
    parser.add_argument("--scattered", action="store_true", help="random ids")
    parser.add_argument("--url", help="an empty database instead of SQLite files")
    told = parser.parse_args(arguments)
    print(HEAD, flush=True)
    for rows in map(int, told.rows.replace("_", "").split(",")):
        with tempfile.TemporaryDirectory() as folder:
            made = measured(Path(folder), rows, told.scattered, told.url)
        print(made.line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
