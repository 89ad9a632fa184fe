from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.jobs.working_hours import WorkingHours, next_working_moment, working_moment_before

OFFICE = WorkingHours.parse("Mon-Fri 9:00-17:00")
# Clocks are set at midnight in Cairo, by half an hour on Lord Howe, and never in Kolkata.
ZONES = st.sampled_from(
    "Europe/Oslo America/New_York Africa/Cairo Australia/Lord_Howe Asia/Kolkata America/Santiago"
    " Pacific/Apia UTC".split()
).map(ZoneInfo)
# Apia had no 30 December 2011; the other moments lie around the days on which clocks are set.
CHANGES = [
    datetime(2026, 3, 29, tzinfo=UTC),
    datetime(2026, 10, 25, tzinfo=UTC),
    datetime(2026, 4, 24, tzinfo=UTC),
    datetime(2026, 4, 4, tzinfo=UTC),
    datetime(2026, 11, 1, tzinfo=UTC),
    datetime(2011, 12, 30, tzinfo=UTC),
]
MOMENTS = st.builds(
    lambda day, minutes: day + timedelta(minutes=minutes),
    st.sampled_from(CHANGES),
    st.integers(-5 * 1440, 5 * 1440),
)


@st.composite
def hours(draw: st.DrawFn) -> WorkingHours:
    start = draw(st.integers(0, 22 * 60))
    end = draw(st.integers(start + 60, 1439))
    days = draw(st.frozensets(st.integers(0, 6), min_size=1))
    return WorkingHours(days, time(*divmod(start, 60)), time(*divmod(end, 60)))


def is_working(moment: datetime, zone: ZoneInfo, wanted: WorkingHours) -> bool:
    local = moment.astimezone(zone)
    return local.weekday() in wanted.days and wanted.start <= local.time() < wanted.end


@given(MOMENTS, ZONES, hours())
def test_the_moment_is_in_working_hours_by_the_clock_on_the_wall(now, zone, wanted):
    found = next_working_moment(now, zone, wanted)
    assert found >= now
    assert is_working(found, zone, wanted)
    assert next_working_moment(found, zone, wanted) == found


@given(MOMENTS, ZONES, hours())
def test_no_working_moment_is_passed_over_but_where_clocks_are_set(now, zone, wanted):
    found = next_working_moment(now, zone, wanted)
    for minutes in range(0, int((found - now).total_seconds() // 60), 30):
        earlier = now + timedelta(minutes=minutes)
        if is_working(earlier, zone, wanted):
            local = earlier.astimezone(zone)
            offsets = {(local + timedelta(hours=n)).utcoffset() for n in range(-26, 27)}
            assert len(offsets) > 1


@given(MOMENTS, ZONES)
def test_in_working_hours_it_is_now(now, zone):
    found = next_working_moment(now, zone, OFFICE)
    assert (found == now) is is_working(now, zone, OFFICE)


def test_it_is_monday_morning_by_the_clocks_of_the_zone_also_when_they_were_set_on_sunday():
    saturday = datetime(2026, 10, 24, 12, tzinfo=UTC)
    found = next_working_moment(saturday, ZoneInfo("Europe/Oslo"), OFFICE)
    assert found == datetime(2026, 10, 26, 8, tzinfo=UTC)
    assert next_working_moment(found, ZoneInfo("America/New_York"), OFFICE) == datetime(
        2026, 10, 26, 13, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("text", "days", "start"),
    [
        ("Mon-Fri 9:00-17:00", {0, 1, 2, 3, 4}, time(9)),
        ("sun-thu 8-16:30", {6, 0, 1, 2, 3}, time(8)),
        ("Mon-Mon 10-11", {0}, time(10)),
    ],
)
def test_hours_are_read_as_people_write_them(text, days, start):
    read = WorkingHours.parse(text)
    assert (read.days, read.start) == (days, start)


@pytest.mark.parametrize("text", ["", "9-17", "Mon-Fri 17-9", "Mon-Fri 25-26", "Foo-Fri 9-17"])
def test_other_hours_are_refused(text):
    with pytest.raises(ValueError, match=r"hour|time"):
        WorkingHours.parse(text)


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="needs its time zone"):
        next_working_moment(datetime(2026, 1, 1), ZoneInfo("UTC"), OFFICE)


@given(MOMENTS, ZONES, hours())
def test_a_moment_is_moved_into_working_hours_of_its_day_or_an_earlier_one(at, zone, wanted):
    found = working_moment_before(at, zone, wanted)
    assert is_working(found, zone, wanted)
    assert found.astimezone(zone).date() <= at.astimezone(zone).date()
    assert working_moment_before(found, zone, wanted) == found
