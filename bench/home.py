"""Times an admin's Home beside the reading of its figures: `python -m bench.home FOLDER`.

The record is that of a company of 2,000 people after a year; it is made in the folder where none
is there, which takes minutes. Both times are taken in turn in one run, so that whatever else the
machine does meanwhile slows both; the middle of the ratios is what counts.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from datetime import time as clock_time
from pathlib import Path
from statistics import median

from adoption.record import Record
from adoption.reports.home import admin_home
from adoption.reports.weeks import Week
from bench.machine import described
from bot.app import build
from bot.cli.guides.ingest import ensure_indexed
from bot.container import Container
from bot.features.home.blocks import home_view
from bot.features.home.drawing import view_of
from bot.local.example_company.company import Company
from bot.local.example_company.filling import fill
from bot.settings import read_settings

_PEOPLE, _WEEKS, _LAST, _ROUNDS = 2_000, 52, Week(2026, 46), 15
_LIMIT = 1.5


def measured(container: Container) -> list[tuple[float, float]]:
    """Seconds of reading the figures and of the whole Home, round by round."""
    embed = container.index.encoder.encode_kept

    def figures() -> None:
        settings = container.settings
        admin_home(container.record, container.now(), settings.zone, container.minimum, embed)

    def home() -> None:
        home_view(view_of(container, "T1:U1", is_admin=True)).to_dict()

    # The first opening of Home after a start loads the model and the statistics of the guides.
    figures()
    home()
    return [(_seconds(figures), _seconds(home)) for _ in range(_ROUNDS)]


def _seconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main(folder: str) -> None:
    """Prints both times and their ratio; exit code 1 where it is over the limit."""
    settings = read_settings(data_dir=Path(folder))
    if not (Path(folder) / "record.sqlite").exists():
        record = Record.open(settings.record_url)
        fill(record, Company(_PEOPLE, _WEEKS, _LAST, seed=1))
        record.close()
    monday = datetime.combine(_LAST.next.monday, clock_time(9), UTC)
    container = build(settings, clock=monday.timestamp)
    ensure_indexed(container)
    pairs = measured(container)
    ratio = median(home / figures for figures, home in pairs)
    figures, home = (median(column) for column in zip(*pairs, strict=True))
    print(f"{_PEOPLE:,} people, {_WEEKS} weeks; {described()}")
    print(f"figures {figures * 1000:.0f} ms, Home {home * 1000:.0f} ms, ratio {ratio:.2f}")
    sys.stdout.flush()
    # PyTorch does not outlive the interpreter while it is loaded.
    os._exit(int(ratio > _LIMIT))


if __name__ == "__main__":
    main(sys.argv[1])
