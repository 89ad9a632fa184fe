"""Times a digest from roll-ups and from the rows: `python -m bench.record_digest ROWS [URL]`."""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, func, select

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
from bench.record_import import PEOPLE, write_rows

SUNDAY = date(2026, 11, 15)


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


def main(rows: int, url: str | None = None) -> None:
    """Fills a record and times the digest's use section both ways; they must agree."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "usage.csv"
        write_rows(path, rows)
        record = Record.open(url or f"sqlite:///{Path(folder) / 'record.sqlite'}")
        people = [RosterRow(f"person{n}@example.com", team=f"Team {n % 25}") for n in range(PEOPLE)]
        now = datetime.now(UTC)
        RosterStore(record.engine).keep(people, now)
        began = time.process_time()
        load_usage(path, built_in("generic"), UsageStore(record.engine), ZoneInfo("UTC"), now)
        print(f"import: {rows / (time.process_time() - began):,.0f} rows a CPU second")
        found, seconds = [], []
        for reader in (UseReader(record.engine), RowReader(record.engine)):
            times = []
            for _ in range(3):
                began = time.process_time()
                made = use_section(reader, SUNDAY, Minimum())
                times.append(time.process_time() - began)
            found.append(made)
            seconds.append(min(times))
        assert found[0] == found[1], "roll-ups and rows disagree"
        print(
            f"{record.engine.dialect.name}, {rows:,} rows: from roll-ups {seconds[0]:.3f} CPU s, "
            f"from rows {seconds[1]:.3f} CPU s, {seconds[1] / seconds[0]:.0f} times"
        )
        record.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:3])
