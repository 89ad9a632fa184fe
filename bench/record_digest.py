"""Times a digest from roll-ups and from the rows: `python -m bench.record_digest ROWS [URL]`.

Without a URL the record is a SQLite file in a temporary folder (`TMPDIR` says where; ten million
rows want some 10 GB). Times are shown by the clock and as processor seconds of this process: what
a PostgreSQL server computes is only in the first, and a busy machine is not in the second.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, func, select

from adoption.digest import weekly_digest
from adoption.intake.load import load_usage
from adoption.intake.mapping import built_in
from adoption.measures import Decisions
from adoption.privacy import Minimum
from adoption.reading import UseReader, Uses
from adoption.record import Record
from adoption.roster import RosterRow, RosterStore
from adoption.usage import UsageStore
from adoption.use_models import Event, UsageRow
from adoption.use_section import use_section
from adoption.weeks import Week
from bench.record_import import PEOPLE, write_rows
from bot.cli.console import progress_bar

WEEK = Week(2026, 46)
SUNDAY = WEEK.next.monday - timedelta(days=1)
T = TypeVar("T")


class RowReader(UseReader):
    """Reads the same from the usage rows."""

    def weekly_uses(self, monday: date, sunday: date) -> Uses:
        """Use over a span from the rows, and first days over all of history."""
        taken = case((UsageRow.event.in_([Event.ACCEPTED, Event.EDITED]), UsageRow.day))
        days = (
            select(UsageRow.tool, UsageRow.person_id, UsageRow.day, func.sum(UsageRow.count))
            .where(UsageRow.day >= monday, UsageRow.day <= sunday, UsageRow.count > 0)
            .group_by(UsageRow.tool, UsageRow.person_id, UsageRow.day)
        )
        firsts = (
            select(UsageRow.tool, UsageRow.person_id, func.min(UsageRow.day), func.min(taken))
            .where(UsageRow.day <= sunday, UsageRow.count > 0)
            .group_by(UsageRow.tool, UsageRow.person_id)
        )
        made = Uses()
        with self.engine.connect() as connection:
            for tool, person, day, count in connection.execute(days):
                if person is None:
                    continue
                made.days.setdefault(tool, {}).setdefault(person, set()).add(day)
                made.actions[person] = made.actions.get(person, 0) + count
            for tool, person, first, value in connection.execute(firsts):
                if person is None:
                    continue
                made.first_days.setdefault(tool, {})[person] = first
                if value is not None:
                    made.first_values.setdefault(tool, {})[person] = value
        return made

    def decisions(self, start: date, end: date) -> dict[str, Decisions]:
        """What became of recommendations, from the rows."""

        def of(event: Event) -> ColumnElement[int]:
            return func.sum(case((UsageRow.event == event, UsageRow.count), else_=0))

        query = (
            select(UsageRow.tool, *(of(event) for event in Event))
            .where(UsageRow.day >= start, UsageRow.day <= end)
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


def main(rows: int, url: str | None = None) -> None:
    """Fills a record and times the digest's use section both ways; they must agree."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "usage.csv"
        write_rows(path, rows)
        record = Record.open(url or f"sqlite:///{Path(folder) / 'record.sqlite'}")
        name = f"{record.engine.dialect.name}, {rows:,} rows"
        people = [RosterRow(f"person{n}@example.com", team=f"Team {n % 25}") for n in range(PEOPLE)]
        now = datetime.now(UTC)
        RosterStore(record.engine).keep(people, now)
        store = UsageStore(record.engine)
        with progress_bar("Importing") as move:
            loaded, took = timed(
                lambda: load_usage(
                    path,
                    built_in("generic"),
                    store,
                    ZoneInfo("UTC"),
                    now,
                    lambda done, whole: move(done, whole, "bytes"),
                )
            )
        assert loaded.kept.new == rows, loaded
        print(
            f"{name}: import {rows / took.clock:,.0f} rows a second by the clock, "
            f"{rows / took.processor:,.0f} rows a CPU second",
            flush=True,
        )
        rolled, quick = best(lambda: use_section(UseReader(record.engine), SUNDAY, Minimum()))
        whole, all_of_it = best(lambda: weekly_digest(record, WEEK, ZoneInfo("UTC")))
        assert whole.use == rolled
        print(f"{name}: use from roll-ups {quick}, the whole digest {all_of_it}", flush=True)
        read, slow = best(lambda: use_section(RowReader(record.engine), SUNDAY, Minimum()))
        assert read == rolled, "roll-ups and rows disagree"
        print(f"{name}: use from rows {slow}, {slow.clock / quick.clock:.0f} times as long")
        record.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:3])
