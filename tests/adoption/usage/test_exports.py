from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from adoption.db.engine import downgrade
from adoption.db.writes import StoreCounts
from adoption.errors import FileUnreadable, NobodyKnown
from adoption.people.models import Handle, Team
from adoption.people.roster import RosterRow
from adoption.record import Record
from adoption.usage.importers.formats import FORMATS, built_in
from adoption.usage.importers.load import How, load_usage
from adoption.usage.importers.mapping import read_mapping
from adoption.usage.importers.reconciliation import Reconciliation
from adoption.usage.importers.tables.days import DayOrder
from adoption.usage.models import UsageRow
from adoption.usage.queries import UseReader
from tests.adoption.factories import fresh_record
from tests.adoption.usage.exports import EXPORTS, GRAPH_V1, GRAPH_V2, V1_ROWS, Export, ndjson
from tests.adoption.usage.test_rollups import counted, rolled
from tests.support.examples import examples
from uptake import UptakeError

NOW = datetime(2026, 11, 24, tzinfo=UTC)
HASHES = [f"{number:032X}" for number in range(1, 7)]


@pytest.fixture
def record(tmp_path: Path):
    record = fresh_record(tmp_path)
    yield record
    record.close()


def load(record: Record, folder: Path, export: Export, dry_run: bool = False) -> Reconciliation:
    path = folder / export.name
    path.write_bytes(export.bytes)
    how = export.how
    mapping = None
    if "mapping" in how:
        described = folder / "mapping.toml"
        described.write_text(how["mapping"], "utf-8")
        mapping = read_mapping(described)
    day = date.fromisoformat(how["day"]) if "day" in how else None
    said = How(last_day=day, dry_run=dry_run)
    return load_usage(path, mapping, record.usage, ZoneInfo("UTC"), NOW, how=said)


def load_text(record: Record, folder: Path, text: str, **how: object) -> Reconciliation:
    path = folder / "export.csv"
    path.write_text(text, "utf-8")
    store = record.usage
    return load_usage(path, None, store, ZoneInfo("UTC"), NOW, how=How(**how))


def reported(record: Record) -> set[str]:
    found: Counter[str] = Counter()
    with record.engine.connect() as connection:
        handles = dict(connection.execute(select(Handle.person_id, Handle.handle)).all())
        teams = dict(connection.execute(select(Team.id, Team.key)).all())
        for row in connection.execute(select(UsageRow)).mappings():
            team = f"team:{teams[row['team_id']]}" if row["team_id"] else "all"
            who = handles.get(row["person_id"], team)
            found[f"{who} {row['day']} {row['event'].value}"] += row["count"]
    return {f"{what} {count}" for what, count in found.items()}


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_recognised_and_has_its_right_figures(
    record: Record, tmp_path: Path, name: str
):
    export = EXPORTS[name]
    seen = load(record, tmp_path, export, dry_run=True)
    assert reported(record) == set()
    done = load(record, tmp_path, export)
    assert done.title == seen.title == export.title
    assert reported(record) == export.lines
    figures = (done.rows, done.without_use, done.folded, done.rejected)
    assert figures == (export.rows, export.without_use, export.folded, export.rejected)
    assert (seen.rows, seen.events, seen.span) == (done.rows, done.events, done.span)
    assert f"{done.span.first} {done.span.last}" == export.span
    tool = done.tools[0] if done.tools else "GitHub Copilot"
    coverage = UseReader(record.engine).coverage(done.span.first, done.span.last)
    assert coverage.missing(tool) == []
    again = load(record, tmp_path, export)
    assert (again.kept.new, again.kept.changed) == (0, 0)
    assert again.kept.unchanged == done.kept.new
    assert rolled(record) == counted(record)


def test_there_are_forty_exports_of_every_known_kind():
    assert len(EXPORTS) >= 40
    titles = {export.title for export in EXPORTS.values()}
    assert titles >= {built_in(name).title for name in FORMATS}


def test_a_stated_format_only_overrides(record: Record, tmp_path: Path):
    path = tmp_path / "export.csv"
    path.write_bytes(EXPORTS["graph-v1"].bytes)
    with pytest.raises(FileUnreadable, match="has no column user_login; it has Report"):
        load_usage(path, built_in("github-copilot"), record.usage, ZoneInfo("UTC"), NOW)


def test_an_unknown_export_names_its_columns(record: Record, tmp_path: Path):
    with pytest.raises(FileUnreadable, match=r"Its columns are: Colour, Size\. .*--mapping"):
        load_text(record, tmp_path, "Colour,Size\nred,3\n")


def test_a_translated_export_names_the_columns_that_are_not_understood(
    record: Record, tmp_path: Path
):
    header = "Report Refresh Date,Report Period,Benutzerprinzipalname,Letzte Aktivität\n"
    with pytest.raises(FileUnreadable, match="export it again") as caught:
        load_text(record, tmp_path, header + "2026-11-23,28,ada@x.com,2026-11-20\n")
    said = str(caught.value)
    assert "columns of the export “Microsoft 365 Copilot usage”, but not these: Benutzer" in said
    assert "Benutzerprinzipalname, Letzte Aktivität." in said


@pytest.mark.parametrize(
    ("person", "day"),
    [
        ("Benutzer", "Letzte Aktivität"),
        ("ユーザー名", "最終アクティビティ日"),
        ("Имя", "Последний день"),
    ],
)
def test_columns_of_any_language_can_be_described(
    person: str, day: str, record: Record, tmp_path: Path
):
    described = f'source = "x"\ntool = "X"\nperson = "{person}"\nday = "{day}"\nevery_row = "shown"'
    (tmp_path / "m.toml").write_text(described, "utf-8")
    (tmp_path / "x.csv").write_text(f"{person},{day}\nada@x.com,2026-11-20\n", "utf-8")
    mapping = read_mapping(tmp_path / "m.toml")
    load_usage(tmp_path / "x.csv", mapping, record.usage, ZoneInfo("UTC"), NOW)
    assert reported(record) == {"ada@x.com 2026-11-20 shown 1"}


# People


def test_concealed_names_are_refused_before_anything_is_stored(record: Record, tmp_path: Path):
    rows = "".join(f"2026-11-23,{name},x,2026-11-20,,,,7\n" for name in HASHES)
    with pytest.raises(NobodyKnown, match=r"all 6 names .* concealed.* Settings > Org settings"):
        load_text(record, tmp_path, GRAPH_V1 + rows)
    assert reported(record) == set()
    seen = load_text(record, tmp_path, GRAPH_V1 + rows, dry_run=True)
    assert ("People", "0 on the roster, 6 not (6 names are concealed)") in list(seen.sections())


def test_a_file_of_strangers_is_stored_only_when_asked(record: Record, tmp_path: Path):
    record.roster.store([RosterRow("eve@x.com", team="Sales")], NOW)
    with pytest.raises(NobodyKnown, match=r"none of the 2 people .* roster of 1.*aliases"):
        load_text(record, tmp_path, GRAPH_V1 + V1_ROWS)
    assert reported(record) == set()
    assert load_text(record, tmp_path, GRAPH_V1 + V1_ROWS, unknown_people=True).kept.new == 2


def test_people_found_are_counted_by_any_of_their_names(record: Record, tmp_path: Path):
    people = [RosterRow("ada@x.com", team="Sales", aliases=["ada_c"]), RosterRow("eve@x.com")]
    record.roster.store(people, NOW)
    done = load(record, tmp_path, EXPORTS["github-users-ndjson"])
    said = dict(done.sections())
    assert said["People"] == "1 on the roster, 1 not"
    assert said["Teams"] == "1"


# Totals of the company beside use by person


def test_use_by_person_takes_the_place_of_the_companys_totals(record: Record, tmp_path: Path):
    load(record, tmp_path, EXPORTS["github-company-day-totals"])
    load(record, tmp_path, EXPORTS["github-users-ndjson"])
    assert {line for line in reported(record) if line.startswith("all")} == {
        "all 2026-11-21 shown 130",
        "all 2026-11-21 accepted 25",
        "all 2026-11-21 ignored 75",
    }
    again = load(record, tmp_path, EXPORTS["github-company-day-totals"])
    assert (again.left_out, again.kept) == (4, StoreCounts(unchanged=4))
    assert rolled(record) == counted(record)


def test_exports_are_stored_alike_on_postgresql(postgres: str, tmp_path: Path):
    names = ("github-company-day-totals", "github-users-ndjson", "graph-v2", "events-without-ids")
    record = Record.open(postgres)
    try:
        for name in [*names, *names[1:]]:
            done = load(record, tmp_path, EXPORTS[name])
        assert done.kept == StoreCounts(unchanged=2)
        right = {line for name in names[1:] for line in EXPORTS[name].lines}
        totals = {line for line in reported(record) if line.startswith("all")}
        assert reported(record) - totals == right
        assert {line.split()[1] for line in totals} == {"2026-11-21"}
        assert rolled(record) == counted(record)
        coverage = UseReader(record.engine).coverage(date(2026, 11, 20), date(2026, 11, 24))
        assert coverage.missing("Bot") == []
    finally:
        downgrade(record.engine, "base")
        record.close()


# Columns and days


def test_columns_of_one_name_that_differ_are_refused(record: Record, tmp_path: Path):
    text = "tool,person,day,event,Count,count\nBot,ada,2026-11-20,shown,1,2\n"
    with pytest.raises(FileUnreadable, match=r"two columns “Count” that differ: “1” and “2”"):
        load_text(record, tmp_path, text)
    assert reported(record) == set()


def test_ambiguous_days_are_asked_for(record: Record, tmp_path: Path):
    text = "tool,person,day,event\nBot,ada,05/11/2026,shown\nBot,ada,06/11/2026,shown\n"
    with pytest.raises(FileUnreadable, match=r"“05/11/2026”.*--days day-first or --days month"):
        load_text(record, tmp_path, text)
    done = load_text(record, tmp_path, text, days=DayOrder.DAY_FIRST)
    assert (str(done.span.first), str(done.span.last)) == ("2026-11-05", "2026-11-06")


def test_one_column_shows_the_form_of_another(record: Record, tmp_path: Path):
    text = GRAPH_V1 + "11/23/2026,ada@x.com,Ada,11/05/2026,11/05/2026,,,28\n"
    load_text(record, tmp_path, text)
    assert reported(record) == {"ada@x.com 2026-11-05 shown 1"}


def test_days_written_in_two_ways_are_refused(record: Record, tmp_path: Path):
    text = "tool,person,day,event\nBot,ada,20/11/2026,shown\nBot,ada,11/21/2026,shown\n"
    with pytest.raises(FileUnreadable, match=r"two ways, “20/11/2026” and “11/21/2026”"):
        load_text(record, tmp_path, text)
    done = load_text(record, tmp_path, text, days=DayOrder.DAY_FIRST)
    assert done.reasons == {"has “11/21/2026” in column day, which is not a day of this century": 1}


def test_reasons_name_value_and_column_as_the_file_does(record: Record, tmp_path: Path):
    rows = "".join(f"2026-11-23,p{n}@x.com,x,soon{n},,,,7\n" for n in range(3))
    done = load_text(record, tmp_path, GRAPH_V1 + rows)
    said = "has “soon0” in column Last Activity Date, which is not a day of this century"
    assert done.faults() == [f"3 × the row {said} (and others)"]
    assert done.rejects.exists()


def test_a_dry_run_writes_no_file_of_rejected_rows(record: Record, tmp_path: Path):
    done = load_text(record, tmp_path, GRAPH_V1 + "x,ada@x.com,x,soon,,,,7\n", dry_run=True)
    assert (done.rejected, done.rejects) == (1, None)
    assert [path.name for path in tmp_path.glob("*.rejected.csv")] == []


def test_an_export_that_names_no_day_asks_for_it(record: Record, tmp_path: Path):
    path = tmp_path / "gemini.csv"
    path.write_bytes(EXPORTS["gemini-usage"].bytes)
    with pytest.raises(FileUnreadable, match=r"does not say which day.*--day"):
        load_usage(path, None, record.usage, ZoneInfo("UTC"), NOW)


# Coverage


def test_days_between_two_imports_are_named_as_missing(record: Record, tmp_path: Path):
    head = "tool,person,day,event\n"
    load_text(record, tmp_path, head + "Bot,ada,2026-11-02,shown\nBot,ada,2026-11-04,shown\n")
    done = load_text(record, tmp_path, head + "Bot,ada,2026-11-09,shown\n")
    assert dict(done.sections())["Days"] == (
        "2026-11-09 covered; no import covers 2026-11-05 to 2026-11-08"
    )
    assert UseReader(record.engine).coverage(date(2026, 11, 2), date(2026, 11, 9)).gaps("Bot") == [
        (date(2026, 11, 5), date(2026, 11, 8))
    ]


def test_exports_that_overlap_count_no_prompt_twice(record: Record, tmp_path: Path):
    row = "{day},ada@x.com,Ada,2026-11-20,,,28,140,20,2026-11-20,,\n"
    for day in ("2026-11-21", "2026-11-22", "2026-11-23"):
        load_text(record, tmp_path, GRAPH_V2 + row.format(day=day))
    assert reported(record) == {"ada@x.com 2026-11-20 shown 7"}


# The shape of JSON


def test_what_surrounds_the_rows_of_an_export_is_no_part_of_them(record: Record, tmp_path: Path):
    row = {"tool": "Bot", "person": "ada", "day": "2026-11-20", "event": "shown"}
    for exported in ("2026-11-23", "2026-11-24"):
        text = json.dumps({"exported_at": exported, "value": [row]})
        load_text(record, tmp_path, text)
    assert reported(record) == {"ada 2026-11-20 shown 1"}


def test_a_day_for_a_file_that_names_its_own_is_refused(record: Record, tmp_path: Path):
    with pytest.raises(FileUnreadable, match="Leave out --day"):
        load_text(record, tmp_path, GRAPH_V1 + V1_ROWS, last_day=date(2026, 11, 20))


def test_a_pretty_printed_object_that_is_no_export_is_one_sentence(record: Record, tmp_path: Path):
    with pytest.raises(FileUnreadable, match="Its columns are: version, settings"):
        load_text(record, tmp_path, '{\n "version": 1,\n "settings": {}\n}\n')


def test_broken_json_over_many_lines_is_one_sentence(record: Record, tmp_path: Path):
    with pytest.raises(FileUnreadable, match="not valid JSON"):
        load_text(record, tmp_path, '{\n "value": [\n' + '  {"a": 1},\n' * 500)


def test_a_field_that_only_the_last_row_has_is_read(record: Record, tmp_path: Path):
    idle = dict.fromkeys(
        ("user_initiated_interaction_count", "code_generation_activity_count"), 0
    ) | {"day": "2026-11-20"}
    rows = [idle | {"user_login": f"p{n}"} for n in range(500)]
    done = load_text(record, tmp_path, ndjson(*rows, idle | {"user_login": "z", "used_cli": True}))
    assert (done.without_use, done.kept.new) == (500, 1)


def test_a_name_that_is_no_text_is_set_apart(record: Record, tmp_path: Path):
    row = '{"tool": "Bot", "person": "%s", "day": "2026-11-20", "event": "shown"}\n'
    done = load_text(record, tmp_path, row % "a\\ud800" + row % "ada")
    assert (done.kept.new, done.rejected) == (1, 1)


@pytest.mark.parametrize("indent", [None, 1])
def test_of_a_wrapped_row_that_is_wrong_only_the_row_is_set_apart(
    record: Record, tmp_path: Path, indent: int | None
):
    good = {"tool": "Bot", "person": "ada", "day": "2026-11-20", "event": "shown"}
    wrong = good | {"event": "loved"}
    text = json.dumps({"value": [good, wrong]}, indent=indent)
    done = load_text(record, tmp_path, text)
    assert (done.kept.new, done.rejected) == (1, 1)
    assert json.dumps(wrong).replace('"', '""') in done.rejects.read_text("utf-8")
    assert done.rejects.read_text("utf-8").count("ada") == 1


def test_one_broken_line_of_json_leaves_the_others(record: Record, tmp_path: Path):
    good = EXPORTS["github-agent-only"].content
    done = load_text(record, tmp_path, f"{{broken\n{good}{ndjson([1])}{good}")
    assert (done.rows, done.rejected, done.kept.new) == (4, 2, 1)


# Damage


@settings(
    max_examples=examples(150),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.sampled_from(sorted(EXPORTS)),
    st.lists(st.tuples(st.integers(0, 5000), st.binary(max_size=3)), min_size=1, max_size=5),
    st.booleans(),
)
def test_a_damaged_export_is_read_set_apart_or_refused(
    record: Record, tmp_path: Path, name: str, damage: list[tuple[int, bytes]], cut: bool
):
    export = EXPORTS[name]
    content = bytearray(export.bytes)
    for place, bytes_there in damage:
        at = place % len(content)
        content[at : at + len(bytes_there)] = bytes_there
    if cut:
        del content[damage[0][0] % len(content) :]
    try:
        done = load(record, tmp_path, replace(export, content=bytes(content)), dry_run=True)
    except UptakeError:
        return
    assert done.rows >= done.without_use + done.rejected
    assert "\n".join(done.lines())
