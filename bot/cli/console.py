"""What all commands of the terminal share: logging, progress, plain output."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.local.plain_text import PlainFormatter, shown

if TYPE_CHECKING:
    from ingest.sync.sync import Progress


def quiet(level: str, format: str = "text") -> None:
    """Logs at `level` to standard error; libraries log errors only.

    Args:
        format: `text`, or `json` for one object a line.
    """
    logging.basicConfig(level=level, force=True)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(PlainFormatter("%(levelname)s %(name)s: %(message)s"))
        handler.addFilter(in_one_line)
    if format == "json":
        from bot.observability.logs import JsonFormatter

        for handler in logging.getLogger().handlers:
            handler.setFormatter(JsonFormatter())
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.getLevelName(level), logging.ERROR))


def in_one_line(record: logging.LogRecord) -> bool:
    """Lets every record through; says in one line that Slack's client cannot read what came."""
    if record.exc_info and record.exc_info[0] and str(record.msg).startswith(_UNREAD):
        record.msg = "What came from Slack cannot be read: %s"
        record.args = (record.exc_info[0].__name__,)
        record.exc_info = None
    return True


# As slack_sdk's `socket_mode/client.py` says it.
_UNREAD = ("Failed to process a message", "Failed to run message listeners")
_CHATTY = (
    "bm25s",
    "chromadb",
    "dbos",
    "httpx",
    "pdfminer",
    "sentence_transformers",
    "slack_bolt",
    "transformers",
)


@contextmanager
def progress_bar(title: str) -> Iterator[Progress]:
    """A progress bar on standard error; a call moves it to (done, whole, name)."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[name]}", markup=False),
        console=Console(stderr=True),
    )
    with bar:
        task = bar.add_task(title, total=None, name="")

        def move(done: int, whole: int, name: str) -> None:
            bar.update(task, completed=done, total=whole, name=shown(name)[:40])

        yield move
        bar.update(task, name="")
