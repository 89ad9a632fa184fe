"""Makes a realistic half year of a company: `python -m bench.halfyear FOLDER [PEOPLE] [WEEKS]`.

Two things are planted in the last week: one team falls silent, and one reason grows behind the
overrides of one tool. Everything comes from one seed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from adoption.record import Record
from adoption.reports.digest.digest import weekly_digest
from adoption.reports.digest.formats import digest_as_text
from adoption.reports.digest.html import digest_as_html
from adoption.reports.weeks import Week
from bot.local.example_company.company import Company
from bot.local.example_company.filling import fill


def main(folder: str, people: str = "2000", weeks: str = "26") -> None:
    """Fills `FOLDER/record.sqlite` and writes its last digest beside it, as text and HTML."""
    record = Record.open(f"sqlite:///{Path(folder) / 'record.sqlite'}")
    planted = fill(record, Company(int(people), int(weeks), Week(2026, 46), seed=1))
    digest = weekly_digest(record, planted.week, ZoneInfo("UTC"))
    print(digest_as_text(digest))
    (Path(folder) / "digest.html").write_text(digest_as_html(digest), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
