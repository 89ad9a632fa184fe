from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adoption.measures.differences import newcombe
from adoption.measures.shares import wilson


def interval(part: int, whole: int, other: int, all_others: int) -> tuple[float, float]:
    return newcombe(
        part / whole, wilson(part, whole), other / all_others, wilson(other, all_others)
    )


@pytest.mark.parametrize(
    ("counts", "ends"),
    [
        # The examples of Newcombe's table II, method 10.
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((6, 7, 2, 7), (0.0582, 0.8062)),
        ((5, 56, 0, 29), (-0.0381, 0.1926)),
        ((0, 10, 0, 20), (-0.1611, 0.2775)),
        ((10, 10, 0, 10), (0.6075, 1.0000)),
    ],
)
def test_the_interval_is_the_published_one(counts, ends):
    assert interval(*counts) == pytest.approx(ends, abs=0.0001)


@given(st.integers(1, 500), st.integers(1, 500), st.data())
def test_the_interval_holds_the_difference_and_turns_with_it(whole, all_others, data):
    part, other = data.draw(st.integers(0, whole)), data.draw(st.integers(0, all_others))
    low, high = interval(part, whole, other, all_others)
    assert -1 - 1e-9 <= low <= part / whole - other / all_others <= high <= 1 + 1e-9
    turned = interval(other, all_others, part, whole)
    assert turned == pytest.approx((-high, -low))


def test_a_share_outside_its_interval_is_refused():
    with pytest.raises(ValueError, match="in its interval"):
        newcombe(0.5, (0.6, 0.7), 0.5, (0.4, 0.6))
