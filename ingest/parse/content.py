"""What a reader of one kind of file gives: its words and what the file says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ingest.parse.statements import Entry


@dataclass(frozen=True)
class Content:
    """The content of a file.

    Attributes:
        text: its Markdown, or plain text where `is_markdown` is false.
        title: its own title; empty if it has none.
        fields: what it says of itself, with names in small letters.
        entries: every key that it carries, for finding out who may read it.
        start: further text in which it may say who may read it, such as comments.
    """

    text: str
    title: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    start: str = ""
    is_markdown: bool = True
