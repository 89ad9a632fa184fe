"""What waves are worth, beside what was promised."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adoption.feedback.feedback import CheckIn
from adoption.measures import Range, cost_a_month, modelled_time_saved
from adoption.people.roster import RosterRow
from adoption.privacy.groups import Minimum
from adoption.record import Record
from adoption.reports.report.report import adoption_report
from adoption.reports.report.sections import report_as_csv
from adoption.reports.targets import Verdict
from adoption.reports.value import WaveValue, value_of_waves
from tests.adoption.factories import NOON
from tests.adoption.reports.rollout.test_figures import START, WEEK, company
from tests.adoption.reports.rollout.test_figures import UTC as ZONE
from tests.adoption.reports.rollout.test_figures import record as record
from tests.adoption.rollout.test_waves import plan

MOMENTS = (datetime.combine(START, datetime.min.time(), UTC), NOON + timedelta(days=9))


def values(record: Record, hour_worth: float | None = 50.0) -> dict[str, WaveValue]:
    found = value_of_waves(record.engine, WEEK.sunday, MOMENTS, Minimum(), hour_worth)
    return {value.wave: value for value in found}


def check_ins(record: Record, people: range) -> None:
    made = [CheckIn(f"c{n}", f"T1:P{n}", START, "Mars", NOON, 60, 120, None, False) for n in people]
    record.feedback.add_check_ins(made, NOON)


def two_waves(record: Record, **more: object) -> None:
    company(record, {("Sales", "One"): 60, ("Law", "Two"): 60})
    begun = replace(plan(), go_live=START, gate_on=START + timedelta(weeks=12), **more)
    record.waves.create("1", "One", begun)
    record.waves.create("2", "Two", begun)


@given(st.integers(0, 10_000), st.integers(1, 12), st.floats(0, 60), st.floats(0, 60))
def test_modelled_hours_are_days_times_minutes(days: int, weeks: int, low: float, more: float):
    found = modelled_time_saved(days, weeks, Range(low, low + more))
    assert found.low == pytest.approx(days * low / 60 / weeks)
    assert found.low <= found.high


def test_the_programme_is_paid_over_a_year():
    assert cost_a_month(300, 1200) == 400


def test_a_wave_is_worth_what_its_people_report_or_else_what_the_model_says(record: Record):
    two_waves(record, hours_promised=30.0, cost=2400.0)
    check_ins(record, range(1, 11))
    found = values(record)
    assert found["One"].reported is not None
    assert (found["One"].reported.low, found["One"].reported.high) == (60, 120)
    assert found["One"].verdict is Verdict.MET
    # A day of use a week each: 60 days, at 5 to 26 minutes.
    assert found["Two"].reported is None
    assert found["Two"].modelled is not None
    assert found["Two"].modelled.low == pytest.approx(5)
    assert found["Two"].modelled.high == pytest.approx(26)
    assert found["Two"].verdict is Verdict.MISSED


def test_the_return_counts_seats_and_the_programme(record: Record):
    two_waves(record, cost=1200.0)
    assert values(record)["One"].cost is None
    record.tools.store("Mars", "Ada", 10.0)
    rows = [
        RosterRow(
            f"p{n}@x.example",
            "Sales",
            team_key="sales",
            wave="One",
            eligible_since=START,
            tools=["Mars"],
        )
        for n in range(60)
    ]
    record.roster.store(rows, NOON)
    found = values(record)["One"]
    assert found.cost == pytest.approx(700, abs=50)
    assert found.back is not None
    low = 5 * 52 / 12 * 50
    assert found.back.low == pytest.approx((low - found.cost) / found.cost)
    assert values(record, None)["One"].back is None


def test_a_wave_that_is_too_small_has_no_value(record: Record):
    company(record, {("Sales", "One"): 60, ("Law", "Two"): 4, ("Ops", "Three"): 7})
    begun = replace(plan(), go_live=START, gate_on=START + timedelta(weeks=12))
    for name in ("One", "Two", "Three"):
        record.waves.create(name, name, begun)
    found = values(record)
    assert found["One"].modelled is not None
    for name in ("Two", "Three"):
        assert found[name] == WaveValue(name, None, None, None, None, None)
        assert found[name].verdict is Verdict.HIDDEN


def test_people_without_use_do_not_make_a_small_wave_visible(record: Record):
    # Two is folded with Three; of the two, only Three uses anything.
    company(record, {("Sales", "One"): 60, ("Ops", "Three"): 7})
    idle = [RosterRow(f"i{n}@x.example", "Law", wave="Two") for n in range(4)]
    record.roster.store(idle, NOON)
    begun = replace(plan(), go_live=START, gate_on=START + timedelta(weeks=12))
    for name in ("One", "Two", "Three"):
        record.waves.create(name, name, begun)
    found = values(record)
    assert found["Three"].modelled is None
    assert found["Two"].modelled is None


def test_the_report_has_the_value_beside_the_promise_unless_it_is_off(record: Record):
    two_waves(record, hours_promised=500.0)
    end = WEEK.sunday
    report = adoption_report(record.engine, START, end, ZONE, hour_worth=50)
    text = report_as_csv(report)
    assert "value,One,Promised,500 h" in text
    assert "value,One,Verdict,missed" in text
    assert 'value,One,"Reported, a week",not enough data' in text
    assert "5 to 26 minutes for each day of use" in text
    off = adoption_report(record.engine, START, end, ZONE, features_off={"rollout"})
    assert "500 h" not in report_as_csv(off)
