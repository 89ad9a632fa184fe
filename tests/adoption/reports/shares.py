"""Compares shown shares, which are rounded at random, with true ones."""

from __future__ import annotations

from adoption.privacy.disclosure import ShownShare


def is_near(shown: ShownShare, part: int, whole: int) -> bool:
    """Whether a shown share may stand for so many of so many."""
    if shown.value is None:
        return False
    return abs(shown.value - part / whole) < shown.step + 1e-9 and abs(shown.size - whole) < 5
