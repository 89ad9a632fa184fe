"""Starts the real app as an older version, whose jobs had other steps; may be killed as well."""

from __future__ import annotations

import runpy
from pathlib import Path

from bot.jobs.runtime import JobRuntime

JobRuntime.version = "uptake-0"  # type: ignore[method-assign,assignment]
runpy.run_path(str(Path(__file__).parent / "killable.py"), run_name="__main__")
