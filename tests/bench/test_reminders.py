"""Messages to many people keep Slack's limits, and take the time that these allow, not more."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bench.reminders import approve_nudges, measured, remind_of_training
from tests.support.app import RunningApp

PEOPLE, PER_MINUTE = 400, 300


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("start", [approve_nudges, remind_of_training])
def test_everybody_is_told_once_at_the_pace_that_slack_allows(start: Callable[[RunningApp], None]):
    taken = measured(start, PEOPLE, PER_MINUTE)
    assert (taken.sent, taken.twice, taken.limited) == (PEOPLE, 0, 0)
    assert taken.busiest_minute <= PER_MINUTE
    # Of a busy machine a tenth, and one window.
    assert taken.seconds <= taken.allowed * 1.1 + 10
