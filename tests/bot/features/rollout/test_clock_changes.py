"""Waves, gates and reminders on the days on which clocks change, in zones far apart."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from adoption.reports.programme.part import Span
from adoption.rollout.calendar import WEEKS, WaveMessage, due_on
from adoption.rollout.models import MessageKind, WaveState
from adoption.rollout.wave import Wave, WavePlan
from bot.jobs.working_hours import WorkingHours, next_working_moment
from tests.support.examples import examples

# Clocks go forward and back in them on different days, at two, at midnight and by half an hour.
ZONES = st.sampled_from(
    [
        ZoneInfo(name)
        for name in (
            "Europe/Berlin",
            "America/New_York",
            "America/Santiago",
            "Australia/Lord_Howe",
            "Africa/Cairo",
        )
    ]
)
HOURS = WorkingHours.parse("Mon-Sun 0:00-23:59")
OFFICE = WorkingHours.parse("Mon-Fri 9:00-17:00")
MINUTES = st.integers(0, 24 * 60 - 1)


def changes(zone: ZoneInfo, year: int) -> list[date]:
    """The days of a year on which a zone's clocks change."""
    noon = [datetime(year, 1, 1, 12, tzinfo=zone) + timedelta(days=n) for n in range(365)]
    return [late.date() for early, late in pairwise(noon) if early.utcoffset() != late.utcoffset()]


def near_a_change(zone: ZoneInfo) -> st.SearchStrategy[date]:
    days = [each for year in (2026, 2027) for each in changes(zone, year)]
    return st.builds(
        lambda day, off: day + timedelta(days=off), st.sampled_from(days), st.integers(-2, 2)
    )


ZONED = ZONES.flatmap(lambda zone: st.tuples(st.just(zone), near_a_change(zone)))


@settings(max_examples=examples(60))
@given(ZONED, MINUTES)
def test_a_go_live_and_a_gate_are_due_from_midnight_of_their_day_on(
    zoned: tuple[ZoneInfo, date], minutes: int
):
    zone, day = zoned
    going = Wave("1", "One", WaveState.PLANNED, 1, WavePlan(day, day + timedelta(weeks=12)), {})
    gated = Wave("2", "Two", WaveState.LIVE, 1, WavePlan(day - timedelta(weeks=12), day), {})
    first, after = Span(day, day, zone).moments
    for moment, is_due in ((first - timedelta(seconds=1), False), (first, True), (after, True)):
        today = moment.astimezone(UTC).astimezone(zone).date()
        assert going.is_launch_due(today) is is_due
        assert gated.is_gate_due(today) is is_due
    # Whatever the clocks do, a day is 23 to 25 hours long and follows the day before.
    length = after.astimezone(UTC) - first.astimezone(UTC)
    assert timedelta(hours=23) <= length <= timedelta(hours=25)
    moment = first.astimezone(UTC) + min(timedelta(minutes=minutes), length - timedelta(seconds=1))
    assert going.is_launch_due(moment.astimezone(zone).date())


@settings(max_examples=examples(60))
@given(ZONED, st.sampled_from(MessageKind))
def test_a_message_is_due_whole_weeks_from_the_go_live_whatever_clocks_do(
    zoned: tuple[ZoneInfo, date], kind: MessageKind
):
    zone, go_live = zoned
    due = due_on(kind, go_live)
    assert due.weekday() == go_live.weekday()
    message = WaveMessage(kind, due, "T1:P")
    state = WaveState.PLANNED if WEEKS[kind] < 0 else WaveState.LIVE
    first, _ = Span(due, due, zone).moments
    before = (first.astimezone(UTC) - timedelta(seconds=1)).astimezone(zone).date()
    assert not message.needs_reminder(before, state)
    assert message.needs_reminder(first.astimezone(UTC).astimezone(zone).date(), state)


@settings(max_examples=examples(60))
@given(ZONED, MINUTES, st.sampled_from([HOURS, OFFICE]))
def test_a_reminder_goes_out_in_working_hours_and_not_before_its_moment(
    zoned: tuple[ZoneInfo, date], minutes: int, hours: WorkingHours
):
    zone, day = zoned
    now = datetime.combine(day, time(), zone).astimezone(UTC) + timedelta(minutes=minutes)
    moment = next_working_moment(now, zone, hours)
    assert moment.astimezone(UTC) >= now
    # The same moment again: what is sent then is not put off once more.
    assert next_working_moment(moment, zone, hours) == moment
    local = moment.astimezone(UTC).astimezone(zone)
    if hours is OFFICE:
        assert local.weekday() < 5
        assert time(9) <= local.time() < time(17)
    assert moment.astimezone(UTC) - now < timedelta(days=3, hours=1)
