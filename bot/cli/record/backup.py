"""`uptake backup`, `restore`, `move-record` and `forget`: what happens to the data."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import SettingsWrong, WorkUnfinished
from bot.local.plain_text import say

if TYPE_CHECKING:
    from bot.settings import Settings

_AGE = re.compile(r"([1-9]\d{0,4})d")
_OPEN = ["ENQUEUED", "PENDING", "DELAYED"]


def backup(
    file: Annotated[Path, typer.Argument(help="Where to write it, for example uptake.tar.gz.")],
) -> None:
    """Write the record, the jobs and the index into one file, while the bot may run."""
    from bot.maintenance.backup import backup as write

    settings = _settings()
    manifest = write(settings, file)
    size = file.stat().st_size / 1_000_000
    say(f"{file}: {len(manifest.files)} files, {size:.1f} MB, made {manifest.made_at}")
    if settings.chroma_url is not None:
        say("The Chroma server keeps its own data; `uptake ingest` fills an empty one again.")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `uptake backup` wrote.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace the data that is there.")
    ] = False,
) -> None:
    """Put a backup back, after checking all of it. Stop the bot first."""
    from bot.maintenance.backup import restore as read

    settings = _settings()
    manifest = read(settings, file, replace)
    say(f"{len(manifest.files)} files of {manifest.made_at} are in {settings.data_dir}")
    say(
        "Guides are quoted as they were then. Before you start the bot, run `uptake ingest` and "
        "`uptake sources sync`, so that what was restricted since is restricted."
    )


def move_record(
    to: Annotated[str, typer.Option(help="Address, like postgresql+psycopg://user@host/name.")],
) -> None:
    """Copy the record to an empty database, all or nothing. Stop the bot first."""
    from adoption.db.engine import open_database
    from adoption.transfer import copy_record
    from bot.cli.console import progress_bar
    from bot.data_folder import alone

    settings = _settings()
    with alone(settings.data_dir.absolute() / "bot.lock"):
        _check_nothing_open(settings)
        source, target = open_database(settings.record_url), open_database(to)
        try:
            with progress_bar("Copying") as progress:
                counts = copy_record(source, target, progress=progress)
        finally:
            source.dispose()
            target.dispose()
    for name, count in counts.items():
        say(f"{count:>9}  {name}")
    say("Everything arrived. Set UPTAKE_DATABASE_URL to the new address and start the bot.")


def forget(
    older_than: Annotated[str, typer.Option(help="Age in days, like 400d.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only count what would be deleted.")
    ] = False,
) -> None:
    """Delete questions older than an age, with everything that belongs to them."""
    from adoption.record import Record
    from bot.maintenance.retention import forget as remove

    settings = _settings()
    before = datetime.now(UTC) - _age(older_than)
    record = Record.open(settings.record_url)
    try:
        gone = remove(record, settings.jobs_url, before, dry_run=dry_run)
    finally:
        record.close()
    verb = "would go" if dry_run else "are gone"
    say(f"From before {before:%Y-%m-%d}, these {verb}:")
    for name, count in gone.items():
        say(f"{count:>9}  {name}")


def _settings() -> Settings:
    from bot.cli.console import quiet
    from bot.data_folder import make_data_dir
    from bot.settings import read_settings

    settings = read_settings()
    quiet(settings.log_level)
    make_data_dir(settings)
    return settings


def _age(text: str) -> timedelta:
    matched = _AGE.fullmatch(text.strip())
    if matched is None:
        raise SettingsWrong(f"“{text}” is not an age. Write it in days, like 400d.")
    return timedelta(days=int(matched[1]))


def _check_nothing_open(settings: Settings) -> None:
    from bot.jobs.store import Ledger

    with Ledger.open(settings.jobs_url) as ledger:
        open = ledger.count(_OPEN)
    if open:
        raise WorkUnfinished(
            f"{open} question{'s are' if open > 1 else ' is'} still being answered. "
            "Start the bot, let it finish, and stop it; "
            "then try again."
        )
