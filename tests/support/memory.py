"""Where the files of tests are written: in memory, where nothing waits for a disk."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")
# A whole run leaves 2 GB at most, and its processes want as much again.
_LEAST = 4 << 30


def write_in_memory() -> None:
    """Has this process and its children make temporary files in memory, where there is enough.

    A folder that `TMPDIR` names is left as it is.
    """
    if "TMPDIR" not in os.environ and _has_room():
        os.environ["TMPDIR"] = str(_MEMORY)
        tempfile.tempdir = None


def _has_room() -> bool:
    if not os.access(_MEMORY, os.W_OK | os.X_OK) or os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC:
        return False
    return min(shutil.disk_usage(_MEMORY).free, _available()) >= _LEAST


def _available() -> int:
    """The bytes that programs can have, as Linux estimates them; 0 where it does not say."""
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    except FileNotFoundError:
        return 0
    sizes = dict(line.split(":") for line in lines)
    return int(sizes.get("MemAvailable", "0 kB").split()[0]) << 10
