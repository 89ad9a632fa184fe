from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adoption.measures import Z_95, Share, wilson

COUNTS = st.integers(1, 10_000).flatmap(
    lambda whole: st.tuples(st.integers(0, whole), st.just(whole))
)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    # From Newcombe, “Two-sided confidence intervals for the single proportion” (1998), table I.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_agrees_with_the_published_examples(part, whole, low, high):
    assert wilson(part, whole) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@given(COUNTS)
def test_the_interval_holds_the_share_and_solves_wilsons_equation(counts):
    part, whole = counts
    low, high = wilson(part, whole)
    share = part / whole
    assert 0 <= low <= share <= high <= 1
    for end in (low, high):
        if 0 < end < 1:
            distance = abs(share - end)
            assert distance == pytest.approx(Z_95 * math.sqrt(end * (1 - end) / whole), abs=1e-9)


@given(COUNTS, st.integers(2, 50))
def test_more_cases_make_the_interval_narrower(counts, times):
    part, whole = counts
    low, high = wilson(part, whole)
    narrow_low, narrow_high = wilson(part * times, whole * times)
    assert narrow_high - narrow_low < high - low


@pytest.mark.parametrize(("part", "whole"), [(-1, 3), (4, 3), (1, 0)])
def test_what_is_no_share_is_refused(part, whole):
    with pytest.raises(ValueError, match="share"):
        Share(part, whole)
