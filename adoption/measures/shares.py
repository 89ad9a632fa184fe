"""Shares with their intervals."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache

# The 97.5 % point of the standard normal distribution, for a two-sided 95 % interval.
Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Share:
    """A part of a whole with its 95 % Wilson interval.

    Attributes:
        part: how many have the property, 0 to `whole`.
        whole: how many there are.
        key, whole_key: the same for the same people in part and whole (in the whole), and others
            for any others; None where no people are behind it.
    """

    part: int
    whole: int
    key: int | None = field(default=None, compare=False)
    whole_key: int | None = field(default=None, compare=False)

    @classmethod
    def of(cls, part: Collection[str], whole: Collection[str]) -> Share:
        """The share of some people, by pseudonym, in all of them."""
        key, whole_key = _key_of(part), _key_of(whole)
        return cls(len(part), len(whole), (key + 2 * whole_key) % 2**128, whole_key)

    @classmethod
    def of_events(cls, part: int, whole: int, people: Collection[str]) -> Share:
        """The share of some events in all of them, which these people (pseudonyms) caused.

        Without people, as where a tool reports teams only, nobody is behind its keys.
        """
        if not people:
            return cls(part, whole)
        key = _key_of(people)
        of_part, of_whole = _key(f"{part} of {whole}"), _key(f"{whole}")
        return cls(part, whole, (key + of_part) % 2**128, (key + of_whole) % 2**128)

    @classmethod
    def together(cls, shares: Collection[Share]) -> Share:
        """The share of several groups without a person in common, as `of` makes them."""
        key, whole_key = (
            sum(each or 0 for each in keys) % 2**128
            for keys in ([s.key for s in shares], [s.whole_key for s in shares])
        )
        return cls(sum(s.part for s in shares), sum(s.whole for s in shares), key, whole_key)

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


def wilson(part: float, whole: float, z: float = Z_95) -> tuple[float, float]:
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


def _key_of(people: Collection[str]) -> int:
    return _key_of_set(people) if isinstance(people, frozenset) else _sum_of_keys(people)


# The same eligible people are the whole of many shares.
@lru_cache(maxsize=64)
def _key_of_set(people: frozenset[str]) -> int:
    return _sum_of_keys(people)


def _sum_of_keys(people: Collection[str]) -> int:
    return sum(map(_key, people)) % 2**128


@lru_cache(maxsize=100_000)
def _key(person: str) -> int:
    return int.from_bytes(hashlib.blake2b(person.encode(), digest_size=14).digest())
