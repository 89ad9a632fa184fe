"""However a table is written, the same rows come out."""

from __future__ import annotations

import csv
import json
from datetime import date
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from adoption.errors import RowWrong
from adoption.usage.importers.formats import format_of, open_export
from adoption.usage.importers.plan import plan_for
from adoption.usage.importers.reading import RowReader
from adoption.usage.importers.survey import day_reader, survey
from adoption.usage.importers.tables.days import DayOrder, Days, find_order
from adoption.usage.importers.tables.text import encoding_of
from adoption.usage.importers.tables.values import count_of, is_empty, text_of
from tests.support.examples import examples

UTC = ZoneInfo("UTC")
HEADER = ["Tool", "Person", "Day", "Event", "Count"]
DAY_FORMS = {
    "iso": "%Y-%m-%d",
    "slashed": "%Y/%m/%d",
    "german": "%d.%m.%Y",
    "british": "%d/%m/%Y",
    "american": "%m/%d/%Y",
    "short american": "%m/%d/%y",
    "korean": "%Y. %m. %d.",
    "named": "%d %b %Y",
    "moment": "%Y-%m-%dT08:15:00Z",
    "clock": "%d.%m.%Y 08:15",
    "afternoon": "%m/%d/%Y 8:15:00 PM",
}
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
# What cp1252 can write too, without what would be no single line or an empty cell.
WORDS = st.text("abcxyzÄéß ,;|'\"&0189", min_size=1, max_size=12).filter(
    lambda text: text.strip() and not is_empty(text)
)
PREAMBLES = st.lists(
    st.sampled_from(
        ["", "Usage report, generated 2026-11-24", 'Report "draft', "Contoso;Ltd", "#"]
    ),
    max_size=3,
)
ROWS = st.lists(
    st.tuples(
        WORDS,
        st.dates(date(2001, 1, 1), date(2068, 12, 31)),
        st.integers(0, 10_000_000),
    ),
    min_size=1,
    max_size=6,
)
THOUSANDS = st.sampled_from(["", ",", ".", " ", "\u00a0", "'"])


def written(rows: list, delimiter: str, form: str, mark: str, preamble: list[str], end: str) -> str:
    out = StringIO()
    out.writelines(line + end for line in preamble)
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerow(HEADER)
    for person, day, count in rows:
        cells = ["Bot", person, day.strftime(DAY_FORMS[form]), "shown"]
        writer.writerow([*cells, f"{count:,}".replace(",", mark)])
    return out.getvalue()


def read(path: Path) -> list[tuple[str | None, date, int]]:
    table, mapping = open_export(path)
    plan = plan_for(mapping, table.names, str(path))
    reader = RowReader(plan, day_reader(survey(table, plan), plan, UTC, None, path))
    uses = []
    for line in table.lines():
        assert line.fault is None, line
        uses += reader.read(line.row)
    return [(use.person, use.day, use.count) for use in uses]


@settings(
    max_examples=examples(300),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    ROWS,
    st.sampled_from(",;\t|"),
    st.sampled_from(sorted(DAY_FORMS)),
    st.sampled_from(ENCODINGS),
    PREAMBLES,
    THOUSANDS,
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_any_way_to_write_a_table_reads_the_same(
    tmp_path: Path,
    rows: list,
    delimiter: str,
    form: str,
    encoding: str,
    preamble: list[str],
    mark: str,
    end: str,
    says_delimiter: bool,
):
    if form in ("british", "american", "short american", "afternoon"):
        # Otherwise nobody can tell, and the user is asked.
        assume(any(day.day > 12 for _, day, _ in rows))
    lines = [f"sep={delimiter}", *preamble] if says_delimiter else preamble
    path = tmp_path / "table.csv"
    path.write_bytes(written(rows, delimiter, form, mark, lines, end).encode(encoding))
    assert read(path) == [(person.strip(), day, count) for person, day, count in rows]


@settings(
    max_examples=examples(100),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    ROWS,
    st.sampled_from(["lines", "list", "pretty", "wrapped", "run together"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_any_way_to_write_json_reads_the_same(
    tmp_path: Path, rows: list, shape: str, encoding: str
):
    objects = [
        dict(zip(HEADER, ["Bot", person, day.isoformat(), "shown", count], strict=True))
        for person, day, count in rows
    ]
    texts = [json.dumps(each, ensure_ascii=False) for each in objects]
    text = {
        "lines": "\n".join(texts),
        "list": json.dumps(objects),
        "pretty": json.dumps(objects, indent=2),
        "wrapped": json.dumps({"total": len(objects), "value": objects}, indent=1),
        "run together": "".join(texts),
    }[shape]
    path = tmp_path / "rows.json"
    path.write_bytes(text.encode(encoding))
    assert read(path) == [(person.strip(), day, count) for person, day, count in rows]


@given(st.text(max_size=30))
def test_a_day_is_read_or_refused(text: str):
    try:
        day = Days(UTC, DayOrder.DAY_FIRST).read(text)
    except (ValueError, OverflowError):
        return
    assert 2000 <= day.year < 2100


@given(st.lists(st.dates(date(2000, 1, 1), date(2099, 1, 1)), min_size=1, max_size=5))
def test_an_order_that_is_found_is_the_one_that_was_written(days: list[date]):
    for form, order in (("british", DayOrder.DAY_FIRST), ("american", DayOrder.MONTH_FIRST)):
        texts = [day.strftime(DAY_FORMS[form]) for day in days]
        if any(day.day > 12 for day in days):
            assert find_order(texts, None, "x") is order
        assert find_order(texts, order, "x") is order


@given(st.one_of(st.text(max_size=20), st.integers(), st.floats(), st.booleans(), st.none()))
@example("1,234,567")
@example("1.2.3")
def test_a_count_is_whole_or_refused(value: object):
    try:
        count = count_of({"n": value}, "n", 0)
    except RowWrong:
        return
    assert 0 <= count <= 1_000_000_000


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("1,234", 1234),
        ("1.234", 1234),
        ("5,000", 5000),
        ("12.0", 12),
        ("12,00", 12),
        ("1 234 567", 1234567),
        ("1,234.00", 1234),
    ],
)
def test_thousands_are_parted_in_many_ways(text: str, count: int):
    assert count_of({"n": text}, "n", 0) == count


@pytest.mark.parametrize("text", ["3.6", "1,5", "1,23,4", "12.345.6", "-1", "0x1", "1e999", "½"])
def test_what_is_no_whole_number_is_no_count(text: str):
    with pytest.raises(RowWrong):
        count_of({"n": text}, "n", 0)


@pytest.mark.parametrize("nothing", ["", " ", "None", "N/A", "n/a", "null", "-", "–"])
def test_what_exports_write_for_nothing_is_nothing(nothing: str):
    assert text_of({"a": nothing}, "a") is None
    assert count_of({"a": nothing}, "a", 7) == 7


def test_one_broken_byte_in_utf_8_is_not_another_encoding(tmp_path: Path):
    path = tmp_path / "x.csv"
    path.write_bytes("Zoë,".encode() + b"\xff\n")
    assert encoding_of(path) == "utf-8"
    path.write_bytes("Zoë\n".encode("cp1252"))
    assert encoding_of(path) == "cp1252"


@given(st.sets(st.sampled_from(["tool", "person", "team", "day", "event", "email", "login"])))
def test_columns_are_a_known_export_or_none(columns: set[str]):
    known = format_of(columns)
    whole = {"tool", "day", "event"} <= columns and bool(columns & {"person", "team"})
    assert (known is not None) == whole
