"""Differences of shares with their intervals."""

from __future__ import annotations

import math

Interval = tuple[float, float]


def newcombe(
    first: float, first_interval: Interval, second: float, second_interval: Interval
) -> Interval:
    """The interval of `first - second`, -1 to 1, of two shares of different people.

    With the shares' Wilson intervals of 95 % it is one of 95 %; with wider ones it is wider.

    Source: R. G. Newcombe, “Interval estimation for the difference between independent
    proportions”, Statistics in Medicine 17 (1998), 873-890, method 10:
    d - √((p₁ - l₁)² + (u₂ - p₂)²) to d + √((u₁ - p₁)² + (p₂ - l₂)²), where d = p₁ - p₂ and
    l and u are the ends of the shares' intervals.

    Raises:
        ValueError: a share lies outside its interval.
    """
    (low, high), (other_low, other_high) = first_interval, second_interval
    if not (low <= first <= high and other_low <= second <= other_high):
        raise ValueError("a share has to lie in its interval")
    difference = first - second
    below = math.hypot(first - low, other_high - second)
    above = math.hypot(high - first, second - other_low)
    return difference - below, difference + above
