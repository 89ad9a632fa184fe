"""What charts and the report say in words about how use moved."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from adoption.privacy.disclosure import HIDDEN, ShownShare
from adoption.reports.pages import trend_title
from adoption.reports.report.model import Report
from adoption.reports.report.verdict import cards, verdict
from adoption.reports.use import UseFigures
from tests.adoption.reports.shares import exact

MONDAY = date(2026, 8, 31)


def weeks(*percent: int | None) -> list[tuple[date, ShownShare]]:
    return [
        (MONDAY + timedelta(weeks=n), HIDDEN if each is None else exact(each * 10, 1000))
        for n, each in enumerate(percent)
    ]


@pytest.mark.parametrize(
    ("percent", "title"),
    [
        ((40, 60, 80), "Weekly active rose from 60 % to 80 % in the last week"),
        ((40, 80, 54), "Weekly active fell from 80 % to 54 % in the last week"),
        ((40, 52, 53), "Weekly active rose from 40 % to 53 % in 3 weeks"),
        ((52, 40, 51, 53), "Weekly active: no clear change in 4 weeks, now 53 %"),
        ((40, 60, None, 61), "Weekly active rose from 40 % to 61 % in 4 weeks"),
        ((None, 54), "Weekly active"),
    ],
)
def test_a_chart_says_first_what_changed_last(percent: tuple[int | None, ...], title: str):
    assert trend_title("Weekly active", weeks(*percent)) == title


@pytest.mark.parametrize(
    ("percent", "change"),
    [
        ((40, 80, 54), "down from 80 % the week before"),
        ((54, 80, 54), "down from 80 % the week before"),
        ((40, 54, 54), "up from 40 % at the start"),
        ((54, 54, 54), "no clear change"),
        ((54,), "no clear change"),
        ((None, 54, 54), "no clear change"),
    ],
)
def test_the_verdict_and_its_card_say_what_changed_last(
    percent: tuple[int | None, ...], change: str
):
    trend = weeks(*percent)
    report = Report(
        start=MONDAY,
        end=MONDAY + timedelta(weeks=len(percent), days=-1),
        through=MONDAY + timedelta(weeks=len(percent), days=-1),
        minimum=5,
        figures=UseFigures(eligible=1000, weekly=trend[-1][1]),
        start_figures=UseFigures(eligible=1000, weekly=trend[0][1]),
        trend=dict(trend),
    )
    first, decision = verdict(report)
    assert first == f"54 % of people used an AI tool in the last week, {change}."
    assert (cards(report)[0].figure, cards(report)[0].change) == ("54 %", change)
    assert decision == "No decision is needed now."
