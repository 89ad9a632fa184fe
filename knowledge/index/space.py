"""Whether a disk has room to write; without it, SQLite and Chroma say only that they fail."""

from __future__ import annotations

from pathlib import Path
from shutil import disk_usage

# With less space than this, in bytes, SQLite cannot open a file that it may have to write to.
_LEAST_SPACE = 1_000_000
# What writing takes at most: Chroma's logs and journals, and for each passage its vectors, its text
# and their indexes. Where the disk runs full within a write, Chroma may never come back from it.
_TO_WRITE, _TO_WRITE_EACH = 5_000_000, 60_000


def is_full(folder: Path) -> bool:
    """Whether the disk of a folder has no room left; False if the folder does not exist."""
    return folder.is_dir() and disk_usage(folder).free < _LEAST_SPACE


def no_space(folder: Path) -> str:
    """What is wrong with a full disk, and what to do: nobody is to delete an index for it."""
    return f"No space left on the disk of the index ({folder}). Free some space."


def too_little_space(folder: Path, passages: int) -> str | None:
    """What is wrong where so many passages do not fit on a folder's disk; None where they do."""
    needed = _TO_WRITE + passages * _TO_WRITE_EACH
    if disk_usage(folder).free >= needed:
        return None
    return (
        f"No space left on the disk of the index ({folder}) for {passages} passages. "
        f"Free some: {-(-needed // 1_000_000)} MB are enough."
    )
