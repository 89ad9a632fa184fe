"""Shares with their intervals, and when two of them differ."""

from __future__ import annotations

import math
from dataclasses import dataclass

# The 97.5 % point of the standard normal distribution, for a two-sided 95 % interval.
Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Share:
    """A part of a whole with its 95 % Wilson interval.

    Attributes:
        part: how many have the property, 0 to `whole`.
        whole: how many there are.
    """

    part: int
    whole: int

    def __post_init__(self) -> None:
        if not 0 <= self.part <= self.whole:
            raise ValueError(f"{self.part} of {self.whole} is no share")

    @property
    def value(self) -> float | None:
        """The share, 0 to 1; None where there is nothing to share out."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Lower and upper end of the interval, 0 to 1; None where the whole is empty."""
        return wilson(self.part, self.whole) if self.whole else None

    def differs_from(self, other: Share) -> bool:
        """Whether the two intervals are apart, which is what we call a change."""
        mine, theirs = self.interval, other.interval
        if mine is None or theirs is None:
            return False
        return mine[0] > theirs[1] or theirs[0] > mine[1]


def wilson(part: int, whole: int, z: float = Z_95) -> tuple[float, float]:
    """The Wilson score interval of a share, lower and upper end, 0 to 1.

    Source: E. B. Wilson, “Probable inference, the law of succession, and statistical
    inference”, Journal of the American Statistical Association 22 (1927), 209-212:
    (p + z²/2n ± z·√(p(1-p)/n + z²/4n²)) / (1 + z²/n).

    Raises:
        ValueError: `whole` is not positive, or `part` lies outside 0 to `whole`.
    """
    if whole <= 0 or not 0 <= part <= whole:
        raise ValueError(f"{part} of {whole} has no interval")
    p, z2 = part / whole, z * z
    centre = p + z2 / (2 * whole)
    spread = z * math.sqrt(p * (1 - p) / whole + z2 / (4 * whole * whole))
    scale = 1 + z2 / whole
    # Rounding may pass the ends of the scale, or the share itself, by one unit in the last place.
    low = 0.0 if part == 0 else min(max(0.0, (centre - spread) / scale), p)
    high = 1.0 if part == whole else max(min(1.0, (centre + spread) / scale), p)
    return low, high


def changed(before: Share, after: Share) -> int:
    """Whether a share rose (1), fell (-1) or did not change as far as one can tell (0).

    A change is one only where the two 95 % intervals are apart, which is stricter than a test
    of the difference at 5 %: N. Schenker and J. F. Gentleman, “On judging the significance of
    differences by examining the overlap between confidence intervals”, The American
    Statistician 55 (2001), 182-186.
    """
    if not after.differs_from(before) or before.value is None or after.value is None:
        return 0
    return 1 if after.value > before.value else -1
