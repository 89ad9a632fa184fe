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
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from statistics import median

from adoption.record import Record
from adoption.reports.home import admin_home
from adoption.reports.programme.nudges import effects_of
from adoption.reports.programme.part import Span
from adoption.reports.programme.pulse import pulse_part
from adoption.reports.rollout.figures import wave_statuses
from adoption.reports.weeks import Week
from adoption.usage.queries import UseReader
from bench.machine import described
from bot.app import build, in_workspace
from bot.cli.guides.ingest import ensure_indexed
from bot.container import Container
from bot.features.home.blocks import home_view
from bot.features.home.drawing import view_of
from bot.local.example_company.company import Company
from bot.local.example_company.filling import fill
from bot.settings import read_settings
from slack_emulator import LocalWorkspace

_PEOPLE, _WEEKS, _LAST, _ROUNDS = 2_000, 52, Week(2026, 46), 15
_LIMIT = 1.5


def measured(container: Container, admin: str) -> list[tuple[float, float]]:
    """Seconds of reading the figures and of the whole Home, round by round."""
    embed = container.index.encoder.encode_kept

    def figures() -> None:
        settings = container.settings
        use, now, zone, minimum = (
            UseReader(container.engine),
            container.now(),
            settings.zone,
            container.minimum,
        )
        admin_home(container.record, use, now, zone, minimum, embed)
        yesterday = now.date() - timedelta(days=1)
        wave_statuses(use, now.date(), zone, minimum)
        pulse_part(use, Span(now.date(), now.date(), zone), minimum)
        effects_of(container.engine, Span(yesterday, now.date(), zone), minimum)

    def home() -> None:
        home_view(view_of(container, admin, is_admin=True)).to_dict()

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
    with LocalWorkspace() as slack:
        _compared(folder, slack)


def _compared(folder: str, slack: LocalWorkspace) -> None:
    settings = read_settings(
        data_dir=Path(folder), slack_api_url=slack.api_url, SLACK_BOT_TOKEN=slack.bot_token
    )
    if not (Path(folder) / "record.sqlite").exists():
        record = Record.open(settings.record_url)
        fill(record, Company(_PEOPLE, _WEEKS, _LAST, seed=1))
        record.close()
    monday = datetime.combine(_LAST.next.monday, clock_time(9), UTC)
    container = in_workspace(build(settings, clock=monday.timestamp), settings)
    ensure_indexed(container)
    pairs = measured(container, f"{slack.team_id}:{slack.user('admin').id}")
    ratio = median(home / figures for figures, home in pairs)
    figures, home = (median(column) for column in zip(*pairs, strict=True))
    print(f"{_PEOPLE:,} people, {_WEEKS} weeks; {described()}")
    print(f"figures {figures * 1000:.0f} ms, Home {home * 1000:.0f} ms, ratio {ratio:.2f}")
    sys.stdout.flush()
    # PyTorch does not outlive the interpreter while it is loaded.
    os._exit(int(ratio > _LIMIT))


if __name__ == "__main__":
    main(sys.argv[1])
