from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adoption.db.writes import StoreCounts
from adoption.record import Record
from adoption.usage.facts import Covered, Usage
from adoption.usage.models import Event
from adoption.usage.queries import Coverage, UseReader, spans
from tests.adoption.factories import fresh_record

NOW = datetime(2026, 11, 21, tzinfo=UTC)
MONDAY = date(2026, 11, 16)
DAYS = [MONDAY + timedelta(days=n) for n in range(7)]


@pytest.fixture
def record(tmp_path: Path):
    record = fresh_record(tmp_path)
    yield record
    record.close()


def fact(day: date, tool: str = "Copilot") -> Usage:
    return Usage("file", tool, day, Event.SHOWN, person="ada")


def coverage(record: Record) -> Coverage:
    return UseReader(record.engine).coverage(DAYS[0], DAYS[6])


def test_days_of_reports_are_covered_and_others_are_not(record: Record):
    record.usage.store([fact(DAYS[0]), fact(DAYS[4])], NOW)
    found = coverage(record)
    assert found.days == {"Copilot": {DAYS[0], DAYS[4]}}
    assert found.gaps("Copilot") == [(DAYS[1], DAYS[3]), (DAYS[5], DAYS[6])]
    assert found.missing("Claude") == DAYS
    assert found.is_covered("Copilot", DAYS[4])
    assert not found.is_covered("Copilot", DAYS[5])


def test_a_source_covers_days_without_any_use(record: Record):
    store = record.usage
    whole = [Covered("Copilot", "file", day) for day in DAYS]
    assert store.store([], NOW, whole) == StoreCounts()
    assert store.store([], NOW, whole) == StoreCounts()
    assert coverage(record).missing("Copilot") == []
    assert coverage(record).any_days == set(DAYS)


def test_sources_cover_a_tool_together(record: Record):
    store = record.usage
    store.store([fact(DAYS[0])], NOW, [Covered("Copilot", "api", DAYS[1])])
    assert coverage(record).days["Copilot"] == set(DAYS[:2])


@given(st.sets(st.dates(date(2026, 1, 1), date(2026, 3, 1))))
def test_spans_are_the_days_in_order(days: set[date]):
    found = spans(days)
    back = [a + timedelta(days=n) for a, b in found for n in range((b - a).days + 1)]
    assert back == sorted(days)
    assert all(b + timedelta(days=1) < c for (_, b), (c, _) in itertools.pairwise(found))
