"""The calendar of a wave: each owner is reminded once for each day, whatever moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adoption.record import Record
from adoption.rollout.calendar import (
    LATEST_DAYS,
    WEEKS,
    WaveMessage,
    due_on,
)
from adoption.rollout.models import Advice, MessageKind, WaveState
from tests.adoption.factories import NOON, fresh_record
from tests.adoption.rollout.test_waves import TODAY, decision, plan


@pytest.fixture
def record(tmp_path: Path):
    made = fresh_record(tmp_path)
    yield made
    made.close()


def test_the_calendar_reaches_from_six_weeks_before_to_six_weeks_after():
    assert list(WEEKS) == list(MessageKind)
    assert list(WEEKS.values()) == sorted(WEEKS.values())
    assert (min(WEEKS.values()), max(WEEKS.values())) == (-6, 6)


@given(
    st.sampled_from(MessageKind),
    st.sampled_from(WaveState),
    st.integers(-30, 60),
    st.booleans(),
    st.booleans(),
)
def test_a_reminder_is_due_once_a_day_and_not_before_the_launch(
    kind: MessageKind, state: WaveState, late: int, reminded: bool, sent: bool
):
    due = due_on(kind, TODAY)
    message = WaveMessage(kind, due, "T1:P", due if reminded else None, NOON if sent else None)
    waits = state is WaveState.PLANNED and WEEKS[kind] >= 0
    expected = not reminded and not sent and not waits and 0 <= late <= LATEST_DAYS
    assert message.needs_reminder(due + timedelta(days=late), state) is expected
    moved = replace(message, due_on=due + timedelta(weeks=2))
    # A day that moved is a new one: what was not sent is due again.
    again = moved.needs_reminder(moved.due_on, WaveState.LIVE)
    assert again is not sent


def test_the_calendar_moves_with_the_go_live(record: Record):
    record.waves.create("1", "One", plan(0))
    record.waves.create("2", "Two", plan(13, owner="T1:O"))
    record.waves.launch("1", "press", TODAY)
    calendar, second = record.wave_calendar, record.waves.get("2")
    assert second is not None
    before = calendar.of(second)
    calendar.set_reminded("2", MessageKind.WHY, before[0].due_on)
    calendar.set_owners("2", {MessageKind.TEAM: "T1:L"})
    first = record.waves.get("1")
    assert first is not None
    record.waves.decide("1", decision(first, Advice.PAUSE, 21))
    second = record.waves.get("2")
    assert second is not None
    after = calendar.of(second)
    assert [(b.due_on - a.due_on).days for a, b in zip(before, after, strict=True)] == [21] * 8
    assert [each.owner for each in after[:3]] == ["T1:O", "T1:L", "T1:O"]
    assert after[0].needs_reminder(after[0].due_on, second.state)


def test_a_message_is_sent_once_and_of_a_wave_that_is_gone_nothing_is_stored(record: Record):
    record.waves.create("1", "One", plan())
    calendar = record.wave_calendar
    calendar.set_sent("1", MessageKind.WHY, NOON)
    calendar.set_sent("1", MessageKind.WHY, NOON + timedelta(days=1))
    wave = record.waves.get("1")
    assert wave is not None
    assert calendar.of(wave)[0].sent_at == NOON
    assert record.waves.remove("1")
    calendar.set_sent("1", MessageKind.TEAM, NOON)
    record.waves.create("1", "One", plan())
    assert all(each.sent_at is None for each in calendar.of(wave))
