"""How soon somebody who runs Uptake can use it: `python -m bench.start [TIMES]`.

Starts `uptake run` in a fresh folder, then again in the same one as often as asked for. Prints the
seconds from the start of the process to its word that it is ready, from there to the first answer
in the browser, and how long the record of the example company takes to make.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bench.machine import described
from bot.local.example import example_settings, make_example
from bot.settings import read_settings
from tests.e2e.trial import tried_out
from tests.support.app import BUDGET
from tests.support.browser import Window, open_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_PATIENCE_MS = 180_000


@dataclass(frozen=True)
class Started:
    """Seconds from the start to ready, and from the question to its answer in the browser."""

    ready: float
    answer: float


def started(browser: Browser, data_dir: Path) -> Started:
    """Starts Uptake in a folder, asks as soon as it is ready, and stops it."""
    began = time.perf_counter()
    with tried_out(data_dir, example=True) as address:
        ready = time.perf_counter()
        window = Window(browser, address)
        window.page.set_default_timeout(_PATIENCE_MS)
        box = window.page.locator("#composer textarea")
        box.fill(BUDGET)
        asked = time.perf_counter()
        box.press("Enter")
        window.page.get_by_text("15–20").first.wait_for()
        answered = time.perf_counter()
        window.close()
    return Started(ready - began, answered - asked)


def example(folder: Path) -> tuple[float, float]:
    """Seconds, and those of the processor, that the record of the example company takes."""
    settings = example_settings(read_settings(_env_file=None, data_dir=folder))
    began, worked = time.perf_counter(), time.process_time()
    make_example(settings, (), datetime.now(UTC))
    return time.perf_counter() - began, time.process_time() - worked


def main(times: str = "2") -> None:
    """Prints a line for each start."""
    print(described())
    with tempfile.TemporaryDirectory(prefix="uptake-") as place, open_browser() as browser:
        took, worked = example(Path(place) / "apart")
        print(f"example company: {took:.1f} s, {worked:.1f} s of the processor", flush=True)
        for number in range(int(times) + 1):
            found = started(browser, Path(place) / "data")
            print(f"start {number + 1}: ready {found.ready:.1f} s, answer {found.answer:.1f} s")


if __name__ == "__main__":
    main(*sys.argv[1:])
