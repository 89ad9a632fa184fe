"""Gives memory back to the system that the C library keeps after it was freed."""

from __future__ import annotations

import ctypes
from contextlib import suppress


def release_free_memory() -> None:
    """Gives free memory back now; does nothing where the C library has no `malloc_trim` (glibc)."""
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
