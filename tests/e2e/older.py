"""Starts the real app as an older version, whose jobs had other steps; may be killed as well."""

from __future__ import annotations

import runpy
from pathlib import Path

import bot.answering.jobs

bot.answering.jobs.JOBS_VERSION = "uptake-0"
runpy.run_path(str(Path(__file__).parent / "killable.py"), run_name="__main__")
