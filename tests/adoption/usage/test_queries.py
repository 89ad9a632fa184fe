from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adoption.db.engine import downgrade
from adoption.people.roster import RosterRow
from adoption.privacy.groups import Minimum
from adoption.record import Record
from adoption.reports.use import weekly_use
from adoption.usage.facts import Usage, UsageStore
from adoption.usage.models import Event
from adoption.usage.queries import UseReader
from bench.record_digest import RowReader
from tests.adoption.factories import NOON, fresh_record
from tests.support.examples import examples

SUNDAY = date(2026, 11, 22)
MINIMUM = Minimum()

FACTS = st.builds(
    lambda person, tool, back, event, count, id: Usage(
        "s", tool, SUNDAY - timedelta(days=back), event, count, f"p{person}", id=id
    ),
    st.integers(0, 6),
    st.sampled_from(["a", "b"]),
    st.integers(-9, 75),
    st.sampled_from(Event),
    st.integers(0, 3),
    st.sampled_from([None, None, "1", "2"]),
)


def same(record: Record, end: date) -> None:
    rolled, counted = UseReader(record.engine), RowReader(record.engine)
    assert weekly_use(rolled, end, MINIMUM) == weekly_use(counted, end, MINIMUM)
    monday = end - timedelta(days=62)
    a, b = rolled.weekly_uses(monday, end), counted.weekly_uses(monday, end)
    assert a.first_days == b.first_days
    assert rolled.actions(monday, end) == counted.actions(monday, end)
    assert rolled.first_values(end) == counted.first_values(end)


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.lists(FACTS, max_size=30), max_size=3), st.integers(0, 2))
def test_a_digest_from_roll_ups_is_the_one_from_the_rows(
    tmp_path: Path, batches: Sequence[list[Usage]], weeks_ago: int
):
    record = fresh_record(tmp_path)
    people = [RosterRow(f"p{n}", team="ab"[n % 2]) for n in range(8)]
    record.roster.store(people, NOON)
    for batch in batches:
        record.usage.store(batch, NOON)
    same(record, SUNDAY - timedelta(weeks=weeks_ago))
    record.close()


@pytest.fixture
def on_postgres(postgres: str):
    record = Record.open(postgres)
    yield record
    downgrade(record.engine, "base")
    record.close()


def test_postgresql_puts_weeks_together_alike(on_postgres: Record):
    facts = [
        Usage("s", tool, SUNDAY - timedelta(days=5 * n), Event.EDITED, n, f"p{n % 5}")
        for n in range(20)
        for tool in "ab"
    ]
    UsageStore(on_postgres.engine).store(facts, NOON)
    same(on_postgres, SUNDAY)


def test_a_week_that_is_not_whole_is_not_read(tmp_path: Path):
    record = fresh_record(tmp_path)
    record.usage.store([Usage("s", "a", SUNDAY, Event.SHOWN, 1, "p1")], NOON)
    reader = UseReader(record.engine)
    assert reader.weekly_uses(SUNDAY, SUNDAY).days == {}
    assert [*reader.weekly_uses(SUNDAY - timedelta(days=6), SUNDAY).days] == ["a"]
    record.close()


def test_a_tool_begins_when_enough_people_have(tmp_path: Path):
    record = fresh_record(tmp_path)
    days = [Usage("s", "a", SUNDAY + timedelta(days=n), Event.SHOWN, 1, f"p{n}") for n in range(4)]
    record.usage.store(days, NOON)
    reader, end = UseReader(record.engine), SUNDAY + timedelta(days=9)
    assert reader.beginnings(end, 3) == {"a": SUNDAY + timedelta(days=2)}
    assert reader.beginnings(end, 5) == {}
    assert reader.beginnings(SUNDAY + timedelta(days=1), 3) == {}
    assert reader.first_day() == SUNDAY
    record.close()
