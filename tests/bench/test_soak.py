from __future__ import annotations

from pathlib import Path

import pytest

from bench.soak import Outcome, parse, soak


def outcome(**more: object) -> Outcome:
    values: dict[str, object] = {
        "seed": 1,
        "questions": 2,
        "killed": 0,
        "unanswered": 0,
        "doubled": 0,
        "unrecorded": 0,
        "strangers": 0,
        "seconds": 1.0,
        "per_second": 2.0,
        "acknowledged_p50": 0.1,
        "acknowledged_p99": 0.1,
        "answered_p50": 0.1,
        "answered_p99": 0.1,
        "busiest": (1, 1),
        "memory": [],
        "disordered": 0,
    }
    return Outcome(**(values | more))


@pytest.mark.parametrize("fault", ["unanswered", "doubled", "unrecorded", "strangers"])
def test_one_question_gone_wrong_is_a_failure(fault: str):
    assert outcome().clean
    assert not outcome(**{fault: 1}).clean


@pytest.mark.parametrize(
    "line",
    [
        "sqlite --questions 12 --kills 2 --restart",
        "sqlite --questions 30 --waiting 12 --minutes 0.1 --faulty",
        "postgresql --workers 2 --questions 16 --kills 2 --database-kills 1 --restart",
    ],
)
def test_killed_at_random_it_loses_and_doubles_nothing(line: str, tmp_path: Path):
    plan = parse([*line.split(), "--patience", "150"])
    came = soak(plan, tmp_path)
    # The seed, to have the same moments again.
    print(plan, came)
    assert came.clean
    assert came.killed == plan.kills
    assert came.busiest[1] <= 11


def test_in_a_burst_everyone_is_heard_and_answered_at_slacks_pace(tmp_path: Path):
    came = soak(parse("sqlite --questions 40 --channels 20 --burst".split()), tmp_path)
    assert came.clean
    assert came.busiest[1] <= 11
