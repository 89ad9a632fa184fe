from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from adoption.csv_safety import safe_cell
from adoption.db.writes import StoreCounts
from adoption.errors import FileUnreadable
from adoption.people.models import Member, Seat, Team
from adoption.record import Record
from adoption.usage.importers.formats import FORMATS, built_in
from adoption.usage.importers.load import load_roster, load_usage
from adoption.usage.importers.mapping import Mapping, read_mapping
from adoption.usage.importers.reconciliation import Reconciliation
from adoption.usage.models import UsageRow
from tests.adoption.factories import fresh_record
from tests.adoption.usage.test_rollups import counted, rolled
from tests.conftest import uptake
from tests.support.examples import examples

NOW = datetime(2026, 11, 21, tzinfo=UTC)
OSLO = ZoneInfo("Europe/Oslo")


@pytest.fixture
def record(tmp_path: Path):
    record = fresh_record(tmp_path)
    yield record
    record.close()


def load(record: Record, path: Path, mapping: Mapping | None = None) -> Reconciliation:
    return load_usage(path, mapping, record.usage, OSLO, NOW)


def told(record: Record) -> list[tuple]:
    with record.engine.connect() as connection:
        rows = connection.execute(select(UsageRow).order_by(UsageRow.id)).mappings()
        return [(r["tool"], r["day"], r["event"].value, r["count"], r["attributes"]) for r in rows]


def written(folder: Path, text: str, name: str = "usage.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


GOOD = "tool,person,day,event,count,app\nCopilot,ada,2026-11-16,accepted,3,editor\n"


def test_a_file_of_events_is_taken_in_once(record: Record, tmp_path: Path):
    path = written(tmp_path, GOOD)
    assert load(record, path).kept == StoreCounts(new=1)
    assert load(record, path).kept == StoreCounts(unchanged=1)
    assert told(record) == [("Copilot", date(2026, 11, 16), "accepted", 3, {"app": "editor"})]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Copilot,ada,16.13.2026,accepted,3,x", "“16.13.2026” in column day, which is not a day"),
        ("Copilot,ada,1999-11-16,accepted,3,x", "not a day of this century"),
        ("Copilot,ada,2026-11-16,loved,3,x", "“loved” in column event; use shown"),
        ("Copilot,ada,2026-11-16,accepted,-3,x", "“-3” in column count, which is not a count"),
        ("Copilot,ada,2026-11-16,accepted,nan,x", "is not a count"),
        ("Copilot,,2026-11-16,accepted,3,x", "neither a person nor a team"),
        (",ada,2026-11-16,accepted,3,x", "has no tool"),
        ("Copilot,ada,2026-11-16,accepted,3,x,y,z", "has 8 values for 6 columns"),
        (f"Copilot,{'a' * 300},2026-11-16,accepted,3,x", "longer than 255"),
    ],
)
def test_a_bad_row_is_set_apart_with_line_and_reason(
    record: Record, tmp_path: Path, row: str, reason: str
):
    path = written(tmp_path, GOOD + row + "\n" + "Copilot,bob,2026-11-17,shown,1,x\n")
    loaded = load(record, path)
    assert (loaded.rows, loaded.kept, loaded.rejected) == (3, StoreCounts(new=2), 1)
    with (tmp_path / "usage.csv.rejected.csv").open(newline="") as file:
        [rejected] = csv.DictReader(file)
    assert rejected["line"] == "3"
    assert reason in rejected["reason"]


@pytest.mark.parametrize("value", ["NaN", "1e999", '"\\ud800"', '"\\udc00x"', '"\\ud83d\\ud83d"'])
def test_what_no_database_can_hold_is_set_apart(record: Record, tmp_path: Path, value: str):
    row = '{"tool": "Copilot", "person": "ada", "day": "2026-11-16", "event": "shown", "x": %s}'
    path = written(tmp_path, row % '"\\ud83d\\ude42"' + "\n" + row % value + "\n", "u.jsonl")
    loaded = load(record, path)
    assert (loaded.kept, loaded.rejected) == (StoreCounts(new=1), 1)


def test_a_moment_counts_for_the_day_it_is_by_the_clocks_of_the_workspace(
    record: Record, tmp_path: Path
):
    rows = [
        "Copilot,ada,2026-11-15T23:30:00Z,shown,1,",
        "Copilot,ada,2026-07-15T22:30:00+00:00,shown,1,",
        "Copilot,ada,2026-11-15T23:30:00,shown,1,",
    ]
    load(record, written(tmp_path, "tool,person,day,event,count,app\n" + "\n".join(rows)))
    days = [day for _, day, *_ in told(record)]
    assert days == [date(2026, 11, 16), date(2026, 7, 16), date(2026, 11, 15)]


def test_semicolons_a_byte_order_mark_and_other_cases_are_read_too(record: Record, tmp_path: Path):
    text = "\ufeffTool;Person;Day;EVENT;Count\nCopilot;ada;2026-11-16;Accepted;2\n"
    assert load(record, written(tmp_path, text)).kept == StoreCounts(new=1)


def test_copilots_own_report_tells_what_was_shown_taken_and_ignored(record: Record, tmp_path: Path):
    report = {
        "day": "2026-11-16",
        "user_login": "ada-l",
        "code_generation_activity_count": 10,
        "code_acceptance_activity_count": 4,
        "user_initiated_interaction_count": 2,
        "totals_by_cli": {"prompt_count": 3},
    }
    idle = report | {
        "user_login": "bob",
        "code_generation_activity_count": 0,
        "code_acceptance_activity_count": 0,
        "user_initiated_interaction_count": 0,
        "totals_by_cli": None,
    }
    path = written(tmp_path, json.dumps(report) + "\n" + json.dumps(idle) + "\n", "c.ndjson")
    loaded = load(record, path, built_in("github-copilot"))
    assert (loaded.without_use, loaded.rejected) == (1, 0)
    day = date(2026, 11, 16)
    assert told(record) == [
        ("GitHub Copilot", day, "shown", 10, {"kind": "code"}),
        ("GitHub Copilot", day, "accepted", 4, {"kind": "code"}),
        ("GitHub Copilot", day, "ignored", 6, {"kind": "code"}),
        ("GitHub Copilot", day, "shown", 2, {"kind": "chat"}),
        ("GitHub Copilot", day, "shown", 3, {"kind": "cli"}),
    ]
    later = report | {"code_acceptance_activity_count": 5}
    again = load(
        record, written(tmp_path, json.dumps([later]), "c.json"), built_in("github-copilot")
    )
    assert again.kept == StoreCounts(changed=2, unchanged=3)


def test_microsofts_usage_details_tell_the_last_day_of_each_app(record: Record, tmp_path: Path):
    text = (
        "Report Refresh Date,User Principal Name,Display Name,Last Activity Date,"
        "Copilot Chat Last Activity Date,Word Copilot Last Activity Date\n"
        "2026-11-20,ada@example.com,Ada,2026-11-18,2026-11-18,2026-11-12\n"
        "2026-11-20,bob@example.com,Bob,,,\n"
    )
    loaded = load(record, written(tmp_path, text), built_in("microsoft-365-copilot"))
    assert (loaded.kept, loaded.without_use, loaded.rejected) == (StoreCounts(new=2), 1, 0)
    assert [(day.day, kind["kind"]) for _, day, _, _, kind in told(record)] == [
        (18, "chat"),
        (12, "word"),
    ]


def test_a_chatgpt_period_exported_again_takes_the_place_of_the_first(
    record: Record, tmp_path: Path
):
    header = "cadence,period_start,period_end,email,is_active,last_day_active_in_period,messages\n"
    monday = header + "Weekly,2026-11-16,2026-11-22,ada@example.com,1,2026-11-16,5\n"
    friday = header + "Weekly,2026-11-16,2026-11-22,ada@example.com,1,2026-11-20,25\n"
    for text in (monday, friday):
        load(record, written(tmp_path, text), built_in("chatgpt-enterprise"))
    assert told(record) == [
        ("ChatGPT Enterprise", date(2026, 11, 20), "shown", 25, {"kind": "messages"})
    ]
    assert rolled(record) == counted(record)


def test_any_other_export_can_be_described(record: Record, tmp_path: Path):
    mapping = written(
        tmp_path,
        'source = "helpdesk"\ntool = "Helper"\nteam = "Dept"\nday = "When"\n'
        'day_form = "%d.%m.%Y"\nevent = "What"\ncount = "N"\nattributes = ["Site"]\n'
        '[event_names]\nrejected = "overridden"\n',
        "map.toml",
    )
    path = written(tmp_path, "Dept,When,What,N,Site\nLaw,16.11.2026,rejected,4,Oslo\n")
    load(record, path, read_mapping(mapping))
    assert told(record) == [("Helper", date(2026, 11, 16), "overridden", 4, {"site": "Oslo"})]


@pytest.mark.parametrize(
    "text",
    ["", "source = 1", "tool", 'source = "x"\ntool = "y"\nperson = "p"\nday = "d"', "nosuch = 1"],
)
def test_what_describes_no_mapping_is_said_in_a_sentence(tmp_path: Path, text: str):
    with pytest.raises(FileUnreadable, match=r"mapping|TOML"):
        read_mapping(written(tmp_path, text, "map.toml"))


@pytest.mark.parametrize("name", FORMATS)
def test_every_known_export_has_its_mapping(name: str):
    assert built_in(name).source


@pytest.mark.parametrize(
    ("content", "match"),
    [(b"", "is empty"), (b"PK\x03\x04\0\0", "not a text file"), (b"[1,", "not valid JSON")],
)
def test_a_file_that_holds_no_rows_is_said_in_a_sentence(
    record: Record, tmp_path: Path, content: bytes, match: str
):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(FileUnreadable, match=match):
        load(record, path)


@settings(
    max_examples=examples(80),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=100).map(lambda t: (GOOD + t).encode("utf-8", "ignore")),
    )
)
def test_any_bytes_are_rows_rejects_or_one_sentence(record: Record, tmp_path: Path, content: bytes):
    path = tmp_path / "any.csv"
    path.write_bytes(content)
    try:
        loaded = load(record, path)
    except FileUnreadable:
        return
    assert loaded.rows >= loaded.rejected + loaded.without_use
    if loaded.rejected:
        with loaded.rejects.open(newline="") as file:
            assert len(list(csv.DictReader(file))) == loaded.rejected


def test_a_roster_tells_teams_waves_and_seats(record: Record, tmp_path: Path):
    text = (
        "email,name,team_id,team,wave,eligible_since,left_on,tools,slack\n"
        "ada@example.com,Ada Lovelace,t1,Sales,Wave 1,2026-06-01,,Copilot;ChatGPT,T1:U1\n"
        "bob@example.com,Bob,t1,Sales,Wave 1,2026-06-01,2026-05-01,,\n"
        "cyd@example.com,Cyd,,,,June,,,\n"
        ",Nobody,,,,,,,\n"
        "dan@example.com,Dan,,,,,,,U034CD\n"
    )
    loaded = load_roster(written(tmp_path, text), record.roster, NOW)
    assert (loaded.kept, loaded.rejected) == (StoreCounts(new=1), 4)
    with record.engine.connect() as connection:
        [member] = connection.execute(select(Member)).mappings()
        seats = connection.execute(select(Seat.tool).order_by(Seat.tool)).scalars().all()
        assert connection.execute(select(Team.name)).scalars().all() == ["Sales"]
    assert (member["wave"], member["eligible_since"]) == ("Wave 1", date(2026, 6, 1))
    assert seats == ["ChatGPT", "Copilot"]


def test_names_are_kept_as_hashes_alone(record: Record, tmp_path: Path):
    text = "email,name\nada@example.com,Ada Lovelace\n"
    load_roster(written(tmp_path, text), record.roster, NOW)
    record.close()
    held = b"".join(path.read_bytes() for path in tmp_path.glob("*.sqlite*"))
    assert b"Lovelace" not in held
    assert b"lovelace" not in held


def test_the_command_says_what_came_of_a_file(tmp_path: Path):
    path = written(tmp_path, GOOD + "Copilot,ada,someday,accepted,3,x\n")
    done = uptake("import", "usage", str(path), cwd=tmp_path, UPTAKE_DATA_DIR=str(tmp_path / "d"))
    assert done.returncode == 1
    assert "2 read, 1 set apart" in done.stdout
    assert "1 new, 0 changed, 0 as before" in done.stdout
    assert "is not a day" in done.stderr
    assert Path(f"{path}.rejected.csv").exists()
    good = written(tmp_path, "email,team\nada@example.com,Sales\n", "roster.csv")
    done = uptake("import", "roster", str(good), cwd=tmp_path, UPTAKE_DATA_DIR=str(tmp_path / "d"))
    assert done.returncode == 0
    gone = uptake("import", "usage", "none.csv", cwd=tmp_path, UPTAKE_DATA_DIR=str(tmp_path / "d"))
    assert gone.returncode == 2
    assert gone.stderr.strip().endswith("Check its name and permissions.")


@given(st.text(max_size=20))
def test_no_cell_is_a_formula(text: str):
    cell = safe_cell(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell in (text, "'" + text)
