"""The wall clock of one process, set while it runs."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

_SOURCE = Path(__file__).with_suffix(".c")


@dataclass(frozen=True)
class Clock:
    """A clock that a process goes by.

    Attributes:
        settings: what has a process go by it.
    """

    settings: Mapping[str, str]
    _file: Path

    def shift(self, seconds: int) -> None:
        """Sets it so many seconds ahead of the machine's, or behind."""
        new = self._file.with_suffix(".new")
        new.write_text(str(seconds), "ascii")
        new.replace(self._file)


def clock(folder: Path) -> Clock:
    """A clock in a folder; skips where no C compiler is, which makes it."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("the clock of one process is set by a library, which a C compiler makes")
    library, file = folder / "clock.so", folder / "clock-shift"
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(_SOURCE)]
    subprocess.run(command, check=True, capture_output=True)
    made = Clock({"LD_PRELOAD": str(library), "CLOCK_SHIFT": str(file)}, file)
    made.shift(0)
    return made
