from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adoption.db.writes import StoreCounts
from adoption.errors import FileUnreadable
from adoption.people.roster import RosterRow
from adoption.record import Record
from adoption.usage.importers.load import How, load_roster, load_usage
from adoption.usage.importers.reconciliation import Reconciliation
from adoption.usage.importers.tables.days import DayOrder
from adoption.usage.queries import UseReader
from tests.adoption.factories import fresh_record
from tests.adoption.usage.exports import EXPORTS
from tests.conftest import uptake

NOW = datetime(2026, 11, 24, tzinfo=UTC)
DOCS = Path(__file__).parents[3] / "docs" / "measures.md"
# One of each kind that the documentation shows.
SHOWN = (
    "graph-v2",
    "github-users-ndjson",
    "github-seats-csv",
    "github-premium",
    "chatgpt-weekly",
    "claude-spend",
    "gemini-usage",
    "events-without-ids",
)
PEOPLE = [
    RosterRow("ada@x.com", team="Sales", aliases=["ada_c"]),
    RosterRow("bob@x.com", team="Sales", aliases=["bob_c"]),
    RosterRow("eve@x.com", team="Law"),
]


@pytest.fixture
def record(tmp_path: Path):
    record = fresh_record(tmp_path)
    yield record
    record.close()


def load(record: Record, folder: Path, name: str) -> Reconciliation:
    record.roster.store(PEOPLE, NOW)
    export = EXPORTS[name]
    path = folder / export.name
    path.write_bytes(export.bytes)
    how = How(last_day=date.fromisoformat(export.how["day"]) if "day" in export.how else None)
    return load_usage(path, None, record.usage, ZoneInfo("UTC"), NOW, how=how)


@pytest.mark.parametrize("name", SHOWN)
def test_the_documentation_shows_what_an_import_says(record: Record, tmp_path: Path, name: str):
    shown = "\n".join(load(record, tmp_path, name).lines())
    assert shown in DOCS.read_text("utf-8")


def roster(record: Record, folder: Path, content: bytes, **how: object) -> Reconciliation:
    path = folder / "roster.csv"
    path.write_bytes(content)
    return load_roster(path, record.roster, NOW, how=How(**how))


ROSTER = (
    "E-Mail;Department;Start Date;Tools;Cost centre\nada@x.com;Sales;01.06.2026;Copilot|Claude;9\n"
)


def test_a_roster_is_read_in_any_form_and_reconciled(record: Record, tmp_path: Path):
    text = "Staff list\n\n" + ROSTER + "bob@x.com;Law;13.06.2026;N/A;9\nbob@x.com;Law;None;;9\n"
    done = roster(record, tmp_path, text.replace("Sales", "Zürich").encode("cp1252"))
    assert list(done.lines()) == [
        "File      Roster, header in line 3",
        "Rows      3 read, 1 added to others, 0 set apart",
        "People    2",
        "Teams     2",
        "Tools     Claude, Copilot",
        "Columns   E-Mail → person",
        "          Department → team",
        "          Start Date → eligible since",
        "          Tools → tools",
        "Not read  Cost centre",
        "Stored    2 new, 0 changed, 0 as before",
    ]
    people = UseReader(record.engine).roster()
    assert set(people.teams.values()) == {"Zürich", "Law"}
    assert {person.since for person in people.people} == {date(2026, 6, 1), None}


def test_a_roster_that_is_only_looked_at_stores_nothing(record: Record, tmp_path: Path):
    done = roster(record, tmp_path, ROSTER.encode(), dry_run=True)
    assert (done.kept, done.rows) == (StoreCounts(), 1)
    assert UseReader(record.engine).roster().people == []


def test_a_roster_without_people_names_its_columns(record: Record, tmp_path: Path):
    with pytest.raises(FileUnreadable, match=r"names no people.*Its columns are: team, wave"):
        roster(record, tmp_path, b"team,wave\nSales,1\n")


def test_ambiguous_days_of_a_roster_are_asked_for(record: Record, tmp_path: Path):
    text = b"email,eligible_since\nada@x.com,03/04/2026\n"
    with pytest.raises(FileUnreadable, match="--days day-first"):
        roster(record, tmp_path, text)
    roster(record, tmp_path, text, days=DayOrder.MONTH_FIRST)
    assert UseReader(record.engine).roster().people[0].since == date(2026, 3, 4)


def test_the_command_shows_a_file_without_storing_it(tmp_path: Path):
    path = tmp_path / "export.csv"
    # A control sequence in a header must not reach the terminal.
    path.write_bytes(EXPORTS["graph-v1"].bytes.replace(b"Display Name", b"Display\x1b[2JName"))
    there = {"cwd": tmp_path, "UPTAKE_DATA_DIR": str(tmp_path / "d")}
    seen = uptake("import", "usage", str(path), "--dry-run", **there)
    assert seen.returncode == 0
    assert "Stored    nothing (dry run)" in seen.stdout
    assert "\x1b" not in seen.stdout
    done = uptake("import", "usage", str(path), **there)
    assert "Stored    2 new" in done.stdout
    wrong = uptake("import", "usage", str(path), "--format", "nonsense", **there)
    assert wrong.returncode == 2
    assert "github-copilot-seats" in wrong.stderr.replace("\n", "")
