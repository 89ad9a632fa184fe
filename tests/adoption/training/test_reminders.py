from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adoption.people.roster import RosterRow
from adoption.record import Record
from adoption.training.catalogue import Course, Plan
from adoption.training.local_time import moment_at
from adoption.training.models import Tier
from adoption.training.reminders import FirstAt, Reminder, day_before, due_reminder
from tests.adoption.factories import NOON

ZONES = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]
).map(ZoneInfo)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(
    lambda at: at.replace(tzinfo=UTC)
)


def as_it_is(at: datetime, zone: ZoneInfo) -> datetime:
    return at


def told(record: Record, account: str, at: datetime, zone: str) -> None:
    """Everybody is told what they are owed, in a zone."""
    for owed in record.training.notices.owed():
        notice = record.training.notices.notice(owed, at)
        assert notice is not None
        if owed.account == account:
            record.training.notices.set_told(owed, notice, zone, at)


def planned(record: Record, starts_at: datetime, account: str, zone: str) -> None:
    record.training.catalogue.put_courses([Course("c", "Prompting", Tier.HANDS_ON)])
    record.training.catalogue.plan(Plan("s", "c", starts_at, 60, "UTC", 9), NOON)
    record.training.seats.sign_up("s", account, NOON, NOON)
    told(record, account, NOON, zone)


def due(record: Record, now: datetime, first_at: FirstAt = as_it_is) -> list[Reminder]:
    return record.training.reminders.due(now, first_at)


@given(MOMENTS, ZONES)
def test_a_day_before_is_the_same_time_by_the_clocks_there(at: datetime, zone: ZoneInfo):
    before, local = day_before(at, zone), at.astimezone(zone)
    shown = before.astimezone(zone)
    assert timedelta(hours=22) <= at - before <= timedelta(hours=26)
    # Where the clocks skip that time, it is shown an hour later.
    same = (shown.hour, shown.minute) == (local.hour, local.minute)
    wanted = (local - timedelta(days=1)).replace(tzinfo=None)
    assert same or moment_at_skips(wanted, zone)


def moment_at_skips(local: datetime, zone: ZoneInfo) -> bool:
    try:
        moment_at(local, zone)
    except ValueError:
        return True
    return False


@given(MOMENTS, st.integers(-100, 60 * 24 * 4), st.integers(1, 60 * 24 * 5))
def test_each_reminder_is_due_in_its_time_and_never_after_the_beginning(
    starts_at: datetime, minutes: int, told_before: int
):
    now = starts_at - timedelta(minutes=minutes)
    told_at = starts_at - timedelta(minutes=told_before)
    first = starts_at - timedelta(days=1)
    found = due_reminder(starts_at, first, told_at, now)
    if found is True:
        assert 0 < minutes <= 60 < told_before
    elif found is False:
        assert 120 < minutes <= 60 * 24 < told_before
    else:
        is_hour = 0 < minutes <= 60 and told_before > 60
        is_day = 120 < minutes <= 60 * 24 and told_before > 60 * 24
        assert not is_hour
        assert not is_day


@pytest.mark.parametrize(
    ("zone", "hours"),
    [("Europe/Berlin", 25), ("America/New_York", 24), ("Asia/Kolkata", 24)],
)
def test_on_the_day_on_which_summer_time_ends_the_reminder_comes_an_hour_earlier(
    zone: str, hours: int
):
    begins = datetime(2026, 10, 25, 9, tzinfo=UTC)
    assert begins - day_before(begins, ZoneInfo(zone)) == timedelta(hours=hours)


def test_who_is_moved_or_cancelled_is_reminded_of_what_is_so(record: Record):
    starts_at = NOON + timedelta(days=3)
    planned(record, starts_at, "T1:A", "Europe/Berlin")
    day, hour = starts_at - timedelta(hours=24), starts_at - timedelta(minutes=60)
    assert due(record, day - timedelta(minutes=1)) == []
    (first,) = due(record, day)
    assert (first.sequence, first.is_last) == (0, False)
    assert record.training.reminders.session_of(first, day) is not None
    later = starts_at + timedelta(days=2)
    record.training.catalogue.plan(Plan("s", "c", later, 60, "UTC", 9), day)
    # Moved: the old reminder is none any more, and nobody is reminded before they hear of it.
    assert record.training.reminders.session_of(first, day) is None
    assert due(record, later - timedelta(hours=24)) == []
    told(record, "T1:A", day + timedelta(minutes=5), "Europe/Berlin")
    (again,) = due(record, later - timedelta(hours=24))
    assert again.sequence == 1
    (last,) = due(record, later - timedelta(minutes=30))
    assert last.is_last
    record.training.seats.cancel("s", "T1:A", hour, hour)
    assert due(record, later - timedelta(minutes=30)) == []
    assert record.training.reminders.session_of(last, hour) is None


def test_who_signs_up_late_is_not_reminded_of_what_they_just_heard(record: Record):
    starts_at = NOON + timedelta(hours=10)
    planned(record, starts_at, "T1:A", "UTC")
    assert due(record, NOON + timedelta(minutes=5)) == []
    (last,) = due(record, starts_at - timedelta(minutes=50))
    assert last.is_last


def test_the_first_reminder_waits_for_working_hours(record: Record):
    starts_at = NOON + timedelta(days=5)
    planned(record, starts_at, "T1:A", "UTC")

    def friday(at: datetime, zone: ZoneInfo) -> datetime:
        return NOON + timedelta(days=2)

    assert due(record, NOON + timedelta(days=1, hours=23), friday) == []
    (found,) = due(record, NOON + timedelta(days=2), friday)
    assert not found.is_last


def test_a_leaver_is_not_reminded(record: Record):
    starts_at = NOON + timedelta(days=3)
    planned(record, starts_at, "T1:A", "UTC")
    record.roster.store([RosterRow("a@x.example", account="T1:A", left_on=NOON.date())], NOON)
    record.training.seats.tidy(NOON)
    assert due(record, starts_at - timedelta(hours=24)) == []
    assert record.training.notices.owed() == []
