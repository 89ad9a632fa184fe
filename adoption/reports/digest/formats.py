"""The digest as text for a terminal, as Markdown, as JSON and as CSV."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from typing import Any

from adoption.privacy.disclosure import ShownShare
from adoption.reports.digest.digest import Digest
from adoption.reports.digest.sections import sections
from adoption.reports.rich_text import (
    RichText,
    Section,
    UntrustedText,
    one_line,
    plain,
    sections_as_csv,
)
from adoption.reports.use import GroupUse
from adoption.reports.weeks import Week

_MARKDOWN_SPECIAL = re.compile(r"([\\`*_\[\]()<>#|~!&:@])")


def digest_as_text(digest: Digest) -> str:
    """The digest as plain lines; a table has its columns under each other."""
    lines = [f"Week of {digest.week.in_words}"]
    for section in sections(digest):
        lines += ["", section.title, *_text_table(section)]
        lines += [f"  {'' if section.prose else '- '}{plain(line)}" for line in section.lines]
    return "\n".join(lines) + "\n"


def digest_as_markdown(digest: Digest) -> str:
    """The digest as Markdown; untrusted text is escaped and can form nothing but text."""
    lines = [f"# Week of {digest.week.in_words}"]
    for section in sections(digest):
        lines += ["", f"## {section.title}", ""]
        if section.table:
            lines += ["| " + " | ".join(section.table.columns) + " |"]
            lines += ["|" + " --- |" * len(section.table.columns)]
            lines += ["| " + " | ".join(map(_cell, row)) + " |" for row in section.table.rows]
        lines += [f"{'' if section.prose else '- '}{_markdown(line)}" for line in section.lines]
    return "\n".join(lines) + "\n"


def digest_as_csv(digest: Digest) -> str:
    """The digest as rows of `section, name, figure, value`; no cell is a formula."""
    return sections_as_csv(sections(digest))


def digest_as_json(digest: Digest) -> str:
    """The digest as one JSON object, which docs/digest.schema.json describes.

    Shares are 0 to 1 and rounded to `step`, with the rounded size of their group and their
    interval as `[low, high]`; hidden shares are null.
    """
    return json.dumps(_data(digest), ensure_ascii=False, indent=2)


def _data(value: Any) -> Any:
    """Frozen dataclasses and what they hold as JSON data."""
    if isinstance(value, ShownShare):
        return _share(value)
    if isinstance(value, Week | date):
        return str(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    if is_dataclass(value) and not isinstance(value, type):
        made = {each.name: _data(getattr(value, each.name)) for each in fields(value)}
        return made | ({"direction": value.direction} if isinstance(value, GroupUse) else {})
    if isinstance(value, Mapping):
        return {str(key): _data(each) for key, each in value.items()}
    if isinstance(value, tuple) and value and all(isinstance(part, str) for part in value):
        return plain(value)
    return [_data(each) for each in value] if isinstance(value, list | tuple) else value


def _share(share: ShownShare) -> dict[str, Any] | None:
    if share.interval is None:
        return None
    low, high = (round(end, 4) for end in share.interval)
    return {"share": share.value, "step": share.step, "size": share.size, "interval": [low, high]}


def _text_table(section: Section) -> list[str]:
    if section.table is None:
        return []
    rows = [list(section.table.columns)]
    rows += [[one_line(cell)[:60] for cell in row] for row in section.table.rows]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return [
        "  "
        + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _cell(cell: str) -> str:
    return _escape(one_line(cell)) if isinstance(cell, UntrustedText) else cell


def _markdown(line: RichText) -> str:
    return "".join(_cell(part) for part in line)


def _escape(text: str) -> str:
    return _MARKDOWN_SPECIAL.sub(r"\\\1", text)
