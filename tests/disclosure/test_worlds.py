"""The search for other companies, on a machine that does much else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import LinearConstraint, OptimizeResult, milp

from tests.disclosure import worlds


@pytest.mark.parametrize(("seconds", "limits", "found"), [(2.0, [2, 4, 8], 3), (0.0, [0], None)])
def test_time_in_which_the_processor_did_something_else_counts_for_nothing(
    seconds: float, limits: list[float], found: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[float] = []

    def busy(*args: Any, options: dict[str, float], **more: Any) -> OptimizeResult:
        given.append(options["time_limit"])
        if len(given) < 3:
            return OptimizeResult(status=1, x=None)
        return milp(*args, options=options, **more)

    monkeypatch.setattr(worlds, "milp", busy)
    three = LinearConstraint([[1.0]], 3, 3)
    solution = worlds._solution(np.ones(1), [three], np.ones(1), seconds)
    assert given == limits
    assert (None if solution is None else solution[0]) == found
