"""`uptake ingest`: brings the index up to date with files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.local.plain_text import shown, shown_lines

if TYPE_CHECKING:
    from rich.console import Console

    from bot.container import Container
    from bot.settings import Settings
    from ingest.sync.report import Problem, Report
    from knowledge.index.index import Index

_MOST_ROWS = 50


def ingest(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Folders or files; without any, what UPTAKE_CONTENT names."),
    ] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Read unchanged files again as well.")
    ] = False,
) -> None:
    """Index guides: Markdown, text, HTML, PDF, Office, RST, RTF, ODT, CSV and captions."""
    from bot.app import open_index
    from bot.cli.console import quiet
    from bot.data_folder import make_data_dir
    from bot.settings import read_settings
    from knowledge.encoding.encoder import Encoder

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
    from bot.cli.console import progress_bar
    from bot.guides.decisions import stored_decisions
    from bot.guides.index_lock import index_lock
    from bot.guides.sync import file_sync

    with index_lock(settings), progress_bar("Indexing") as progress:
        return file_sync(settings, index, stored_decisions(settings), progress).run(paths, rebuild)


def ensure_indexed(container: Container) -> None:
    """Indexes the configured content where nothing is, or what is there is outdated.

    Raises:
        IndexUnavailable: what is indexed is damaged.
    """
    from knowledge.errors import IndexEmpty

    live = container.index.live()
    if live is None or live.passages == 0 or container.index.outdated():
        sync_with_bar(container.settings, container.index, container.settings.all_content)
    with suppress(IndexEmpty):
        container.index.snapshot()


def _show(report: Report) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    table.add_column("files", justify="right")
    for name in ("added", "updated", "unchanged", "removed", "failed"):
        table.add_row(name, str(len(getattr(report, name))))
    console.print(table)
    _problems(console, "Not indexed", report.failed)
    _problems(console, "Indexed, with a remark", report.remarks)
    if report.passed_over:
        console.print(shown_lines(f"\n{passed_over(report.passed_over)}"), markup=False)
    console.print(f"\n{report.passages} passages, index version {report.version}")


def passed_over(kinds: Counter[str]) -> str:
    """What documents of kinds that cannot be read there are, and what to save each kind as."""
    from ingest.sync.walk import SAVE_AS

    count = kinds.total()
    files = "1 document was" if count == 1 else f"{count} documents were"
    lines = [f"{n} {suffix}: save as {SAVE_AS[suffix]}" for suffix, n in kinds.most_common()]
    return "\n  ".join([f"{files} passed over, as Uptake can't read:", *lines])


def _problems(console: Console, title: str, problems: Sequence[Problem]) -> None:
    from rich.table import Table
    from rich.text import Text

    if not problems:
        return
    table = Table(title=f"\n{title}", title_justify="left", box=None, pad_edge=False)
    table.add_column("file", overflow="fold")
    table.add_column("why", overflow="fold")
    for problem in problems[:_MOST_ROWS]:
        table.add_row(Text(shown(problem.source)), Text(shown(problem.says)))
    console.print(table)
    if len(problems) > _MOST_ROWS:
        console.print(f"and {len(problems) - _MOST_ROWS} more")
