"""Compares shown shares, which are rounded at random, with true ones."""

from __future__ import annotations

from adoption.privacy.disclosure import HIDDEN, ShownShare


def is_near(shown: ShownShare, part: int, whole: int) -> bool:
    """Whether a shown share may stand for so many of so many."""
    if shown.value is None:
        return False
    return abs(shown.value - part / whole) < shown.step + 1e-9 and abs(shown.size - whole) < 5


def exact(part: int, whole: int) -> ShownShare:
    """A share in hundredths, as figures of many people are shown."""
    return ShownShare(round(part / whole, 2), 0.01, whole) if whole else HIDDEN
