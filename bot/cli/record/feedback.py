"""`uptake feedback`: what people wrote about the tools and the programme, and their overrides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.local.plain_text import say, say_json, shown

if TYPE_CHECKING:
    from adoption.feedback.feedback import Comment, Override
    from adoption.record import Record

_TEXTS = ("recommended", "did_instead", "text")


def feedback(
    days: Annotated[int, typer.Option(help="How many days back.", min=1)] = 28,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """Show comments, and overrides that people agreed to show, the newest first.

    Names only who agreed to be named, quotes only who agreed to be quoted; names, addresses and
    numbers in texts are redacted. The digest counts all overrides.
    """
    from adoption.record import Record
    from bot.cli.console import quiet
    from bot.data_folder import make_data_dir
    from bot.settings import read_settings

    settings = read_settings()
    quiet(settings.log_level)
    make_data_dir(settings)
    record = Record.open(settings.record_url)
    end = datetime.now(UTC)
    found = sorted(_rows(record, end - timedelta(days=days), end), key=_moment, reverse=True)
    record.close()
    # By the minute, whoever sat beside them would know whose it is.
    rows = [row | {"at": f"{row['at']:%Y-%m-%d}"} for row in found]
    if as_json:
        for row in rows:
            say_json(row)
        return
    if not rows:
        since = "day" if days == 1 else f"{days} days"
        say(f"Nobody wrote anything in the last {since}.")
        return
    for row in rows:
        say(_lines(row))


def _lines(row: dict[str, Any]) -> str:
    """An entry for the terminal: what it is about in the first line, what was written below."""

    facts = [f"{row['kind']} on {row['about']}", row.get("reason"), row.get("weight"), row["by"]]
    lines = [f"{row['at']}  {', '.join(filter(None, facts))}"]
    lines += [f"    {name.replace('_', ' ')}: {row[name]}" for name in _TEXTS if row.get(name)]
    return "\n".join(map(shown, lines))


def _moment(row: dict[str, Any]) -> datetime:
    at: datetime = row["at"]
    return at


def _rows(record: Record, start: datetime, end: datetime) -> Iterator[dict[str, Any]]:
    names = record.name_hashes()
    for comment in record.feedback.comments(start, end):
        yield _comment(comment, names)
    for override in record.feedback.overrides(start, end):
        yield _override(override, names)


def _comment(comment: Comment, names: frozenset[str]) -> dict[str, Any]:
    from adoption.privacy.redaction import redact

    return {
        "at": comment.at,
        "kind": "comment",
        "about": comment.tool or "the programme",
        "by": comment.account or None,
        "text": redact(comment.text, names),
    }


def _override(override: Override, names: frozenset[str]) -> dict[str, Any]:
    from adoption.privacy.redaction import redact

    texts = {
        name: redact(text, names) if (text := getattr(override, name)) else None for name in _TEXTS
    }
    reason = override.reason.value
    return texts | {
        "at": override.at,
        "kind": "override",
        "about": override.tool,
        "by": override.account or None,
        "reason": f"{reason}: {override.detail}" if override.detail else reason,
        "weight": override.weight.value,
    }
