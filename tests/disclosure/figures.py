"""What a figure stands for, from the text that people read: `about 20 % (8–41 %)`, `about 35`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from adoption.privacy.disclosure import _PARTS, ROUNDED_TO, ShownShare

SHARE = r"(?:(?:[Aa]bout |[Uu]nder |[Oo]ver )?\d+[ \u00a0]%)(?: \(\d+–\d+ %\))?"
_PARTED = re.compile(r"(?:(about|under|over) )?(\d+) %(?: \((\d+)–(\d+) %\))?")
# The most people or events that a company of a test has, and some more.
_MOST = 1_000


@dataclass(frozen=True)
class Figure:
    """A share as somebody can read it, or a size.

    Attributes:
        value: 0 to 1, a multiple of one in `parts`.
        least, most: how large the group may be, rounded up or down to a multiple of 5.
    """

    value: float
    parts: int
    least: int = 0
    most: int = _MOST

    @property
    def share(self) -> tuple[float, float]:
        """Between which ends the true share is."""
        step = 1 / self.parts
        return self.value - step, self.value + step

    @property
    def size(self) -> tuple[int, int]:
        """Between which ends the true size is, both included."""
        off = ROUNDED_TO - 1
        return self.least - off, self.most + off


def size(count: int) -> Figure:
    """A size alone: everybody is in it."""
    return Figure(1.0, 1, count, count)


def of_share(share: ShownShare) -> Figure | None:
    """A share whose step and size are shown as well."""
    if share.value is None:
        return None
    return Figure(share.value, round(1 / share.step), share.size, share.size)


@lru_cache(maxsize=10_000)
def figures_in(text: str, people: int | None = None) -> tuple[Figure, ...]:
    """What a share may stand for, the finest step first; nothing for `–`.

    Args:
        people: the size of its group, where it stands beside it.
    """
    text = text.replace("\u00a0", " ").strip()
    if text in ("–", "", "not enough data"):
        return ()
    found = _PARTED.fullmatch(text[0].lower() + text[1:])
    assert found, f"no share: {text}"
    word, number, low, high = found.groups()
    made = []
    for parts, value in _values(word, int(number)):
        sizes = range(0, _MOST, ROUNDED_TO) if people is None else [people]
        if low is not None:
            ends = int(low), int(high)
            sizes = [n for n in sizes if n and _ends(value, parts, n) == ends]
        if sizes:
            made.append(Figure(value, parts, min(sizes), max(sizes)))
    assert made, f"no share is shown as {text}"
    return tuple(made)


@lru_cache(maxsize=100_000)
def _ends(value: float, parts: int, size: int) -> tuple[int, int]:
    low, high = ShownShare(value, 1 / parts, size).interval or (0.0, 0.0)
    return int(f"{low * 100:.0f}"), int(f"{high * 100:.0f}")


def _values(word: str | None, number: int) -> Iterator[tuple[int, float]]:
    """Steps and values that read as a word and a number."""
    for parts in _PARTS:
        step = math.ceil(100 / parts)
        if word is None and parts >= 50:
            yield from ((parts, n / parts) for n in _near(parts, number))
        elif word == "under" and parts < 50 and step == number:
            yield parts, 0.0
        elif word == "over" and parts < 50 and 100 - step == number:
            yield parts, 1.0
        elif word == "about" and parts < 50:
            inner = (n for n in _near(parts, number) if 0 < n < parts)
            yield from ((parts, n / parts) for n in inner)


def _near(parts: int, number: int) -> Iterator[int]:
    return (n for n in range(parts + 1) if f"{n / parts * 100:.0f}" == str(number))
