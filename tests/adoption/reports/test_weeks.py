from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adoption.errors import NotAWeek
from adoption.reports.weeks import Week

ZONES = st.sampled_from(["UTC", "Europe/Oslo", "America/New_York", "Asia/Kathmandu"]).map(ZoneInfo)


@given(st.dates(date(1900, 1, 8), date(2200, 1, 1)))
def test_a_week_is_written_and_read_back(day: date):
    week = Week(*day.isocalendar()[:2])
    assert Week.parse(str(week)) == week
    assert week.monday <= day < week.next.monday
    assert week.next.previous == week


@given(st.datetimes(datetime(1990, 1, 9), datetime(2100, 1, 1), timezones=st.just(UTC)), ZONES)
def test_a_moment_lies_within_its_week_and_in_no_other(moment: datetime, zone: ZoneInfo):
    week = Week.of(moment, zone)
    start, end = week.bounds(zone)
    assert start <= moment < end
    assert week.previous.bounds(zone)[1] == start


def test_there_is_a_week_53_in_some_years():
    assert Week.parse("2026-W53").next == Week(2027, 1)
    with pytest.raises(NotAWeek):
        Week.parse("2027-W53")


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-47", "2026-W00", "2026-W54", "W47", "9999-W52x"]
)
def test_what_is_no_week_is_said_in_a_sentence(text: str):
    with pytest.raises(NotAWeek, match="Write it like 2026-W47"):
        Week.parse(text)


def test_a_week_in_which_clocks_change_has_an_hour_more_or_less():
    oslo = ZoneInfo("Europe/Oslo")
    lengths = [end - start for start, end in (Week(2026, n).bounds(oslo) for n in (12, 13, 43))]
    assert lengths == [timedelta(hours=h) for h in (168, 167, 169)]
