"""Times a digest of 2,000 people and half a year with and without the parts of the programme.

    python -m bench.digest_parts [PEOPLE] [WEEKS]

In the last line every part reads use by itself: what sharing one reader saves. Times are this
process's processor time, the shortest of five rounds that take turns, so that a busy machine slows
all alike. What the lines show is the same.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from adoption.privacy.groups import Minimum
from adoption.record import Record
from adoption.reports.digest.digest import weekly_digest
from adoption.reports.programme import PARTS, programme_parts
from adoption.reports.programme.part import Part, Span
from adoption.reports.weeks import Week
from adoption.usage.queries import Roster, UseReader, Uses
from bot.local.example_company.company import Company
from bot.local.example_company.filling import fill

WEEK, ZONE = Week(2026, 46), ZoneInfo("UTC")
SPAN = Span(WEEK.monday, WEEK.sunday, ZONE)
_ROUNDS = 5


class ForgetfulReader(UseReader):
    """Reads everything anew each time."""

    def roster(self) -> Roster:
        """Everybody on the roster."""
        return UseReader(self.engine).roster()

    def weekly_uses(self, monday: date, sunday: date) -> Uses:
        """Use in whole weeks."""
        return UseReader(self.engine).weekly_uses(monday, sunday)


def main(people: str = "2000", weeks: str = "26") -> None:
    """Fills a record and prints a line for each way."""
    with tempfile.TemporaryDirectory() as folder:
        record = Record.open(f"sqlite:///{Path(folder) / 'record.sqlite'}")
        fill(record, Company(int(people), int(weeks), WEEK, seed=1))

        def parts(reader: UseReader) -> list[Part]:
            return programme_parts(reader, SPAN, Minimum())

        assert parts(UseReader(record.engine)) == parts(ForgetfulReader(record.engine))
        ways: dict[str, Callable[[], object]] = {
            "digest without the programme": lambda: weekly_digest(
                record, WEEK, ZONE, features_off=list(PARTS)
            ),
            "digest": lambda: weekly_digest(record, WEEK, ZONE),
            "digest, each part by itself": lambda: (
                weekly_digest(record, WEEK, ZONE, features_off=list(PARTS)),
                parts(ForgetfulReader(record.engine)),
            ),
        }
        took = {name: min(each) for name, each in _timed(ways).items()}
        record.close()
    print("| what | CPU s |\n| --- | --- |")
    for name, seconds in took.items():
        print(f"| {name} | {seconds:.3f} |")


def _timed(ways: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(_ROUNDS):
        for name, work in ways.items():
            begun = time.process_time()
            work()
            took[name].append(time.process_time() - begun)
    return took


if __name__ == "__main__":
    main(*sys.argv[1:])
