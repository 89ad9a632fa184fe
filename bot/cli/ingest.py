"""`uptake ingest`: brings the index up to date with files."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.app import House
    from bot.settings import Settings
    from ingest.sync.sync import Report
    from knowledge.index.index import Index

_MOST_ROWS = 50


def ingest(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Folders or files; without any, what UPTAKE_CONTENT names."),
    ] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Read unchanged files anew as well.")
    ] = False,
) -> None:
    """Index guides: Markdown, text, HTML, PDF, DOCX, PPTX, XLSX, CSV and WebVTT captions."""
    from bot.app import make_data_dir, open_index
    from bot.cli.console import quiet
    from bot.settings import read_settings
    from knowledge.index.encoder import Encoder

    settings = read_settings()
    quiet(settings.log_level)
    make_data_dir(settings)
    index = open_index(settings, Encoder(settings.embedding_model))
    report = sync_with_bar(settings, index, paths or settings.all_content, rebuild)
    _show(report)
    if report.failed:
        raise typer.Exit(1)


def sync_with_bar(
    settings: Settings, index: Index, paths: list[Path], rebuild: bool = False
) -> Report:
    """Runs a sync under a progress bar."""
    from bot.app import syncer
    from bot.cli.console import progress_bar
    from bot.features.guides.decisions import rulings_kept
    from bot.features.sources.index_lock import indexing_turn

    with indexing_turn(settings), progress_bar("Indexing") as progress:
        return syncer(settings, index, rulings_kept(settings), progress).run(paths, rebuild)


def ensure_indexed(house: House) -> None:
    """Indexes the configured content where nothing is, or what is there is outdated.

    Raises:
        IndexUnavailable: what is indexed is damaged.
    """
    from knowledge.errors import IndexEmpty

    live = house.index.live()
    if live is None or live.passages == 0 or house.index.outdated():
        sync_with_bar(house.settings, house.index, house.settings.all_content)
    with suppress(IndexEmpty):
        house.index.snapshot()


def _show(report: Report) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    table.add_column("files", justify="right")
    for name in ("added", "updated", "unchanged", "removed", "failed"):
        table.add_row(name, str(len(getattr(report, name))))
    console.print(table)
    if report.failed:
        console.print()
        failures = Table(title="Not indexed", title_justify="left", box=None, pad_edge=False)
        failures.add_column("file", overflow="fold")
        failures.add_column("why", overflow="fold")
        for problem in report.failed[:_MOST_ROWS]:
            failures.add_row(Text(problem.source), Text(problem.reason))
        console.print(failures)
        if len(report.failed) > _MOST_ROWS:
            console.print(f"and {len(report.failed) - _MOST_ROWS} more")
    console.print(f"\n{report.passages} passages, index version {report.version}")
